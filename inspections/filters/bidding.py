"""Filters of bidding checks."""

from __future__ import annotations

from django_filters import ChoiceFilter, DateFromToRangeFilter

from core.widgets import DayRangeWidget
from inspections.enums import BiddingMatter, BiddingSource, OrganizerLevel
from tenancy.filters import ALL, CountyFilterSet


class BiddingFilter(CountyFilterSet):
    """County, matter, result, source, level, checked when."""

    matter = ChoiceFilter(label="核查事项", choices=BiddingMatter.choices, empty_label=ALL)
    problem = ChoiceFilter(
        label="核查结果",
        field_name="has_problem",
        choices=((True, "存在问题"), (False, "未发现问题")),
        empty_label=ALL,
    )
    source = ChoiceFilter(label="核查来源", choices=BiddingSource.choices, empty_label=ALL)
    level = ChoiceFilter(
        label="核查层级", field_name="organizer_level", choices=OrganizerLevel.choices, empty_label=ALL
    )
    checked = DateFromToRangeFilter(label="核查日期", field_name="checked_on", widget=DayRangeWidget())
