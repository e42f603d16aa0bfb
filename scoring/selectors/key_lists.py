"""重点监管对象名单 as people read it: periods, who is concerned, what changed since the list before."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from accounts.roles import COUNTY_ROLES, Role
from core.month import ReportingMonth
from messaging.services import people_with
from scoring.enums import KeyListState
from scoring.models import KeyObjectEntry, KeyObjectList, ProjectRisk
from tenancy.models import Jurisdiction
from tenancy.scope import Scope

MAIN_REASONS = 4
"""Reasons that a document and the register name; the page of the list names all."""
_QUARTERS = {(1, 3): "第一季度", (4, 6): "第二季度", (7, 9): "第三季度", (10, 12): "第四季度"}
_HALVES = {(1, 6): "上半年", (7, 12): "下半年"}


def period_label(row: KeyObjectList) -> str:
    """2023年第四季度, 2023年下半年, 2023年9月, 2023年8月至10月."""
    first, last = row.first_month, row.last_month
    if first == last:
        return ReportingMonth.of(first).label
    span = (first.month, last.month)
    if first.year == last.year:
        named = {**_QUARTERS, **_HALVES, (1, 12): "度"}.get(span)
        if named:
            return f"{first.year}年{named}"
        return f"{first.year}年{first.month}月至{last.month}月"
    return f"{first.year}年{first.month}月至{last.year}年{last.month}月"


def list_url(row: KeyObjectList) -> str:
    """The page of a list."""
    return reverse("scoring:key-list-detail", args=[row.pk])


def visible_lists(scope: Scope) -> QuerySet[KeyObjectList]:
    """The lists that the scope may know of, with `on_count` of its own projects.

    Drafts are the bureau's own; a county knows the lists that classify a project of its own.
    """
    own = KeyObjectEntry.objects.filter(key_list=OuterRef("pk"), is_on=True).order_by().values("key_list")
    counted = Subquery(own.annotate(n=Count("pk", distinct=True)).values("n"))
    rows = KeyObjectList.objects.annotate(on_count=Coalesce(counted, 0))
    if not is_outside(scope):
        return rows
    classified = ProjectRisk.objects.filter(key_list=OuterRef("pk"))
    return rows.exclude(state=KeyListState.DRAFT).filter(Exists(classified))


def is_outside(scope: Scope) -> bool:
    """A county, a legal person, a unit: anybody but the bureau."""
    return scope.county_id is not None or bool(scope.organization_uscc)


def visible_risks(scope: Scope) -> QuerySet[ProjectRisk]:
    """Classes of the scope's own projects, of lists that it may know of."""
    rows = ProjectRisk.objects.select_related("project", "jurisdiction", "key_list")
    return rows.exclude(key_list__state=KeyListState.DRAFT) if is_outside(scope) else rows


def with_entry(risks: QuerySet[ProjectRisk]) -> QuerySet[ProjectRisk]:
    """`is_on`: the project stands on the list; `is_by_hand`: a person decided so."""
    entries = KeyObjectEntry.objects.filter(key_list=OuterRef("key_list"), project=OuterRef("project"))
    return risks.annotate(
        is_on=Exists(entries.filter(is_on=True)),
        is_by_hand=Exists(entries.exclude(changed_by_name="")),
    )


def class_counts(row: KeyObjectList) -> dict[str, int]:
    """How many projects of the scope are of each class."""
    found = dict(
        ProjectRisk.objects.filter(key_list=row).order_by().values_list("risk_class").annotate(n=Count("pk"))
    )
    return {code: found.get(code, 0) for code in "DCBA"}


def key_reason(risk: ProjectRisk, entry: KeyObjectEntry) -> str:
    """Why a project is a key object: the person's words where a person put it on, else the rules' reasons."""
    if entry.reason and not entry.is_proposed:
        return entry.reason
    texts = [str(reason["text"]) for reason in risk.reasons]
    more = f"等{len(texts)}项" if len(texts) > MAIN_REASONS else ""
    return "；".join(texts[:MAIN_REASONS]) + more


def previous_list(row: KeyObjectList) -> KeyObjectList | None:
    """The list that was in force before this one: the last confirmed before it was (or, for a draft, so far)."""
    rows = KeyObjectList.objects.exclude(state=KeyListState.DRAFT).exclude(pk=row.pk)
    if row.confirmed_at is not None:
        rows = rows.filter(confirmed_at__lt=row.confirmed_at)
    return rows.order_by("-confirmed_at").first()


@dataclass(frozen=True)
class Listed:
    """A project of a list with what the comparison tells of it."""

    project_id: uuid.UUID
    project: str
    county: str
    legal_person: str
    risk_class: str
    reason: str


@dataclass(frozen=True)
class ClassChange:
    """A project whose class changed between two lists."""

    project_id: uuid.UUID
    project: str
    county: str
    before: str
    after: str

    @property
    def is_worse(self) -> bool:
        """Towards D."""
        return self.after > self.before


@dataclass(frozen=True)
class Comparison:
    """What a list brought: who came on, who went off, whose class changed."""

    former: KeyObjectList
    joined: list[Listed]
    left: list[Listed]
    moved: list[ClassChange]


def listed_projects(row: KeyObjectList) -> list[Listed]:
    """The projects on the list in the order of counties, the highest class first. Two queries."""
    entries = {one.project_id: one for one in KeyObjectEntry.objects.filter(key_list=row, is_on=True)}
    risks = (
        ProjectRisk.objects.filter(key_list=row, project__in=list(entries))
        .select_related("project__legal_person", "jurisdiction")
        .order_by("jurisdiction__unit_order", "-risk_class", "-points", "project__code")
    )
    return [_listed(risk, key_reason(risk, entries[risk.project_id])) for risk in risks]


def _listed(risk: ProjectRisk, reason: str) -> Listed:
    return Listed(
        project_id=risk.project_id,
        project=risk.project.name,
        county=risk.jurisdiction.short_name,
        legal_person=risk.project.legal_person.name,
        risk_class=risk.risk_class,
        reason=reason,
    )


def compare(row: KeyObjectList, former: KeyObjectList) -> Comparison:
    """The list against the one before. The number of queries does not depend on the number of projects."""
    now = {one.project_id: one for one in listed_projects(row)}
    then = {one.project_id: one for one in listed_projects(former)}
    before = dict(ProjectRisk.objects.filter(key_list=former).values_list("project_id", "risk_class"))
    after = (
        ProjectRisk.objects.filter(key_list=row)
        .order_by("jurisdiction__unit_order", "project__code")
        .values_list("project_id", "project__name", "jurisdiction__short_name", "risk_class")
    )
    moved = [
        ClassChange(key, name, county, before[key], code)
        for key, name, county, code in after
        if key in before and before[key] != code
    ]
    moved.sort(key=lambda change: not change.is_worse)
    return Comparison(
        former,
        joined=[one for key, one in now.items() if key not in then],
        left=[one for key, one in then.items() if key not in now],
        moved=moved,
    )


def newest_risk(project_id: uuid.UUID) -> ProjectRisk | None:
    """What the list in force says of a project that the scope may see; `is_on` as in `with_entry`."""
    rows = ProjectRisk.objects.exclude(key_list__state=KeyListState.DRAFT).filter(project_id=project_id)
    return with_entry(rows).select_related("key_list__rule_set").order_by("-key_list__confirmed_at").first()


def history_of(project_id: uuid.UUID) -> QuerySet[ProjectRisk]:
    """The project's classes in the confirmed lists, the newest first."""
    rows = ProjectRisk.objects.exclude(key_list__state=KeyListState.DRAFT).filter(project_id=project_id)
    return with_entry(rows.select_related("key_list")).order_by("-key_list__confirmed_at")


@dataclass(frozen=True)
class Concerned:
    """People who are told together, what they are told, and where they read on."""

    people: list[User]
    sentence: str
    url: str


def groups_concerned(row: KeyObjectList) -> Iterator[Concerned]:
    """Those whom the list concerns: the reporters of its legal persons, and the people of their counties."""
    entries = KeyObjectEntry.objects.filter(key_list=row, is_on=True)
    by_person: dict[str, list[str]] = {}
    by_county: dict[uuid.UUID, list[str]] = {}
    rows: Any = entries.order_by("project__code").values_list(
        "project__legal_person__uscc", "jurisdiction_id", "project__name", "project_id"
    )
    first: dict[str, uuid.UUID] = {}
    for uscc, county_id, name, project_id in rows:
        by_person.setdefault(uscc, []).append(name)
        by_county.setdefault(county_id, []).append(name)
        first.setdefault(uscc, project_id)
    for uscc, names in by_person.items():
        people = people_with([Role.LEGAL_PERSON_REPORTER], organization_uscc=uscc)
        sentence = f"贵单位的工程列入名单：{'、'.join(names)}。请按月报送项目法人质量管理月报。"
        yield Concerned(people, sentence, reverse("projects:project-detail", args=[first[uscc]]))
    for county in Jurisdiction.objects.filter(pk__in=by_county):
        people = people_with(COUNTY_ROLES, jurisdiction_id=county.pk)
        sentence = f"{county.short_name}有{len(by_county[county.pk])}个工程列入名单，请加强监督。"
        yield Concerned(people, sentence, list_url(row))
