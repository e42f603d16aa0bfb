"""How long a return has, in words; only the days between are read of the calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from core.month import SHANGHAI
from core.services import database_calendar
from core.workdays import Calendar
from projects.models import MonthlyReturn
from projects.rules.returns import Timing, TimingKind

_LONGEST_HOLIDAY = dt.timedelta(days=15)
"""An act on a day off counts on the next working day, which the calendar must know."""


def calendar_for(returns: Collection[MonthlyReturn], today: dt.date) -> Calendar:
    """The days that decide about these returns. One query."""
    days = [today, *(one.due_on for one in returns if one.due_on is not None)]
    days += [day for day in map(first_submitted_on, returns) if day is not None]
    return database_calendar(min(days), max(days) + _LONGEST_HOLIDAY)


def first_submitted_on(return_: MonthlyReturn) -> dt.date | None:
    """The day of the first submission, in Shanghai."""
    first = return_.first_submitted_at
    return first.astimezone(SHANGHAI).date() if first is not None else None


def left_text(return_: MonthlyReturn, how: Timing, calendar: Calendar, today: dt.date) -> str:
    """`还剩 2 个工作日`, `今天截止`, `按时报送` …"""
    if how.kind is not TimingKind.PENDING or return_.due_on is None:
        return how.label
    if today == return_.due_on:
        return "今天截止"
    return f"还剩 {calendar.workdays_between(today, return_.due_on)} 个工作日"
