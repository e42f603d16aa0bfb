"""Legal persons' quality reports as pages show them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString

from core import display
from core.components import Entry, Step, Tone, chip
from core.svg import TrendPoint, trend_line
from projects.enums import ReportState
from projects.models import LegalPersonReport, Project
from projects.rules.legal_person_form import FormSection, ReportForm, missing_fields

_TONES: dict[str, Tone] = {
    ReportState.DUE: Tone.IDLE,
    ReportState.SUBMITTED: Tone.INFO,
    ReportState.RETURNED: Tone.WARN,
    ReportState.ASSESSED: Tone.OK,
}
_TREND_MONTHS = 12


def visible_reports() -> QuerySet[LegalPersonReport]:
    """The reports of the scope: all, the county's, or the organization's own."""
    return LegalPersonReport.objects.select_related("legal_person", "jurisdiction")


def report_months(rows: QuerySet[LegalPersonReport]) -> list[dt.date]:
    """The months that there are reports of, the newest first."""
    return list(rows.order_by("-month").values_list("month", flat=True).distinct())


def state_chip(report: LegalPersonReport) -> SafeString:
    """待报送, 已报送 …"""
    return chip(_TONES[report.state], report.get_state_display())


def timing_of(report: LegalPersonReport, as_of: dt.date) -> tuple[Tone, str]:
    """In time, late, not there; "" while it is not yet due."""
    if report.submitted_on is not None:
        return (Tone.OK, "按期") if report.submitted_on <= report.due_on else (Tone.WARN, "迟报")
    return (Tone.BAD, "逾期未报") if report.due_on < as_of else (Tone.IDLE, "")


def timing_chip(report: LegalPersonReport, as_of: dt.date) -> SafeString | str:
    """The same as a mark."""
    tone, words = timing_of(report, as_of)
    return chip(tone, words) if words else display.EMPTY


def key_projects(report: LegalPersonReport) -> list[Project]:
    """The key objects that the report is about, as the register has them now."""
    rows = Project.objects.filter(
        legal_person_id=report.legal_person_id, jurisdiction_id=report.jurisdiction_id, is_key_object=True
    )
    return list(rows.order_by("code"))


@dataclass(frozen=True)
class SectionView:
    """One section: what was written, and how many required fields are blank."""

    id: str
    title: str
    pairs: list[tuple[str, str]]
    missing: int
    is_begun: bool


def section_views(report: LegalPersonReport, form: ReportForm) -> list[SectionView]:
    """The whole report, section by section."""
    written = report.content.get("sections", {})
    gaps: dict[str, int] = {}
    for section, _ in missing_fields(form, written):
        gaps[section.id] = gaps.get(section.id, 0) + 1
    return [
        SectionView(
            section.id, section.title, _pairs(section, written.get(section.id, {})), gaps.get(section.id, 0),
            section.id in written,
        )
        for section in form.sections
    ]  # fmt: skip


def _pairs(section: FormSection, values: dict[str, str]) -> list[tuple[str, str]]:
    return [(field.label, values.get(field.id, "") or display.EMPTY) for field in section.fields]


@dataclass(frozen=True)
class MarkLine:
    """One item of the assessed sheet."""

    label: str
    full: Decimal
    points: Decimal
    reason: str


def mark_lines(report: LegalPersonReport, form: ReportForm) -> list[MarkLine]:
    """The assessed sheet; empty before."""
    items = {item.id: item for item in form.sheet}
    return [
        MarkLine(items[line["item"]].label, items[line["item"]].full, Decimal(line["points"]), line["reason"])
        for line in report.assessment.get("lines", [])
        if line["item"] in items
    ]


def past_reports(report: LegalPersonReport) -> list[LegalPersonReport]:
    """The last twelve reports of this legal person in this county up to this one, the newest first."""
    rows = LegalPersonReport.objects.filter(
        legal_person_id=report.legal_person_id,
        jurisdiction_id=report.jurisdiction_id,
        month__lte=report.month,
    )
    return list(rows.defer("content").order_by("-month")[:_TREND_MONTHS])


def trend(reports: Sequence[LegalPersonReport]) -> SafeString | str:
    """Assessed scores over the months; a month without one is a gap."""
    points = [
        TrendPoint(
            f"{row.month.month}月", row.score, reverse("legal_person_reports:report-detail", args=[row.pk])
        )
        for row in reversed(reports)
    ]
    if sum(point.value is not None for point in points) < 2:
        return ""
    return trend_line(points, label="质量月报评价得分")


def steps(report: LegalPersonReport, as_of: dt.date) -> list[Step]:
    """Asked for → filed → assessed."""
    is_filed = report.state in (ReportState.SUBMITTED, ReportState.ASSESSED)
    is_late = not is_filed and report.submitted_on is None and report.due_on < as_of
    filed = "done" if is_filed else "late" if is_late else "now"
    assessed = (
        "done"
        if report.state == ReportState.ASSESSED
        else "now"
        if report.state == ReportState.SUBMITTED
        else "next"
    )
    return [
        Step("填写", "done" if is_filed else "now", ""),
        Step("报送", filed, f"{display.day(report.due_on)}前"),
        Step("市局评价", assessed, display.day(report.assessed_on) if report.assessed_on else ""),
    ]


def return_entries(report: LegalPersonReport) -> list[Entry]:
    """Each sending back, the newest first."""
    return [
        Entry(dt.date.fromisoformat(one["on"]), "退回补正", by=one["by"], note=one["reason"], tone="bad")
        for one in reversed(report.assessment.get("returns", []))
    ]
