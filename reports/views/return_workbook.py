"""The monthly return as a workbook: template, upload, errors beside their rows, preview, write, undo."""

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
from core.components import Link, chip
from core.errors import DomainError
from core.xlsx import MIME
from projects.models import MonthlyReturn
from reports.enums import UploadState
from reports.forms import ReturnUploadForm
from reports.models import ReturnUpload
from reports.returns.ground import load_ground
from reports.returns.template import template_workbook
from reports.returns.uploads import (
    UploadChanged,
    UploadStandsFast,
    apply_upload,
    correct_upload,
    enqueue_reading,
    marked_workbook,
    receive_upload,
    review_of,
    undo_upload,
)
from reports.selectors.jobs import job_view, may_retry
from reports.selectors.return_uploads import (
    STATE_TONES,
    UploadPage,
    job_of_upload,
    upload_page,
    uploads_of,
)

_MOST_CORRECTIONS = 2_000


def _return(pk: uuid.UUID) -> MonthlyReturn:
    found: MonthlyReturn = get_object_or_404(MonthlyReturn.objects.select_related("jurisdiction"), pk=pk)
    return found


def _upload(pk: uuid.UUID) -> ReturnUpload:
    rows = ReturnUpload.objects.defer("workbook").select_related("monthly_return__jurisdiction")
    found: ReturnUpload = get_object_or_404(rows, pk=pk)
    return found


def _title(return_: MonthlyReturn) -> str:
    return f"{display.month_cn(return_.month)}质量监督月报 · {return_.jurisdiction.short_name}"


def _crumbs(return_: MonthlyReturn, *, within: bool = False) -> list[Link]:
    links = [
        Link("月报", reverse("returns:return-list")),
        Link(display.month_cn(return_.month), reverse("returns:return-detail", args=[return_.pk])),
    ]
    if within:
        links.append(Link("Excel 填报", reverse("reports:return-upload", args=[return_.pk])))
    return links


def _template_link(return_: MonthlyReturn) -> Link:
    return Link("下载模板", reverse("reports:return-template", args=[return_.pk]))


@requires(Capability.RETURN_FILL)
@never_cache
@require_safe
def return_template(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The workbook of this county and month, filled with what the draft holds; 404 where nothing is being filled in."""
    return_ = _return(pk)
    ground = load_ground(return_, at=timezone.now())
    if ground.version == 0:
        raise Http404
    name = f"{return_.jurisdiction.name}{display.month_cn(return_.month)}月报.xlsx"
    return _workbook(template_workbook(ground), name)


@requires(Capability.RETURN_FILL)
@require_http_methods(["GET", "POST"])
def return_upload(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a workbook; a job reads it. Earlier workbooks of the return stand below."""
    return_ = _return(pk)
    form = ReturnUploadForm()
    if request.method == "POST":
        form = ReturnUploadForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                upload = _receive(request, return_, form)
                return redirect("reports:return-upload-detail", pk=upload.pk)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
    ground = load_ground(return_, at=timezone.now())
    context = {
        "title": _title(return_),
        "form": form,
        "max_bytes": settings.LEDGER_MAX_UPLOAD_BYTES,
        "is_open": ground.open.is_editable,
        "lock_reason": ground.open.reason,
        "uploads": uploads_of(return_),
        "actions": [_template_link(return_)] if ground.version else [],
        "back_url": reverse("returns:return-detail", args=[return_.pk]),
        "crumbs": _crumbs(return_),
    }
    return render(request, "reports/return_upload.html", context, status=422 if form.errors else 200)


def _receive(request: ScopedRequest, return_: MonthlyReturn, form: ReturnUploadForm) -> ReturnUpload:
    file, at = form.cleaned_data["workbook"], timezone.now()
    upload = receive_upload(
        return_id=return_.pk, data=file.read(), file_name=file.name, by=request.user, at=at
    )
    enqueue_reading(upload=upload, by=request.user, at=at)
    return upload


@requires(Capability.RETURN_FILL)
@never_cache
@require_safe
def return_upload_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Progress while it is read; then every error beside its row, and the changes before they are written."""
    return _detail(request, _upload(pk))


def _detail(
    request: ScopedRequest, upload: ReturnUpload, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    return_ = upload.monthly_return
    page = _page(upload) if upload.state == UploadState.READ else None
    context = {
        "title": _title(return_),
        "upload": upload,
        "page": page,
        "refusal": refusal,
        "job": _card(request, upload) if upload.state == UploadState.UPLOADED else None,
        "chip": chip(STATE_TONES[upload.state], upload.get_state_display()),
        "facts": _facts(upload),
        "actions": _actions(upload, page),
        "back_url": reverse("returns:return-detail", args=[return_.pk]),
        "crumbs": _crumbs(return_, within=True),
    }
    return render(request, "reports/return_upload_detail.html", context, status=status)


def _page(upload: ReturnUpload) -> UploadPage:
    return upload_page(review_of(upload, at=timezone.now()))


def _card(request: ScopedRequest, upload: ReturnUpload) -> Any:
    job = job_of_upload(upload)
    if job is None:
        return None
    return job_view(
        job,
        url=reverse("reports:return-upload-detail", args=[upload.pk]),
        can_follow=request.assignment.allows(Capability.JOB_VIEW),
        can_retry=may_retry(job, request.assignment),
    )


def _actions(upload: ReturnUpload, page: UploadPage | None) -> list[Link]:
    links = []
    if page is not None and page.error_count:
        links.append(Link("下载标注错误的文件", reverse("reports:return-upload-marked", args=[upload.pk])))
    if upload.state == UploadState.APPLIED:
        links.append(
            Link("撤销写入", reverse("reports:return-upload-undo", args=[upload.pk]), is_danger=True)
        )
    again = reverse("reports:return-upload", args=[upload.monthly_return_id])
    return [*links, Link("重新上传", again)]


def _facts(upload: ReturnUpload) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("文件", upload.file_name),
        ("上传", f"{display.moment(upload.uploaded_at)} {upload.uploaded_by_name}"),
    ]
    if upload.applied_at is not None:
        count = display.number(len(upload.written))
        facts.append(
            ("写入", f"{display.moment(upload.applied_at)} {upload.applied_by_name}，{count} 处改动")
        )
    if upload.undone_at is not None:
        facts.append(("撤销", f"{display.moment(upload.undone_at)} {upload.undone_by_name}"))
    return facts


@requires(Capability.RETURN_FILL)
@require_POST
def return_upload_correct(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put cells right: `r5-award_price_wan_yuan=3862.5`; `drop=9` leaves a row out. Then everything is checked again."""
    upload = _upload(pk)
    try:
        correct_upload(
            upload_id=upload.pk,
            texts=_texts(request),
            dropped=_dropped(request),
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        return _detail(request, upload, refusal=str(refusal), status=409)
    return redirect("reports:return-upload-detail", pk=pk)


def _texts(request: ScopedRequest) -> dict[tuple[int, str], str]:
    texts = {}
    for key, text in list(request.POST.items())[:_MOST_CORRECTIONS]:
        row, dash, name = key.partition("-")
        number = row.removeprefix("r")
        if dash and row.startswith("r") and number.isascii() and number.isdigit() and len(number) < 7:
            texts[int(number), name] = str(text)
    return texts


def _dropped(request: ScopedRequest) -> set[int]:
    given = request.POST.getlist("drop")
    return {int(one) for one in given if one.isascii() and one.isdigit() and len(one) < 7}


@requires(Capability.RETURN_FILL)
@require_POST
def return_upload_apply(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Write what the page showed."""
    upload = _upload(pk)
    digest = request.POST.get("digest", "")
    try:
        apply_upload(upload_id=upload.pk, digest=digest, by=request.user, at=timezone.now())
    except UploadChanged as refusal:
        return _detail(request, upload, refusal=str(refusal), status=409)
    except DomainError as refusal:
        return _detail(request, _upload(pk), refusal=str(refusal), status=409)
    written = _upload(pk)
    messages.success(request, f"已写入 {len(written.written)} 处改动。")
    return redirect("reports:return-upload-detail", pk=pk)


@requires(Capability.RETURN_FILL)
@require_http_methods(["GET", "POST"])
def return_upload_undo(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put back what the fields held, after a confirmation."""
    upload = _upload(pk)
    if upload.state != UploadState.APPLIED:
        raise Http404
    reasons: list[str] = []
    if request.method == "POST":
        try:
            undo_upload(upload_id=upload.pk, by=request.user, at=timezone.now())
        except UploadStandsFast as refusal:
            reasons = refusal.reasons
        else:
            messages.success(request, f"已撤销“{upload.file_name}”的写入。")
            return redirect("reports:return-upload-detail", pk=pk)
    context = {
        "upload": upload,
        "reasons": reasons,
        "facts": _facts(upload),
        "back_url": reverse("reports:return-upload-detail", args=[pk]),
        "crumbs": _crumbs(upload.monthly_return, within=True),
    }
    return render(request, "reports/return_upload_undo.html", context, status=409 if reasons else 200)


@requires(Capability.RETURN_FILL)
@never_cache
@require_safe
def return_upload_marked(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The same workbook back with its wrong cells marked."""
    upload = get_object_or_404(ReturnUpload.objects.filter(state=UploadState.READ), pk=pk)
    stem = upload.file_name.removesuffix(".xlsx")
    return _workbook(marked_workbook(upload, at=timezone.now()), f"{stem}（标注错误）.xlsx")


def _workbook(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=MIME)
    response["Content-Disposition"] = f"attachment; filename=\"return.xlsx\"; filename*=UTF-8''{quote(name)}"
    response["Cache-Control"] = "no-store"
    return response
