"""举一反三: what a superior found in one place is looked for everywhere."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guidance.enums import CampaignState
from guidance.querysets import CampaignManager
from inspections.models import Finding
from tenancy.models import TenantForeignKey, TenantModel


class Campaign(TenantModel):
    """One self-check of counties or projects; its one task says what, who and by when."""

    title = models.CharField("名称", max_length=100)
    source_text = models.TextField("来源问题")
    finding = TenantForeignKey(
        Finding, models.PROTECT, null=True, blank=True, related_name="campaigns", verbose_name="来源记录"
    )
    state = models.CharField(
        "状态", max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT
    )
    created_at = models.DateTimeField("提出时间")
    created_by_name = models.CharField("提出人", max_length=60)
    launched_on = models.DateField("部署日期", null=True, blank=True)
    closed_on = models.DateField("总结日期", null=True, blank=True)
    closed_by_name = models.CharField("总结人", max_length=60, blank=True)
    summary = models.TextField("总结", blank=True)

    objects: ClassVar[CampaignManager[Campaign]] = CampaignManager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=CampaignState.DRAFT) | Q(launched_on__isnull=False),
                name="guidance_launched_campaign_has_a_day",
            ),
            models.CheckConstraint(
                condition=(Q(state=CampaignState.CLOSED, closed_on__isnull=False) & ~Q(summary=""))
                | (~Q(state=CampaignState.CLOSED) & Q(closed_on__isnull=True)),
                name="guidance_closed_campaign_has_a_summary",
            ),
        ]

    def __str__(self) -> str:
        return self.title
