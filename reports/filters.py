"""Filters of the lists of this app."""

from __future__ import annotations

from typing import Any

import django_filters as df

from reports.enums import DocumentKind, DocumentState
from reports.models import Document


class DocumentFilter(df.FilterSet):
    """Documents by kind, state and month."""

    kind = df.ChoiceFilter(label="文种", choices=DocumentKind.choices, empty_label="全部")
    state = df.ChoiceFilter(label="状态", choices=DocumentState.choices, empty_label="全部")
    month = df.DateFilter(label="月份（第一天）", input_formats=["%Y-%m-%d"])
    year = df.NumberFilter(label="文号年份", field_name="year")

    class Meta:
        model = Document
        fields: list[str] = []

    def __init__(self, *args: Any, scope: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
