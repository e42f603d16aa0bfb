"""质量核备（备查）: received, due by the term of its type, reviewed; 质量缺陷备案 (rubric G1, G3)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.services import database_calendar
from projects.enums import FilingKind, FilingResult
from projects.models import DefectFiling, FilingType, Project, QualityFiling
from projects.selectors.filing_types import type_in_force
from projects.services.register import writing


def add_filing(*, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime) -> QualityFiling:
    """Take a filing in; its number is given and its term counted on working days here. Raises RegisterRefused."""
    project = Project.objects.select_related("jurisdiction").get(pk=project_id)
    known = _filing_facts(facts, at)
    prefix = f"HB-{project.jurisdiction.code}-{facts['received_on']:%Y}-"
    with transaction.atomic():
        row = QualityFiling(
            city_id=project.city_id,
            jurisdiction_id=project.jurisdiction_id,
            project=project,
            number=writing.next_number(QualityFiling, prefix),
            **known,
        )
        return writing.insert(
            row, action="projects.filing.receive", by=by, at=at, facts={"number": row.number, **known}
        )


@transaction.atomic
def change_filing(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> QualityFiling:
    """Put right what was received, until it is reviewed. Raises RegisterRefused, ChangedMeanwhile."""
    row = writing.locked(QualityFiling, row_id)
    _refuse_reviewed(row)
    if seen and seen != writing.fingerprint(row, facts):
        raise writing.overtaken()
    writing.rewrite(row, _filing_facts(facts, at), action="projects.filing.change", by=by, at=at)
    return row


def _filing_facts(facts: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    writing.refuse_future(facts, at, received_on="收到日期")
    kind: FilingType = facts["type"]
    day: dt.date = facts["received_on"]
    if kind.effective_from > day or (kind.effective_to is not None and kind.effective_to < day):
        raise writing.refuse("type", f"“{kind.label}”在收到日期 {day:%Y-%m-%d} 未施行，请选当日在用的事项。")
    return {**facts, "kind": kind.kind, "due_on": database_calendar().add_workdays(day, kind.term_workdays)}


def _refuse_reviewed(row: QualityFiling) -> None:
    if row.reviewed_on is not None:
        raise writing.refuse("", f"{row.number} 已于 {row.reviewed_on:%Y-%m-%d} 办结，不能再改。")


@transaction.atomic
def review_filing(
    *, filing_id: uuid.UUID, result: str, opinion: str, reviewed_on: dt.date, by: Any, at: dt.datetime
) -> QualityFiling:
    """同意 or 退回 with the reason; done once. Raises RegisterRefused."""
    row = writing.locked(QualityFiling, filing_id)
    _refuse_reviewed(row)
    writing.refuse_future({"reviewed_on": reviewed_on}, at, reviewed_on="办结日期")
    if reviewed_on < row.received_on:
        raise writing.refuse("reviewed_on", f"办结日期早于收到日期 {row.received_on:%Y-%m-%d}，请改正。")
    if result == FilingResult.RETURNED and not opinion.strip():
        raise writing.refuse("opinion", "退回的，请写明原因和需要补正的内容。")
    facts = {
        "result": result,
        "opinion": opinion.strip(),
        "reviewed_on": reviewed_on,
        "reviewer_name": getattr(by, "display_name", str(by)),
    }
    writing.rewrite(row, facts, action="projects.filing.review", by=by, at=at)
    return row


@transaction.atomic
def remove_filing(*, row_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """One that was taken in by mistake and is not reviewed. Raises RegisterRefused."""
    row = writing.locked(QualityFiling, row_id)
    _refuse_reviewed(row)
    writing.erase(row, action="projects.filing.remove", by=by, at=at, used="这件核备已有其他记录，不能删除。")


def add_defect(*, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime) -> DefectFiling:
    """A quality defect; number and the day by which it has to be filed are given here. Raises RegisterRefused."""
    project = Project.objects.select_related("jurisdiction").get(pk=project_id)
    known = _defect_facts(facts, at)
    prefix = f"QX-{project.jurisdiction.code}-{facts['found_on']:%Y}-"
    with transaction.atomic():
        row = DefectFiling(
            city_id=project.city_id,
            jurisdiction_id=project.jurisdiction_id,
            project=project,
            number=writing.next_number(DefectFiling, prefix),
            **known,
        )
        return writing.insert(
            row, action="projects.defect.add", by=by, at=at, facts={"number": row.number, **known}
        )


@transaction.atomic
def change_defect(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> DefectFiling:
    """Write what differs, such as the day on which it was filed. Raises RegisterRefused, ChangedMeanwhile."""
    row = writing.locked(DefectFiling, row_id)
    if seen and seen != writing.fingerprint(row, facts):
        raise writing.overtaken()
    # A term that runs already is not moved by a new configuration, only by another day of discovery.
    known = _defect_facts(facts, at) if facts["found_on"] != row.found_on else _dated(facts, at)
    writing.rewrite(row, known, action="projects.defect.change", by=by, at=at)
    return row


def _defect_facts(facts: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    known = _dated(facts, at)
    kind = type_in_force(FilingKind.DEFECT, facts["found_on"])
    if kind is None:
        raise writing.refuse(
            "found_on",
            "发现日期当天没有在用的“质量缺陷备案”期限，请市局先在“核备事项”中登记该事项的办理期限。",
        )
    return {**known, "due_on": database_calendar().add_workdays(facts["found_on"], kind.term_workdays)}


def _dated(facts: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    writing.refuse_future(facts, at, found_on="发现日期", filed_on="备案日期")
    filed = facts.get("filed_on")
    if filed is not None and filed < facts["found_on"]:
        raise writing.refuse(
            "filed_on", f"备案日期早于发现日期 {facts['found_on']:%Y-%m-%d}，请改正其中一项。"
        )
    return dict(facts)
