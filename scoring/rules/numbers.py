"""Exact numbers and how they are written. Nothing here rounds before it is asked to."""

from decimal import Decimal
from fractions import Fraction

Number = Fraction | Decimal | int

_HALF = Fraction(1, 2)


def round_half_up(value: Number, decimals: int) -> Decimal:
    """四舍五入: the nearest multiple of 10^-decimals, the half away from zero; always `decimals` places."""
    exact = Fraction(value)
    scale = 10**decimals
    magnitude = (abs(exact) * scale + _HALF).__floor__()
    sign = int(exact < 0 and magnitude > 0)
    digits = tuple(int(digit) for digit in str(magnitude))
    return Decimal((sign, digits, -decimals))


def decimal_text(value: Number, decimals: int) -> str:
    """The value with exactly `decimals` places, never in exponent form."""
    return format(round_half_up(value, decimals), "f")


def plain(value: Number) -> str:
    """For sentences: at most two places and no trailing zeros ("4", "0.5", "3.09")."""
    text = decimal_text(value, 2)
    return text.rstrip("0").rstrip(".")


def percent(value: Number) -> str:
    """For sentences: a share as per cent with one place ("85.0%")."""
    return decimal_text(Fraction(value) * 100, 1) + "%"


def clamp(value: Fraction, low: Number, high: Number) -> Fraction:
    return min(max(value, Fraction(low)), Fraction(high))
