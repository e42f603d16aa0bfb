import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.month import InvalidMonth, ReportingMonth

months = st.builds(ReportingMonth, st.integers(1900, 2100), st.integers(1, 12))


def test_text_label_and_bounds():
    month = ReportingMonth.parse("2024-02")

    assert (str(month), month.label) == ("2024-02", "2024年2月")
    assert (month.first, month.last) == (dt.date(2024, 2, 1), dt.date(2024, 2, 29))
    assert month.starts_at == dt.datetime(2024, 1, 31, 16, tzinfo=dt.UTC)
    assert month.ends_at == dt.datetime(2024, 2, 29, 16, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text", ["2023-13", "2023-00", "2023-9", "23-09", "2023-09-01", "2023年9月", "", "２０２３-09"]
)
def test_other_text_is_refused_with_a_sentence(text):
    with pytest.raises(InvalidMonth, match=r"不是有效的月份.*。$"):
        ReportingMonth.parse(text)


@pytest.mark.parametrize(("year", "month"), [(2023, 0), (2023, 13), (0, 1), (9999, 1)])
def test_impossible_months_cannot_be_made(year, month):
    with pytest.raises(InvalidMonth):
        ReportingMonth(year, month)


def test_the_shanghai_calendar_decides():
    last_instant = dt.datetime(2023, 9, 30, 15, 59, 59, tzinfo=dt.UTC)

    assert ReportingMonth.of(last_instant) == ReportingMonth(2023, 9)
    assert ReportingMonth.of(last_instant + dt.timedelta(seconds=1)) == ReportingMonth(2023, 10)
    assert ReportingMonth.of(dt.date(2023, 9, 30)) == ReportingMonth(2023, 9)
    with pytest.raises(ValueError, match="naive"):
        ReportingMonth.of(dt.datetime(2023, 9, 30))


def test_only_a_first_day_names_a_month():
    assert ReportingMonth.from_first_day(dt.date(2023, 9, 1)) == ReportingMonth(2023, 9)
    with pytest.raises(InvalidMonth, match=r"不是月份的第一天。$"):
        ReportingMonth.from_first_day(dt.date(2023, 9, 2))


def test_days_belong_to_their_month():
    september = ReportingMonth(2023, 9)

    assert dt.date(2023, 9, 30) in september
    assert dt.date(2023, 10, 1) not in september


@given(months, st.integers(-600, 600))
def test_shift_moves_and_returns(month, by):
    moved = month.shift(by)

    assert moved.shift(-by) == month
    assert (moved > month) == (by > 0)
    assert (moved.year * 12 + moved.month) - (month.year * 12 + month.month) == by


@given(months)
def test_text_and_first_day_are_inverse(month):
    assert ReportingMonth.parse(str(month)) == month
    assert ReportingMonth.from_first_day(month.first) == month
    assert month.next().first - month.last == dt.timedelta(days=1)
    assert month.previous().next() == month
