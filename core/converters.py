"""Path converters: parts of addresses that are values of the trade."""

from __future__ import annotations

import datetime as dt

from core.month import InvalidMonth, ReportingMonth

_YEARS = range(1990, 2101)
"""Of months that have an address; each has a month before and after it."""


class MonthConverter:
    """`2023-09` ↔ `ReportingMonth`; a text that is no month is an address that does not exist."""

    regex = "[0-9]{4}-[0-9]{2}"

    def to_python(self, value: str) -> ReportingMonth:
        """Raises ValueError, which Django takes as "no such address"."""
        try:
            month = ReportingMonth.parse(value)
        except InvalidMonth as refusal:
            raise ValueError(str(refusal)) from refusal
        if month.year not in _YEARS:
            raise ValueError(f"{month} lies outside of every register")
        return month

    def to_url(self, value: ReportingMonth | dt.date | str) -> str:
        """Of a month, of its first day, or of its text."""
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else str(value)
