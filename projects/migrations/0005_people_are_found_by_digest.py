"""The digest by which equal identity numbers are found, and the county that registered an organization."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import tenancy.models
from core.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("tenancy", "0001_initial"),
        ("projects", "0004_wall_of_the_register"),
    ]

    operations = [
        migrations.AddField(
            model_name="organization",
            name="registered_in",
            field=tenancy.models.TenantForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tenancy.jurisdiction",
                verbose_name="登记县区",
            ),
        ),
        migrations.AddField(
            model_name="keyperson",
            name="id_number_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="身份证号码（摘要）"),
        ),
        migrations.AddField(
            model_name="lifelongcommitment",
            name="id_number_digest",
            field=models.CharField(blank=True, max_length=64, verbose_name="身份证号码（摘要）"),
        ),
        migrations.AddIndex(
            model_name="keyperson",
            index=models.Index(
                condition=models.Q(("id_number_digest", ""), _negated=True),
                fields=["city", "id_number_digest"],
                name="projects_person_id_number",
            ),
        ),
        migrations.AddIndex(
            model_name="keyperson",
            index=models.Index(fields=["city", "name"], name="projects_person_name"),
        ),
        ProtectTenantTables(),
    ]
