"""到岗率 of a participating unit's people, month by month; results only, never face images."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.month import ReportingMonth
from projects.models import Attendance, ParticipatingUnit, Project
from projects.services.register import writing

_USED = "这条到岗率已被其他记录使用，不能删除，请改正。"


def add_attendance(
    *, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime
) -> Attendance:
    """A month of a unit of the same project. facts: unit, month, rate_percent, is_fraud. Raises RegisterRefused."""
    project = Project.objects.get(pk=project_id)
    stored = _stored(project.pk, facts, at)
    row = Attendance(city_id=project.city_id, jurisdiction_id=project.jurisdiction_id, **stored)
    return writing.insert(row, action="projects.attendance.add", by=by, at=at, facts=stored)


@transaction.atomic
def change_attendance(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> Attendance:
    """Write what differs. Raises RegisterRefused, ChangedMeanwhile."""
    row = writing.locked(Attendance, row_id)
    unit: ParticipatingUnit = row.unit
    stored = _stored(unit.project_id, facts, at)
    writing.rewrite(row, stored, action="projects.attendance.change", by=by, at=at, seen=seen)
    return row


@transaction.atomic
def remove_attendance(*, row_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """One that was recorded by mistake. Raises RegisterRefused."""
    row = writing.locked(Attendance, row_id)
    writing.erase(row, action="projects.attendance.remove", by=by, at=at, used=_USED)


def _stored(project_id: uuid.UUID, facts: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    """The columns of the row."""
    month: ReportingMonth = facts["month"]
    unit: ParticipatingUnit = facts["unit"]
    if unit.project_id != project_id:
        raise writing.refuse("unit", "单位应是本工程的参建单位，请重新选择。")
    if month > ReportingMonth.of(at):
        raise writing.refuse("month", f"{month.label}还没有到，不能登记当月以后的到岗率。")
    return {**facts, "month": month.first}
