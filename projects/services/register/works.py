"""项目划分 and 重要隐蔽、关键部位."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from projects.enums import WorkLevel
from projects.models import KeyWork, Project, WorkItem
from projects.services.register import writing

_DIVIDED = "这个单位工程下已有分部工程，不能删除；请先删除它的分部工程，或改正名称。"
_ACCEPTED = "这个部位已有实际验收日期，是验收的记录，不能删除；登记有误的请改正。"


def add_work_item(*, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime) -> WorkItem:
    """A 单位工程, or a 分部工程 of one of the same project. Raises RegisterRefused."""
    project = Project.objects.get(pk=project_id)
    _check_parent(project.pk, None, facts)
    item = WorkItem(
        city_id=project.city_id, jurisdiction_id=project.jurisdiction_id, project=project, **facts
    )
    return writing.insert(item, action="projects.work.add", by=by, at=at, facts=facts)


@transaction.atomic
def change_work_item(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> WorkItem:
    """Write what differs. Raises RegisterRefused, ChangedMeanwhile."""
    item = writing.locked(WorkItem, row_id)
    _check_parent(item.project_id, item, facts)
    writing.rewrite(item, facts, action="projects.work.change", by=by, at=at, seen=seen)
    return item


def _check_parent(project_id: uuid.UUID, item: WorkItem | None, facts: Mapping[str, Any]) -> None:
    level, parent = facts["level"], facts.get("parent")
    if level == WorkLevel.DIVISION and parent is None:
        raise writing.refuse("parent", "分部工程要选所属的单位工程；还没有登记单位工程的，请先登记。")
    if level == WorkLevel.UNIT_WORK and parent is not None:
        raise writing.refuse("parent", "单位工程没有上级，所属单位工程请留空，或把级别改为“分部工程”。")
    if parent is not None and (parent.project_id != project_id or parent.level != WorkLevel.UNIT_WORK):
        raise writing.refuse("parent", "所属单位工程应是本工程的单位工程，请重新选择。")
    if item is not None and level == WorkLevel.DIVISION and item.divisions.exists():
        raise writing.refuse("level", "这个单位工程下已有分部工程，不能改为分部工程。")


@transaction.atomic
def remove_work_item(*, row_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """A 分部工程, or a 单位工程 without any. Raises RegisterRefused."""
    item = writing.locked(WorkItem, row_id)
    writing.erase(item, action="projects.work.remove", by=by, at=at, used=_DIVIDED)


def add_key_work(*, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime) -> KeyWork:
    """A 重要隐蔽 or 关键部位 element. Raises RegisterRefused."""
    project = Project.objects.get(pk=project_id)
    _check_acceptance(facts, at)
    work = KeyWork(city_id=project.city_id, jurisdiction_id=project.jurisdiction_id, project=project, **facts)
    return writing.insert(work, action="projects.key_work.add", by=by, at=at, facts=facts)


@transaction.atomic
def change_key_work(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> KeyWork:
    """Write what differs. Raises RegisterRefused, ChangedMeanwhile."""
    work = writing.locked(KeyWork, row_id)
    _check_acceptance(facts, at)
    writing.rewrite(work, facts, action="projects.key_work.change", by=by, at=at, seen=seen)
    return work


def _check_acceptance(facts: Mapping[str, Any], at: dt.datetime) -> None:
    writing.refuse_future(facts, at, accepted_on="实际验收日期")


@transaction.atomic
def remove_key_work(*, row_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """One that was not accepted yet. Raises RegisterRefused."""
    work = writing.locked(KeyWork, row_id)
    if work.accepted_on is not None:
        raise writing.refuse("", _ACCEPTED)
    writing.erase(work, action="projects.key_work.remove", by=by, at=at, used=_ACCEPTED)
