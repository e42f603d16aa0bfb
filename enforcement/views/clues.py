"""Pages of clues (线索). `term` comes with the address: working days to transfer a clue, by the rubric of a day."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from enforcement.clue_forms import ClueForm, NewClueForm, ReceiptForm, TransferForm
from enforcement.filters.clues import ClueFilter
from enforcement.models import Clue
from enforcement.selectors.clues import visible_clues
from enforcement.services import clues as service
from inspections.models import Finding
from inspections.selectors.findings import visible_findings
from inspections.selectors.trail import trail_of
from inspections.services.acting import acting_level
from inspections.views.ownership import is_own

VIEW, EDIT = Capability.INSPECTION_VIEW, Capability.CLUE_EDIT
Term = Callable[[dt.date], int]


def clue_url(clue: Clue) -> str:
    """Its page."""
    return reverse("clues:detail", args=[clue.pk])


def _crumbs(clue: Clue | None = None) -> list[Link]:
    links = [Link("线索", reverse("clues:list"))]
    return links if clue is None else [*links, Link(clue.number, clue_url(clue))]


def _due(clue: Any) -> str | SafeString:
    if clue.due_on is None:
        return display.EMPTY
    today, due = timezone.localdate(), display.day(clue.due_on)
    late = (clue.transferred_on or today) > clue.due_on
    if clue.transferred_on is not None:
        return format_html('{}<span class="cell-note bad-text">超期移送</span>', due) if late else due
    days = (clue.due_on - today).days
    text = f"已超期 {-days} 天" if late else "今天到期" if days == 0 else f"还有 {days} 天"
    return format_html('{}<span class="cell-note bad-text">{}</span>', due, text)


def clue_chip(clue: Clue) -> SafeString:
    """待移送, 已移送, 已回执."""
    if clue.transferred_on is None:
        return chip(Tone.WARN, "待移送")
    return chip(Tone.OK, "已回执") if clue.receipt else chip(Tone.INFO, "已移送")


CLUES: ListSpec[Clue] = ListSpec(
    title="线索",
    key="clues",
    columns=(
        Column("number", "编号", sort=("number",), link=clue_url, css="nowrap"),
        Column("kind", "类型", value="get_kind_display", sort=("kind",), css="nowrap"),
        Column("summary", "线索内容", css="col-wide"),
        Column(
            "organization",
            "涉及单位",
            value=lambda c: c.organization.name if c.organization else display.EMPTY,
            css="col-name",
            note=lambda c: c.jurisdiction.short_name,
        ),
        Column(
            "county",
            "县（市、区）",
            value="jurisdiction.short_name",
            sort=("jurisdiction__unit_order",),
            is_shown=False,
        ),
        Column("level", "发现层级", value="get_organizer_level_display", is_shown=False),
        Column("identified", "发现", value="identified_on", kind=Kind.DATE, sort=("identified_on",)),
        Column(
            "due", "移送期限", value="due_on", kind=Kind.DATE, sort=("due_on",), nullable=True, render=_due
        ),
        Column(
            "transferred",
            "移送",
            value="transferred_on",
            kind=Kind.DATE,
            sort=("transferred_on",),
            nullable=True,
        ),
        Column("receiver", "接收机关", css="col-name"),
        Column("receipt", "回执", is_shown=False),
        Column(
            "project", "工程", value=lambda c: c.project.name if c.project else display.EMPTY, is_shown=False
        ),
        Column(
            "state",
            "状态",
            value=lambda c: "待移送" if c.transferred_on is None else "已回执" if c.receipt else "已移送",
            render=clue_chip,
            css="nowrap",
        ),
    ),
    default_sort="-identified",
    filterset=ClueFilter,
    search=(
        "number__icontains",
        "summary__icontains",
        "organization__name__icontains",
        "receiver__icontains",
    ),
    search_latin=("project__name_pinyin__contains", "organization__name_initials__contains"),
    search_label="编号、内容、单位或接收机关",
    empty=Empty("没有线索", "在问题页面可以由问题登记线索。"),
)


@requires(VIEW)
@require_safe
def clue_list(request: ScopedRequest, term: Term) -> HttpResponse:
    """All clues of the scope with the end of their term (E5)."""
    today = timezone.localdate()
    listing = CLUES.build(request.GET, visible_clues(term(today)), scope=request.scope, as_of=today)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    actions = [Link("登记线索", reverse("clues:new"), is_primary=True)] if may_edit else []
    note = f"发现后 {term(today)} 个工作日内移送有权机关（评分细则 E5）；线索只登记、移送，不删除。"
    return render(
        request, "enforcement/clue_list.html", {"listing": listing, "actions": actions, "note": note}
    )


@requires(VIEW)
@require_safe
def clue_detail(request: ScopedRequest, pk: uuid.UUID, term: Term) -> HttpResponse:
    """One clue: source, term, transfer, receipt."""
    clue: Any = get_object_or_404(visible_clues(term(timezone.localdate())), pk=pk)
    actions = []
    if is_own(request, EDIT, clue):
        if clue.transferred_on is None:
            actions = [
                Link("移送", reverse("clues:transfer", args=[pk]), is_primary=True),
                Link("修改", reverse("clues:edit", args=[pk])),
            ]
        else:
            actions = [Link("登记回执", reverse("clues:receipt", args=[pk]), is_primary=not clue.receipt)]
    context = {
        "clue": clue,
        "chip": clue_chip(clue),
        "due": _due(clue),
        "facts": [
            ("线索类型", clue.get_kind_display()),
            (
                "涉及单位",
                f"{clue.organization.name}（{clue.organization.uscc}）" if clue.organization else "",
            ),
            ("县（市、区）", clue.jurisdiction.name),
            ("发现层级", clue.get_organizer_level_display()),
            ("发现日期", display.day(clue.identified_on)),
            ("移送日期", display.day(clue.transferred_on)),
            ("接收机关", clue.receiver),
            ("回执", clue.receipt),
        ],
        "actions": actions,
        "timeline": trail_of(clue),
        "crumbs": _crumbs(),
    }
    return render(request, "enforcement/clue_detail.html", context)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def clue_new(request: ScopedRequest, term: Term) -> HttpResponse:
    """A clue that comes from elsewhere than a finding."""
    form = bound(request, NewClueForm, {"identified_on": timezone.localdate()})

    def save(data: dict[str, Any]) -> str:
        county = data.pop("county", None) or request.assignment.jurisdiction
        text = service.ClueText(**data)
        clue = service.record_clue(
            county=county, level=acting_level(), text=text, by=request.user, at=timezone.now()
        )
        return clue_url(clue)

    page = ActPage(
        title="登记线索",
        submit="登记",
        done="线索已登记，请在期限内移送。",
        back=reverse("clues:list"),
        note=f"发现后 {term(timezone.localdate())} 个工作日内移送有权机关。",
        crumbs=_crumbs(),
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def clue_of_finding(request: ScopedRequest, pk: uuid.UUID, term: Term) -> HttpResponse:
    """Draft a clue from a finding: project, unit and words come from it."""
    finding: Finding = get_object_or_404(visible_findings(), pk=pk)
    initial = {
        "summary": finding.text[:300],
        "identified_on": max(finding.found_on, timezone.localdate()),
        "organization": finding.organization,
    }
    form = bound(request, ClueForm, initial)

    def save(data: dict[str, Any]) -> str:
        text = service.ClueText(project=finding.project, **data)
        clue = service.record_clue(
            county=finding.jurisdiction,
            level=acting_level(),
            text=text,
            finding=finding,
            by=request.user,
            at=timezone.now(),
        )
        return clue_url(clue)

    own = reverse("inspections:finding-detail", args=[pk])
    page = ActPage(
        title="由问题登记线索",
        submit="登记",
        done="线索已登记，请在期限内移送。",
        back=own,
        note=finding.number,
        facts=[
            ("工程", finding.project.name),
            ("问题", finding.text),
            ("责任单位", finding.organization.name),
        ],
        warning=f"发现后 {term(timezone.localdate())} 个工作日内移送有权机关。",
        crumbs=[Link("问题", reverse("inspections:finding-list")), Link(finding.number, own)],
    )
    return act_page(request, page, form, save)


def _own_or_leave(request: ScopedRequest, pk: uuid.UUID) -> tuple[Clue, HttpResponse | None]:
    clue = get_object_or_404(Clue.objects.select_related("jurisdiction", "organization"), pk=pk)
    if is_own(request, EDIT, clue):
        return clue, None
    return clue, redirect(clue_url(clue))


def _page(clue: Clue, title: str, done: str, warning: str = "") -> ActPage:
    return ActPage(
        title=title,
        submit=title,
        done=done,
        back=clue_url(clue),
        note=clue.number,
        facts=[("线索类型", clue.get_kind_display()), ("线索内容", clue.summary)],
        warning=warning,
        crumbs=_crumbs(clue),
    )


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def clue_edit(request: ScopedRequest, pk: uuid.UUID, term: Term) -> HttpResponse:
    """Put a clue right until it is transferred."""
    clue, leave = _own_or_leave(request, pk)
    if leave:
        return leave
    initial = {name: getattr(clue, name) for name in ClueForm.base_fields}

    def save(data: dict[str, Any]) -> None:
        text = service.ClueText(project=clue.project, **data)
        service.edit_clue(clue_id=pk, text=text, by=request.user, at=timezone.now())

    page = _page(clue, "修改线索", "线索已保存。")
    return act_page(request, page, bound(request, ClueForm, initial), save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def clue_transfer(request: ScopedRequest, pk: uuid.UUID, term: Term) -> HttpResponse:
    """Hand it over."""
    clue, leave = _own_or_leave(request, pk)
    if leave:
        return leave

    def save(data: dict[str, Any]) -> None:
        service.transfer_clue(clue_id=pk, **data, by=request.user, at=timezone.now())

    form = bound(request, TransferForm, {"transferred_on": timezone.localdate()})
    return act_page(
        request, _page(clue, "移送线索", "线索已移送。", "移送后不能再修改线索内容。"), form, save
    )


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def clue_receipt(request: ScopedRequest, pk: uuid.UUID, term: Term) -> HttpResponse:
    """What the receiver answered."""
    clue, leave = _own_or_leave(request, pk)
    if leave:
        return leave

    def save(data: dict[str, Any]) -> None:
        service.record_receipt(clue_id=pk, **data, by=request.user, at=timezone.now())

    form = bound(request, ReceiptForm, {"receipt": clue.receipt})
    return act_page(request, _page(clue, "登记回执", "回执已登记。"), form, save)
