"""From the ids that a fact counted to records that a person can open: one query for each kind of record."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.urls import reverse

from core import display
from enforcement.models import Accident, AdjustmentFact, Clue, RedLineFact
from inspections.models import (
    Draw,
    DrawnProject,
    DutyInspection,
    Finding,
    Inspection,
    InspectionAspect,
    MonthPlan,
    SupervisoryTest,
)
from projects.models import (
    Acceptance,
    DefectFiling,
    KeyWork,
    LegalPersonReport,
    MonthlyReturn,
    ParticipatingUnit,
    Project,
    QualityFiling,
    ReturnLine,
    ReturnRemark,
    SupervisionBody,
    SupervisionRegistration,
    Training,
)
from scoring.selectors.records import asked_fields, record_url


@dataclass(frozen=True)
class RecordLink:
    """One record behind a point: what it is and the page that shows it."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class _Kind:
    """How records of one table are shown."""

    model: type[Model]
    text: Callable[[Any], str]
    url: Callable[[Any], str]
    note: Callable[[Any], str] = lambda row: ""
    joined: tuple[str, ...] = ()


def _project(anchor: str = "") -> Callable[[Any], str]:
    return lambda row: reverse("projects:project-detail", args=[row.project_id]) + anchor


def _record(kind: str) -> Callable[[Any], str]:
    return lambda row: record_url(kind, row.pk)


_KINDS: dict[str, _Kind] = {
    "body": _Kind(
        SupervisionBody,
        lambda r: f"{r.year}年质量监督机构确认",
        _record("body"),
        note=lambda r: f"{display.day(r.confirmed_on)}确认",
    ),
    "project": _Kind(Project, lambda r: r.name, lambda r: reverse("projects:project-detail", args=[r.pk])),
    "plan": _Kind(
        MonthPlan,
        lambda r: f"{display.month_cn(r.month)}监督检查计划",
        _record("plan"),
        note=lambda r: (
            f"{display.day(r.published_on)}印发，检查{r.inspection_count}次、检测{r.test_batch_count}批次"
        ),
    ),
    "training": _Kind(
        Training,
        lambda r: f"{r.number} {r.topic}",
        _record("training"),
        note=lambda r: display.day(r.held_on),
    ),
    "return": _Kind(
        MonthlyReturn,
        lambda r: f"{display.month_cn(r.month)}月报",
        _record("return"),
        note=lambda r: f"{display.moment(r.first_submitted_at)}报送",
    ),
    "line": _Kind(
        ReturnLine,
        lambda r: f"月报填报：{r.project.name}",
        _record("line"),
        lambda r: _gaps(r),
        joined=("project",),
    ),
    "remark": _Kind(
        ReturnRemark,
        lambda r: f"{r.number} {r.get_kind_display()}",
        _record("remark"),
        note=lambda r: f"{display.day(r.noted_on)} {r.note}",
    ),
    "owner_report": _Kind(
        LegalPersonReport,
        lambda r: r.legal_person.name,
        lambda r: reverse("legal_person_reports:report-detail", args=[r.pk]),
        note=lambda r: f"应报{display.day(r.due_on)}，报送{display.day(r.submitted_on)}",
        joined=("legal_person",),
    ),
    "registration": _Kind(
        SupervisionRegistration,
        lambda r: r.project.name,
        _record("registration"),
        lambda r: f"手续{r.number}，{display.day(r.registered_on)}",
        joined=("project",),
    ),
    "inspection": _Kind(
        Inspection,
        lambda r: f"{r.number} {r.project.name}",
        _project("#inspections"),
        lambda r: display.day(r.inspected_on),
        joined=("project",),
    ),
    "aspect": _Kind(
        InspectionAspect,
        lambda r: r.get_aspect_display(),
        lambda r: reverse("projects:project-detail", args=[r.inspection.project_id]) + "#inspections",
        lambda r: r.inspection.number,
        joined=("inspection",),
    ),
    "drawn": _Kind(
        DrawnProject,
        lambda r: r.project.name,
        _project(),
        lambda r: r.draw.number,
        joined=("project", "draw"),
    ),
    "draw": _Kind(
        Draw,
        lambda r: r.number,
        _record("draw"),
        note=lambda r: f"{display.day(r.drawn_on)}抽取，公开{display.day(r.published_on)}",
    ),
    "finding": _Kind(
        Finding,
        lambda r: r.number,
        lambda r: reverse("inspections:finding-detail", args=[r.pk]),
        lambda r: f"{r.get_severity_display()}：{r.text}",
    ),
    "test": _Kind(
        SupervisoryTest,
        lambda r: f"{r.number} {r.item}",
        _record("test"),
        lambda r: f"{r.batch_count}批次，{r.get_verdict_display()}，取样{display.day(r.sampled_on)}",
    ),
    "filing": _Kind(
        QualityFiling,
        lambda r: f"{r.number} {r.subject}",
        _record("filing"),
        lambda r: f"应办结{display.day(r.due_on)}，办结{display.day(r.reviewed_on)}",
    ),
    "acceptance": _Kind(
        Acceptance,
        lambda r: f"{r.number} {r.subject}",
        _record("acceptance"),
        lambda r: display.day(r.held_on),
    ),
    "defect": _Kind(
        DefectFiling,
        lambda r: f"{r.number} {r.part}",
        _record("defect"),
        lambda r: f"应备案{display.day(r.due_on)}，备案{display.day(r.filed_on)}",
    ),
    "duty": _Kind(
        DutyInspection,
        lambda r: r.number,
        lambda r: reverse("scoring:duty-detail", args=[r.pk]),
        lambda r: f"{display.day(r.concluded_on)}结论",
    ),
    "clue": _Kind(
        Clue,
        lambda r: r.number,
        _record("clue"),
        note=lambda r: f"{display.day(r.identified_on)}发现，移送{display.day(r.transferred_on)}",
    ),
    "adjustment": _Kind(
        AdjustmentFact,
        lambda r: r.number,
        _record("adjustment"),
        note=lambda r: f"{r.fact}（{r.basis_document}）",
    ),
    "red_line": _Kind(
        RedLineFact, lambda r: r.number, _record("red_line"), note=lambda r: f"{r.fact}（{r.basis_document}）"
    ),
    "accident": _Kind(
        Accident,
        lambda r: r.number,
        _record("accident"),
        lambda r: f"{display.day(r.occurred_on)} {r.get_grade_display()}",
    ),
}


_RISK_KINDS: dict[str, _Kind] = {
    "key_work": _Kind(
        KeyWork,
        lambda r: r.name,
        _project("#works"),
        lambda r: f"{r.get_kind_display()}，计划{display.day(r.planned_on)}",
    ),
    "unit": _Kind(
        ParticipatingUnit,
        lambda r: r.organization.name,
        _project("#units"),
        lambda r: r.get_role_display(),
        joined=("organization",),
    ),
}
"""Records that only a risk class rests on (selectors.risk_page)."""


def _gaps(line: ReturnLine) -> str:
    """The fields of rubric item B2 that the line leaves open."""
    missing = [name for name, is_filled in asked_fields(line).items() if not is_filled]
    return f"未填：{'、'.join(missing)}" if missing else ""


_BY_FACT: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("has_institution_doc", "funding_in_place"), ("body",)),
    "staff_ratio_ok": ("body", "project"),
    **dict.fromkeys(
        ("monthly_plan_published_before_month_start", "inspections_planned", "test_batches_planned"),
        ("plan",),
    ),
    "trainings_in_rolling_quarter": ("training",),
    "workdays_late": ("return",),
    **dict.fromkeys(("required_fields_total", "required_fields_filled"), ("line",)),
    **dict.fromkeys(("report_returned", "verified_field_error", "omitted_project"), ("remark",)),
    **dict.fromkeys(("key_owner_reports_due", "key_owner_reports_on_time"), ("owner_report",)),
    **dict.fromkeys(
        (
            "started_projects",
            "started_projects_with_procedure",
            "projects_with_all_commitments",
            "inspected_projects",
            "city_inspected_projects",
        ),
        ("project",),
    ),
    **dict.fromkeys(
        ("procedure_after_start", "procedures_done", "projects_with_book_plan_briefing"), ("registration",)
    ),
    **dict.fromkeys(
        ("inspections_done", "fewer_than_two_certified_officers", "no_counterparty_signature"),
        ("inspection",),
    ),
    "aspects_checked_in_rolling_quarter": ("aspect",),
    "rolling_year_sample_ratio_ge_10pct": ("drawn",),
    "published_within_20_workdays": ("draw",),
    **dict.fromkeys(
        (
            "finding_without_evidence",
            "finding_without_catalogue_code",
            "findings_due",
            "findings_due_closed_on_time",
            "overdue_general",
            "overdue_serious",
            "overdue_grave",
            "serious_findings",
            "serious_findings_noticed_in_5wd",
            "serious_closed",
            "serious_closed_with_recheck",
            "entity_general",
            "entity_serious",
            "entity_grave",
            "city_only_general",
            "city_only_serious",
            "city_only_grave",
        ),
        ("finding",),
    ),
    **dict.fromkeys(("clues_identified", "clues_transferred_in_7wd"), ("clue",)),
    **dict.fromkeys(("test_batches_done", "failed_tests", "failed_tests_handled_in_3wd"), ("test",)),
    **dict.fromkeys(("filings_received", "filings_reviewed_on_time"), ("filing",)),
    **dict.fromkeys(("acceptances_notified", "acceptances_supervised"), ("acceptance",)),
    **dict.fromkeys(("defect_not_filed", "defect_filing_incomplete"), ("defect",)),
    "latest_duty_inspection_score_within_12_months": ("duty",),
}
_RECORDED = ("adjustment", "red_line", "accident", "finding")
"""A bonus, penalty or red line may rest on any of these."""


def kinds_of(fact: str) -> tuple[str, ...]:
    """The kinds of records that a fact counts."""
    return _BY_FACT.get(fact, _RECORDED)


def resolve(wanted: Mapping[str, Iterable[str]]) -> dict[str, RecordLink]:
    """Record id → link, for the ids of each fact. One query for each kind, whatever the number of facts."""
    ids: dict[str, set[uuid.UUID]] = defaultdict(set)
    for fact, found in wanted.items():
        for kind in kinds_of(fact):
            ids[kind].update(uuid.UUID(one) for one in found)
    links: dict[str, RecordLink] = {}
    for name in sorted(ids):
        if ids[name]:
            links |= _links(_KINDS[name], ids[name])
    return links


def links_of(kind: str, ids: Iterable[str]) -> dict[str, RecordLink]:
    """Record id → link, for records of one kind; one query."""
    return _links((_KINDS | _RISK_KINDS)[kind], {uuid.UUID(one) for one in ids})


def _links(kind: _Kind, ids: set[uuid.UUID]) -> dict[str, RecordLink]:
    rows: Any = kind.model._default_manager.filter(pk__in=ids)
    if kind.joined:  # without names Django would join every reference
        rows = rows.select_related(*kind.joined)
    return {str(row.pk): RecordLink(kind.text(row), kind.url(row), kind.note(row)) for row in rows}


def in_order(ids: Sequence[str], links: Mapping[str, RecordLink]) -> list[RecordLink]:
    """The links of ids that are still on record, by their text."""
    return sorted((links[one] for one in ids if one in links), key=lambda link: (link.text, link.note))
