"""Tasks of a plan, a campaign or a meeting while they are still being written."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from audit.services import record
from core import display
from core.uuid7 import uuid7
from guidance.enums import Audience, CampaignState, MeetingState, PlanState, TaskSource
from guidance.models import Campaign, Meeting, Task, YearPlan
from guidance.services.writing import GuidanceRefused, locked, need_state, said, write
from tenancy.models import Jurisdiction

Source = YearPlan | Campaign | Meeting
_OPEN: dict[type[Any], tuple[str, str]] = {
    YearPlan: ("plan", PlanState.DRAFT),
    Campaign: ("campaign", CampaignState.DRAFT),
    Meeting: ("meeting", MeetingState.DRAFT),
}


@dataclass(frozen=True, kw_only=True)
class TaskText:
    """What the author of a task says: what, who, by when, with which evidence."""

    title: str
    content: str
    audience: str
    due_on: dt.date
    evidence: str = ""
    county_codes: list[str] = field(default_factory=list)
    owner_role: str = ""
    category: str = ""


@transaction.atomic
def add_task(*, source: Source, text: TaskText, by: Any, at: dt.datetime) -> Task:
    """Append a task to a plan, campaign or meeting that is not issued.

    Raises WrongState, GuidanceRefused.
    """
    source = _open(source)
    values = _checked(source, text)
    name = _OPEN[type(source)][0]
    last = Task.objects.filter(**{name: source}).aggregate(last=Max("number"))["last"] or 0
    task = Task(
        id=uuid7(),
        city_id=source.city_id,
        source=TaskSource[name.upper()],
        number=last + 1,
        **{name: source},
        **values,
    )
    task.save(force_insert=True)
    _count(source, by, at)
    record(
        action="guidance.task.add",
        subject=task,
        by=by,
        at=at,
        after={"source": str(source), "number": task.number, **values},
    )
    return task


@transaction.atomic
def edit_task(*, task_id: uuid.UUID, text: TaskText, by: Any, at: dt.datetime) -> Task:
    """Change a task that was not given out.

    Raises WrongState, GuidanceRefused.
    """
    task = locked(Task, task_id)
    source = _open(source_of(task))
    values = _checked(source, text)
    if any(getattr(task, name) != value for name, value in values.items()):
        write(task, "guidance.task.edit", values, by, at)
        _count(source, by, at)
    return task


@transaction.atomic
def discard_task(*, task_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """Take a task out of a plan or of minutes that are not issued; those after it move up."""
    task = locked(Task, task_id)
    source = _open(source_of(task))
    record(
        action="guidance.task.discard",
        subject=task,
        by=by,
        at=at,
        before={"source": str(source), "number": task.number, "title": task.title},
    )
    number, name = task.number, _OPEN[type(source)][0]
    task.delete()
    for later in Task.objects.filter(**{name: source}, number__gt=number).order_by("number"):
        later.number -= 1
        later.save(update_fields=["number"])
    _count(source, by, at)


def source_of(task: Task) -> Source:
    """The plan, campaign or meeting that the task belongs to."""
    source = task.plan or task.campaign or task.meeting
    if source is None:
        raise TypeError("a task always has a source")
    return source


def _open(source: Source) -> Source:
    name_and_state = _OPEN[type(source)]
    fresh = locked(type(source), source.pk)
    need_state(fresh, name_and_state[1])
    return fresh


def _count(source: Source, by: Any, at: dt.datetime) -> None:
    if isinstance(source, YearPlan):
        source.revision += 1
        source.save(update_fields=["revision"])


def _checked(source: Source, text: TaskText) -> dict[str, Any]:
    values = asdict(text)
    values["title"] = said(text.title, "请填写任务名称。")
    values["content"] = said(text.content, "请填写具体要求。")
    values["evidence"] = text.evidence.strip()
    values["county_codes"] = (
        _known_codes(text.county_codes) if text.audience == Audience.CHOSEN_COUNTIES else []
    )
    values["owner_role"] = text.owner_role if text.audience == Audience.BUREAU else ""
    values["category"] = text.category if text.audience == Audience.PROJECTS else ""
    if text.audience == Audience.BUREAU and not text.owner_role:
        raise GuidanceRefused("责任对象为市局时，请选择责任角色。")
    _check_day(source, text.due_on)
    return values


def _known_codes(codes: list[str]) -> list[str]:
    known = {county.code for county in Jurisdiction.objects.counties().filter(is_active=True)}
    strange = [code for code in codes if code not in known]
    if strange:
        raise GuidanceRefused(f"“{'、'.join(strange)}”不是本市的县（市、区），请重新选择。")
    if not codes:
        raise GuidanceRefused("责任对象为指定县（市、区）时，请至少选择一个。")
    return sorted(set(codes))


def _check_day(source: Source, due_on: dt.date) -> None:
    if isinstance(source, YearPlan) and due_on.year != source.year:
        raise GuidanceRefused(f"完成期限{display.day_cn(due_on)}不在{source.year}年内，请核对。")
    if isinstance(source, Meeting) and due_on < source.held_on:
        raise GuidanceRefused(f"完成期限不能早于会议日期{display.day_cn(source.held_on)}。")
