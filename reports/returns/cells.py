"""One raw cell of a workbook → the value of its field, or a sentence about what is wrong.

The rules are those of the page (projects.rules.return_fields); here is only what a spreadsheet does to a value before
it comes: numbers instead of texts, dates instead of codes. Equal cells are read once.
"""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from typing import Any, NamedTuple

from openpyxl.utils.datetime import from_excel

from core.text import half_width, without_controls
from projects.rules.returns import FieldError, ReturnField, Value, field_text, parse_field

_SERIALS = range(32_874, 73_051)
"""Excel's numbers of the days 1990-01-01 to 2099-12-31."""
_EXACT = 10**15
_LONGEST = 400
"""Characters of a wrong cell that are kept: more than any field takes."""
_UNSEEN = "□"
_PLACES = 2
"""Decimals of every decimal field."""


DISTINCT = frozenset({str, float, dt.date, dt.datetime})
"""Types of cells that are equal to nothing of another of these types."""


class Read(NamedTuple):
    """value: what the field would hold. text: as the page writes it, or as it stands in the cell when `wrong`.

    is_odd: what is wrong is what the spreadsheet made of it (a date, TRUE), not the text that people see.
    """

    value: Value
    text: str
    wrong: str = ""
    is_odd: bool = False


class SpreadsheetError(FieldError):
    """The spreadsheet turned what was typed into something else."""


class FieldReader(dict[Any, Read]):
    """Reads the cells of one field; remembers what it has read.

    `reader[raw]` is for cells of DISTINCT types: 1, 1.0 and TRUE are equal to Python. `read` takes any cell.
    """

    def __init__(self, field: ReturnField) -> None:
        super().__init__()
        self.field = field
        self._low, self._high = _quick_bounds(field)

    def __missing__(self, raw: Any) -> Read:
        found = _quick_decimal(raw) if raw.__class__ is float and self._low <= raw <= self._high else None
        if found is None:
            found = read_cell(self.field, raw)
        self[raw] = found
        return found

    def read(self, raw: Any) -> Read:
        """The cell's value."""
        return self[raw] if raw.__class__ in DISTINCT else read_cell(self.field, raw)


def _quick_bounds(field: ReturnField) -> tuple[float, float]:
    """Between them a number is taken without the detour over a text; nothing is where the field is no decimal."""
    if field.kind != "decimal" or field.minimum is None or field.maximum is None:
        return math.inf, -math.inf
    return float(field.minimum), float(field.maximum)


def _quick_decimal(raw: float) -> Read | None:
    """A plain number of at most two decimals; None when it needs a closer look."""
    text = f"{raw:.15g}"
    if len(text.partition(".")[2]) > _PLACES or "e" in text:
        return None
    return Read(Decimal(text), text)  # up to two decimals `text` is what `field_text` writes


def read_cell(field: ReturnField, raw: Any) -> Read:
    """The value of a raw cell, by the field's own rules."""
    if raw is None or raw == "":
        return Read(field.blank, "")
    try:
        text = _text_of(field, raw)
        value = parse_field(field, text)
    except FieldError as error:
        # Nothing but unseen characters is no blank cell: a blank would be taken as "clear the field".
        return Read(field.blank, shown(raw) or _UNSEEN, str(error), isinstance(error, SpreadsheetError))
    return Read(value, field_text(field, value))


def shown(raw: Any) -> str:
    """The cell as people see it."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float | int):
        return _number(raw)
    if isinstance(raw, dt.datetime):
        return raw.date().isoformat() if raw.time() == dt.time() else raw.isoformat(sep=" ")
    return " ".join(without_controls(str(raw)).split())[:_LONGEST]


def _number(raw: float) -> str:
    if not math.isfinite(raw):
        return "无效数字"
    if isinstance(raw, int) or (raw.is_integer() and abs(raw) < _EXACT):
        return str(int(raw))
    return format(Decimal(f"{raw:.15g}"), "f")


def _text_of(field: ReturnField, raw: Any) -> str:
    """What the person meant to type."""
    name = f"“{field.title}”"
    if isinstance(raw, bool | dt.time | dt.timedelta):
        raise SpreadsheetError(f"{name}这一格被表格软件认成了逻辑值或时间，请设为“文本”格式后重新填写。")
    if isinstance(raw, dt.date):
        if field.kind == "date":
            return raw.date().isoformat() if isinstance(raw, dt.datetime) else raw.isoformat()
        raise SpreadsheetError(f"{name}这一格被表格软件认成了日期，请设为“文本”格式后重新填写。")
    if isinstance(raw, int | float):
        return _text_of_number(field, raw)
    text = str(raw)
    plain = half_width(text).strip()
    # A sign alone is a slip, not an empty cell: it must not wipe out last month's value.
    if field.unit == "%" and plain.endswith("%") and plain != "%":
        return plain[:-1]
    return text


def _text_of_number(field: ReturnField, raw: float) -> str:
    if not math.isfinite(raw):
        raise SpreadsheetError(f"“{field.title}”这一格不是有效的数字，请重新填写。")
    if field.kind == "date" and int(raw) in _SERIALS:
        day = from_excel(int(raw))
        if isinstance(day, dt.datetime):
            return day.date().isoformat()
    if field.kind == "text" and abs(raw) >= _EXACT:
        raise SpreadsheetError(
            f"“{field.title}”被表格软件当成了数字，15位以后的数字已经丢失，请设为“文本”格式后重新填写。"
        )
    return _number(raw)
