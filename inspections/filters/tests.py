"""Filters of supervisory tests and of commissions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFromToRangeFilter

from core.widgets import DayRangeWidget
from inspections.enums import CommissionState, OrganizerLevel, TestedObject, Verdict
from inspections.models import SupervisoryTest
from inspections.selectors.supervisory_tests import late_failures_on, open_failures
from tenancy.filters import ALL, CountyFilterSet

_LATE, _OPEN = "late", "open"


class TestFilter(CountyFilterSet):
    """County, object, verdict, level, clock, sampled when."""

    verdict = ChoiceFilter(label="结论", choices=Verdict.choices, empty_label=ALL)
    tested_object = ChoiceFilter(label="检测对象", choices=TestedObject.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="委托层级", field_name="organizer_level", choices=OrganizerLevel.choices, empty_label=ALL
    )
    handling = ChoiceFilter(
        label="不合格处置",
        choices=((_OPEN, "待处置"), (_LATE, "逾期未处置")),
        empty_label=ALL,
        method="filter_handling",
    )
    sampled = DateFromToRangeFilter(label="取样日期", field_name="sampled_on", widget=DayRangeWidget())

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_handling(
        self, rows: QuerySet[SupervisoryTest], name: str, value: str
    ) -> QuerySet[SupervisoryTest]:
        """Failures that wait, or that are late."""
        return rows.filter(late_failures_on(self.as_of) if value == _LATE else open_failures())


class CommissionFilter(CountyFilterSet):
    """County, state, level, commissioned when."""

    state = ChoiceFilter(label="状态", choices=CommissionState.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="委托层级", field_name="organizer_level", choices=OrganizerLevel.choices, empty_label=ALL
    )
    commissioned = DateFromToRangeFilter(
        label="委托日期", field_name="commissioned_on", widget=DayRangeWidget()
    )
