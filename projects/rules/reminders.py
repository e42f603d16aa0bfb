"""The ladder of reminders for a monthly return, in working days from its due day. Pure."""

from __future__ import annotations

import datetime as dt

from core.workdays import Calendar

LADDER = (-5, -1, 0, 1, 3)
"""T−5, T−1, T0, T+1, T+3 (peers.md §A2: reminders relative to the end of the period, then the superior)."""
SUPERIOR = 3
"""From this step on the superior is told as well."""
GIVE_UP_AFTER = dt.timedelta(days=31)
"""A month later the return is missing, not late: that is the clerk's and the score's business."""


def day_of_step(due_on: dt.date, step: int, calendar: Calendar) -> dt.date:
    """The working day of a step: `step` working days after the due day, before it when negative."""
    date, left = due_on, abs(step)
    one = dt.timedelta(days=1 if step > 0 else -1)
    while left:
        date += one
        left -= calendar.is_workday(date)
    return date


def step_on(today: dt.date, due_on: dt.date, calendar: Calendar) -> int | None:
    """The newest step whose day has come: what a run of today sends, also when earlier runs did not happen.

    None before the first step, on days off (nobody is at work to read it) and long after the last one.
    """
    if not calendar.is_workday(today) or today > due_on + GIVE_UP_AFTER:
        return None
    reached = [step for step in LADDER if day_of_step(due_on, step, calendar) <= today]
    return reached[-1] if reached else None
