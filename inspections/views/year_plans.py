"""Pages of year plans: all places at a glance, one year with plan against done, its grid, the aspects covered."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from core import display
from core.components import HeatCell, HeatMap, HeatRow, Link, Tone, chip
from core.errors import DomainError
from core.month import ReportingMonth
from inspections.enums import Aspect, InspectionKind, OrganizerLevel, PlanKind
from inspections.forms.year_plans import GridForm
from inspections.models import InspectionYearPlan
from inspections.rules.year_plan import MONTHS
from inspections.selectors.year_plans import (
    ROLLING_MONTHS,
    Done,
    PlaceYear,
    aspect_counts,
    done_works,
    draft_of,
    grid_of,
    own_places,
    place_years,
)
from inspections.services import year_plans as service
from inspections.views.plan_pages import PLAN, VIEW, is_own, place_asked, tabs_of, year_asked, year_links
from tenancy.enums import Level
from tenancy.models import Jurisdiction

_DONE, _BEHIND, _OPEN = 1, 4, 0
_LEGEND = ((_DONE, "按计划完成"), (_BEHIND, "月份已过、未完成"), (_OPEN, "未到或没有计划"))
_COVERED, _MISSING = 1, 4


def _url(view: str, place: Jurisdiction, year: int) -> str:
    return reverse(f"plans:{view}", args=[place.code, year])


def _crumbs(place: Jurisdiction | None = None, year: int = 0) -> list[Link]:
    links = [
        Link("检查计划", f"{reverse('plans:overview')}?year={year}" if year else reverse("plans:overview"))
    ]
    if place is not None:
        links.append(Link(f"{place.short_name}{year}年", _url("year-plan", place, year)))
    return links


@requires(VIEW)
@require_safe
def overview(request: ScopedRequest) -> HttpResponse:
    """Plan against done of every place, month by month."""
    today = timezone.localdate()
    year = year_asked(request, today)
    years = place_years(year, own_places(request.scope.county_id))
    own = request.assignment.jurisdiction
    actions = [Link(f"{own.short_name}{year}年计划", _url("year-plan", own, year), is_primary=True)]
    context = {
        "year": year,
        "heat": _heat(year, years, done_works(year), today),
        "tabs": tabs_of("plans:overview"),
        "actions": actions if is_own(request, own) else [],
        **year_links(year),
    }
    return render(request, "inspections/plans/overview.html", context)


def _heat(year: int, years: list[PlaceYear], done: Done, today: dt.date) -> HeatMap:
    return HeatMap(
        caption=f"{year}年计划与完成",
        corner="单位",
        columns=[*(f"{month}月" for month in MONTHS), "全年"],
        rows=[
            HeatRow(
                one.jurisdiction.short_name,
                [*(_month_cell(one, year, month, done, today) for month in MONTHS), _year_cell(one, done)],
                url=_url("year-plan", one.jurisdiction, year),
            )
            for one in years
        ],
        legend=_LEGEND,
        note="完成数/计划数：检查次数、检测批次和核查件数合计",
        current=f"{today.month}月" if today.year == year else "",
    )


def _made(one: PlaceYear, month: int, done: Done) -> int:
    return sum(done.get((one.jurisdiction.pk, month, kind), 0) for kind in PlanKind.values)


def _month_cell(one: PlaceYear, year: int, month: int, done: Done, today: dt.date) -> HeatCell:
    made, planned = _made(one, month, done), one.planned(month)
    if one.plan is None:
        return HeatCell(f"{made}/—" if made else "—", _OPEN)
    band = _band(made, planned, ReportingMonth(year, month), today)
    text = f"{made}/{planned}" if made or planned else "—"
    label = f"{one.jurisdiction.short_name}{month}月 {text}，完成{made}，计划{planned}"
    return HeatCell(text, band, url=_url("year-plan", one.jurisdiction, year), label=label)


def _year_cell(one: PlaceYear, done: Done) -> HeatCell:
    made = sum(_made(one, month, done) for month in MONTHS)
    planned = sum(one.planned(month) for month in MONTHS)
    if one.plan is None and not made:
        return HeatCell("—")
    return HeatCell(f"{made}/{planned if one.plan is not None else '—'}")


def _band(made: int, planned: int, month: ReportingMonth, today: dt.date) -> int:
    if planned and made >= planned:
        return _DONE
    return _BEHIND if planned > made and month.last < today else _OPEN


@dataclass(frozen=True)
class DoneCell:
    """One month of one kind: planned and done, with the list behind what was done."""

    planned: int
    done: int
    is_behind: bool
    url: str

    @property
    def missing(self) -> int:
        """How many are owed."""
        return self.planned - self.done


@dataclass(frozen=True)
class DoneLine:
    """One kind over the year."""

    label: str
    cells: list[DoneCell]
    planned: int
    done: int


@requires(VIEW)
@require_safe
def year_plan(request: ScopedRequest, code: str, year: int) -> HttpResponse:
    """One year of one place: the edition in force against what was done; editions; the draft of the next one."""
    place = place_asked(request, code, year)
    today = timezone.localdate()
    one = place_years(year, [place])[0]
    editions = list(InspectionYearPlan.objects.filter(jurisdiction=place, year=year).order_by("-edition"))
    draft = next((row for row in editions if row.published_on is None), None)
    context = {
        "title": f"{place.short_name}{year}年监督检查计划",
        "place": place,
        "year": year,
        "plan": one.plan,
        "editions": editions,
        "state_chip": _state(one.plan, draft),
        "lines": _done_lines(one, year, done_works(year), today),
        "months": list(MONTHS),
        "actions": _actions(request, place, year, one.plan, draft),
        "tabs": tabs_of("plans:overview"),
        "crumbs": _crumbs(year=year),
        "month_plan_url": reverse("guidance:month-plan-list"),
    }
    return render(request, "inspections/plans/year_plan.html", context)


def _state(plan: InspectionYearPlan | None, draft: InspectionYearPlan | None) -> str:
    if plan is not None:
        return chip(Tone.OK, f"第 {plan.edition} 版 {display.day(plan.published_on)} 印发")
    return chip(Tone.IDLE, "草稿") if draft is not None else chip(Tone.WARN, "未编制")


def _actions(
    request: ScopedRequest,
    place: Jurisdiction,
    year: int,
    plan: InspectionYearPlan | None,
    draft: InspectionYearPlan | None,
) -> list[Link]:
    if not is_own(request, place):
        return []
    edit = _url("year-plan-edit", place, year)
    if draft is not None:
        publish = _url("year-plan-publish", place, year)
        return [Link("印发", publish, is_primary=True), Link("修改草稿", edit)]
    return [Link("编制新版" if plan is not None else "编制计划", edit, is_primary=plan is None)]


def _done_lines(one: PlaceYear, year: int, done: Done, today: dt.date) -> list[DoneLine]:
    lines = []
    for kind in PlanKind:
        cells = []
        for month in MONTHS:
            planned = one.grid.get((month, kind.value), 0)
            made = done.get((one.jurisdiction.pk, month, kind.value), 0)
            behind = _band(made, planned, ReportingMonth(year, month), today) == _BEHIND
            url = list_url(kind, one.jurisdiction, ReportingMonth(year, month)) if made else ""
            cells.append(DoneCell(planned, made, behind, url))
        total = (sum(cell.planned for cell in cells), sum(cell.done for cell in cells))
        if any(total):
            lines.append(DoneLine(kind.label, cells, *total))
    return lines


def list_url(kind: PlanKind, place: Jurisdiction, month: ReportingMonth) -> str:
    """The list behind a number: the completed works of the kind, place and month."""
    is_city = place.level == Level.CITY
    level = OrganizerLevel.CITY if is_city else OrganizerLevel.COUNTY
    days = {"after": month.first.isoformat(), "before": month.last.isoformat()}
    params: dict[str, str] = {} if is_city else {"county": place.code}
    if kind == PlanKind.DUTY:
        concluded = {**params, "state": "CONCLUDED"}
        return f"{reverse('duty:list')}?{urlencode({**concluded, **_range('inspected', days)})}"
    params["level"] = level.value
    if kind == PlanKind.TEST:
        return f"{reverse('tests:test-list')}?{urlencode({**params, **_range('sampled', days)})}"
    if kind == PlanKind.BIDDING:
        return f"{reverse('bidding:list')}?{urlencode({**params, **_range('checked', days)})}"
    wanted = {**params, "kind": InspectionKind(kind.value).value, "state": "COMPLETED"}
    return f"{reverse('visits:inspection-list')}?{urlencode({**wanted, **_range('inspected', days)})}"


def _range(name: str, days: dict[str, str]) -> dict[str, str]:
    return {f"{name}_{end}": day for end, day in days.items()}


@requires(PLAN)
@require_http_methods(["GET", "POST"])
def year_plan_edit(request: ScopedRequest, code: str, year: int) -> HttpResponse:
    """The grid: kinds down, months across. Saving begins the draft; a published year begins its next edition."""
    place = place_asked(request, code, year)
    back = _url("year-plan", place, year)
    if not is_own(request, place):
        return redirect(back)
    source = draft_of(place.pk, year) or place_years(year, [place])[0].plan
    stored = grid_of(source) if source is not None else {}
    note = source.note if source is not None else ""
    form = GridForm(stored, note, request.POST if request.method == "POST" else None)
    error = ""
    if form.is_valid:
        try:
            plan = service.write_grid(
                jurisdiction=place,
                year=year,
                grid=form.grid,
                note=form.note,
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"第 {plan.edition} 版草稿已保存，印发后生效。")
            return redirect(_url("year-plan-edit" if "stay" in request.POST else "year-plan", place, year))
    context = {
        "title": f"编制{place.short_name}{year}年监督检查计划",
        "grid": form,
        "months": list(MONTHS),
        "error": error or "；".join(form.problems.values()),
        "back": back,
        "crumbs": _crumbs(place, year),
    }
    status = 422 if error or form.problems else 200
    return render(request, "inspections/plans/year_plan_edit.html", context, status=status)


@requires(PLAN)
@require_http_methods(["GET", "POST"])
def year_plan_publish(request: ScopedRequest, code: str, year: int) -> HttpResponse:
    """印发: the edition is frozen."""
    place = place_asked(request, code, year)
    back = _url("year-plan", place, year)
    draft = draft_of(place.pk, year)
    if not is_own(request, place) or draft is None:
        return redirect(back)
    grid = grid_of(draft)

    def save(_: dict[str, Any]) -> None:
        service.publish_year_plan(plan_id=draft.pk, by=request.user, at=timezone.now())

    page = ActPage(
        title=f"印发{place.short_name}{year}年监督检查计划",
        submit="印发计划",
        done=f"第 {draft.edition} 版已印发，各月计划可据此编制。",
        back=back,
        facts=[
            ("版次", f"第 {draft.edition} 版"),
            ("印发日期", f"{display.day(timezone.localdate())}（今天）"),
            *_kind_totals(grid),
            ("说明", draft.note),
        ],
        warning="印发后本版不能再改；需要调整的，编制新版。",
        crumbs=_crumbs(place, year),
    )
    return act_page(request, page, bound(request, forms.Form), save)


def _kind_totals(grid: dict[tuple[int, str], int]) -> list[tuple[str, object]]:
    totals = {kind: sum(count for (_, one), count in grid.items() if one == kind) for kind in PlanKind}
    return [(kind.label, f"{total}") for kind, total in totals.items() if total]


@requires(VIEW)
@require_safe
def coverage(request: ScopedRequest) -> HttpResponse:
    """Which of the eleven aspects each county's own inspections covered: the rolling quarter (D2) or the year."""
    today = timezone.localdate()
    year = year_asked(request, today)
    is_year = request.GET.get("span") == "year" or year != today.year
    month = ReportingMonth.of(today)
    first, last = (
        (dt.date(year, 1, 1), dt.date(year, 12, 31))
        if is_year
        else (month.shift(1 - ROLLING_MONTHS).first, month.last)
    )
    here = reverse("plans:coverage")
    context = {
        "year": year,
        "heat": _aspects(own_places(request.scope.county_id, with_city=False), first, last),
        "spans": [
            Link("滚动季度", here, is_current=not is_year),
            Link(f"{year}年", f"{here}?span=year&year={year}", is_current=is_year),
        ],
        "tabs": tabs_of("plans:coverage"),
    }
    return render(request, "inspections/plans/coverage.html", context)


def _aspects(places: list[Jurisdiction], first: dt.date, last: dt.date) -> HeatMap:
    counts = aspect_counts(first, last)
    days = {"inspected_after": first.isoformat(), "inspected_before": last.isoformat()}
    rows = []
    for place in places:
        found = [counts.get((place.pk, aspect.value), 0) for aspect in Aspect]
        wanted = {"county": place.code, "level": "COUNTY", "state": "COMPLETED", **days}
        url = f"{reverse('visits:inspection-list')}?{urlencode(wanted)}"
        cells = [
            HeatCell(
                str(count) if count else "未查",
                _COVERED if count else _MISSING,
                url=url if count else "",
                label=f"{place.short_name} {aspect.label} {count}次" if count else "",
            )
            for aspect, count in zip(Aspect, found, strict=True)
        ]
        covered = sum(1 for count in found if count)
        rows.append(HeatRow(place.short_name, [*cells, HeatCell(f"{covered}/{len(Aspect)}")]))
    return HeatMap(
        caption=f"{display.day(first)} 至 {display.day(last)}",
        corner="单位",
        columns=[*(aspect.label for aspect in Aspect), "已覆盖"],
        rows=rows,
        legend=((_COVERED, "已检查（次数）"), (_MISSING, "未检查")),
        note="县级自行组织、已完成的检查（评分 D2 的口径）",
    )
