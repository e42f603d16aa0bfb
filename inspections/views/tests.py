"""Pages of supervisory tests: the list with its clocks, one test, what follows a failure, the year's money."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from inspections.check_chips import clock, is_late
from inspections.chips import verdict_chip
from inspections.enums import FindingState, Verdict
from inspections.filters.tests import TestFilter
from inspections.forms.tests import BudgetForm, HandlingForm, ReviewForm
from inspections.models import SupervisoryTest
from inspections.selectors.supervisory_tests import test_page, visible_tests
from inspections.selectors.test_budgets import batch_lines, budget_lines
from inspections.selectors.trail import trail_of
from inspections.services.evidence import is_kept
from inspections.services.test_budgets import record_budget
from inspections.services.test_reports import record_handling, review_test_finding
from inspections.views.ownership import is_own
from tenancy.models import Jurisdiction

VIEW, EDIT = Capability.INSPECTION_VIEW, Capability.TEST_EDIT


def test_url(test: SupervisoryTest) -> str:
    """Its page."""
    return reverse("tests:test-detail", args=[test.pk])


def crumbs(test: SupervisoryTest | None = None) -> list[Link]:
    """监督检测 › one test."""
    links = [Link("监督检测", reverse("tests:test-list"))]
    return links if test is None else [*links, Link(test.number, test_url(test))]


TESTS: ListSpec[SupervisoryTest] = ListSpec(
    title="监督检测",
    key="supervisory-tests",
    columns=(
        Column("number", "检测编号", sort=("number",), link=test_url, css="nowrap"),
        Column(
            "project", "工程", value="project.name", css="col-name", note=lambda t: t.jurisdiction.short_name
        ),
        Column("item", "检测项目", css="col-name", note=lambda t: t.get_tested_object_display()),
        Column("verdict", "结论", value="get_verdict_display", render=verdict_chip, css="nowrap"),
        Column(
            "due",
            "处置期限",
            value="failure_due_on",
            kind=Kind.DATE,
            sort=("failure_due_on",),
            nullable=True,
            render=lambda t: clock(t, timezone.localdate()),
        ),
        Column("agency", "检测机构", value="agency.name", css="col-name", is_shown=False),
        Column(
            "county",
            "县（市、区）",
            value="jurisdiction.short_name",
            sort=("jurisdiction__unit_order",),
            is_shown=False,
        ),
        Column("level", "委托层级", value="get_organizer_level_display", is_shown=False),
        Column("batches", "批次", unit="批", value="batch_count", kind=Kind.INTEGER, sort=("batch_count",)),
        Column("sampled", "取样", value="sampled_on", kind=Kind.DATE, sort=("sampled_on",)),
        Column("reported", "报告", value="reported_on", kind=Kind.DATE, sort=("reported_on",), nullable=True),
        Column("report", "报告编号", value="report_number", is_shown=False),
        Column("handled", "处置日期", value="handled_on", kind=Kind.DATE, is_shown=False),
    ),
    default_sort="-sampled",
    filterset=TestFilter,
    search=("number__icontains", "item__icontains", "report_number__icontains", "project__name__icontains"),
    search_latin=("project__name_pinyin__contains", "project__name_initials__contains"),
    search_label="编号、项目、报告编号、工程或拼音首字母",
    row_css=lambda t: "row-bad" if t.handled_on is None and is_late(t, timezone.localdate()) else "",
    empty=Empty("还没有监督检测", "检测由委托取样形成。"),
)


@requires(VIEW)
@require_safe
def test_list(request: ScopedRequest) -> HttpResponse:
    """All tests of the scope, and how the month's batches stand against the plan (F1)."""
    today = timezone.localdate()
    listing = TESTS.build(request.GET, visible_tests(), scope=request.scope, as_of=today)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    counties = Jurisdiction.objects.counties()
    if request.scope.county_id is not None:
        counties = counties.filter(pk=request.scope.county_id)
    actions = [
        Link("检测委托", reverse("tests:commission-list")),
        Link("检测经费", reverse("tests:budget-list")),
    ]
    if request.assignment.allows(EDIT):
        actions.insert(0, Link("新建委托", reverse("tests:commission-new"), is_primary=True))
    context = {
        "listing": listing,
        "actions": actions,
        "month": today,
        "batches": batch_lines(today, list(counties)),
    }
    return render(request, "inspections/tests/list.html", context)


def _actions(request: ScopedRequest, test: SupervisoryTest) -> list[Link]:
    links = []
    if test.verdict == Verdict.PENDING and is_own(request, EDIT, test):
        links.append(Link("登记检测报告", reverse("test_reports:report", args=[test.pk]), is_primary=True))
    if test.verdict == Verdict.FAILED and test.handled_on is None and request.assignment.allows(EDIT):
        links.append(Link("登记处置情况", reverse("tests:handle", args=[test.pk]), is_primary=True))
    is_draft = test.finding is not None and test.finding.state == FindingState.DRAFT
    if is_draft and is_own(request, Capability.INSPECTION_REVIEW, test):
        links.append(Link("认定问题", reverse("tests:review", args=[test.pk]), is_primary=not links))
    return links


@requires(VIEW)
@require_safe
def test_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One test: its samples with results, the report, the clock of a failure and the finding that it made."""
    rows = visible_tests().select_related("commission", "finding")
    test = get_object_or_404(rows, pk=pk)
    today = timezone.localdate()
    page = test_page(test)
    context = {
        "test": test,
        "page": page,
        "kept": {one.pk for one in page.evidence if is_kept(one)},
        "clock": clock(test, today),
        "is_late": is_late(test, today),
        "chip": verdict_chip(test),
        "actions": _actions(request, test),
        "timeline": trail_of(*filter(None, [test, test.finding])),
        "crumbs": crumbs(),
    }
    return render(request, "inspections/tests/detail.html", context)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def handle(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Record what was done about a failure."""
    test = get_object_or_404(visible_tests(), pk=pk)

    def save(data: dict[str, Any]) -> None:
        record_handling(test_id=pk, **data, by=request.user, at=timezone.now())

    page = ActPage(
        title="登记不合格处置情况",
        submit="登记",
        done="处置情况已登记。",
        back=test_url(test),
        note=test.number,
        facts=[
            ("工程", test.project.name),
            ("检测项目", test.item),
            ("报告日期", display.day_cn(test.reported_on)),
            ("处置期限", display.day_cn(test.failure_due_on) if test.failure_due_on else ""),
        ],
        crumbs=crumbs(test),
    )
    initial = {"handled_on": timezone.localdate()}
    return act_page(request, page, bound(request, HandlingForm, initial), save)


@requires(Capability.INSPECTION_REVIEW)
@require_http_methods(["GET", "POST"])
def review(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Confirm or withdraw the finding that a failure drafted."""
    test = get_object_or_404(visible_tests().select_related("finding__organization"), pk=pk)
    finding = test.finding
    if finding is None or not is_own(request, Capability.INSPECTION_REVIEW, test):
        return redirect(test_url(test))

    def save(data: dict[str, Any]) -> None:
        review_test_finding(
            test_id=pk,
            is_confirmed=data["decision"] == "confirm",
            severity=data["severity"],
            reason=data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="认定检测不合格形成的问题",
        submit="认定",
        done="认定意见已记录。",
        back=test_url(test),
        note=test.number,
        facts=[
            ("问题", finding.text),
            ("责任单位", finding.organization.name),
            ("建议", finding.severity_reason),
            ("草拟人", finding.recorded_by_name),
        ],
        warning="认定后计入当月问题；登记检测报告的人不能认定。",
        crumbs=crumbs(test),
    )
    return act_page(request, page, bound(request, ReviewForm, {"severity": finding.severity}), save)


@requires(VIEW)
@require_safe
def budget_list(request: ScopedRequest) -> HttpResponse:
    """The money of the office's own jurisdiction: granted, taken, left (元)."""
    place = request.assignment.jurisdiction
    may_edit = request.assignment.allows(Capability.TEST_BUDGET_EDIT)
    context = {
        "place": place,
        "lines": budget_lines(place, [timezone.localdate().year]),
        "actions": [Link("登记经费", reverse("tests:budget-edit"), is_primary=True)] if may_edit else [],
        "crumbs": crumbs(),
    }
    return render(request, "inspections/tests/budgets.html", context)


@requires(Capability.TEST_BUDGET_EDIT)
@require_http_methods(["GET", "POST"])
def budget_edit(request: ScopedRequest) -> HttpResponse:
    """Record or change a year's money of one's own jurisdiction."""
    place = request.assignment.jurisdiction
    back = reverse("tests:budget-list")

    def save(data: dict[str, Any]) -> None:
        record_budget(jurisdiction=place, **data, by=request.user, at=timezone.now())

    page = ActPage(
        title="登记监督检测经费",
        submit="保存",
        done="经费已登记。",
        back=back,
        note=f"{place.short_name}；同一年度再次登记即为调整，不能少于已委托的金额。",
        crumbs=[*crumbs(), Link("检测经费", back)],
    )
    return act_page(request, page, bound(request, BudgetForm, {"year": timezone.localdate().year}), save)
