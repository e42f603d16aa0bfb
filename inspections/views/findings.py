"""Pages of findings: the list with its funnel, and one finding."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.errors import DomainError
from core.filestore import file_response
from core.listing import Listing, ListSpec
from inspections.chips import is_overdue, severity_chip, state_chip
from inspections.enums import FindingState
from inspections.filters.findings import FindingFilter
from inspections.forms.findings import EvidenceForm
from inspections.models import Evidence, Finding
from inspections.selectors.finding_page import finding_page
from inspections.selectors.findings import funnel_of, visible_findings
from inspections.services.evidence import MAX_BYTES, attach_evidence, is_kept, kept_file, takes_evidence


def _due(finding: Finding) -> str | SafeString:
    today = timezone.localdate()
    if finding.due_on is None or not is_overdue(finding, today):
        return display.day(finding.due_on)
    days = (today - finding.due_on).days
    return format_html(
        '{}<span class="cell-note bad-text">逾期 {} 天</span>',
        display.day(finding.due_on),
        display.number(days),
    )


FINDINGS: ListSpec[Finding] = ListSpec(
    title="问题",
    key="findings",
    columns=(
        Column(
            "number",
            "编号",
            sort=("number",),
            link=lambda f: reverse("inspections:finding-detail", args=[f.pk]),
            css="nowrap",
        ),
        Column("text", "问题", note=lambda f: f.project.name, css="col-wide"),
        Column("project", "工程", value="project.name", is_shown=False),
        Column(
            "severity",
            "严重程度",
            value="get_severity_display",
            sort=("severity_rank",),
            render=severity_chip,
            css="nowrap",
        ),
        Column("state", "状态", value="get_state_display", sort=("state",), render=state_chip, css="nowrap"),
        Column("due", "期限", value="due_on", kind=Kind.DATE, sort=("due_on",), nullable=True, render=_due),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("organization", "责任单位", value="organization.name", sort=("organization__name_pinyin",)),
        Column("found", "发现", value="found_on", kind=Kind.DATE, sort=("found_on",)),
        Column("kind", "类型", value="get_kind_display", sort=("kind",)),
        Column("level", "发现层级", value="get_found_by_level_display", is_shown=False),
        Column("replied", "回复", value="replied_on", kind=Kind.DATE, is_shown=False),
        Column("closed", "销号", value="closed_on", kind=Kind.DATE, is_shown=False),
    ),
    default_sort="-found",
    filterset=FindingFilter,
    search=(
        "number__icontains",
        "text__icontains",
        "project__name__icontains",
        "project__code__icontains",
        "organization__name__icontains",
    ),
    search_latin=("project__name_pinyin__contains", "project__name_initials__contains"),
    search_label="问题、编号、工程、单位或工程拼音首字母",
    row_css=lambda f: "row-muted" if f.state == FindingState.WITHDRAWN else "",
    empty=Empty("没有问题", "问题由监督检查形成。"),
)


@dataclass(frozen=True)
class FunnelLink:
    """A count above the list that is also a filter."""

    label: str
    count: int
    url: str
    is_current: bool


def _funnel(request: ScopedRequest, listing: Listing[Finding], as_of: dt.date) -> list[FunnelLink]:
    """Counted under all other filters, so that each number is what its link will show."""
    if any(request.GET.get(name) for name in ("state", "overdue")):
        params = request.GET.copy()
        for name in ("state", "overdue"):
            params.pop(name, None)
        funnel = funnel_of(_build(params, request, as_of).queryset, as_of=as_of)
    else:
        funnel = funnel_of(listing.queryset, as_of=as_of)
        # The same rows: no second count.
        listing.total = funnel.rows
    now = (request.GET.get("state", ""), request.GET.get("overdue", ""))
    return [
        FunnelLink(
            label=step.label,
            count=step.count,
            url=listing.url(without=["state", "overdue"], state=step.state, overdue=step.overdue),
            is_current=(step.state, step.overdue) == now,
        )
        for step in funnel.steps
    ]


def _build(params: Any, request: ScopedRequest, as_of: dt.date) -> Listing[Finding]:
    return FINDINGS.build(params, visible_findings(), scope=request.scope, as_of=as_of)


@requires(Capability.FINDING_VIEW)
@require_safe
def finding_list(request: ScopedRequest) -> HttpResponse:
    """All findings of the scope."""
    as_of = timezone.localdate()
    listing = _build(request.GET, request, as_of)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    funnel = [] if listing.has_errors else _funnel(request, listing, as_of)
    return render(request, "inspections/finding_list.html", {"listing": listing, "funnel": funnel})


@requires(Capability.FINDING_VIEW)
@require_safe
def finding_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One finding: what, by whom, on what basis, until when, who acts next."""
    rows = visible_findings().select_related("inspection", "unit", "catalogue_item__version")
    finding = get_object_or_404(rows, pk=pk)
    with_notices = request.assignment.allows(Capability.NOTICE_VIEW)
    page = finding_page(finding, as_of=timezone.localdate(), with_notices=with_notices)
    context = {
        "finding": finding,
        "page": page,
        "crumbs": [Link("问题", reverse("inspections:finding-list"))],
        "state_chip": state_chip(finding),
        "with_notices": with_notices,
        "kept": {one.pk for one in page.evidence if is_kept(one)},
        "may_campaign": request.assignment.allows(Capability.GUIDANCE_EDIT),
        "may_clue": request.assignment.allows(Capability.CLUE_EDIT),
        "may_attach": request.assignment.allows(Capability.EVIDENCE_ATTACH) and takes_evidence(finding),
    }
    return render(request, "inspections/finding_detail.html", context)


@requires(Capability.EVIDENCE_ATTACH)
@require_http_methods(["GET", "POST"])
def evidence_add(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach one file to a finding."""
    finding = get_object_or_404(visible_findings(), pk=pk)
    own = reverse("inspections:finding-detail", args=[pk])
    form = EvidenceForm(request.POST, request.FILES) if request.method == "POST" else EvidenceForm()
    error = ""
    if request.method == "POST" and form.is_valid():
        title, data = form.cleaned_data["title"], form.cleaned_data["file"].read()
        try:
            attach_evidence(finding_id=pk, title=title, data=data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "佐证材料已附上。")
            return redirect(own)
    context = {
        "finding": finding,
        "form": form,
        "error": error,
        "max_bytes": MAX_BYTES,
        "crumbs": [Link("问题", reverse("inspections:finding-list")), Link(finding.number, own)],
    }
    status = 422 if form.errors or error else 200
    return render(request, "inspections/evidence_add.html", context, status=status)


@requires(Capability.FINDING_VIEW)
@require_safe
def evidence_file(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The file as it came, to be saved: never shown by the browser inside this site."""
    evidence = get_object_or_404(Evidence.objects.filter(finding__isnull=False), pk=pk)
    found = kept_file(evidence)
    if found is None:
        raise Http404
    data, kind = found
    return file_response(data, kind, f"{evidence.number}{evidence.title}")
