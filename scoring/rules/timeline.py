"""The month's timetable (`meta.timeline`): from texts such as 次月第 5 日（遇非工作日顺延） to dates."""

import datetime as dt
import re
from dataclasses import dataclass

from core.month import SHANGHAI, ReportingMonth
from core.workdays import Calendar
from scoring.rules.place import Spot

_MOMENT = re.compile(
    r"(?P<which>当月|次月)第\s*(?P<day>[0-9]{1,2})\s*日\s*(?P<end>24:00)?(?P<before>前)?"
    r"(?P<note>[^0-9（）()]*)(?:[（(](?P<remark>[^（）()]*)[）)])?"
)
_ROLLS = "遇非工作日顺延"
_LAST_DAY_OF_EVERY_MONTH = 28


@dataclass(frozen=True, slots=True)
class DayOfMonth:
    """A day of the reporting month (offset 0) or of the one after it (1), moved forward where `rolls`."""

    month_offset: int
    day: int
    rolls: bool
    text: str

    def on(self, month: ReportingMonth, calendar: Calendar) -> dt.date:
        date = month.shift(self.month_offset).first + dt.timedelta(days=self.day - 1)
        return calendar.roll_forward(date) if self.rolls else date


@dataclass(frozen=True, slots=True)
class TimelineRules:
    report_due: DayOfMonth
    data_freeze: DayOfMonth
    scoring_run: DayOfMonth
    county_objection_window_workdays: int
    bureau_confirmation: DayOfMonth
    circular_issue: DayOfMonth


@dataclass(frozen=True, slots=True)
class Timeline:
    """The dates of one month. Every `_on` day runs until 24:00 Asia/Shanghai of that day.

    `is_provisional` = a day was moved by a calendar that no State Council notice covers yet.
    """

    report_due_on: dt.date
    data_freeze_at: dt.datetime
    scoring_run_on: dt.date
    bureau_confirmation_on: dt.date
    circular_issue_on: dt.date
    is_provisional: bool


def parse_timeline(spot: Spot) -> TimelineRules:
    days = ("report_due", "data_freeze", "scoring_run", "bureau_confirmation", "circular_issue")
    fields = spot.fields((*days, "county_objection_window_workdays"))
    return TimelineRules(
        county_objection_window_workdays=fields["county_objection_window_workdays"].integer(1, 366),
        **{name: parse_day(fields[name]) for name in days},
    )


def parse_day(spot: Spot) -> DayOfMonth:
    """Day 1–28, so that every month has it. 日前 and 日 24:00 both mean "until the end of that day"."""
    text = spot.text().strip()
    match = _MOMENT.fullmatch(text)
    if match is None or not 1 <= int(match["day"]) <= _LAST_DAY_OF_EVERY_MONTH:
        spot.fail(f"看不懂时间“{text}”，应写成“次月第 5 日（遇非工作日顺延）”的形式，日期为1至28。")
    return DayOfMonth(
        month_offset=int(match["which"] == "次月"),
        day=int(match["day"]),
        rolls=_ROLLS in (match["remark"] or ""),
        text=text,
    )


def timeline_for(rules: TimelineRules, month: ReportingMonth, calendar: Calendar) -> Timeline:
    """The dates of `month` (scoring.md §7)."""
    freeze_on = rules.data_freeze.on(month, calendar)
    due_on = rules.report_due.on(month, calendar)
    return Timeline(
        report_due_on=due_on,
        data_freeze_at=end_of(freeze_on),
        scoring_run_on=rules.scoring_run.on(month, calendar),
        bureau_confirmation_on=rules.bureau_confirmation.on(month, calendar),
        circular_issue_on=rules.circular_issue.on(month, calendar),
        is_provisional=calendar.is_provisional(month.next().first, due_on),
    )


def objection_deadline_on(rules: TimelineRules, shown_on: dt.date, calendar: Calendar) -> dt.date:
    """Last day of the objection window (异议期) for results shown on `shown_on`, which is not counted."""
    return calendar.add_workdays(shown_on, rules.county_objection_window_workdays)


def end_of(date: dt.date) -> dt.datetime:
    """24:00 Asia/Shanghai of a day, as the first instant after it."""
    return dt.datetime.combine(date + dt.timedelta(days=1), dt.time(), tzinfo=SHANGHAI)
