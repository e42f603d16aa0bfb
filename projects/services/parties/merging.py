"""Folding one organization's record into another: everything that names it is moved, nothing is deleted, all is traced.

Rows keep their ids, so evidence of scores and documents stays valid. What never changes any more (scores and lists of
closed months) stays with the folded record, which remains readable and leads to the one that was kept.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, UniqueConstraint
from django.db.models.lookups import IsNull

from accounts.models import RoleAssignment
from audit.services import record
from projects.enums import UnitRole
from projects.models import Organization, OrganizationMerge, ParticipatingUnit
from projects.selectors.parties.references import Reference, references
from projects.services.parties.changes import PartyRefused, cleaned
from projects.services.parties.units import both_roles_sentence


class MergeRefused(PartyRefused):
    """The two records cannot become one as things stand."""


@dataclass(frozen=True)
class MovedTable:
    """What happens to the rows of one column."""

    label: str
    moved: int
    kept_apart: int
    """Rows that stay with the folded record: history, or the kept record has the same one already."""
    why_apart: str


@dataclass(frozen=True)
class MergePlan:
    """What a merge would do, told before it is done."""

    kept: Organization
    folded: Organization
    tables: list[MovedTable] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)
    account_count: int = 0

    @property
    def total(self) -> int:
        """Rows that would move."""
        return sum(table.moved for table in self.tables)


def plan_merge(*, kept: Organization, folded: Organization) -> MergePlan:
    """Read what merging would move, leave and stumble over. Raises MergeRefused where no plan makes sense."""
    _check_two(kept, folded)
    tables = []
    for reference in references():
        total = reference.rows(folded).count()
        if not total:
            continue
        apart = total if reference.is_history else _colliding(reference, kept, folded).count()
        why = ""
        if apart:
            why = "已定案的历史记录，不改动" if reference.is_history else "保留单位已有相同的一条"
        tables.append(MovedTable(reference.label, total - apart, apart, why))
    return MergePlan(
        kept=kept,
        folded=folded,
        tables=tables,
        conflicts=[*_double_roles(kept, folded), *_same_units(kept, folded)],
        account_count=_accounts(folded),
    )


@transaction.atomic
def merge_organizations(
    *, kept_id: uuid.UUID, folded_id: uuid.UUID, reason: str, by: Any, at: dt.datetime
) -> OrganizationMerge:
    """Fold one record into another. Raises MergeRefused with the first conflict; then nothing was changed."""
    why = cleaned("合并理由", reason, most=300, least=5)
    # Locked in one order, whoever is kept: two merges of the same pair wait for each other.
    rows = Organization.objects.filter(pk__in=[kept_id, folded_id]).select_for_update(of=("self",))
    locked = {row.pk: row for row in rows.order_by("pk")}
    if kept_id not in locked or folded_id not in locked:
        raise MergeRefused("要合并的单位不存在，请刷新后重试。")
    kept, folded = locked[kept_id], locked[folded_id]
    plan = plan_merge(kept=kept, folded=folded)
    if plan.conflicts:
        raise MergeRefused(plan.conflicts[0])
    moved = {}
    try:
        with transaction.atomic():
            for reference in references():
                moved[reference.key] = _move(reference, kept, folded)
    except IntegrityError as error:
        raise MergeRefused("合并时有人登记了冲突的记录，没有做任何改动，请刷新后重新核对。") from error
    folded.merged_into = kept
    folded.save(update_fields=["merged_into"])
    merge = OrganizationMerge(
        city_id=kept.city_id,
        kept=kept,
        folded=folded,
        reason=why,
        moved={key: ids for key, ids in moved.items() if ids},
        merged_at=at,
        merged_by_name=getattr(by, "display_name", str(by)),
    )
    merge.save(force_insert=True)
    after = {
        "kept": f"{kept.name} {kept.uscc}",
        "folded": f"{folded.name} {folded.uscc}",
        "reason": why,
        "counts": {key: len(ids) for key, ids in merge.moved.items()},
    }
    record(action="projects.organization.merge", subject=merge, by=by, at=at, after=after)
    return merge


def _check_two(kept: Organization, folded: Organization) -> None:
    if kept.pk == folded.pk:
        raise MergeRefused("不能把单位并入它自己，请填另一家单位的信用代码。")
    for organization in (kept, folded):
        if organization.merged_into_id is not None:
            raise MergeRefused(f"“{organization.name}”（{organization.uscc}）已并入其他单位，不能再次合并。")


def _move(reference: Reference, kept: Organization, folded: Organization) -> list[str]:
    if reference.is_history:
        return []
    apart = _colliding(reference, kept, folded).values("pk")
    rows = reference.rows(folded).exclude(pk__in=apart)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    reference.model._base_manager.filter(pk__in=ids).update(**{reference.field: kept})
    return [str(pk) for pk in ids]


def _colliding(reference: Reference, kept: Organization, folded: Organization) -> QuerySet[Any]:
    """Rows of the folded record of which the kept one has its own, by any unique constraint of the table."""
    rows = reference.rows(folded)
    same = Q(pk__in=[])
    for constraint in _unique_constraints(reference):
        twin = reference.model._base_manager.filter(**{reference.field: kept})
        for name in constraint:
            if name != reference.field:
                twin = twin.filter(_same_value(reference.model, name))
        same |= Q(Exists(twin))
    return rows.filter(same)


def _same_value(model: type[models.Model], name: str) -> Q:
    """The column equals the outer row's; two nothings count as equal, as `nulls_distinct=False` has it."""
    equal = Q(**{name: OuterRef(name)})
    if not getattr(model._meta.get_field(name), "null", False):
        return equal
    return equal | Q(IsNull(F(name), True), IsNull(OuterRef(name), True))


def _unique_constraints(reference: Reference) -> Iterator[tuple[str, ...]]:
    for constraint in reference.model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and reference.field in constraint.fields:
            yield tuple(constraint.fields)


def _double_roles(kept: Organization, folded: Organization) -> list[str]:
    """Projects on which the one firm would be 施工 and 监理."""
    opposite = {
        UnitRole.CONTRACTOR: UnitRole.SUPERVISING_ENGINEER,
        UnitRole.SUPERVISING_ENGINEER: UnitRole.CONTRACTOR,
    }
    sentences = []
    mine = ParticipatingUnit.objects.filter(organization=folded, role__in=list(opposite))
    theirs: dict[tuple[uuid.UUID, str], ParticipatingUnit] = {
        (unit.project_id, unit.role): unit
        for unit in ParticipatingUnit.objects.filter(organization=kept, role__in=list(opposite))
    }
    for unit in mine.select_related("project").order_by("project__code"):
        role = UnitRole(unit.role)
        other = theirs.get((unit.project_id, opposite[role]))
        if other is not None:
            sentences.append(both_roles_sentence(kept.name, unit.project.name, other, role))
    return sentences


def _same_units(kept: Organization, folded: Organization) -> list[str]:
    """Participations that both have: people and findings hang on them, so a person decides which one is right."""
    rows = ParticipatingUnit.objects.filter(organization=folded).select_related("project", "section")
    kept_places = set(
        ParticipatingUnit.objects.filter(organization=kept).values_list("project", "role", "section")
    )
    return [
        f"两家单位都登记为“{unit.project.name}”{unit.section.code if unit.section else '整个工程'}的"
        f"{unit.get_role_display()}，请先在工程页撤销误登的一条，或改正标段。"
        for unit in rows.order_by("project__code")
        if (unit.project_id, unit.role, unit.section_id) in kept_places
    ]


def _accounts(folded: Organization) -> int:
    """Active roles that are tied to the folded code: the security administrator gives them anew."""
    return RoleAssignment.objects.filter(organization_uscc=folded.uscc, ended_at__isnull=True).count()
