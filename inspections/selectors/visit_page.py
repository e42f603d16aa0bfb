"""The page of one inspection: what was arranged, what was recorded, what came of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.safestring import SafeString

from core import display
from core.components import Entry
from core.month import SHANGHAI
from inspections.enums import Answer, Aspect, FindingState, InspectionState
from inspections.models import (
    ChecklistItem,
    Finding,
    Inspection,
    InspectionAspect,
    Photo,
    RecordConflict,
    Submission,
)
from inspections.rules.measuring import Compared, Measured, compare, measure
from inspections.rules.record import Record, Row
from inspections.selectors.annotations import marks_of
from inspections.selectors.photos import doubts_of
from inspections.selectors.record import checklist_items, missing_of, record_of
from inspections.selectors.trail import trail_of
from inspections.visit_chips import answer_chip
from projects.models import ParticipatingUnit


@dataclass(frozen=True)
class AnswerLine:
    """An item of the checklist with what was answered."""

    item: ChecklistItem
    answer: str
    chip: SafeString
    reason: str
    note: str


@dataclass(frozen=True)
class AspectPart:
    """An aspect of the checklist: its items, and how many were answered how."""

    aspect: str
    name: str
    lines: Sequence[AnswerLine]
    answered: int
    problems: int


@dataclass(frozen=True)
class MeasuredLine:
    """A measurement and what it says."""

    row: Row
    values: str
    result: Measured | None
    chip: SafeString


@dataclass(frozen=True)
class ParallelLine:
    """A comparison of two series and what it says."""

    row: Row
    own: str
    supervised: str
    result: Compared | None
    chip: SafeString


@dataclass(frozen=True)
class RecordView:
    """The record, ready to be read on a page or on paper."""

    record: Record
    aspects: Sequence[AspectPart]
    measurements: Sequence[MeasuredLine]
    parallel: Sequence[ParallelLine]
    unit_names: Mapping[str, str]
    header: Sequence[tuple[str, object]]
    missing: Sequence[str]


def visible_inspections() -> QuerySet[Inspection]:
    """Inspections of the scope with what a list shows; drafts of findings are counted too."""
    rows = Inspection.objects.select_related("project", "jurisdiction")
    return rows.annotate(
        finding_count=Count("findings", filter=~Q(findings__state="WITHDRAWN"), distinct=True)
    )


def units_of(inspection: Inspection) -> list[ParticipatingUnit]:
    """The units of the project, in the order of their roles."""
    rows = ParticipatingUnit.objects.filter(project_id=inspection.project_id).select_related("organization")
    return list(rows.order_by("role", "organization__name"))


def record_view(
    inspection: Inspection, units: Sequence[ParticipatingUnit], *, with_missing: bool = False
) -> RecordView:
    """Read the record; with_missing asks what it lacks for the end (two more queries)."""
    record, items = record_of(inspection), checklist_items(inspection)
    return RecordView(
        record=record,
        aspects=[_aspect(aspect, items, record) for aspect in dict.fromkeys(item.aspect for item in items)],
        measurements=[_measured(row) for row in record.measurements],
        parallel=[_parallel(row) for row in record.parallel],
        unit_names={str(unit.pk): unit_name(unit) for unit in units},
        header=header_pairs(record),
        missing=missing_of(inspection, record, items) if with_missing else (),
    )


def unit_name(unit: ParticipatingUnit) -> str:
    """施工单位：某某公司."""
    return f"{unit.get_role_display()}：{unit.organization.name}"


def _aspect(aspect: str, items: Sequence[ChecklistItem], record: Record) -> AspectPart:
    lines = [_answer(item, record.answers.get(item.code)) for item in items if item.aspect == aspect]
    counts = Counter(line.answer for line in lines)
    return AspectPart(
        aspect=aspect,
        name=Aspect(aspect).label,
        lines=lines,
        answered=sum(counts[answer] for answer in Answer.values),
        problems=counts[Answer.PROBLEM],
    )


def _answer(item: ChecklistItem, row: Row | None) -> AnswerLine:
    answer = row.text("answer") if row else ""
    return AnswerLine(
        item=item,
        answer=answer,
        chip=answer_chip(answer),
        reason=row.text("reason") if row else "",
        note=row.text("note") if row else "",
    )


def _series(values: Sequence[Decimal]) -> str:
    return "、".join(str(value) for value in values)


def _measured(row: Row) -> MeasuredLine:
    values = row.numbers("values")
    result = measure(values, design=row.number("design"), tolerance=row.number("tolerance"))
    return MeasuredLine(row, _series(values), result, answer_chip(row.text("conclusion")))


def _parallel(row: Row) -> ParallelLine:
    own, supervised = row.numbers("own"), row.numbers("supervised")
    result = compare(own, supervised, allowed_percent=row.number("allowed_percent"))
    return ParallelLine(row, _series(own), _series(supervised), result, answer_chip(row.text("conclusion")))


def _at(moment: dt.datetime | None) -> str:
    return display.moment(moment.astimezone(SHANGHAI)) if moment else ""


def header_pairs(record: Record) -> list[tuple[str, object]]:
    """到场、离场、天气、形象进度、位置."""
    header = record.header
    position: Mapping[str, Any] = header.leaves.get("position") or {}
    place = f"{position['lat']}，{position['lon']}" if position else ""
    if position.get("accuracy"):
        place += f"（±{position['accuracy']} 米）"
    return [
        ("到场时间", _at(header.moment("entered_at"))),
        ("离场时间", _at(header.moment("left_at"))),
        ("天气", header.text("weather")),
        ("位置（北纬、东经）", place),
        ("形象进度", header.text("progress")),
    ]


_ORDER = {aspect.value: position for position, aspect in enumerate(Aspect)}


@dataclass(frozen=True)
class VisitPage:
    """What the page of an inspection shows. marked: photos with marks; conflicts: undecided ones."""

    facts: Sequence[tuple[str, object]]
    view: RecordView
    findings: Sequence[Finding]
    photos: Sequence[Photo]
    marked: Collection[uuid.UUID]
    aspects: Sequence[InspectionAspect]
    submissions: Sequence[Submission]
    conflicts: int
    timeline: Sequence[Entry]

    @property
    def doubtful_photos(self) -> int:
        """How many photos somebody should look at before the review."""
        return sum(bool(doubts_of(photo)) for photo in self.photos)


def visit_page(inspection: Inspection) -> VisitPage:
    """Read the page of an inspection that was fetched through the scope."""
    findings = list(inspection.findings.select_related("organization", "catalogue_item").order_by("pk"))
    photos = list(inspection.photos.select_related("reuse_of").order_by("taken_at"))
    submissions = list(
        inspection.submissions.select_related("device")
        .defer("body")
        .annotate(operation_count=Count("operations"))
        .order_by("-received_at")
    )
    return VisitPage(
        facts=_facts(inspection),
        view=record_view(
            inspection, units_of(inspection), with_missing=inspection.state == InspectionState.UNDER_WAY
        ),
        findings=findings,
        photos=photos,
        marked=frozenset(marks_of(photos)),
        aspects=sorted(inspection.aspects.all(), key=lambda row: _ORDER[row.aspect]),
        submissions=submissions,
        conflicts=RecordConflict.objects.filter(inspection=inspection, resolution__isnull=True).count(),
        timeline=_timeline(inspection, submissions),
    )


def _facts(inspection: Inspection) -> list[tuple[str, object]]:
    signed = "已签字" if inspection.counterparty_signed else "未签字"
    if inspection.refusal_witness:
        signed = f"拒签，见证人：{inspection.refusal_witness}"
    is_over = inspection.state in (InspectionState.CONCLUDED, InspectionState.COMPLETED)
    return [
        ("检查编号", inspection.number),
        ("检查类型", f"{inspection.get_organizer_level_display()}{inspection.get_kind_display()}"),
        ("检查方式", inspection.get_mode_display()),
        ("检查日期", display.day(inspection.inspected_on)),
        ("抽取编号", inspection.draw.number if inspection.draw else ""),
        ("检查审批号", inspection.approval_number),
        ("通知书号", inspection.notice_number),
        ("检查清单", str(inspection.checklist) if inspection.checklist else ""),
        ("问题清单", inspection.catalogue.title if inspection.catalogue else ""),
        ("被检查单位", signed if is_over else ""),
        ("被检查单位意见", inspection.opinion),
        ("现场结束", inspection.concluded_by_name),
        ("审核", inspection.reviewed_by_name),
    ]


_ENDINGS = ("inspections.inspection.conclude", "inspections.inspection.review")
"""Told by the inspection itself, which knows them also when it came by the ledger."""


def _timeline(inspection: Inspection, submissions: Sequence[Submission]) -> list[Entry]:
    events = trail_of(inspection, *inspection.approvals.all(), without=_ENDINGS)
    events += [
        Entry(
            row.received_at,
            "记录送达",
            by=row.author_name,
            note=f"{row.receipt_number}，{row.device.name if row.device else '办公端'}",
        )
        for row in submissions
    ]
    if inspection.concluded_at:
        events.append(Entry(inspection.concluded_at, "现场结束", by=inspection.concluded_by_name))
    if inspection.reviewed_at:
        events.append(Entry(inspection.reviewed_at, "审核完成", by=inspection.reviewed_by_name, tone="ok"))
    return sorted(events, key=lambda entry: entry.at, reverse=True)


@dataclass(frozen=True)
class ReviewLine:
    """A draft finding as the reviewer judges it."""

    finding: Finding
    photos: int
    shared: int
    """Of the photos those that were attached to another finding of the same fact."""
    reason: str


def review_lines(inspection: Inspection) -> list[ReviewLine]:
    """The draft findings with the number of their photos; what shows a fact shows it for each unit (share_evidence)."""
    rows = inspection.findings.filter(state="DRAFT").select_related(
        "organization", "catalogue_item", "repeat_of"
    )
    photos: Counter[uuid.UUID | None] = Counter(
        inspection.photos.filter(finding_key__isnull=False).values_list("finding_key", flat=True)
    )
    facts: Counter[uuid.UUID] = Counter()
    kept = inspection.findings.exclude(state=FindingState.WITHDRAWN)
    for key, same_fact in kept.values_list("pk", "same_fact"):
        facts[same_fact or key] += photos[key]
    return [
        ReviewLine(row, total := facts[row.same_fact or row.pk], total - photos[row.pk], row.severity_reason)
        for row in rows.order_by("pk")
    ]
