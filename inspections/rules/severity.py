"""How severe a finding is proposed to be, and why: the inspector decides, and says so when he decides otherwise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

SEVERITIES: Final = ("GENERAL", "SERIOUS", "GRAVE")
"""In rising order (水监督〔2019〕139号: 一般、较重、严重)."""
NAMES: Final = {"GENERAL": "一般", "SERIOUS": "较重", "GRAVE": "严重"}
REPEAT_MONTHS: Final = 12
"""A problem that the same organization had within so many months is a repeated one."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier finding of the same organization under the same catalogue code."""

    number: str
    found_on: dt.date


@dataclass(frozen=True, slots=True)
class Proposal:
    """severity: one of SEVERITIES. reason: one sentence. repeats: the newest earlier finding that counts, if any."""

    severity: str
    reason: str
    repeats: Earlier | None


def months_before(day: dt.date, months: int) -> dt.date:
    """The same day so many months earlier; the last day of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    following = dt.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return dt.date(year, month + 1, min(day.day, (following - dt.timedelta(days=1)).day))


def propose(*, catalogue_severity: str, code: str, found_on: dt.date, earlier: Iterable[Earlier]) -> Proposal:
    """The catalogue's severity; one step higher when the organization repeats the problem within twelve months.

    >>> day = dt.date(2023, 9, 5)
    >>> propose(catalogue_severity="GENERAL", code="SG-01", found_on=day, earlier=[]).reason
    '按问题清单 SG-01 定为一般。'
    >>> again = [Earlier("WT-7", dt.date(2022, 12, 1))]
    >>> propose(catalogue_severity="GENERAL", code="SG-01", found_on=day, earlier=again).severity
    'SERIOUS'
    """
    since = months_before(found_on, REPEAT_MONTHS)
    counted = [item for item in earlier if since <= item.found_on < found_on]
    last = max(counted, key=lambda item: (item.found_on, item.number), default=None)
    listed = f"按问题清单 {code} 定为{NAMES[catalogue_severity]}"
    if last is None:
        return Proposal(catalogue_severity, f"{listed}。", None)
    raised = SEVERITIES[min(SEVERITIES.index(catalogue_severity) + 1, len(SEVERITIES) - 1)]
    again = f"同一单位 12 个月内重复发生（{last.number}，{last.found_on:%Y-%m-%d}）"
    if raised == catalogue_severity:
        return Proposal(raised, f"{listed}；{again}。", last)
    return Proposal(raised, f"{listed}；{again}，建议升一档为{NAMES[raised]}。", last)
