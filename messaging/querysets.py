"""Query sets of what belongs to one person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from tenancy.querysets import TenantManager, TenantQuerySet
from tenancy.scope import Scope

if TYPE_CHECKING:
    from messaging.models import Dispatch, Message, Preference


class MessageQuerySet(TenantQuerySet["Message"]):
    """Messages: whoever acts as a person sees the own ones, in whatever role; jobs see all of the city."""

    def for_scope(self, scope: Scope) -> Self:
        """The person's own messages in the city of the scope."""
        rows = self.filter(city_id=scope.city_id)
        return rows if scope.user_id is None else rows.filter(recipient_id=scope.user_id)


class PreferenceQuerySet(TenantQuerySet["Preference"]):
    """Preferences: one's own; jobs see all of the city."""

    def for_scope(self, scope: Scope) -> Self:
        """The person's own row in the city of the scope."""
        rows = self.filter(city_id=scope.city_id)
        return rows if scope.user_id is None else rows.filter(user_id=scope.user_id)


class DispatchQuerySet(TenantQuerySet["Dispatch"]):
    """Dispatches: the bureau and its administrator watch the delivery of all, everybody else sees the own ones."""

    def for_scope(self, scope: Scope) -> Self:
        """All of the city, or one's own inside a county or an organization."""
        rows = self.filter(city_id=scope.city_id)
        if scope.county_id is None and not scope.organization_uscc:
            return rows
        return rows.filter(recipient_id=scope.user_id)


MessageManager = TenantManager.from_queryset(MessageQuerySet)
PreferenceManager = TenantManager.from_queryset(PreferenceQuerySet)
DispatchManager = TenantManager.from_queryset(DispatchQuerySet)
