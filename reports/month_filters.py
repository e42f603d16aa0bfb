"""Filters of the list of closed months."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django.db.models import QuerySet
from django_filters import CharFilter, ChoiceFilter, FilterSet

from scoring.enums import RunState
from scoring.models import ScoreRun

ALL = "全部"
_WRITTEN = re.compile(r"(?:(?P<year>\d{4})(?:年|[-./])?)?(?:(?P<month>\d{1,2})月?)?")
"""`\\d` reads full-width digits too, and so does int()."""


class MonthFilter(FilterSet):
    """A month as people write it, year and state."""

    month = CharFilter(label="月份（如 2023-09、2023年9月）", method="filter_month", max_length=20)
    year = ChoiceFilter(label="年份", empty_label=ALL, method="filter_year")
    state = ChoiceFilter(
        label="状态",
        choices=[one for one in RunState.choices if one[0] != RunState.SUPERSEDED],
        empty_label=ALL,
    )

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["year"].extra["choices"] = [(str(year), f"{year}年") for year in years]

    def filter_month(self, rows: QuerySet[ScoreRun], name: str, value: str) -> QuerySet[ScoreRun]:
        """2023-09, 2023年9月, 202309, 9月 or 2023; what is none of them finds nothing."""
        found = _WRITTEN.fullmatch(value)
        if found is None or int(found["year"] or 1) == 0:
            return rows.none()
        parts = {f"month__{part}": int(digits) for part, digits in found.groupdict().items() if digits}
        return rows.filter(**parts)

    def filter_year(self, rows: QuerySet[ScoreRun], name: str, value: str) -> QuerySet[ScoreRun]:
        """Months of one year."""
        return rows.filter(month__range=(dt.date(int(value), 1, 1), dt.date(int(value), 12, 31)))
