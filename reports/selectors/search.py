"""One search over projects, units, findings, notices and documents: an exact number first, then parts of names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When
from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core.text import half_width
from enforcement.models import RectificationNotice
from enforcement.selectors.notices import visible_notices
from inspections.models import Finding
from inspections.selectors.findings import visible_findings
from projects.models import Organization, Project
from projects.selectors.parties.organizations import visible_organizations
from reports.models import Document
from tenancy.scope import current_scope

M = TypeVar("M", bound=Model)

SHOWN = 10
MAX_QUERY = 100
_BRACKETS = str.maketrans("[]【】()（）", "〔〕〔〕〔〕〔〕")


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    note: str
    url: str


@dataclass(frozen=True)
class HitGroup:
    """Hits of one kind, at most `SHOWN`; `more_url` shows all of them as a list."""

    label: str
    hits: list[Hit]
    more_url: str = ""


@dataclass(frozen=True)
class SearchResult:
    """`exact`: what bears exactly this number, code or 文号."""

    query: str
    exact: list[Hit]
    groups: list[HitGroup]

    @property
    def is_empty(self) -> bool:
        return not self.exact and not self.groups


def clean_query(text: str) -> str:
    """What was asked, without blanks at the ends and characters that nobody sees."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_QUERY]


def search(query: str, assignment: RoleAssignment) -> SearchResult:
    """Everything in the scope that the role may see; one query for each kind, numbers and names alike."""
    if not query:
        return SearchResult(query, [], [])
    found = list(_kinds(query, assignment))
    exact = [
        hit for group, exacts in found for hit, is_exact in zip(group.hits, exacts, strict=True) if is_exact
    ]
    groups = [group for group, _ in found if group.hits]
    return SearchResult(query, exact, groups)


_Found = tuple[HitGroup, list[bool]]


def _kinds(query: str, assignment: RoleAssignment) -> Iterator[_Found]:
    if assignment.allows(Capability.PROJECT_VIEW):
        yield _projects(query)
        yield _organizations(query)
    if assignment.allows(Capability.FINDING_VIEW):
        yield _findings(query)
    if assignment.allows(Capability.NOTICE_VIEW):
        yield _notices(query)
    if assignment.allows(Capability.DOCUMENT_VIEW):
        yield _documents(query)


def _latin(query: str, *paths: str) -> Q:
    """Pinyin and initials, for what was typed in Latin letters."""
    condition = Q(pk__in=[])
    if query.isascii():
        for path in paths:
            condition |= Q((f"{path}_pinyin__contains", query.lower()))
            condition |= Q((f"{path}_initials__contains", query.lower()))
    return condition


def number_forms(query: str) -> list[str]:
    """A number as it may be written: `绵水[2023]5号` is stored with 〔〕, codes in half width and upper case."""
    return list({query, query.translate(_BRACKETS), half_width(query).upper()})


def _any_number(query: str, path: str = "number") -> Q:
    condition = Q((f"{path}__icontains", query))
    for form in number_forms(query):
        condition |= Q((f"{path}__icontains", form))
    return condition


def _exact_first(rows: QuerySet[M], query: str, path: str, *order: str) -> QuerySet[M]:
    is_exact = Case(
        When(**{f"{path}__in": number_forms(query)}, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return rows.order_by(is_exact, *order)


def _is_exact(query: str, *values: str) -> bool:
    forms = {form.casefold() for form in number_forms(query)}
    return any(value.casefold() in forms for value in values if value)


def _projects(query: str) -> _Found:
    condition = Q(name__icontains=query) | _any_number(query, "code") | _latin(query, "name")
    rows: QuerySet[Project] = Project.objects.filter(condition).select_related("jurisdiction")
    projects = list(_exact_first(rows, query, "code", "name_pinyin")[:SHOWN])
    hits = [
        Hit(p.name, f"{p.code}，{p.jurisdiction.short_name}", reverse("projects:project-detail", args=[p.pk]))
        for p in projects
    ]
    group = HitGroup("工程", hits, reverse("projects:project-list", query={"q": query}))
    return group, [_is_exact(query, p.code) for p in projects]


def _organizations(query: str) -> _Found:
    condition = Q(name__icontains=query) | _any_number(query, "uscc") | _latin(query, "name")
    rows: QuerySet[Organization] = visible_organizations(current_scope()).filter(condition)
    units = list(_exact_first(rows, query, "uscc", "name_pinyin")[:SHOWN])
    hits = [
        Hit(o.name, _known_as(o), reverse("organizations:organization-detail", args=[o.pk])) for o in units
    ]
    group = HitGroup("单位", hits, reverse("organizations:organization-list", query={"q": query}))
    return group, [_is_exact(query, o.uscc) for o in units]


def _known_as(organization: Organization) -> str:
    kept = organization.merged_into
    return organization.uscc if kept is None else f"{organization.uscc}，已并入{kept.name}"


def _findings(query: str) -> _Found:
    condition = Q(text__icontains=query) | _any_number(query)
    rows: QuerySet[Finding] = visible_findings().filter(condition)
    findings = list(_exact_first(rows, query, "number", "-found_on", "number")[:SHOWN])
    hits = [
        Hit(f.text, f"{f.number}，{f.project.name}", reverse("inspections:finding-detail", args=[f.pk]))
        for f in findings
    ]
    group = HitGroup("问题", hits, reverse("inspections:finding-list", query={"q": query}))
    return group, [_is_exact(query, f.number) for f in findings]


def _notices(query: str) -> _Found:
    condition = _any_number(query) | Q(addressee__name__icontains=query)
    rows: QuerySet[RectificationNotice] = visible_notices().filter(condition)
    notices = list(_exact_first(rows, query, "number", "-issued_on", "number")[:SHOWN])
    hits = [
        Hit(n.number, n.addressee.name, reverse("enforcement:notice-detail", args=[n.pk])) for n in notices
    ]
    group = HitGroup("整改通知书", hits, reverse("enforcement:notice-list", query={"q": query}))
    return group, [_is_exact(query, n.number) for n in notices]


def _documents(query: str) -> _Found:
    rows: QuerySet[Document] = Document.objects.filter(_any_number(query) | Q(title__icontains=query))
    documents = list(_exact_first(rows, query, "number", "-drafted_at")[:SHOWN])
    hits = [
        Hit(d.title, d.number or d.get_state_display(), reverse("reports:document-detail", args=[d.pk]))
        for d in documents
    ]
    return HitGroup("文号与公文", hits), [_is_exact(query, d.number) for d in documents]
