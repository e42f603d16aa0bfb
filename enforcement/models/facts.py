"""Recorded facts that the rubric reads as they stand: accidents, red lines, bonuses and penalties."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from enforcement.enums import AccidentGrade
from projects.models import Project
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class Accident(TenantModel):
    """质量事故 (rubric R1–R4)."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="accidents", verbose_name="县区"
    )
    project = TenantForeignKey(Project, models.PROTECT, related_name="accidents", verbose_name="工程")
    number = models.CharField("事故编号", max_length=40)
    occurred_on = models.DateField("发生日期")
    grade = models.CharField("事故等级", max_length=10, choices=AccidentGrade.choices)
    is_concealed = models.BooleanField("隐瞒、谎报或迟报", default=False)
    summary = models.CharField("情况", max_length=300)

    class Meta:
        ordering = ["-occurred_on"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="enforcement_one_accident_per_number")
        ]

    def __str__(self) -> str:
        return self.number


class RedLineFact(TenantModel):
    """A red line found by the bureau (R5, R7, R8 …), with its basis. 红线 is a veto, 红榜 is praise."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="red_line_facts", verbose_name="县区"
    )
    number = models.CharField("认定编号", max_length=40)
    month = models.DateField("月份")
    red_line = models.CharField("红线", max_length=10)
    fact = models.CharField("事实", max_length=300)
    basis_document = models.CharField("认定依据", max_length=200)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "number"], name="enforcement_one_red_line_fact_per_number"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="enforcement_red_line_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.red_line} {self.fact}"[:80]


class AdjustmentFact(TenantModel):
    """A bonus (P…) or penalty (N…) of a county's month, with its basis."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="adjustment_facts", verbose_name="县区"
    )
    number = models.CharField("认定编号", max_length=40)
    month = models.DateField("月份")
    item = models.CharField("加减分项", max_length=10)
    count = models.PositiveSmallIntegerField("次数", default=1)
    fact = models.CharField("事实", max_length=300)
    basis_document = models.CharField("认定依据", max_length=200)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="enforcement_one_adjustment_per_number"),
            models.CheckConstraint(
                condition=Q(month__day=1), name="enforcement_adjustment_month_is_first_day"
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="enforcement_adjustment_counts_something"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.fact}"[:80]
