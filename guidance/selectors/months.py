"""Month plans of the year, and whether a month is closed to changes of what it counts."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from core.month import ReportingMonth
from guidance.models import PlanSheet
from inspections.models import MonthPlan
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope, current_scope


def is_month_closed(day: dt.date) -> bool:
    """The month is frozen: what it counts was taken and may not change by the back door.

    The month closes for the whole city at once, also for a county that never filed: the first frozen return of any
    county says so, whatever county the caller acts for.
    """
    with city_scope(current_scope().city_id):
        return MonthlyReturn.objects.filter(month=day.replace(day=1), state=ReturnState.FROZEN).exists()


@dataclass(frozen=True)
class MonthCell:
    """One month of the strip: its plan (issued), its sheet (in the making), and what that means today."""

    month: ReportingMonth
    plan: MonthPlan | None
    sheet: PlanSheet | None
    as_of: dt.date

    @property
    def is_in_time(self) -> bool:
        """Published before the month's first day: what rubric A2 asks."""
        return self.plan is not None and self.plan.published_on < self.month.first

    @property
    def state(self) -> str:
        """IN_TIME, LATE (published too late), MISSING (the month has begun), OPEN (there is still time)."""
        if self.plan is not None:
            return "IN_TIME" if self.is_in_time else "LATE"
        return "MISSING" if self.as_of >= self.month.first else "OPEN"

    @property
    def band(self) -> int:
        """Colour of the heat map."""
        return {"IN_TIME": 1, "LATE": 4, "MISSING": 5, "OPEN": 0}[self.state]

    @property
    def text(self) -> str:
        """What stands in the cell."""
        if self.state == "OPEN":
            return "拟稿" if self.sheet is not None else "—"
        return {"IN_TIME": "按时", "LATE": "迟印", "MISSING": "未印发"}[self.state]

    @property
    def words(self) -> str:
        """For a screen reader."""
        if self.plan is None:
            return f"{self.month.label} {self.text if self.text != '—' else '尚未编制'}"
        return f"{self.month.label} {self.plan.published_on:%Y-%m-%d} 印发，{self.text}"


@dataclass(frozen=True)
class Strip:
    """Twelve months of one jurisdiction."""

    jurisdiction: Jurisdiction
    cells: Sequence[MonthCell]

    @property
    def in_time(self) -> int:
        """Months published in time."""
        return sum(cell.is_in_time for cell in self.cells)


def strips_of(year: int, places: Sequence[Jurisdiction], as_of: dt.date) -> list[Strip]:
    """The year of each place. Two queries."""
    months = [ReportingMonth(year, number) for number in range(1, 13)]
    span = (months[0].first, months[-1].first)
    plans: dict[tuple[uuid.UUID, dt.date], MonthPlan] = {
        (row.jurisdiction_id, row.month): row
        for row in MonthPlan.objects.filter(jurisdiction__in=places, month__range=span)
    }
    sheets = {
        (row.jurisdiction_id, row.month): row
        for row in PlanSheet.objects.filter(jurisdiction__in=places, month__range=span)
    }
    return [
        Strip(
            place,
            [
                MonthCell(
                    month, plans.get((place.pk, month.first)), sheets.get((place.pk, month.first)), as_of
                )
                for month in months
            ],
        )
        for place in places
    ]
