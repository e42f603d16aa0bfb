"""What the ledger workbook is made of: sheets, columns, natural keys, references. Pure declaration.

Reading, checking, writing, exporting, the drop-downs of the template and docs/ledger.md all follow these
declarations, so a column exists once. Limits (length, digits, choices, defaults) come from the model field of the
same name and are never repeated here.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models.fields import NOT_PROVIDED

from tenancy.models import TenantModel

YES, NO = "是", "否"


class Kind(enum.Enum):
    """How a cell is read. The value is what the documentation calls it."""

    TEXT = "文本"
    PROSE = "文本（可换行）"
    CODE = "编号"
    USCC = "统一社会信用代码"
    SHA256 = "SHA-256 摘要"
    INT = "整数"
    DECIMAL = "小数"
    DATE = "日期"
    MONTH = "月份"
    DATETIME = "日期时间"
    BOOL = "是/否"
    CHOICE = "选项"
    COUNTY = "县区"
    CATALOGUE = "问题编码"
    LINES = "多条文本"
    GROUP = "分组编号"


@dataclass(frozen=True)
class Column:
    """One column. `name` is the model field that it fills, or a free name when it is only a part of a reference.

    sheet: the sheet whose records the column names. required: a blank cell is an error. default: what a blank cell
    of an optional column means. choices: (stored code, Chinese label) pairs. is_city_allowed: for COUNTY, whether
    the city bureau itself may stand there.
    """

    name: str
    header: str
    kind: Kind
    meaning: str
    example: str
    required: bool = False
    unit: str = ""
    sheet: str = ""
    is_city_allowed: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    max_length: int | None = None
    max_digits: int | None = None
    decimal_places: int | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    default: Any = None
    is_stored: bool = False

    @property
    def allowed(self) -> str:
        """The allowed values in one phrase, for people."""
        if self.choices:
            return "、".join(label for _, label in self.choices)
        if self.kind is Kind.BOOL:
            return f"{YES}、{NO}"
        if self.minimum is not None and self.maximum is not None:
            return f"{self.minimum:f} 至 {self.maximum:f}"
        if self.max_length:
            return f"不超过{self.max_length}字"
        return ""


@dataclass(frozen=True)
class Reference:
    """How a row names a record of another sheet: the target's column → this sheet's column.

    field: the foreign key that is filled; a name that is no field of the model only serves checks and derivations.
    anchor: the column whose blank means "none" and where "not found" is shown.
    """

    field: str
    sheet: str
    columns: Mapping[str, str]
    anchor: str


Derivation = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Sheet:
    """One kind of record. `key` (model fields) is its natural key and one of the model's unique constraints.

    county_from: references whose record's county the row inherits, first one present wins. When the sheet also has a
    typed `jurisdiction` column, that one must agree. derive: values computed from the row (pinyin, never typed), anew
    whenever the field `derived_from` is new or changed.
    """

    name: str
    title: str
    model: type[TenantModel]
    key: tuple[str, ...]
    meaning: str
    columns: tuple[Column, ...]
    references: tuple[Reference, ...] = ()
    county_from: tuple[str, ...] = ()
    derive: Derivation | None = None
    derived_from: str = "name"
    notes: tuple[str, ...] = ()
    json_field: str = ""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def by_header(self) -> dict[str, Column]:
        """Columns by header in matching form."""
        return {header_key(column.header): column for column in self.columns}

    @cached_property
    def references_by_field(self) -> dict[str, Reference]:
        """References by the foreign key that they fill."""
        return {reference.field: reference for reference in self.references}

    @cached_property
    def key_columns(self) -> tuple[str, ...]:
        """Names of the columns that make the natural key, for messages and documentation."""
        names: list[str] = []
        for part in self.key:
            reference = self.references_by_field.get(part)
            names.extend(reference.columns.values() if reference else [part])
        return tuple(dict.fromkeys(names))


def header_key(text: str) -> str:
    """A header in the form in which headers are compared: blanks and the width of signs do not matter."""
    return re.sub(r"\s", "", text).translate(str.maketrans("()％", "（）%")).strip("*＊")


_UNITS = re.compile(r"（(万元|元|天|%|人|字节)）$")


def column(
    name: str,
    kind: Kind,
    meaning: str,
    example: str = "",
    *,
    header: str = "",
    required: bool | None = None,
    unit: str = "",
    sheet: str = "",
    is_city_allowed: bool = False,
    choices: Iterable[tuple[str, str]] = (),
) -> Column:
    """A declared column; `sheet_of` completes it from the model. `required=None` = as the model field says."""
    return Column(
        name=name,
        header=header,
        kind=kind,
        meaning=meaning,
        example=example,
        required=_UNSAID if required is None else required,  # type: ignore[arg-type]  # completed in sheet_of
        unit=unit,
        sheet=sheet,
        is_city_allowed=is_city_allowed,
        choices=tuple(choices),
    )


_UNSAID = object()
_INTEGER_LIMITS: tuple[tuple[type[models.Field[Any, Any]], int, int], ...] = (
    (models.PositiveSmallIntegerField, 0, 32_767),
    (models.PositiveBigIntegerField, 0, 9_223_372_036_854_775_807),
    (models.PositiveIntegerField, 0, 2_147_483_647),
)


def sheet_of(
    name: str,
    title: str,
    model: type[TenantModel],
    *,
    key: tuple[str, ...],
    meaning: str,
    columns: Iterable[Column],
    references: Iterable[Reference] = (),
    county_from: tuple[str, ...] = (),
    derive: Derivation | None = None,
    derived_from: str = "name",
    notes: tuple[str, ...] = (),
    json_field: str = "",
) -> Sheet:
    """A sheet whose columns carry the limits of the model's fields."""
    fields = {f.name: f for f in model._meta.concrete_fields}
    completed = tuple(_completed(c, fields.get(c.name), json_field) for c in columns)
    return Sheet(
        name=name,
        title=title,
        model=model,
        key=key,
        meaning=meaning,
        columns=completed,
        references=tuple(references),
        county_from=county_from,
        derive=derive,
        derived_from=derived_from,
        notes=notes,
        json_field=json_field,
    )


def _completed(declared: Column, model_field: models.Field[Any, Any] | None, json_field: str) -> Column:
    said = declared.required is not _UNSAID
    if model_field is None:
        is_json = bool(json_field) and declared.name.startswith(f"{json_field}__")
        limits: dict[str, Any] = {}
        if declared.kind is Kind.INT:
            limits = {"minimum": Decimal(0), "maximum": Decimal(2_147_483_647)}
        return replace(declared, required=declared.required if said else False, is_stored=is_json, **limits)
    header = declared.header or str(model_field.verbose_name)
    unit_in_header = _UNITS.search(header)
    changes: dict[str, Any] = {
        "header": header,
        "unit": declared.unit or (unit_in_header[1] if unit_in_header else ""),
        "required": declared.required if said else _is_required(model_field),
        "choices": declared.choices or tuple((str(c), str(label)) for c, label in model_field.flatchoices),
        "is_stored": not isinstance(model_field, models.ForeignKey) or declared.kind is Kind.COUNTY,
        "default": _default(model_field),
    }
    return replace(declared, **changes, **_limits(model_field))


def _is_required(model_field: models.Field[Any, Any]) -> bool:
    return not (model_field.null or model_field.blank or model_field.default is not NOT_PROVIDED)


def _default(model_field: models.Field[Any, Any]) -> Any:
    if model_field.default is not NOT_PROVIDED:
        return model_field.get_default()
    return None if model_field.null or isinstance(model_field, models.ForeignKey) else ""


def _limits(model_field: models.Field[Any, Any]) -> dict[str, Any]:
    if isinstance(model_field, models.DecimalField):
        digits, places = int(model_field.max_digits), int(model_field.decimal_places)
        top = Decimal(10) ** (digits - places) - Decimal(1).scaleb(-places)
        return {"max_digits": digits, "decimal_places": places, "minimum": Decimal(0), "maximum": top}
    for kind, low, high in _INTEGER_LIMITS:
        if isinstance(model_field, kind):
            return {"minimum": Decimal(low), "maximum": Decimal(high)}
    if isinstance(model_field, models.CharField) and not model_field.choices:
        return {"max_length": model_field.max_length}
    return {}


def to_sheet(field_name: str, sheet: str, target_column: str, *, by: str = "") -> Reference:
    """A reference by one column."""
    own = by or field_name
    return Reference(field=field_name, sheet=sheet, columns={target_column: own}, anchor=own)


UNIT_COLUMNS = ("project", "section", "organization", "role")


def to_unit(*, anchor: str) -> Reference:
    """A reference to a participating unit by project, section (when it has one), credit code and role."""
    return Reference(
        field="unit", sheet="units", columns={name: name for name in UNIT_COLUMNS}, anchor=anchor
    )


@dataclass
class Registry:
    """All sheets in dependency order: a sheet refers only to sheets before it, or to itself."""

    sheets: tuple[Sheet, ...] = ()
    by_name: dict[str, Sheet] = field(default_factory=dict)

    @classmethod
    def of(cls, sheets: Iterable[Sheet]) -> Registry:
        """A registry; a name, a title or a forward reference that cannot be is refused when the module loads."""
        registry = cls(tuple(sheets))
        for sheet in registry.sheets:
            for reference in sheet.references:
                if reference.sheet not in (*registry.by_name, sheet.name):
                    raise ValueError(
                        f"{sheet.name} refers to {reference.sheet}, which does not come before it"
                    )
            registry.by_name[sheet.name] = sheet
        return registry

    @cached_property
    def by_title(self) -> dict[str, Sheet]:
        """Sheets by Chinese title."""
        return {sheet.title: sheet for sheet in self.sheets}
