"""Reference data that every city shares: the working-day calendar and the legal instruments."""

from __future__ import annotations

from django.db import models


class CalendarDay(models.Model):
    """One day of the calendar of the People's Republic of China (State Council notices, handbook §8).

    `workday_no` counts the workdays up to and including this day, so a term of n workdays from day d ends on
    the workday whose number is no(d) + n: set-based SQL needs no loop. Days of years without a notice are
    Monday–Friday guesses and flagged `is_provisional`.
    """

    date = models.DateField("日期", primary_key=True)
    is_workday = models.BooleanField("工作日")
    workday_no = models.IntegerField("工作日序号")
    kind = models.CharField("类型", max_length=20)
    name = models.CharField("名称", max_length=40, blank=True)
    source_doc = models.CharField("依据", max_length=200, blank=True)
    is_provisional = models.BooleanField("暂定", default=False)

    class Meta:
        ordering = ["date"]
        indexes = [
            models.Index(
                fields=["workday_no"], name="core_day_workday_no", condition=models.Q(is_workday=True)
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["workday_no"], condition=models.Q(is_workday=True), name="core_one_day_per_workday_no"
            ),
        ]

    def __str__(self) -> str:
        return self.date.isoformat()


class LegalInstrument(models.Model):
    """A law, rule or notice that clauses and findings cite (handbook §1.1); versions by effective date."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField("代码", max_length=40)
    title = models.CharField("名称", max_length=200)
    number = models.CharField("文号", max_length=120, blank=True)
    issued_on = models.DateField("印发日期", null=True, blank=True)
    effective_from = models.DateField("施行日期", null=True, blank=True)
    effective_until = models.DateField("失效日期", null=True, blank=True)
    status = models.CharField("状态", max_length=60)
    is_verified = models.BooleanField("已核对原文", default=False)
    note = models.TextField("说明", blank=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "effective_from"], name="core_legal_instrument_version"),
            models.CheckConstraint(
                condition=models.Q(effective_until__isnull=True)
                | models.Q(effective_from__isnull=True)
                | models.Q(effective_until__gte=models.F("effective_from")),
                name="core_legal_instrument_period",
            ),
        ]

    def __str__(self) -> str:
        return self.title
