"""What the year plan, self-checks, meetings and yearly profiles ask of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from guidance.enums import WAITING_STATES, AssignmentState
from guidance.models import TaskAssignment
from guidance.selectors.tasks import own_rows, owner_of, visible_assignments
from projects.models import SupervisionBody
from reports.selectors.todo_kinds import Source, Todo


def guidance_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """Tasks to do and answers to judge; profiles to put right and to confirm."""
    listed = reverse("guidance:assignment-list")
    if assignment.allows(Capability.TASK_ANSWER) or assignment.allows(Capability.GUIDANCE_EDIT):
        waiting = own_rows(assignment).filter(state__in=WAITING_STATES).order_by("due_on", "pk")
        yield Source("待办理的工作任务", waiting, _task_line(as_of), f"{listed}?state=WAITING")
    if assignment.allows(Capability.GUIDANCE_EDIT):
        answered = visible_assignments().filter(state=AssignmentState.ANSWERED)
        others = answered.exclude(answered_by=assignment.user_id).order_by("answered_at", "pk")
        yield Source("待确认的任务办理情况", others, _answer_line, f"{listed}?state=ANSWERED")
    bodies = SupervisionBody.objects.select_related("jurisdiction").order_by("-year", "pk")
    if assignment.allows(Capability.BODY_CONFIRM):
        submitted = bodies.filter(submitted_at__isnull=False, confirmed_on__isnull=True)
        more_url = reverse("guidance:body-list") + "?state=SUBMITTED"
        yield Source("待确认的机构概况", submitted, _body_line("确认"), more_url)
    if assignment.allows(Capability.BODY_SUBMIT):
        returned = bodies.filter(submitted_at__isnull=True, filings__returned_at__isnull=False)
        yield Source("被退回的机构概况", returned, _body_line("更正"))


def _task_line(as_of: dt.date) -> Callable[[TaskAssignment], Todo]:
    def line(row: TaskAssignment) -> Todo:
        about = row.project.name if row.project is not None else owner_of(row)
        what = "退回，请补充" if row.state == AssignmentState.RETURNED else row.task.get_source_display()
        url = reverse("guidance:assignment-detail", args=[row.pk])
        return Todo(
            row.task.title, f"{what}；{about}", url, "办理", due=row.due_on, is_late=row.due_on < as_of
        )

    return line


def _answer_line(row: TaskAssignment) -> Todo:
    note = f"{row.jurisdiction.short_name}，{row.answered_by_name} {display.day(row.answered_at)} 提交"
    return Todo(row.task.title, note, reverse("guidance:assignment-detail", args=[row.pk]), "确认")


def _body_line(verb: str) -> Callable[[SupervisionBody], Todo]:
    def line(row: SupervisionBody) -> Todo:
        note = (
            f"{row.submitted_by_name} {display.day(row.submitted_at)} 提交"
            if row.submitted_at
            else "市局退回"
        )
        title = f"{row.jurisdiction.short_name}{row.year}年度机构概况"
        return Todo(title, note, reverse("guidance:body-detail", args=[row.pk]), verb)

    return line
