"""Pages of inspections: the list, one inspection, its end, its review."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.columns import Column, Kind
from core.components import Empty, Link
from core.errors import DomainError
from core.listing import ListSpec
from inspections.enums import RECORDABLE_STATES, FindingState, InspectionState
from inspections.filters.visits import InspectionFilter
from inspections.forms.review import ReviewForm
from inspections.models import Inspection
from inspections.selectors.arranging_panel import arranging_panel, is_approval_owed
from inspections.selectors.record import checklist_items, missing_of, record_of
from inspections.selectors.visit_access import may_record, may_review, record_refusal, review_refusal
from inspections.selectors.visit_page import review_lines, visible_inspections, visit_page
from inspections.services.concluding import NotReady, conclude, review
from inspections.views.visit_parts import crumbs_of, detail_url, inspection_of
from inspections.visit_chips import visit_chip

INSPECTIONS: ListSpec[Inspection] = ListSpec(
    title="监督检查",
    key="inspections",
    columns=(
        Column(
            "number",
            "检查编号",
            sort=("number",),
            link=detail_url,
            css="nowrap",
        ),
        Column("project", "工程", value="project.name", sort=("project__name_pinyin",), css="col-wide"),
        Column("kind", "检查类型", value="get_kind_display", sort=("kind",)),
        Column("level", "组织层级", value="get_organizer_level_display", sort=("organizer_level",)),
        Column("inspected", "检查日期", value="inspected_on", kind=Kind.DATE, sort=("inspected_on",)),
        Column("state", "状态", value="get_state_display", sort=("state",), render=visit_chip, css="nowrap"),
        Column("findings", "问题", value="finding_count", kind=Kind.INTEGER, sort=("finding_count",)),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("mode", "检查方式", value="get_mode_display", is_shown=False),
        Column("concluded", "现场结束人", value="concluded_by_name", is_shown=False),
        Column("reviewed", "审核人", value="reviewed_by_name", is_shown=False),
    ),
    default_sort="-inspected",
    filterset=InspectionFilter,
    search=("number__icontains", "title__icontains", "project__name__icontains", "project__code__icontains"),
    search_latin=("project__name_pinyin__contains", "project__name_initials__contains"),
    search_label="检查编号、工程或工程拼音首字母",
    row_css=lambda row: "row-muted" if row.state == InspectionState.VOID else "",
    empty=Empty("还没有检查", "检查由计划或双随机抽取安排。"),
)


@requires(Capability.INSPECTION_VIEW)
@require_safe
def inspection_list(request: ScopedRequest) -> HttpResponse:
    """All inspections of the scope."""
    listing = INSPECTIONS.build(request.GET, visible_inspections(), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = [
        Link("检查清单", reverse("visits:checklist-list")),
        Link("检查审批", reverse("visits:approval-list")),
    ]
    if request.assignment.allows(Capability.FIELD_USE):
        actions.append(Link("打开平板外业", reverse("field:shell")))
        actions.append(Link("导入导出包", reverse("devices:bundle")))
    if request.assignment.allows(Capability.INSPECTION_ARRANGE):
        actions.append(Link("安排检查", reverse("visits:arrange"), is_primary=True))
    return render(request, "inspections/visits/list.html", {"listing": listing, "actions": actions})


@requires(Capability.INSPECTION_VIEW)
@require_safe
def inspection_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One inspection: arranged how, recorded what, found what, and how far it is."""
    inspection = inspection_of(pk)
    context = {
        "inspection": inspection,
        "page": visit_page(inspection),
        "panel": arranging_panel(inspection, request.assignment, timezone.localdate()),
        "state_chip": visit_chip(inspection),
        "crumbs": crumbs_of(),
        "actions": _actions(request, inspection),
        "may_notify": request.assignment.allows(Capability.NOTICE_EDIT)
        and inspection.findings.filter(state=FindingState.CONFIRMED).exists(),
    }
    return render(request, "inspections/visits/detail.html", context)


def _actions(request: ScopedRequest, inspection: Inspection) -> list[Link]:
    args = [inspection.pk]
    acts = []
    if inspection.state in RECORDABLE_STATES and may_record(inspection, request.assignment):
        acts.append(Link("填写记录", reverse("visits:record", args=args), is_primary=True))
        acts.append(Link("现场结束", reverse("visits:conclude", args=args)))
    is_waiting = inspection.state == InspectionState.CONCLUDED
    if is_waiting and may_record(inspection, request.assignment):
        acts.append(Link("补填记录", reverse("visits:record", args=args)))
    if is_waiting and may_review(inspection, request.assignment):
        acts.append(Link("审核", reverse("visits:review", args=args), is_primary=True))
    acts.append(Link("登记表", reverse("reports:register-sheet", args=args)))
    acts.append(Link("检查记录", reverse("reports:record-sheet", args=args)))
    return acts


@requires(Capability.INSPECTION_RECORD)
@require_http_methods(["GET", "POST"])
def inspection_conclude(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """现场结束: names what is missing, or asks once."""
    inspection = inspection_of(pk)
    own = detail_url(inspection)
    missing = missing_of(inspection, record_of(inspection), checklist_items(inspection))
    error = record_refusal(inspection, request.assignment) if request.method == "POST" else ""
    if request.method == "POST" and not error:
        try:
            conclude(inspection_id=pk, by=request.user, at=timezone.now())
        except NotReady as refusal:
            missing, error = refusal.missing, str(refusal)
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "现场检查已结束，等待审核。")
            return redirect(own)
    context = {
        "inspection": inspection,
        "missing": missing,
        "error": error,
        "is_open": inspection.state in RECORDABLE_STATES,
        "facts": [("工程", inspection.project.name), ("检查编号", inspection.number)],
        "cancel_url": own,
        "crumbs": crumbs_of(inspection),
    }
    return render(request, "inspections/visits/conclude.html", context, status=422 if error else 200)


@requires(Capability.INSPECTION_REVIEW)
@require_http_methods(["GET", "POST"])
def inspection_review(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """审核: another person's word on every finding."""
    inspection = inspection_of(pk)
    own = detail_url(inspection)
    form = ReviewForm(review_lines(inspection), request.POST if request.method == "POST" else None)
    error = review_refusal(inspection, request.assignment) if request.method == "POST" else ""
    if request.method == "POST" and not error and form.is_valid():
        try:
            review(inspection_id=pk, decisions=form.decisions(), by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "审核完成，检查已计入统计。")
            return redirect(own)
    context = {
        "inspection": inspection,
        "page": visit_page(inspection),
        "form": form,
        "error": error,
        "is_waiting": inspection.state == InspectionState.CONCLUDED,
        "is_own": inspection.concluded_by == request.user.id,
        "is_approval_owed": is_approval_owed(inspection, list(inspection.approvals.all())),
        "state_chip": visit_chip(inspection),
        "crumbs": crumbs_of(inspection),
    }
    status = 422 if error or form.errors else 200
    return render(request, "inspections/visits/review.html", context, status=status)
