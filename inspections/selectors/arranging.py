"""What an arrangement is made from: items, lists and officers in force on a day, ties, other checks of the site."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from core.month import ReportingMonth
from inspections.enums import InspectionState
from inspections.models import (
    ChecklistVersion,
    Draw,
    DrawnOfficer,
    DrawnProject,
    Inspection,
    InspectionItem,
    Officer,
    OfficerTie,
)
from projects.models import Project
from tenancy.scope import city_scope, current_scope

ARRANGEABLE = (InspectionState.PLANNED, InspectionState.NOTIFIED)
"""Until somebody has entered the site."""


def items_in_force(day: dt.date) -> QuerySet[InspectionItem]:
    """清单之外无检查: the published items of the day; from its day of withdrawal on an item is none."""
    return InspectionItem.objects.filter(
        Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gt=day), published_on__lte=day
    ).order_by("code", "-published_on")


def checklist_in_force(kind: str, day: dt.date) -> ChecklistVersion | None:
    """The edition of the checklist for the kind on the day; None where none is laid down."""
    rows = ChecklistVersion.objects.filter(
        Q(effective_until__isnull=True) | Q(effective_until__gte=day),
        effective_from__lte=day,
        kinds__contains=[kind],
    )
    return rows.order_by("-effective_from", "code").first()


def officers_on(day: dt.date) -> QuerySet[Officer]:
    """Certified officers of the directory whose certificate is valid on the day."""
    return (
        Officer.objects.filter(is_active=True, id_valid_until__gte=day)
        .select_related("jurisdiction")
        .order_by("jurisdiction__unit_order", "name", "pk")
    )


def assistants() -> list[User]:
    """Accounts of the city that help: never an officer, never more than a helping hand (国办发〔2024〕54号).

    They are the bureau's, so a county looks them up beyond its own accounts.
    """
    scope = current_scope()
    with city_scope(scope.city_id):
        held = RoleAssignment.objects.filter(role=Role.ASSISTANT, ended_at__isnull=True)
        people = User.objects.filter(pk__in=held.values("user_id"), is_active=True)
        return list(people.order_by("display_name", "pk"))


def ties_to(project: Project, officers: Collection[Any], day: dt.date) -> list[OfficerTie]:
    """回避: declared ties of the officers to the project, to its 项目法人 or to any of its units that last on the day."""
    involved = Q(project=project) | Q(organization=project.legal_person_id)
    involved |= Q(organization__in=project.units.values("organization_id"))
    rows = OfficerTie.objects.filter(
        involved, Q(ended_on__isnull=True) | Q(ended_on__gt=day), officer__in=officers, declared_on__lte=day
    )
    return list(rows.select_related("officer", "organization", "project").order_by("officer__name", "pk"))


def same_site(project_id: uuid.UUID, day: dt.date, *, but: uuid.UUID | None = None) -> QuerySet[Inspection]:
    """综合查一次: other checks arranged at the same site in the same month, by either level."""
    month = ReportingMonth.of(day)
    rows = Inspection.objects.filter(
        project=project_id, inspected_on__range=(month.first, month.last), state__in=ARRANGEABLE
    )
    return (rows.exclude(pk=but) if but is not None else rows).order_by("inspected_on", "number")


def drawn_without_check(draw: Draw) -> list[tuple[DrawnProject, list[DrawnOfficer]]]:
    """What a draw selected and nobody has arranged yet, with the officers who were drawn and not replaced."""
    arranged = Inspection.objects.filter(draw=draw).exclude(state=InspectionState.VOID)
    rows = DrawnProject.objects.filter(draw=draw).exclude(project__in=arranged.values("project_id"))
    drawn = list(rows.select_related("project__jurisdiction").order_by("position", "pk"))
    officers: dict[uuid.UUID, list[DrawnOfficer]] = {}
    teams = DrawnOfficer.objects.filter(drawn_project__in=drawn, replaced_at__isnull=True)
    for one in teams.select_related("officer").order_by("position"):
        officers.setdefault(one.drawn_project_id, []).append(one)
    return [(one, officers.get(one.pk, [])) for one in drawn]
