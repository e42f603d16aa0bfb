"""Filters of the list of closed months."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet

from scoring.enums import RunState
from scoring.models import ScoreRun

ALL = "全部"


class MonthFilter(FilterSet):
    """Year and state."""

    year = ChoiceFilter(label="年份", empty_label=ALL, method="filter_year")
    state = ChoiceFilter(
        label="状态",
        choices=[one for one in RunState.choices if one[0] != RunState.SUPERSEDED],
        empty_label=ALL,
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years]

    def filter_year(self, rows: QuerySet[ScoreRun], name: str, value: str) -> QuerySet[ScoreRun]:
        """Months of one year."""
        return rows.filter(month__range=(dt.date(int(value), 1, 1), dt.date(int(value), 12, 31)))
