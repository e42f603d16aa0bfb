"""Progress of a section month by month; files of a project."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, forbidden, requires
from accounts.roles import Capability
from core.month import InvalidMonth, ReportingMonth
from projects.enums import AttachmentKind
from projects.forms.records import AttachmentForm, ProgressForm, ReasonForm
from projects.models import Attachment, ContractSection
from projects.selectors.progress import progress_of
from projects.services.attachments import attach_file, detach_file
from projects.services.register.sections import record_progress
from projects.views.editing import page_of, project_crumbs, show_form, write
from projects.views.records import editable_projects


@requires(Capability.PROJECT_VIEW)
@require_http_methods(["GET", "POST"])
def section_progress(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The months of a section as table and line; a month is recorded or put right here by those who may."""
    section = get_object_or_404(ContractSection.objects.select_related("project"), pk=pk)
    may_edit = request.assignment.allows(Capability.REGISTER_EDIT)
    if request.method == "POST" and not may_edit:
        return forbidden(request, (Capability.REGISTER_EDIT,))
    here = reverse("projects:section-progress", args=[pk])
    now = timezone.now()
    if request.method == "POST":
        form = ProgressForm(request.POST)
        if form.is_valid():
            saved = write(
                form, lambda: record_progress(section_id=pk, **form.cleaned_data, by=request.user, at=now)
            )
            if saved is not None:
                messages.success(request, f"已登记 {saved.month:%Y-%m} 的进度。")
                return redirect(here)
    else:
        form = ProgressForm(initial=_initial(section, request.GET.get("month", ""), now))
    return show_form(
        request,
        form,
        title=f"{section} 进度",
        submit="登记进度",
        cancel_url=page_of(section.project, "sections"),
        crumbs=project_crumbs(section.project),
        template="projects/section_progress.html",
        section=section,
        progress=progress_of(section),
        may_edit=may_edit,
    )


def _initial(section: ContractSection, text: str, at: dt.datetime) -> dict[str, object]:
    """The month that is asked for, or the present one."""
    row = section.progress.filter(month=f"{text}-01").first() if _is_month(text) else None
    if row is None:
        return {"month": text if _is_month(text) else str(ReportingMonth.of(at))}
    return {
        "month": text,
        "progress_percent": row.progress_percent,
        "invested_wan_yuan": row.invested_wan_yuan,
        "decrease_reason": row.decrease_reason,
    }


def _is_month(text: str) -> bool:
    try:
        ReportingMonth.parse(text)
    except InvalidMonth:
        return False
    return True


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def attachment_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach a file to a project."""
    project = get_object_or_404(editable_projects(), pk=pk)
    if request.method == "POST":
        form = AttachmentForm(request.POST, request.FILES)
        if form.is_valid():
            file = form.cleaned_data["file"]
            at = timezone.now()
            saved = write(
                form,
                lambda: attach_file(
                    kind=AttachmentKind(form.cleaned_data["kind"]),
                    title=form.cleaned_data["title"],
                    file_name=file.name,
                    data=file.read(),
                    project=project,
                    by=request.user,
                    at=at,
                ),
            )
            if saved is not None:
                messages.success(request, f"已附上“{saved.title}”。")
                return redirect(page_of(project, "files"))
    else:
        form = AttachmentForm()
    return show_form(
        request,
        form,
        title="上传附件",
        submit="上传",
        cancel_url=page_of(project, "files"),
        crumbs=project_crumbs(project),
    )


@requires(Capability.REGISTER_EDIT)
@require_http_methods(["GET", "POST"])
def attachment_remove(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a wrong file off a project, with a reason; the scan of a 承诺书 stays with what was signed."""
    rows = Attachment.objects.filter(project__isnull=False, commitment__isnull=True).select_related("project")
    attachment = get_object_or_404(rows, pk=pk)
    project = attachment.project
    if project is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        at = timezone.now()
        reason = form.cleaned_data["reason"]
        gone = write(form, lambda: _detach(pk, reason, request, at))
        if gone:
            messages.success(request, f"已移除“{attachment.title}”。")
            return redirect(page_of(project, "files"))
    return show_form(
        request,
        form,
        title=f"移除附件“{attachment.title}”",
        submit="移除附件",
        cancel_url=page_of(project, "files"),
        crumbs=project_crumbs(project),
        facts=[("文件", attachment.file_name), ("上传", attachment.uploaded_by_name)],
    )


def _detach(pk: uuid.UUID, reason: str, request: ScopedRequest, at: dt.datetime) -> bool:
    detach_file(attachment_id=pk, reason=reason, by=request.user, at=at)
    return True
