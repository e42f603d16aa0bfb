"""台账导入: upload, progress, result, undo; template; export of the whole city."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, JobView, Link, chip
from core.listing import ListSpec
from core.xlsx import MIME
from reports.enums import BatchState
from reports.filters import BatchFilter
from reports.forms import UploadForm
from reports.ledger.batches import enqueue_import, receive_workbook
from reports.ledger.undoing import BatchStandsFast, undo_batch
from reports.ledger.workbook import template
from reports.models import ImportBatch
from reports.selectors.batches import (
    STATE_TONES,
    batches,
    error_page,
    exports,
    has_marked,
    job_of,
    running_export,
    sheet_counts,
    uploaders,
)
from reports.selectors.jobs import job_view, may_retry
from reports.services.ledger_files import enqueue_export
from tenancy.models import Job

SHOWN_EXPORTS = 5


def _state(batch: ImportBatch) -> Any:
    return chip(STATE_TONES[batch.state], batch.get_state_display())


BATCHES: ListSpec[ImportBatch] = ListSpec(
    title="台账导入",
    columns=(
        Column(
            "file",
            "文件",
            value="file_name",
            link=lambda b: reverse("reports:batch-detail", args=[b.pk]),
            css="col-name",
        ),
        Column("state", "状态", value="get_state_display", sort=("state",), render=_state, css="nowrap"),
        Column("dry", "方式", value=lambda b: "只检查" if b.is_dry_run else "导入"),
        Column("errors", "错误", unit="处", value="error_count", kind=Kind.INTEGER, sort=("error_count",)),
        Column("by", "上传人", value="uploaded_by_name", sort=("uploaded_by_name",)),
        Column("uploaded", "上传", value="uploaded_at", kind=Kind.MOMENT, sort=("uploaded_at",)),
        Column(
            "finished", "完成", value="finished_at", kind=Kind.MOMENT, sort=("finished_at",), nullable=True
        ),
        Column("undone", "撤销", value="undone_at", kind=Kind.MOMENT, is_shown=False),
    ),
    default_sort="-uploaded",
    filterset=BatchFilter,
    search=("file_name__icontains", "uploaded_by_name__icontains"),
    search_label="文件或上传人",
    empty=Empty("还没有导入过台账", "下载模板，填好后上传；有错误时一次全部指出，不会写入一部分。"),
)


@requires(Capability.LEDGER_IMPORT, Capability.LEDGER_EXPORT)
@require_safe
def batch_list(request: ScopedRequest) -> HttpResponse:
    """What was uploaded, and the kept exports."""
    listing = BATCHES.build(request.GET, batches(), people=uploaders())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_import = request.assignment.allows(Capability.LEDGER_IMPORT)
    may_export = request.assignment.allows(Capability.LEDGER_EXPORT)
    actions = [Link("下载模板", reverse("reports:ledger-template"))]
    if may_export:
        actions.append(Link("导出全市台账", reverse("reports:export-start"), method="post"))
    if may_import:
        actions.append(Link("上传台账", reverse("reports:ledger-upload"), is_primary=True))
    context = {
        "listing": listing,
        "actions": actions,
        "files": list(exports()[:SHOWN_EXPORTS]) if may_export else [],
        "job": _card(request, running_export(request.user.pk), reverse("reports:batch-list")),
    }
    return render(request, "reports/batch_list.html", context)


def _card(request: ScopedRequest, job: Job | None, url: str) -> JobView | None:
    can_follow = request.assignment.allows(Capability.JOB_VIEW)
    if job is None:
        return None
    return job_view(job, url=url, can_follow=can_follow, can_retry=may_retry(job, request.assignment))


@requires(Capability.LEDGER_IMPORT)
@require_http_methods(["GET", "POST"])
def ledger_upload(request: ScopedRequest) -> HttpResponse:
    """Take a workbook; a job checks and writes it."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        form = UploadForm(request.POST, request.FILES)
        if form.is_valid():
            batch = _receive(request, form)
            return redirect("reports:batch-detail", pk=batch.pk)
    context = {
        "form": form,
        "max_bytes": settings.LEDGER_MAX_UPLOAD_BYTES,
        "crumbs": [Link("台账导入导出", reverse("reports:batch-list"))],
    }
    return render(request, "reports/ledger_upload.html", context, status=422 if form.errors else 200)


def _receive(request: ScopedRequest, form: UploadForm) -> ImportBatch:
    file, at = form.cleaned_data["workbook"], timezone.now()
    batch = receive_workbook(
        data=file.read(), file_name=file.name, dry_run=form.cleaned_data["dry_run"], by=request.user, at=at
    )
    enqueue_import(batch=batch, by=request.user, at=at)
    return batch


@requires(Capability.LEDGER_IMPORT, Capability.LEDGER_EXPORT)
@never_cache
@require_safe
def batch_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Progress while it waits; then counts, or every error of the workbook."""
    batch = get_object_or_404(ImportBatch.objects.defer("workbook", "marked_workbook"), pk=pk)
    own = reverse("reports:batch-detail", args=[pk])
    can_undo = batch.state == BatchState.IMPORTED and request.assignment.allows(Capability.LEDGER_IMPORT)
    page = request.GET.get("page", "")
    context = {
        "batch": batch,
        "job": _card(request, job_of(batch), own) if batch.state == BatchState.UPLOADED else None,
        "facts": _facts(batch),
        "counts": sheet_counts(batch),
        "remarks": batch.counts.get("remarks", []),
        "errors": error_page(
            batch,
            sheet=request.GET.get("sheet", ""),
            page=int(page) if page.isdecimal() and len(page) < 6 else 1,
        ),
        "chip": _state(batch),
        "may_mark": has_marked(batch) and request.assignment.allows(Capability.LEDGER_IMPORT),
        "actions": [Link("撤销这次导入", reverse("reports:batch-undo", args=[pk]), is_danger=True)]
        if can_undo
        else [],
        "crumbs": [Link("台账导入导出", reverse("reports:batch-list"))],
    }
    return render(request, "reports/batch_detail.html", context)


def _facts(batch: ImportBatch) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("方式", "只检查，不写入" if batch.is_dry_run else "检查无误后写入"),
        ("上传", f"{display.moment(batch.uploaded_at)} {batch.uploaded_by_name}"),
        ("完成", display.moment(batch.finished_at)),
        ("文件摘要（SHA-256）", display.short_hash(batch.sha256)),
    ]
    if batch.undone_at is not None:
        facts.append(("撤销", f"{display.moment(batch.undone_at)} {batch.undone_by_name}"))
    return facts


@requires(Capability.LEDGER_IMPORT)
@require_safe
def batch_marked(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The same workbook back, with the wrong cells marked and commented."""
    batch = get_object_or_404(ImportBatch.objects.all(), pk=pk)
    if batch.marked_workbook is None:
        raise Http404
    stem = batch.file_name.removesuffix(".xlsx")
    return _workbook(bytes(batch.marked_workbook), f"{stem}（标注错误）.xlsx")


@requires(Capability.LEDGER_IMPORT)
@require_http_methods(["GET", "POST"])
def batch_undo(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take an import back as a whole, after a confirmation."""
    batch = get_object_or_404(batches().filter(state=BatchState.IMPORTED), pk=pk)
    reasons: list[str] = []
    if request.method == "POST":
        try:
            undo_batch(batch_id=batch.pk, by=request.user, at=timezone.now())
        except BatchStandsFast as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"已撤销“{batch.file_name}”的导入。")
            return redirect("reports:batch-detail", pk=pk)
    context = {
        "batch": batch,
        "reasons": reasons,
        "facts": [("文件", batch.file_name), *_facts(batch)],
        "crumbs": [
            Link("台账导入导出", reverse("reports:batch-list")),
            Link(batch.file_name, reverse("reports:batch-detail", args=[pk])),
        ],
    }
    return render(request, "reports/batch_undo.html", context, status=409 if reasons else 200)


@requires(Capability.LEDGER_IMPORT, Capability.LEDGER_EXPORT)
@require_safe
def ledger_template(request: ScopedRequest) -> HttpResponse:
    """The empty workbook."""
    return _workbook(template(), "台账模板.xlsx")


@requires(Capability.LEDGER_EXPORT)
@require_POST
def export_start(request: ScopedRequest) -> HttpResponse:
    """Have the whole city's ledger written by a job; the page of ledgers shows the progress."""
    enqueue_export(by=request.user, at=timezone.now())
    return redirect("reports:batch-list")


@requires(Capability.LEDGER_EXPORT)
@require_safe
def export_download(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A kept export."""
    file = get_object_or_404(exports().defer(None), pk=pk)
    return _workbook(bytes(file.workbook), file.file_name)


def _workbook(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=MIME)
    response["Content-Disposition"] = f"attachment; filename=\"ledger.xlsx\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
