"""提醒敦促函, 约谈, 通报批评: proposals of the month's close that named people decide."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from enforcement.enums import CriticismState, InterviewState, LetterState
from tenancy.models import Jurisdiction, TenantForeignKey, TenantModel


class ReminderLetter(TenantModel):
    """提醒敦促函 to a county (rubric ACT3), or one issued by hand."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="reminder_letters", verbose_name="县区"
    )
    month = models.DateField("月份")
    number = models.CharField("函号", max_length=60)
    reasons = models.JSONField("触发事由", default=list)
    state = models.CharField("状态", max_length=10, choices=LetterState.choices, default=LetterState.PROPOSED)
    proposed_at = models.DateTimeField("提出时间", null=True, blank=True)
    decided_by_name = models.CharField("决定人", max_length=60, blank=True)
    decline_reason = models.CharField("不发函理由", max_length=300, blank=True)
    issued_on = models.DateField("发函日期", null=True, blank=True)
    feedback_due_on = models.DateField("反馈期限", null=True, blank=True)
    answered_on = models.DateField("反馈日期", null=True, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="enforcement_one_letter_per_number"),
            models.CheckConstraint(condition=Q(month__day=1), name="enforcement_letter_month_is_first_day"),
            models.CheckConstraint(
                condition=~Q(state__in=["ISSUED", "ANSWERED"]) | Q(issued_on__isnull=False),
                name="enforcement_issued_letter_has_a_date",
            ),
            models.CheckConstraint(
                condition=~Q(state=LetterState.DECLINED) | ~Q(decline_reason=""),
                name="enforcement_declined_letter_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Interview(TenantModel):
    """约谈 of a county's water department: ONE per county and month, listing every trigger (scoring.md §1)."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="interviews", verbose_name="县区"
    )
    month = models.DateField("月份")
    number = models.CharField("约谈编号", max_length=60)
    triggers = models.JSONField("触发事由", default=list)
    state = models.CharField(
        "状态", max_length=10, choices=InterviewState.choices, default=InterviewState.PROPOSED
    )
    proposed_at = models.DateTimeField("提出时间", null=True, blank=True)
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by_name = models.CharField("决定人", max_length=60, blank=True)
    decline_reason = models.CharField("不予约谈理由", max_length=300, blank=True)
    held_at = models.DateTimeField("约谈时间", null=True, blank=True)
    place = models.CharField("地点", max_length=120, blank=True)
    host_name = models.CharField("主持人", max_length=60, blank=True)
    report_due_on = models.DateField("整改报告期限", null=True, blank=True)
    reported_on = models.DateField("整改报告日期", null=True, blank=True)
    closed_on = models.DateField("办结日期", null=True, blank=True)

    class Meta:
        ordering = ["-month", "number"]
        constraints = [
            models.UniqueConstraint(fields=["city", "number"], name="enforcement_one_interview_per_number"),
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "month"], name="enforcement_one_interview_per_month"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="enforcement_interview_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=~Q(state=InterviewState.DECLINED) | ~Q(decline_reason=""),
                name="enforcement_declined_interview_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["HELD", "MINUTED", "REPORTED", "CLOSED"]) | Q(held_at__isnull=False),
                name="enforcement_held_interview_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class CriticismProposal(TenantModel):
    """通报批评 proposed for an unqualified county; a named leader decides (handbook §1.4)."""

    jurisdiction = TenantForeignKey(
        Jurisdiction, models.PROTECT, related_name="criticisms", verbose_name="县区"
    )
    month = models.DateField("月份")
    reasons = models.JSONField("事由", default=list)
    state = models.CharField(
        "状态", max_length=10, choices=CriticismState.choices, default=CriticismState.PROPOSED
    )
    proposed_at = models.DateTimeField("提出时间")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by_name = models.CharField("决定人", max_length=60, blank=True)
    decline_reason = models.CharField("不予通报理由", max_length=300, blank=True)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(
                fields=["city", "jurisdiction", "month"], name="enforcement_one_criticism_per_month"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="enforcement_criticism_month_is_first_day"
            ),
            models.CheckConstraint(
                condition=~Q(state=CriticismState.DECLINED) | ~Q(decline_reason=""),
                name="enforcement_declined_criticism_has_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} 通报批评"
