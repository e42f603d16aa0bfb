"""Filters of 数据疑点."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter

from core import display
from projects.enums import DoubtState
from projects.models import DataDoubt
from projects.selectors.doubt_checks import CHECKS
from tenancy.filters import ALL, CountyFilterSet

_SHOWN_MONTHS = 24


class DoubtFilter(CountyFilterSet):
    """County, check, state, month."""

    check = ChoiceFilter(
        label="检查项",
        field_name="check_code",
        choices=[(check.code, check.label) for check in CHECKS.values()],
        empty_label=ALL,
    )
    state = ChoiceFilter(label="状态", choices=DoubtState.choices, empty_label=ALL)
    month = ChoiceFilter(label="月份", empty_label=ALL, method="filter_month")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = DataDoubt.objects.order_by("-month").values_list("month", flat=True).distinct()
        self.filters["month"].extra["choices"] = [
            (f"{month:%Y-%m}", display.month_cn(month)) for month in months[:_SHOWN_MONTHS]
        ]

    def filter_month(self, rows: QuerySet[DataDoubt], name: str, value: str) -> QuerySet[DataDoubt]:
        """One month."""
        return rows.filter(month=dt.date.fromisoformat(f"{value}-01"))
