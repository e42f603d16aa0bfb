"""Query sets of the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db.models import Q

from tenancy.querysets import TenantManager, TenantQuerySet
from tenancy.scope import Scope

if TYPE_CHECKING:
    from projects.models import Attachment, Project


class ProjectQuerySet(TenantQuerySet["Project"]):
    """Projects."""

    def of_organization(self, scope: Scope) -> Self:
        """The projects on which the organization is the legal person or a participating unit."""
        uscc = scope.organization_uscc
        return self.filter(Q(legal_person__uscc=uscc) | Q(units__organization__uscc=uscc)).distinct()


ProjectManager = TenantManager.from_queryset(ProjectQuerySet)


class AttachmentQuerySet(TenantQuerySet["Attachment"]):
    """Attached files."""

    def of_organization(self, scope: Scope) -> Self:
        """Those of the organization's own projects and of its own reports."""
        uscc = scope.organization_uscc
        return self.filter(
            Q(project__legal_person__uscc=uscc) | Q(legal_person_report__legal_person__uscc=uscc)
        )


AttachmentManager = TenantManager.from_queryset(AttachmentQuerySet)
