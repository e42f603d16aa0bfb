"""Workbooks of monthly returns that counties upload, and what each of them wrote into the draft."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from projects.models import MonthlyReturn
from reports.enums import UploadState
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class ReturnUpload(TenantModel):
    """One uploaded workbook of one return: read whole, shown against the draft, written only after that.

    `content` is what was read (reports.returns.content), corrections made on the page included. `written` lists every
    field that was written, with what it held before, so that the upload can be undone.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    monthly_return = TenantForeignKey(
        MonthlyReturn, models.PROTECT, related_name="uploads", verbose_name="月报"
    )
    file_name = models.CharField("文件名", max_length=200)
    sha256 = models.CharField("文件摘要", max_length=64)
    workbook = models.BinaryField("原文件")
    state = models.CharField("状态", max_length=10, choices=UploadState.choices, default=UploadState.UPLOADED)
    refusal = models.CharField("不能读取的原因", max_length=500, blank=True)
    content = models.JSONField("读到的内容", default=dict)
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by = models.UUIDField("上传人账户", null=True)
    uploaded_by_name = models.CharField("上传人", max_length=60)
    read_at = models.DateTimeField("读取时间", null=True, blank=True)
    written = models.JSONField("写入的内容", default=list)
    applied_at = models.DateTimeField("写入时间", null=True, blank=True)
    applied_by_name = models.CharField("写入人", max_length=60, blank=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undone_by_name = models.CharField("撤销人", max_length=60, blank=True)

    class Meta:
        ordering = ["-uploaded_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=UploadState.REFUSED) | ~Q(refusal=""),
                name="reports_refused_upload_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[UploadState.APPLIED, UploadState.UNDONE])
                | (Q(applied_at__isnull=False) & ~Q(applied_by_name="")),
                name="reports_applied_upload_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=UploadState.UNDONE) | (Q(undone_at__isnull=False) & ~Q(undone_by_name="")),
                name="reports_undone_upload_has_a_time",
            ),
        ]
        indexes = [models.Index(fields=["city", "monthly_return"], name="reports_upload_of_return")]

    def __str__(self) -> str:
        return self.file_name
