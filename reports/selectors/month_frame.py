"""A month as all its pages see it: rubric, timetable, run, circular."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from core.errors import DomainError
from core.month import ReportingMonth
from inspections.enums import COUNTED_FINDING_STATES, InspectionState
from inspections.models import Finding, Inspection
from projects.models import MonthlyReturn
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from scoring.enums import RunState
from scoring.facts.window import calendar_around
from scoring.models import ScoreRun
from scoring.rules.rubric import Rubric
from scoring.rules.timeline import Timeline, timeline_for
from scoring.selectors.months import live_run
from scoring.selectors.rubrics import rubric_of_version, version_in_force

RUN_SUBJECT = "scoring.scorerun"


@dataclass(frozen=True)
class MonthFrame:
    """`rubric` and `timeline` are None where no rubric is in force or the calendar does not reach; pages say so."""

    month: ReportingMonth
    rubric: Rubric | None
    timeline: Timeline | None
    run: ScoreRun | None
    circular: Document | None

    @property
    def is_published(self) -> bool:
        """Counties may read the whole table."""
        return self.run is not None and self.run.state == RunState.PUBLISHED


def month_frame(month: ReportingMonth) -> MonthFrame:
    """Read the frame of a month of the current city: four queries at most."""
    run = live_run(month)
    rubric = _rubric(month, run)
    return MonthFrame(month, rubric, _timeline(month, rubric), run, circular_of(run))


def _rubric(month: ReportingMonth, run: ScoreRun | None) -> Rubric | None:
    if run is not None:
        return rubric_of_version(run.rubric)
    try:
        return rubric_of_version(version_in_force(month))
    except DomainError:
        return None


def _timeline(month: ReportingMonth, rubric: Rubric | None) -> Timeline | None:
    if rubric is None or rubric.timeline is None:
        return None
    try:
        calendar, _ = calendar_around(month)
    except DomainError:
        return None
    return timeline_for(rubric.timeline, month, calendar)


def circular_of(run: ScoreRun | None) -> Document | None:
    """The live circular of a run: draft, under review or issued."""
    if run is None:
        return None
    rows = Document.objects.filter(kind=DocumentKind.CIRCULAR, subject_kind=RUN_SUBJECT, subject_id=run.id)
    live = rows.exclude(state__in=[DocumentState.WITHDRAWN, DocumentState.DISCARDED])
    return live.defer("facts", "prose", "content").first()


def latest_month() -> ReportingMonth | None:
    """The latest month with a run, else the latest with records, else None: an empty city."""
    run = ScoreRun.objects.exclude(state=RunState.SUPERSEDED).aggregate(last=Max("month"))["last"]
    if run is not None:
        return ReportingMonth.of(run)
    days = [
        # a return that was only opened is no record of the month yet
        _last(MonthlyReturn.objects.filter(first_submitted_at__isnull=False).aggregate(last=Max("month"))),
        _last(Finding.objects.filter(state__in=COUNTED_FINDING_STATES).aggregate(last=Max("found_on"))),
        # nor is an inspection that is only arranged, for whatever day
        _last(Inspection.objects.filter(state=InspectionState.COMPLETED).aggregate(last=Max("inspected_on"))),
    ]
    found = [day for day in days if day is not None]
    return ReportingMonth.of(max(found)) if found else None


def _last(row: dict[str, Any]) -> dt.date | None:
    last: dt.date | None = row["last"]
    return last
