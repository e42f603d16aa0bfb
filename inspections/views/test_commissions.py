"""Pages of commissions to testing agencies."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, Save, act_page, bound
from accounts.decorators import ScopedRequest, requires
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from inspections.check_chips import commission_chip
from inspections.enums import CommissionState
from inspections.filters.tests import CommissionFilter
from inspections.forms import tests as test_forms
from inspections.models import SupervisoryTestCommission
from inspections.selectors.supervisory_tests import commission_page, visible_commissions
from inspections.selectors.trail import trail_of
from inspections.services import test_commissions as service
from inspections.services.acting import acting_level
from inspections.views.ownership import is_own
from inspections.views.tests import EDIT, VIEW, crumbs

S = CommissionState


def commission_url(row: SupervisoryTestCommission) -> str:
    """Its page."""
    return reverse("tests:commission-detail", args=[row.pk])


COMMISSIONS: ListSpec[SupervisoryTestCommission] = ListSpec(
    title="检测委托",
    key="test-commissions",
    columns=(
        Column("number", "委托编号", sort=("number",), link=commission_url, css="nowrap"),
        Column("project", "工程", value="project.name", css="col-name"),
        Column("agency", "检测机构", value="agency.name", css="col-name"),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("level", "委托层级", value="get_organizer_level_display"),
        Column(
            "commissioned",
            "委托",
            value="commissioned_on",
            kind=Kind.DATE,
            sort=("commissioned_on",),
            nullable=True,
        ),
        Column("batches", "批次", unit="批", kind=Kind.INTEGER, sort=("batches",)),
        Column("fee", "检测费", unit="元", value="fee_yuan", kind=Kind.NUMBER, sort=("fee_yuan",)),
        Column(
            "state", "状态", value="get_state_display", sort=("state",), render=commission_chip, css="nowrap"
        ),
    ),
    default_sort="-number",
    filterset=CommissionFilter,
    search=("number__icontains", "project__name__icontains", "agency__name__icontains"),
    search_latin=("project__name_pinyin__contains", "agency__name_initials__contains"),
    search_label="编号、工程、机构或拼音",
    row_css=lambda c: "row-muted" if c.state == S.CANCELLED else "",
    empty=Empty("还没有检测委托", "新建委托后列在这里。"),
)


@requires(VIEW)
@require_safe
def commission_list(request: ScopedRequest) -> HttpResponse:
    """All commissions of the scope."""
    listing = COMMISSIONS.build(request.GET, visible_commissions(), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    actions = [Link("新建委托", reverse("tests:commission-new"), is_primary=True)] if may_edit else []
    context = {"listing": listing, "actions": actions, "crumbs": crumbs()}
    return render(request, "inspections/tests/commissions.html", context)


def _actions(request: ScopedRequest, row: SupervisoryTestCommission) -> list[Link]:
    if not is_own(request, EDIT, row):
        return []

    def act(label: str, name: str, **kind: Any) -> Link:
        return Link(label, reverse(f"tests:commission-{name}", args=[row.pk]), **kind)

    links = []
    if row.state == S.DRAFT:
        links += [act("委托", "issue", is_primary=True), act("修改", "edit")]
    has_open = row.samples.filter(sampled_on__isnull=True).exists()
    if row.state in (S.COMMISSIONED, S.SAMPLED) and has_open:
        links.append(act("登记取样", "sampling", is_primary=True))
    if row.state in service.TAKES_SAMPLES:
        links.append(act("添加样品", "sample"))
    if row.state in (S.DRAFT, S.COMMISSIONED):
        links.append(act("取消委托", "cancel", is_danger=True))
    return links


@requires(VIEW)
@require_safe
def commission_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One commission: agency, money, samples, tests."""
    row = get_object_or_404(visible_commissions(), pk=pk)
    context = {
        "row": row,
        "page": commission_page(row),
        "chip": commission_chip(row),
        "actions": _actions(request, row),
        "timeline": trail_of(row),
        "crumbs": [*crumbs(), Link("检测委托", reverse("tests:commission-list"))],
    }
    return render(request, "inspections/tests/commission.html", context)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def commission_new(request: ScopedRequest) -> HttpResponse:
    """Prepare a commission; `?project=` names the project beforehand."""

    def save(data: dict[str, Any]) -> str:
        row = service.draft_commission(level=acting_level(), **data, by=request.user, at=timezone.now())
        return commission_url(row)

    page = ActPage(
        title="新建检测委托",
        submit="保存",
        done="委托已保存，请添加样品。",
        back=reverse("tests:commission-list"),
        note="检测机构不得是本工程的参建单位，也不得正在为本工程的参建各方提供检测服务。",
        crumbs=crumbs(),
    )
    initial = {"project": request.GET.get("project", "")}
    return act_page(request, page, bound(request, test_forms.CommissionForm, initial), save)


def _own_or_leave(
    request: ScopedRequest, pk: uuid.UUID
) -> tuple[SupervisoryTestCommission, HttpResponse | None]:
    row = get_object_or_404(visible_commissions(), pk=pk)
    if is_own(request, EDIT, row):
        return row, None
    return row, redirect(commission_url(row))


def _act(
    request: ScopedRequest,
    row: SupervisoryTestCommission,
    title: str,
    form: forms.Form,
    save: Save,
    **text: Any,
) -> HttpResponse:
    page = ActPage(
        title=title,
        submit=text.pop("submit", title),
        done=text.pop("done"),
        back=commission_url(row),
        note=row.number,
        facts=[("工程", row.project.name), ("检测机构", row.agency.name), ("检测费（元）", row.fee_yuan)],
        crumbs=[*crumbs(), Link(row.number, commission_url(row))],
        **text,
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def commission_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Change a draft."""
    row, leave = _own_or_leave(request, pk)
    if leave:
        return leave

    def save(data: dict[str, Any]) -> None:
        service.edit_commission(commission_id=pk, **data, by=request.user, at=timezone.now())

    initial = {"agency": row.agency, "fee_yuan": row.fee_yuan, "note": row.note}
    form = bound(request, test_forms.CommissionEditForm, initial)
    return _act(request, row, "修改检测委托", form, save, submit="保存", done="委托已保存。")


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def commission_sample(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Add a sample to take."""
    row, leave = _own_or_leave(request, pk)
    if leave:
        return leave
    form = bound(request, test_forms.SampleForm, {"batch_count": 1})

    def save(data: dict[str, Any]) -> None:
        text = service.SampleText(**data)
        service.plan_sample(commission_id=pk, text=text, by=request.user, at=timezone.now())

    return _act(request, row, "添加样品", form, save, submit="添加", done="样品已添加。")


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def commission_issue(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Commission the agency: the money is taken from the year's budget."""
    row, leave = _own_or_leave(request, pk)
    if leave:
        return leave

    def save(data: dict[str, Any]) -> None:
        service.issue_commission(commission_id=pk, **data, by=request.user, at=timezone.now())

    form = bound(request, test_forms.IssueForm, {"commissioned_on": timezone.localdate()})
    return _act(request, row, "委托检测", form, save, submit="委托", done="已委托，请安排取样。")


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def commission_sampling(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Samples were taken before a witness."""
    row, leave = _own_or_leave(request, pk)
    if leave:
        return leave
    initial = {"sampled_on": timezone.localdate()}
    form = bound(request, test_forms.SamplingForm, initial, commission=row)

    def save(data: dict[str, Any]) -> None:
        service.take_samples(commission_id=pk, **data, by=request.user, at=timezone.now())

    return _act(request, row, "登记取样", form, save, submit="登记", done="取样已登记，等待检测报告。")


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def commission_cancel(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Cancel it with a reason."""
    row, leave = _own_or_leave(request, pk)
    if leave:
        return leave

    def save(data: dict[str, Any]) -> None:
        service.cancel_commission(commission_id=pk, **data, by=request.user, at=timezone.now())

    form = bound(request, test_forms.CancelForm)
    words = {"warning": "取消后不能恢复；记录和原因保留。", "done": "委托已取消。", "is_danger": True}
    return _act(request, row, "取消委托", form, save, **words)
