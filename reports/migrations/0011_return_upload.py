"""Uploaded workbooks of monthly returns, behind the wall."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

import core.uuid7
import tenancy.models
from core.rls import ProtectTenantTables


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0008_doubts_are_corrected"),
        ("reports", "0010_key_object_list"),
        ("tenancy", "0003_initials"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReturnUpload",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_name", models.CharField(max_length=200, verbose_name="文件名")),
                ("sha256", models.CharField(max_length=64, verbose_name="文件摘要")),
                ("workbook", models.BinaryField(verbose_name="原文件")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("UPLOADED", "正在读取"),
                            ("REFUSED", "不能读取"),
                            ("READ", "待写入"),
                            ("APPLIED", "已写入"),
                            ("UNDONE", "已撤销"),
                        ],
                        default="UPLOADED",
                        max_length=10,
                        verbose_name="状态",
                    ),
                ),
                ("refusal", models.CharField(blank=True, max_length=500, verbose_name="不能读取的原因")),
                ("content", models.JSONField(default=dict, verbose_name="读到的内容")),
                ("uploaded_at", models.DateTimeField(verbose_name="上传时间")),
                ("uploaded_by", models.UUIDField(null=True, verbose_name="上传人账户")),
                ("uploaded_by_name", models.CharField(max_length=60, verbose_name="上传人")),
                ("read_at", models.DateTimeField(blank=True, null=True, verbose_name="读取时间")),
                ("written", models.JSONField(default=list, verbose_name="写入的内容")),
                ("applied_at", models.DateTimeField(blank=True, null=True, verbose_name="写入时间")),
                ("applied_by_name", models.CharField(blank=True, max_length=60, verbose_name="写入人")),
                ("undone_at", models.DateTimeField(blank=True, null=True, verbose_name="撤销时间")),
                ("undone_by_name", models.CharField(blank=True, max_length=60, verbose_name="撤销人")),
                (
                    "city",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.city",
                        verbose_name="城市",
                    ),
                ),
                (
                    "jurisdiction",
                    tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tenancy.jurisdiction",
                        verbose_name="县区",
                    ),
                ),
                (
                    "monthly_return",
                    tenancy.models.TenantForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="uploads",
                        to="projects.monthlyreturn",
                        verbose_name="月报",
                    ),
                ),
            ],
            options={
                "ordering": ["-uploaded_at"],
                "indexes": [models.Index(fields=["city", "monthly_return"], name="reports_upload_of_return")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "REFUSED"), _negated=True),
                            models.Q(("refusal", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="reports_refused_upload_says_why",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["APPLIED", "UNDONE"]), _negated=True),
                            models.Q(
                                ("applied_at__isnull", False),
                                models.Q(("applied_by_name", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="reports_applied_upload_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "UNDONE"), _negated=True),
                            models.Q(
                                ("undone_at__isnull", False), models.Q(("undone_by_name", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="reports_undone_upload_has_a_time",
                    ),
                ],
            },
        ),
        ProtectTenantTables(),
    ]
