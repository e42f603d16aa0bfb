import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest

from core import display
from core.month import ReportingMonth

NOON_UTC = dt.datetime(2023, 9, 5, 16, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        pytest.param(12345.5, None, "12,345.5", id="thousands"),
        pytest.param(Decimal("74.05"), 1, "74.1", id="half goes up, not to even"),
        pytest.param(Fraction(1, 8), 2, "0.13", id="a fraction"),
        pytest.param(-3, None, "\u22123", id="a real minus sign"),
        pytest.param(0, None, "0", id="zero is a value"),
        pytest.param(None, None, "—", id="nothing"),
        pytest.param(Decimal("7E+1"), None, "70", id="no exponent"),
    ],
)
def test_number_is_written_for_people(value, places, text):
    assert display.number(value, places) == text


def test_money_carries_its_unit_and_two_decimals():
    assert display.wan_yuan(Decimal("3862.5")) == "3,862.50 万元"


@pytest.mark.parametrize(
    ("value", "text"),
    [(Decimal("1.5"), "▲ +1.5"), (Decimal("-1.5"), "▼ \u22121.5"), (Decimal("0.04"), "持平"), (None, "—")],
)
def test_delta_shows_its_sign_and_never_a_colour(value, text):
    assert display.delta(value) == text


def test_an_instant_is_written_by_the_shanghai_clock():
    assert display.moment(NOON_UTC) == "2023-09-06 00:30"
    assert display.day(NOON_UTC) == "2023-09-06"
    assert display.day_cn(NOON_UTC) == "2023年9月6日"


def test_a_month_is_written_alike_from_a_date_and_from_a_month():
    assert display.month_cn(dt.date(2023, 9, 1)) == display.month_cn(ReportingMonth(2023, 9)) == "2023年9月"


@pytest.mark.parametrize(
    ("phone", "text"),
    [
        ("13812345678", "138****5678"),
        ("0816-2222333", "081****2333"),
        ("12345", "*****"),
        ("", "—"),
        (None, "—"),
    ],
)
def test_phone_is_masked_in_the_middle(phone, text):
    assert display.masked_phone(phone) == text


def test_hash_is_spaced_without_losing_a_character():
    digest = "0123456789abcdef" * 4
    assert display.spaced_hash(digest).replace(" ", "") == digest
    assert display.short_hash(digest) == "01234567…cdef"


def test_percent_takes_a_ratio():
    assert display.percent(Fraction(11, 12)) == "91.7%"
