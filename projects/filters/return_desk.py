"""Filters of the clerk's desk."""

from __future__ import annotations

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet

from projects.enums import ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnReopening
from tenancy.filters import ALL, CountyFilterSet


class DeskFilter(FilterSet):
    """State, and whether it is a 零报告."""

    state = ChoiceFilter(label="状态", choices=ReturnState.choices, empty_label=ALL)
    nil = ChoiceFilter(
        label="零报告", choices=[("yes", "是"), ("no", "否")], method="by_nil", empty_label=ALL
    )

    def by_nil(self, rows: QuerySet[MonthlyReturn], name: str, value: str) -> QuerySet[MonthlyReturn]:
        """Only nil returns, or only others."""
        return rows.filter(is_nil=value == "yes")


class ReopeningFilter(CountyFilterSet):
    """County and state of requests for a correction."""

    state = ChoiceFilter(label="状态", choices=ReopeningState.choices, empty_label=ALL)

    class Meta:
        model = ReturnReopening
        fields: tuple[str, ...] = ()
