"""The count of overdue notices, which every page's menu asks for, from an index alone."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0003_null_is_no_pass")]

    operations = [
        migrations.AddIndex(
            model_name="rectificationnotice",
            index=models.Index(
                fields=["city", "state", "due_on"], include=("jurisdiction",), name="enforcement_notice_stage"
            ),
        ),
    ]
