"""Pages of the published item list, the yearly cap, and how often firms were inspected."""

from __future__ import annotations

import uuid
from typing import Any

from django.db.models import IntegerField, Value
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
from inspections.filters.items import FrequencyFilter, ItemFilter
from inspections.forms.items import CapForm, ItemForm, WithdrawForm
from inspections.models import FrequencyCap, Inspection, InspectionItem
from inspections.rules.frequency import Counts
from inspections.selectors.frequency import (
    ARRANGED_STATES,
    cap_of,
    counted_firms,
    firm_counts,
    visits_of_firm,
)
from inspections.services import items as service
from inspections.views.plan_pages import VIEW, tabs_of, year_asked, year_links
from projects.selectors.parties.organizations import visible_organizations

EDIT = Capability.ITEM_LIST_EDIT


def _standing(item: InspectionItem) -> SafeString:
    today = timezone.localdate()
    if item.withdrawn_on is not None and item.withdrawn_on <= today:
        return chip(Tone.IDLE, "已停用")
    return chip(Tone.OK, "在用") if item.published_on <= today else chip(Tone.INFO, "待施行")


ITEMS: ListSpec[InspectionItem] = ListSpec(
    title="检查事项清单",
    key="inspection-items",
    columns=(
        Column("code", "编号", sort=("code",), css="nowrap"),
        Column("name", "检查事项", note=lambda i: i.basis, css="col-wide"),
        Column("basis", "检查依据", is_shown=False),
        Column("subject", "检查对象", css="col-wide"),
        Column("content", "检查内容", is_shown=False),
        Column("method", "检查方式"),
        Column("frequency", "比例和频次", css="col-wide"),
        Column("section", "实施科室"),
        Column("firms", "涉企", value="concerns_firms", render=lambda i: "是" if i.concerns_firms else "否"),
        Column("published", "公布", value="published_on", kind=Kind.DATE, sort=("published_on",)),
        Column(
            "withdrawn", "停用", value="withdrawn_on", kind=Kind.DATE, sort=("withdrawn_on",), nullable=True
        ),
        Column(
            "standing",
            "状态",
            value="withdrawn_on",
            render=_standing,
            link=lambda i: reverse("plans:item-withdraw", args=[i.pk]) if i.withdrawn_on is None else "",
            css="nowrap",
        ),
    ),
    default_sort="code",
    filterset=ItemFilter,
    search=("code__icontains", "name__icontains", "basis__icontains"),
    search_label="编号、事项或依据",
    row_css=lambda i: "row-muted" if i.withdrawn_on is not None else "",
    empty=Empty("清单是空的", "清单之外无检查：公布检查事项后才能安排检查。"),
)


def _crumbs() -> list[Link]:
    return [Link("检查事项清单", reverse("plans:item-list"))]


@requires(VIEW)
@require_safe
def item_list(request: ScopedRequest) -> HttpResponse:
    """What may be inspected at all."""
    listing = ITEMS.build(request.GET, InspectionItem.objects.all(), as_of=timezone.localdate())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    context = {
        "listing": listing,
        "tabs": tabs_of("plans:item-list"),
        "actions": [Link("公布检查事项", reverse("plans:item-new"), is_primary=True)] if may_edit else [],
    }
    return render(request, "inspections/plans/item_list.html", context)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def item_new(request: ScopedRequest) -> HttpResponse:
    """Put an item on the list, or a new wording of one."""
    form = bound(request, ItemForm, {"published_on": timezone.localdate(), "concerns_firms": True})

    def save(_: dict[str, Any]) -> None:
        service.publish_item(text=form.text, by=request.user, at=timezone.now())

    page = ActPage(
        title="公布检查事项",
        submit="公布",
        done="检查事项已公布。",
        back=reverse("plans:item-list"),
        crumbs=_crumbs(),
    )
    return act_page(request, page, form, save)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def item_withdraw(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """停用: no inspection may cite it from then on."""
    item = get_object_or_404(InspectionItem, pk=pk)

    def save(data: dict[str, Any]) -> None:
        service.withdraw_item(
            item_id=pk, withdrawn_on=data["withdrawn_on"], by=request.user, at=timezone.now()
        )

    page = ActPage(
        title="停用检查事项",
        submit="停用",
        done="检查事项已停用。",
        back=reverse("plans:item-list"),
        facts=[
            ("编号", item.code),
            ("检查事项", item.name),
            ("检查依据", item.basis),
            ("公布日期", display.day(item.published_on)),
            ("停用日期", display.day(item.withdrawn_on) if item.withdrawn_on else ""),
        ],
        warning="停用之日起不能再据此安排检查；已安排的检查保留原依据。",
        crumbs=_crumbs(),
        is_danger=True,
    )
    return act_page(request, page, bound(request, WithdrawForm, {"withdrawn_on": timezone.localdate()}), save)


CAPS: ListSpec[FrequencyCap] = ListSpec(
    title="检查频次上限",
    key="frequency-caps",
    columns=(
        Column("year", "年度", sort=("year",), render=lambda c: f"{c.year}年", css="nowrap"),
        Column("cap", "上限（次/户）", kind=Kind.INTEGER, sort=("cap",)),
        Column("mode", "超出上限时", value="get_mode_display"),
        Column("source", "公布文件", css="col-wide"),
        Column("published", "公布日期", value="published_on", kind=Kind.DATE, sort=("published_on",)),
    ),
    default_sort="-year",
    search=("source__icontains",),
    search_label="公布文件",
    empty=Empty("还没有公布频次上限", "公布后，安排检查时按企业合计市县两级的次数核对。"),
)


@requires(VIEW)
@require_safe
def cap_list(request: ScopedRequest) -> HttpResponse:
    """The caps, year by year."""
    listing = CAPS.build(request.GET, FrequencyCap.objects.all())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    may_edit = request.assignment.allows(EDIT)
    context = {
        "listing": listing,
        "tabs": tabs_of("plans:cap-list"),
        "actions": [Link("公布频次上限", reverse("plans:cap-set"), is_primary=True)] if may_edit else [],
    }
    return render(request, "inspections/plans/cap_list.html", context)


@requires(EDIT)
@require_http_methods(["GET", "POST"])
def cap_set(request: ScopedRequest) -> HttpResponse:
    """Publish or change the cap of a year."""
    today = timezone.localdate()
    row = cap_of(today.year)
    initial: dict[str, Any] = {"year": today.year, "published_on": today}
    if row is not None:
        initial |= {"cap": row.cap, "mode": row.mode, "source": row.source, "published_on": row.published_on}

    def save(data: dict[str, Any]) -> None:
        service.set_cap(**data, by=request.user, at=timezone.now())

    page = ActPage(
        title="公布检查频次上限",
        submit="公布",
        done="检查频次上限已公布。",
        back=reverse("plans:cap-list"),
        note="同一年度再次公布即更改，原内容保留在审计日志。",
        crumbs=[Link("频次上限", reverse("plans:cap-list"))],
    )
    return act_page(request, page, bound(request, CapForm, initial), save)


_REACHED = "已达上限"


def _is_reached(firm: Any) -> bool:
    return firm.most is not None and firm.visits >= firm.most


def _visits_url(firm: Any) -> str:
    return f"{reverse('plans:firm-visits', args=[firm.pk])}?year={firm.year}"


FREQUENCY: ListSpec[Any] = ListSpec(
    title="企业检查频次",
    columns=(
        Column("name", "企业", sort=("name_pinyin",), link=_visits_url, css="col-name"),
        Column("uscc", "统一社会信用代码", sort=("uscc",)),
        Column("city", "市级", value="visits_city", kind=Kind.INTEGER, unit="次", sort=("visits_city",)),
        Column(
            "county", "县级", value="visits_county", kind=Kind.INTEGER, unit="次", sort=("visits_county",)
        ),
        Column("total", "合计", value="visits", kind=Kind.INTEGER, unit="次", sort=("visits", "name_pinyin")),
        Column(
            "cap",
            "上限",
            value=lambda firm: _REACHED if _is_reached(firm) else "",
            render=lambda firm: chip(Tone.BAD, _REACHED) if _is_reached(firm) else "",
        ),
    ),
    default_sort="-total",
    filterset=FrequencyFilter,
    search=("name__icontains", "uscc__icontains"),
    search_latin=("name_pinyin__contains", "name_initials__contains"),
    search_label="企业名称、信用代码或拼音首字母",
    row_css=lambda firm: "row-bad" if _is_reached(firm) else "",
    empty=Empty("本年度没有涉企检查", "安排检查后，按工程的施工、监理、设计、检测企业计次。"),
)


@requires(VIEW)
@require_safe
def frequency(request: ScopedRequest) -> HttpResponse:
    """How often each firm of the reader's register was inspected this year, over all levels and counties."""
    year = year_asked(request, timezone.localdate())
    cap = cap_of(year)
    rows = counted_firms(visible_organizations(request.scope), firm_counts(year))
    most = Value(cap.cap if cap else None, output_field=IntegerField())
    params = request.GET.copy()
    params["year"] = "" if year == timezone.localdate().year else str(year)
    listing = FREQUENCY.build(params, rows.annotate(year=Value(year), most=most))
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {
        "year": year,
        "cap": cap,
        "listing": listing,
        "tabs": tabs_of("plans:frequency"),
        **year_links(year),
    }
    return render(request, "inspections/plans/frequency.html", context)


@requires(VIEW)
@require_safe
def firm_visits(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One firm's inspections of a year: those of the reader's scope one by one, all of them in the counts."""
    firm = get_object_or_404(visible_organizations(request.scope), pk=pk)
    year = year_asked(request, timezone.localdate())
    rows: list[Inspection] = visits_of_firm(firm, year, ARRANGED_STATES)
    context = {
        "firm": firm,
        "year": year,
        "cap": cap_of(year),
        "counts": firm_counts(year, firms=[firm.pk]).get(firm.pk, Counts()),
        "rows": rows,
        "crumbs": [Link("检查频次", f"{reverse('plans:frequency')}?year={year}")],
        **year_links(year),
    }
    return render(request, "inspections/plans/firm_visits.html", context)
