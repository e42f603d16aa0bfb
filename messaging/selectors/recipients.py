"""Who is to be told."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from tenancy.scope import city_scope, current_scope


def people_with(
    roles: Iterable[Role | str], *, jurisdiction_id: uuid.UUID | None = None, organization_uscc: str = ""
) -> list[User]:
    """Active people of the city who hold one of the roles now: all, those of one county, those of one organization.

    Answers for the whole city whatever county the caller acts for: a county tells the bureau, the bureau a county.
    """
    with city_scope(current_scope().city_id):
        grants = RoleAssignment.objects.filter(role__in=[str(role) for role in roles], ended_at__isnull=True)
        if jurisdiction_id is not None:
            grants = grants.filter(jurisdiction_id=jurisdiction_id)
        if organization_uscc:
            grants = grants.filter(organization_uscc=organization_uscc)
        people = User.objects.filter(pk__in=grants.values("user_id"), is_active=True)
        return list(people.order_by("username"))


def people_by_county(roles: Iterable[Role | str]) -> dict[uuid.UUID, list[User]]:
    """Active people who hold one of the roles now, by the jurisdiction in which they hold it: two queries."""
    with city_scope(current_scope().city_id):
        grants = RoleAssignment.objects.filter(
            role__in=[str(role) for role in roles], ended_at__isnull=True, user__is_active=True
        )
        found: dict[uuid.UUID, list[User]] = {}
        for grant in grants.select_related("user").order_by("user__username"):
            found.setdefault(grant.jurisdiction_id, []).append(grant.user)
        return found
