"""Filters of the list of tablets."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet

from inspections.models import Device


class DeviceFilter(django_filters.FilterSet):
    """By state."""

    state = django_filters.ChoiceFilter(
        label="状态",
        empty_label="全部",
        method="by_state",
        choices=[("ACTIVE", "在用"), ("HELD", "已挂失"), ("REVOKED", "已注销")],
    )

    class Meta:
        model = Device
        fields: list[str] = []

    def by_state(self, queryset: QuerySet[Device], name: str, value: str) -> QuerySet[Device]:
        """Revoked outweighs held."""
        conditions: dict[str, dict[str, Any]] = {
            "ACTIVE": {"revoked_at__isnull": True, "held_at__isnull": True},
            "HELD": {"revoked_at__isnull": True, "held_at__isnull": False},
            "REVOKED": {"revoked_at__isnull": False},
        }
        return queryset.filter(**conditions[value])
