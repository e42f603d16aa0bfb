"""数据疑点: the list, one doubt, what the county says and what the bureau decides."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.bulk import BulkBar, chosen
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.errors import DomainError
from core.listing import Listing, ListSpec
from core.month import ReportingMonth
from projects.enums import DoubtState
from projects.filters.doubts import DoubtFilter
from projects.forms.doubts import ExplainForm, JudgeForm
from projects.models import DataDoubt
from projects.selectors.doubt_checks import CHECKS
from projects.selectors.doubts import (
    counts_of,
    field_label,
    history_of,
    listed_doubts,
    newest_month,
    turn_of,
)
from projects.services.doubts import LIVE, clear_doubts, declare_error, explain_doubt, request_doubts

TONES: dict[str, Tone] = {
    DoubtState.OPEN: Tone.WARN,
    DoubtState.EXPLAINED: Tone.INFO,
    DoubtState.CORRECTED: Tone.OK,
    DoubtState.CLEARED: Tone.OK,
    DoubtState.ERROR: Tone.BAD,
}


def _label(doubt: DataDoubt) -> str:
    check = CHECKS.get(doubt.check_code)
    return check.label if check is not None else doubt.check_code


def _state(doubt: DataDoubt) -> SafeString:
    return chip(TONES[doubt.state], doubt.get_state_display())


DOUBTS: ListSpec[DataDoubt] = ListSpec(
    title="数据疑点",
    key="doubts",
    columns=(
        Column(
            "check",
            "检查项",
            value=_label,
            sort=("check_code",),
            link=lambda d: reverse("doubts:detail", args=[d.pk]),
        ),
        Column("sentence", "疑点", css="col-wide"),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("state", "状态", value="get_state_display", sort=("state",), render=_state, css="nowrap"),
        Column("turn", "待办方", value=lambda d: turn_of(d.state), css="nowrap"),
        Column("month", "月份", kind=Kind.MONTH, sort=("month",), css="nowrap"),
        Column("found", "发现", value="found_at", kind=Kind.DATE, sort=("found_at",)),
        Column("project", "工程", value=lambda d: d.project.name if d.project else "", is_shown=False),
        Column("field", "涉及栏目", value=lambda d: field_label(d.field_name), is_shown=False),
        Column("explanation", "县级说明", is_shown=False),
        Column("judgement", "认定意见", is_shown=False),
    ),
    default_sort="-found",
    filterset=DoubtFilter,
    search=("sentence__icontains", "project__name__icontains", "project__code__icontains"),
    search_latin=("project__name_pinyin__contains", "project__name_initials__contains"),
    search_label="疑点、工程或工程拼音首字母",
    row_css=lambda d: "" if d.state in LIVE else "row-muted",
    empty=Empty("没有疑点", "系统每天和每次报送后核对一次数据，目前各表一致。"),
)


@dataclass(frozen=True)
class Tab:
    """A count above the list that is also a filter."""

    label: str
    count: int
    url: str
    is_current: bool


def _build(params: Any, request: ScopedRequest) -> Listing[DataDoubt]:
    return DOUBTS.build(params, listed_doubts(), scope=request.scope)


def _tabs(request: ScopedRequest, listing: Listing[DataDoubt]) -> list[Tab]:
    """Counted under all other filters, so that each number is what its link will show."""
    rows = listing.queryset
    if request.GET.get("state"):
        params = request.GET.copy()
        params.pop("state")
        rows = _build(params, request).queryset
    now = request.GET.get("state", "")
    return [
        Tab(
            label=step.label,
            count=step.count,
            url=listing.url(without=["state"], state=step.state),
            is_current=step.state == now,
        )
        for step in counts_of(rows)
    ]


@requires(Capability.RETURN_VIEW)
@require_safe
def doubt_list(request: ScopedRequest) -> HttpResponse:
    """All doubts of the scope."""
    listing = _build(request.GET, request)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = []
    if request.assignment.allows(Capability.DOUBT_JUDGE):
        listing.bulk = BulkBar(reverse("doubts:bulk"), [("clear", "认可")])
        actions = [Link("立即检查", reverse("doubts:run"), method="post")]
    tabs = [] if listing.has_errors else _tabs(request, listing)
    return render(
        request, "projects/doubts/list.html", {"listing": listing, "tabs": tabs, "actions": actions}
    )


def _crumbs(doubt: DataDoubt | None = None) -> list[Link]:
    crumbs = [Link("数据疑点", reverse("doubts:list"))]
    if doubt is not None:
        crumbs.append(Link(_label(doubt), reverse("doubts:detail", args=[doubt.pk])))
    return crumbs


def _acts(request: ScopedRequest, doubt: DataDoubt) -> list[Link]:
    if doubt.state not in LIVE:
        return []
    acts = []
    if request.assignment.allows(Capability.DOUBT_EXPLAIN):
        acts.append(Link("说明情况", reverse("doubts:explain", args=[doubt.pk]), is_primary=True))
    if request.assignment.allows(Capability.DOUBT_JUDGE):
        acts.append(Link("认可", reverse("doubts:clear", args=[doubt.pk]), is_primary=True))
        acts.append(Link("认定有误", reverse("doubts:error", args=[doubt.pk]), is_danger=True))
    return acts


@requires(Capability.RETURN_VIEW)
@require_safe
def doubt_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One doubt: what contradicts what, why it matters, what was said and decided."""
    doubt = get_object_or_404(listed_doubts(), pk=pk)
    check = CHECKS.get(doubt.check_code)
    project_url = reverse("projects:project-detail", args=[doubt.project_id]) if doubt.project_id else ""
    context = {
        "doubt": doubt,
        "title": _label(doubt),
        "chip": _state(doubt),
        "check": check,
        "facts": _facts(doubt),
        "project_url": project_url,
        "history": history_of(doubt),
        "acts": _acts(request, doubt),
        "crumbs": _crumbs(),
    }
    return render(request, "projects/doubts/detail.html", context)


def _facts(doubt: DataDoubt) -> list[tuple[str, object]]:
    return [
        ("待办方", turn_of(doubt.state)),
        ("县（市、区）", doubt.jurisdiction.name),
        ("月份", display.month_cn(doubt.month)),
        ("工程", doubt.project.name if doubt.project is not None else "—"),
        ("涉及栏目", field_label(doubt.field_name)),
        ("审核记录", doubt.remark.number if doubt.remark is not None else "—"),
    ]


@requires(Capability.DOUBT_EXPLAIN)
@require_http_methods(["GET", "HEAD", "POST"])
def doubt_explain(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The county says why its data are right."""
    doubt = get_object_or_404(listed_doubts(), pk=pk)
    form = ExplainForm(request.POST or None, initial={"explanation": doubt.explanation})
    words = _Words(
        "说明情况", "已提交说明，等待市局认定。", "数据有误的，请直接在台账或月报中更正，疑点会自动销除。"
    )
    return _act(request, doubt, form, explain_doubt, words)


@requires(Capability.DOUBT_JUDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def doubt_clear(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The bureau accepts the data."""
    doubt = get_object_or_404(listed_doubts(), pk=pk)
    words = _Words("认可", "已认可。", "以后数据不变的，不再提出这个疑点。")

    def clear(*, doubt_id: uuid.UUID, **given: Any) -> int:
        return clear_doubts(doubt_ids=[doubt_id], **given)

    return _act(request, doubt, JudgeForm(request.POST or None), clear, words)


@requires(Capability.DOUBT_JUDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def doubt_error(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The bureau finds the data wrong."""
    doubt = get_object_or_404(listed_doubts(), pk=pk)
    warning = "将在该县当月月报上登记一条“抽核字段错误”，计入月度考核B3，并通知该县。"
    words = _Words("认定有误", "已登记为字段错误，并通知该县。", warning, is_danger=True)
    return _act(request, doubt, JudgeForm(request.POST or None), declare_error, words)


@dataclass(frozen=True)
class _Words:
    """The verb, what is said afterwards, what is said before."""

    verb: str
    done: str
    warning: str
    is_danger: bool = False


def _act(
    request: ScopedRequest, doubt: DataDoubt, form: forms.Form, run: Callable[..., Any], words: _Words
) -> HttpResponse:
    """Show the page, do the act on POST, keep the form when it is refused."""
    url = reverse("doubts:detail", args=[doubt.pk])
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            run(doubt_id=doubt.pk, **form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, words.done)
            return redirect(url)
    context = {
        "form": form,
        "error": error,
        "question": doubt.sentence,
        "facts": _facts(doubt)[1:5],
        "words": words,
        "cancel_url": url,
        "crumbs": _crumbs(doubt),
    }
    return render(request, "projects/doubts/act.html", context, status=422 if form.errors or error else 200)


@requires(Capability.DOUBT_JUDGE)
@require_http_methods(["GET", "HEAD", "POST"])
def doubt_bulk(request: ScopedRequest) -> HttpResponse:
    """Clear many: GET names every one, POST clears those that are not settled."""
    asked = request.POST if request.method == "POST" else request.GET
    listing = _build(asked, request)
    back = reverse("doubts:list") + listing.url()
    try:
        doubts = list(chosen(listing, asked, listed_doubts()))
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect(back)
    live = [doubt for doubt in doubts if doubt.state in LIVE]
    form = JudgeForm(request.POST or None)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            count = clear_doubts(
                doubt_ids=[doubt.pk for doubt in live],
                judgement=form.cleaned_data["judgement"],
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已认可{count}条疑点。")
            return redirect(back)
    context = {
        "form": form,
        "error": error,
        "lines": [(doubt, _label(doubt), _state(doubt), doubt.state in LIVE) for doubt in doubts],
        "possible": len(live),
        "kept": listing.kept_params,
        "cancel_url": back,
        "crumbs": _crumbs(),
    }
    return render(request, "projects/doubts/bulk.html", context, status=422 if form.errors or error else 200)


@requires(Capability.DOUBT_JUDGE)
@require_POST
def doubt_run(request: ScopedRequest) -> HttpResponse:
    """Ask for a run of the checks of the newest returns now; the worker does it."""
    at = timezone.now()
    month = newest_month(until=ReportingMonth.of(at).previous())
    if month is None:
        messages.error(request, "还没有月报，请在月报开放后再检查。")
        return redirect("doubts:list")
    request_doubts(month=month, reason=f"{timezone.localtime(at):%Y-%m-%d %H:%M}", by=request.user, at=at)
    messages.success(request, f"已安排检查{month.label}数据，稍后刷新本页查看。")
    return redirect("doubts:list")
