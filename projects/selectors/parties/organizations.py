"""Organizations: which ones may be seen, what each does across projects, which two may be one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, ForeignKey, IntegerField, Model, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from projects.enums import ProjectStatus, UnitRole
from projects.models import (
    KeyPerson,
    LegalPersonReport,
    LifelongCommitment,
    Organization,
    OrganizationMerge,
    ParticipatingUnit,
    Project,
)
from projects.rules.duplicates import Named, Pair, likely_duplicates
from projects.selectors.parties.references import history_of
from tenancy.scope import Scope

ACTIVE = (ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED)
SHOWN = 50
"""Rows of each block of the page."""
_REPORTS = 12
_SHUT = ("CLOSED", "WITHDRAWN", "DRAFT")
_MANY_TIMES = 2
"""From how many findings under one code a problem is called repeated."""


def visible_organizations(scope: Scope) -> QuerySet[Organization]:
    """The city's organizations for the bureau; for a county those that its own records name or that it registered.

    A unit's own account sees its own record. Folded records are included: they lead to the kept one.
    """
    rows: QuerySet[Organization] = Organization.objects.select_related("merged_into")
    if scope.organization_uscc:
        own = Organization.objects.filter(uscc=scope.organization_uscc)
        return rows.filter(Q(pk__in=own.values("pk")) | Q(pk__in=own.values("merged_into")))
    if scope.county_id is None:
        return rows
    named = Q(registered_in=scope.county_id)
    merged = Q(merged_into__registered_in=scope.county_id)
    for model, column in _county_references():
        ids = model._base_manager.filter(city_id=scope.city_id, jurisdiction_id=scope.county_id).values(
            column
        )
        named |= Q(pk__in=ids)
        merged |= Q(merged_into__in=ids)
    return rows.filter(named | merged)


def _county_references() -> list[tuple[type[Model], str]]:
    """Tables of county records that name an organization, also those of the apps above this one."""
    found: list[tuple[type[Model], str]] = []
    for relation in Organization._meta.related_objects:
        model = relation.related_model
        column = relation.field
        if not isinstance(model, type) or not isinstance(column, ForeignKey):
            continue
        if any(field.attname == "jurisdiction_id" for field in model._meta.concrete_fields):
            found.append((model, column.attname))
    return found


def listed_organizations(scope: Scope, *, as_of: dt.date) -> QuerySet[Organization]:
    """With `roles`, `active_project_count`, `open_count` and `overdue_count` of the scope; folded ones left out."""
    open_ones = _model_behind("findings")._default_manager.exclude(state__in=_SHUT)
    projects = Project.objects.filter(
        Q(legal_person=OuterRef("pk"))
        | Exists(
            _units_in_force(as_of).filter(project=OuterRef("pk"), organization=OuterRef(OuterRef("pk")))
        ),
        status__in=ACTIVE,
    )
    return (
        visible_organizations(scope)
        .filter(merged_into__isnull=True)
        .annotate(
            roles=ArraySubquery(
                ParticipatingUnit.objects.filter(organization=OuterRef("pk"))
                .order_by("role")
                .values("role")
                .distinct()
            ),
            active_project_count=_count(projects),
            open_count=_count(open_ones.filter(organization=OuterRef("pk"))),
            overdue_count=_count(open_ones.filter(organization=OuterRef("pk"), due_on__lt=as_of)),
        )
    )


def _model_behind(relation: str) -> type[Model]:
    """The model of an app above this one that names organizations."""
    model = Organization._meta.get_field(relation).related_model
    if not isinstance(model, type) or not issubclass(model, Model):
        raise TypeError(f"no model behind {relation}")
    return model


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("city_id").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _units_in_force(as_of: dt.date) -> QuerySet[ParticipatingUnit]:
    return ParticipatingUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=as_of),
        Q(valid_to__isnull=True) | Q(valid_to__gte=as_of),
    )


def roles_text(roles: Iterable[str]) -> str:
    """Roles in the order of the trade, in words."""
    present = set(roles)
    return "、".join(role.label for role in UnitRole if role.value in present)


@dataclass(frozen=True)
class Repeated:
    """One problem of the catalogue that came back."""

    code: str
    text: str
    count: int
    open: int


@dataclass(frozen=True)
class OrganizationPage:
    """One organization across projects; lists hold at most `SHOWN` rows."""

    units: list[ParticipatingUnit]
    led: list[Project]
    people: list[KeyPerson]
    commitments: list[LifelongCommitment]
    findings: list[Any]
    finding_total: int
    open_count: int
    overdue_count: int
    repeated: list[Repeated]
    notices: list[Any]
    reports: list[LegalPersonReport]
    """The last twelve 质量管理月报 of the legal person, as far as the scope sees them."""
    merges: list[OrganizationMerge]
    history: list[tuple[str, int]]
    """Rows that stayed with a folded record when it was merged, by table."""


def organization_page(
    organization: Organization,
    *,
    as_of: dt.date,
    with_findings: bool,
    with_notices: bool,
    with_reports: bool,
) -> OrganizationPage:
    """Read the page of an organization that was fetched through `visible_organizations`."""
    units = ParticipatingUnit.objects.filter(organization=organization)
    findings = _findings_of(organization) if with_findings else []
    open_ones = [finding for finding in findings if finding.state not in _SHUT]
    merges = OrganizationMerge.objects.filter(kept=organization).select_related("folded")
    return OrganizationPage(
        units=list(
            units.select_related("project__jurisdiction", "section").order_by(
                "-project__started_on", "project__code", "role"
            )[:SHOWN]
        ),
        led=list(Project.objects.filter(legal_person=organization).select_related("jurisdiction")[:SHOWN]),
        people=list(
            KeyPerson.objects.filter(unit__organization=organization)
            .select_related("project", "unit")
            .order_by("name_pinyin", "project__code")[:SHOWN]
        ),
        commitments=list(
            LifelongCommitment.objects.filter(unit__organization=organization)
            .select_related("project", "unit", "replaced_by")
            .order_by("-signed_on")[:SHOWN]
        ),
        findings=findings[:SHOWN],
        finding_total=len(findings),
        open_count=len(open_ones),
        overdue_count=sum(1 for one in open_ones if one.due_on is not None and one.due_on < as_of),
        repeated=_repeated(findings),
        notices=list(organization.notices.select_related("project", "addressee")[:SHOWN])
        if with_notices
        else [],
        reports=_reports_of(organization) if with_reports else [],
        merges=list(merges),
        history=history_of(organization) if organization.merged_into_id else [],
    )


def _reports_of(organization: Organization) -> list[LegalPersonReport]:
    rows = LegalPersonReport.objects.filter(legal_person=organization).select_related("jurisdiction")
    return list(rows.defer("content", "assessment").order_by("-month", "jurisdiction__unit_order")[:_REPORTS])


def _findings_of(organization: Organization) -> list[Any]:
    rows = organization.findings.exclude(state__in=["WITHDRAWN", "DRAFT"])
    return list(
        rows.select_related("project", "organization", "catalogue_item").order_by("-found_on", "number")
    )


def _repeated(findings: list[Any]) -> list[Repeated]:
    """Problems of one catalogue code found again, the most frequent first."""
    coded = [finding for finding in findings if finding.catalogue_item is not None]
    counts = Counter(finding.catalogue_item for finding in coded)
    return [
        Repeated(
            code=item.code,
            text=item.text,
            count=count,
            open=sum(1 for one in coded if one.catalogue_item == item and one.state not in _SHUT),
        )
        for item, count in counts.most_common(10)
        if count >= _MANY_TIMES
    ]


def duplicate_pairs() -> list[Pair]:
    """Pairs of the city's organizations that may be one; folded ones are settled."""
    fields = ("id", "uscc", "name", "legal_representative", "phone")
    rows = Organization.objects.filter(merged_into__isnull=True).order_by("name_pinyin", "uscc")
    return likely_duplicates(Named(*values) for values in rows.values_list(*fields))
