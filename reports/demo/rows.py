"""What the generator writes: plain rows per kind of record, linked by the keys that people use."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from core.workdays import Calendar

Row = dict[str, Any]
"""Field → value. References hold the other record's number, code or 统一社会信用代码."""

T = TypeVar("T")

YEAR = 2023
"""The year of the source document."""


@dataclass
class Ledger:
    """Rows by model name, in the order in which they were made."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **fields: Any) -> Row:
        """Append a row and return it: later events (a closing date, a reply) are set on it."""
        self.tables.setdefault(table, []).append(fields)
        return fields

    def rows(self, table: str) -> list[Row]:
        """The rows of one kind; an unknown kind has none."""
        return self.tables.get(table, [])


class Dice:
    """Repeatable chance. Each subject has its own stream, so that adding to one does not move the others."""

    def __init__(self, seed: int, subject: str) -> None:
        self._random = random.Random(f"{seed}/{subject}")  # noqa: S311 -- invented records, no secret

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self._random.random() < probability

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def pick(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return self._random.choice(choices)

    def some(self, choices: Sequence[T], count: int) -> list[T]:
        """Different ones among the choices, at most all of them, in the order of the choices."""
        chosen = set(self._random.sample(range(len(choices)), min(count, len(choices))))
        return [choice for index, choice in enumerate(choices) if index in chosen]

    def shuffled(self, choices: Sequence[T]) -> list[T]:
        """All of the choices in another order."""
        return self._random.sample(list(choices), len(choices))

    def money(self, low: int, high: int) -> Decimal:
        """An amount with two decimals."""
        return Decimal(self._random.randint(low * 100, high * 100)) / 100


_CALENDAR = Calendar.shipped()


def workdays_of(month: int) -> list[dt.date]:
    """The working days of a month of the year."""
    return list(_workdays(dt.date(YEAR, month, 1)))


def _workdays(first: dt.date) -> Iterator[dt.date]:
    day = first
    while day.month == first.month:
        if _CALENDAR.is_workday(day):
            yield day
        day += dt.timedelta(days=1)


def workday(date: dt.date) -> dt.date:
    """The day itself, or the next working day."""
    return _CALENDAR.roll_forward(date)


def after_workdays(date: dt.date, term: int) -> dt.date:
    """The working day `term` working days later; the same day for 0."""
    return _CALENDAR.add_workdays(date, term) if term else date


def after_days(date: dt.date, term: int) -> dt.date:
    """A term of calendar days, moved forward from a day off."""
    return _CALENDAR.add_days(date, term)


def month_day(month: int, day: int) -> dt.date:
    """A day of the year; months 0 and 13 reach into the neighbouring years."""
    if month < 1:
        return dt.date(YEAR - 1, 12 + month, day)
    if month > 12:
        return dt.date(YEAR + 1, month - 12, day)
    return dt.date(YEAR, month, day)
