"""The period that facts are read for: every date and number that the queries need, from month, rubric, calendar."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import DomainError
from core.models import CalendarDay
from core.month import SHANGHAI, ReportingMonth
from core.workdays import Calendar, Day, DayKind
from enforcement.enums import ISSUED_NOTICE_STATES
from inspections.enums import COUNTED_FINDING_STATES
from projects.enums import COMMITTED_ROLES
from scoring.rules.errors import RubricError
from scoring.rules.rubric import Rubric
from scoring.rules.timeline import timeline_for

_CALENDAR_BEFORE = dt.timedelta(days=190)
_CALENDAR_AFTER = dt.timedelta(days=75)
_ONE_DAY = dt.timedelta(days=1)

_TERMS = {
    "notice": "notice_within_workdays",
    "transfer": "transfer_within_workdays",
    "failed_test": "failed_test_within_workdays",
    "publish": "publish_within_workdays",
}
"""Terms in working days: a duty counts in the month in which its term ends."""


class CalendarMissing(DomainError):
    """The table of working days does not reach the month."""


@dataclass(frozen=True, slots=True)
class Window:
    """What "the month" means to a query. `parameters` are the named SQL parameters; no query reads a clock."""

    city_id: uuid.UUID
    month: ReportingMonth
    rubric: Rubric
    calendar: Calendar
    frozen_at: dt.datetime
    parameters: Mapping[str, Any]


def calendar_around(month: ReportingMonth) -> tuple[Calendar, dict[dt.date, int]]:
    """The working days around a month, and their running numbers, in one query.

    Raises CalendarMissing where the table has a gap.
    """
    first, last = month.first - _CALENDAR_BEFORE, month.last + _CALENDAR_AFTER
    rows = list(
        CalendarDay.objects.filter(date__range=(first, last)).values_list(
            "date", "kind", "workday_no", "is_provisional"
        )
    )
    if len(rows) != (last - first).days + 1:
        raise CalendarMissing(f"工作日历不覆盖{month.label}前后的日期，请先载入当年的节假日安排。")
    days = (Day(date, DayKind(kind), is_provisional=guess) for date, kind, _, guess in rows)
    return Calendar(days), {date: number for date, _, number, _ in rows}


def open_window(*, city_id: uuid.UUID, month: ReportingMonth, rubric: Rubric) -> Window:
    """The window of a month under a rubric.

    Raises RubricError when the rubric has no timetable or lacks a parameter, CalendarMissing as above.
    """
    if rubric.timeline is None:
        raise RubricError("meta.timeline", "缺少时间安排。")
    calendar, numbers = calendar_around(month)
    timeline = timeline_for(rubric.timeline, month, calendar)
    parameters: dict[str, object] = {
        "city": city_id,
        "zone": SHANGHAI.key,
        "year": month.year,
        "first": month.first,
        "last": month.last,
        "frozen_at": timeline.data_freeze_at,
        "freeze_day": timeline.data_freeze_at.astimezone(SHANGHAI).date() - _ONE_DAY,
        "report_due": timeline.report_due_on,
        "counted": [state.value for state in COUNTED_FINDING_STATES],
        "issued": [state.value for state in ISSUED_NOTICE_STATES],
        "committed": [role.value for role in COMMITTED_ROLES],
        **_spans(month, rubric),
        **_red_line_sources(rubric),
    }
    for name, parameter in _TERMS.items():
        parameters |= _term(name, rubric.whole_parameter(parameter), month, numbers)
    return Window(city_id, month, rubric, calendar, timeline.data_freeze_at, parameters)


def _spans(month: ReportingMonth, rubric: Rubric) -> dict[str, object]:
    """First days of the rolling periods (this month included) and the plain limits."""

    def first_of(parameter: str) -> dt.date:
        return month.shift(1 - rubric.whole_parameter(parameter)).first

    return {
        "quarter_first": first_of("rolling_quarter_months"),
        "year_first": first_of("rolling_year_months"),
        "lookback_first": first_of("city_only_lookback_months"),
        "duty_first": first_of("duty_inspection_valid_months"),
        "missing_first": first_of("missing_return_months"),
        "repeat_first": month.shift(-rubric.whole_parameter("repeat_lookback_months")).first,
        "repeat_months": rubric.whole_parameter("repeat_lookback_months"),
        "staff_ratio_max": rubric.parameter("staff_ratio_max"),
        "sample_ratio": rubric.parameter("sample_ratio_min_county"),
        "grave_due_before": month.last - dt.timedelta(days=rubric.whole_parameter("grave_overdue_days")),
    }


def _red_line_sources(rubric: Rubric) -> dict[str, object]:
    return {
        "line_sources": list(rubric.red_line_sources),
        "line_ids": list(rubric.red_line_sources.values()),
    }


def _term(
    name: str, workdays: int, month: ReportingMonth, numbers: Mapping[dt.date, int]
) -> dict[str, object]:
    """The days on which a term of `workdays` must have begun to end within the month.

    A term from day d ends on the working day numbered no(d) + n, so it ends within the month exactly when
    no(day before the month) < no(d) + n <= no(last day).
    """
    low, high = numbers[month.first - _ONE_DAY] - workdays, numbers[month.last] - workdays
    starts = [day for day, number in numbers.items() if low < number <= high]
    return {
        f"{name}_workdays": workdays,
        # an empty span (a month without working days) is written as one that nothing is between
        f"{name}_from": min(starts, default=month.last),
        f"{name}_to": max(starts, default=month.first),
    }
