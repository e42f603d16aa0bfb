"""Filters of people."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django_filters import ChoiceFilter, FilterSet

from accounts.models import RoleAssignment
from accounts.roles import Role
from tenancy.filters import ALL, county_choices
from tenancy.scope import Scope

STATES = (("active", "有角色"), ("none", "没有角色"), ("off", "已停用"))


class PersonFilter(FilterSet):
    """Role, county, state."""

    role = ChoiceFilter(label="角色", choices=Role.choices, empty_label=ALL, method="filter_role")
    county = ChoiceFilter(label="县（市、区）", empty_label=ALL, method="filter_county")
    state = ChoiceFilter(label="状态", choices=STATES, empty_label=ALL, method="filter_state")

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["county"].extra["choices"] = county_choices()

    def filter_role(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Holds the role now."""
        return rows.filter(Exists(_held().filter(role=value)))

    def filter_county(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Holds a role there now."""
        return rows.filter(Exists(_held().filter(jurisdiction__code=value)))

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Active with a role, without one, or switched off."""
        if value == "off":
            return rows.filter(is_active=False)
        return rows.filter(is_active=True, is_role_holder=value == "active")


def _held() -> QuerySet[RoleAssignment]:
    return RoleAssignment.objects.filter(user=OuterRef("pk"), ended_at__isnull=True)
