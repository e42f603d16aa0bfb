"""The record of an inspection as it is written in the field: an append-only log of changes, and what they add up to.

A record is a map from path to value (docs/field-protocol.md). Each change names the change that its author had seen on
that path; when that is no longer the newest one, both values stay and a person decides (ADR 0018).
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.enums import OperationState
from inspections.models.device import Device
from inspections.models.inspection import Inspection
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Submission(TenantModel):
    """One sending of a tablet (or of a page): its identifier is made by the client, its bytes never change."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.PROTECT, related_name="submissions", verbose_name="检查")
    device = TenantForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="submissions", verbose_name="设备"
    )
    author = models.UUIDField("记录人账户")
    author_name = models.CharField("记录人", max_length=60)
    body = models.TextField("原文")
    body_sha256 = models.CharField("原文摘要", max_length=64)
    schema = models.PositiveSmallIntegerField("格式版本")
    app_version = models.CharField("应用版本", max_length=40, blank=True)
    device_at = models.DateTimeField("设备时间")
    clock_offset_ms = models.BigIntegerField("设备时钟偏差（毫秒）", null=True, blank=True)
    received_at = models.DateTimeField("送达时间")
    receipt_number = models.CharField("回执号", max_length=40)

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "receipt_number"], name="inspections_one_submission_per_receipt"
            )
        ]
        indexes = [
            models.Index(fields=["city", "inspection", "received_at"], name="inspections_submission_order")
        ]

    def __str__(self) -> str:
        return self.receipt_number


class RecordOperation(TenantModel):
    """One change of one value. `seq` is the order of arrival within the record."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.PROTECT, related_name="operations", verbose_name="检查")
    submission = TenantForeignKey(
        Submission, models.PROTECT, related_name="operations", verbose_name="送达批次"
    )
    seq = models.PositiveIntegerField("序号")
    path = models.CharField("项目", max_length=160)
    value = models.JSONField("内容", null=True, blank=True)
    base = models.UUIDField("所依据的修改", null=True, blank=True)
    state = models.CharField("状态", max_length=10, choices=OperationState.choices)
    author = models.UUIDField("记录人账户")
    author_name = models.CharField("记录人", max_length=60)
    device_at = models.DateTimeField("设备时间")
    received_at = models.DateTimeField("送达时间")

    class Meta:
        ordering = ["inspection", "seq"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "inspection", "seq"], name="inspections_one_operation_per_seq"
            )
        ]
        indexes = [
            models.Index(fields=["city", "inspection", "path", "seq"], name="inspections_operation_path")
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.path}"


class RecordValue(TenantModel):
    """The value in force on a path."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.PROTECT, related_name="values", verbose_name="检查")
    path = models.CharField("项目", max_length=160)
    value = models.JSONField("内容", null=True, blank=True)
    operation = TenantForeignKey(
        RecordOperation, models.PROTECT, related_name="in_force", verbose_name="修改"
    )

    class Meta:
        ordering = ["inspection", "path"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "inspection", "path"], name="inspections_one_value_per_path"
            )
        ]

    def __str__(self) -> str:
        return self.path


class RecordConflict(TenantModel):
    """Two values written without knowing of each other. The decision is a change of its own."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.PROTECT, related_name="conflicts", verbose_name="检查")
    path = models.CharField("项目", max_length=160)
    kept = TenantForeignKey(
        RecordOperation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="先到的修改"
    )
    other = TenantForeignKey(RecordOperation, models.PROTECT, related_name="+", verbose_name="后到的修改")
    resolution = TenantForeignKey(
        RecordOperation, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="裁定"
    )
    resolved_at = models.DateTimeField("裁定时间", null=True, blank=True)
    resolved_by_name = models.CharField("裁定人", max_length=60, blank=True)

    class Meta:
        ordering = ["inspection", "path"]
        constraints = [
            models.UniqueConstraint(fields=["city", "other"], name="inspections_one_conflict_per_operation"),
            models.CheckConstraint(
                condition=Q(resolved_at__isnull=True, resolution__isnull=True)
                | Q(resolved_at__isnull=False, resolution__isnull=False),
                name="inspections_conflict_resolved_by_a_change",
            ),
        ]

    def __str__(self) -> str:
        return self.path
