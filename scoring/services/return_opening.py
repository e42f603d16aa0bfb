"""Which months' returns are to be opened, and by when the rubric wants them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from core.month import ReportingMonth
from projects.models import MonthlyReturn
from projects.selectors.returns.head_counts import recorded_counts
from projects.services.legal_person_reports import open_legal_person_reports
from projects.services.returns.opening import Progress, counties_without_return, open_returns
from scoring.facts.window import calendar_around
from scoring.rules.errors import RubricError
from scoring.rules.timeline import timeline_for
from scoring.selectors.rubrics import rubric_of_version, version_in_force
from tenancy.jobs import enqueue
from tenancy.models import Job

OPEN = "open_returns"
_MOST_MONTHS_BEHIND = 12


def report_due_on(month: ReportingMonth) -> dt.date:
    """The day by which the return is due: `meta.timeline.report_due` of the rubric in force in the month.

    Raises RubricError, CalendarMissing.
    """
    rubric = rubric_of_version(version_in_force(month))
    if rubric.timeline is None:
        raise RubricError("meta.timeline", "缺少时间安排。")
    calendar, _ = calendar_around(month)
    return timeline_for(rubric.timeline, month, calendar).report_due_on


def months_to_open(at: dt.datetime) -> list[ReportingMonth]:
    """Months whose returns should be open by now and are not: the month before `at`, and those that an outage skipped
    since the last month that was opened here."""
    last = ReportingMonth.of(at).previous()
    first = last
    newest = MonthlyReturn.objects.filter(opened_at__isnull=False).order_by("-month").first()
    if newest is not None:
        first = max(ReportingMonth.from_first_day(newest.month), last.shift(1 - _MOST_MONTHS_BEHIND))
    months = []
    while first <= last:
        months.append(first)
        first = first.next()
    return [month for month in months if counties_without_return(month)]


def request_opening(*, month: ReportingMonth, by: Any, at: dt.datetime) -> Job:
    """Queue the opening. The day stands in the key: a county that comes into the city later is opened another day."""
    return enqueue(
        kind=OPEN,
        key=f"{month}:{at:%Y-%m-%d}",
        title=f"{month.label}月报开放",
        payload={"month": str(month), "at": at.isoformat()},
        by=by,
        at=at,
    )


def open_month(
    *, month: ReportingMonth, by: Any, at: dt.datetime, progress: Progress | None = None
) -> list[MonthlyReturn]:
    """Open the month's returns of the city, due as the rubric says, their heads proposed from the records; with them the
    quality reports of the legal persons of key objects (rubric B4).

    Raises RubricError, CalendarMissing.
    """
    due_on = report_due_on(month)
    open_legal_person_reports(month=month, due_on=due_on, by=by, at=at)
    return open_returns(
        month=month,
        due_on=due_on,
        by=by,
        at=at,
        head_counts=recorded_counts(month, [county.pk for county in counties_without_return(month)]),
        progress=progress,
    )
