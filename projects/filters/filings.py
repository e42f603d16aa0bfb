"""Filters of the list of filings."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import F, QuerySet
from django_filters import ChoiceFilter

from projects.enums import FilingKind
from tenancy.filters import ALL, CountyFilterSet

STATES = (("open", "办理中"), ("overdue", "逾期未办"), ("late", "逾期办结"), ("done", "已办结"))


class FilingFilter(CountyFilterSet):
    """County, kind, how far it has come."""

    kind = ChoiceFilter(label="类型", choices=FilingKind.choices, empty_label=ALL)
    state = ChoiceFilter(label="办理情况", choices=STATES, empty_label=ALL, method="filter_state")

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Open, open and over the day, reviewed too late, reviewed."""
        if value == "done":
            return rows.filter(reviewed_on__isnull=False)
        if value == "late":
            return rows.filter(reviewed_on__gt=F("due_on"))
        rows = rows.filter(reviewed_on__isnull=True)
        return rows.filter(due_on__lt=self.as_of) if value == "overdue" else rows
