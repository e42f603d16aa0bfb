"""The rubric in force, and duty inspections."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Empty, Link
from core.month import ReportingMonth
from inspections.models import DutyInspection
from scoring.models import RubricVersion
from scoring.selectors.duty_page import duty_page
from scoring.selectors.rubric_page import rubric_page


@requires(Capability.SCORE_VIEW)
@require_safe
def rubric_detail(request: ScopedRequest) -> HttpResponse:
    """The version in force today, or the one that `?version=` names."""
    versions = list(RubricVersion.objects.order_by("-effective_from"))
    this_month = ReportingMonth.of(timezone.localdate()).first
    shown = next((one for one in versions if str(one.pk) == request.GET.get("version")), None)
    shown = shown or next((one for one in versions if one.effective_from <= this_month), None)
    context = {
        "versions": versions,
        "version": shown,
        "page": rubric_page(shown) if shown else None,
        "empty": Empty("还没有评分细则", "载入评分细则后才能结账。"),
    }
    return render(request, "scoring/rubric.html", context)


@requires(Capability.SCORE_VIEW)
@require_safe
def duty_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One duty inspection: the scored sheet."""
    row = get_object_or_404(DutyInspection.objects.select_related("jurisdiction"), pk=pk)
    month = ReportingMonth.of(row.concluded_on)
    score_url = reverse("scoring:score-detail", args=[row.jurisdiction.code, month])
    context = {
        "row": row,
        "page": duty_page(row),
        "month": month,
        "crumbs": [Link(f"{row.jurisdiction.short_name}{month.label}", score_url)],
    }
    return render(request, "scoring/duty_detail.html", context)
