"""Pages of the approval and of the notices of an inspection."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from inspections.enums import ApprovalState
from inspections.filters.approvals import ApprovalFilter
from inspections.forms.arranging import ApprovalForm, DecisionForm, ServeForm
from inspections.models import Inspection, InspectionApproval, InspectionNotice
from inspections.rules.frequency import Counts
from inspections.selectors.arranging_panel import may_decide
from inspections.services import approvals, notices
from inspections.views.arranging import ARRANGE
from inspections.views.visit_parts import crumbs_of, detail_url, facts_of, inspection_of

STATE_TONES: dict[str, Tone] = {
    ApprovalState.PENDING: Tone.WARN,
    ApprovalState.APPROVED: Tone.OK,
    ApprovalState.REFUSED: Tone.BAD,
}


def approval_chip(approval: InspectionApproval) -> SafeString:
    """待审批, 已批准, 未批准."""
    return chip(STATE_TONES[approval.state], approval.get_state_display())


APPROVALS: ListSpec[InspectionApproval] = ListSpec(
    title="检查审批",
    key="inspection-approvals",
    columns=(
        Column(
            "number",
            "审批编号",
            sort=("number",),
            link=lambda a: reverse("visits:approval-decide", args=[a.pk]),
            css="nowrap",
        ),
        Column(
            "inspection",
            "检查",
            value="inspection.number",
            note=lambda a: a.inspection.project.name,
            sort=("inspection__number",),
            css="col-wide",
        ),
        Column("reason", "检查事由", css="col-wide"),
        Column(
            "state", "状态", value="get_state_display", sort=("state",), render=approval_chip, css="nowrap"
        ),
        Column("urgent", "紧急", value="is_urgent", render=lambda a: "是" if a.is_urgent else ""),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("date", "检查日期", value="inspection.inspected_on", kind=Kind.DATE),
        Column("by", "申请人", value="requested_by_name"),
        Column("requested", "申请时间", value="requested_at", kind=Kind.MOMENT, sort=("requested_at",)),
        Column("decider", "审批人", value="decided_by_name"),
    ),
    default_sort="-requested",
    filterset=ApprovalFilter,
    search=("number__icontains", "inspection__number__icontains", "inspection__project__name__icontains"),
    search_label="审批编号、检查编号或工程",
    empty=Empty("没有检查审批", "安排检查后提交审批，即列在这里。"),
)


@requires(Capability.INSPECTION_VIEW)
@require_safe
def approval_list(request: ScopedRequest) -> HttpResponse:
    """All approvals of the scope."""
    rows = InspectionApproval.objects.select_related("inspection__project", "jurisdiction")
    listing = APPROVALS.build(request.GET, rows, scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(
        request, "inspections/arranging/approval_list.html", {"listing": listing, "crumbs": crumbs_of()}
    )


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def approval_request(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for the approval of one inspection."""
    inspection = inspection_of(pk)

    def save(data: dict[str, Any]) -> None:
        approvals.request_approval(
            inspection_id=pk,
            reason=data["reason"],
            is_urgent=data["is_urgent"],
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="提交检查审批",
        submit="提交审批",
        done="检查审批已提交，待审批人办理。",
        back=detail_url(inspection),
        facts=facts_of(inspection),
        crumbs=crumbs_of(inspection),
    )
    return act_page(request, page, bound(request, ApprovalForm), save)


@requires(Capability.INSPECTION_VIEW)
@require_http_methods(["GET", "POST"])
def approval_decide(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One approval; those who may decide it do so here."""
    approval = get_object_or_404(
        InspectionApproval.objects.select_related("inspection__project__jurisdiction"), pk=pk
    )
    inspection = approval.inspection
    if not may_decide(approval, inspection, request.assignment):
        return _approval_page(request, approval)

    def save(data: dict[str, Any]) -> None:
        approvals.decide_approval(
            approval_id=pk,
            is_approved=data["is_approved"] == "yes",
            note=data["note"],
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title=f"审批{approval.number}",
        submit="提交意见",
        done="审批意见已提交。",
        back=detail_url(inspection),
        facts=[*_facts(approval), ("企业本年度检查", "；".join(_firm_words(inspection)))],
        warning=inspection.cap_exception_reason
        and f"超出年度检查频次上限（{inspection.get_cap_exception_display()}）：{inspection.cap_exception_reason}",
        crumbs=crumbs_of(inspection),
        chip=approval_chip(approval),
    )
    return act_page(request, page, bound(request, DecisionForm), save)


def _approval_page(request: ScopedRequest, approval: InspectionApproval) -> HttpResponse:
    context = {
        "approval": approval,
        "facts": _facts(approval),
        "chip": approval_chip(approval),
        "actions": [
            Link("检查页面", detail_url(approval.inspection)),
            Link("审批表", reverse("reports:approval-sheet", args=[approval.pk])),
        ],
        "crumbs": crumbs_of(approval.inspection),
    }
    return render(request, "inspections/arranging/approval.html", context)


def _facts(approval: InspectionApproval) -> list[tuple[str, object]]:
    inspection = approval.inspection
    people = "、".join(
        f"{one.name}（{one.get_role_display()}）"
        for one in inspection.officers.order_by("-is_leader", "name")
    )
    items = "；".join(
        f"{one.item.code} {one.item.name}" for one in inspection.cited_items.select_related("item")
    )
    decided = (
        f"{approval.decided_by_name} {display.moment(approval.decided_at)}" if approval.decided_at else ""
    )
    return [
        *facts_of(inspection),
        ("检查事项", items),
        ("检查人员", people),
        ("检查事由", approval.reason),
        ("紧急情况", "是，事后补批" if approval.is_urgent else "否"),
        ("申请", f"{approval.requested_by_name} {display.moment(approval.requested_at)}"),
        ("审批", decided),
        ("审批说明", approval.note),
    ]


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def notice_issue(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """制发: a notice to each firm, with its counts so far."""
    inspection = inspection_of(pk)

    def save(_: dict[str, Any]) -> None:
        notices.issue_notices(inspection_id=pk, by=request.user, at=timezone.now())

    page = ActPage(
        title="制发检查通知书",
        submit="制发通知书",
        done="检查通知书已制发，请送达各单位并登记。",
        back=detail_url(inspection),
        facts=[*facts_of(inspection), ("被检查单位", "；".join(_firm_words(inspection)))],
        warning="制发后检查日期不能更改；通知书载明各单位本年度已检查次数和依法享有的权利。",
        crumbs=crumbs_of(inspection),
    )
    return act_page(request, page, bound(request, forms.Form), save)


def _firm_words(inspection: Inspection) -> list[str]:
    counts = notices.made_counts(inspection, timezone.localdate())
    lines = []
    for firm in notices.addressees(inspection):
        made = counts.get(firm.pk, Counts())
        lines.append(
            f"{firm.name}（本年度已检查 {made.total} 次：市级 {made.city} 次、县级 {made.county} 次）"
        )
    return lines


@requires(ARRANGE)
@require_http_methods(["GET", "POST"])
def notice_serve(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """送达: how a notice reached its firm."""
    notice = get_object_or_404(
        InspectionNotice.objects.select_related("inspection__project", "organization"), pk=pk
    )

    def save(data: dict[str, Any]) -> None:
        notices.serve_notice(
            notice_id=pk,
            served_on=data["served_on"],
            how=data["served_how"],
            to=data["served_to"],
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="登记通知书送达",
        submit="登记送达",
        done="送达已登记。",
        back=detail_url(notice.inspection),
        facts=[
            ("通知书号", notice.number),
            ("被检查单位", notice.organization.name),
            ("制发日期", display.day(notice.issued_on)),
        ],
        crumbs=crumbs_of(notice.inspection),
    )
    initial = {"served_on": timezone.localdate()}
    return act_page(request, page, bound(request, ServeForm, initial), save)
