"""Pages of month plans: the year as a strip of twelve months, one month, its edits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.act_pages import ActPage, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.components import Change, HeatCell, HeatMap, HeatRow, Link, Tone, chip
from core.month import ReportingMonth
from guidance.forms.county import ChangeForm, SheetForm
from guidance.models import PlanSheet, PlanSheetChange
from guidance.selectors.months import MonthCell, Strip, is_month_closed, strips_of
from guidance.services import month_plans as service
from guidance.views.pages import VIEW, confirm_page, form_page, place_of
from inspections.enums import InspectionKind
from inspections.models import MonthPlan
from inspections.selectors.year_plans import month_plan_from_year
from tenancy.models import Jurisdiction

PLAN_EDIT = Capability.PLAN_EDIT
_LABELS = {
    "inspection_count": "计划检查次数",
    "test_batch_count": "计划检测批次",
    "kinds": "检查类型",
    "content": "计划内容",
}
_LEGEND = ((1, "月初前印发"), (4, "迟印"), (5, "当月已开始、未印发"))


_STATES = {
    "IN_TIME": (Tone.OK, "按时印发"),
    "LATE": (Tone.WARN, "迟印"),
    "MISSING": (Tone.BAD, "当月已开始、未印发"),
    "OPEN": (Tone.IDLE, "尚未印发"),
}


def _year_of(request: ScopedRequest, today: dt.date) -> int:
    asked = request.GET.get("year", "")
    is_year = asked.isascii() and asked.isdigit() and 2000 <= int(asked[:5]) <= 2100
    return int(asked) if is_year else today.year


def _places(request: ScopedRequest) -> list[Jurisdiction]:
    """The reader's own county, or the city with all of its counties."""
    rows = Jurisdiction.objects.filter(is_active=True).order_by("unit_order")
    if request.scope.county_id is not None:
        rows = rows.filter(pk=request.scope.county_id)
    return list(rows)


@requires(VIEW)
@require_safe
def month_plan_list(request: ScopedRequest) -> HttpResponse:
    """The year's strip: which months were published in time."""
    today = timezone.localdate()
    year = _year_of(request, today)
    strips = strips_of(year, _places(request), today)
    context = {
        "year": year,
        "heat": _heat(year, strips, today),
        "own": strips[0] if len(strips) == 1 else None,
        "previous_url": f"?year={year - 1}",
        "next_url": f"?year={year + 1}",
        "actions": _next_month(request, today),
    }
    return render(request, "guidance/month_plan_list.html", context)


def _next_month(request: ScopedRequest, today: dt.date) -> list[Link]:
    if not request.assignment.allows(PLAN_EDIT):
        return []
    month = ReportingMonth.of(today).next()
    url = _url(request.assignment.jurisdiction, month)
    return [Link(f"{month.label}计划", url, is_primary=True)]


def _heat(year: int, strips: list[Strip], today: dt.date) -> HeatMap:
    return HeatMap(
        caption=f"{year}年监督检查计划",
        corner="单位",
        columns=[*(f"{number}月" for number in range(1, 13)), "按时"],
        rows=[
            HeatRow(
                strip.jurisdiction.short_name,
                [*(_cell(strip.jurisdiction, cell) for cell in strip.cells), HeatCell(f"{strip.in_time}")],
            )
            for strip in strips
        ],
        legend=_LEGEND,
        note="当月第一天之前印发的为按时",
        current=f"{today.month}月" if today.year == year else "",
    )


def _cell(place: Jurisdiction, cell: MonthCell) -> HeatCell:
    label = f"{place.short_name} {cell.words}"
    return HeatCell(cell.text, cell.band, url=_url(place, cell.month), label=label)


def _url(place: Jurisdiction, month: ReportingMonth) -> str:
    return reverse("guidance:month-plan", args=[place.code, month])


def _crumbs(place: Jurisdiction | None = None, month: ReportingMonth | None = None) -> list[Link]:
    links = [Link("月度计划", reverse("guidance:month-plan-list"))]
    if place is not None and month is not None:
        links.append(Link(f"{place.short_name} {month.label}", _url(place, month)))
    return links


@requires(VIEW)
@require_safe
def month_plan(request: ScopedRequest, code: str, month: ReportingMonth) -> HttpResponse:
    """One month of one jurisdiction: what is planned, when it was published, what changed since."""
    place = place_of(request, code)
    plan = MonthPlan.objects.filter(jurisdiction=place, month=month.first).first()
    sheet = PlanSheet.objects.filter(jurisdiction=place, month=month.first).first()
    today = timezone.localdate()
    is_closed = is_month_closed(month.first)
    cell = MonthCell(month, plan, sheet, today)
    context = {
        "title": f"{place.short_name}{month.label}监督检查计划",
        "place": place,
        "month": month,
        "plan": plan,
        "sheet": sheet,
        "state_chip": chip(*_STATES[cell.state]),
        "is_closed": is_closed,
        "facts": _facts(plan, sheet),
        "changes": [(change, _diff(change)) for change in sheet.changes.all()] if sheet is not None else [],
        "actions": [] if is_closed else _actions(request, place, month, plan, sheet),
        "previous_url": _url(place, month.previous()),
        "next_url": _url(place, month.next()),
        "crumbs": _crumbs(),
    }
    return render(request, "guidance/month_plan.html", context)


def _facts(plan: MonthPlan | None, sheet: PlanSheet | None) -> list[tuple[str, object]]:
    counts = plan or sheet
    if counts is None:
        return []
    kinds = sheet.kinds if sheet is not None else []
    return [
        ("计划检查次数", f"{counts.inspection_count} 次"),
        ("计划检测批次", f"{counts.test_batch_count} 批"),
        ("检查类型", "、".join(InspectionKind(kind).label for kind in kinds)),
        (
            "编制",
            f"{sheet.edited_by_name} {display.moment(sheet.edited_at)}"
            if sheet is not None
            else "随台账登记",
        ),
        ("印发日期", display.day(plan.published_on) if plan is not None else "尚未印发"),
        ("印发人", sheet.published_by_name if sheet is not None else ""),
    ]


def _diff(change: PlanSheetChange) -> list[Change]:
    lines = []
    for name, label in _LABELS.items():
        before, after = change.before.get(name), change.after.get(name)
        if before != after:
            lines.append(Change(label, _words(before), _words(after)))
    return lines


def _words(value: Any) -> str:
    return "、".join(value) or "—" if isinstance(value, list) else str(value)


def _is_own(request: ScopedRequest, place: Jurisdiction) -> bool:
    return request.assignment.allows(PLAN_EDIT) and request.assignment.jurisdiction_id == place.pk


def _actions(
    request: ScopedRequest,
    place: Jurisdiction,
    month: ReportingMonth,
    plan: MonthPlan | None,
    sheet: PlanSheet | None,
) -> list[Link]:
    if not _is_own(request, place):
        return []
    address = [place.code, month]
    if plan is not None:
        return [Link("调整计划", reverse("guidance:month-plan-change", args=address))]
    if sheet is None:
        return [Link("编制计划", reverse("guidance:month-plan-edit", args=address), is_primary=True)]
    return [
        Link("印发计划", reverse("guidance:month-plan-publish", args=address), is_primary=True),
        Link("修改计划", reverse("guidance:month-plan-edit", args=address)),
    ]


@requires(PLAN_EDIT)
@require_http_methods(["GET", "POST"])
def month_plan_edit(request: ScopedRequest, code: str, month: ReportingMonth) -> HttpResponse:
    """Write the plan of one's own month."""
    place = place_of(request, code)
    sheet = PlanSheet.objects.filter(jurisdiction=place, month=month.first).first()
    is_published = MonthPlan.objects.filter(jurisdiction=place, month=month.first).exists()
    if not _is_own(request, place) or is_published:
        return redirect(_url(place, month))

    def save(form: SheetForm) -> None:
        service.edit_sheet(
            jurisdiction=place, month=month, text=form.text, by=request.user, at=timezone.now()
        )

    page = ActPage(
        title=f"编制{month.label}监督检查计划",
        submit="保存",
        done="计划已保存，印发后生效。",
        back=_url(place, month),
        note=f"{place.short_name}；{display.day(month.first)} 之前印发的，计为按时分解到月。",
        crumbs=_crumbs(place, month),
    )
    initial = _initial(sheet) if sheet is not None else _proposed(place, month)
    return form_page(request, page, bound(request, SheetForm, initial), save)


def _proposed(place: Jurisdiction, month: ReportingMonth) -> dict[str, Any]:
    """What the published year plan foresees for the month; nothing where none was published."""
    proposal = month_plan_from_year(jurisdiction_id=place.pk, month=month)
    if proposal is None:
        return {}
    names = ("inspection_count", "test_batch_count", "kinds", "content")
    return {name: getattr(proposal, name) for name in names}


def _initial(sheet: PlanSheet | None) -> dict[str, Any]:
    if sheet is None:
        return {}
    names = ("inspection_count", "test_batch_count", "kinds", "content")
    return {name: getattr(sheet, name) for name in names}


@requires(PLAN_EDIT)
@require_http_methods(["GET", "POST"])
def month_plan_publish(request: ScopedRequest, code: str, month: ReportingMonth) -> HttpResponse:
    """印发: from today on the plan stands."""
    place = place_of(request, code)
    sheet = PlanSheet.objects.filter(jurisdiction=place, month=month.first).first()
    if sheet is None or sheet.plan_id is not None or not _is_own(request, place):
        return redirect(_url(place, month))
    today = timezone.localdate()
    late = f"{month.label}已经开始，今天印发的不计为按时。" if today >= month.first else ""
    page = ActPage(
        title=f"印发{month.label}监督检查计划",
        submit="印发计划",
        done="计划已印发。",
        back=_url(place, month),
        facts=[
            ("印发日期", f"{display.day(today)}（今天）"),
            ("计划检查次数", f"{sheet.inspection_count} 次"),
            ("计划检测批次", f"{sheet.test_batch_count} 批"),
            ("计划内容", sheet.content),
        ],
        warning=f"{late}印发日期即今天，以后不能更改；印发后调整计划须说明原因，并保留记录。",
        crumbs=_crumbs(place, month),
    )

    def run(_: dict[str, Any]) -> None:
        service.publish_plan(sheet_id=sheet.pk, by=request.user, at=timezone.now())

    return confirm_page(request, page, run)


@requires(PLAN_EDIT)
@require_http_methods(["GET", "POST"])
def month_plan_change(request: ScopedRequest, code: str, month: ReportingMonth) -> HttpResponse:
    """Change what was published, with a reason."""
    place = place_of(request, code)
    plan = MonthPlan.objects.filter(jurisdiction=place, month=month.first).first()
    if plan is None or not _is_own(request, place):
        return redirect(_url(place, month))
    sheet = PlanSheet.objects.filter(jurisdiction=place, month=month.first).first()
    counts = {"inspection_count": plan.inspection_count, "test_batch_count": plan.test_batch_count}

    def save(form: ChangeForm) -> None:
        service.change_plan(
            plan_id=plan.pk,
            text=form.text,
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title=f"调整{month.label}监督检查计划",
        submit="保存调整",
        done="调整已保存，印发日期不变。",
        back=_url(place, month),
        note=f"{display.day(plan.published_on)} 印发；调整不改变印发日期，原内容和原因保留在计划页面。",
        crumbs=_crumbs(place, month),
    )
    return form_page(request, page, bound(request, ChangeForm, {**_initial(sheet), **counts}), save)
