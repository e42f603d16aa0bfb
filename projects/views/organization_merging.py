"""Pages on which the bureau finds records of one organization and folds them into one."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.errors import DomainError
from projects.forms.parties import MergeForm, MergeTargetForm
from projects.models import Organization
from projects.rules.duplicates import Named, Pair, reasons_of
from projects.selectors.parties.organizations import duplicate_pairs, visible_organizations
from projects.services.parties.merging import MergePlan, merge_organizations, plan_merge
from projects.views.organizations import organization_crumbs, organization_url

_PAIRS_PER_PAGE = 50


@requires(Capability.ORGANIZATION_MERGE)
@require_safe
def duplicate_list(request: ScopedRequest) -> HttpResponse:
    """Pairs that may be one organization, with the reasons."""
    pages = Paginator(duplicate_pairs(), _PAIRS_PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "pairs": [_line(pair) for pair in page.object_list],
        "page": page,
        "total": pages.count,
        "crumbs": organization_crumbs(),
    }
    return render(request, "projects/parties/duplicate_list.html", context)


def _line(pair: Pair) -> dict[str, Any]:
    return {
        "pair": pair,
        "first_url": _merge_url(pair.first.id, pair.second.uscc),
        "second_url": _merge_url(pair.second.id, pair.first.uscc),
    }


def _merge_url(folded_id: uuid.UUID, kept_uscc: str) -> str:
    address = reverse("organizations:organization-merge", args=[folded_id])
    return f"{address}?into={kept_uscc}"


@requires(Capability.ORGANIZATION_MERGE)
@require_http_methods(["GET", "POST"])
def organization_merge(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Fold this record into another: first which, then everything that would move, then the reason."""
    folded = get_object_or_404(visible_organizations(request.scope), pk=pk)
    target = MergeTargetForm(request.GET if "into" in request.GET else None)
    kept = _kept(target)
    if kept is None:
        return _page(request, folded, target=target, status=422 if target.errors else 200)
    try:
        plan = plan_merge(kept=kept, folded=folded)
    except DomainError as refusal:
        return _page(request, folded, target=target, error=str(refusal), status=409)
    form = MergeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            merge_organizations(
                kept_id=kept.pk,
                folded_id=folded.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"“{folded.name}”已并入“{kept.name}”，共移动{plan.total}条记录。")
            return redirect(organization_url(kept))
    return _page(request, folded, target=target, plan=plan, form=form, status=422 if form.errors else 200)


def _kept(target: MergeTargetForm) -> Organization | None:
    if not target.is_bound or not target.is_valid():
        return None
    code = target.cleaned_data["into"]
    kept = Organization.objects.filter(uscc=code).first()
    if kept is None:
        target.add_error("into", f"信用代码{code}的单位尚未登记，请核对或先登记。")
    return kept


def _page(
    request: ScopedRequest,
    folded: Organization,
    *,
    target: MergeTargetForm,
    status: int,
    plan: MergePlan | None = None,
    form: MergeForm | None = None,
    error: str = "",
) -> HttpResponse:
    context = {
        "folded": folded,
        "plan": plan,
        "reasons": reasons_of(_named(folded), _named(plan.kept)) if plan else (),
        "target": target,
        "form": form,
        "error": error,
        "cancel_url": organization_url(folded),
        "swap_url": _merge_url(plan.kept.pk, folded.uscc) if plan else "",
        "crumbs": [
            *organization_crumbs(folded),
            *([Link("查找重复单位", reverse("organizations:duplicate-list"))] if plan else []),
        ],
    }
    return render(request, "projects/parties/organization_merge.html", context, status=status)


def _named(organization: Organization) -> Named:
    return Named(
        organization.pk,
        organization.uscc,
        organization.name,
        organization.legal_representative,
        organization.phone,
    )
