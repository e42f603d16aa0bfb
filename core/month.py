"""The reporting month (报告月): the unit in which counties are scored."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Self
from zoneinfo import ZoneInfo

from core.errors import DomainError
from core.text import quoted

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""The zone that decides to which day and month an instant belongs (architecture §8)."""

_TEXT = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")


class InvalidMonth(DomainError):
    """The text or the date does not name a reporting month."""


@dataclass(frozen=True, order=True, slots=True)
class ReportingMonth:
    """A calendar month (自然月) in Asia/Shanghai. Orders by time; `str()` is "2023-09"."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (dt.MINYEAR < self.year < dt.MAXYEAR and 1 <= self.month <= 12):
            raise InvalidMonth(f"“{self.year}-{self.month}”不是有效的月份。")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2023-09" exactly; anything else raises `InvalidMonth`."""
        match = _TEXT.fullmatch(text)
        if match is None:
            raise InvalidMonth(f"{quoted(text)}不是有效的月份，应写成“2023-09”的形式。")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, moment: dt.date | dt.datetime) -> Self:
        """The month that a day or an aware instant falls in, by the Shanghai calendar."""
        if isinstance(moment, dt.datetime):
            if moment.tzinfo is None:
                raise ValueError("a naive datetime has no month: the zone decides it")
            moment = moment.astimezone(SHANGHAI)
        return cls(moment.year, moment.month)

    @classmethod
    def from_first_day(cls, day: dt.date) -> Self:
        """The inverse of `first`, for the database column; a day other than the 1st is refused."""
        if day.day != 1:
            raise InvalidMonth(f"“{day:%Y-%m-%d}”不是月份的第一天。")
        return cls(day.year, day.month)

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.month, 1)

    @property
    def last(self) -> dt.date:
        return self.next().first - dt.timedelta(days=1)

    @property
    def starts_at(self) -> dt.datetime:
        """First instant of the month, aware."""
        return dt.datetime(self.year, self.month, 1, tzinfo=SHANGHAI)

    @property
    def ends_at(self) -> dt.datetime:
        """First instant AFTER the month, aware: use as `starts_at <= t < ends_at`."""
        return self.next().starts_at

    @property
    def label(self) -> str:
        return f"{self.year}年{self.month}月"

    def shift(self, months: int) -> Self:
        """The month that lies `months` later (earlier when negative)."""
        years, index = divmod(self.month - 1 + months, 12)
        return type(self)(self.year + years, index + 1)

    def next(self) -> Self:
        return self.shift(1)

    def previous(self) -> Self:
        return self.shift(-1)

    def __contains__(self, day: dt.date) -> bool:
        """Whether a day (or an aware instant) falls in this month."""
        return type(self).of(day) == self

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"
