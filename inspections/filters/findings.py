"""Filters of findings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFromToRangeFilter

from core.widgets import DayRangeWidget
from inspections.enums import (
    COUNTED_FINDING_STATES,
    OPEN_FINDING_STATES,
    FindingKind,
    FindingState,
    OrganizerLevel,
    Severity,
)
from inspections.models import Finding
from inspections.selectors.findings import overdue_on
from tenancy.filters import ALL, CountyFilterSet

OPEN, COUNTED, NOTIFIED_ON, REPLIED_ON = "OPEN", "COUNTED", "NOTIFIED_ON", "REPLIED_ON"
STATES = (
    (COUNTED, "已确认及以后"),
    (NOTIFIED_ON, "已通知及以后"),
    (REPLIED_ON, "已回复及以后"),
    (OPEN, "未销号"),
    *FindingState.choices,
)
_FROM = {
    COUNTED: FindingState.CONFIRMED,
    NOTIFIED_ON: FindingState.NOTIFIED,
    REPLIED_ON: FindingState.REPLIED,
}


def states_of(value: str) -> tuple[str, ...]:
    """The states that a choice stands for. 及以后: drafts and withdrawn findings never count."""
    if value == OPEN:
        return tuple(state.value for state in OPEN_FINDING_STATES)
    if value in _FROM:
        return tuple(
            state.value for state in COUNTED_FINDING_STATES[COUNTED_FINDING_STATES.index(_FROM[value]) :]
        )
    return (value,)


class FindingFilter(CountyFilterSet):
    """County, kind, severity, state, overdue, found by, found when."""

    severity = ChoiceFilter(label="严重程度", choices=Severity.choices, empty_label=ALL)
    kind = ChoiceFilter(label="问题类型", choices=FindingKind.choices, empty_label=ALL)
    state = ChoiceFilter(label="状态", choices=STATES, empty_label=ALL, method="filter_state")
    overdue = ChoiceFilter(
        label="逾期", choices=(("yes", "已逾期"),), empty_label=ALL, method="filter_overdue"
    )
    level = ChoiceFilter(
        label="发现层级", field_name="found_by_level", choices=OrganizerLevel.choices, empty_label=ALL
    )
    found = DateFromToRangeFilter(label="发现日期", field_name="found_on", widget=DayRangeWidget())

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_state(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        """One state, or a group of them."""
        return rows.filter(state__in=states_of(value))

    def filter_overdue(self, rows: QuerySet[Finding], name: str, value: str) -> QuerySet[Finding]:
        """Open after the term."""
        return rows.filter(overdue_on(self.as_of))
