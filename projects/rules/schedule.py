"""进度偏差: how far 形象进度 is behind the days that have gone by. Pure: no database, no clock."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_WHOLE = Decimal(100)
_PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Schedule:
    """What was agreed of a project's time and what became of it. duration_days: approved, else by contract."""

    started_on: dt.date | None
    duration_days: int | None
    planned_finish_on: dt.date | None
    finished_on: dt.date | None
    progress_percent: Decimal | None


@dataclass(frozen=True)
class Deviation:
    """behind_percent: elapsed share minus 形象进度, in percentage points; negative is ahead, None is not known.

    overdue_days: days after planned_finish_on, 0 when not overdue.
    """

    elapsed_percent: Decimal | None
    behind_percent: Decimal | None
    overdue_days: int


def deviation(schedule: Schedule, as_of: dt.date) -> Deviation:
    """As of a day, or of the day it was finished on where that came first."""
    until = min(as_of, schedule.finished_on) if schedule.finished_on else as_of
    elapsed = _elapsed(schedule, until)
    progress = schedule.progress_percent
    behind = None if elapsed is None or progress is None else elapsed - progress
    planned = schedule.planned_finish_on
    overdue = 0 if planned is None else max((until - planned).days, 0)
    return Deviation(elapsed, behind, overdue)


def _elapsed(schedule: Schedule, until: dt.date) -> Decimal | None:
    """Share of the duration that has gone by, 0 to 100: days since the start, as the risk rules count them."""
    days = schedule.duration_days or _planned_days(schedule)
    if schedule.started_on is None or days is None or days <= 0:
        return None
    gone = (until - schedule.started_on).days
    share = _WHOLE * min(max(gone, 0), days) / days
    return share.quantize(_PLACES, ROUND_HALF_UP)


def _planned_days(schedule: Schedule) -> int | None:
    if schedule.started_on is None or schedule.planned_finish_on is None:
        return None
    return (schedule.planned_finish_on - schedule.started_on).days
