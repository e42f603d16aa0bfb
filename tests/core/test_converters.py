"""Parts of addresses: a month that has no neighbours is no address."""

from __future__ import annotations

import pytest

from core.converters import MonthConverter


@pytest.mark.parametrize("text", ["0001-01", "1989-12", "2101-01", "9998-12", "2023-13"])
def test_months_outside_of_every_register_have_no_address(text):
    with pytest.raises(ValueError, match=r"."):
        MonthConverter().to_python(text)


@pytest.mark.parametrize("text", ["1990-01", "2100-12"])
def test_the_first_and_the_last_month_have_neighbours(text):
    month = MonthConverter().to_python(text)

    assert month.previous() < month < month.next()
    assert MonthConverter().to_url(month) == text
