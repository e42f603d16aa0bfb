"""What a county's supervision body is made of (rubric A1) and its trainings (A3)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class SupervisionBody(TenantModel):
    """质量监督机构 of a county: confirmed once a year, used month by month."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="supervision_bodies", verbose_name="县区"
    )
    year = models.PositiveSmallIntegerField("年度")
    institution_document = models.CharField("机构设立文件", max_length=120, blank=True)
    full_time_supervisors = models.PositiveSmallIntegerField("专职监督员（人）", default=0)
    funding_document = models.CharField("经费批复文件", max_length=120, blank=True)
    funding_wan_yuan = models.DecimalField(
        "年度监督经费（万元）", max_digits=10, decimal_places=2, null=True, blank=True
    )
    duties = models.CharField("主要职责", max_length=300, blank=True)
    equipment = models.CharField("办公检测装备", max_length=300, blank=True)
    contact_name = models.CharField("联系人", max_length=60, blank=True)
    contact_phone = models.CharField("联系电话", max_length=30, blank=True)
    submitted_at = models.DateTimeField("提交时间", null=True, blank=True)
    submitted_by_name = models.CharField("提交人", max_length=60, blank=True)
    confirmed_on = models.DateField("确认日期", null=True, blank=True)
    confirmed_by_name = models.CharField("确认人", max_length=60, blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "year"], name="projects_one_body_per_year"
            ),
            models.CheckConstraint(
                condition=Q(funding_wan_yuan__isnull=True) | Q(funding_wan_yuan__gte=0),
                name="projects_body_funding_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年质量监督机构"


class Training(TenantModel):
    """宣贯培训、举一反三 of a county."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="trainings", verbose_name="县区"
    )
    number = models.CharField("培训编号", max_length=40)
    held_on = models.DateField("培训日期")
    topic = models.CharField("主题", max_length=200)
    attendee_count = models.PositiveIntegerField("参训人数")
    place = models.CharField("地点", max_length=120, blank=True)
    lecturer = models.CharField("主讲人", max_length=60, blank=True)
    attendees = models.JSONField("参训人员", default=list, blank=True)
    summary = models.TextField("培训内容", blank=True)

    class Meta:
        ordering = ["-held_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_training_per_number")
        ]

    def __str__(self) -> str:
        return self.topic
