"""Key people: who is one person, who leads two works at once, whose certificate ran out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from projects.models import KeyPerson, LifelongCommitment, Project
from projects.rules.people import MANAGER_POST
from projects.selectors.parties.organizations import ACTIVE


def in_post_on(as_of: dt.date, prefix: str = "") -> Q:
    """The condition "holds the post on this day"."""
    return (Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": as_of})) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": as_of})
    )


def managing_on(as_of: dt.date) -> QuerySet[KeyPerson]:
    """The 项目经理 in post on projects that are under way or suspended."""
    return KeyPerson.objects.filter(in_post_on(as_of), post=MANAGER_POST, project__status__in=ACTIVE)


def _elsewhere(as_of: dt.date) -> Q:
    """The same person manages another active project: same identity number, or same name and certificate."""
    others = managing_on(as_of).exclude(project=OuterRef("project"))
    number = others.filter(id_number_digest=OuterRef("id_number_digest")).exclude(id_number_digest="")
    paper = others.filter(name=OuterRef("name"), certificate_number=OuterRef("certificate_number")).exclude(
        certificate_number=""
    )
    return Q(Exists(number)) | Q(Exists(paper))


def listed_people(*, as_of: dt.date) -> QuerySet[KeyPerson]:
    """The scope's key people with `is_elsewhere` (项目经理 of another active project) and `is_in_post`."""
    managing = Q(pk__in=managing_on(as_of).values("pk"))
    return KeyPerson.objects.annotate(
        is_elsewhere=_truth(managing & _elsewhere(as_of)),
        is_in_post=_truth(in_post_on(as_of)),
    ).select_related("jurisdiction", "project", "unit__organization")


def people_counts(*, as_of: dt.date) -> dict[str, int]:
    """How many people there are, how many manage several projects, how many certificates ran out. One query."""
    rows: QuerySet[Any] = listed_people(as_of=as_of)
    expired = Q(is_in_post=True, certificate_valid_until__lt=as_of)
    counts: dict[str, int] = rows.aggregate(
        all=Count("pk"), multi=Count("pk", filter=Q(is_elsewhere=True)), expired=Count("pk", filter=expired)
    )
    return counts


def _truth(condition: Q) -> Any:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def same_person(person: KeyPerson) -> QuerySet[KeyPerson]:
    """Every post of this person in the scope, the one in hand included."""
    same = Q(pk=person.pk) | _is_same(person.name, person.certificate_number, person.id_number_digest)
    return KeyPerson.objects.filter(same).select_related("jurisdiction", "project", "unit__organization")


def namesakes(person: KeyPerson) -> QuerySet[KeyPerson]:
    """Others of the same name who are not known to be the same person."""
    return KeyPerson.objects.filter(name=person.name).exclude(pk__in=same_person(person).values("pk"))


def commitments_of(people: Iterable[KeyPerson]) -> QuerySet[LifelongCommitment]:
    """What these posts signed: by the number where both have one, else by unit and name."""
    same = Q(pk__in=[])
    for person in people:
        same |= Q(unit=person.unit_id, person_name=person.name)
        if person.id_number_digest:
            same |= Q(id_number_digest=person.id_number_digest)
    return LifelongCommitment.objects.filter(same).select_related("project", "unit__organization")


@dataclass(frozen=True)
class ManagerConflict:
    """A 项目经理 of this project and the other active project where the same person manages."""

    person: KeyPerson
    other: KeyPerson


def manager_conflicts(project: Project, *, as_of: dt.date) -> list[ManagerConflict]:
    """For the project's own page: whom it shares with which other project of the scope. Two queries."""
    if project.status not in ACTIVE:
        return []
    mine = list(managing_on(as_of).filter(project=project))
    if not mine:
        return []
    same = Q(pk__in=[])
    for person in mine:
        same |= _is_same(person.name, person.certificate_number, person.id_number_digest)
    others = managing_on(as_of).exclude(project=project).filter(same).select_related("project__jurisdiction")
    return [
        ManagerConflict(person, other)
        for other in others.order_by("project__code")
        for person in mine
        if _are_one(person, other)
    ]


def conflicts_of(
    *, name: str, certificate_number: str, digest: str, but_project: Project, as_of: dt.date
) -> list[KeyPerson]:
    """Active projects that somebody who is being entered as 项目经理 manages already."""
    same = _is_same(name, certificate_number, digest)
    rows = managing_on(as_of).exclude(project=but_project).filter(same)
    return list(rows.select_related("project__jurisdiction"))


def _is_same(name: str, certificate_number: str, digest: str) -> Q:
    """The same identity number, or the same name and certificate; a bare name proves nothing."""
    same = Q(pk__in=[])
    if digest:
        same |= Q(id_number_digest=digest)
    if certificate_number:
        same |= Q(name=name, certificate_number=certificate_number)
    return same


def _are_one(first: KeyPerson, second: KeyPerson) -> bool:
    if first.id_number_digest and first.id_number_digest == second.id_number_digest:
        return True
    return (
        bool(first.certificate_number)
        and first.name == second.name
        and first.certificate_number == second.certificate_number
    )
