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
    confirmed_on = models.DateField("确认日期")

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

    class Meta:
        ordering = ["-held_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="projects_one_training_per_number")
        ]

    def __str__(self) -> str:
        return self.topic
