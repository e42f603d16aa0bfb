"""The clerk's desk: the month's returns of all counties, acts on many of them, whom to call."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.bulk import BulkBar, chosen
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.errors import DomainError
from core.listing import Listing, ListSpec
from core.month import ReportingMonth
from core.services import database_calendar
from projects.enums import ReturnState
from projects.filters.return_desk import DeskFilter
from projects.forms.return_desk import NoteForm
from projects.models import MonthlyReturn
from projects.return_cells import return_chip
from projects.rules.returns import Timing, TimingKind
from projects.selectors.returns.desk import (
    Desk,
    DeskRow,
    month_desk,
    reporters_by_county,
    returns_of,
    standing,
    to_call,
)
from projects.services.returns.accepting import Outcome, accept_returns, return_many

TIMING_TONES: dict[TimingKind, Tone] = {
    TimingKind.PENDING: Tone.IDLE,
    TimingKind.TIMELY: Tone.OK,
    TimingKind.FILED: Tone.OK,
    TimingKind.NIL: Tone.INFO,
    TimingKind.LATE: Tone.WARN,
    TimingKind.MISSING: Tone.BAD,
}
_ACTS = {"accept": "受理", "return": "退回补正"}


def timing_chip(timing: Timing) -> SafeString:
    """按时报送, 迟报 2 个工作日, 零报告, 逾期未报 3 个工作日, 未到期."""
    return chip(TIMING_TONES[timing.kind], timing.label)


def _completeness(row: DeskRow) -> str:
    told = row.completeness
    if not told.total:
        return "无工程"
    return f"{told.filled}/{told.total}（{told.percent}%）"


def _problems(row: DeskRow) -> str:
    return f"{row.errors} / {row.warnings}"


def _people(row: MonthlyReturn) -> str:
    return f"{row.filler_name or display.EMPTY} / {row.reviewer_name or display.EMPTY}"


def _doubts(row: DeskRow) -> str | SafeString:
    if not row.doubts:
        return "0"
    return format_html("<b>{}</b>", row.doubts)


def desk_spec(desk: Desk) -> ListSpec[MonthlyReturn]:
    """The list of the month; what the columns tell beside the return comes from the desk."""

    def of(tell: Callable[[DeskRow], object]) -> Callable[[MonthlyReturn], object]:
        return lambda row: tell(desk.rows[row.pk])

    def shown(tell: Callable[[DeskRow], str | SafeString]) -> Callable[[MonthlyReturn], str | SafeString]:
        return lambda row: tell(desk.rows[row.pk])

    return ListSpec(
        title="月报受理",
        columns=(
            Column(
                "county",
                "县（市、区）",
                value="jurisdiction.short_name",
                sort=("jurisdiction__unit_order",),
                link=lambda row: reverse("returns:desk-return", args=[row.pk]),
                note=lambda row: _people(row) if row.filler_name else "",
                css="nowrap",
            ),
            Column(
                "state", "状态", value="get_state_display", sort=("state",), render=return_chip, css="nowrap"
            ),
            Column(
                "timing",
                "时限",
                value=of(lambda row: row.timing.label),
                render=shown(lambda row: timing_chip(row.timing)),
                css="nowrap",
            ),
            Column(
                "submitted",
                "首次报送",
                value="first_submitted_at",
                kind=Kind.MOMENT,
                sort=("first_submitted_at",),
                nullable=True,
            ),
            Column("complete", "完整率", value=of(_completeness), css="nowrap"),
            Column("changed", "与上月不同", unit="处", value=of(lambda row: row.changed), kind=Kind.INTEGER),
            Column("problems", "错误 / 提醒", value=of(_problems), css="nowrap"),
            Column(
                "doubts",
                "数据疑点",
                unit="条",
                value=of(lambda row: row.doubts),
                render=shown(_doubts),
                kind=Kind.INTEGER,
            ),
            Column("comments", "退回意见", unit="条", value=of(lambda row: row.comments), kind=Kind.INTEGER),
            Column("people", "填报人 / 审核人", value=_people, is_shown=False),
            Column("phone", "联系电话", value="phone", is_shown=False),
        ),
        default_sort="county",
        key="return-desk",
        filterset=DeskFilter,
        search=("jurisdiction__short_name__icontains",),
        search_latin=("jurisdiction__name_pinyin__contains", "jurisdiction__name_initials__contains"),
        search_label="县区或拼音首字母",
        row_css=lambda row: "row-bad" if desk.rows[row.pk].timing.kind is TimingKind.MISSING else "",
        empty=Empty("本月没有月报", "月报在次月第1日自动开放；也可换一个月份。"),
    )


@requires(Capability.MONTH_VIEW)
@require_safe
def desk_home(request: ScopedRequest) -> HttpResponse:
    """The newest month that was opened, else the month before today's."""
    newest = MonthlyReturn.objects.filter(opened_at__isnull=False).order_by("-month").first()
    last = ReportingMonth.of(timezone.now()).previous()
    month = ReportingMonth.from_first_day(newest.month) if newest is not None else last
    return _desk_page(request, month)


@requires(Capability.MONTH_VIEW)
@require_safe
def desk_month(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """All counties of one month."""
    return _desk_page(request, month)


def _desk_page(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    desk = month_desk(month, today=timezone.localdate(), calendar=database_calendar())
    listing = _listing(request, month, desk)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {
        "month": month,
        "listing": listing,
        "desk": desk,
        "waiting": desk.count(ReturnState.SUBMITTED),
        "returned": desk.count(ReturnState.RETURNED),
        "accepted": desk.count(ReturnState.ACCEPTED, ReturnState.FROZEN),
        "open": desk.count(ReturnState.DRAFT),
        "total": len(desk.rows) + len(desk.missing),
        "previous_url": reverse("returns:desk-month", args=[month.previous()]),
        "next_url": reverse("returns:desk-month", args=[month.next()]),
        "actions": [
            Link("催报名单", reverse("returns:desk-calls", args=[month])),
            Link("补正申请", reverse("returns:desk-reopenings")),
        ],
    }
    return render(request, "projects/returns/desk.html", context)


def _listing(request: ScopedRequest, month: ReportingMonth, desk: Desk) -> Listing[MonthlyReturn]:
    asked = request.POST if request.method == "POST" else request.GET
    listing = desk_spec(desk).build(asked, returns_of(month))
    if request.assignment.allows(Capability.RETURN_ACCEPT):
        listing.bulk = BulkBar(reverse("returns:desk-bulk", args=[month]), list(_ACTS.items()))
    return listing


@requires(Capability.RETURN_ACCEPT)
@require_http_methods(["GET", "HEAD", "POST"])
def desk_bulk(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """GET: what would happen to each. POST: accept or send back, each by itself; refusals are named."""
    asked = request.POST if request.method == "POST" else request.GET
    act = asked.get("action", "")
    back = reverse("returns:desk-month", args=[month])
    if act not in _ACTS:
        messages.error(request, "请先勾选月报，再选择要办理的事项。")
        return redirect(back)
    desk = month_desk(month, today=timezone.localdate(), calendar=database_calendar())
    listing = _listing(request, month, desk)
    try:
        rows = list(chosen(listing, asked, returns_of(month)))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back + listing.url())
    form = NoteForm(request.POST if request.method == "POST" else None) if act == "return" else None
    ready = [row for row in rows if row.state == ReturnState.SUBMITTED]
    if request.method == "POST" and (form is None or form.is_valid()):
        _act(request, act, ready, form)
        return redirect(back + listing.url())
    context = {
        "month": month,
        "act": act,
        "label": _ACTS[act],
        "form": form,
        "lines": [(row, desk.rows[row.pk]) for row in rows],
        "possible": len(ready),
        "kept": listing.kept_params,
        "cancel_url": back + listing.url(),
        "crumbs": desk_crumbs(month),
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "projects/returns/desk_bulk.html", context, status=status)


def _act(request: ScopedRequest, act: str, rows: list[MonthlyReturn], form: NoteForm | None) -> None:
    keys, at = [row.pk for row in rows], timezone.now()
    if form is None:
        outcomes = accept_returns(return_ids=keys, by=request.user, at=at)
    else:
        outcomes = return_many(return_ids=keys, note=form.cleaned_data["note"], by=request.user, at=at)
    _report(request, act, outcomes)


def _report(request: ScopedRequest, act: str, outcomes: list[Outcome]) -> None:
    refused = [one.refusal for one in outcomes if one.refusal]
    messages.success(request, f"已{_ACTS[act]}{len(outcomes) - len(refused)}份月报。")
    for sentence in refused:
        messages.error(request, sentence)


def desk_crumbs(month: ReportingMonth | dt.date) -> list[Link]:
    """To the desk of the month."""
    return [Link(f"{display.month_cn(month)}月报受理", reverse("returns:desk-month", args=[month]))]


def _called(row: MonthlyReturn, reporters: dict[object, str]) -> str:
    return row.filler_name or reporters.get(row.jurisdiction_id, "")


@requires(Capability.MONTH_VIEW)
@require_safe
def desk_calls(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """催报名单: not submitted after the term, or sent back and not put right; whom to call."""
    today, calendar = timezone.localdate(), database_calendar()
    reporters: dict[object, str] = {
        county: "、".join(user.display_name for user in users)
        for county, users in reporters_by_county().items()
    }

    def late(row: MonthlyReturn) -> int:
        """Working days since the term; for one that was sent back too, the term has long been kept."""
        return standing(row, today=today, calendar=calendar).workdays_late

    spec: ListSpec[MonthlyReturn] = ListSpec(
        title=f"{month.label}月报催报名单",
        columns=(
            Column(
                "county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)
            ),
            Column("state", "状态", value="get_state_display", render=return_chip, sort=("state",)),
            Column("filler", "填报人", value=lambda row: _called(row, reporters)),
            Column("phone", "联系电话", value="phone"),
            Column("due", "报送期限", value="due_on", kind=Kind.DATE, sort=("due_on",), nullable=True),
            Column("late", "逾期", unit="个工作日", value=late, kind=Kind.INTEGER),
        ),
        default_sort="county",
        key="return-calls",
        empty=Empty("没有需要催报的县区", "逾期未报和退回未改的月报列在这里。"),
    )
    listing = spec.build(request.GET, to_call(month, today=today))
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = []
    if request.assignment.allows(Capability.RETURN_ACCEPT):
        actions = [Link("催报", reverse("returns:desk-remind", args=[month]), is_primary=True)]
    context = {"month": month, "listing": listing, "actions": actions, "crumbs": desk_crumbs(month)}
    return render(request, "projects/returns/desk_calls.html", context)
