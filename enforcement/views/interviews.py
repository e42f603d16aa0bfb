"""Pages of 约谈: the list, one interview, its acts."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from enforcement import forms
from enforcement.enums import InterviewState
from enforcement.filters.measures import InterviewFilter
from enforcement.measure_chips import interview_chip
from enforcement.models import Interview
from enforcement.selectors.measures import (
    history,
    interview_facts,
    interview_steps,
    months_of,
    trigger_lines,
    trigger_sentences,
    visible_interviews,
)
from enforcement.services import decisions
from enforcement.views.acts import Act, Page, links_of, run_act

_S = InterviewState

INTERVIEWS: ListSpec[Interview] = ListSpec(
    title="约谈",
    columns=(
        Column(
            "number",
            "编号",
            sort=("number",),
            link=lambda i: reverse("enforcement:interview-detail", args=[i.pk]),
            css="nowrap",
        ),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("month", "月份", kind=Kind.MONTH, sort=("month",)),
        Column(
            "triggers",
            "触发事由",
            value=lambda i: "；".join(trigger_sentences(i.triggers)) or display.EMPTY,
            css="col-wide",
        ),
        Column("held", "约谈时间", value="held_at", kind=Kind.MOMENT, sort=("held_at",), nullable=True),
        Column(
            "due",
            "整改报告期限",
            value="report_due_on",
            kind=Kind.DATE,
            sort=("report_due_on",),
            nullable=True,
        ),
        Column("decider", "决定人", value="decided_by_name", is_shown=False),
        Column(
            "state", "状态", value="get_state_display", sort=("state",), render=interview_chip, css="nowrap"
        ),
    ),
    key="interviews",
    default_sort="-month",
    filterset=InterviewFilter,
    search=("number__icontains", "jurisdiction__name__icontains", "place__icontains", "host_name__icontains"),
    search_latin=("jurisdiction__name_pinyin__contains", "jurisdiction__name_initials__contains"),
    search_label="编号、县名、地点、主持人或拼音首字母",
    row_css=lambda i: "row-muted" if i.state == _S.DECLINED else "",
    empty=Empty("没有约谈", "月度得分或履职检查低于约谈线时，结账后自动提出。"),
)

ACTS: dict[str, Act] = {
    "approve": Act(
        "批准约谈",
        "批准这次约谈",
        (_S.PROPOSED,),
        decisions.approve_interview,
        "已批准，请确定时间、地点和主持人。",
    ),
    "decline": Act(
        "不予约谈",
        "决定不予约谈",
        (_S.PROPOSED,),
        decisions.decline_interview,
        "已记录不予约谈的决定和理由。",
        form=forms.ReasonForm,
        warning="理由随约谈记录和审计日志保存。",
        is_danger=True,
    ),
    "arrange": Act(
        "安排时间地点",
        "确定约谈的时间、地点和主持人",
        (_S.APPROVED, _S.NOTICED),
        decisions.arrange_interview,
        "约谈安排已保存。",
        form=forms.ArrangeForm,
    ),
    "hold": Act(
        "登记已约谈",
        "登记约谈已经进行",
        (_S.NOTICED,),
        decisions.hold_interview,
        "已登记约谈。",
        form=forms.HoldForm,
    ),
    "minute": Act(
        "登记纪要已签", "登记约谈纪要已由双方签字", (_S.HELD,), decisions.minute_interview, "已登记纪要。"
    ),
    "report": Act(
        "登记整改报告",
        "登记收到整改报告",
        (_S.MINUTED,),
        decisions.receive_report,
        "已登记整改报告。",
        form=forms.ReportForm,
    ),
    "close": Act("办结约谈", "办结这次约谈", (_S.REPORTED,), decisions.close_interview, "约谈已办结。"),
}


@requires(Capability.INTERVIEW_VIEW)
@require_safe
def interview_list(request: ScopedRequest) -> HttpResponse:
    """All interviews of the scope."""
    rows = visible_interviews()
    listing = INTERVIEWS.build(
        request.GET, rows, scope=request.scope, months=months_of(rows), as_of=timezone.localdate()
    )
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "enforcement/interview_list.html", {"listing": listing})


def _url(row: Any) -> str:
    return reverse("enforcement:interview-detail", args=[row.pk])


def _actions(request: ScopedRequest, row: Interview) -> list[Link]:
    if not request.assignment.allows(Capability.INTERVIEW_DECIDE):
        return []
    document = None
    if row.state == _S.APPROVED and (url := _document_url(request, row)):
        document = Link("办理约谈通知书", url, is_primary=True)
    return links_of(
        ACTS, row, lambda name: reverse("enforcement:interview-act", args=[row.pk, name]), document
    )


def _document_url(request: ScopedRequest, row: Interview) -> str:
    """Where the 约谈通知书 is or can be drafted; it needs the approved interview's time, place and host."""
    is_ready = row.held_at is not None and row.state not in (_S.PROPOSED, _S.DECLINED)
    if not is_ready or not request.assignment.allows(Capability.DOCUMENT_VIEW):
        return ""
    return reverse("reports:document-for-subject", args=["enforcement.interview", row.pk])


@requires(Capability.INTERVIEW_VIEW)
@require_safe
def interview_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One interview: why, decided by whom, when and where, what followed."""
    row = get_object_or_404(visible_interviews(), pk=pk)
    as_of = timezone.localdate()
    context = {
        "interview": row,
        "state_chip": interview_chip(row),
        "title": f"{row.jurisdiction.short_name} {display.month_cn(row.month)}约谈",
        "triggers": trigger_lines(row, row.triggers),
        "steps": interview_steps(row, as_of=as_of),
        "facts": interview_facts(row),
        "timeline": history(row),
        "acts": _actions(request, row),
        "document_url": _document_url(request, row),
        "is_report_late": row.report_due_on is not None
        and row.report_due_on < as_of
        and row.reported_on is None,
        "crumbs": [Link("约谈", reverse("enforcement:interview-list"))],
    }
    return render(request, "enforcement/interview_detail.html", context)


@requires(Capability.INTERVIEW_DECIDE)
@require_http_methods(["GET", "POST"])
def interview_act(request: ScopedRequest, pk: uuid.UUID, act: str) -> HttpResponse:
    """Confirm page of one act."""
    row = get_object_or_404(visible_interviews(), pk=pk)
    crumbs = [Link("约谈", reverse("enforcement:interview-list")), Link(row.number, _url(row))]
    facts: list[tuple[str, object]] = [
        *interview_facts(row),
        ("触发事由", "；".join(trigger_sentences(row.triggers))),
    ]
    return run_act(request, ACTS, act, row, "interview_id", Page(_url(row), facts, crumbs))
