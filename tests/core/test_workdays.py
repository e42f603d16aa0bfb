import datetime as dt
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workdays import Calendar, Day, DayKind, day_table, shipped_days

SHIPPED = Calendar.shipped()
TABLE = day_table(SHIPPED)
days_of_the_table = st.dates(dt.date(2022, 1, 1), dt.date(2028, 6, 30))


def day(text):
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(("year", "workdays"), [(2023, 249), (2024, 251), (2025, 248), (2026, 248)])
def test_each_noticed_year_has_the_handbook_number_of_workdays(year, workdays):
    rows = day_table(SHIPPED, dt.date(year, 1, 1), dt.date(year, 12, 31))

    assert rows[-1].workday_no == workdays
    assert not any(row.day.is_provisional for row in rows)


@pytest.mark.parametrize(
    ("received_on", "term", "ends_on"),
    [
        pytest.param("2026-09-18", 5, "2026-09-24", id="20 September works, 25-27 are off"),
        pytest.param("2026-09-30", 5, "2026-10-13", id="8, 9, 10, 12, 13 October"),
        pytest.param("2026-09-30", 1, "2026-10-08", id="the day of receipt is not counted"),
        pytest.param("2026-09-26", 1, "2026-09-28", id="received on a day off"),
        pytest.param("2023-09-28", 2, "2023-10-08", id="make-up working days count"),
    ],
)
def test_workday_term_ends_on_the_last_counted_workday(received_on, term, ends_on):
    assert SHIPPED.add_workdays(day(received_on), term) == day(ends_on)


@pytest.mark.parametrize(
    ("received_on", "term", "ends_on"),
    [
        pytest.param("2026-09-10", 15, "2026-09-28", id="ends on a holiday and rolls forward"),
        pytest.param("2026-09-05", 15, "2026-09-20", id="ends on a make-up Sunday and stays"),
        pytest.param("2026-09-01", 15, "2026-09-16", id="ends on a working day and stays"),
        pytest.param("2026-09-01", 1, "2026-09-02", id="the shortest term"),
    ],
)
def test_calendar_day_term_rolls_forward_from_a_day_off(received_on, term, ends_on):
    assert SHIPPED.add_days(day(received_on), term) == day(ends_on)


@pytest.mark.parametrize("term", [0, -1])
def test_a_term_of_no_days_is_refused(term):
    with pytest.raises(ValueError, match="at least one"):
        SHIPPED.add_workdays(day("2026-09-18"), term)
    with pytest.raises(ValueError, match="at least one"):
        SHIPPED.add_days(day("2026-09-18"), term)


@pytest.mark.parametrize(
    ("due_on", "done_on", "late"),
    [
        pytest.param("2026-09-18", "2026-09-18", 0, id="on the day"),
        pytest.param("2026-09-18", "2026-09-01", 0, id="early"),
        pytest.param("2026-09-26", "2026-09-26", 0, id="on a due day that is a day off"),
        pytest.param("2026-09-18", "2026-09-19", 1, id="Saturday counts as the Sunday that works"),
        pytest.param("2026-09-24", "2026-09-25", 1, id="on a holiday counts as the next working day"),
        pytest.param("2026-09-24", "2026-09-28", 1, id="the next working day"),
        pytest.param("2026-09-24", "2026-09-30", 3, id="three working days"),
    ],
)
def test_lateness_is_counted_in_workdays(due_on, done_on, late):
    assert SHIPPED.workdays_late(day(due_on), day(done_on)) == late


@given(days_of_the_table, st.integers(1, 60))
def test_a_term_and_the_days_between_are_inverse(received_on, term):
    ends_on = SHIPPED.add_workdays(received_on, term)

    assert SHIPPED.is_workday(ends_on)
    assert SHIPPED.workdays_between(received_on, ends_on) == term
    assert SHIPPED.workdays_between(ends_on, received_on) == -term


@given(days_of_the_table, st.integers(1, 60))
def test_workday_numbers_of_the_table_give_the_same_term(received_on, term):
    number = {row.day.date: row.workday_no for row in TABLE}
    by_number = next(
        row.day.date for row in TABLE if row.workday_no == number[received_on] + term and row.day.is_workday
    )

    assert by_number == SHIPPED.add_workdays(received_on, term)


def test_table_covers_every_day_from_2022_to_2028_in_order():
    assert TABLE[0].day.date == dt.date(2022, 1, 1)
    assert TABLE[-1].day.date == dt.date(2028, 12, 31)
    assert all(b.day.date - a.day.date == dt.timedelta(days=1) for a, b in itertools.pairwise(TABLE))
    assert {row.day.date.year for row in TABLE if row.day.is_provisional} == {2022, 2027, 2028}


def test_notices_agree_with_the_package_on_every_day():
    empty = Calendar()

    for known in shipped_days():
        guess = empty.day(known.date)
        assert guess.is_workday == known.is_workday, known
        assert guess.is_provisional


def test_holiday_rows_carry_name_and_notice():
    assert SHIPPED.day(day("2023-12-30")) == Day(
        day("2023-12-30"), DayKind.HOLIDAY, "元旦", "国办发明电〔2023〕7号"
    )
    assert SHIPPED.day(day("2023-12-29")).source_doc == "国办发明电〔2022〕16号"
    assert SHIPPED.day(day("2026-02-14")).kind is DayKind.MAKEUP_WORKDAY


@pytest.mark.parametrize(
    ("date", "kind", "name"),
    [
        pytest.param("2022-05-01", DayKind.HOLIDAY, "劳动节", id="package knows the holiday"),
        pytest.param("2022-05-07", DayKind.MAKEUP_WORKDAY, "劳动节", id="package knows the make-up day"),
        pytest.param("2022-05-14", DayKind.WEEKEND, "", id="package knows a weekend"),
        pytest.param("2022-05-11", DayKind.WORKDAY, "", id="package knows a working day"),
        pytest.param("2027-10-01", DayKind.WORKDAY, "", id="nobody knows 2027: a Friday works"),
        pytest.param("2027-10-02", DayKind.WEEKEND, "", id="nobody knows 2027: a Saturday is off"),
    ],
)
def test_days_without_a_notice_are_provisional(date, kind, name):
    found = SHIPPED.day(day(date))

    assert (found.kind, found.name, found.is_provisional) == (kind, name, True)


def test_a_term_is_provisional_when_one_of_its_days_is():
    assert not SHIPPED.is_provisional(day("2026-12-20"), day("2026-12-31"))
    assert SHIPPED.is_provisional(day("2026-12-20"), day("2027-01-01"))


def test_own_table_wins_over_everything():
    strike = Day(day("2026-09-18"), DayKind.HOLIDAY, "停工", "测试")

    assert Calendar([strike]).roll_forward(day("2026-09-18")) == day("2026-09-20")
