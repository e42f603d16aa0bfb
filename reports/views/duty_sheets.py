"""履职检查评分表: have it printed, follow the job, take the file."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.filestore import file_response
from reports.selectors.prints import kept_print, prints_of
from reports.services.duty_sheets import AREA, KIND, enqueue_duty_sheet
from scoring.selectors.duty_page import visible_duties
from tenancy.enums import JobState
from tenancy.models import Job


@requires(Capability.SCORE_VIEW)
@require_http_methods(["GET", "POST"])
def duty_print(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """What was printed of a sheet, and a button that prints it as it stands now."""
    row = get_object_or_404(visible_duties(), pk=pk)
    here = reverse("reports:duty-print", args=[pk])
    if request.method == "POST":
        enqueue_duty_sheet(row=row, by=request.user, at=timezone.now())
        return redirect(here)
    prints = prints_of(KIND, f"{row.pk}:", request.assignment, url=here)
    context = {
        "title": "履职检查评分表",
        "note": f"{row.number} {row.jurisdiction.short_name}",
        "job": prints.card,
        "files": prints.files,
        "file_view": "reports:duty-print-file",
        "actions": [Link("打印履职检查评分表", here, method="post", is_primary=True)],
        "crumbs": [
            Link("履职检查", reverse("duty:list")),
            Link(row.number, reverse("scoring:duty-detail", args=[pk])),
        ],
    }
    return render(request, "reports/inspection_form.html", context)


@requires(Capability.SCORE_VIEW)
@require_safe
def duty_print_file(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A printed sheet; whoever may not see its inspection does not get it."""
    job = get_object_or_404(Job, pk=pk, kind=KIND, state=JobState.DONE)
    row = get_object_or_404(visible_duties(), pk=job.payload["duty"])
    found = kept_print(job, area=AREA)
    if found is None:
        raise Http404
    data, kind = found
    return file_response(data, kind, f"履职检查评分表_{row.number}")
