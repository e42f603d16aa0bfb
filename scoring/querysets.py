"""Query sets of what is computed for projects."""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db.models import Q

from tenancy.models import TenantModel
from tenancy.querysets import TenantManager, TenantQuerySet
from tenancy.scope import Scope

M = TypeVar("M", bound=TenantModel, covariant=True)


class ProjectRiskQuerySet(TenantQuerySet[M]):
    """Rows that name a project."""

    def of_organization(self, scope: Scope) -> Self:
        """Of the projects on which the organization is the legal person or takes part."""
        uscc = scope.organization_uscc
        own = Q(project__legal_person__uscc=uscc) | Q(project__units__organization__uscc=uscc)
        return self.filter(own).distinct()


ProjectRiskManager: Any = TenantManager.from_queryset(ProjectRiskQuerySet)
