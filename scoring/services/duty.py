"""履职检查: a county's sheet is opened, scored line by line, concluded; only then does the month know of it.

The lines and their full marks are the rubric's; a row of the sheet exists once its line was scored.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.services import record
from core import display
from core.month import ReportingMonth
from guidance.selectors.months import is_month_closed
from inspections.enums import DrawKind, DrawState, DutyState
from inspections.models import Draw, DutyInspection, DutyInspectionItem
from inspections.selectors.draws import drawn_counties
from inspections.services.check_writing import (
    CheckRefused,
    create,
    locked,
    name_of,
    next_number,
    not_before,
    not_later_than_today,
    said,
    write,
)
from scoring.rules.duty import DutyItem, DutyResult, DutyRules, score_duty
from scoring.selectors.duty_page import item_key, rules_of
from scoring.selectors.scales import rubric_in_force
from tenancy.models import Jurisdiction


@dataclass(frozen=True)
class SheetLine:
    """What was found for one line of the sheet; points None = not scored yet."""

    points: Decimal | None
    fact: str = ""


@dataclass(frozen=True, kw_only=True)
class DutyText:
    """Head of a sheet. draw: the draw that selected the county."""

    inspected_on: dt.date
    leader_name: str
    members: str
    draw: Draw | None


@transaction.atomic
def draft_duty_inspection(
    *, county: Jurisdiction, text: DutyText, by: Any, at: dt.datetime
) -> DutyInspection:
    """Open a sheet for a county; one at a time. Raises CheckRefused, NoRubric."""
    values = _checked(county, text, at)
    number = next_number(DutyInspection, "LZ", county, text.inspected_on)
    open_row = DutyInspection.objects.filter(jurisdiction=county, state=DutyState.DRAFT).first()
    if open_row is not None:
        raise CheckRefused(f"{county.short_name}还有评分中的履职检查{open_row.number}，请先完成定论。")
    row = DutyInspection(
        city_id=county.city_id,
        jurisdiction=county,
        number=number,
        state=DutyState.DRAFT,
        # The column is never empty; a draft has not been concluded and counts nowhere.
        concluded_on=text.inspected_on,
        created_by=getattr(by, "id", None),
        **values,
    )
    return create(row, "scoring.duty.draft", by, at, inspected_on=text.inspected_on, draw=text.draw)


@transaction.atomic
def edit_duty_inspection(*, duty_id: uuid.UUID, text: DutyText, by: Any, at: dt.datetime) -> DutyInspection:
    """Put the head of a draft right."""
    row = locked(DutyInspection, duty_id, DutyState.DRAFT)
    values = _checked(row.jurisdiction, text, at)
    return write(row, "scoring.duty.edit", {**values, "concluded_on": text.inspected_on}, by, at)


@transaction.atomic
def record_points(
    *, duty_id: uuid.UUID, lines: Mapping[str, SheetLine], by: Any, at: dt.datetime
) -> DutyInspection:
    """Write the scored lines, item id of the rubric → line. A deduction says its fact.

    Raises CheckRefused naming every line that is wrong.
    """
    row = locked(DutyInspection, duty_id, DutyState.DRAFT)
    known = {(item.section, item.name): item for item in row.items.select_for_update(of=("self",))}
    rules = rules_of(row)
    wrong: list[str] = []
    changed: dict[str, str] = {}
    for section in rules.sections:
        for item in section.items:
            line = lines.get(item.id, SheetLine(None))
            stored = known.get((section.id, item.name))
            sentence = _fault(item, line, stored)
            if sentence:
                wrong.append(sentence)
            elif line.points is not None:
                changed |= _write_line(row, section.id, item, line, stored)
    if wrong:
        raise CheckRefused("；".join(wrong) + "。")
    if changed:
        record(action="scoring.duty.score", subject=row, by=by, at=at, after=changed)
    return row


@transaction.atomic
def conclude_duty(
    *, duty_id: uuid.UUID, concluded_on: dt.date, summary: str, by: Any, at: dt.datetime
) -> DutyResult:
    """Freeze the sheet with its conclusion: from now on the month of the day counts it.

    Raises CheckRefused for an incomplete sheet, a closed month, or a sheet that the month's rubric does not have.
    """
    row = locked(DutyInspection, duty_id, DutyState.DRAFT)
    not_later_than_today(concluded_on, "结论日期", at)
    not_before(concluded_on, "结论日期", row.inspected_on, "检查日期")
    if is_month_closed(concluded_on):
        raise CheckRefused(f"{display.month_cn(concluded_on)}的月报已经冻结，请把结论日期定在以后的月份。")
    result = result_of(row, concluded_on)
    changes = {
        "state": DutyState.CONCLUDED,
        "concluded_on": concluded_on,
        "summary": said(summary, "请填写检查结论。"),
        "concluded_by_name": name_of(by),
    }
    write(row, "scoring.duty.conclude", changes, by, at)
    return result


def result_of(row: DutyInspection, concluded_on: dt.date) -> DutyResult:
    """The verdict of the sheet under the rubric of a month, as the month will use it.

    Raises CheckRefused when a line is missing or is not the rubric's.
    """
    rubric = rubric_in_force(ReportingMonth.of(concluded_on))
    rules = _need_rules(rubric.duty)
    items = {item_key(item.section, item.name): item for item in row.items.all()}
    asked = {item_key(section.id, item.name): item for section in rules.sections for item in section.items}
    missing = [item.name for key, item in asked.items() if key not in items]
    if missing:
        raise CheckRefused(f"还有{len(missing)}项没有评分：{'、'.join(missing)}。")
    strange = [
        item.name for key, item in items.items() if key not in asked or asked[key].max != item.max_points
    ]
    if strange:
        raise CheckRefused(
            f"评分表与{display.month_cn(concluded_on)}生效的评分细则不一致：{'、'.join(strange)}，请核对结论日期。"
        )
    points = {asked[key].id: item.points for key, item in items.items()}
    return score_duty(rules, points, decimals=rubric.score_decimals)


def _checked(county: Jurisdiction, text: DutyText, at: dt.datetime) -> dict[str, Any]:
    not_later_than_today(text.inspected_on, "检查日期", at)
    _need_rules(rubric_in_force(ReportingMonth.of(text.inspected_on)).duty)
    if county.parent_id is None:
        raise CheckRefused("履职检查的对象是县（市、区）和园区，请选择被检查的县区。")
    draw = text.draw
    if draw is not None:
        if draw.kind != DrawKind.COUNTY or draw.state != DrawState.DRAWN:
            raise CheckRefused(f"抽取{draw.number}不是有效的履职检查对象抽取，请重新选择。")
        not_before(text.inspected_on, "检查日期", draw.drawn_on, "抽取日期")
        drawn = drawn_counties(draw)
        if drawn and county.code not in drawn:
            raise CheckRefused(f"抽取{draw.number}没有抽中{county.short_name}，请核对县区或抽取编号。")
    return {
        "inspected_on": text.inspected_on,
        "leader_name": said(text.leader_name, "请填写检查组长。"),
        "members": text.members.strip(),
        "draw": draw,
    }


def _need_rules(rules: DutyRules | None) -> DutyRules:
    if rules is None:
        raise CheckRefused("当月生效的评分细则没有履职检查评分表，请先载入含评分表的细则。")
    return rules


def _fault(item: DutyItem, line: SheetLine, stored: DutyInspectionItem | None) -> str:
    if line.points is None:
        return f"“{item.name}”已经评分，不能清空" if stored is not None else ""
    if not 0 <= line.points <= item.max:
        return f"“{item.name}”的得分应在0至{display.number(item.max)}分之间"
    if line.points < item.max and not line.fact.strip():
        return f"“{item.name}”有扣分，请写明扣分事实"
    return ""


def _write_line(
    row: DutyInspection, section: str, item: DutyItem, line: SheetLine, stored: DutyInspectionItem | None
) -> dict[str, str]:
    points, fact = line.points or Decimal(0), line.fact.strip()
    if stored is None:
        stored = DutyInspectionItem(
            city_id=row.city_id,
            jurisdiction_id=row.jurisdiction_id,
            duty_inspection=row,
            section=section,
            name=item.name,
        )
    elif (stored.points, stored.fact) == (points, fact):
        return {}
    stored.max_points, stored.points, stored.fact = item.max, points, fact
    stored.save()
    return {item.name: f"{points}分 {fact}".strip()}
