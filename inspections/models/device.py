"""Tablets: enrolled with a code that works once, held when lost, revoked for good."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Device(TenantModel):
    """外业平板. Its token is known by its hash alone; a held device keeps its data and gets none."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="devices", verbose_name="使用单位"
    )
    name = models.CharField("设备名称", max_length=60)
    token_sha256 = models.CharField("令牌摘要", max_length=64)
    enrolled_at = models.DateTimeField("登记时间")
    enrolled_by_name = models.CharField("登记人", max_length=60)
    app_version = models.CharField("应用版本", max_length=40, blank=True)
    last_seen_at = models.DateTimeField("最近连接", null=True, blank=True)
    waiting_count = models.PositiveIntegerField("设备上未送达（条）", null=True, blank=True)
    held_at = models.DateTimeField("挂失时间", null=True, blank=True)
    held_reason = models.CharField("挂失原因", max_length=200, blank=True)
    revoked_at = models.DateTimeField("注销时间", null=True, blank=True)
    revoked_reason = models.CharField("注销原因", max_length=200, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["city", "token_sha256"], name="inspections_one_device_per_token"),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | ~Q(held_reason=""),
                name="inspections_device_held_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revoked_reason=""),
                name="inspections_device_revoked_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeviceEnrolment(TenantModel):
    """A code that enrols one tablet once, within a few minutes."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="使用单位")
    name = models.CharField("设备名称", max_length=60)
    code_sha256 = models.CharField("登记码摘要", max_length=64)
    created_at = models.DateTimeField("生成时间")
    created_by_name = models.CharField("生成人", max_length=60)
    expires_at = models.DateTimeField("失效时间")
    used_at = models.DateTimeField("使用时间", null=True, blank=True)
    device = TenantForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name="设备"
    )

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "code_sha256"], name="inspections_one_enrolment_per_code"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="inspections_enrolment_period"
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, device__isnull=True)
                | Q(used_at__isnull=False, device__isnull=False),
                name="inspections_enrolment_used_for_a_device",
            ),
        ]

    def __str__(self) -> str:
        return self.name
