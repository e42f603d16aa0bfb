"""The record of an inspection as it stands: the values in force, its checklist, what waits for a decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from inspections.enums import Aspect
from inspections.models import ChecklistItem, Inspection, RecordConflict, RecordValue
from inspections.rules.conclusion import missing_for_conclusion
from inspections.rules.record import Record, Row


@dataclass(frozen=True, slots=True)
class ChecklistLine:
    """An item of the checklist as the rules read it."""

    code: str
    aspect: str
    aspect_name: str
    is_measured: bool


def values_of(inspection: Inspection) -> dict[str, RecordValue]:
    """The values in force by path."""
    return {row.path: row for row in RecordValue.objects.filter(inspection=inspection)}


def record_of(inspection: Inspection) -> Record:
    """The values in force, read as rows."""
    values = RecordValue.objects.filter(inspection=inspection)
    return Record.from_values(dict(values.values_list("path", "value")))


def checklist_items(inspection: Inspection) -> list[ChecklistItem]:
    """The items of the edition that the inspection was arranged with, in order."""
    if inspection.checklist_id is None:
        return []
    return list(ChecklistItem.objects.filter(version_id=inspection.checklist_id).order_by("position"))


def lines_of(items: Sequence[ChecklistItem]) -> list[ChecklistLine]:
    """Items as the rules read them."""
    return [
        ChecklistLine(item.code, item.aspect, Aspect(item.aspect).label, item.is_measured) for item in items
    ]


def open_conflicts(inspection: Inspection) -> QuerySet[RecordConflict]:
    """What waits for a decision, with both changes."""
    rows = RecordConflict.objects.filter(inspection=inspection, resolution__isnull=True)
    whole = rows.select_related("kept__submission__device", "other__submission__device")
    return whole.defer("kept__submission__body", "other__submission__body").order_by("path", "pk")


def missing_of(inspection: Inspection, record: Record, items: Sequence[ChecklistItem]) -> list[str]:
    """What the record lacks, and what its rows and its team say beyond the record itself."""
    missing = missing_for_conclusion(record, lines_of(items))
    names = {row.name for row in inspection.officers.all() if row.role == "OFFICER"}
    strangers = {row.text("name") for row in record.signed_by("OFFICER")} - names
    if strangers:
        missing.append(f"签字的{'、'.join(sorted(strangers))}不是本次检查的检查人员，请先更正检查组。")
    drafts = {str(row.pk): row for row in inspection.findings.all()}
    for number, row in enumerate(record.findings, start=1):
        finding = drafts.get(row.key)
        if row.text("text") and (row.text("unit_id") or row.text("organization_id")) and finding is None:
            missing.append(f"第 {number} 个问题没有写全，或责任单位不是本工程的参建单位。")
        elif finding is not None and _needs_reason(finding.proposed_severity, row.text("severity"), row):
            missing.append(f"第 {number} 个问题的严重程度与建议的不同，请写明理由。")
    return missing


def _needs_reason(proposed: str, chosen: str, row: Row) -> bool:
    return bool(proposed) and proposed != chosen and not row.text("severity_reason")
