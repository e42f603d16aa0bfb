"""Photos of the field: the original by its hash, the stamped copy, the copy for viewing, and what was found about them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import PhotoState, TimeCheck
from inspections.models.device import Device
from inspections.models.finding import Evidence
from inspections.models.inspection import Inspection
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Photo(TenantModel):
    """One photo; `id` and `sha256` are made on the tablet at capture. Times: the tablet's, its offset, the server's.

    `finding_key` is the finding's identifier in the record, None for a photo of the inspection as a whole.
    `reuse_of` is the earlier photo of the city that this one repeats: exactly (distance 0) or nearly.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    inspection = TenantForeignKey(Inspection, models.PROTECT, related_name="photos", verbose_name="检查")
    finding_key = models.UUIDField("问题标识", null=True, blank=True)
    evidence = TenantForeignKey(
        Evidence, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="佐证材料"
    )
    device = TenantForeignKey(
        Device, models.PROTECT, null=True, blank=True, related_name="photos", verbose_name="设备"
    )
    title = models.CharField("名称", max_length=200, blank=True)
    state = models.CharField("状态", max_length=10, choices=PhotoState.choices, default=PhotoState.DECLARED)
    sha256 = models.CharField("原图 SHA-256", max_length=64)
    byte_count = models.PositiveBigIntegerField("原图大小（字节）")
    stamped_sha256 = models.CharField("水印图 SHA-256", max_length=64, blank=True)
    stamped_byte_count = models.PositiveBigIntegerField("水印图大小（字节）", null=True, blank=True)
    view_sha256 = models.CharField("浏览图 SHA-256", max_length=64, blank=True)
    width = models.PositiveIntegerField("宽（像素）", null=True, blank=True)
    height = models.PositiveIntegerField("高（像素）", null=True, blank=True)
    taken_at = models.DateTimeField("拍摄时间（设备）")
    clock_offset_ms = models.BigIntegerField("设备时钟偏差（毫秒）", null=True, blank=True)
    token_at = models.DateTimeField("时间凭证签发时间", null=True, blank=True)
    received_at = models.DateTimeField("送达时间", null=True, blank=True)
    time_check = models.CharField("时间核对", max_length=10, choices=TimeCheck.choices, blank=True)
    latitude = models.DecimalField("纬度（°，WGS-84）", max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(
        "经度（°，WGS-84）", max_digits=9, decimal_places=6, null=True, blank=True
    )
    accuracy_m = models.DecimalField("定位精度（米）", max_digits=8, decimal_places=1, null=True, blank=True)
    exif = models.JSONField("EXIF", default=dict, blank=True)
    perceptual_hash = models.CharField("感知摘要", max_length=64, blank=True)
    reuse_of = TenantForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reused_by", verbose_name="疑似重复"
    )
    reuse_distance = models.PositiveSmallIntegerField("差异位数", null=True, blank=True)
    taken_by = models.UUIDField("拍摄人账户")
    taken_by_name = models.CharField("拍摄人", max_length=60)
    refused_reason = models.CharField("拒收原因", max_length=200, blank=True)

    class Meta:
        ordering = ["taken_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="inspections_photo_sha256"
            ),
            models.CheckConstraint(
                condition=~Q(state=PhotoState.STORED) | Q(received_at__isnull=False),
                name="inspections_stored_photo_was_received",
            ),
            models.CheckConstraint(
                condition=~Q(state=PhotoState.REFUSED) | ~Q(refused_reason=""),
                name="inspections_refused_photo_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(time_check="") | Q(time_check__in=TimeCheck.values),
                name="inspections_photo_time_check",
            ),
            models.CheckConstraint(
                condition=Q(reuse_of__isnull=True) | ~Q(reuse_of=F("id")),
                name="inspections_photo_not_reused_of_itself",
            ),
        ]
        indexes = [
            models.Index(fields=["city", "sha256"], name="inspections_photo_hash"),
            models.Index(fields=["city", "inspection", "finding_key"], name="inspections_photo_finding"),
        ]

    def __str__(self) -> str:
        return self.title or self.sha256[:12]


class PhotoChunk(TenantModel):
    """A part of a photo's bytes that has arrived; removed when the whole is stored."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    photo = TenantForeignKey(Photo, models.CASCADE, related_name="chunks", verbose_name="照片")
    copy = models.CharField("文件", max_length=10)
    position = models.PositiveSmallIntegerField("次序")
    sha256 = models.CharField("SHA-256", max_length=64)
    byte_count = models.PositiveIntegerField("大小（字节）")

    class Meta:
        ordering = ["photo", "copy", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "photo", "copy", "position"], name="inspections_one_chunk_per_position"
            )
        ]

    def __str__(self) -> str:
        return f"{self.photo_id} {self.copy} {self.position}"
