"""What stays of a return: its files, its versions side by side or as they were, what was said about it, its print."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Max
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, forbidden, requires
from accounts.roles import Capability
from core import display
from core.components import Link
from core.errors import DomainError
from core.filestore import MAX_BYTES
from projects.enums import AttachmentKind
from projects.forms.returns import FileForm, ReasonForm
from projects.models import Attachment, MonthlyReturn, ReturnReopening, ReturnVersion
from projects.return_cells import column_head, paper_row_html, reopening_chip
from projects.rules.returns import RETURN_FIELDS
from projects.selectors.returns.grid import Grid, return_grid
from projects.selectors.returns.history import History, return_history, words_of_fields
from projects.selectors.returns.pages import header_pairs
from projects.selectors.returns.versions import compare
from projects.services.attachments import attach_file, detach_file
from projects.views.return_head import asked_return, is_editable, page_links, return_crumbs, return_head
from projects.views.returns import GridTable

PAPER_COLUMNS = 12


@requires(Capability.RETURN_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def return_files(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The attachments; the filler adds some while the return is open."""
    return_, grid = asked_return(request, pk)
    may_change = is_editable(request, grid)
    if request.method == "POST" and not request.assignment.allows(Capability.RETURN_FILL):
        return forbidden(request, (Capability.RETURN_FILL,))
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    error = "" if may_change or request.method != "POST" else f"{grid.lock_reason}。"
    if request.method == "POST" and may_change and form.is_valid():
        error = _attach(request, return_, form)
        if not error:
            messages.success(request, "附件已上传。")
            return redirect("returns:return-files", pk=return_.pk)
    context = {
        "head": return_head(request, grid, "files"),
        "files": list(return_.attachments.all()),
        "submitted_at": return_.versions.aggregate(last=Max("submitted_at"))["last"],
        "may_change": may_change,
        "form": form,
        "error": error,
        "max_bytes": MAX_BYTES,
        "actions": page_links(request, return_),
        "crumbs": return_crumbs(return_),
    }
    status = 422 if error or form.errors else 200
    return render(request, "projects/returns/return_files.html", context, status=status)


def _attach(request: ScopedRequest, return_: MonthlyReturn, form: FileForm) -> str:
    """The refusal, "" when it was attached."""
    file = form.cleaned_data["file"]
    try:
        attach_file(
            kind=AttachmentKind.RETURN,
            title=form.cleaned_data["title"],
            file_name=file.name,
            data=file.read(),
            monthly_return=return_,
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        return str(refusal)
    return ""


def _detach(request: ScopedRequest, attachment: Attachment, form: ReasonForm) -> str:
    """The refusal, "" when it was taken off."""
    try:
        detach_file(
            attachment_id=attachment.pk,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        return str(refusal)
    return ""


@requires(Capability.RETURN_FILL)
@require_http_methods(["GET", "HEAD", "POST"])
def return_file_remove(request: ScopedRequest, pk: uuid.UUID, file: uuid.UUID) -> HttpResponse:
    """Take a wrong file off while the return is open; what was submitted stays."""
    return_, grid = asked_return(request, pk)
    attachment = get_object_or_404(Attachment, pk=file, monthly_return=return_)
    form = ReasonForm(request.POST) if request.method == "POST" else ReasonForm()
    error = "" if is_editable(request, grid) else f"{grid.lock_reason}。"
    if request.method == "POST" and form.is_valid() and not error:
        error = _detach(request, attachment, form)
        if not error:
            messages.success(request, "附件已移除。")
            return redirect("returns:return-files", pk=return_.pk)
    context = {
        "title": f"移除附件“{attachment.title}”",
        "form": form,
        "error": error,
        "facts": [
            ("文件", attachment.file_name),
            ("上传", f"{attachment.uploaded_by_name} {display.moment(attachment.uploaded_at)}"),
        ],
        "submit": "移除附件",
        "is_danger": True,
        "cancel_url": reverse("returns:return-files", args=[return_.pk]),
        "crumbs": return_crumbs(return_),
    }
    status = 422 if form.errors or (error and request.method == "POST") else 200
    return render(request, "projects/returns/return_confirm.html", context, status=status)


@dataclass(frozen=True)
class ReopeningRow:
    """A request to correct, in words."""

    row: ReturnReopening
    chip: SafeString
    fields: str


@requires(Capability.RETURN_VIEW)
@require_safe
def return_history_page(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Versions, comments, remarks, reopenings and the course of things."""
    return_, grid = asked_return(request, pk)
    history = return_history(return_)
    context = {
        "head": return_head(request, grid, "history"),
        "history": history,
        "reopenings": [
            ReopeningRow(row, reopening_chip(row), words_of_fields(row.fields, history.project_names))
            for row in history.reopenings
        ],
        "actions": [*_reopen_link(request, return_, history), *page_links(request, return_)],
        "crumbs": return_crumbs(return_),
    }
    return render(request, "projects/returns/return_history.html", context)


def _reopen_link(request: ScopedRequest, return_: MonthlyReturn, history: History) -> list[Link]:
    may = request.assignment.allows(Capability.RETURN_FILL) or request.assignment.allows(
        Capability.RETURN_REVIEW
    )
    if not may or not history.may_reopen:
        return []
    return [Link("申请补正", reverse("returns:return-reopen", args=[return_.pk]))]


@requires(Capability.RETURN_VIEW)
@require_safe
def return_compare(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Any two versions field by field: `?a=1&b=2`; without numbers the newest two."""
    return_, grid = asked_return(request, pk)
    numbers = list(return_.versions.order_by("-number").values_list("number", flat=True)[:2])
    if not numbers:
        raise Http404
    before = _version(return_, request.GET.get("a", str(numbers[-1])))
    after = _version(return_, request.GET.get("b", str(numbers[0])))
    context = {
        "head": return_head(request, grid, "history"),
        "comparison": compare(before, after),
        "actions": page_links(request, return_),
        "crumbs": return_crumbs(return_),
    }
    return render(request, "projects/returns/return_compare.html", context)


def _version(return_: MonthlyReturn, number: str) -> ReturnVersion:
    if not (number.isascii() and number.isdigit() and len(number) < 5):
        raise Http404
    return get_object_or_404(return_.versions.select_related("monthly_return"), number=int(number))


@requires(Capability.RETURN_VIEW)
@require_safe
def return_version(request: ScopedRequest, pk: uuid.UUID, number: int) -> HttpResponse:
    """One version as it was submitted, whatever came after it."""
    return_ = get_object_or_404(MonthlyReturn.objects.select_related("jurisdiction"), pk=pk)
    version = _version(return_, str(number))
    grid = return_grid(return_, at=timezone.now(), version=version)
    return _paper(request, return_, grid, f"第 {number} 版")


@requires(Capability.RETURN_VIEW)
@require_safe
def return_print(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The whole return on paper: everything at once, no controls."""
    return_, grid = asked_return(request, pk)
    return _paper(request, return_, grid, f"第 {grid.version.number} 版" if grid.version else "")


def _paper(request: ScopedRequest, return_: MonthlyReturn, grid: Grid, which: str) -> HttpResponse:
    version = grid.version
    submitted = version.submitted_at if version is not None else None
    files = return_.attachments.all()
    context = {
        "title": f"{display.month_cn(return_.month)}质量监督月报 · {return_.jurisdiction.short_name}",
        "note": f"{which}，{f'{display.moment(submitted)} 报送' if submitted else '填报中，未报送'}",
        "facts": [
            ("县（市、区）", return_.jurisdiction.name),
            ("月份", display.month_cn(return_.month)),
            ("填报人", return_.filler_name),
            ("审核人", return_.reviewer_name),
            ("联系电话", return_.phone),
            ("报送期限", display.day(return_.due_on)),
            ("首次报送", display.moment(return_.first_submitted_at)),
            ("零报告", return_.nil_statement or "否"),
            ("计分栏目完整率", f"{grid.completeness.filled} / {grid.completeness.total}"),
        ],
        "header": header_pairs(grid),
        "tables": list(_tables(grid)),
        "files": list(files.filter(uploaded_at__lte=submitted) if submitted else files),
        "crumbs": return_crumbs(return_),
    }
    return render(request, "projects/returns/return_version.html", context)


def _tables(grid: Grid) -> Iterator[GridTable]:
    """The lines in two tables, so that a sheet of paper carries them."""
    for fields in (RETURN_FIELDS[:PAPER_COLUMNS], RETURN_FIELDS[PAPER_COLUMNS:]):
        names = [one.name for one in fields]
        rows = [paper_row_html(row, names) for row in grid.rows]
        yield GridTable([column_head(one) for one in fields], rows, f"工程明细：{fields[0].label}等")
