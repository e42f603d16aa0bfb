"""What the register knows about the fields of a return's lines, for many projects in a fixed number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Avg, Count, DateField, F, Q, QuerySet, Sum, UUIDField

from core.kept_query import AnyOf, Slot
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
    ReturnLine,
    SupervisionRegistration,
)
from projects.rules.returns import Value
from tenancy.kept_query import ScopedTuples

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
Among = Callable[[str], Any]
"""Path to a project's id → the condition that it is one of those asked for."""


def reported_projects(month: ReportingMonth) -> QuerySet[Project]:
    """Projects that a return of the month tells about: begun by its end, and not finished before it."""
    begun = Q(started_on__lte=month.last) & ~Q(status=ProjectStatus.PLANNED)
    still = Q(finished_on__isnull=True, status__in=[ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED])
    return Project.objects.filter(begun, still | Q(finished_on__gte=month.first))


def register_values(
    projects: Collection[Project], month: ReportingMonth, *, version: uuid.UUID | None = None
) -> RegisterValues:
    """Field name → value as of the month's last day; a field that the register does not know is absent.

    version: these are the projects of its lines; hundreds of ids take longer to send than to find.
    """
    known: RegisterValues = {
        project.pk: {name: getattr(project, name) for name in _OWN} for project in projects
    }
    ahead = month.next()
    days = {"first": month.first, "day": month.last, "next_first": ahead.first, "next_last": ahead.last}
    sources, which = (
        (_OF_KEYS, {"keys": list(known)}) if version is None else (_OF_VERSION, {"version": version})
    )
    told = {name: source.rows(**days, **which) for name, source in sources.items()}
    told["attendance_percent"] = [(key, round(Decimal(mean), 2)) for key, mean in told["attendance_percent"]]
    told["works_ahead"] = _joined(told["works_ahead"])
    for name, rows in told.items():
        for key, value in rows:
            if value is not None and key in known:  # a line may have come since the projects were read
                known[key][name] = value
    return known


def _joined(works: Iterable[Any]) -> list[Any]:
    """One line of names for each project, as they come."""
    names: dict[uuid.UUID, list[str]] = {}
    for key, name in works:
        names.setdefault(key, []).append(name)
    return [(key, "、".join(each)[:300]) for key, each in names.items()]


# What is asked, each kept as one statement for those of `keys` and one for those of a version's lines.

_FIRST, _DAY, _NEXT_FIRST, _NEXT_LAST = (
    Slot(name, DateField()) for name in ("first", "day", "next_first", "next_last")
)


def _in_force(prefix: str = "") -> Q:
    begun = Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": _DAY})
    return begun & (Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": _DAY}))


def _summed(rows: QuerySet[Any, Any], told: Any, path: str = "project_id") -> QuerySet[Any, Any]:
    summed: QuerySet[Any, Any] = rows.order_by().values(path).annotate(told=told).values_list(path, "told")
    return summed


def _award_price(among: Among) -> QuerySet[Any, Any]:
    return _summed(ContractSection.objects.filter(among("project_id")), Sum("award_price_wan_yuan"))


def _units(among: Among, *conditions: Q) -> QuerySet[Any, Any]:
    rows = ParticipatingUnit.objects.filter(_in_force(), *conditions, among("project_id"))
    return _summed(rows, Count("organization", distinct=True))


def _people(among: Among) -> QuerySet[Any, Any]:
    rows = KeyPerson.objects.filter(_in_force(), among("project_id"))
    return _summed(rows, Count("name", distinct=True))


def _key_works(among: Among) -> QuerySet[Any, Any]:
    return _summed(KeyWork.objects.filter(among("project_id")), Count("pk"))


def _commitments_due(among: Among) -> QuerySet[Any, Any]:
    """One 承诺书 of each unit in a committed role."""
    return _units(among, Q(role__in=COMMITTED_ROLES))


def _commitments_signed(among: Among) -> QuerySet[Any, Any]:
    """A commitment in force."""
    rows = LifelongCommitment.objects.filter(
        Q(replaced_on__isnull=True) | Q(replaced_on__gt=_DAY),
        _in_force("unit__"),
        among("project_id"),
        signed_on__lte=_DAY,
        unit__role__in=COMMITTED_ROLES,
    )
    return _summed(rows, Count("unit__organization", distinct=True))


def _attendance(among: Among) -> QuerySet[Any, Any]:
    rows = Attendance.objects.filter(among("unit__project_id"), month=_FIRST)
    return _summed(rows, Avg(F("rate_percent")), "unit__project_id")


def _defects(among: Among) -> QuerySet[Any, Any]:
    rows = DefectFiling.objects.filter(among("project_id"), found_on__range=(_FIRST, _DAY))
    return _summed(rows, Count("pk"))


def _accidents(among: Among) -> QuerySet[Any, Any]:
    # accidents belong to an app above: reached by the reverse relation
    rows = Project.objects.filter(among("id"), accidents__occurred_on__range=(_FIRST, _DAY))
    return _summed(rows, Count("accidents"), "pk")


def _works_ahead(among: Among) -> QuerySet[Any, Any]:
    rows = KeyWork.objects.filter(
        among("project_id"), planned_on__range=(_NEXT_FIRST, _NEXT_LAST), accepted_on__isnull=True
    )
    return rows.order_by("planned_on", "name").values_list("project_id", "name")


def _registration(among: Among) -> QuerySet[Any, Any]:
    rows = SupervisionRegistration.objects.filter(among("project_id"), registered_on__lte=_DAY)
    return rows.values_list("project_id", "number")


_SOURCES: dict[str, Callable[[Among], QuerySet[Any, Any]]] = {
    "award_price_wan_yuan": _award_price,
    "unit_count": _units,
    "key_person_count": _people,
    "key_work_count": _key_works,
    "commitments_due": _commitments_due,
    "commitments_signed": _commitments_signed,
    "attendance_percent": _attendance,
    "defect_count": _defects,
    "accident_count": _accidents,
    "works_ahead": _works_ahead,
    "registration_number": _registration,
}


def _of_keys(path: str) -> Any:
    return AnyOf(F(path), Slot("keys", ArrayField(UUIDField())))


def _of_version(path: str) -> Any:
    lines = ReturnLine.objects.filter(version=Slot("version", UUIDField())).order_by()
    return Q(**{f"{path}__in": lines.values("project_id")})


_OF_KEYS, _OF_VERSION = (
    {name: ScopedTuples(partial(source, among)) for name, source in _SOURCES.items()}
    for among in (_of_keys, _of_version)
)
