"""Filters of the item list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import ChoiceFilter, FilterSet

from inspections.models import InspectionItem
from projects.models import Organization
from tenancy.filters import ALL

FIRST_YEAR, LAST_YEAR = 2000, 2100
YEARS = tuple((str(year), f"{year}年") for year in range(FIRST_YEAR, LAST_YEAR + 1))


class ItemFilter(FilterSet):
    """In force or withdrawn; of firms or internal."""

    standing = ChoiceFilter(
        label="状态", choices=(("now", "在用"), ("past", "已停用")), empty_label=ALL, method="filter_standing"
    )
    firms = ChoiceFilter(
        label="涉企",
        field_name="concerns_firms",
        choices=(("true", "涉企检查"), ("false", "内部监督")),
        empty_label=ALL,
        method="filter_firms",
    )

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_standing(
        self, rows: QuerySet[InspectionItem], name: str, value: str
    ) -> QuerySet[InspectionItem]:
        """On the day of the question."""
        past = Q(withdrawn_on__lte=self.as_of)
        return rows.filter(past) if value == "past" else rows.exclude(past)

    def filter_firms(self, rows: QuerySet[InspectionItem], name: str, value: str) -> QuerySet[InspectionItem]:
        """涉企检查 or internal supervision."""
        return rows.filter(concerns_firms=value == "true")


class FrequencyFilter(FilterSet):
    """The year whose visits were counted; it is kept in the addresses of the list and chosen above it."""

    year = ChoiceFilter(label="年度", choices=YEARS, widget=forms.HiddenInput, method="filter_year")

    def filter_year(self, rows: QuerySet[Organization], name: str, value: str) -> QuerySet[Organization]:
        """The counts are of the year already."""
        return rows
