"""年度质量监督要点."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from guidance.enums import PlanState
from guidance.querysets import YearPlanManager
from tenancy.models import TenantModel


class YearPlan(TenantModel):
    """The year's key points of quality supervision: prose and tasks, edited until its document is issued.

    `revision` counts the edits of the plan and its tasks, so that a document drafted before an edit is refused.
    """

    year = models.PositiveSmallIntegerField("年度")
    title = models.CharField("标题", max_length=100)
    overall = models.TextField("总体要求")
    requirements = models.TextField("工作要求")
    state = models.CharField("状态", max_length=10, choices=PlanState.choices, default=PlanState.DRAFT)
    revision = models.PositiveIntegerField("修改次数", default=0)
    number = models.CharField("文号", max_length=60, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    created_at = models.DateTimeField("编制时间")
    created_by_name = models.CharField("编制人", max_length=60)

    objects: ClassVar[YearPlanManager[YearPlan]] = YearPlanManager()

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["city", "year"], name="guidance_one_plan_per_year"),
            models.CheckConstraint(
                condition=Q(state=PlanState.DRAFT, issued_on__isnull=True, number="")
                | (Q(state=PlanState.ISSUED, issued_on__isnull=False) & ~Q(number="")),
                name="guidance_issued_plan_has_number_and_day",
            ),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="guidance_plan_year"),
        ]

    def __str__(self) -> str:
        return self.title
