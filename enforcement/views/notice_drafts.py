"""Drafting 整改通知书 from the confirmed findings of an inspection."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.errors import DomainError
from enforcement.enums import NoticeState
from enforcement.models import NoticeFinding
from enforcement.selectors.terms import default_requirement
from enforcement.services.notice_drafts import draft_notices
from inspections.enums import FindingState
from inspections.models import Finding, Inspection
from inspections.views.visit_parts import crumbs_of, detail_url, inspection_of


@requires(Capability.NOTICE_EDIT)
@require_http_methods(["GET", "POST"])
def notice_draft(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Choose among the confirmed findings that are on no notice yet; one draft for each addressee."""
    inspection = inspection_of(pk)
    findings = list(
        Finding.objects.filter(inspection=inspection, state=FindingState.CONFIRMED)
        .exclude(notice_items__in=_live_items(inspection))
        .select_related("organization")
        .order_by("organization__name", "number")
    )
    chosen = set(request.POST.getlist("finding")) if request.method == "POST" else None
    error = ""
    if chosen is not None:
        try:
            ids = [finding.pk for finding in findings if str(finding.pk) in chosen]
            notices = draft_notices(finding_ids=ids, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已起草 {len(notices)} 份整改通知书，请逐份起草公文。")
            is_one = len(notices) == 1
            return redirect(
                reverse("enforcement:notice-detail", args=[notices[0].pk])
                if is_one
                else reverse("enforcement:notice-list")
            )
    context = {
        "inspection": inspection,
        "lines": [
            (finding, default_requirement(finding.severity), chosen is None or str(finding.pk) in chosen)
            for finding in findings
        ],
        "error": error,
        "cancel_url": detail_url(inspection),
        "crumbs": crumbs_of(inspection),
    }
    return render(request, "enforcement/notice_draft.html", context, status=422 if error else 200)


def _live_items(inspection: Inspection) -> QuerySet[NoticeFinding]:
    rows = NoticeFinding.objects.filter(finding__inspection=inspection)
    return rows.exclude(notice__state=NoticeState.REVOKED)
