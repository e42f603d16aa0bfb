"""Query sets of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from tenancy.querysets import TenantManager, TenantQuerySet
from tenancy.scope import Scope

if TYPE_CHECKING:
    from projects.models import Project


class ProjectQuerySet(TenantQuerySet["Project"]):
    """Projects."""

    def of_organization(self, scope: Scope) -> Self:
        """The projects on which the organization is the legal person or a participating unit."""
        uscc = scope.organization_uscc
        return self.filter(Q(legal_person__uscc=uscc) | Q(units__organization__uscc=uscc)).distinct()


ProjectManager = TenantManager.from_queryset(ProjectQuerySet)
