"""Pages of assignments: the list, one of them with its answer, the acts on it."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.filestore import file_response
from core.listing import ListSpec
from guidance.chips import assignment_chip
from guidance.enums import WAITING_STATES, AssignmentState, TaskSource
from guidance.filters import AssignmentFilter
from guidance.forms.tasks import AnswerForm, CheckForm, FileForm, ReasonForm
from guidance.models import TaskAssignment, TaskEvidence
from guidance.selectors.tasks import (
    history,
    is_overdue,
    may_answer,
    may_decide,
    owner_of,
    source_link,
    visible_assignments,
)
from guidance.services import answering
from guidance.views.pages import EDIT, PART, confirm_page, form_page


def url_of(row: TaskAssignment) -> str:
    """The page of an assignment."""
    return reverse("guidance:assignment-detail", args=[row.pk])


def _due(row: TaskAssignment) -> str | SafeString:
    today = timezone.localdate()
    if not is_overdue(row, today):
        return display.day(row.due_on)
    days = display.number((today - row.due_on).days)
    return format_html('{}<span class="cell-note bad-text">逾期 {} 天</span>', display.day(row.due_on), days)


ASSIGNMENTS: ListSpec[TaskAssignment] = ListSpec(
    title="工作任务",
    columns=(
        Column(
            "task",
            "任务",
            value="task.title",
            link=url_of,
            note=lambda a: source_link(a.task)[1],
            css="col-wide",
        ),
        Column(
            "state",
            "状态",
            value="get_state_display",
            sort=("state",),
            render=lambda a: assignment_chip(a, timezone.localdate()),
            css="nowrap",
        ),
        Column("due", "期限", value="due_on", kind=Kind.DATE, sort=("due_on",), render=_due),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("owner", "责任单位", value=owner_of, css="col-name"),
        Column("project", "工程", value="project.name", css="col-name"),
        Column("source", "来源", value="task.get_source_display", sort=("task__source",), css="nowrap"),
        Column(
            "assigned", "下达", value="assigned_on", kind=Kind.DATE, sort=("assigned_on",), is_shown=False
        ),
        Column(
            "problems",
            "自查问题",
            unit="处",
            value="problem_count",
            kind=Kind.INTEGER,
            sort=("problem_count",),
            nullable=True,
        ),
        Column("answered", "首次提交", value="first_answered_at", kind=Kind.MOMENT, is_shown=False),
        Column("answer", "办理情况", value="answer", is_shown=False),
        Column("measures", "整改措施", value="measures", is_shown=False),
    ),
    key="assignments",
    default_sort="due",
    filterset=AssignmentFilter,
    search=("task__title__icontains", "organization__name__icontains", "project__name__icontains"),
    search_latin=("organization__name_initials__contains", "project__name_initials__contains"),
    search_label="任务、单位、工程或拼音首字母",
    empty=Empty("没有任务", "年度要点印发、举一反三部署、会议纪要印发后，任务出现在这里。"),
)


@requires(*PART)
@require_safe
def assignment_list(request: ScopedRequest) -> HttpResponse:
    """Everything that the scope was given."""
    as_of = timezone.localdate()
    listing = ASSIGNMENTS.build(request.GET, visible_assignments(), scope=request.scope, as_of=as_of)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "guidance/assignment_list.html", {"listing": listing})


def _get(pk: uuid.UUID) -> TaskAssignment:
    return get_object_or_404(visible_assignments(), pk=pk)


def _crumbs(row: TaskAssignment | None = None) -> list[Link]:
    links = [Link("工作任务", reverse("guidance:assignment-list"))]
    return links if row is None else [*links, Link(row.task.title, url_of(row))]


@requires(*PART)
@require_safe
def assignment_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One assignment: what is asked, what was answered, who acts next."""
    row = _get(pk)
    as_of = timezone.localdate()
    source_url, source_title = source_link(row.task)
    context = {
        "row": row,
        "state_chip": assignment_chip(row, as_of),
        "is_check": row.task.source == TaskSource.CAMPAIGN,
        "is_late": is_overdue(row, as_of),
        "facts": [
            ("来源", row.task.get_source_display()),
            ("责任单位", owner_of(row)),
            ("县（市、区）", row.jurisdiction.short_name),
            ("工程", row.project.name if row.project else ""),
            ("下达日期", display.day(row.assigned_on)),
            ("完成期限", display.day(row.due_on)),
            ("佐证材料要求", row.task.evidence),
        ],
        "source_url": source_url,
        "source_title": source_title,
        "evidence": list(row.evidence.all()),
        "timeline": history(row),
        "may_answer": row.state in WAITING_STATES and may_answer(request.assignment, row),
        "acts": _acts(request, row),
        "crumbs": _crumbs(),
    }
    return render(request, "guidance/assignment_detail.html", context)


def _acts(request: ScopedRequest, row: TaskAssignment) -> list[Link]:
    if row.state in WAITING_STATES and may_answer(request.assignment, row):
        return [
            Link("提交办理情况", reverse("guidance:assignment-answer", args=[row.pk]), is_primary=True),
            Link("上传佐证材料", reverse("guidance:evidence-add", args=[row.pk])),
        ]
    if row.state == AssignmentState.ANSWERED and may_decide(request.assignment, row):
        return [
            Link("确认办结", reverse("guidance:assignment-accept", args=[row.pk]), is_primary=True),
            Link("退回", reverse("guidance:assignment-return", args=[row.pk]), is_danger=True),
        ]
    return []


@requires(*PART)
@require_http_methods(["GET", "POST"])
def assignment_answer(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer a task; the answer in force is shown for a task that was returned."""
    row = _get(pk)
    if row.state not in WAITING_STATES or not may_answer(request.assignment, row):
        return redirect(url_of(row))
    is_check = row.task.source == TaskSource.CAMPAIGN

    def save(form: forms.Form) -> None:
        answering.submit_answer(assignment_id=pk, **form.cleaned_data, by=request.user, at=timezone.now())

    initial = {"answer": row.answer, "problem_count": row.problem_count, "measures": row.measures}
    page = ActPage(
        title="提交自查结果" if is_check else "提交办理情况",
        submit="提交",
        done="已提交，等待市局确认。",
        back=url_of(row),
        note=row.task.title,
        warning=f"上次退回原因：{row.return_reason}" if row.return_reason else "",
        crumbs=_crumbs(row),
    )
    return form_page(request, page, bound(request, CheckForm if is_check else AnswerForm, initial), save)


@requires(*PART)
@require_http_methods(["GET", "POST"])
def evidence_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach a file to an answer that is being prepared."""
    row = _get(pk)
    if row.state not in WAITING_STATES or not may_answer(request.assignment, row):
        return redirect(url_of(row))

    def save(form: FileForm) -> None:
        file = form.cleaned_data["file"]
        answering.attach_evidence(
            assignment_id=pk,
            title=form.cleaned_data["title"],
            file_name=file.name,
            data=file.read(),
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="上传佐证材料",
        submit="上传",
        done="佐证材料已上传。",
        back=url_of(row),
        note=row.task.title,
        crumbs=_crumbs(row),
        has_file=True,
    )
    return form_page(request, page, bound(request, FileForm), save)


@requires(*PART)
@require_safe
def evidence_file(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The file as it came, to be saved."""
    evidence = get_object_or_404(TaskEvidence, pk=pk)
    found = answering.kept_evidence(evidence.city_id, evidence.sha256)
    if found is None:
        raise Http404
    data, kind = found
    return file_response(data, kind, evidence.title.removesuffix(kind.suffix))


def _facts(row: TaskAssignment) -> list[tuple[str, object]]:
    return [
        ("任务", row.task.title),
        ("责任单位", owner_of(row)),
        ("工程", row.project.name if row.project else ""),
        ("提交人", f"{row.answered_by_name} {display.moment(row.answered_at)}"),
        ("办理情况", row.answer),
        ("发现问题", "" if row.problem_count is None else f"{row.problem_count}处"),
        ("整改措施", row.measures),
    ]


def _decide(
    request: ScopedRequest, pk: uuid.UUID, page: ActPage, run: Any, form: forms.Form | None
) -> HttpResponse:
    row = _get(pk)
    if row.state != AssignmentState.ANSWERED or not may_decide(request.assignment, row):
        return redirect(url_of(row))
    return confirm_page(request, page, run, form)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def assignment_accept(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The answer is enough."""
    row = _get(pk)
    page = ActPage(
        title="确认任务办结",
        submit="确认办结",
        done="任务已办结。",
        back=url_of(row),
        facts=_facts(row),
        crumbs=_crumbs(row),
    )

    def run(_: dict[str, Any]) -> None:
        answering.accept_answer(assignment_id=pk, by=request.user, at=timezone.now())

    return _decide(request, pk, page, run, None)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def assignment_return(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The answer is not enough."""
    row = _get(pk)
    page = ActPage(
        title="退回办理情况",
        submit="退回",
        done="已退回，并通知责任单位。",
        back=url_of(row),
        facts=_facts(row),
        crumbs=_crumbs(row),
        is_danger=True,
    )

    def run(data: dict[str, Any]) -> None:
        answering.return_answer(assignment_id=pk, **data, by=request.user, at=timezone.now())

    return _decide(request, pk, page, run, bound(request, ReasonForm))
