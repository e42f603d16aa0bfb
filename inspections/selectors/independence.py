"""Whether a testing agency is independent of a project: it neither takes part in it nor serves one of its parties."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Q, QuerySet

from projects.enums import UnitRole
from projects.models import Organization, ParticipatingUnit, Project
from tenancy.scope import city_scope

_PARTIES = (
    UnitRole.LEGAL_PERSON,
    UnitRole.SURVEYOR,
    UnitRole.DESIGNER,
    UnitRole.CONTRACTOR,
    UnitRole.SUPERVISING_ENGINEER,
    UnitRole.SUPPLIER,
    UnitRole.AGENT_BUILDER,
)
_SERVICES = (UnitRole.TESTING_AGENCY, UnitRole.MONITORING_AGENCY)


def dependence_of(agency: Organization, project: Project, day: dt.date) -> str:
    """The sentence that says why the agency must not test the project; empty when it is independent.

    The whole city is asked, also for a person of one county: an agency is not more independent because its other
    projects lie next door. Only names that stand on this project are told.
    """
    with city_scope(project.city_id):
        return _takes_part(agency, project) or _serves(agency, project, day)


def _takes_part(agency: Organization, project: Project) -> str:
    if project.legal_person_id == agency.pk:
        return f"“{agency.name}”是本工程的项目法人，不能承担本工程的监督检测，请另选检测机构。"
    unit = ParticipatingUnit.objects.filter(project=project, organization=agency).first()
    if unit is None:
        return ""
    return f"“{agency.name}”是本工程的{unit.get_role_display()}，不能承担本工程的监督检测，请另选检测机构。"


def _serves(agency: Organization, project: Project, day: dt.date) -> str:
    units = _in_force(ParticipatingUnit.objects.filter(project=project, role__in=_PARTIES), day)
    parties: dict[uuid.UUID, str] = {unit.organization_id: unit.get_role_display() for unit in units}
    parties[project.legal_person_id] = UnitRole.LEGAL_PERSON.label
    party = _served_party(agency, list(parties), day)
    if party is None:
        return ""
    name = Organization.objects.get(pk=party).name
    return (
        f"“{agency.name}”正在为本工程的{parties[party]}“{name}”在其他工程上提供检测服务，与本工程有利害关系，"
        "不能承担本工程的监督检测，请另选检测机构。"
    )


def _served_party(agency: Organization, parties: list[uuid.UUID], day: dt.date) -> uuid.UUID | None:
    """One of the parties that works on an unfinished project which the agency tests or monitors."""
    served = _in_force(ParticipatingUnit.objects.filter(organization=agency, role__in=_SERVICES), day).filter(
        Q(project__finished_on__isnull=True) | Q(project__finished_on__gte=day)
    )
    projects = served.order_by().values("project_id")
    legal = Project.objects.filter(pk__in=projects, legal_person_id__in=parties).order_by("pk").first()
    if legal is not None:
        return legal.legal_person_id
    units = _in_force(ParticipatingUnit.objects.filter(project_id__in=projects), day)
    unit = units.filter(organization_id__in=parties, role__in=_PARTIES).order_by("role", "pk").first()
    return unit.organization_id if unit is not None else None


def _in_force(rows: QuerySet[ParticipatingUnit], day: dt.date) -> QuerySet[ParticipatingUnit]:
    return rows.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
