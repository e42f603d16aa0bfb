"""Meetings and their minutes; what they decide are tasks."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guidance.enums import MeetingState
from guidance.querysets import MeetingManager
from tenancy.models import TenantForeignKey, TenantModel


class Meeting(TenantModel):
    """A meeting of the bureau on quality supervision."""

    title = models.CharField("会议名称", max_length=100)
    held_on = models.DateField("日期")
    place = models.CharField("地点", max_length=120)
    host_name = models.CharField("主持人", max_length=60)
    attendees = models.TextField("参会人员")
    agenda = models.TextField("议程", blank=True)
    minutes = models.TextField("会议纪要", blank=True)
    state = models.CharField("状态", max_length=10, choices=MeetingState.choices, default=MeetingState.DRAFT)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    created_at = models.DateTimeField("登记时间")
    created_by_name = models.CharField("登记人", max_length=60)

    objects: ClassVar[MeetingManager[Meeting]] = MeetingManager()

    class Meta:
        ordering = ["-held_on", "-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=MeetingState.DRAFT, issued_on__isnull=True)
                | (Q(state=MeetingState.ISSUED, issued_on__isnull=False) & ~Q(minutes="")),
                name="guidance_issued_meeting_has_minutes_and_day",
            )
        ]

    def __str__(self) -> str:
        return self.title


class MeetingFile(TenantModel):
    """A paper of a meeting; for the bureau."""

    ORGANIZATION_PATH = ""

    meeting = TenantForeignKey(Meeting, models.PROTECT, related_name="files", verbose_name="会议")
    title = models.CharField("名称", max_length=120)
    sha256 = models.CharField("SHA-256 摘要", max_length=64)
    byte_count = models.PositiveIntegerField("大小（字节）")
    uploaded_at = models.DateTimeField("上传时间")
    uploaded_by_name = models.CharField("上传人", max_length=60)

    class Meta:
        ordering = ["uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "meeting", "sha256"], name="guidance_meeting_file_attached_once"
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="guidance_meeting_file_hash"
            ),
        ]

    def __str__(self) -> str:
        return self.title
