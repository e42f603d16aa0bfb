"""The year's plan of supervision, the published list of inspection items, and how often a firm may be inspected."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.enums import CapMode, PlanKind, YearPlanState
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class InspectionYearPlan(TenantModel):
    """年度监督检查计划 of the city or of a county. A published edition never changes; the next edition replaces it."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="inspection_year_plans", verbose_name="编制单位"
    )
    year = models.PositiveSmallIntegerField("年度")
    edition = models.PositiveSmallIntegerField("版次", default=1)
    state = models.CharField(
        "状态", max_length=10, choices=YearPlanState.choices, default=YearPlanState.DRAFT
    )
    note = models.CharField("说明", max_length=500, blank=True)
    published_on = models.DateField("印发日期", null=True, blank=True)
    published_by_name = models.CharField("印发人", max_length=60, blank=True)

    class Meta:
        ordering = ["-year", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "year", "edition"],
                name="inspections_one_edition_of_year_plan",
            ),
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "year"],
                condition=Q(state=YearPlanState.DRAFT),
                name="inspections_one_draft_of_year_plan",
            ),
            models.CheckConstraint(
                condition=Q(state=YearPlanState.DRAFT, published_on__isnull=True)
                | Q(state=YearPlanState.PUBLISHED, published_on__isnull=False),
                name="inspections_year_plan_published_on",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年监督检查计划（第 {self.edition} 版）"


class PlannedWork(TenantModel):
    """How many works of one kind a year plan foresees for one month. For tests the count is in batches."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="编制单位")
    plan = TenantForeignKey(InspectionYearPlan, models.CASCADE, related_name="works", verbose_name="年度计划")
    month = models.DateField("月份")
    kind = models.CharField("类型", max_length=20, choices=PlanKind.choices)
    planned_count = models.PositiveSmallIntegerField("计划数")
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        ordering = ["month", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "plan", "month", "kind"], name="inspections_one_planned_work_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="inspections_work_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_kind_display()} {self.planned_count}"


class InspectionItem(TenantModel):
    """检查事项: what may be inspected at all. “清单之外无检查”: an inspection cites an item in force on its day."""

    ORGANIZATION_PATH = "*"

    code = models.CharField("编号", max_length=20)
    name = models.CharField("检查事项", max_length=120)
    basis = models.CharField("检查依据", max_length=400)
    subject = models.CharField("检查对象", max_length=120)
    content = models.CharField("检查内容", max_length=600)
    method = models.CharField("检查方式", max_length=120)
    frequency = models.CharField("比例和频次", max_length=120)
    section = models.CharField("实施科室", max_length=60, blank=True)
    concerns_firms = models.BooleanField("涉企检查", default=True)
    published_on = models.DateField("公布日期")
    withdrawn_on = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "code", "published_on"], name="inspections_one_item_per_code"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=models.F("published_on")),
                name="inspections_item_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class FrequencyCap(TenantModel):
    """年度检查频次上限: how often one firm may be inspected in a year, over all levels of the city."""

    ORGANIZATION_PATH = "*"

    year = models.PositiveSmallIntegerField("年度")
    cap = models.PositiveSmallIntegerField("频次上限（次）")
    mode = models.CharField("超出上限时", max_length=10, choices=CapMode.choices, default=CapMode.BLOCK)
    source = models.CharField("公布文件", max_length=200)
    published_on = models.DateField("公布日期")

    class Meta:
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["city", "year"], name="inspections_one_cap_per_year"),
            models.CheckConstraint(condition=Q(cap__gte=1), name="inspections_cap_at_least_one"),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年每户不超过 {self.cap} 次"
