"""Filters of messages and of their delivery."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, DateFromToRangeFilter, FilterSet

from core.widgets import DayRangeWidget
from messaging.enums import ChannelKind, DispatchState, MessageKind
from messaging.services.adapters import EMAIL

ALL = "全部"
READING = (("unread", "未读"), ("read", "已读"))
WAYS = ((EMAIL, "邮件"), *ChannelKind.choices)


class MessageFilter(FilterSet):
    """Read or not, what about, when."""

    state = ChoiceFilter(label="状态", choices=READING, empty_label=ALL, method="filter_state")
    kind = ChoiceFilter(label="类型", choices=MessageKind.choices, empty_label=ALL)
    made = DateFromToRangeFilter(label="时间", field_name="created_at", widget=DayRangeWidget())

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Unread or read."""
        return rows.filter(read_at__isnull=value == "unread")


class DispatchFilter(FilterSet):
    """State, way, kind, when."""

    state = ChoiceFilter(label="状态", choices=DispatchState.choices, empty_label=ALL)
    way = ChoiceFilter(label="方式", choices=WAYS, empty_label=ALL, method="filter_way")
    kind = ChoiceFilter(label="类型", field_name="message_kind", choices=MessageKind.choices, empty_label=ALL)
    made = DateFromToRangeFilter(label="时间", field_name="created_at", widget=DayRangeWidget())

    def filter_way(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By e-mail, or by a channel of one kind."""
        return rows.filter(channel__isnull=True) if value == EMAIL else rows.filter(channel__kind=value)
