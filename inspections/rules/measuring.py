"""Figures of an inspection: means, deviations, pass rates, the comparison of two series. Decimal throughout.

Rounding: half up, once, at the end; means to one digit more than the readings, percentages to two digits. A judgement
(within the tolerance, within the allowed difference) is made on the exact figure, never on the rounded one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction

PERCENT_DIGITS = 2
_WIDE = Context(prec=60)
_SEPARATORS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True, slots=True)
class Measured:
    """What a series of readings says. deviation_percent: of the mean from the design value. pass_*: within tolerance."""

    count: int
    mean: Decimal
    smallest: Decimal
    largest: Decimal
    deviation_percent: Decimal | None
    pass_count: int | None
    pass_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Compared:
    """平行检测: the supervisor's series against the contractor's own; the difference in % of the own mean."""

    own_mean: Decimal
    supervised_mean: Decimal
    difference_percent: Decimal | None
    is_within: bool | None


def parse_series(text: str) -> list[str]:
    """Readings as people write them, separated by blanks or commas; anything else stays as it is, to be refused.

    >>> parse_series("31.2 30.5，32.0、29")
    ['31.2', '30.5', '32.0', '29']
    """
    return [part for part in _SEPARATORS.split(text.strip()) if part]


def digits_of(values: Sequence[Decimal]) -> int:
    """How many digits after the point the readings were taken with."""
    return max((max(0, -int(value.as_tuple().exponent)) for value in values), default=0)


def rounded(value: Fraction, digits: int) -> Decimal:
    """Half up, away from zero, to so many digits after the point.

    >>> rounded(Fraction(25, 1000), 2), rounded(Fraction(-25, 1000), 2)
    (Decimal('0.03'), Decimal('-0.03'))
    """
    with_room = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    return with_room.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP, context=_WIDE)


def _mean(values: Sequence[Decimal]) -> Fraction:
    return sum((Fraction(value) for value in values), Fraction(0)) / len(values)


def measure(
    values: Sequence[Decimal], *, design: Decimal | None = None, tolerance: Decimal | None = None
) -> Measured | None:
    """Judge readings against a design value ± tolerance (same unit). None without readings.

    >>> m = measure([Decimal("24.0"), Decimal("25.5"), Decimal("27.0")], design=Decimal(25), tolerance=Decimal(1))
    >>> (m.mean, m.deviation_percent, m.pass_count, m.pass_percent)
    (Decimal('25.50'), Decimal('2.00'), 2, Decimal('66.67'))
    """
    if not values:
        return None
    mean = _mean(values)
    deviation = None
    if design:
        deviation = rounded((mean - Fraction(design)) * 100 / abs(Fraction(design)), PERCENT_DIGITS)
    passed = None
    if design is not None and tolerance is not None:
        passed = sum(abs(Fraction(value) - Fraction(design)) <= abs(Fraction(tolerance)) for value in values)
    return Measured(
        count=len(values),
        mean=rounded(mean, digits_of(values) + 1),
        smallest=min(values),
        largest=max(values),
        deviation_percent=deviation,
        pass_count=passed,
        pass_percent=None if passed is None else rounded(Fraction(passed * 100, len(values)), PERCENT_DIGITS),
    )


def compare(
    own: Sequence[Decimal], supervised: Sequence[Decimal], *, allowed_percent: Decimal | None = None
) -> Compared | None:
    """Two series of the same quantity. None while one of them is empty.

    >>> c = compare([Decimal(97), Decimal(99)], [Decimal(95), Decimal(96)], allowed_percent=Decimal(3))
    >>> (c.own_mean, c.supervised_mean, c.difference_percent, c.is_within)
    (Decimal('98.0'), Decimal('95.5'), Decimal('-2.55'), True)
    """
    if not own or not supervised:
        return None
    mine, theirs = _mean(own), _mean(supervised)
    exact = (theirs - mine) * 100 / abs(mine) if mine else None
    within = None
    if exact is not None and allowed_percent is not None:
        within = abs(exact) <= abs(Fraction(allowed_percent))
    digits = max(digits_of(own), digits_of(supervised)) + 1
    return Compared(
        own_mean=rounded(mine, digits),
        supervised_mean=rounded(theirs, digits),
        difference_percent=None if exact is None else rounded(exact, PERCENT_DIGITS),
        is_within=within,
    )


def least_parallel(own_count: int, *, material: str, is_important: bool) -> int:
    """How many parallel tests SL 288-2014 asks for: concrete 3 % (at least one at important parts), soil 5 % (three).

    >>> least_parallel(100, material="CONCRETE", is_important=False), least_parallel(10, material="SOIL", is_important=True)
    (3, 3)
    """
    share, least = {"CONCRETE": (3, 1), "SOIL": (5, 3)}[material]
    needed = -(-own_count * share // 100)
    return max(needed, least) if is_important else needed
