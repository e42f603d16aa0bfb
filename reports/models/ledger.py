"""Uploaded ledger workbooks (台账) and what each of them wrote, so that a batch can be undone."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from reports.enums import BatchState
from tenancy.models import TenantForeignKey, TenantModel


class ImportBatch(TenantModel):
    """One uploaded workbook: checked whole, written whole or not at all."""

    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    workbook = models.BinaryField("原文件")
    is_dry_run = models.BooleanField("只检查不写入", default=False)
    state = models.CharField("状态", max_length=10, choices=BatchState.choices, default=BatchState.UPLOADED)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.UUIDField("上传人", null=True)
    uploaded_by_name = models.CharField("上传人姓名", max_length=60)
    error_count = models.PositiveIntegerField("错误数", default=0)
    errors = models.JSONField("错误", default=list)
    marked_workbook = models.BinaryField("标注错误的文件", null=True, blank=True)
    counts = models.JSONField("各表行数", default=dict)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by_name = models.CharField("撤销人", max_length=60, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=BatchState.REFUSED) | Q(error_count__gt=0),
                name="reports_refused_batch_has_errors",
            ),
            models.CheckConstraint(
                condition=~Q(state=BatchState.UNDONE) | Q(undone_at__isnull=False),
                name="reports_undone_batch_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class BatchRow(TenantModel):
    """One record that a batch made or changed; `before` is empty for a new record."""

    batch = TenantForeignKey(ImportBatch, models.CASCADE, related_name="rows", verbose_name="批次")
    position = models.PositiveIntegerField("写入顺序")
    model = models.CharField("对象类型", max_length=60)
    record_id = models.UUIDField("对象编号")
    before = models.JSONField("写入前", null=True, blank=True)
    after = models.JSONField("写入后", default=dict)

    class Meta:
        ordering = ["batch", "position"]
        constraints = [
            models.UniqueConstraint(fields=["city", "batch", "position"], name="reports_one_row_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.record_id}"


class ExportFile(TenantModel):
    """A whole city's ledger as it stood when a job wrote it. Only the newest few are kept: it can be made again."""

    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    byte_count = models.PositiveIntegerField("大小（字节）")
    workbook = models.BinaryField("文件")
    made_at = models.DateTimeField("生成时间")
    made_by_name = models.CharField("生成人", max_length=60)

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["city", "-made_at"], name="reports_export_newest")]

    def __str__(self) -> str:
        return self.file_name
