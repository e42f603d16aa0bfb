"""终身责任: the register of one project, and which projects of the scope lack something (rubric item C3)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from projects.enums import COMMITTED_ROLES, AttachmentKind, Responsibility, UnitRole
from projects.models import Attachment, KeyPerson, LifelongCommitment, ParticipatingUnit, Project
from projects.rules.liability import EXPECTED, LEADING_POSTS, SIGNING_ROLES, is_in_force, is_signed_late
from projects.rules.people import is_in_post
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
    """The first signature came after the works began; whoever takes over signs whenever that is."""

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
    signed = _by(project.commitments.select_related("replaced_by").order_by("signed_on", "pk"), "unit_id")
    people = _by(project.key_people.filter(in_post_on(as_of)), "unit_id")
    kinds = [AttachmentKind.COMMITMENT, AttachmentKind.PLAQUE]
    files = list(project.attachments.filter(kind__in=kinds).order_by("-uploaded_at"))
    scans = _by((file for file in files if file.kind == AttachmentKind.COMMITMENT), "commitment_id")
    successors = {one.replaced_by_id for several in signed.values() for one in several}
    lines: list[LiabilityLine] = []
    missing, has_parties = [], False
    for unit in _signing_units(project):
        mine = signed.get(unit.pk, [])
        for one in mine:
            is_late = one.pk not in successors and is_signed_late(one.signed_on, project.started_on)
            lines.append(_signed_line(unit, one, scans.get(one.pk, []), as_of, is_late=is_late))
        if unit.role in COMMITTED_ROLES and is_in_post(unit.valid_from, unit.valid_to, as_of):
            has_parties = True
            in_force = [one for one in mine if is_in_force(one.signed_on, one.replaced_on, as_of)]
            lines += _open_lines(unit, in_force, people.get(unit.pk, []))
            missing += [] if in_force else [unit]
    return LiabilityRegister(
        lines=lines,
        plaque_on=project.plaque_on,
        plaque_photos=[file for file in files if file.kind == AttachmentKind.PLAQUE],
        missing_units=missing,
        has_parties=has_parties,
    )


def _signing_units(project: Project) -> list[ParticipatingUnit]:
    """Those who sign, in the order of the trade."""
    order = [role.value for role in UnitRole]
    units = project.units.select_related("organization", "section").filter(role__in=SIGNING_ROLES)
    return sorted(units.order_by("valid_from", "pk"), key=lambda unit: order.index(unit.role))


def _by(rows: Iterable[Any], name: str) -> dict[Any, list[Any]]:
    groups: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


def _signed_line(
    unit: ParticipatingUnit,
    commitment: LifelongCommitment,
    scans: list[Attachment],
    as_of: dt.date,
    *,
    is_late: bool,
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
        is_late=is_late,
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
