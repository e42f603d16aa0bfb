"""Everything that one project's page shows, in a fixed number of queries.

Checks, findings and notices belong to apps above this one: they are reached by reverse relation and shown by the
templates of those apps.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse

from core import display
from core.components import Entry
from projects.enums import COMMITTED_ROLES, ProjectStatus
from projects.models import (
    Acceptance,
    ContractSection,
    DefectFiling,
    KeyPerson,
    KeyWork,
    LifelongCommitment,
    ParticipatingUnit,
    Project,
    QualityFiling,
    SupervisionRegistration,
)
from projects.selectors.project_timeline import timeline_of

SHOWN = 30
"""Rows of each block; the block links to the whole list."""


@dataclass(frozen=True)
class UnitLine:
    """A participating unit and whether its responsible person signed the 质量终身责任承诺书."""

    unit: ParticipatingUnit
    commitments: list[LifelongCommitment]
    must_commit: bool


@dataclass(frozen=True)
class FindingCounts:
    """All findings of the project that count (confirmed and not withdrawn), as of a day."""

    total: int
    open: int
    overdue: int
    closed: int


@dataclass(frozen=True)
class ProjectPage:
    """One project with what hangs on it. Lists hold at most `SHOWN` rows, newest first."""

    as_of: dt.date
    facts: list[tuple[str, object]]
    terms: list[tuple[str, object]]
    registration: SupervisionRegistration | None
    registration_facts: list[tuple[str, object]]
    is_registration_missing: bool
    sections: list[ContractSection]
    units: list[UnitLine]
    people: list[KeyPerson]
    key_works: list[KeyWork]
    inspections: list[Any]
    findings: list[Any]
    finding_counts: FindingCounts
    notices: list[Any]
    tests: list[Any]
    filings: list[QualityFiling]
    acceptances: list[Acceptance]
    defects: list[DefectFiling]
    timeline: list[Entry]
    findings_url: str


def project_page(project: Project, *, as_of: dt.date, with_notices: bool = True) -> ProjectPage:
    """Read the page of a project that was fetched through the scope; some roles see no notices."""
    registration = project.registrations.first()
    commitments = list(project.commitments.select_related("unit").order_by("-signed_on"))
    inspections = list(project.inspections.annotate(finding_count=Count("findings"))[:SHOWN])
    findings = list(project.findings.select_related("organization", "project")[:SHOWN])
    notices = list(project.notices.select_related("addressee", "project")[:SHOWN]) if with_notices else []
    tests = list(project.supervisory_tests.select_related("agency")[:SHOWN])
    filings = list(project.quality_filings.all()[:SHOWN])
    acceptances = list(project.acceptances.all()[:SHOWN])
    return ProjectPage(
        as_of=as_of,
        facts=_facts(project),
        terms=_terms(project),
        registration=registration,
        registration_facts=_registration_facts(registration),
        is_registration_missing=registration is None and project.status != ProjectStatus.PLANNED,
        sections=list(project.sections.all()),
        units=_units(project, commitments),
        people=list(project.key_people.select_related("unit__organization").order_by("unit__role", "post")),
        key_works=list(project.key_works.all()),
        inspections=inspections,
        findings=findings,
        finding_counts=_finding_counts(project, as_of),
        notices=notices,
        tests=tests,
        filings=filings,
        acceptances=acceptances,
        defects=list(project.defect_filings.all()[:SHOWN]),
        timeline=timeline_of(
            project,
            registration=registration,
            inspections=inspections,
            findings=findings,
            notices=notices,
            tests=tests,
            filings=filings,
            acceptances=acceptances,
        ),
        findings_url=reverse("inspections:finding-list", query={"q": project.code}),
    )


def _finding_counts(project: Project, as_of: dt.date) -> FindingCounts:
    shut = Q(state__in=["CLOSED", "WITHDRAWN", "DRAFT"])
    counts = project.findings.aggregate(
        total=Count("pk", filter=~Q(state__in=["WITHDRAWN", "DRAFT"])),
        open=Count("pk", filter=~shut),
        overdue=Count("pk", filter=~shut & Q(due_on__lt=as_of)),
        closed=Count("pk", filter=Q(state="CLOSED")),
    )
    return FindingCounts(**counts)


def _units(project: Project, commitments: list[LifelongCommitment]) -> list[UnitLine]:
    signed: dict[Any, list[LifelongCommitment]] = {}
    for commitment in commitments:
        signed.setdefault(commitment.unit_id, []).append(commitment)
    units = project.units.select_related("organization", "section").order_by("role", "valid_from")
    return [
        UnitLine(unit=unit, commitments=signed.get(unit.pk, []), must_commit=unit.role in COMMITTED_ROLES)
        for unit in units
    ]


def _facts(project: Project) -> list[tuple[str, object]]:
    key = "否"
    if project.is_key_object:
        key = f"是：{project.key_object_reason}" if project.key_object_reason else "是"
    return [
        ("工程编号", project.code),
        ("所在县（市、区）", project.jurisdiction.name),
        ("工程类别", project.get_category_display()),
        ("建设性质", project.get_nature_display()),
        ("工程等别", project.grade),
        ("建设规模", project.scale),
        ("监督级别", project.get_supervision_level_display()),
        ("投资项目代码", project.investment_code),
        ("批复文号", project.approval_number),
        ("资金来源", project.funding_source),
        ("重点监管对象", key),
    ]


def _terms(project: Project) -> list[tuple[str, object]]:
    duration = project.approved_duration_days
    progress = project.progress_percent
    works = (project.unit_work_count, project.division_count, project.work_element_count)
    return [
        ("批复概算", display.wan_yuan(project.approved_estimate_wan_yuan)),
        ("建安费", display.wan_yuan(project.construction_cost_wan_yuan)),
        ("完成投资", display.wan_yuan(project.invested_wan_yuan)),
        ("形象进度", "" if progress is None else f"{display.number(progress.normalize())}%"),
        ("批复工期", "" if duration is None else f"{display.number(duration)} 天"),
        ("开工日期", display.day(project.started_on)),
        ("计划完工日期", display.day(project.planned_finish_on)),
        ("实际完工日期", display.day(project.finished_on)),
        ("质量责任公示牌设置", display.day(project.plaque_on)),
        ("项目划分（单位／分部／单元）", " / ".join(display.number(n) for n in works)),
    ]


def _registration_facts(registration: SupervisionRegistration | None) -> list[tuple[str, object]]:
    if registration is None:
        return []
    return [
        ("监督手续编号", registration.number),
        ("办理日期", display.day(registration.registered_on)),
        ("监督书签发", display.day(registration.certificate_on)),
        ("监督计划印发", display.day(registration.plan_on)),
        ("监督交底", display.day(registration.briefing_on)),
        ("项目监督员", registration.supervisor_name),
    ]
