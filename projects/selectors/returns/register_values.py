"""What the register knows about the fields of a return's lines, for many projects in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, F, Q, QuerySet, Sum

from core.month import ReportingMonth
from projects.enums import COMMITTED_ROLES, ProjectStatus
from projects.models import (
    Attendance,
    ContractSection,
    DefectFiling,
    KeyPerson,
    KeyWork,
    LifelongCommitment,
    ParticipatingUnit,
    Project,
    SupervisionRegistration,
)
from projects.rules.returns import Value

ESTIMATE = "approved_estimate_wan_yuan"
_OWN = (
    "status",
    "approved_duration_days",
    "started_on",
    "planned_finish_on",
    "finished_on",
    "progress_percent",
    "invested_wan_yuan",
    ESTIMATE,
)
RegisterValues = dict[uuid.UUID, dict[str, Value]]
Keys = list[uuid.UUID] | QuerySet[Any, Any]


def reported_projects(month: ReportingMonth) -> QuerySet[Project]:
    """Projects that a return of the month tells about: begun by its end, and not finished before it."""
    begun = Q(started_on__lte=month.last) & ~Q(status=ProjectStatus.PLANNED)
    still = Q(finished_on__isnull=True, status__in=[ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED])
    return Project.objects.filter(begun, still | Q(finished_on__gte=month.first))


def register_values(
    projects: Collection[Project], month: ReportingMonth, *, among: QuerySet[Any, Any] | None = None
) -> RegisterValues:
    """Field name → value as of the month's last day; a field that the register does not know is absent.

    among: the same projects' ids as a query, where there is one.
    """
    keys: Keys = [project.pk for project in projects] if among is None else among
    known: RegisterValues = {
        project.pk: {name: getattr(project, name) for name in _OWN} for project in projects
    }
    _put(known, "award_price_wan_yuan", _rows(ContractSection, keys, Sum("award_price_wan_yuan")))
    in_force = _in_force(month.last)
    units = ParticipatingUnit.objects.filter(in_force)
    _put(known, "unit_count", _rows(units, keys, Count("organization", distinct=True)))
    people = KeyPerson.objects.filter(in_force)
    _put(known, "key_person_count", _rows(people, keys, Count("name", distinct=True)))
    _put(known, "key_work_count", _rows(KeyWork, keys, Count("pk")))
    _put_commitments(known, keys, month.last)
    _put_month(known, keys, month)
    numbers = SupervisionRegistration.objects.filter(project__in=keys, registered_on__lte=month.last)
    _put(known, "registration_number", numbers.values_list("project_id", "number"))
    return known


def _in_force(day: dt.date, prefix: str = "") -> Q:
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})
    return begun & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day}))


def _rows(source: Any, keys: Keys, sum_up: Any) -> Iterable[tuple[uuid.UUID, Any]]:
    rows = source if isinstance(source, QuerySet) else source.objects.all()
    grouped = rows.filter(project__in=keys).order_by().values("project_id").annotate(told=sum_up)
    return list(grouped.values_list("project_id", "told"))


def _put(known: RegisterValues, name: str, rows: Iterable[tuple[uuid.UUID, Any]]) -> None:
    for key, value in rows:
        if value is not None and key in known:  # a line may have come since the projects were read
            known[key][name] = value


def _put_commitments(known: RegisterValues, keys: Keys, day: dt.date) -> None:
    """One 承诺书 of each unit in a committed role; signed = a commitment in force."""
    units = ParticipatingUnit.objects.filter(_in_force(day), role__in=COMMITTED_ROLES)
    _put(known, "commitments_due", _rows(units, keys, Count("organization", distinct=True)))
    held = LifelongCommitment.objects.filter(
        Q(replaced_on__isnull=True) | Q(replaced_on__gt=day),
        _in_force(day, "unit__"),
        signed_on__lte=day,
        unit__role__in=COMMITTED_ROLES,
    )
    _put(known, "commitments_signed", _rows(held, keys, Count("unit__organization", distinct=True)))


def _put_month(known: RegisterValues, keys: Keys, month: ReportingMonth) -> None:
    """What belongs to this month alone."""
    attended = (
        Attendance.objects.filter(unit__project__in=keys, month=month.first)
        .order_by()
        .values("unit__project_id")
        .annotate(mean=Avg(F("rate_percent")))
    )
    means = ((row["unit__project_id"], round(Decimal(row["mean"]), 2)) for row in attended)
    _put(known, "attendance_percent", means)
    span = (month.first, month.last)
    _put(known, "defect_count", _rows(DefectFiling.objects.filter(found_on__range=span), keys, Count("pk")))
    # accidents belong to an app above: reached by the reverse relation
    accidents = Project.objects.filter(pk__in=keys, accidents__occurred_on__range=span).order_by()
    _put(
        known, "accident_count", accidents.values("pk").annotate(n=Count("accidents")).values_list("pk", "n")
    )
    ahead = (month.next().first, month.next().last)
    works: dict[uuid.UUID, list[str]] = {}
    for project, name in (
        KeyWork.objects.filter(project__in=keys, planned_on__range=ahead, accepted_on__isnull=True)
        .order_by("planned_on", "name")
        .values_list("project_id", "name")
    ):
        works.setdefault(project, []).append(name)
    _put(known, "works_ahead", ((key, "、".join(names)[:300]) for key, names in works.items()))
