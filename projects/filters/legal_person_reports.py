"""Filters of legal persons' quality reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django_filters import ChoiceFilter

from core import display
from projects.enums import ReportState
from projects.models import LegalPersonReport
from tenancy.filters import ALL, CountyFilterSet

ON_TIME, LATE, MISSING = "on_time", "late", "missing"
TIMES = ((ON_TIME, "按期"), (LATE, "迟报"), (MISSING, "逾期未报"))


class ReportFilter(CountyFilterSet):
    """County, month, state, in time or not."""

    month = ChoiceFilter(label="月份", empty_label=ALL, method="filter_month")
    state = ChoiceFilter(label="状态", choices=ReportState.choices, empty_label=ALL)
    timing = ChoiceFilter(label="报送时间", choices=TIMES, empty_label=ALL, method="filter_timing")

    def __init__(self, *args: Any, months: Sequence[dt.date], as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of
        self.filters["month"].extra["choices"] = [(f"{one:%Y-%m}", display.month_cn(one)) for one in months]

    def filter_month(
        self, rows: QuerySet[LegalPersonReport], name: str, value: str
    ) -> QuerySet[LegalPersonReport]:
        """One month; the choices are the only values that come here."""
        return rows.filter(month=dt.date.fromisoformat(f"{value}-01"))

    def filter_timing(
        self, rows: QuerySet[LegalPersonReport], name: str, value: str
    ) -> QuerySet[LegalPersonReport]:
        """As rubric B4 counts it."""
        conditions = {
            ON_TIME: Q(submitted_on__lte=F("due_on")),
            LATE: Q(submitted_on__gt=F("due_on")),
            MISSING: Q(submitted_on__isnull=True, due_on__lt=self.as_of),
        }
        return rows.filter(conditions[value])
