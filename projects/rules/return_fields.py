"""The fields of a county's monthly return: what each holds, how it is read from text and written as text.

One table for the page, the workbook and the server. `field_rules_json` hands the browser the same bounds and the same
sentences; the server stays the judge. Sources: handbook §7.1; the six required fields are those of rubric item B2.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from core.errors import DomainError
from core.text import NotANumber, UnsafeText, clean_text, half_width, parse_decimal, parse_integer

FieldKind = Literal["decimal", "int", "date", "choice", "text"]
Value = Decimal | int | dt.date | str | None
"""A field's value; blank is None for numbers and dates, "" for texts and choices."""

STATUSES: tuple[tuple[str, str], ...] = (
    ("PLANNED", "拟建"),
    ("UNDER_WAY", "在建"),
    ("SUSPENDED", "停工"),
    ("COMPLETED", "完工"),
    ("ACCEPTED", "竣工验收"),
)
"""Codes and labels of 建设状态 (projects.enums.ProjectStatus; rules import no Django)."""

_FIRST_DAY, _LAST_DAY = dt.date(1990, 1, 1), dt.date(2100, 12, 31)
_DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
_SMALL_INTEGER = 32767


class FieldError(DomainError):
    """The text does not fit its field. The sentence names the field and what to write."""


@dataclass(frozen=True, slots=True)
class ReturnField:
    """One field. `minimum`/`maximum` are included; `places` are decimals, `max_digits` all digits of a decimal.

    `is_required` = counted by rubric item B2; `needs_positive` = 0 counts as blank there. `is_monthly` = told anew each
    month, not carried over.
    """

    name: str
    label: str
    kind: FieldKind
    unit: str = ""
    is_required: bool = False
    needs_positive: bool = False
    is_monthly: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    places: int = 0
    max_length: int = 0
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""

    @property
    def title(self) -> str:
        """Label with its unit: `中标价（万元）`."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def blank(self) -> Value:
        """What the field holds when nothing is filled in."""
        return "" if self.kind in ("text", "choice") else None


def _money(name: str, label: str, *, minimum: str = "0", **more: Any) -> ReturnField:
    most = Decimal("999999999999.99")
    return ReturnField(
        name, label, "decimal", "万元", minimum=Decimal(minimum), maximum=most, places=2, **more
    )


def _percent(name: str, label: str, **more: Any) -> ReturnField:
    return ReturnField(
        name, label, "decimal", "%", minimum=Decimal(0), maximum=Decimal(100), places=2, **more
    )


def _count(name: str, label: str, unit: str, *, maximum: int = _SMALL_INTEGER, **more: Any) -> ReturnField:
    return ReturnField(name, label, "int", unit, minimum=Decimal(0), maximum=Decimal(maximum), **more)


RETURN_FIELDS: tuple[ReturnField, ...] = (
    ReturnField("status", "建设状态", "choice", choices=STATUSES, help="月末的状态"),
    _money("award_price_wan_yuan", "中标价", minimum="0.01", is_required=True, help="各标段合同价合计"),
    _count(
        "approved_duration_days", "批复工期", "天", maximum=36500, is_required=True, help="按批复文件，日历天"
    ),
    ReturnField("started_on", "开工日期", "date", help="不早于监督手续办理日期"),
    ReturnField("planned_finish_on", "计划完工日期", "date"),
    ReturnField("finished_on", "实际完工日期", "date", help="完工后填写"),
    _percent("progress_percent", "形象进度", help="累计数，只增不减；减少须填原因"),
    _money("invested_wan_yuan", "完成投资", help="累计数，只增不减；减少须填原因"),
    _count(
        "unit_count",
        "参建单位数",
        "个",
        is_required=True,
        needs_positive=True,
        help="勘察、设计、施工、监理等",
    ),
    _count("key_person_count", "主要管理人员数", "人", is_required=True, needs_positive=True),
    _count("key_work_count", "重要隐蔽、关键部位数", "个", is_required=True, help="没有的填0，空白为漏填"),
    ReturnField(
        "registration_number",
        "监督手续编号",
        "text",
        is_required=True,
        max_length=60,
        help="未办理的填“未办理”",
    ),
    _count("commitments_due", "应签承诺书数", "份", help="质量终身责任承诺书"),
    _count("commitments_signed", "已签承诺书数", "份"),
    _percent("attendance_percent", "主要管理人员到岗率", is_monthly=True, help="本月平均"),
    _count("accident_count", "质量事故数", "起", is_monthly=True, help="本月发生"),
    _count("defect_count", "质量缺陷数", "个", is_monthly=True, help="本月发现"),
    ReturnField("works_ahead", "下月重要隐蔽、关键部位施工", "text", is_monthly=True, max_length=300),
    ReturnField(
        "decrease_reason",
        "进度或投资减少的原因",
        "text",
        is_monthly=True,
        max_length=200,
        help="形象进度或完成投资比上月减少时必填",
    ),
    ReturnField("note", "备注", "text", is_monthly=True, max_length=300),
)
"""Of one project's line, in the order of the page and of the workbook."""

HEADER_FIELDS: tuple[ReturnField, ...] = tuple(
    _count(name, label, unit, is_monthly=True)
    for name, label, unit in (
        ("projects_under_way", "在建工程数", "个"),
        ("projects_planned", "拟建工程数", "个"),
        ("projects_started", "本月新开工数", "个"),
        ("projects_finished", "本月完工数", "个"),
        ("inspections", "监督检查次数", "次"),
        ("person_times", "出动人次", "人次"),
        ("findings_management", "管理违规问题数", "个"),
        ("findings_physical", "实体质量问题数", "个"),
        ("findings_general", "一般问题数", "个"),
        ("findings_serious", "较重问题数", "个"),
        ("findings_grave", "严重问题数", "个"),
        ("notices", "整改通知书份数", "份"),
        ("findings_closed", "已闭环问题数", "个"),
        ("findings_overdue", "逾期问题数", "个"),
        ("interviews", "约谈次数", "次"),
        ("criticisms", "通报次数", "次"),
        ("transfers", "移送线索数", "条"),
        ("test_batches", "监督检测批次", "批"),
        ("test_batches_failed", "检测不合格批次", "批"),
        ("trainings", "培训次数", "次"),
        ("accidents", "质量事故数", "起"),
    )
)
"""Of the head of a return (handbook §7.1): whole counts of the month."""

LINE_FIELD: Mapping[str, ReturnField] = {field.name: field for field in RETURN_FIELDS}
HEADER_FIELD: Mapping[str, ReturnField] = {field.name: field for field in HEADER_FIELDS}
REQUIRED_FIELDS: tuple[ReturnField, ...] = tuple(field for field in RETURN_FIELDS if field.is_required)


def sentences(field: ReturnField) -> dict[str, str]:
    """What is said when a rule of the field is broken; `{value}` stands for what was written."""
    name = f"“{field.title}”"
    said = {
        "decimal": f"{name}应填数字，“{{value}}”不是数字，应写成“1234.50”的形式，不带单位。",
        "int": f"{name}应填整数，“{{value}}”不是整数。",
        "date": f"{name}应填日期，“{{value}}”不是日期，应写成“2023-09-05”的形式。",
        "choice": f"{name}没有“{{value}}”，请从“{'、'.join(label for _, label in field.choices)}”中选择。",
        "text": f"{name}中有看不见的字符或换行，请删除后重新填写。",
    }
    broken = {"kind": said[field.kind]}
    if field.minimum is not None and field.maximum is not None:
        low, high = (format(bound, "f") for bound in (field.minimum, field.maximum))
        broken["range"] = f"{name}应在{low}至{high}之间，现为“{{value}}”。"
    if field.kind == "decimal":
        broken["places"] = f"{name}最多{field.places}位小数，现为“{{value}}”。"
    if field.max_length:
        broken["length"] = f"{name}最多{field.max_length}个字，现在太长，请删减。"
    if field.kind == "date":
        broken["range"] = f"{name}的“{{value}}”不在1990年至2100年之间，请核对年份。"
    return broken


def _fail(field: ReturnField, rule: str, text: str) -> FieldError:
    shown = text.strip().replace("\n", " ")
    shown = shown if len(shown) <= 40 else f"{shown[:40]}…"
    return FieldError(sentences(field)[rule].replace("{value}", shown))


def parse_field(field: ReturnField, text: str) -> Value:
    """The value that a text means. Blank text is the blank value. Full-width digits and 1,234.50 are understood.

    Raises FieldError with one sentence that names the field, the text and the remedy.
    """
    if not text.strip():
        return field.blank
    return _PARSERS[field.kind](field, text)


def _parse_decimal(field: ReturnField, text: str) -> Value:
    try:
        value = parse_decimal(text)
    except (NotANumber, UnsafeText) as error:
        raise _fail(field, "kind", text) from error
    # First, because numbers of more than 28 digits cannot be rounded.
    _within(field, value, text)
    rounded = round(value, field.places)
    if value != rounded:
        raise _fail(field, "places", text)
    return rounded


def _parse_integer(field: ReturnField, text: str) -> Value:
    try:
        value = parse_integer(text)
    except (NotANumber, UnsafeText) as error:
        raise _fail(field, "kind", text) from error
    _within(field, Decimal(value), text)
    return value


def _within(field: ReturnField, value: Decimal, text: str) -> None:
    if field.minimum is None or field.maximum is None:
        return
    if not field.minimum <= value <= field.maximum:
        raise _fail(field, "range", text)


def _parse_date(field: ReturnField, text: str) -> Value:
    match = _DATE.fullmatch(half_width(text).strip())
    try:
        if match is None:
            raise _fail(field, "kind", text)
        day = dt.date(*(int(part) for part in match.groups()))
    except ValueError as error:
        raise _fail(field, "kind", text) from error
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise _fail(field, "range", text)
    return day


def _parse_choice(field: ReturnField, text: str) -> Value:
    wanted = text.strip()
    for code, label in field.choices:
        if wanted in (code, label):
            return code
    raise _fail(field, "kind", text)


def _parse_text(field: ReturnField, text: str) -> Value:
    try:
        value = clean_text(text)
    except UnsafeText as error:
        raise _fail(field, "kind", text) from error
    if len(value) > field.max_length:
        raise _fail(field, "length", text)
    return value


_PARSERS = {
    "decimal": _parse_decimal,
    "int": _parse_integer,
    "date": _parse_date,
    "choice": _parse_choice,
    "text": _parse_text,
}


def field_text(field: ReturnField, value: object) -> str:
    """The value as the field shows it: `1234.5`, `2023-09-05`, the label of a choice; "" for blank.

    `parse_field(field, field_text(field, v)) == v` for every value that the field can hold.
    """
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if value is None or value == "":
        return ""
    if field.kind == "choice":
        return dict(field.choices).get(str(value), str(value))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def field_rules_json() -> dict[str, list[dict[str, Any]]]:
    """The same rules for the browser: `{"line": [...], "header": [...]}`."""
    return {
        "line": [_rule(field) for field in RETURN_FIELDS],
        "header": [_rule(field) for field in HEADER_FIELDS],
    }


def _rule(field: ReturnField) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "unit": field.unit,
        "kind": field.kind,
        "required": field.is_required,
        "positive": field.needs_positive,
        "min": None if field.minimum is None else format(field.minimum, "f"),
        "max": None if field.maximum is None else format(field.maximum, "f"),
        "places": field.places,
        "maxLength": field.max_length,
        "choices": [{"value": code, "label": label} for code, label in field.choices],
        "sentences": sentences(field),
    }
