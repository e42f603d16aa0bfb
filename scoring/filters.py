"""Filters of scores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter

from core import display
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
