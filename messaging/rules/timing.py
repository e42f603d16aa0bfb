"""When a message leaves the house: at once or with the day's digest, and never in the quiet hours. Pure."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
DIGEST_AT = dt.time(8, 30)
"""The slot of the daily digest."""
QUIET_FROM, QUIET_TO = dt.time(22, 0), dt.time(7, 30)
"""Quiet hours of a person who chose none, and of group channels."""


def leaves_at(
    at: dt.datetime,
    *,
    is_urgent: bool,
    is_digest_on: bool,
    quiet_from: dt.time = QUIET_FROM,
    quiet_to: dt.time = QUIET_TO,
) -> dt.datetime:
    """The earliest instant at which a message made at `at` may go out.

    What is not urgent waits for the next digest slot, if the person wants one; what would fall into the quiet hours is
    shifted to their end. Equal ends mean no quiet hours. Hours are those of Asia/Shanghai.
    """
    moment = at.astimezone(SHANGHAI)
    if is_digest_on and not is_urgent:
        moment = _next(moment, DIGEST_AT)
    return _next(moment, quiet_to) if _is_quiet(moment.time(), quiet_from, quiet_to) else moment


def _next(moment: dt.datetime, time: dt.time) -> dt.datetime:
    """The first instant not before `moment` at which the clock shows `time`."""
    slot = moment.replace(hour=time.hour, minute=time.minute, second=0, microsecond=0)
    return slot if slot >= moment else slot + dt.timedelta(days=1)


def _is_quiet(time: dt.time, start: dt.time, end: dt.time) -> bool:
    if start <= end:
        return start <= time < end
    return time >= start or time < end
