"""Filters of the register."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django_filters import CharFilter, ChoiceFilter

from projects.enums import ProjectCategory, ProjectStatus, SupervisionLevel
from projects.selectors.register import NEEDS_REGISTRATION
from tenancy.filters import ALL, CountyFilterSet

YES_NO = (("yes", "是"), ("no", "否"))
REGISTRATION = (("missing", "应办未办"), ("done", "已办"))


class ProjectFilter(CountyFilterSet):
    """County, category, stage, level, key object, registration."""

    category = ChoiceFilter(label="工程类别", choices=ProjectCategory.choices, empty_label=ALL)
    status = ChoiceFilter(label="建设状态", choices=ProjectStatus.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="监督级别", field_name="supervision_level", choices=SupervisionLevel.choices, empty_label=ALL
    )
    key = ChoiceFilter(label="重点监管对象", choices=YES_NO, empty_label=ALL, method="filter_key")
    registration = ChoiceFilter(
        label="监督手续", choices=REGISTRATION, empty_label=ALL, method="filter_registration"
    )

    unit = CharFilter(label="单位信用代码", widget=forms.HiddenInput, max_length=18, method="filter_unit")
    """Set by links from a unit to its projects."""

    def filter_unit(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """On which the unit is the legal person or takes part."""
        return rows.filter(Q(legal_person__uscc=value) | Q(units__organization__uscc=value)).distinct()

    def filter_key(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """On the list of key objects or not."""
        return rows.filter(is_key_object=value == "yes")

    def filter_registration(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Done, or missing although work has begun."""
        if value == "done":
            return rows.filter(is_registered=True)
        return rows.filter(NEEDS_REGISTRATION, is_registered=False)
