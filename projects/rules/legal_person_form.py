"""The form of a legal person's quality report and the bureau's scored sheet, as data of a version. No database, no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import yaml

from core.errors import DomainError

TEXT_LIMIT, LINE_LIMIT = 2000, 100
_NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_COUNT = re.compile(r"[0-9]{1,6}")
_WIDE = str.maketrans("０１２３４５６７８９．％", "0123456789.%")

Content = Mapping[str, Mapping[str, str]]
"""Section → field → text, as it was typed."""


class BadForm(DomainError):
    """The shipped form is wrong: a defect of the release."""


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. kind: text, line, number (two decimals), count (whole)."""

    id: str
    label: str
    kind: str
    required: bool = False
    maximum: Decimal | None = None
    help: str = ""


@dataclass(frozen=True, slots=True)
class FormSection:
    """Fields that are saved together."""

    id: str
    title: str
    fields: tuple[FormField, ...]


@dataclass(frozen=True, slots=True)
class SheetItem:
    """One item of the bureau's sheet with its full marks."""

    id: str
    label: str
    full: Decimal


@dataclass(frozen=True, slots=True)
class ReportForm:
    """One version: valid for reports of months from `effective_from` ("2023-01") on."""

    version: str
    effective_from: str
    title: str
    sections: tuple[FormSection, ...]
    step: Decimal
    sheet: tuple[SheetItem, ...]

    def section(self, section_id: str) -> FormSection | None:
        """A section by its id."""
        return next((one for one in self.sections if one.id == section_id), None)


@dataclass(frozen=True, slots=True)
class ItemMark:
    """What the bureau gave for one item."""

    item: str
    points: Decimal
    reason: str


def parse_form(text: str) -> ReportForm:
    """The form of a YAML text. Raises BadForm."""
    data: Any = yaml.safe_load(text)
    try:
        form = ReportForm(
            version=data["version"],
            effective_from=data["effective_from"],
            title=data["title"],
            sections=tuple(
                FormSection(one["id"], one["title"], tuple(_field(field) for field in one["fields"]))
                for one in data["sections"]
            ),
            step=Decimal(str(data["sheet"]["step"])),
            sheet=tuple(
                SheetItem(one["id"], one["label"], Decimal(one["max"])) for one in data["sheet"]["items"]
            ),
        )
    except (KeyError, TypeError, ArithmeticError) as error:
        raise BadForm("项目法人质量管理月报的格式文件有误，请联系管理员。") from error
    if sum(item.full for item in form.sheet) != 100:
        raise BadForm("项目法人质量管理月报评价表各项满分之和应为100分。")
    return form


def _field(data: Mapping[str, Any]) -> FormField:
    maximum = data.get("max")
    if data["kind"] not in ("text", "line", "number", "count"):
        raise BadForm(f"月报格式中“{data['label']}”的类型不认识。")
    return FormField(
        id=data["id"],
        label=data["label"],
        kind=data["kind"],
        required=bool(data.get("required", False)),
        maximum=None if maximum is None else Decimal(maximum),
        help=data.get("help", ""),
    )


def clean_field(field: FormField, text: str) -> str:
    """The text to keep. Blank is kept: a draft may have gaps. Raises ValueError with a sentence."""
    text = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if field.kind in ("text", "line"):
        limit = TEXT_LIMIT if field.kind == "text" else LINE_LIMIT
        if len(text) > limit:
            raise ValueError(f"“{field.label}”有{len(text)}字，超过{limit}字，请精简。")
        return text
    number = text.translate(_WIDE).replace(",", "").replace("，", "").removesuffix("%").strip()
    if not number:
        return ""
    pattern, shape = (_NUMBER, "数字，最多两位小数") if field.kind == "number" else (_COUNT, "整数")
    if pattern.fullmatch(number) is None:
        raise ValueError(f"“{field.label}”应填{shape}，现为“{text[:20]}”。")
    if field.maximum is not None and Decimal(number) > field.maximum:
        raise ValueError(f"“{field.label}”不能大于{field.maximum}，现为{number}。")
    return number


def missing_fields(form: ReportForm, content: Content) -> Iterator[tuple[FormSection, FormField]]:
    """Required fields that are still blank."""
    for section in form.sections:
        values = content.get(section.id, {})
        for field in section.fields:
            if field.required and not values.get(field.id, "").strip():
                yield section, field


def check_marks(
    form: ReportForm, marks: Mapping[str, tuple[str, str]]
) -> tuple[list[ItemMark], dict[str, str]]:
    """Points and reasons of every item, and the sentence for each item that is wrong. A deduction needs its reason."""
    good: list[ItemMark] = []
    errors: dict[str, str] = {}
    for item in form.sheet:
        text, reason = (part.strip() for part in marks.get(item.id, ("", "")))
        text = text.translate(_WIDE)
        if re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", text) is None:
            errors[item.id] = f"请填写“{item.label}”的得分，0至{item.full}分。"
            continue
        points = Decimal(text)
        if points > item.full or points % form.step:
            errors[item.id] = f"“{item.label}”的得分应为0至{item.full}分，以{form.step}分为一档。"
        elif points < item.full and not reason:
            errors[item.id] = f"“{item.label}”扣了{item.full - points}分，请写明扣分理由。"
        elif len(reason) > 300:
            errors[item.id] = f"“{item.label}”的扣分理由超过300字，请精简。"
        else:
            good.append(ItemMark(item.id, points, reason))
    return good, errors
