"""Working days (工作日) and the terms counted in them.

The truth is the table of days that the State Council's yearly notices make. Beyond it the
`chinese_calendar` package answers (2004–2026), then Monday–Friday; both are flagged provisional,
because no notice stands behind them.
"""

import csv
import datetime as dt
import enum
import functools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import resources

import chinese_calendar

TABLE_FIRST = dt.date(2022, 1, 1)
TABLE_LAST = dt.date(2028, 12, 31)

_ONE_DAY = dt.timedelta(days=1)
_SATURDAY = 5


class DayKind(enum.StrEnum):
    """What a day is. WEEKEND and WORKDAY are ordinary days that no notice moves."""

    WORKDAY = "WORKDAY"
    WEEKEND = "WEEKEND"
    HOLIDAY = "HOLIDAY"
    MAKEUP_WORKDAY = "MAKEUP_WORKDAY"


_WORKING = frozenset({DayKind.WORKDAY, DayKind.MAKEUP_WORKDAY})


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its kind, the name of the holiday if any, and where the knowledge comes from.

    `is_provisional` means that no notice of the State Council covers the day (yet).
    """

    date: dt.date
    kind: DayKind
    name: str = ""
    source_doc: str = ""
    is_provisional: bool = False

    @property
    def is_workday(self) -> bool:
        return self.kind in _WORKING


@dataclass(frozen=True, slots=True)
class NumberedDay:
    """A row of the day table. `workday_no` = number of working days from the table's start up to the day.

    A term of n working days from d ends on the working day whose `workday_no` is no(d) + n.
    """

    day: Day
    workday_no: int


class Calendar:
    """Answers for single days and counts terms. Immutable; any day may be asked."""

    def __init__(self, days: Iterable[Day] = ()) -> None:
        self._days: Mapping[dt.date, Day] = {day.date: day for day in days}

    @classmethod
    def shipped(cls) -> "Calendar":
        """The calendar of the notices that ship with the product (2023–2026)."""
        return _shipped()

    def day(self, date: dt.date) -> Day:
        """What is known about a day: table, else package, else Monday–Friday."""
        return self._days.get(date) or _fallback(date)

    def is_workday(self, date: dt.date) -> bool:
        return self.day(date).is_workday

    def is_provisional(self, first: dt.date, last: dt.date) -> bool:
        """Whether a term between two days (both counted) rests on any day without a notice."""
        return any(self.day(date).is_provisional for date in _each_day(first, last))

    def roll_forward(self, date: dt.date) -> dt.date:
        """The day itself when it is a working day, else the next working day (顺延)."""
        while not self.is_workday(date):
            date += _ONE_DAY
        return date

    def add_workdays(self, received_on: dt.date, term: int) -> dt.date:
        """Last day of a term of `term` working days (≥ 1): day of receipt not counted (handbook §8)."""
        if term < 1:
            raise ValueError("a term has at least one working day")
        date = received_on
        while term:
            date += _ONE_DAY
            term -= self.is_workday(date)
        return date

    def add_days(self, received_on: dt.date, term: int) -> dt.date:
        """Last day of a term of `term` calendar days (≥ 1), moved forward from a day off (handbook §8)."""
        if term < 1:
            raise ValueError("a term has at least one day")
        return self.roll_forward(received_on + dt.timedelta(days=term))

    def workdays_between(self, after: dt.date, until: dt.date) -> int:
        """Working days d with after < d <= until; until < after gives the mirror image's negative count."""
        if until < after:
            return -self.workdays_between(until, after)
        return sum(self.is_workday(date) for date in _each_day(after + _ONE_DAY, until))

    def workdays_late(self, due_on: dt.date, done_on: dt.date) -> int:
        """Working days by which an act missed its due day; 0 when it did not.

        An act on a day off counts as done on the next working day: a report due on Friday and filed
        on Saturday is one working day late, not nought.
        """
        if done_on <= due_on:
            return 0
        return self.workdays_between(due_on, self.roll_forward(done_on))


def day_table(
    calendar: Calendar, first: dt.date = TABLE_FIRST, last: dt.date = TABLE_LAST
) -> list[NumberedDay]:
    """Every day from `first` to `last` with its running number of working days, for the database."""
    rows = []
    number = 0
    for date in _each_day(first, last):
        day = calendar.day(date)
        number += day.is_workday
        rows.append(NumberedDay(day=day, workday_no=number))
    return rows


def shipped_days() -> list[Day]:
    """All days of the years that the shipped notices cover, ordinary days included, none provisional."""
    special = {day.date: day for day in _notice_days()}
    sources: dict[int, str] = {}
    for date, day in sorted(special.items()):
        # the first row of a year is its own notice; late December may belong to the next one
        sources.setdefault(date.year, day.source_doc)
    return [
        special.get(date) or Day(date, _weekday_kind(date), source_doc=source_doc)
        for year, source_doc in sorted(sources.items())
        for date in _each_day(dt.date(year, 1, 1), dt.date(year, 12, 31))
    ]


def _notice_days() -> Iterator[Day]:
    text = resources.files("core").joinpath("data/calendar.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        for date in _each_day(dt.date.fromisoformat(row["first"]), dt.date.fromisoformat(row["last"])):
            yield Day(date, DayKind(row["kind"]), row["name"], row["source_doc"])


@functools.cache
def _shipped() -> Calendar:
    return Calendar(shipped_days())


def _fallback(date: dt.date) -> Day:
    try:
        off, festival = chinese_calendar.get_holiday_detail(date)
    except NotImplementedError:  # the package knows no notice for that year
        return Day(date, _weekday_kind(date), is_provisional=True)
    ordinary = _weekday_kind(date)
    kind = ordinary
    if off and festival:
        kind = DayKind.HOLIDAY
    elif not off and ordinary is DayKind.WEEKEND:
        kind = DayKind.MAKEUP_WORKDAY
    name = chinese_calendar.Holiday(festival).chinese if festival else ""
    source = f"chinesecalendar {chinese_calendar.__version__}"
    return Day(date, kind, name, source_doc=source, is_provisional=True)


def _weekday_kind(date: dt.date) -> DayKind:
    return DayKind.WEEKEND if date.weekday() >= _SATURDAY else DayKind.WORKDAY


def _each_day(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    for offset in range((last - first).days + 1):
        yield first + dt.timedelta(days=offset)
