"""The bureau's 驾驶舱: where a month stands, what asks for an act, scores, lists, what is late."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.safestring import SafeString

from core import display
from core.components import Figure, HeatCell, HeatMap, HeatRow, Link, Step
from core.month import ReportingMonth
from core.svg import ScoreScale, Stage, Tile, funnel, hex_map
from enforcement.models import RectificationNotice
from enforcement.selectors.notices import overdue_notices_on
from inspections.enums import COUNTED_FINDING_STATES, OPEN_FINDING_STATES, DutyState, FindingState, Severity
from inspections.filters.findings import COUNTED, NOTIFIED_ON, OPEN, REPLIED_ON, states_of
from inspections.models import DutyInspection, Finding
from reports.selectors.month_frame import MonthFrame
from reports.selectors.month_page import ListGroup, lists_of
from reports.selectors.month_steps import month_url, work_steps
from reports.selectors.month_work import MonthWork, findings_of_month_url, month_work
from scoring.enums import RunState, ScoreStatus
from scoring.filters import BELOW
from scoring.selectors.scales import score_scale
from scoring.selectors.scores import below_interview_line, scores_in_force
from tenancy.models import Jurisdiction

OVERDUE_SHOWN = 8
NAMES_SHOWN = 4


@dataclass(frozen=True)
class LateNotice:
    """A line of the overdue list."""

    notice: RectificationNotice
    days: int


@dataclass(frozen=True)
class Dashboard:
    """Everything on the page."""

    frame: MonthFrame
    steps: list[Step]
    figures: list[Figure]
    heat: HeatMap
    tiles: SafeString | None
    untiled: list[str]
    """Scored units without a place on the tile map: the functional zones."""
    lists: list[ListGroup]
    late: list[LateNotice]
    late_total: int
    funnel: SafeString
    has_findings: bool


@dataclass(frozen=True)
class _Cell:
    """A county's score of a month, as far as a page may show it."""

    final: Decimal | None
    is_scored: bool


def dashboard(frame: MonthFrame, *, as_of: dt.date) -> Dashboard:
    """Read the page. The number of queries depends neither on counties nor on records."""
    work = month_work(frame.month, frame.timeline)
    counties = [row.county for row in work.rows]
    scale = score_scale(frame.rubric) if frame.rubric is not None else None
    year = _year(frame.month)
    late, late_total, longest = _late(as_of)
    stages = _stages(frame.month)
    return Dashboard(
        frame=frame,
        steps=work_steps(frame, work, as_of=as_of),
        figures=_figures(frame, work, late_total, longest),
        heat=_heat(frame, counties, scale, year),
        tiles=_tiles(frame, work, scale, year),
        untiled=[county.short_name for county in counties if county.tile_column is None],
        lists=lists_of(frame.run),
        late=late,
        late_total=late_total,
        funnel=funnel(stages, label="本月发现问题的闭环"),
        has_findings=stages[0].count > 0,
    )


def _figures(frame: MonthFrame, work: MonthWork, late: int, longest: int) -> list[Figure]:
    notices = f"{reverse('enforcement:notice-list')}?overdue=yes"
    return [
        Figure(
            late,
            "份整改通知书逾期",
            notices,
            "督办" if late else "查看",
            f"最长 {display.number(longest)} 天" if late else "没有逾期",
        ),
        Figure(
            len(work.missing),
            "个县区月报未报",
            month_url(frame.month, "#work"),
            "催报" if work.missing else "查看",
            _names(work.missing) or "全部已报",
        ),
        _below(frame),
        _open_findings(),
    ]


def _names(names: list[str]) -> str:
    shown = "、".join(names[:NAMES_SHOWN])
    return f"{shown}等" if len(names) > NAMES_SHOWN else shown


def _below(frame: MonthFrame) -> Figure:
    query = urlencode({"month": str(frame.month), "flag": BELOW})
    url = f"{reverse('scoring:score-list')}?{query}"
    line = frame.rubric.thresholds.interview_threshold if frame.rubric is not None else None
    label = f"个县区低于 {display.number(line)} 分" if line is not None else "个县区低于约谈线"
    if frame.run is None:
        return Figure(0, label, url, "查看", "本月尚未结账")
    rows = (
        scores_in_force()
        .filter(below_interview_line(), month=frame.month.first)
        .select_related("jurisdiction")
    )
    found = list(rows.defer("snapshot", "evidence").order_by("final"))
    names = "、".join(
        f"{row.jurisdiction.short_name} {display.score(row.final)}" for row in found[:NAMES_SHOWN]
    )
    return Figure(len(found), label, url, "安排约谈" if found else "查看", names or "没有低于约谈线的")


def _open_findings() -> Figure:
    counts = Finding.objects.filter(state__in=OPEN_FINDING_STATES).aggregate(
        total=Count("*"),
        grave=Count("state", filter=Q(severity=Severity.GRAVE)),
        serious=Count("state", filter=Q(severity=Severity.SERIOUS)),
    )
    note = f"严重 {display.number(counts['grave'])}，较重 {display.number(counts['serious'])}"
    return Figure(
        counts["total"], "个问题未销号", f"{reverse('inspections:finding-list')}?state={OPEN}", "查看", note
    )


def _late(as_of: dt.date) -> tuple[list[LateNotice], int, int]:
    """The longest overdue notices, how many there are, and for how many days the first one is."""
    rows = RectificationNotice.objects.filter(overdue_notices_on(as_of))
    totals = rows.aggregate(total=Count("*"), first=Min("due_on"))
    shown = rows.select_related("project", "addressee", "jurisdiction").order_by("due_on", "number")[
        :OVERDUE_SHOWN
    ]
    late = [LateNotice(row, (as_of - row.due_on).days) for row in shown if row.due_on is not None]
    longest = (as_of - totals["first"]).days if totals["first"] is not None else 0
    return late, totals["total"], longest


def _year(month: ReportingMonth) -> dict[tuple[uuid.UUID, int], _Cell]:
    """Scores of the month's year by county and number of the month."""
    first, last = dt.date(month.year, 1, 1), dt.date(month.year, 12, 1)
    rows = scores_in_force().filter(month__range=(first, last))
    return {
        (row["jurisdiction_id"], row["month"].month): _Cell(row["final"], row["status"] == ScoreStatus.SCORED)
        for row in rows.values("jurisdiction_id", "month", "final", "status")
    }


def _heat(
    frame: MonthFrame,
    counties: list[Jurisdiction],
    scale: ScoreScale | None,
    year: Mapping[tuple[uuid.UUID, int], _Cell],
) -> HeatMap:
    visits = _duty_months(frame.month)
    rows = [
        HeatRow(
            county.short_name,
            [_heat_cell(frame.month, county, number, scale, year, visits) for number in range(1, 13)],
            f"{reverse('scoring:score-list')}?county={county.code}",
        )
        for county in counties
    ]
    return HeatMap(
        caption=f"{frame.month.year}年各县（市、区）月度得分",
        corner="县（市、区）",
        columns=[f"{number}月" for number in range(1, 13)],
        rows=rows,
        legend=scale.legend("未评分") if scale is not None else (),
        note=_heat_note(frame),
        current=f"{frame.month.month}月",
    )


def _heat_note(frame: MonthFrame) -> str:
    if frame.rubric is None:
        return "◆ 当月有履职检查"
    lines = frame.rubric.thresholds
    return (
        f"低于 {display.number(lines.interview_threshold)} 分约谈，低于 {display.number(lines.unqualified_threshold)} 分"
        "通报批评；◆ 当月有履职检查"
    )


def _duty_months(month: ReportingMonth) -> set[tuple[uuid.UUID, int]]:
    span = (dt.date(month.year, 1, 1), dt.date(month.year, 12, 31))
    rows = DutyInspection.objects.filter(state=DutyState.CONCLUDED, concluded_on__range=span).values_list(
        "jurisdiction_id", "concluded_on"
    )
    return {(county_id, day.month) for county_id, day in rows}


def _heat_cell(
    month: ReportingMonth,
    county: Jurisdiction,
    number: int,
    scale: ScoreScale | None,
    year: Mapping[tuple[uuid.UUID, int], _Cell],
    visits: set[tuple[uuid.UUID, int]],
) -> HeatCell:
    cell = year.get((county.id, number))
    mark = "◆" if (county.id, number) in visits else ""
    spoken = "，有履职检查" if mark else ""
    if cell is None:
        return HeatCell(f"—{mark}", label=f"{county.short_name} {number}月 没有得分{spoken}")
    url = reverse("scoring:score-detail", args=[county.code, ReportingMonth(month.year, number)])
    if not cell.is_scored or scale is None:
        return HeatCell(f"不足{mark}", url=url, label=f"{county.short_name} {number}月 数据不足{spoken}")
    band = scale.band_of(cell.final)
    words = f" {band.label}" if band is not None else ""
    return HeatCell(
        f"{display.score(cell.final)}{mark}",
        scale.tone_of(cell.final),
        url,
        f"{county.short_name} {number}月 {display.score(cell.final)} 分{words}{spoken}",
    )


def _tiles(
    frame: MonthFrame, work: MonthWork, scale: ScoreScale | None, year: Mapping[tuple[uuid.UUID, int], _Cell]
) -> SafeString | None:
    """The counties of the month as equal tiles; None for a city without a place for them."""
    tiles = []
    for row in work.rows:
        county = row.county
        if county.tile_column is None or county.tile_row is None:
            continue
        cell = year.get((county.id, frame.month.month))
        text, tone = _tile_text(cell, scale, is_reported=row.is_reported)
        url = reverse("scoring:score-detail", args=[county.code, frame.month])
        label = f"{county.short_name} {text}，{frame.month.label}"
        tiles.append(Tile(county.short_name, county.tile_column, county.tile_row, text, tone, url, label))
    return hex_map(tiles, label=f"{frame.month.label}各县（市、区）得分分布") if tiles else None


def _tile_text(cell: _Cell | None, scale: ScoreScale | None, *, is_reported: bool) -> tuple[str, int]:
    if cell is None:
        return ("已报" if is_reported else "未报"), 0
    if not cell.is_scored or scale is None:
        return "数据不足", 0
    return display.score(cell.final), scale.tone_of(cell.final)


def _stages(month: ReportingMonth) -> list[Stage]:
    """How far the month's findings have come; each stage holds the later ones, and so does its list."""
    steps = (
        (COUNTED, "发现"),
        (NOTIFIED_ON, "已通知"),
        (REPLIED_ON, "已回复"),
        (FindingState.CLOSED.value, "已销号"),
    )
    rows = Finding.objects.filter(found_on__range=(month.first, month.last), state__in=COUNTED_FINDING_STATES)
    counts: dict[str, Any] = rows.aggregate(
        **{f"n_{state}": Count("pk", filter=Q(state__in=states_of(state))) for state, _ in steps}
    )
    return [
        Stage(label, counts[f"n_{state}"], findings_of_month_url(month, state=state))
        for state, label in steps
    ]


def next_step(frame: MonthFrame) -> Link:
    """The month's next step: the page's one primary button, a plain one when nothing is left to do."""
    url = month_url(frame.month)
    if frame.run is None:
        return Link("去结账", url, is_primary=True)
    words = {RunState.COMPUTED.value: "去核定评分", RunState.CONFIRMED.value: "去公布评分"}
    label = words.get(frame.run.state)
    return Link(label, url, is_primary=True) if label else Link("查看月结", url)
