"""What a project of the register must say, checked before anything is written. Pure: no database, no clock."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

STANDARD_SITE_COST_WAN_YUAN = Decimal(1000)
"""建安费用千万以上工程开展标准化工地建设和质量创优活动 (source document §5): such a project must say where it stands."""

PRICE_OVER_ESTIMATE = Decimal("1.1")
"""An award price above 1.1 × the approved estimate is probably a slip (handbook §7.1)."""

_INVESTMENT_CODE = re.compile(r"\d{4}-\d{6}-\d{2}-\d{2}-\d{6}")
_OVER = ("COMPLETED", "ACCEPTED")


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. field: the name of the field that it is shown at; sentence: what and the remedy."""

    field: str
    sentence: str


def must_say_site_standing(construction_cost_wan_yuan: Decimal | None) -> bool:
    """Whether a project of this 建安费 (万元) has to say how its 标准化工地 stands."""
    return (
        construction_cost_wan_yuan is not None and construction_cost_wan_yuan >= STANDARD_SITE_COST_WAN_YUAN
    )


def project_problems(facts: Mapping[str, Any]) -> list[Problem]:
    """Everything that keeps a project from being written, at once. facts: the fields of the project by name."""
    return [*_dates(facts), *_money(facts), *_codes(facts), *_position(facts), *_works(facts)]


def _dates(facts: Mapping[str, Any]) -> Iterator[Problem]:
    status, started = facts.get("status"), facts.get("started_on")
    finished, planned = facts.get("finished_on"), facts.get("planned_finish_on")
    if status != "PLANNED" and started is None:
        yield Problem("started_on", "除“拟建”外的工程都要有开工日期，请填写，或把建设状态改为“拟建”。")
    if status in _OVER and finished is None:
        yield Problem("finished_on", "已完工的工程要有实际完工日期，请填写，或改正建设状态。")
    if status not in _OVER and finished is not None:
        yield Problem("finished_on", "填了实际完工日期，建设状态应为“完工”或“竣工验收”，请改正其中一项。")
    if started and finished and finished < started:
        yield Problem("finished_on", "实际完工日期早于开工日期，请改为开工当日或以后的日期。")
    if started and planned and planned < started:
        yield Problem("planned_finish_on", "计划完工日期早于开工日期，请改为开工当日或以后的日期。")


def _money(facts: Mapping[str, Any]) -> Iterator[Problem]:
    estimate, cost = facts.get("approved_estimate_wan_yuan"), facts.get("construction_cost_wan_yuan")
    if estimate is not None and estimate <= 0:
        yield Problem("approved_estimate_wan_yuan", "批复概算应大于 0，未批复时留空。")
    if cost is not None and cost <= 0:
        yield Problem("construction_cost_wan_yuan", "建安费应大于 0，未确定时留空。")
    if estimate and cost and cost > estimate:
        yield Problem("construction_cost_wan_yuan", "建安费大于批复概算，请核对两项的金额和单位（万元）。")
    if must_say_site_standing(cost) and not facts.get("site_standing"):
        limit = STANDARD_SITE_COST_WAN_YUAN
        yield Problem("site_standing", f"建安费达到 {limit} 万元的工程须说明标准化工地创建情况，请选择一项。")


def _codes(facts: Mapping[str, Any]) -> Iterator[Problem]:
    code = facts.get("investment_code") or ""
    if code and _INVESTMENT_CODE.fullmatch(code) is None:
        yield Problem(
            "investment_code",
            "投资项目代码应写成 2209-510726-04-01-123456 的形式（数字和短横线），没有则留空。",
        )


def _position(facts: Mapping[str, Any]) -> Iterator[Problem]:
    longitude, latitude = facts.get("longitude"), facts.get("latitude")
    if (longitude is None) != (latitude is None):
        missing = "longitude" if longitude is None else "latitude"
        yield Problem(missing, "经度和纬度应同时填写或同时不填，请补齐。")


def _works(facts: Mapping[str, Any]) -> Iterator[Problem]:
    units, divisions = facts.get("unit_work_count"), facts.get("division_count")
    elements = facts.get("work_element_count")
    if units and divisions is not None and divisions < units:
        yield Problem("division_count", "分部工程数少于单位工程数，每个单位工程至少有一个分部工程，请核对。")
    if divisions and elements is not None and elements < divisions:
        yield Problem(
            "work_element_count", "单元工程数少于分部工程数，每个分部工程至少有一个单元工程，请核对。"
        )


def price_warning(award_price_wan_yuan: Decimal | None, estimate_wan_yuan: Decimal | None) -> str:
    """A sentence when the price is far above the estimate; "" otherwise. It warns, it does not refuse."""
    if award_price_wan_yuan is None or estimate_wan_yuan is None:
        return ""
    if award_price_wan_yuan <= estimate_wan_yuan * PRICE_OVER_ESTIMATE:
        return ""
    return f"中标价 {award_price_wan_yuan} 万元超过批复概算 {estimate_wan_yuan} 万元的 1.1 倍，请核对金额和单位。"


@dataclass(frozen=True)
class MonthProgress:
    """形象进度 (%) and 完成投资 (万元, since the start) at the end of a month."""

    month: dt.date
    progress_percent: Decimal
    invested_wan_yuan: Decimal


def progress_problems(
    new: MonthProgress, *, before: MonthProgress | None, after: MonthProgress | None, reason: str
) -> list[Problem]:
    """Progress never goes back unless the reason is told.

    before, after: the nearest months that are on record already. What was recorded for a LATER month is not silently
    contradicted either: the same reason is asked for.
    """
    problems: list[Problem] = []
    for name, label, unit in (
        ("progress_percent", "形象进度", "%"),
        ("invested_wan_yuan", "完成投资", " 万元"),
    ):
        value: Decimal = getattr(new, name)
        if before is not None and value < getattr(before, name) and not reason:
            problems.append(
                Problem(
                    name,
                    f"{label} {value}{unit} 少于 {before.month:%Y-%m} 的 {getattr(before, name)}{unit}，"
                    "请核对；确实减少的，填写减少原因。",
                )
            )
        if after is not None and value > getattr(after, name) and not reason:
            problems.append(
                Problem(
                    name,
                    f"{label} {value}{unit} 多于后一个月 {after.month:%Y-%m} 的 {getattr(after, name)}{unit}，"
                    "请先改正后一个月，或填写减少原因。",
                )
            )
    return problems
