"""履职检查: every month from April on one county, scored on the sheet of the rubric."""

from __future__ import annotations

from decimal import Decimal

from reports.demo.names import official
from reports.demo.rows import YEAR, Dice, Ledger, after_workdays, workdays_of
from reports.demo.units import UNITS
from scoring.rules.duty import DutyItem
from scoring.rules.rubric_parser import parse_rubric
from scoring.services.rubrics import DEFAULT_RUBRIC

DUTY_SCORES = {
    4: ("510703", "86.5"),
    5: ("510722", "88"),
    6: ("510723", "80.5"),
    7: ("510781", "92"),
    8: ("510705", "84.5"),
    9: ("510727", "66.5"),
    10: ("510726", "93.5"),
    11: ("510725", "79"),
    12: ("510704", "91"),
}
"""Month → county and score, without return; one of them under the interview line."""

_FACTS = {
    "机构文件与职责": "机构文件未明确质量监督职责",
    "人员数量专业持证": "专职监督员不足，1人未持证",
    "经费保障": "年度监督经费未单列",
    "办公检测装备": "回弹仪等检测装备未配备",
    "监督工作制度与程序": "监督工作程序未按新规定修订",
    "责任追究与问题处理制度": "问题处理制度没有分级标准",
    "学习培训与考核": "培训记录不全，未考核",
    "市县监督权限清单": "市县监督权限清单未更新",
    "项目监督员分工": "部分项目未明确监督员",
    "无监督空白": "2个小型项目存在监督空白",
    "问题发现能力": "检查发现问题偏少，市级复核发现多处遗漏",
    "问题定性与依据准确": "3个问题定性不准、依据引用有误",
    "监督检测运用": "监督检测计划未完成",
    "信息化与台账": "监督台账更新不及时",
    "监督手续与监督书": "1个项目先开工后办理监督手续",
    "监督计划与交底": "2个项目监督计划缺少交底记录",
    "项目划分与核备备查": "核备资料超期办理",
    "监督检查频次与记录": "未按计划频次检查，部分记录缺签字",
    "整改闭环": "部分问题整改超期，复查资料不全",
    "缺陷与事故处理": "质量缺陷备案内容不完整",
    "验收监督与监督报告": "1次分部工程验收未列席",
    "监督档案": "监督档案未按项目归档",
}
_HALF = Decimal("0.5")
_POINTS_PER_FAULT = 3
"""About so many points are lost per item that lost any."""


def write_duty_inspections(ledger: Ledger, city_code: str, seed: int) -> None:
    """Draw the county, inspect, fill the sheet."""
    duty = parse_rubric(DEFAULT_RUBRIC.read_text(encoding="utf-8")).duty
    if duty is None:
        raise ValueError("the default rubric has no sheet of duty inspections")
    for month, (county, score) in DUTY_SCORES.items():
        number = f"YSLZ-{YEAR}-{month:02d}"
        days = workdays_of(month)
        _write_draw(ledger, city_code, month)
        ledger.add(
            "DutyInspection",
            number=number,
            jurisdiction=county,
            inspected_on=days[9],
            concluded_on=days[13],
            leader_name=official("绵阳", 7),
            summary="质量监督履职情况检查（演示）",
        )
        points = _points(duty.items, duty.max - Decimal(score), Dice(seed, f"duty/{month}"))
        for item in duty.items:
            ledger.add(
                "DutyInspectionItem",
                duty_inspection=number,
                section=item.id.partition("-")[0],
                name=item.name,
                max_points=item.max,
                points=points[item.id],
                fact="" if points[item.id] == item.max else _FACTS[item.name],
            )


def _points(items: tuple[DutyItem, ...], lost: Decimal, dice: Dice) -> dict[str, Decimal]:
    """Take `lost` points off some items in half points, at most two thirds of an item."""
    points = {item.id: item.max for item in items}
    order = dice.shuffled(items)
    faulty = order[: int(lost) // _POINTS_PER_FAULT + 1]
    while lost > 0:
        open_items = [item for item in faulty if points[item.id] - _HALF >= item.max / 3]
        if not open_items:
            faulty.append(order[len(faulty)])
            continue
        points[dice.pick(open_items).id] -= _HALF
        lost -= _HALF
    return points


def _write_draw(ledger: Ledger, city_code: str, month: int) -> None:
    """Counties that had their inspection are not drawn again."""
    day = workdays_of(month)[1]
    counties = sum(not unit.is_zone for unit in UNITS)
    ledger.add(
        "Draw",
        number=f"YSCQ-LZ-{YEAR}-{month:02d}",
        jurisdiction=city_code,
        kind="COUNTY",
        drawn_on=day,
        population_count=counties - (month - min(DUTY_SCORES)),
        result_formed_on=day,
        published_on=after_workdays(day, 5),
    )
