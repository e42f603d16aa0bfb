"""Pages of duty inspections (履职检查): the list, the sheet, scoring it, concluding it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
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
from core.errors import DomainError
from core.listing import ListSpec
from core.month import ReportingMonth
from core.text import as_uuid
from inspections.check_chips import duty_chip
from inspections.enums import DutyState
from inspections.models import DutyInspection, DutyInspectionItem
from inspections.selectors.draws import drawn_counties
from inspections.selectors.trail import trail_of
from inspections.services.evidence import is_kept
from inspections.views.check_evidence import attach_page
from scoring.filters import DutyFilter
from scoring.forms import DutyConcludeForm, DutyForm, DutySheetForm
from scoring.selectors.duty_page import DutyPage, county_draws, duty_page, rules_of, visible_duties
from scoring.services import duty as service
from scoring.services.duty import DutyText
from tenancy.models import Jurisdiction

EDIT = Capability.DUTY_EDIT


def duty_url(row: DutyInspection) -> str:
    """Its page."""
    return reverse("scoring:duty-detail", args=[row.pk])


def _crumbs(row: DutyInspection | None = None) -> list[Link]:
    links = [Link("履职检查", reverse("duty:list"))]
    return links if row is None else [*links, Link(row.number, duty_url(row))]


DUTIES: ListSpec[DutyInspection] = ListSpec(
    title="履职检查",
    key="duty-inspections",
    columns=(
        Column("number", "编号", sort=("number",), link=duty_url, css="nowrap"),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("inspected", "检查", value="inspected_on", kind=Kind.DATE, sort=("inspected_on",)),
        Column(
            "concluded",
            "结论日期",
            value=lambda d: d.concluded_on if d.state == DutyState.CONCLUDED else None,
            kind=Kind.DATE,
            sort=("concluded_on",),
        ),
        Column("score", "得分", value="total", kind=Kind.SCORE, sort=("total",), nullable=True),
        Column("leader", "检查组长", value="leader_name", css="nowrap"),
        Column("draw", "抽取编号", value=lambda d: d.draw.number if d.draw else display.EMPTY, css="nowrap"),
        Column("summary", "结论", css="col-wide"),
        Column("state", "状态", value="get_state_display", sort=("state",), render=duty_chip, css="nowrap"),
    ),
    default_sort="-inspected",
    filterset=DutyFilter,
    search=("number__icontains", "leader_name__icontains", "summary__icontains"),
    search_latin=("jurisdiction__name_pinyin__contains", "jurisdiction__name_initials__contains"),
    search_label="编号、组长、结论或县名拼音",
    empty=Empty("还没有履职检查", "每月随机抽取一个县（市、区）检查。"),
)


@requires(Capability.SCORE_VIEW)
@require_safe
def duty_list(request: ScopedRequest) -> HttpResponse:
    """All duty inspections of the scope."""
    listing = DUTIES.build(request.GET, visible_duties(), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    actions = [Link("新建履职检查", reverse("duty:new"), is_primary=True)] if may_edit else []
    return render(request, "scoring/duty/list.html", {"listing": listing, "actions": actions})


def _actions(request: ScopedRequest, row: DutyInspection, page: DutyPage) -> list[Link]:
    links = []
    if row.state == DutyState.DRAFT and request.assignment.allows(EDIT):
        conclude = Link("定论", reverse("duty:conclude", args=[row.pk]), is_primary=page.is_complete)
        links += [
            Link("评分", reverse("duty:sheet", args=[row.pk]), is_primary=not page.is_complete),
            conclude,
            Link("修改", reverse("duty:edit", args=[row.pk])),
        ]
    return [*links, Link("评分表 PDF", reverse("reports:duty-print", args=[row.pk]))]


@requires(Capability.SCORE_VIEW)
@require_safe
def duty_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One duty inspection: the scored sheet."""
    row = get_object_or_404(visible_duties(), pk=pk)
    page = duty_page(row)
    month = ReportingMonth.of(row.concluded_on)
    is_draft = row.state == DutyState.DRAFT
    score_url = reverse("scoring:score-detail", args=[row.jurisdiction.code, month])
    context = {
        "row": row,
        "page": page,
        "is_draft": is_draft,
        "month": month,
        "chip": duty_chip(row),
        "actions": _actions(request, row, page),
        "may_attach": is_draft and request.assignment.allows(EDIT),
        "kept": {one.pk for item in page.scored for one in item.evidence.all() if is_kept(one)},
        "timeline": trail_of(row),
        "score_link": None
        if is_draft
        else Link(f"{row.jurisdiction.short_name}{month.label}得分", score_url),
        "crumbs": _crumbs(),
    }
    return render(request, "scoring/duty_detail.html", context)


def _text(data: dict[str, Any]) -> DutyText:
    return DutyText(**{name: data[name] for name in ("inspected_on", "leader_name", "members", "draw")})


def _first(asked: str) -> dict[str, object]:
    """What a new sheet begins with; from a draw its number, and the county when it drew only one."""
    initial: dict[str, object] = {"inspected_on": timezone.localdate()}
    if not asked:
        return initial
    draw = get_object_or_404(county_draws(), pk=as_uuid(asked))
    initial["draw"] = draw.pk
    codes = drawn_counties(draw)
    if len(codes) == 1:
        initial["county"] = Jurisdiction.objects.filter(code=codes[0]).first()
    return initial


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def duty_new(request: ScopedRequest) -> HttpResponse:
    """Open a sheet for a county."""
    form = bound(request, DutyForm, _first(request.GET.get("draw", "")), is_new=True)

    def save(data: dict[str, Any]) -> str:
        row = service.draft_duty_inspection(
            county=data["county"], text=_text(data), by=request.user, at=timezone.now()
        )
        return duty_url(row)

    page = ActPage(
        title="新建履职检查",
        submit="建立",
        done="履职检查已建立，请逐项评分。",
        back=reverse("duty:list"),
        note="评分表按检查当月生效的评分细则；定论前县（市、区）看不到，也不计入考核。",
        crumbs=_crumbs(),
    )
    return act_page(request, page, form, save)


def _draft_or_leave(request: ScopedRequest, pk: uuid.UUID) -> tuple[DutyInspection, HttpResponse | None]:
    row = get_object_or_404(visible_duties(), pk=pk)
    if row.state == DutyState.DRAFT:
        return row, None
    return row, redirect(duty_url(row))


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def duty_edit(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Put the head of a draft right."""
    row, leave = _draft_or_leave(request, pk)
    if leave:
        return leave
    initial = {name: getattr(row, name) for name in ("draw", "inspected_on", "leader_name", "members")}
    form = bound(request, DutyForm, initial, is_new=False)

    def save(data: dict[str, Any]) -> None:
        service.edit_duty_inspection(duty_id=pk, text=_text(data), by=request.user, at=timezone.now())

    page = ActPage(
        title="修改履职检查",
        submit="保存",
        done="已保存。",
        back=duty_url(row),
        note=f"{row.jurisdiction.short_name} {row.number}",
        crumbs=_crumbs(row),
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def duty_sheet(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Score the sheet, as many lines at a time as are ready."""
    row, leave = _draft_or_leave(request, pk)
    if leave:
        return leave
    rules = rules_of(row)
    form = bound(request, DutySheetForm, _stored(row), rules=rules)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            service.record_points(duty_id=pk, lines=form.lines, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "评分已保存。")
            return redirect(duty_url(row))
    context = {"row": row, "form": form, "error": error, "back": duty_url(row), "crumbs": _crumbs(row)}
    return render(request, "scoring/duty/sheet.html", context, status=422 if form.errors or error else 200)


def _stored(row: DutyInspection) -> dict[str, object]:
    known = {(item.section, item.name): item for item in row.items.all()}
    initial: dict[str, object] = {}
    for section in rules_of(row).sections:
        for item in section.items:
            stored = known.get((section.id, item.name))
            if stored is not None:
                initial |= {f"{item.id}-points": stored.points, f"{item.id}-fact": stored.fact}
    return initial


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def duty_conclude(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Conclude: the sheet is frozen, its month counts it."""
    row, leave = _draft_or_leave(request, pk)
    if leave:
        return leave
    page = duty_page(row)
    today = timezone.localdate()
    form = bound(request, DutyConcludeForm, {"concluded_on": today, "summary": row.summary})

    def save(data: dict[str, Any]) -> None:
        service.conclude_duty(duty_id=pk, **data, by=request.user, at=timezone.now())

    unproved = "、".join(item.name for item in page.unproved)
    facts: list[tuple[str, object]] = [
        ("被检查单位", row.jurisdiction.name),
        ("已评分", f"{len(page.scored)} / {page.line_count} 项"),
        ("得分", f"{display.score(page.score)} 分"),
        ("结果", page.result if page.is_complete else "评分尚未完成"),
        ("扣分而没有佐证的项", unproved),
    ]
    act = ActPage(
        title="履职检查定论",
        submit="定论",
        done="履职检查已定论。",
        back=duty_url(row),
        note=f"{row.jurisdiction.short_name} {row.number}",
        facts=facts,
        warning="定论后评分表不能再修改，得分计入结论当月的考核。",
        crumbs=_crumbs(row),
    )
    return act_page(request, act, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def duty_evidence(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Attach a file to a scored line of a draft."""
    item = get_object_or_404(DutyInspectionItem.objects.select_related("duty_inspection"), pk=pk)
    row, leave = _draft_or_leave(request, item.duty_inspection_id)
    if leave:
        return leave
    facts = [
        ("得分", f"{display.number(item.points)} / {display.number(item.max_points)} 分"),
        ("扣分事实", item.fact),
    ]
    note = f"{row.number} {item.name}"
    return attach_page(request, item, back=duty_url(row), note=note, crumbs=_crumbs(row), facts=facts)
