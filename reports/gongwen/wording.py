"""How facts are worded in official documents: numbers, dates, lists, ordinals."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from core.month import SHANGHAI
from reports.gongwen.content import Block, Heading, Paragraph

_DIGITS = "零一二三四五六七八九"
_SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）[^。；]{1,24}")


def score(value: Decimal | None) -> str:
    """A score with one decimal; a dash where there is none."""
    return "—" if value is None else str(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def points(value: Decimal | None) -> str:
    """Points of an item, at most two decimals, no trailing zeros; a dash where the item does not apply."""
    if value is None:
        return "—"
    text = str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".")


def change(current: Decimal | None, previous: Decimal | None) -> str:
    """Difference to the month before (环比), signed."""
    if current is None or previous is None:
        return "—"
    difference = current - previous
    if difference == 0:
        return "持平"
    return f"{'+' if difference > 0 else '−'}{score(abs(difference))}"


def percentage(part: int, whole: int) -> str:
    """A ratio in per cent with one decimal; the caller leaves the sentence out when ``whole`` is 0."""
    return f"{score(Decimal(part) * 100 / Decimal(whole))}%"


def day(value: dt.date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def day_of_year(value: dt.date) -> str:
    """Month and day, where the year is plain."""
    return f"{value.month}月{value.day}日"


def period(first: dt.date, last: dt.date) -> str:
    """One day, or a span of days with nothing said twice."""
    if first == last:
        return day(first)
    if first.year != last.year:
        return f"{day(first)}至{day(last)}"
    return (
        f"{day(first)}至{last.day}日" if first.month == last.month else f"{day(first)}至{day_of_year(last)}"
    )


def moment(value: dt.datetime) -> str:
    """A local date and time of day: 2023年10月12日（星期四）9:30."""
    local = value.astimezone(SHANGHAI)
    return f"{day(local.date())}（星期{'一二三四五六日'[local.weekday()]}）{local.hour}:{local.minute:02d}"


def ordinal(number: int) -> str:
    """Chinese ordinal below one hundred: 一 … 十 … 二十一."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return f"{head}{_DIGITS[ones] if ones else ''}"


def listed(names: Iterable[str]) -> str:
    return "、".join(names)


def sentence(text: str) -> str:
    """The text with exactly one full stop at its end."""
    return text.rstrip("。；;，, ") + "。"


@dataclass(slots=True)
class Numbering:
    """Hands out 一、二、… and （一）（二）… while a document is put together."""

    first: int = 0
    second: int = field(default=0, init=False)

    def heading(self, text: str) -> Heading:
        self.first, self.second = self.first + 1, 0
        return Heading(level=1, text=f"{ordinal(self.first)}、{text}")

    def subheading(self, text: str) -> Heading:
        self.second += 1
        return Heading(level=2, text=f"（{ordinal(self.second)}）{text}")


def prose_blocks(text: str) -> Iterator[Block]:
    """What a drafter typed: one paragraph a line; a short line that begins with （一） is a sub-heading."""
    for line in (part.strip() for part in text.replace("\t", " ").splitlines()):
        if _SUBHEADING.fullmatch(line):
            yield Heading(level=2, text=line)
        elif line:
            yield Paragraph(text=line)
