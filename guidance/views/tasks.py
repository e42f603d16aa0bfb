"""Forms of single tasks of a plan or of minutes, while those are not issued."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from core import display
from core.components import Link
from guidance.enums import TaskSource
from guidance.forms.tasks import TaskForm
from guidance.models import Meeting, Task, YearPlan
from guidance.selectors.tasks import owner_words, source_link
from guidance.services import tasks as service
from guidance.views.pages import EDIT, confirm_page, form_page


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def plan_task_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A task of a year plan."""
    return _add(request, get_object_or_404(YearPlan, pk=pk))


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def meeting_task_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A decision of a meeting."""
    return _add(request, get_object_or_404(Meeting, pk=pk))


def _add(request: ScopedRequest, source: YearPlan | Meeting) -> HttpResponse:
    back, name = source_link(Task(plan=source) if isinstance(source, YearPlan) else Task(meeting=source))
    if source.state != "DRAFT":
        return redirect(back)

    def save(form: TaskForm) -> None:
        service.add_task(source=source, text=form.text, by=request.user, at=timezone.now())

    what = "任务" if isinstance(source, YearPlan) else "议定事项"
    page = ActPage(
        title=f"添加{what}", submit="添加", done=f"{what}已添加。", back=back, crumbs=[Link(name, back)]
    )
    return form_page(request, page, bound(request, TaskForm), save)


def task_initial(task: Task) -> dict[str, Any]:
    """What the form of a task shows."""
    return {
        "title": task.title,
        "content": task.content,
        "audience": task.audience,
        "county_codes": task.county_codes,
        "owner_role": task.owner_role,
        "category": task.category,
        "due_on": task.due_on,
        "evidence": task.evidence,
    }


def _editable(pk: uuid.UUID) -> tuple[Task, str, str, bool]:
    """The task, where it belongs, and whether that is still written; a campaign is edited as a whole."""
    rows = Task.objects.select_related("plan", "campaign", "meeting").exclude(source=TaskSource.CAMPAIGN)
    task = get_object_or_404(rows, pk=pk)
    source = service.source_of(task)
    return task, *source_link(task), source.state == "DRAFT"


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def task_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a task that was not given out."""
    task, back, name, is_open = _editable(pk)
    if not is_open:
        return redirect(back)

    def save(form: TaskForm) -> None:
        service.edit_task(task_id=pk, text=form.text, by=request.user, at=timezone.now())

    page = ActPage(title="修改任务", submit="保存", done="任务已保存。", back=back, crumbs=[Link(name, back)])
    return form_page(request, page, bound(request, TaskForm, task_initial(task)), save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def task_discard(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a task out."""
    task, back, name, is_open = _editable(pk)
    if not is_open:
        return redirect(back)
    page = ActPage(
        title="删除任务",
        submit="删除任务",
        done="任务已删除。",
        back=back,
        facts=[
            ("任务", task.title),
            ("责任对象", owner_words(task)),
            ("完成期限", display.day(task.due_on)),
        ],
        crumbs=[Link(name, back)],
        is_danger=True,
    )

    def run(_: dict[str, Any]) -> None:
        service.discard_task(task_id=pk, by=request.user, at=timezone.now())

    return confirm_page(request, page, run)
