"""The working sheet of a month plan, its changes after publication, and the filing of an organization profile."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from inspections.models import MonthPlan
from projects.models import SupervisionBody
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class PlanSheet(TenantModel):
    """监督检查计划 of a county (or of the city) for a month as it is worked on. Publishing it makes the `MonthPlan`
    that the rubric reads; the day of that act stays whatever is changed later.
    """

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="plan_sheets", verbose_name="行政区划"
    )
    month = models.DateField("月份")
    inspection_count = models.PositiveSmallIntegerField("计划检查次数")
    test_batch_count = models.PositiveSmallIntegerField("计划检测批次", default=0)
    kinds = models.JSONField("检查类型", default=list, blank=True)
    content = models.TextField("计划内容")
    plan = TenantForeignKey(
        MonthPlan, models.PROTECT, null=True, blank=True, related_name="sheets", verbose_name="已印发的计划"
    )
    edited_at = models.DateTimeField("编制时间")
    edited_by_name = models.CharField("编制人", max_length=60)
    published_by_name = models.CharField("印发人", max_length=60, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "month"], name="guidance_one_sheet_per_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="guidance_sheet_month_is_first_day"),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 监督检查计划"


class PlanSheetChange(TenantModel):
    """One change after publication: why, and what stood there before."""

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="行政区划")
    sheet = TenantForeignKey(PlanSheet, models.PROTECT, related_name="changes", verbose_name="计划")
    reason = models.CharField("调整原因", max_length=300)
    before = models.JSONField("调整前")
    after = models.JSONField("调整后")
    changed_at = models.DateTimeField("调整时间")
    changed_by_name = models.CharField("调整人", max_length=60)

    class Meta:
        ordering = ["-changed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="guidance_plan_change_has_a_reason")
        ]

    def __str__(self) -> str:
        return self.reason


class BodyFiling(TenantModel):
    """How an organization profile came about: who filed it, its supervisors by name, why it was sent back.

    supervisors: list of {"name", "certificate"}; their number is the body's `full_time_supervisors`.
    """

    jurisdiction = TenantForeignKey(Jurisdiction, models.PROTECT, related_name="+", verbose_name="县区")
    body = TenantForeignKey(SupervisionBody, models.PROTECT, related_name="filings", verbose_name="机构概况")
    supervisors = models.JSONField("专职监督员名册", default=list, blank=True)
    submitted_by = models.UUIDField("提交人编号", null=True, blank=True)
    return_reason = models.CharField("退回原因", max_length=300, blank=True)
    returned_at = models.DateTimeField("退回时间", null=True, blank=True)
    returned_by_name = models.CharField("退回人", max_length=60, blank=True)

    class Meta:
        ordering = ["body"]
        constraints = [
            models.UniqueConstraint(fields=["city", "body"], name="guidance_one_filing_per_body"),
            models.CheckConstraint(
                condition=Q(returned_at__isnull=True) | ~Q(return_reason=""),
                name="guidance_returned_body_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.body)
