"""终身责任: the register of one project, and which projects of the scope lack something (rubric item C3)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from projects.enums import COMMITTED_ROLES, AttachmentKind, Responsibility, UnitRole
from projects.models import Attachment, KeyPerson, LifelongCommitment, ParticipatingUnit, Project
from projects.rules.liability import EXPECTED, LEADING_POSTS, SIGNING_ROLES, is_in_force, is_signed_late
from projects.selectors.parties.organizations import ACTIVE
from projects.selectors.parties.people import in_post_on


@dataclass(frozen=True)
class LiabilityLine:
    """One line of the 信息表: somebody who signed, or somebody who should."""

    unit: ParticipatingUnit
    responsibility: Responsibility
    name: str
    post: str
    certificate_number: str
    phone: str
    id_number_masked: str
    commitment: LifelongCommitment | None
    scans: list[Attachment]
    is_in_force: bool
    is_late: bool
    """Signed after the works began."""

    @property
    def is_missing(self) -> bool:
        """Nobody signed yet."""
        return self.commitment is None


@dataclass(frozen=True)
class LiabilityRegister:
    """The 终身责任信息表 of one project on a day."""

    lines: list[LiabilityLine]
    plaque_on: dt.date | None
    plaque_photos: list[Attachment]
    missing_units: list[ParticipatingUnit]
    """Units of the five responsible parties without any signature in force: what rubric item C3 asks."""
    has_parties: bool

    @property
    def is_complete(self) -> bool:
        """What C3 counts: a plaque, and a signature in force of every responsible party."""
        return self.plaque_on is not None and self.has_parties and not self.missing_units

    @property
    def signed_count(self) -> int:
        """Signatures in force."""
        return sum(1 for line in self.lines if line.is_in_force)


def liability_register(project: Project, *, as_of: dt.date) -> LiabilityRegister:
    """Read the register of a project that was fetched through the scope. Four queries."""
    units = [
        unit
        for unit in project.units.select_related("organization", "section").order_by("valid_from", "pk")
        if unit.role in SIGNING_ROLES
    ]
    units.sort(key=lambda unit: list(UnitRole).index(UnitRole(unit.role)))
    signed: dict[Any, list[LifelongCommitment]] = {}
    for commitment in project.commitments.select_related("replaced_by").order_by("signed_on", "pk"):
        signed.setdefault(commitment.unit_id, []).append(commitment)
    scans: dict[Any, list[Attachment]] = {}
    photos = []
    kinds = [AttachmentKind.COMMITMENT, AttachmentKind.PLAQUE]
    for file in project.attachments.filter(kind__in=kinds).order_by("-uploaded_at"):
        if file.kind == AttachmentKind.PLAQUE:
            photos.append(file)
        else:
            scans.setdefault(file.commitment_id, []).append(file)
    people: dict[Any, list[KeyPerson]] = {}
    for person in project.key_people.filter(in_post_on(as_of)):
        people.setdefault(person.unit_id, []).append(person)
    lines: list[LiabilityLine] = []
    missing = []
    due = [unit for unit in units if unit.role in COMMITTED_ROLES and _is_present(unit, as_of)]
    for unit in units:
        mine = signed.get(unit.pk, [])
        lines += [_signed_line(unit, one, project, scans.get(one.pk, []), as_of) for one in mine]
        in_force = [one for one in mine if is_in_force(one.signed_on, one.replaced_on, as_of)]
        if unit in due:
            lines += _open_lines(unit, in_force, people.get(unit.pk, []))
            if not in_force:
                missing.append(unit)
    return LiabilityRegister(
        lines=lines,
        plaque_on=project.plaque_on,
        plaque_photos=photos,
        missing_units=missing,
        has_parties=bool(due),
    )


def _is_present(unit: ParticipatingUnit, as_of: dt.date) -> bool:
    return (unit.valid_from is None or unit.valid_from <= as_of) and (
        unit.valid_to is None or unit.valid_to >= as_of
    )


def _signed_line(
    unit: ParticipatingUnit,
    commitment: LifelongCommitment,
    project: Project,
    scans: list[Attachment],
    as_of: dt.date,
) -> LiabilityLine:
    return LiabilityLine(
        unit=unit,
        responsibility=Responsibility(commitment.responsibility),
        name=commitment.person_name,
        post=commitment.post,
        certificate_number=commitment.certificate_number,
        phone=commitment.phone,
        id_number_masked=commitment.id_number_masked,
        commitment=commitment,
        scans=scans,
        is_in_force=is_in_force(commitment.signed_on, commitment.replaced_on, as_of),
        is_late=is_signed_late(commitment.signed_on, project.started_on),
    )


def _open_lines(
    unit: ParticipatingUnit, in_force: list[LifelongCommitment], people: list[KeyPerson]
) -> list[LiabilityLine]:
    """The expected signatures that are not there, with the name of whoever should sign where it is known."""
    present = {one.responsibility for one in in_force}
    lines = []
    for responsibility in EXPECTED:
        if responsibility in present:
            continue
        person = proposed_person(unit, responsibility, people)
        name = person.name if person else ""
        if responsibility == Responsibility.LEGAL_REPRESENTATIVE:
            name = unit.organization.legal_representative
        lines.append(
            LiabilityLine(
                unit=unit,
                responsibility=responsibility,
                name=name,
                post=person.post if person else responsibility.label,
                certificate_number=person.certificate_number if person else "",
                phone=person.phone if person else "",
                id_number_masked=person.id_number_masked if person else "",
                commitment=None,
                scans=[],
                is_in_force=False,
                is_late=False,
            )
        )
    return lines


def proposed_person(
    unit: ParticipatingUnit, responsibility: Responsibility, people: list[KeyPerson]
) -> KeyPerson | None:
    """Who of the unit's people should sign: the holder of its leading post."""
    if responsibility != Responsibility.PROJECT_LEADER:
        return None
    for post in LEADING_POSTS.get(UnitRole(unit.role), ()):
        for person in people:
            if person.post == post:
                return person
    return None


def projects_by_liability(*, as_of: dt.date) -> QuerySet[Project]:
    """Begun projects with `has_parties`, `lacks_signature` and `is_liable` (all that C3 asks is there)."""
    units = ParticipatingUnit.objects.filter(
        in_post_on(as_of), project=OuterRef("pk"), role__in=COMMITTED_ROLES
    )
    signed = LifelongCommitment.objects.filter(
        Q(replaced_on__isnull=True) | Q(replaced_on__gt=as_of), unit=OuterRef("pk"), signed_on__lte=as_of
    )
    rows: QuerySet[Project] = Project.objects.filter(status__in=ACTIVE, started_on__lte=as_of)
    complete = Q(has_parties=True, lacks_signature=False, plaque_on__lte=as_of)
    return (
        rows.annotate(has_parties=Exists(units), lacks_signature=Exists(units.exclude(Exists(signed))))
        .annotate(
            is_liable=Case(
                When(complete, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
        )
        .select_related("jurisdiction", "legal_person")
    )


def liability_counts(*, as_of: dt.date) -> dict[str, int]:
    """How many begun projects there are and how many lack what. One query."""
    rows: QuerySet[Any] = projects_by_liability(as_of=as_of)
    counts: dict[str, int] = rows.aggregate(
        all=Count("pk"),
        signature=Count("pk", filter=Q(lacks_signature=True)),
        plaque=Count("pk", filter=Q(plaque_on__isnull=True)),
        parties=Count("pk", filter=Q(has_parties=False)),
    )
    return counts
