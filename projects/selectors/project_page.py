"""Everything that one project's page shows, in a fixed number of queries.

Checks, findings and notices belong to apps above this one: they are reached by reverse relation and shown by the
templates of those apps.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.safestring import SafeString

from core import display
from core.svg import sparkline
from core.svg_grid import Sheet, Spot, grid_map
from projects.enums import COMMITTED_ROLES, ProjectStatus, SiteStanding, WorkLevel
from projects.models import (
    Acceptance,
    Attachment,
    Attendance,
    ContractSection,
    DefectFiling,
    KeyPerson,
    KeyWork,
    LifelongCommitment,
    ParticipatingUnit,
    Project,
    QualityFiling,
    SectionProgress,
    SupervisionRegistration,
    WorkItem,
)
from projects.rules.liability import is_in_force
from projects.rules.people import is_in_post
from projects.rules.position import sexagesimal
from projects.rules.register import must_say_site_standing
from projects.selectors.progress import deviation_words
from projects.selectors.project_changes import ProjectChanges, changes_of_project
from projects.selectors.project_documents import issued_documents
from projects.selectors.project_returns import ReturnHistory, returns_of
from projects.selectors.project_timeline import Source, Timeline, timeline_of

SHOWN = 30
"""Rows of each block of the page. What is printed for the file is whole."""

ATTENDANCE_SHOWN = 12
"""The newest months of 到岗率 of all units together."""


@dataclass(frozen=True)
class UnitLine:
    """A participating unit and whether its responsible person signed the 质量终身责任承诺书."""

    unit: ParticipatingUnit
    commitments: list[LifelongCommitment]
    must_commit: bool
    """One of the five responsible parties, and on the project on that day."""
    is_committed: bool
    """A signature is in force on that day."""
    is_present: bool

    @property
    def lacks_commitment(self) -> bool:
        """What rubric item C3 misses."""
        return self.must_commit and not self.is_committed


@dataclass(frozen=True)
class FindingCounts:
    """All findings of the project that count (confirmed and not withdrawn), as of a day."""

    total: int
    open: int
    overdue: int
    closed: int


@dataclass(frozen=True)
class SectionLine:
    """A section with its newest month and the line of the months."""

    section: ContractSection
    newest: SectionProgress | None
    spark: SafeString | None


@dataclass(frozen=True)
class UnitWork:
    """A 单位工程 with its 分部工程."""

    item: WorkItem
    divisions: list[WorkItem]


@dataclass(frozen=True)
class Breakdown:
    """项目划分 as it is listed. `mismatch`: where the list and the counts of the project differ."""

    unit_works: list[UnitWork]
    division_count: int
    element_count: int
    mismatch: list[str]


@dataclass(frozen=True)
class ProjectPage:
    """One project with what hangs on it, newest first, cut where `project_page` was told to."""

    as_of: dt.date
    facts: list[tuple[str, object]]
    terms: list[tuple[str, object]]
    position: str
    position_map: SafeString | None
    registration: SupervisionRegistration | None
    registration_facts: list[tuple[str, object]]
    is_registration_missing: bool
    sections: list[SectionLine]
    breakdown: Breakdown
    units: list[UnitLine]
    people: list[KeyPerson]
    attendance: list[Attendance]
    key_works: list[KeyWork]
    returns: ReturnHistory
    inspections: list[Any]
    """Completed ones only: whoever is inspected reads this page, and an arranged one is not done."""
    arranged: list[Any]
    """Not completed yet, for readers who may see inspections; else empty."""
    findings: list[Any]
    finding_counts: FindingCounts
    notices: list[Any]
    tests: list[Any]
    filings: list[QualityFiling]
    acceptances: list[Acceptance]
    defects: list[DefectFiling]
    accidents: list[Any]
    files: list[Attachment]
    changes: ProjectChanges
    timeline: Timeline
    findings_url: str

    @property
    def review_count(self) -> int:
        """核备 and 验收 together, as the page's contents tell."""
        return len(self.filings) + len(self.acceptances)


@dataclass(frozen=True)
class Reader:
    """What this reader may see beside the project itself."""

    notices: bool = True
    arranged: bool = False
    """Inspections to come: never for the inspected side, or no inspection surprises."""
    documents: bool = False
    trail: bool = False


def project_page(
    project: Project, *, as_of: dt.date, reader: Reader = Reader(), kind: str = "", is_whole: bool = False
) -> ProjectPage:
    """Read the page of a project that was fetched through the scope. kind: of the time line, "" for all.

    is_whole: every row of every list, as the printed file has to hold; otherwise at most `SHOWN` of each.
    """
    shown = None if is_whole else SHOWN
    registration = project.registrations.first()
    commitments = list(project.commitments.select_related("unit").order_by("-signed_on"))
    read: dict[str, Any] = {
        "key_works": list(project.key_works.all()),
        "inspections": _inspections(project, shown),
        "findings": list(_findings(project)[:shown]),
        "notices": _notices(project, shown) if reader.notices else [],
        "tests": list(project.supervisory_tests.select_related("agency")[:shown]),
        "filings": list(project.quality_filings.select_related("type")[:shown]),
        "acceptances": list(project.acceptances.all()[:shown]),
        "defects": list(project.defect_filings.all()[:shown]),
        "accidents": list(project.accidents.all()[:shown]),
        "returns": returns_of(project, is_whole=is_whole),
    }
    sections = list(project.sections.prefetch_related("progress"))
    items = list(project.work_items.all())
    parts = [*sections, *items, *(x for name in _PARTS for x in read[name])]
    if registration is not None:
        parts.append(registration)
    return ProjectPage(
        as_of=as_of,
        facts=project_facts(project),
        terms=project_terms(project, sections, as_of=as_of),
        position=_position(project),
        position_map=_position_map(project),
        registration=registration,
        registration_facts=registration_facts(registration),
        is_registration_missing=registration is None and project.status != ProjectStatus.PLANNED,
        sections=[_section(section) for section in sections],
        breakdown=breakdown_of(project, items),
        units=_units(project, commitments, as_of),
        people=list(project.key_people.select_related("unit__organization").order_by("unit__role", "post")),
        attendance=_attendance(project, None if is_whole else ATTENDANCE_SHOWN),
        arranged=_arranged(project) if reader.arranged else [],
        finding_counts=_finding_counts(project, as_of),
        files=list(project.attachments.all()[:shown]),
        changes=changes_of_project(
            project,
            returns=read["returns"],
            findings=read["findings"],
            parts=parts,
            as_of=as_of,
            with_trail=reader.trail,
        ),
        timeline=timeline_of(
            Source(
                project=project,
                registration=registration,
                documents=issued_documents(project) if reader.documents else [],
                **read,
            ),
            kind=kind,
            is_whole=is_whole,
        ),
        findings_url=reverse("inspections:finding-list", query={"q": project.code}),
        **read,
    )


_PARTS = ("key_works", "filings", "acceptances", "defects")


def _attendance(project: Project, shown: int | None) -> list[Attendance]:
    rows = Attendance.objects.filter(unit__project=project).select_related("unit__organization")
    return list(rows.order_by("-month", "unit__role")[:shown])


def _inspections(project: Project, shown: int | None) -> list[Any]:
    """Completed ones, with the number of their findings that count."""
    counted = Count("findings", filter=~Q(findings__state__in=["DRAFT", "WITHDRAWN"]))
    return list(project.inspections.filter(state="COMPLETED").annotate(finding_count=counted)[:shown])


def _arranged(project: Project) -> list[Any]:
    rows = project.inspections.exclude(state__in=["COMPLETED", "VOID"])
    return list(rows.order_by("inspected_on", "number")[:SHOWN])


def _findings(project: Project) -> Any:
    """Without drafts: an unconfirmed finding is the inspector's note."""
    return project.findings.exclude(state="DRAFT").select_related("organization", "project")


def _notices(project: Project, shown: int | None) -> list[Any]:
    return list(project.notices.select_related("addressee", "project")[:shown])


def _section(section: ContractSection) -> SectionLine:
    months = sorted(section.progress.all(), key=lambda one: one.month)
    if not months:
        return SectionLine(section, None, None)
    values = [one.progress_percent for one in months[-SHOWN:]]
    label = f"{section.name}形象进度（%）"
    return SectionLine(section, months[-1], sparkline(values, label=label) if len(values) > 1 else None)


def breakdown_of(project: Project, items: list[WorkItem]) -> Breakdown:
    """The tree of 项目划分, and where its totals differ from the counts of the project."""
    divisions = [one for one in items if one.level == WorkLevel.DIVISION]
    of_parent: dict[Any, list[WorkItem]] = defaultdict(list)
    for one in divisions:
        of_parent[one.parent_id].append(one)
    units = [one for one in items if one.level == WorkLevel.UNIT_WORK]
    # A unit work without divisions counts its own elements.
    elements = sum(
        sum(one.element_count or 0 for one in of_parent[unit.pk]) or unit.element_count or 0 for unit in units
    )
    pairs = (
        ("单位工程", len(units), project.unit_work_count),
        ("分部工程", len(divisions), project.division_count),
        ("单元工程", elements, project.work_element_count),
    )
    mismatch = [
        f"{label}列出 {listed} 个，工程信息中填 {told} 个"
        for label, listed, told in pairs
        if units and told is not None and told != listed
    ]
    return Breakdown([UnitWork(one, of_parent[one.pk]) for one in units], len(divisions), elements, mismatch)


def _position(project: Project) -> str:
    if project.longitude is None or project.latitude is None:
        return ""
    return f"东经 {sexagesimal(project.longitude)}，北纬 {sexagesimal(project.latitude)}"


def _position_map(project: Project) -> SafeString | None:
    if project.longitude is None or project.latitude is None:
        return None
    east, north = float(project.longitude), float(project.latitude)
    spot = Spot(east, north, "", tone="here")
    return grid_map(Sheet(east, north, 0.6, 320, 200), spots=[spot], label=f"{project.name}位置", caption="")


def _finding_counts(project: Project, as_of: dt.date) -> FindingCounts:
    shut = Q(state__in=["CLOSED", "WITHDRAWN", "DRAFT"])
    counts = project.findings.aggregate(
        total=Count("pk", filter=~Q(state__in=["WITHDRAWN", "DRAFT"])),
        open=Count("pk", filter=~shut),
        overdue=Count("pk", filter=~shut & Q(due_on__lt=as_of)),
        closed=Count("pk", filter=Q(state="CLOSED")),
    )
    return FindingCounts(**counts)


def _units(project: Project, commitments: list[LifelongCommitment], as_of: dt.date) -> list[UnitLine]:
    signed: dict[Any, list[LifelongCommitment]] = {}
    for commitment in commitments:
        signed.setdefault(commitment.unit_id, []).append(commitment)
    units = project.units.select_related("organization", "section").order_by("role", "valid_from")
    return [_unit_line(unit, signed.get(unit.pk, []), as_of) for unit in units]


def _unit_line(unit: ParticipatingUnit, signed: list[LifelongCommitment], as_of: dt.date) -> UnitLine:
    is_present = is_in_post(unit.valid_from, unit.valid_to, as_of)
    return UnitLine(
        unit=unit,
        commitments=signed,
        must_commit=is_present and unit.role in COMMITTED_ROLES,
        is_committed=any(is_in_force(one.signed_on, one.replaced_on, as_of) for one in signed),
        is_present=is_present,
    )


def project_facts(project: Project) -> list[tuple[str, object]]:
    """基本情况."""
    key = "否"
    if project.is_key_object:
        key = f"是：{project.key_object_reason}" if project.key_object_reason else "是"
    return [
        ("工程编号", project.code),
        ("所在县（市、区）", project.jurisdiction.name),
        ("工程类别", project.get_category_display()),
        ("建设性质", project.get_nature_display()),
        ("工程等别", project.grade),
        ("主要建筑物级别", project.building_grade),
        ("建设地点", project.location),
        ("建设规模", project.scale),
        ("监督级别", project.get_supervision_level_display()),
        ("投资项目代码", project.investment_code),
        ("批复文号", project.approval_number),
        ("资金来源", project.funding_source),
        ("重点监管对象", key),
    ]


def project_terms(
    project: Project, sections: Sequence[ContractSection] = (), *, as_of: dt.date
) -> list[tuple[str, object]]:
    """Money, durations, quality management. sections: the longest contract counts where no duration is approved."""
    duration = project.approved_duration_days
    progress = project.progress_percent
    works = (project.unit_work_count, project.division_count, project.work_element_count)
    return [
        ("批复概算", display.wan_yuan(project.approved_estimate_wan_yuan)),
        ("建安费", display.wan_yuan(project.construction_cost_wan_yuan)),
        ("完成投资", display.wan_yuan(project.invested_wan_yuan)),
        ("形象进度", "" if progress is None else f"{display.number(progress.normalize())}%"),
        ("批复工期", "" if duration is None else f"{display.number(duration)} 天"),
        ("进度偏差", deviation_words(project, sections, as_of)),
        ("开工日期", display.day(project.started_on)),
        ("计划完工日期", display.day(project.planned_finish_on)),
        ("实际完工日期", display.day(project.finished_on)),
        ("质量责任公示牌设置", display.day(project.plaque_on)),
        ("项目划分（单位／分部／单元）", " / ".join(display.number(n) for n in works)),
        ("主要单位工程", project.main_unit_works),
        ("检测方案", display.day(project.test_scheme_on)),
        ("标准化工地", _site(project)),
        ("创优目标", project.excellence_goal),
        ("创优获奖", project.excellence_award),
    ]


def _site(project: Project) -> str:
    if must_say_site_standing(project.construction_cost_wan_yuan):
        return project.get_site_standing_display()
    return "" if project.site_standing == SiteStanding.NONE else project.get_site_standing_display()


def registration_facts(registration: SupervisionRegistration | None) -> list[tuple[str, object]]:
    """监督手续; empty without one."""
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
