"""The list of projects."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from projects.enums import ProjectStatus
from projects.models import Project, SupervisionRegistration

NEEDS_REGISTRATION = ~Q(status=ProjectStatus.PLANNED)
"""质量监督手续 must be in hand before work begins (水利工程质量管理规定)."""


def registered_projects() -> QuerySet[Project]:
    """The scope's projects with `is_registered`, joined with what a line of the list reads."""
    registration = SupervisionRegistration.objects.filter(project=OuterRef("pk"))
    rows: QuerySet[Project] = Project.objects.annotate(is_registered=Exists(registration))
    return rows.select_related("jurisdiction", "legal_person")
