"""The rubric in force."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Empty
from core.month import ReportingMonth
from scoring.models import RubricVersion
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
