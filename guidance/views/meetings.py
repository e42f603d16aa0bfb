"""Pages of meetings."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.filestore import file_response
from core.listing import ListSpec
from guidance.chips import meeting_chip
from guidance.enums import MeetingState
from guidance.filters import MeetingFilter
from guidance.forms.tasks import FileForm, MeetingForm
from guidance.models import Meeting, MeetingFile, Task
from guidance.selectors.progress import task_lines
from guidance.selectors.tasks import history, progress_of, visible_assignments
from guidance.services import meetings as service
from guidance.services.answering import kept_evidence
from guidance.services.meetings import MeetingText
from guidance.views.pages import EDIT, VIEW, confirm_page, form_page


def _url(row: Meeting) -> str:
    return reverse("guidance:meeting-detail", args=[row.pk])


MEETINGS: ListSpec[Meeting] = ListSpec(
    title="会议",
    columns=(
        Column("title", "会议名称", link=_url, css="col-wide"),
        Column("held", "日期", value="held_on", kind=Kind.DATE, sort=("held_on",)),
        Column("place", "地点", css="col-name"),
        Column("host", "主持人", value="host_name"),
        Column("issued", "纪要印发", value="issued_on", kind=Kind.DATE, sort=("issued_on",), nullable=True),
        Column(
            "state", "状态", value="get_state_display", sort=("state",), render=meeting_chip, css="nowrap"
        ),
    ),
    key="meetings",
    default_sort="-held",
    filterset=MeetingFilter,
    search=("title__icontains", "place__icontains", "host_name__icontains"),
    search_label="会议名称、地点或主持人",
    empty=Empty("还没有会议", "登记会议和议定事项，纪要印发后议定事项成为任务。"),
)


@requires(VIEW)
@require_safe
def meeting_list(request: ScopedRequest) -> HttpResponse:
    """All meetings; a county sees those that gave it a task."""
    listing = MEETINGS.build(request.GET, Meeting.objects.all())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    actions = [Link("登记会议", reverse("guidance:meeting-new"), is_primary=True)] if may_edit else []
    return render(request, "guidance/meeting_list.html", {"listing": listing, "actions": actions})


@requires(VIEW)
@require_safe
def meeting_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One meeting with its minutes and decisions."""
    row = get_object_or_404(Meeting, pk=pk)
    is_issued = row.state == MeetingState.ISSUED
    may_edit = request.assignment.allows(EDIT)
    tasks = list(Task.objects.filter(meeting=row).order_by("number"))
    assigned = visible_assignments().filter(task__meeting=row)
    context = {
        "meeting": row,
        "state_chip": meeting_chip(row),
        "facts": [
            ("日期", display.day(row.held_on)),
            ("地点", row.place),
            ("主持人", row.host_name),
            ("参会人员", row.attendees),
            ("纪要印发", display.day(row.issued_on)),
        ],
        "tasks": task_lines(tasks, may_edit=may_edit and not is_issued),
        "progress": progress_of(assigned, timezone.localdate()) if is_issued else None,
        "assignments_url": f"{reverse('guidance:assignment-list')}?source=MEETING",
        "files": list(row.files.all()),
        "timeline": history(row),
        "actions": _actions(row) if may_edit else [],
        "crumbs": _crumbs(),
    }
    return render(request, "guidance/meeting_detail.html", context)


def _actions(row: Meeting) -> list[Link]:
    address = [row.pk]
    attach = Link("上传材料", reverse("guidance:meeting-file-add", args=address))
    if row.state == MeetingState.ISSUED:
        return [attach]
    return [
        Link("印发纪要", reverse("guidance:meeting-issue", args=address), is_primary=True),
        Link("添加议定事项", reverse("guidance:meeting-task-add", args=address)),
        Link("修改", reverse("guidance:meeting-edit", args=address)),
        attach,
    ]


def _crumbs(row: Meeting | None = None) -> list[Link]:
    links = [Link("会议", reverse("guidance:meeting-list"))]
    return links if row is None else [*links, Link(row.title, _url(row))]


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def meeting_new(request: ScopedRequest) -> HttpResponse:
    """Record a meeting."""

    def save(form: MeetingForm) -> str:
        text = MeetingText(**form.cleaned_data)
        return _url(service.create_meeting(text=text, by=request.user, at=timezone.now()))

    page = ActPage(
        title="登记会议",
        submit="保存",
        done="会议已登记，请添加议定事项。",
        back=reverse("guidance:meeting-list"),
        crumbs=_crumbs(),
    )
    return form_page(request, page, bound(request, MeetingForm), save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def meeting_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a meeting whose minutes are not issued."""
    row = get_object_or_404(Meeting, pk=pk)
    if row.state == MeetingState.ISSUED:
        return redirect(_url(row))

    def save(form: MeetingForm) -> None:
        text = MeetingText(**form.cleaned_data)
        service.edit_meeting(meeting_id=pk, text=text, by=request.user, at=timezone.now())

    initial = {name: getattr(row, name) for name in MeetingForm.base_fields}
    page = ActPage(title="修改会议", submit="保存", done="会议已保存。", back=_url(row), crumbs=_crumbs(row))
    return form_page(request, page, bound(request, MeetingForm, initial), save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def meeting_issue(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The minutes stand; the decisions become tasks."""
    row = get_object_or_404(Meeting, pk=pk)
    if row.state == MeetingState.ISSUED:
        return redirect(_url(row))
    page = ActPage(
        title="印发会议纪要",
        submit="印发纪要",
        done="纪要已印发，议定事项已下达。",
        back=_url(row),
        facts=[
            ("会议", row.title),
            ("日期", display.day(row.held_on)),
            ("议定事项", f"{row.tasks.count()} 项"),
        ],
        warning="印发后纪要和议定事项不能修改。",
        crumbs=_crumbs(row),
    )

    def run(_: dict[str, Any]) -> None:
        service.issue_meeting(meeting_id=pk, by=request.user, at=timezone.now())

    return confirm_page(request, page, run)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def meeting_file_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A paper of the meeting."""
    row = get_object_or_404(Meeting, pk=pk)

    def save(form: FileForm) -> None:
        file = form.cleaned_data["file"]
        service.attach_paper(
            meeting_id=pk,
            title=form.cleaned_data["title"],
            file_name=file.name,
            data=file.read(),
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="上传会议材料",
        submit="上传",
        done="材料已上传。",
        back=_url(row),
        note=row.title,
        crumbs=_crumbs(row),
        has_file=True,
    )
    return form_page(request, page, bound(request, FileForm), save)


@requires(VIEW)
@require_safe
def meeting_file(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A paper as it came, for whoever may see its meeting."""
    paper = get_object_or_404(MeetingFile, pk=pk, meeting__in=Meeting.objects.all())
    found = kept_evidence(paper.city_id, paper.sha256)
    if found is None:
        raise Http404
    data, kind = found
    return file_response(data, kind, paper.title.removesuffix(kind.suffix))
