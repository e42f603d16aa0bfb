"""How values are written for people: one spelling of each kind of value for pages, documents and Excel."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from core.month import SHANGHAI

EMPTY = "—"
"""What stands in a cell or a line without a value."""

MINUS = "\u2212"

Number = int | float | Decimal | Fraction


def _decimal(value: Number | str) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(str(value))


def number(value: Number | str | None, places: int | None = None) -> str:
    """`12345.5` → `12,345.5`; `places` fixes the decimals (half-up, as the rubric rounds)."""
    if value is None or value == "":
        return EMPTY
    exact = _decimal(value)
    if places is not None:
        exact = exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    text = f"{exact:,f}"
    return text.replace("-", MINUS)


def wan_yuan(value: Number | str | None) -> str:
    """An amount that is already in 万元, with two decimals and its unit."""
    return EMPTY if value is None or value == "" else f"{number(value, 2)} 万元"


def score(value: Number | str | None) -> str:
    """A score with one decimal, as scoring.md §4 rounds it."""
    return number(value, 1)


def percent(value: Number | str | None, places: int = 1) -> str:
    """A ratio from 0 to 1 as a percentage."""
    return EMPTY if value is None or value == "" else f"{number(_decimal(value) * 100, places)}%"


def delta(value: Number | str | None, places: int = 1) -> str:
    """A change with its sign and a triangle; never told by colour. `−1.5` → `▼ −1.5`."""
    if value is None or value == "":
        return EMPTY
    exact = _decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    if exact > 0:
        return f"▲ +{number(exact)}"
    return f"▼ {number(exact)}" if exact < 0 else "持平"


def shanghai(moment: dt.datetime) -> dt.datetime:
    return moment if moment.tzinfo is None else moment.astimezone(SHANGHAI)


def day(value: dt.date | dt.datetime | None) -> str:
    """`2023-09-05`, by the Shanghai calendar."""
    if value is None:
        return EMPTY
    return (shanghai(value) if isinstance(value, dt.datetime) else value).strftime("%Y-%m-%d")


def day_cn(value: dt.date | dt.datetime | None) -> str:
    """`2023年9月5日`, without leading zeros, as GB/T 9704 writes dates."""
    if value is None:
        return EMPTY
    local = shanghai(value) if isinstance(value, dt.datetime) else value
    return f"{local.year}年{local.month}月{local.day}日"


def month_cn(value: object) -> str:
    """`2023年9月` of a first-of-month date or of a `ReportingMonth`."""
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月"
    return EMPTY if value is None else str(getattr(value, "label", value))


def moment(value: dt.datetime | None) -> str:
    """`2023-09-05 14:32`, Shanghai time, 24 hours."""
    return EMPTY if value is None else shanghai(value).strftime("%Y-%m-%d %H:%M")


def workdays(value: int | None) -> str:
    """A term counted in working days."""
    return EMPTY if value is None else f"{value} 个工作日"


def masked_phone(value: str | None) -> str:
    """`138****5678`: enough to recognise, not enough to call."""
    text = (value or "").strip()
    if not text:
        return EMPTY
    if len(text) < 7:
        return "*" * len(text)
    return f"{text[:3]}****{text[-4:]}"


def short_hash(value: str | None) -> str:
    """The first and last characters of a SHA-256, for recognising it; the full one stands in a title."""
    text = value or ""
    return f"{text[:8]}…{text[-4:]}" if len(text) > 12 else text or EMPTY


def spaced_hash(value: str | None) -> str:
    """A SHA-256 in groups of eight, to be read aloud or compared by eye."""
    text = value or ""
    return " ".join(text[i : i + 8] for i in range(0, len(text), 8)) or EMPTY
