"""检查审批表, 检查通知书, 登记表, 检查记录: have one printed, follow the job, take the file."""

from __future__ import annotations

import uuid

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.filestore import file_response
from inspections.models import Inspection
from inspections.views.visit_parts import crumbs_of
from reports.selectors.arranging_sheets import (
    APPROVAL,
    NOTICE,
    RECORD,
    REGISTER,
    SHEET_KIND,
    TITLES,
)
from reports.selectors.prints import kept_print, prints_of
from reports.services.arranging_sheets import AREA, Sheet, enqueue_sheet, sheet_of
from tenancy.enums import JobState
from tenancy.models import Job

VIEW = Capability.INSPECTION_VIEW


def _row(sheet: str, pk: uuid.UUID) -> Sheet:
    try:
        return sheet_of(sheet, pk)
    except ObjectDoesNotExist as error:
        raise Http404 from error


@requires(VIEW)
@require_http_methods(["GET", "POST"])
def approval_sheet(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """检查审批表 of one approval."""
    return _page(request, APPROVAL, pk, reverse("reports:approval-sheet", args=[pk]))


@requires(VIEW)
@require_http_methods(["GET", "POST"])
def notice_sheet(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """检查通知书 to one firm."""
    return _page(request, NOTICE, pk, reverse("reports:notice-sheet", args=[pk]))


@requires(VIEW)
@require_http_methods(["GET", "POST"])
def register_sheet(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """执法检查登记表 of one inspection."""
    return _page(request, REGISTER, pk, reverse("reports:register-sheet", args=[pk]))


@requires(VIEW)
@require_http_methods(["GET", "POST"])
def record_sheet(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """检查记录 of one inspection."""
    return _page(request, RECORD, pk, reverse("reports:record-sheet", args=[pk]))


def _page(request: ScopedRequest, sheet: str, pk: uuid.UUID, here: str) -> HttpResponse:
    row = _row(sheet, pk)
    if request.method == "POST":
        enqueue_sheet(sheet=sheet, row=row, by=request.user, at=timezone.now())
        return redirect(here)
    prints = prints_of(SHEET_KIND, f"{sheet}:{pk}:", request.assignment, url=here)
    inspection = row if isinstance(row, Inspection) else row.inspection
    context = {
        "title": TITLES[sheet],
        "note": f"{row.number} {inspection.project.name}",
        "job": prints.card,
        "files": prints.files,
        "actions": [Link(f"打印{TITLES[sheet]}", here, method="post", is_primary=True)],
        "crumbs": crumbs_of(inspection),
    }
    return render(request, "reports/inspection_form.html", context)


@requires(VIEW)
@require_safe
def sheet_download(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A printed file; whoever may not see its inspection does not get it."""
    job = get_object_or_404(Job, pk=pk, kind=SHEET_KIND, state=JobState.DONE)
    sheet = job.payload["sheet"]
    row = _row(sheet, uuid.UUID(job.payload["row"]))
    found = kept_print(job, area=AREA)
    if found is None:
        raise Http404
    data, kind = found
    return file_response(data, kind, f"{TITLES[sheet]}_{row.number}")
