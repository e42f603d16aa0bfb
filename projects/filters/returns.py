"""Filters of the list of monthly returns."""

from __future__ import annotations

from django_filters import ChoiceFilter

from projects.enums import ReturnState
from tenancy.filters import ALL, CountyFilterSet


class ReturnFilter(CountyFilterSet):
    """County and state."""

    state = ChoiceFilter(label="状态", choices=ReturnState.choices, empty_label=ALL)
