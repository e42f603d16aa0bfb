"""Pages of official documents: list, page, editing, review, sign-off, withdrawal, files."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.columns import Column, Kind
from core.components import Empty, Link, chip
from core.errors import DomainError
from core.listing import ListSpec
from reports.filters import DocumentFilter
from reports.forms import ProseForm, ReasonForm, SignOffForm
from reports.models import Delivery, Document, DocumentPreview
from reports.selectors.document_page import TONES, allowed_acts, document_months, steps_of
from reports.selectors.jobs import job_view, may_retry
from reports.services import documents as service
from reports.services.month_documents import draft_for_subject
from reports.services.previews import preview_is_current, request_preview
from tenancy.models import Job

_VIEW = Capability.DOCUMENT_VIEW


def _state(document: Any) -> Any:
    return chip(TONES[document.state], document.get_state_display())


DOCUMENTS: ListSpec[Document] = ListSpec(
    title="公文",
    key="documents",
    columns=(
        Column(
            "title",
            "标题",
            link=lambda d: reverse("reports:document-detail", args=[d.pk]),
            sort=("title",),
            css="col-wide",
        ),
        Column("number", "发文字号", sort=("year", "serial"), nullable=True, css="nowrap"),
        Column("kind", "文种", value="get_kind_display", sort=("kind",), css="nowrap"),
        Column("month", "月份", kind=Kind.MONTH, sort=("month",), nullable=True),
        Column("state", "状态", value="get_state_display", render=_state, sort=("state",), css="nowrap"),
        Column("drafted", "拟稿", value="drafted_at", kind=Kind.DATE, sort=("drafted_at",)),
        Column("author", "拟稿人", value="drafted_by_name", is_shown=False),
        Column("signer", "签发人", value="signed_by_name"),
        Column("dated", "成文日期", value="dated_on", kind=Kind.DATE, sort=("dated_on",), nullable=True),
        Column("sha256", "文件校验值", value="pdf_sha256", is_shown=False),
    ),
    default_sort="-drafted",
    filterset=DocumentFilter,
    search=("title__icontains", "number__icontains"),
    search_latin=("title_initials__contains",),
    search_label="标题、文号或拼音首字母",
    empty=Empty("还没有公文", "月份结账后自动起草通报；通知书和函件从各自页面起草。"),
)


@requires(_VIEW)
@require_safe
def document_list(request: ScopedRequest) -> HttpResponse:
    """All documents that the reader may see."""
    rows = Document.objects.defer("content", "facts", "prose")
    listing = DOCUMENTS.build(request.GET, rows, months=document_months())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "reports/document_list.html", {"listing": listing})


@requires(_VIEW)
@require_safe
def document_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One document: steps, print, deliveries, acts."""
    document = get_object_or_404(Document.objects.select_related("series"), pk=pk)
    context = {
        "document": document,
        "steps": steps_of(document),
        "state_chip": _state(document),
        "allowed": allowed_acts(document, request),
        "deliveries": Delivery.objects.filter(document=document).select_related(
            "jurisdiction", "organization"
        ),
        "sections": [] if document.content else service.sections_of(document),
        "preview_is_current": not document.content and preview_is_current(document),
        "has_preview": DocumentPreview.objects.filter(document=document).exists(),
        "job": _live_job(request, document),
        "crumbs": [Link("公文", reverse("reports:document-list"))],
    }
    return render(request, "reports/document_detail.html", context)


def _live_job(request: ScopedRequest, document: Document) -> Any:
    job = (
        Job.objects.filter(kind__in=["preview_document", "issue_document"], key__startswith=f"{document.id}-")
        .exclude(state="DONE")
        .order_by("-created_at")
        .first()
    )
    if job is None:
        return None
    can_follow = request.assignment.allows(Capability.JOB_VIEW)
    return job_view(job, can_follow=can_follow, can_retry=may_retry(job, request.assignment))


@requires(Capability.DOCUMENT_DRAFT)
@require_http_methods(["GET", "POST"])
def document_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change the wording of a draft."""
    document = get_object_or_404(Document, pk=pk)
    form = ProseForm(document, request.POST or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            service.edit_prose(document_id=pk, prose=form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "文字已保存。")
            return redirect("reports:document-detail", pk=pk)
    context = {"document": document, "form": form, "error": error, "crumbs": _crumbs(document)}
    return render(request, "reports/document_edit.html", context, status=422 if form.errors or error else 200)


def _crumbs(document: Document) -> list[Link]:
    return [
        Link("公文", reverse("reports:document-list")),
        Link(document.title, reverse("reports:document-detail", args=[document.pk])),
    ]


def _act(request: ScopedRequest, pk: uuid.UUID, verb: Callable[..., Any], done: str) -> HttpResponse:
    """Run a verb that needs nothing but the document; a refusal becomes a message on its page."""
    get_object_or_404(Document, pk=pk)
    try:
        verb(document_id=pk, by=request.user, at=timezone.now())
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return redirect("reports:document-detail", pk=pk)


@requires(Capability.DOCUMENT_DRAFT)
@require_POST
def document_submit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Draft → review."""
    return _act(request, pk, service.submit_document, "已送审。")


@requires(Capability.DOCUMENT_REVIEW)
@require_POST
def document_review(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Review → reviewed."""
    return _act(request, pk, service.review_document, "审核通过，等待签发。")


@requires(Capability.DOCUMENT_DRAFT, Capability.DOCUMENT_REVIEW, Capability.DOCUMENT_SIGN)
@require_POST
def document_preview_request(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask a worker to print the draft."""
    document = get_object_or_404(Document, pk=pk)
    request_preview(document=document, by=request.user, at=timezone.now())
    return redirect("reports:document-detail", pk=pk)


def _confirm(
    request: ScopedRequest, document: Document, form: forms.Form, act: Callable[[], str], page: dict[str, Any]
) -> HttpResponse:
    """A confirm page: shows the question, runs the act on POST, keeps the form when it is refused."""
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, act())
        except DomainError as refusal:
            error = str(refusal)
        else:
            return redirect("reports:document-detail", pk=document.pk)
    context = {
        "document": document,
        "form": form,
        "error": error,
        "cancel_url": reverse("reports:document-detail", args=[document.pk]),
        "crumbs": _crumbs(document),
        **page,
    }
    return render(
        request, "reports/document_confirm.html", context, status=422 if form.errors or error else 200
    )


def _facts(document: Document) -> list[tuple[str, str]]:
    return [
        ("标题", document.title),
        ("文种", document.get_kind_display()),
        ("拟稿人", document.drafted_by_name),
    ]


@requires(Capability.DOCUMENT_SIGN)
@require_http_methods(["GET", "POST"])
def document_sign(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm page of the sign-off."""
    document = get_object_or_404(Document, pk=pk)
    form = SignOffForm(timezone.localdate(), request.POST or None)

    def act() -> str:
        dated_on: dt.date = form.cleaned_data["dated_on"]
        service.request_sign_off(document_id=pk, dated_on=dated_on, by=request.user, at=timezone.now())
        return "已签发，正在编号排版；完成后自动显示文号和文件。"

    page = {
        "question": f"签发《{document.title}》",
        "facts": [
            *_facts(document),
            ("审核人", document.reviewed_by_name),
            ("机关代字", document.series.code),
        ],
        "warning": "签发后即编号印发并送达，内容不能再改；如有错误只能撤回并另发更正。",
        "submit": "签发",
    }
    return _confirm(request, document, form, act, page)


@requires(Capability.DOCUMENT_REVIEW, Capability.DOCUMENT_SIGN)
@require_http_methods(["GET", "POST"])
def document_return(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm page of sending a document back to its author."""
    document = get_object_or_404(Document, pk=pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        service.return_document(document_id=pk, reason=reason, by=request.user, at=timezone.now())
        return "已退回拟稿人。"

    page = {"question": f"退回《{document.title}》", "facts": _facts(document), "submit": "退回拟稿人"}
    return _confirm(request, document, form, act, page)


@requires(Capability.DOCUMENT_WITHDRAW)
@require_http_methods(["GET", "POST"])
def document_withdraw(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm page of the withdrawal."""
    document = get_object_or_404(Document, pk=pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        service.withdraw_document(document_id=pk, reason=reason, by=request.user, at=timezone.now())
        return "已撤回；原文和文号保留备查。"

    page = {
        "question": f"撤回{document.number}",
        "facts": _facts(document),
        "warning": "撤回后原文仍可查阅并标明已撤回，文号不再使用；需要时另发更正文件。",
        "submit": "撤回公文",
        "is_danger": True,
    }
    return _confirm(request, document, form, act, page)


@requires(Capability.DOCUMENT_DRAFT)
@require_http_methods(["GET", "POST"])
def document_discard(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm page of putting a draft away."""
    document = get_object_or_404(Document, pk=pk)
    form = ReasonForm(request.POST or None)

    def act() -> str:
        reason = form.cleaned_data["reason"]
        service.discard_draft(document_id=pk, reason=reason, by=request.user, at=timezone.now())
        return "草稿已废止；可以为该事项重新起草。"

    page = {
        "question": f"废止草稿《{document.title}》",
        "facts": _facts(document),
        "submit": "废止草稿",
        "is_danger": True,
    }
    return _confirm(request, document, form, act, page)


@requires(_VIEW)
@require_safe
@xframe_options_sameorigin
def document_pdf(request: ScopedRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The issued file, or the newest preview of a draft. `?download=1` saves it under its title."""
    document = get_object_or_404(Document, pk=pk)
    if document.pdf_sha256:
        try:
            pdf = service.stored_pdf(document)
        except service.FileAltered as altered:
            return render(request, "errors/409.html", {"sentence": str(altered)}, status=409)
        name = f"{document.number}{document.title}.pdf"
    else:
        preview = DocumentPreview.objects.filter(document=document).first()
        if preview is None:
            raise Http404
        pdf, name = bytes(preview.pdf), f"草稿-{document.title}.pdf"
    response = HttpResponse(pdf, content_type="application/pdf")
    disposition = "attachment" if request.GET.get("download") else "inline"
    response["Content-Disposition"] = f"{disposition}; filename*=UTF-8''{quote(name)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@requires(_VIEW)
@require_POST
def delivery_acknowledge(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """签收 by the county or unit that the document was delivered to."""
    delivery = get_object_or_404(Delivery, pk=pk)
    if request.scope.county_id is None and not request.scope.organization_uscc:
        messages.error(request, "只有收文单位可以签收。")
    else:
        service.acknowledge_delivery(delivery_id=pk, by=request.user, at=timezone.now())
        messages.success(request, "已签收。")
    return redirect("reports:document-detail", pk=delivery.document_id)


@requires(_VIEW)
@require_http_methods(["GET", "POST"])
def document_for_subject(request: ScopedRequest, subject_kind: str, subject_id: uuid.UUID) -> HttpResponse:
    """Lead from a notice, interview, letter or run to its document; drafters may make the draft by POST."""
    documents = Document.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
    live = documents.exclude(state__in=["WITHDRAWN", "DISCARDED"]).first()
    if live is not None:
        return redirect("reports:document-detail", pk=live.pk)
    may_draft = request.assignment.allows(Capability.DOCUMENT_DRAFT)
    if request.method == "POST" and may_draft:
        return _draft(request, subject_kind, subject_id)
    context = {
        "may_draft": may_draft,
        "former": documents,
        "crumbs": [Link("公文", reverse("reports:document-list"))],
    }
    return render(request, "reports/document_none.html", context)


def _draft(request: ScopedRequest, subject_kind: str, subject_id: uuid.UUID) -> HttpResponse:
    try:
        document = draft_for_subject(
            subject_kind=subject_kind, subject_id=subject_id, by=request.user, at=timezone.now()
        )
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("reports:document-list")
    return redirect("reports:document-detail", pk=document.pk)
