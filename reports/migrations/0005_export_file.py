"""Exported ledgers, behind the wall."""

import django.db.models.deletion
from django.db import migrations, models

import core.uuid7
from core.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0004_series_envelope"),
        ("tenancy", "0002_wall"),
    ]

    operations = [
        migrations.CreateModel(
            name="ExportFile",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("byte_count", models.PositiveIntegerField(verbose_name="大小（字节）")),
                ("workbook", models.BinaryField(verbose_name="文件")),
                ("made_at", models.DateTimeField(verbose_name="生成时间")),
                ("made_by_name", models.CharField(max_length=60, verbose_name="生成人")),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.city",
                        verbose_name="城市",
                    ),
                ),
            ],
            options={
                "ordering": ["-made_at"],
                "indexes": [models.Index(fields=["city", "-made_at"], name="reports_export_newest")],
            },
        ),
        ProtectTenantTables(),
    ]
