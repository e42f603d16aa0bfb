import datetime as dt

import pytest

from core.month import ReportingMonth
from core.workdays import Calendar
from scoring.rules.errors import RubricError
from scoring.rules.place import Spot
from scoring.rules.timeline import end_of, objection_deadline_on, parse_day, timeline_for
from tests.scoring.rules.builders import CLOSING

CALENDAR = Calendar.shipped()
RULES = CLOSING.timeline


def test_dates_of_a_month():
    timeline = timeline_for(RULES, ReportingMonth(2023, 8), CALENDAR)

    assert timeline.report_due_on == dt.date(2023, 9, 5)
    assert timeline.data_freeze_at == dt.datetime(2023, 9, 8, 16, tzinfo=dt.UTC)
    assert timeline.scoring_run_on == dt.date(2023, 9, 9)
    assert timeline.bureau_confirmation_on == dt.date(2023, 9, 15)
    assert timeline.circular_issue_on == dt.date(2023, 9, 20)
    assert not timeline.is_provisional


@pytest.mark.parametrize(
    ("month", "due_on"),
    [
        pytest.param("2023-09", "2023-10-07", id="National Day moves it to the make-up Saturday"),
        pytest.param("2023-10", "2023-11-06", id="a Sunday moves to Monday"),
        pytest.param("2025-12", "2026-01-05", id="over the turn of the year"),
        pytest.param("2023-03", "2023-04-06", id="Qingming"),
    ],
)
def test_the_report_is_due_on_the_next_working_day(month, due_on):
    assert str(timeline_for(RULES, ReportingMonth.parse(month), CALENDAR).report_due_on) == due_on


def test_a_year_without_a_notice_is_provisional():
    assert timeline_for(RULES, ReportingMonth(2026, 12), CALENDAR).is_provisional


def test_objection_window_counts_working_days_after_the_showing():
    assert objection_deadline_on(RULES, dt.date(2023, 9, 28), CALENDAR) == dt.date(2023, 10, 9)


@pytest.mark.parametrize(
    ("text", "offset", "day", "rolls"),
    [
        ("次月第 5 日（遇非工作日顺延）", 1, 5, True),
        ("次月第5日(遇非工作日顺延)", 1, 5, True),
        ("当月第 25 日", 0, 25, False),
        ("次月第 8 日 24:00", 1, 8, False),
        ("次月第 9 日（Celery beat）", 1, 9, False),
        ("次月第 15 日前报局党组", 1, 15, False),
        ("次月第 20 日前", 1, 20, False),
        ("次月第 28 日前（遇非工作日顺延）", 1, 28, True),
    ],
)
def test_texts_are_parsed(text, offset, day, rolls):
    found = parse_day(Spot(text, "here"))

    assert (found.month_offset, found.day, found.rolls, found.text) == (offset, day, rolls, text)


@pytest.mark.parametrize(
    "text",
    ["次月5日", "第 5 日", "下月第 5 日", "次月第 32 日", "次月第 5 日 12:00", "次月第 5 日、第 6 日", "5"],
)
def test_other_texts_are_refused(text):
    with pytest.raises(RubricError, match=r"^评分细则 here：看不懂时间"):
        parse_day(Spot(text, "here"))


def test_the_end_of_a_day_is_midnight_in_shanghai():
    assert end_of(dt.date(2023, 12, 31)) == dt.datetime(2023, 12, 31, 16, tzinfo=dt.UTC)
