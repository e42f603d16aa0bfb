from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.rules.numbers import clamp, decimal_text, percent, plain, round_half_up


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (Fraction("69.95"), 1, "70.0"),
        (Fraction("69.9499999"), 1, "69.9"),
        (Fraction(1, 3), 4, "0.3333"),
        (Fraction(2, 3), 0, "1"),
        (Fraction("0.5"), 0, "1"),
        (Fraction("-0.05"), 1, "-0.1"),
        (Fraction("-0.04"), 1, "0.0"),
        (0, 1, "0.0"),
        (Decimal("0.005"), 2, "0.01"),
        (1000, 0, "1000"),
    ],
)
def test_half_goes_away_from_nought(value, decimals, text):
    assert str(round_half_up(value, decimals)) == text
    assert decimal_text(value, decimals) == text


@given(st.fractions(), st.integers(0, 25))
def test_rounding_is_to_the_nearest_and_has_its_places(value, decimals):
    rounded = round_half_up(value, decimals)

    assert abs(Fraction(rounded) - value) * 2 <= Fraction(1, 10**decimals)
    assert rounded.as_tuple().exponent == -decimals
    assert Decimal(decimal_text(value, decimals)) == rounded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4, "4"),
        (Decimal("0.50"), "0.5"),
        (Fraction(108, 35), "3.09"),
        (Fraction("2.675"), "2.68"),
        (100, "100"),
    ],
)
def test_plain_has_at_most_two_places(value, text):
    assert plain(value) == text


def test_percent_has_one_place():
    assert percent(Fraction(17, 20)) == "85.0%"
    assert percent(Fraction(1, 3)) == "33.3%"


@pytest.mark.parametrize(("value", "kept"), [(-1, 0), (0, 0), (5, 5), (10, 10), (11, 10)])
def test_clamp(value, kept):
    assert clamp(Fraction(value), 0, 10) == kept
