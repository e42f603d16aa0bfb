"""Filters of approvals."""

from __future__ import annotations

from django_filters import ChoiceFilter

from inspections.enums import ApprovalState, InspectionKind, OrganizerLevel
from tenancy.filters import ALL, CountyFilterSet


class ApprovalFilter(CountyFilterSet):
    """County, state, whose, kind of the inspection."""

    state = ChoiceFilter(label="状态", choices=ApprovalState.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="组织层级",
        field_name="inspection__organizer_level",
        choices=OrganizerLevel.choices,
        empty_label=ALL,
    )
    kind = ChoiceFilter(
        label="检查类型", field_name="inspection__kind", choices=InspectionKind.choices, empty_label=ALL
    )
