import dataclasses
import datetime as dt
import enum
import hashlib
import json
import uuid
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import canonical
from core.month import SHANGHAI, ReportingMonth


class Level(enum.StrEnum):
    CITY = "CITY"


@dataclasses.dataclass(frozen=True)
class Point:
    y: Decimal
    x: Fraction


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param({"b": 1, "a": [True, None, "绵阳"]}, '{"a":[true,null,"绵阳"],"b":1}', id="plain"),
        pytest.param(Decimal("1.50"), '"1.5"', id="decimal without trailing zeros"),
        pytest.param(Decimal("1E+3"), '"1000"', id="decimal without exponent"),
        pytest.param(Decimal("100"), '"100"', id="zeros before the point stay"),
        pytest.param(Decimal("-0.00"), '"0"', id="no negative zero"),
        pytest.param(Decimal("0." + "1" * 40), '"0.' + "1" * 40 + '"', id="no rounding to a context"),
        pytest.param(Fraction(6, 4), '"3/2"', id="fraction"),
        pytest.param(Fraction(3), '"3/1"', id="whole fraction"),
        pytest.param(dt.date(2023, 9, 30), '"2023-09-30"', id="date"),
        pytest.param(
            dt.datetime(2023, 10, 1, 0, 30, tzinfo=SHANGHAI), '"2023-09-30T16:30:00Z"', id="instant in UTC"
        ),
        pytest.param(uuid.UUID(int=1), '"00000000-0000-0000-0000-000000000001"', id="uuid"),
        pytest.param(ReportingMonth(2023, 9), '"2023-09"', id="month"),
        pytest.param(Level.CITY, '"CITY"', id="enum"),
        pytest.param({Level.CITY: 1, ReportingMonth(2023, 9): 2}, '{"2023-09":2,"CITY":1}', id="keys"),
        pytest.param(Point(Decimal(1), Fraction(1, 3)), '{"x":"1/3","y":"1"}', id="dataclass"),
        pytest.param(frozenset({3, 1, 2}), "[1,2,3]", id="set in order"),
        pytest.param((), "[]", id="tuple"),
    ],
)
def test_form(value, text):
    assert canonical.dumps(value) == text.encode()


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        Decimal("NaN"),
        Decimal("Infinity"),
        dt.datetime(2023, 9, 30),
        object(),
        b"bytes",
        Point,
        {1: "a"},
        {"2023-09": 1, ReportingMonth(2023, 9): 2},
    ],
)
def test_values_without_a_single_form_are_refused(value):
    with pytest.raises(canonical.NotCanonical):
        canonical.dumps(value)


def test_hash_is_over_the_bytes():
    assert canonical.sha256({"县": 1}) == hashlib.sha256('{"县":1}'.encode()).hexdigest()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_json_values_survive_and_order_of_keys_does_not_matter(value):
    written = canonical.dumps(value)

    assert json.loads(written) == value
    assert canonical.dumps(json.loads(written)) == written
    if isinstance(value, dict):
        assert canonical.dumps(dict(reversed(value.items()))) == written


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_equal_decimals_have_equal_bytes(number):
    text = json.loads(canonical.dumps(number))

    assert Decimal(text) == number
    assert canonical.dumps(number + 0 if number == 0 else number) == canonical.dumps(Decimal(text))
