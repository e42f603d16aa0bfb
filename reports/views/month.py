"""Pages of the month's close: the list of months and the cockpit of one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, JobView, Link, chip
from core.errors import DomainError
from core.listing import ListSpec
from core.month import ReportingMonth
from reports.enums import DocumentState
from reports.forms import ReasonForm
from reports.month_filters import MonthFilter
from reports.selectors.document_page import TONES
from reports.selectors.jobs import job_view, may_retry
from reports.selectors.month_page import MonthPage, listed_runs, month_page, open_months
from reports.selectors.month_steps import month_url
from reports.services.publishing import publish_month
from scoring.chips import run_chip
from scoring.models import ScoreRun
from scoring.selectors.months import close_blockers, live_run
from scoring.selectors.scores import scored_months
from scoring.services.closing import request_close
from scoring.services.runs import confirm_run, request_correction
from tenancy.models import Job


def _circular(run: Any) -> Any:
    if not run.circular_state:
        return display.EMPTY
    return chip(TONES[run.circular_state], run.circular_number or DocumentState(run.circular_state).label)


def _circular_text(run: Any) -> str:
    return run.circular_number or (DocumentState(run.circular_state).label if run.circular_state else "")


MONTHS: ListSpec[ScoreRun] = ListSpec(
    title="月结",
    columns=(
        Column(
            "month",
            "月份",
            kind=Kind.MONTH,
            sort=("month",),
            link=lambda r: reverse("reports:month", args=[r.month]),
            css="nowrap",
        ),
        Column("state", "状态", value="get_state_display", sort=("state",), render=run_chip, css="nowrap"),
        Column("revision", "第几次计算", kind=Kind.INTEGER),
        Column("counties", "参评县区", unit="个", value="county_count", kind=Kind.INTEGER),
        Column("scored", "有得分", unit="个", value="scored_count", kind=Kind.INTEGER),
        Column("interviews", "约谈", unit="次", value="interview_count", kind=Kind.INTEGER),
        Column("computed", "计算", value="computed_at", kind=Kind.MOMENT, sort=("computed_at",)),
        Column("confirmed", "核定人", value="confirmed_by_name", css="nowrap"),
        Column(
            "circular",
            "通报",
            value=_circular_text,
            render=_circular,
            css="nowrap",
        ),
        Column("sha256", "快照摘要", value="snapshot_sha256", is_shown=False),
    ),
    default_sort="-month",
    filterset=MonthFilter,
    empty=Empty("还没有结账的月份", "月份结账后列在这里；未结账的月份在上方。"),
)


@requires(Capability.MONTH_VIEW)
@require_safe
def month_list(request: ScopedRequest) -> HttpResponse:
    """All months: those still open on top, the closed ones as a list."""
    years = sorted({day.year for day in scored_months()}, reverse=True)
    listing = MONTHS.build(request.GET, listed_runs(), years=years)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {"listing": listing, "open_months": open_months()}
    return render(request, "reports/month_list.html", context)


@requires(Capability.MONTH_VIEW)
@require_safe
def month_detail(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """The cockpit."""
    page = month_page(month, request.assignment, at=timezone.now())
    run = page.frame.run
    context = {
        "month": month,
        "page": page,
        "run": run,
        "run_chip": run_chip(run) if run is not None else chip("idle", "未结账"),
        "job": _card(request, page.job, month),
        "acts": _links(page, month),
        "crumbs": [Link("月结", reverse("reports:month-list"))],
        "previous_url": month_url(month.previous()),
        "next_url": month_url(month.next()),
    }
    return render(request, "reports/month_detail.html", context)


def _card(request: ScopedRequest, job: Job | None, month: ReportingMonth) -> JobView | None:
    if job is None:
        return None
    can_follow = request.assignment.allows(Capability.JOB_VIEW)
    can_retry = may_retry(job, request.assignment)
    return job_view(job, url=month_url(month), can_follow=can_follow, can_retry=can_retry)


def _links(page: MonthPage, month: ReportingMonth) -> list[Link]:
    """The next step first; at most one is primary."""
    acts = page.acts
    steps = (
        (
            acts.close,
            Link(f"结账{month.label}", reverse("reports:month-close", args=[month]), is_primary=True),
        ),
        (acts.confirm, Link("核定评分", reverse("reports:month-confirm", args=[month]), is_primary=True)),
        (acts.publish, Link("公布评分", reverse("reports:month-publish", args=[month]), is_primary=True)),
        (acts.correct, Link("更正…", reverse("reports:month-correct", args=[month]))),
    )
    return [link for is_allowed, link in steps if is_allowed]


def _confirm(
    request: ScopedRequest, month: ReportingMonth, act: Callable[[forms.Form], str], page: dict[str, Any]
) -> HttpResponse:
    """A confirm page: shows what will happen, acts on POST, says why not when refused."""
    kind: type[forms.Form] = page.pop("form", forms.Form)
    form = kind(request.POST) if request.method == "POST" else kind()
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, act(form))
        except DomainError as refusal:
            error = str(refusal)
        else:
            return redirect("reports:month", month=month)
    context = {
        "form": form,
        "error": error,
        "cancel_url": month_url(month),
        "crumbs": [Link("月结", reverse("reports:month-list")), Link(month.label, month_url(month))],
        **page,
    }
    return render(request, "reports/month_confirm.html", context, status=422 if form.errors or error else 200)


def _run_or_404(month: ReportingMonth) -> ScoreRun:
    run = live_run(month)
    if run is None:
        raise Http404
    return run


@requires(Capability.MONTH_CLOSE)
@require_http_methods(["GET", "POST"])
def month_close(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """Confirm page of the close."""

    def act(form: forms.Form) -> str:
        request_close(month=month, by=request.user, at=timezone.now())
        return f"{month.label}开始结账，完成后自动显示结果。"

    blockers = close_blockers(month, at=timezone.now())
    notes = [blocker.sentence for blocker in blockers if not blocker.is_hard]
    page = {
        "title": f"结账{month.label}",
        "question": f"冻结{month.label}的数据并计算各县（市、区）得分",
        "facts": [("须知", "；".join(note.rstrip("。") for note in notes) + "。")] if notes else [],
        "warning": "结账后当月事实封存，得分、红黑榜、约谈等建议和通报草稿一次生成；此后只能以更正方式重新计算。",
        "submit": "开始结账",
        "refusals": [blocker.sentence for blocker in blockers if blocker.is_hard],
    }
    return _confirm(request, month, act, page)


@requires(Capability.MONTH_CONFIRM)
@require_http_methods(["GET", "POST"])
def month_confirm(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """Confirm page of 核定."""
    run = _run_or_404(month)

    def act(form: forms.Form) -> str:
        confirm_run(run_id=run.id, by=request.user, at=timezone.now())
        return f"{month.label}评分已核定。"

    page = {
        "title": f"核定{month.label}评分",
        "question": f"核定{month.label}全部县（市、区）的得分",
        "facts": [
            ("计算", f"{display.moment(run.computed_at)} {run.computed_by_name}"),
            ("异议期", f"至 {display.day(run.objection_until)}"),
            ("快照摘要", run.snapshot_sha256),
        ],
        "warning": "核定人不能是计算人。核定后得分作为通报的依据。",
        "submit": "核定评分",
    }
    return _confirm(request, month, act, page)


@requires(Capability.MONTH_PUBLISH)
@require_http_methods(["GET", "POST"])
def month_publish(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """Confirm page of 公布."""
    run = _run_or_404(month)

    def act(form: forms.Form) -> str:
        publish_month(run_id=run.id, by=request.user, at=timezone.now())
        return f"{month.label}评分已公布。"

    page = {
        "title": f"公布{month.label}评分",
        "question": f"向各县（市、区）公布{month.label}的得分、排名和红黑榜",
        "facts": [("核定", f"{display.moment(run.confirmed_at)} {run.confirmed_by_name}")],
        "warning": "公布后各县（市、区）可以看到全市排名和比较；需要通报已印发。",
        "submit": "公布评分",
    }
    return _confirm(request, month, act, page)


@requires(Capability.MONTH_CLOSE)
@require_http_methods(["GET", "POST"])
def month_correct(request: ScopedRequest, month: ReportingMonth) -> HttpResponse:
    """Confirm page of a correction: a new revision for a stated reason."""
    run = _run_or_404(month)

    def act(form: forms.Form) -> str:
        request_correction(
            month=month, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
        return f"{month.label}开始重新计算，完成后自动显示结果。"

    page = {
        "title": f"更正{month.label}评分",
        "question": f"以更正后的记录重新计算{month.label}，生成第{run.revision + 1}次计算",
        "facts": [
            ("现行计算", f"第{run.revision}次，{run.get_state_display()}，{display.moment(run.computed_at)}")
        ],
        "warning": "原计算保留可查并标为已被更正；新的计算重新经过异议期、核定和更正通报。",
        "submit": "开始更正",
        "form": ReasonForm,
    }
    return _confirm(request, month, act, page)
