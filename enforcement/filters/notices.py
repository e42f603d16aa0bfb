"""Filters of notices."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFromToRangeFilter

from core.widgets import DayRangeWidget
from enforcement.chips import WAITING
from enforcement.enums import NoticeState, NoticeSubject
from enforcement.models import RectificationNotice
from enforcement.selectors.notices import overdue_notices_on
from inspections.enums import OrganizerLevel
from tenancy.filters import ALL, CountyFilterSet

OPEN = "OPEN"
STATES = ((OPEN, "未办结"), *NoticeState.choices)


class NoticeFilter(CountyFilterSet):
    """County, state, overdue, subject, level, issued when."""

    state = ChoiceFilter(label="状态", choices=STATES, empty_label=ALL, method="filter_state")
    overdue = ChoiceFilter(
        label="逾期", choices=(("yes", "已逾期"),), empty_label=ALL, method="filter_overdue"
    )
    subject = ChoiceFilter(label="事由", choices=NoticeSubject.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="签发层级", field_name="organizer_level", choices=OrganizerLevel.choices, empty_label=ALL
    )
    issued = DateFromToRangeFilter(label="签发日期", field_name="issued_on", widget=DayRangeWidget())

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_state(
        self, rows: QuerySet[RectificationNotice], name: str, value: str
    ) -> QuerySet[RectificationNotice]:
        """One state, or issued and not closed."""
        return rows.filter(state__in=WAITING if value == OPEN else [value])

    def filter_overdue(
        self, rows: QuerySet[RectificationNotice], name: str, value: str
    ) -> QuerySet[RectificationNotice]:
        """Issued, not closed, after the term."""
        return rows.filter(overdue_notices_on(self.as_of))
