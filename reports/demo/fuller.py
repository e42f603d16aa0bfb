"""What the register holds beside the essentials: position, standard site, progress of sections, works breakdown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from projects.enums import FilingKind, ProjectStatus, SiteStanding, WorkLevel
from projects.services.register.filing_types import DEFAULT_FROM, DEFAULT_TERM_WORKDAYS
from reports.demo.rows import YEAR, Dice, Ledger, Row, month_day
from reports.demo.works import Works

_STANDARD_SITE_FROM_WAN_YUAN = 1000
"""建安费 from which a standardized site is asked for (handbook §7.1)."""
_CENTRES: dict[str, tuple[str, str]] = {
    "510703": ("104.757", "31.455"),
    "510704": ("104.766", "31.474"),
    "510705": ("104.567", "31.535"),
    "510722": ("105.093", "31.096"),
    "510723": ("105.389", "31.208"),
    "510725": ("105.171", "31.641"),
    "510726": ("104.468", "31.617"),
    "510727": ("104.530", "32.410"),
    "510781": ("104.746", "31.778"),
}
"""County seats, degrees; a project stands within a few kilometres of one."""
_ZONES_AT = ("104.700", "31.470")
_UNIT_WORKS = ("主体建筑物", "配套建筑物", "附属设施", "金属结构与机电")
_DIVISIONS = ("基础处理", "主体结构")


def write_fuller_register(ledger: Ledger, works: list[Works], seed: int) -> None:
    """Call it before the returns are written: their lines tell what stands here."""
    _write_filing_types(ledger)
    rows = {row["code"]: row for row in ledger.rows("Project")}
    sections: dict[str, list[Row]] = {}
    for row in ledger.rows("ContractSection"):
        sections.setdefault(row["project"], []).append(row)
    for one in works:
        dice = Dice(seed, f"fuller/{one.code}")
        rows[one.code].update(_more(one, rows[one.code], dice))
        _write_breakdown(ledger, one, rows[one.code])
        for section in sections.get(one.code, ()):
            _write_progress(ledger, one, section)


def _write_filing_types(ledger: Ledger) -> None:
    for kind in FilingKind:
        ledger.add(
            "FilingType",
            kind=kind,
            label=kind.label,
            term_workdays=DEFAULT_TERM_WORKDAYS,
            basis="SL 176-2007（演示）",
            # the first day of those that the city was founded with: the ledger's rows are these
            effective_from=DEFAULT_FROM,
        )
    for row in ledger.rows("QualityFiling"):
        row["type"] = row["kind"].label


def _more(one: Works, row: Row, dice: Dice) -> Row:
    east, north = _CENTRES.get(one.plan.unit.code, _ZONES_AT)
    is_large = row["construction_cost_wan_yuan"] >= _STANDARD_SITE_FROM_WAN_YUAN and one.plan.is_started
    return {
        "longitude": Decimal(east) + Decimal(dice.between(-60, 60)) / 1000,
        "latitude": Decimal(north) + Decimal(dice.between(-60, 60)) / 1000,
        "location": f"{one.plan.unit.short}示例镇（演示）",
        "building_grade": dice.pick(("4级", "5级")),
        "main_unit_works": "、".join(_UNIT_WORKS[: row["unit_work_count"]]),
        "test_scheme_on": one.plan.started_on,
        "site_standing": dice.pick((SiteStanding.BUILDING, SiteStanding.NAMED))
        if is_large
        else SiteStanding.NONE,
        "excellence_goal": "市级优质工程（演示）" if is_large and dice.chance(0.3) else "",
    }


def _write_breakdown(ledger: Ledger, one: Works, row: Row) -> None:
    if not one.plan.is_started:
        return
    for number, name in enumerate(_UNIT_WORKS[: row["unit_work_count"]], start=1):
        unit_work = f"DW{number}"
        ledger.add(
            "WorkItem",
            project=one.code,
            code=unit_work,
            name=name,
            level=WorkLevel.UNIT_WORK,
            is_main=number == 1,
        )
        for place, division in enumerate(_DIVISIONS, start=1):
            ledger.add(
                "WorkItem",
                project=one.code,
                code=f"{unit_work}-FB{place}",
                name=division,
                level=WorkLevel.DIVISION,
                parent=unit_work,
                is_main=place == 1,
                element_count=row["work_element_count"] // (2 * row["unit_work_count"]),
            )


def progress_of(one: Works, month: int) -> Decimal:
    """形象进度 at the end of a month of the year: 0 before the start."""
    started = one.plan.started_on
    has_begun = started is not None and started < month_day(month + 1, 1)
    return Decimal(min(95, 15 + 6 * month)) if has_begun else Decimal(0)


def _write_progress(ledger: Ledger, one: Works, section: Row) -> None:
    if one.plan.status != ProjectStatus.UNDER_WAY:
        return
    for month in range(1, 13):
        progress = progress_of(one, month)
        if not progress:
            continue
        ledger.add(
            "SectionProgress",
            project=one.code,
            section=section["code"],
            month=dt.date(YEAR, month, 1),
            progress_percent=progress,
            invested_wan_yuan=(section["award_price_wan_yuan"] * progress / 100).quantize(Decimal("0.01")),
        )
