"""People of a city and their roles."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet, UUIDField
from django.db.models.functions import Cast

from accounts.models import RoleAssignment, User
from audit.models import AuditEvent
from tenancy.scope import current_scope


def people_of_city() -> QuerySet[User]:
    """Who holds or held a role in the city, and whom its administrator made an account for.

    Accounts are global; other cities' people stay unseen. `active_roles` is read with them.
    """
    held = RoleAssignment.objects.filter(user=OuterRef("pk"))
    made_here = AuditEvent.objects.filter(
        city_id=current_scope().city_id, action="accounts.user.create", subject_kind="accounts.user"
    )
    ids = made_here.annotate(person=Cast("subject_id", UUIDField())).values("person")
    active = RoleAssignment.objects.filter(ended_at__isnull=True).select_related("jurisdiction")
    rows = User.objects.annotate(is_role_holder=Exists(held.filter(ended_at__isnull=True)))
    return rows.filter(Q(Exists(held)) | Q(pk__in=ids)).prefetch_related(
        Prefetch("assignments", queryset=active, to_attr="active_roles")
    )


def roles_of(person: User) -> list[RoleAssignment]:
    """All grants in the city, ended ones last."""
    rows = RoleAssignment.objects.filter(user=person).select_related("jurisdiction")
    return sorted(rows, key=lambda grant: (grant.ended_at is not None, grant.granted_at))
