"""Filters of the lists of this app."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import django_filters as df
from django.db.models import QuerySet

from audit.presenters import ACTIONS, SUBJECTS
from core import display
from core.widgets import DayRangeWidget
from reports.enums import BatchState, DocumentKind, DocumentState
from reports.models import Document
from reports.selectors.jobs import KINDS
from tenancy.enums import JobState
from tenancy.filters import ALL


class DocumentFilter(df.FilterSet):
    """Documents by kind, state and month."""

    kind = df.ChoiceFilter(label="文种", choices=DocumentKind.choices, empty_label="全部")
    state = df.ChoiceFilter(label="状态", choices=DocumentState.choices, empty_label="全部")
    month = df.ChoiceFilter(label="月份", empty_label=ALL, method="filter_month")
    year = df.NumberFilter(label="文号年份", field_name="year")

    class Meta:
        model = Document
        fields: list[str] = []

    def __init__(self, *args: Any, months: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["month"].extra["choices"] = [(f"{one:%Y-%m}", display.month_cn(one)) for one in months]

    def filter_month(self, rows: QuerySet[Document], name: str, value: str) -> QuerySet[Document]:
        """One month; only the choices come here."""
        return rows.filter(month=dt.date.fromisoformat(f"{value}-01"))


class BatchFilter(df.FilterSet):
    """Uploaded ledgers by state, uploader and day."""

    state = df.ChoiceFilter(label="状态", choices=BatchState.choices, empty_label=ALL)
    by = df.ChoiceFilter(label="上传人", field_name="uploaded_by_name", empty_label=ALL)
    uploaded = df.DateFromToRangeFilter(label="上传日期", field_name="uploaded_at", widget=DayRangeWidget())

    def __init__(self, *args: Any, people: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["by"].extra["choices"] = [(name, name) for name in people]


class JobFilter(df.FilterSet):
    """State, kind, when."""

    state = df.ChoiceFilter(label="状态", choices=JobState.choices, empty_label=ALL)
    kind = df.ChoiceFilter(label="类型", choices=sorted(KINDS.items()), empty_label=ALL)
    created = df.DateFromToRangeFilter(label="发起日期", field_name="created_at", widget=DayRangeWidget())


class AuditFilter(df.FilterSet):
    """What was done, by whom, to what, when."""

    action = df.ChoiceFilter(label="动作", choices=sorted(ACTIONS.items()), empty_label=ALL)
    actor = df.CharFilter(label="操作人", field_name="actor_name", lookup_expr="icontains", max_length=60)
    kind = df.ChoiceFilter(
        label="对象", field_name="subject_kind", choices=sorted(SUBJECTS.items()), empty_label=ALL
    )
    at = df.DateFromToRangeFilter(label="日期", field_name="at", widget=DayRangeWidget())
