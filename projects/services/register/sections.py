"""标段 and their progress month by month."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from core.month import ReportingMonth
from projects.models import ContractSection, Project, SectionProgress
from projects.rules.register import MonthProgress, progress_problems
from projects.services.register import writing

_USED = "这个标段已有进度、参建单位或其他记录，不能删除；合同已经结束的，请填写合同完工日期。"


def add_section(
    *, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime
) -> ContractSection:
    """A new section of a project of the scope. Raises RegisterRefused."""
    project = Project.objects.get(pk=project_id)
    section = ContractSection(
        city_id=project.city_id, jurisdiction_id=project.jurisdiction_id, project=project, **facts
    )
    return writing.insert(section, action="projects.section.add", by=by, at=at, facts=facts)


@transaction.atomic
def change_section(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> ContractSection:
    """Write what differs. Raises RegisterRefused, ChangedMeanwhile."""
    section = writing.locked(ContractSection, row_id)
    writing.rewrite(section, facts, action="projects.section.change", by=by, at=at, seen=seen)
    return section


@transaction.atomic
def remove_section(*, row_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """Only one that nothing hangs on. Raises RegisterRefused."""
    section = writing.locked(ContractSection, row_id)
    writing.erase(section, action="projects.section.remove", by=by, at=at, used=_USED)


@transaction.atomic
def record_progress(
    *,
    section_id: uuid.UUID,
    month: ReportingMonth,
    progress_percent: Decimal,
    invested_wan_yuan: Decimal,
    decrease_reason: str,
    by: Any,
    at: dt.datetime,
) -> SectionProgress:
    """形象进度 and 完成投资 at the end of a month, new or put right; going back needs a reason.

    The section's row is held, so that two people never compare with the same neighbour. Raises RegisterRefused.
    """
    section = writing.locked(ContractSection, section_id)
    if month > ReportingMonth.of(at):
        raise writing.refuse("month", f"{month.label}还没有到，不能登记当月以后的进度。")
    new = MonthProgress(month.first, progress_percent, invested_wan_yuan)
    reason = decrease_reason.strip()
    rows = {row.month: row for row in section.progress.all()}
    before = max((row for day, row in rows.items() if day < month.first), key=_month, default=None)
    after = min((row for day, row in rows.items() if day > month.first), key=_month, default=None)
    if after is not None and after.decrease_reason:
        # That the later month is less is explained already.
        after = None
    problems = progress_problems(new, before=_point(before), after=_point(after), reason=reason)
    writing.refuse_all(problems)
    facts = {
        "progress_percent": progress_percent,
        "invested_wan_yuan": invested_wan_yuan,
        "decrease_reason": reason,
    }
    present = rows.get(month.first)
    if present is not None:
        writing.rewrite(present, facts, action="projects.progress.change", by=by, at=at)
        return present
    row = SectionProgress(
        city_id=section.city_id,
        jurisdiction_id=section.jurisdiction_id,
        section=section,
        month=month.first,
        **facts,
    )
    noted = {"section": str(section), "month": str(month), **facts}
    return writing.insert(row, action="projects.progress.record", by=by, at=at, facts=noted)


def _month(row: SectionProgress) -> dt.date:
    return row.month


def _point(row: SectionProgress | None) -> MonthProgress | None:
    return None if row is None else MonthProgress(row.month, row.progress_percent, row.invested_wan_yuan)
