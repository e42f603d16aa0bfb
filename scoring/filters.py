"""Filters of scores and of risk classes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFromToRangeFilter

from core import display
from core.widgets import DayRangeWidget
from inspections.enums import DutyState
from projects.enums import RiskClass
from scoring.enums import RunState, ScoreStatus
from scoring.models import CountyScore
from scoring.selectors.scores import below_interview_line
from tenancy.filters import ALL, CountyFilterSet

BELOW, INTERVIEW, UNQUALIFIED, INSUFFICIENT = "below", "interview", "unqualified", "insufficient"
FLAGS = (
    (BELOW, "低于约谈线"),
    (INTERVIEW, "触发约谈"),
    (UNQUALIFIED, "不合格"),
    (INSUFFICIENT, "数据不足"),
)
ON, OFF, BY_HAND = "on", "off", "by_hand"
LISTED = ((ON, "列入名单"), (OFF, "未列入"), (BY_HAND, "人工调整"))
STATES = [choice for choice in RunState.choices if choice[0] != RunState.SUPERSEDED]


class ScoreFilter(CountyFilterSet):
    """County, month, flag, grade, state of the month."""

    month = ChoiceFilter(label="月份", empty_label=ALL, method="filter_month")
    flag = ChoiceFilter(label="情形", choices=FLAGS, empty_label=ALL, method="filter_flag")
    grade = ChoiceFilter(label="等级", empty_label=ALL, method="filter_grade")
    state = ChoiceFilter(label="月结状态", field_name="run__state", choices=STATES, empty_label=ALL)

    def __init__(
        self, *args: Any, months: Sequence[dt.date], grades: Sequence[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.filters["month"].extra["choices"] = [(f"{one:%Y-%m}", display.month_cn(one)) for one in months]
        self.filters["grade"].extra["choices"] = list(grades)

    def filter_month(self, rows: QuerySet[CountyScore], name: str, value: str) -> QuerySet[CountyScore]:
        """One month; the choices are the only values that come here."""
        return rows.filter(month=dt.date.fromisoformat(f"{value}-01"))

    def filter_grade(self, rows: QuerySet[CountyScore], name: str, value: str) -> QuerySet[CountyScore]:
        """One grade; counties without enough data have none."""
        return rows.filter(grade=value, status=ScoreStatus.SCORED)

    def filter_flag(self, rows: QuerySet[CountyScore], name: str, value: str) -> QuerySet[CountyScore]:
        """What the month brought upon the county."""
        if value == BELOW:
            return rows.filter(below_interview_line())
        if value == INTERVIEW:
            return rows.filter(is_interview=True)
        if value == UNQUALIFIED:
            return rows.filter(is_unqualified=True)
        return rows.filter(status=ScoreStatus.INSUFFICIENT)


class RiskFilter(CountyFilterSet):
    """County, class, on the list or not."""

    risk_class = ChoiceFilter(label="风险类别", choices=RiskClass.choices, empty_label=ALL)
    listed = ChoiceFilter(label="名单", choices=LISTED, empty_label=ALL, method="filter_listed")

    def filter_listed(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """On the list, off it, or changed by a person."""
        if value == BY_HAND:
            return rows.filter(is_by_hand=True)
        return rows.filter(is_on=value == ON)


class DutyFilter(CountyFilterSet):
    """County, state, inspected when."""

    state = ChoiceFilter(label="状态", choices=DutyState.choices, empty_label=ALL)
    inspected = DateFromToRangeFilter(label="检查日期", field_name="inspected_on", widget=DayRangeWidget())
