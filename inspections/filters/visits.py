"""Filters of inspections."""

from __future__ import annotations

from django_filters import ChoiceFilter, DateFromToRangeFilter

from core.widgets import DayRangeWidget
from inspections.enums import InspectionKind, InspectionState, OrganizerLevel
from tenancy.filters import ALL, CountyFilterSet


class InspectionFilter(CountyFilterSet):
    """County, kind, level, state, day."""

    kind = ChoiceFilter(label="检查类型", choices=InspectionKind.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="组织层级", field_name="organizer_level", choices=OrganizerLevel.choices, empty_label=ALL
    )
    state = ChoiceFilter(label="状态", choices=InspectionState.choices, empty_label=ALL)
    inspected = DateFromToRangeFilter(label="检查日期", field_name="inspected_on", widget=DayRangeWidget())
