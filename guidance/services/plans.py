"""The year plan: written, given its tasks, issued by its document."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from audit.services import record
from core.uuid7 import uuid7
from guidance.enums import PlanState
from guidance.models import YearPlan
from guidance.services.assigning import assign_task
from guidance.services.writing import GuidanceRefused, locked, name_of, said, write
from tenancy.scope import current_scope

OVERALL = (
    "坚持以提升水利工程建设质量为中心，压实项目法人首要责任和参建单位主体责任，强化县级监督职责，"
    "以问题整改闭环和举一反三为抓手，推动全市水利建设质量稳步提升。"
)
REQUIREMENTS = (
    "各县（市、区）水利局要对照任务分解表细化措施、明确责任人，将本要点分解到月度监督检查计划；"
    "任务完成情况和佐证材料在系统中按期提交，市局逐项确认，完成情况作为履职检查的参考。"
)


@transaction.atomic
def create_plan(
    *, year: int, title: str, overall: str, requirements: str, by: Any, at: dt.datetime
) -> YearPlan:
    """Begin the plan of a year; there is one for each.

    Raises GuidanceRefused.
    """
    if YearPlan.objects.filter(year=year).exists():
        raise GuidanceRefused(f"{year}年度的要点已经存在，请直接编辑。")
    plan = YearPlan(
        id=uuid7(),
        city_id=current_scope().city_id,
        year=year,
        title=said(title, "请填写标题。"),
        overall=said(overall, "请填写总体要求。"),
        requirements=said(requirements, "请填写工作要求。"),
        created_at=at,
        created_by_name=name_of(by),
    )
    plan.save(force_insert=True)
    record(
        action="guidance.plan.create", subject=plan, by=by, at=at, after={"year": year, "title": plan.title}
    )
    return plan


@transaction.atomic
def edit_plan(
    *, plan_id: uuid.UUID, title: str, overall: str, requirements: str, by: Any, at: dt.datetime
) -> YearPlan:
    """Change title and prose of a plan that is not issued."""
    plan = locked(YearPlan, plan_id, PlanState.DRAFT)
    changes = {
        "title": said(title, "请填写标题。"),
        "overall": said(overall, "请填写总体要求。"),
        "requirements": said(requirements, "请填写工作要求。"),
    }
    if any(getattr(plan, name) != value for name, value in changes.items()):
        changes_and_count: dict[str, Any] = {**changes, "revision": plan.revision + 1}
        return write(plan, "guidance.plan.edit", changes_and_count, by, at)
    return plan


@transaction.atomic
def issue_year_plan(
    *, plan_id: uuid.UUID, number: str, issued_on: dt.date, by: Any, at: dt.datetime
) -> YearPlan:
    """Draft → issued with the number of its document; each task is given to those who must do it.

    Called by the sign-off of the document, in its transaction. Raises GuidanceRefused for a task for nobody.
    """
    plan = locked(YearPlan, plan_id, PlanState.DRAFT)
    changes = {"state": PlanState.ISSUED, "number": number, "issued_on": issued_on}
    write(plan, "guidance.plan.issue", changes, by, at)
    for task in plan.tasks.order_by("number"):
        assign_task(task=task, by=by, at=at)
    return plan
