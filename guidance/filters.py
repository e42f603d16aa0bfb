"""Filters of this app's lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django_filters import ChoiceFilter, DateFromToRangeFilter, FilterSet

from core.widgets import DayRangeWidget
from guidance.enums import AssignmentState, CampaignState, MeetingState, TaskSource
from guidance.models import TaskAssignment
from guidance.selectors.tasks import overdue_on
from projects.models import SupervisionBody
from tenancy.filters import ALL, CountyFilterSet

OPEN = "WAITING"


class AssignmentFilter(CountyFilterSet):
    """County, source, state, late, due when."""

    source = ChoiceFilter(
        label="来源", field_name="task__source", choices=TaskSource.choices, empty_label=ALL
    )
    state = ChoiceFilter(
        label="状态",
        choices=((OPEN, "未办结"), *AssignmentState.choices),
        empty_label=ALL,
        method="filter_state",
    )
    overdue = ChoiceFilter(
        label="逾期", choices=(("yes", "已逾期"),), empty_label=ALL, method="filter_overdue"
    )
    due = DateFromToRangeFilter(label="期限", field_name="due_on", widget=DayRangeWidget())

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_state(self, rows: QuerySet[TaskAssignment], name: str, value: str) -> QuerySet[TaskAssignment]:
        """One state, or all that are not accepted."""
        return rows.exclude(state=AssignmentState.ACCEPTED) if value == OPEN else rows.filter(state=value)

    def filter_overdue(
        self, rows: QuerySet[TaskAssignment], name: str, value: str
    ) -> QuerySet[TaskAssignment]:
        """The assignee must act and the day is over."""
        return rows.filter(overdue_on(self.as_of))


class TrainingFilter(CountyFilterSet):
    """County and day."""

    held = DateFromToRangeFilter(label="培训日期", field_name="held_on", widget=DayRangeWidget())


class BodyFilter(CountyFilterSet):
    """County, year, state."""

    year = ChoiceFilter(label="年度", empty_label=ALL)
    state = ChoiceFilter(
        label="状态",
        choices=(("FILLING", "填报中"), ("SUBMITTED", "待确认"), ("CONFIRMED", "已确认")),
        empty_label=ALL,
        method="filter_state",
    )

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years]

    def filter_state(
        self, rows: QuerySet[SupervisionBody], name: str, value: str
    ) -> QuerySet[SupervisionBody]:
        """By the days that are set."""
        conditions = {
            "FILLING": Q(submitted_at__isnull=True, confirmed_on__isnull=True),
            "SUBMITTED": Q(submitted_at__isnull=False, confirmed_on__isnull=True),
            "CONFIRMED": Q(confirmed_on__isnull=False),
        }
        return rows.filter(conditions[value])


class CampaignFilter(FilterSet):
    """State."""

    state = ChoiceFilter(label="状态", choices=CampaignState.choices, empty_label=ALL)


class MeetingFilter(FilterSet):
    """State and day."""

    state = ChoiceFilter(label="状态", choices=MeetingState.choices, empty_label=ALL)
    held = DateFromToRangeFilter(label="日期", field_name="held_on", widget=DayRangeWidget())
