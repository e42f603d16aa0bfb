"""Filters of clues."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFromToRangeFilter

from core.widgets import DayRangeWidget
from enforcement.enums import ClueKind
from enforcement.models import Clue
from enforcement.selectors.clues import late_on, waiting
from inspections.enums import OrganizerLevel
from tenancy.filters import ALL, CountyFilterSet

_OPEN, _DONE, _LATE = "open", "done", "late"


class ClueFilter(CountyFilterSet):
    """County, kind, transfer, level, identified when."""

    kind = ChoiceFilter(label="线索类型", choices=ClueKind.choices, empty_label=ALL)
    transfer = ChoiceFilter(
        label="移送",
        choices=((_OPEN, "待移送"), (_DONE, "已移送"), (_LATE, "超期")),
        empty_label=ALL,
        method="filter_transfer",
    )
    level = ChoiceFilter(
        label="发现层级", field_name="organizer_level", choices=OrganizerLevel.choices, empty_label=ALL
    )
    identified = DateFromToRangeFilter(label="发现日期", field_name="identified_on", widget=DayRangeWidget())

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_transfer(self, rows: QuerySet[Clue], name: str, value: str) -> QuerySet[Clue]:
        """Waiting, done, or out of term."""
        if value == _LATE:
            return rows.filter(late_on(self.as_of))
        return rows.filter(waiting()) if value == _OPEN else rows.exclude(waiting())
