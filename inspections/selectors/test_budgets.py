"""Money of supervisory tests (元) and batches of a month."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from core.month import ReportingMonth
from inspections.enums import CommissionState, OrganizerLevel
from inspections.models import (
    MonthPlan,
    SupervisoryTest,
    SupervisoryTestBudget,
    SupervisoryTestCommission,
)
from tenancy.models import Jurisdiction

_SPENDING = (CommissionState.COMMISSIONED, CommissionState.SAMPLED, CommissionState.REPORTED)


@dataclass(frozen=True)
class BudgetLine:
    """A year's money: granted, taken by commissions, left. `row` None where no budget was recorded."""

    jurisdiction: Jurisdiction
    year: int
    row: SupervisoryTestBudget | None
    spent: Decimal

    @property
    def amount(self) -> Decimal:
        """What was granted."""
        return self.row.amount_yuan if self.row is not None else Decimal(0)

    @property
    def left(self) -> Decimal:
        """What a commission may still take."""
        return self.amount - self.spent


@dataclass(frozen=True)
class BatchLine:
    """Batches of one county in a month (rubric F1)."""

    county: Jurisdiction
    planned: int | None
    done: int

    @property
    def is_short(self) -> bool:
        """Fewer than planned."""
        return self.planned is not None and self.done < self.planned


def spent_yuan(jurisdiction: Jurisdiction, year: int) -> Decimal:
    """What the year's commissions of the jurisdiction's own office cost, and tests recorded without a commission."""
    commissions: QuerySet[SupervisoryTestCommission] = SupervisoryTestCommission.objects.filter(
        state__in=_SPENDING, commissioned_on__year=year
    )
    tests = SupervisoryTest.objects.filter(commission__isnull=True, sampled_on__year=year)
    if jurisdiction.parent_id is None:
        level = {"organizer_level": OrganizerLevel.CITY}
        commissions, tests = commissions.filter(**level), tests.filter(**level)
    else:
        own = {"organizer_level": OrganizerLevel.COUNTY, "jurisdiction": jurisdiction}
        commissions, tests = commissions.filter(**own), tests.filter(**own)
    totals = [rows.aggregate(total=Sum("fee_yuan"))["total"] for rows in (commissions, tests)]
    return sum((total or Decimal(0) for total in totals), Decimal(0))


def budget_lines(jurisdiction: Jurisdiction, years: list[int]) -> list[BudgetLine]:
    """The jurisdiction's own money of each of the years."""
    known = {row.year: row for row in SupervisoryTestBudget.objects.filter(jurisdiction=jurisdiction)}
    shown = sorted({*known, *years}, reverse=True)
    return [BudgetLine(jurisdiction, year, known.get(year), spent_yuan(jurisdiction, year)) for year in shown]


def batch_lines(day: dt.date, counties: list[Jurisdiction]) -> list[BatchLine]:
    """Planned and sampled batches of the counties' own tests in the month of the day: what F1 counts. Two queries."""
    month = ReportingMonth.of(day)
    planned: dict[uuid.UUID, int] = dict(
        MonthPlan.objects.filter(month=month.first).values_list("jurisdiction_id", "test_batch_count")
    )
    rows = SupervisoryTest.objects.filter(
        sampled_on__range=(month.first, month.last), organizer_level=OrganizerLevel.COUNTY
    )
    done = dict(
        rows.order_by()
        .values("jurisdiction_id")
        .annotate(n=Sum("batch_count"))
        .values_list("jurisdiction_id", "n")
    )
    return [BatchLine(county, planned.get(county.pk), done.get(county.pk, 0)) for county in counties]
