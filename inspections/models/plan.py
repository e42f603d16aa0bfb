"""Month plans and random draws."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from inspections.enums import DrawKind
from projects.models import Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class MonthPlan(TenantModel):
    """监督检查计划 of a jurisdiction for a month (rubric A2, D1, F1)."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="month_plans", verbose_name="行政区划"
    )
    month = models.DateField("月份")
    published_on = models.DateField("印发日期")
    inspection_count = models.PositiveSmallIntegerField("计划检查次数")
    test_batch_count = models.PositiveSmallIntegerField("计划检测批次", default=0)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "month"], name="inspections_one_plan_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="inspections_plan_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 监督检查计划"


class Draw(TenantModel):
    """双随机 draw: population, ratio, result, publication. A void draw stays visible with its reason."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="draws", verbose_name="组织单位"
    )
    number = models.CharField("抽取编号", max_length=40)
    kind = models.CharField("抽取类型", max_length=10, choices=DrawKind.choices)
    drawn_on = models.DateField("抽取日期")
    population_count = models.PositiveIntegerField("名录总数")
    population_sha256 = models.CharField("名录摘要", max_length=64, blank=True)
    result_formed_on = models.DateField("结果形成日期", null=True, blank=True)
    published_on = models.DateField("公开日期", null=True, blank=True)
    void_reason = models.CharField("作废原因", max_length=200, blank=True)

    class Meta:
        ordering = ["-drawn_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="inspections_one_draw_per_number"),
            models.CheckConstraint(
                condition=Q(result_formed_on__isnull=True) | Q(result_formed_on__gte=F("drawn_on")),
                name="inspections_draw_result_after_draw",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True)
                | (Q(result_formed_on__isnull=False) & Q(published_on__gte=F("result_formed_on"))),
                name="inspections_draw_published_after_result",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DrawnProject(TenantModel):
    """A project that a draw selected."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    draw = TenantForeignKey(Draw, models.PROTECT, related_name="drawn_projects", verbose_name="抽取")
    project = TenantForeignKey(Project, models.PROTECT, related_name="draws", verbose_name="工程")

    class Meta:
        ordering = ["draw"]
        constraints = [
            models.UniqueConstraint(fields=["city", "draw", "project"], name="inspections_drawn_once")
        ]

    def __str__(self) -> str:
        return f"{self.draw_id} {self.project_id}"
