"""Pages of bidding checks (招投标核查)."""

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
from inspections.check_chips import bidding_chip
from inspections.filters.bidding import BiddingFilter
from inspections.forms.bidding import BiddingForm, stored
from inspections.models import BiddingCheck
from inspections.selectors.bidding import matter_table, visible_bidding
from inspections.selectors.trail import trail_of
from inspections.services import bidding as service
from inspections.services.acting import acting_level
from inspections.services.evidence import is_kept
from inspections.views.check_evidence import attach_page
from inspections.views.ownership import is_own
from tenancy.models import Jurisdiction

VIEW, EDIT = Capability.INSPECTION_VIEW, Capability.BIDDING_EDIT


def bidding_url(row: BiddingCheck) -> str:
    """Its page."""
    return reverse("bidding:detail", args=[row.pk])


def _crumbs(row: BiddingCheck | None = None) -> list[Link]:
    links = [Link("招投标核查", reverse("bidding:list"))]
    return links if row is None else [*links, Link(row.number, bidding_url(row))]


CHECKS: ListSpec[BiddingCheck] = ListSpec(
    title="招投标核查",
    key="bidding-checks",
    columns=(
        Column("number", "编号", sort=("number",), link=bidding_url, css="nowrap"),
        Column("matter", "核查事项", value="get_matter_display", sort=("matter",), css="nowrap"),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column(
            "project", "工程", value=lambda c: c.project.name if c.project else display.EMPTY, css="col-name"
        ),
        Column("source", "来源", value="get_source_display", sort=("source",), css="nowrap"),
        Column("level", "核查层级", value="get_organizer_level_display"),
        Column("checked", "核查日期", value="checked_on", kind=Kind.DATE, sort=("checked_on",)),
        Column(
            "problem",
            "结论",
            value=lambda c: "存在问题" if c.has_problem else "未发现问题",
            sort=("has_problem",),
            render=bidding_chip,
            css="nowrap",
        ),
        Column("result", "核查结果", css="col-wide"),
        Column("handling", "处理意见", is_shown=False),
        Column("by", "核查人员", value="checked_by", is_shown=False),
    ),
    default_sort="-checked",
    filterset=BiddingFilter,
    search=("number__icontains", "result__icontains", "project__name__icontains"),
    search_latin=("project__name_pinyin__contains", "project__name_initials__contains"),
    search_label="编号、结果、工程或拼音首字母",
    row_css=lambda c: "row-warn" if c.has_problem else "",
    empty=Empty("还没有招投标核查", "登记核查后列在这里。"),
)


@requires(VIEW)
@require_safe
def bidding_list(request: ScopedRequest) -> HttpResponse:
    """All checks of the scope, and the nine matters of the month by county."""
    listing = CHECKS.build(request.GET, visible_bidding(), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    places = Jurisdiction.objects.order_by("unit_order")
    if request.scope.county_id is not None:
        places = places.filter(pk=request.scope.county_id)
    may_edit = request.assignment.allows(EDIT)
    context = {
        "listing": listing,
        "table": matter_table(timezone.localdate(), list(places)),
        "actions": [Link("登记核查", reverse("bidding:new"), is_primary=True)] if may_edit else [],
    }
    return render(request, "inspections/bidding/list.html", context)


@requires(VIEW)
@require_safe
def bidding_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One check: what was found, its files, the notice that followed."""
    row = get_object_or_404(visible_bidding(), pk=pk)
    evidence, notices = list(row.evidence.all()), list(row.notices.select_related("addressee", "project"))
    may = request.assignment.allows
    actions = []
    if row.has_problem and may(Capability.NOTICE_EDIT):
        url = reverse("enforcement:notice-of-bidding", args=[pk])
        actions.append(Link("起草整改通知书", url, is_primary=not notices))
    if may(EDIT):
        actions.append(Link("附佐证材料", reverse("bidding:evidence-add", args=[pk])))
        if not notices and is_own(request, EDIT, row):
            actions.append(Link("修改", reverse("bidding:edit", args=[pk])))
    facts: list[tuple[str, object]] = [
        ("核查事项", row.get_matter_display()),
        ("县（市、区）", row.jurisdiction.name),
        ("核查来源", row.get_source_display()),
        ("来源说明", row.source_note),
        ("核查层级", row.get_organizer_level_display()),
        ("核查日期", display.day(row.checked_on)),
        ("核查人员", row.checked_by),
    ]
    context = {
        "row": row,
        "facts": facts,
        "chip": bidding_chip(row),
        "evidence": evidence,
        "kept": {one.pk for one in evidence if is_kept(one)},
        "notices": notices if may(Capability.NOTICE_VIEW) else [],
        "today": timezone.localdate(),
        "actions": actions,
        "timeline": trail_of(row),
        "crumbs": _crumbs(),
    }
    return render(request, "inspections/bidding/detail.html", context)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def bidding_new(request: ScopedRequest) -> HttpResponse:
    """Record a check."""
    form = bound(request, BiddingForm, {"checked_on": timezone.localdate()}, is_new=True)

    def save(data: dict[str, Any]) -> str:
        county = data.get("county") or request.assignment.jurisdiction
        row = service.record_bidding_check(
            county=county, level=acting_level(), text=form.text, by=request.user, at=timezone.now()
        )
        return bidding_url(row)

    page = ActPage(
        title="登记招投标核查",
        submit="登记",
        done="核查已登记，请附佐证材料。",
        back=reverse("bidding:list"),
        note="一个事项的一次核查登记一条。",
        crumbs=_crumbs(),
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def bidding_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put a check right."""
    row = get_object_or_404(visible_bidding(), pk=pk)
    if not is_own(request, EDIT, row):
        return redirect(bidding_url(row))
    form = bound(request, BiddingForm, stored(row), is_new=False)

    def save(data: dict[str, Any]) -> None:
        service.edit_bidding_check(check_id=pk, text=form.text, by=request.user, at=timezone.now())

    page = ActPage(
        title="修改招投标核查",
        submit="保存",
        done="核查已保存。",
        back=bidding_url(row),
        note=f"{row.jurisdiction.short_name} {row.number}",
        crumbs=_crumbs(row),
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def bidding_evidence(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach a file."""
    row = get_object_or_404(visible_bidding(), pk=pk)
    return attach_page(request, row, back=bidding_url(row), note=row.number, crumbs=_crumbs(row))
