"""Filters of the photos of the field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter

from core import display
from inspections.enums import PhotoState
from inspections.models import Photo
from inspections.selectors.photos import REFUSED, REUSED, WRONG_TIME, doubtful
from tenancy.filters import ALL, CountyFilterSet

ANY = "any"
_DOUBTS = {"reuse": (REUSED, "疑似重复"), "time": (WRONG_TIME, "时间不可信"), "refused": (REFUSED, "拒收")}


class PhotoFilter(CountyFilterSet):
    """County, what is doubtful, state, month of the capture."""

    doubt = ChoiceFilter(
        label="疑点",
        empty_label=ALL,
        method="filter_doubt",
        choices=[(ANY, "有疑点"), *((key, label) for key, (_, label) in _DOUBTS.items())],
    )
    state = ChoiceFilter(label="状态", choices=PhotoState.choices, empty_label=ALL)
    month = ChoiceFilter(label="拍摄月份", empty_label=ALL, method="filter_month")

    def __init__(self, *args: Any, months: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["month"].extra["choices"] = [(f"{one:%Y-%m}", display.month_cn(one)) for one in months]

    def filter_doubt(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """Any doubt, or one kind of it."""
        return rows.filter(doubtful() if value == ANY else _DOUBTS[value][0])

    def filter_month(self, rows: QuerySet[Photo], name: str, value: str) -> QuerySet[Photo]:
        """Taken in that month by the tablet's clock, as it reads in China."""
        year, month = map(int, value.split("-"))
        return rows.filter(taken_at__year=year, taken_at__month=month)
