"""Excel files for people: numbers stay numbers, dates stay dates, and no text can ever become a formula."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from core.display import shanghai

MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAX_TEXT = 32_767
"""Characters that one Excel cell holds; what is longer is cut and says so."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_BAD_TITLE = re.compile(r"[\[\]:*?/\\']")

_HEAD_FONT = Font(bold=True, color="FF1B2733")
_HEAD_FILL = PatternFill("solid", fgColor="FFE6F0F9")
_WRAP = Alignment(vertical="top", wrap_text=True)


@dataclass(frozen=True)
class SheetColumn:
    """A column's head. `width` in Excel's unit (one Latin digit); `format` is an Excel number format."""

    label: str
    unit: str = ""
    width: float = 16
    format: str = ""

    @property
    def heading(self) -> str:
        return f"{self.label}（{self.unit}）" if self.unit else self.label


def sheet_title(text: str) -> str:
    """A name that Excel accepts: at most 31 characters, none of []:*?/\\'."""
    return _BAD_TITLE.sub(" ", text)[:31].strip() or "Sheet"


def safe_text(value: str) -> str:
    """Text without the control characters that XML forbids, cut to what a cell holds."""
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 4] + "（截断）"


class Workbook:
    """A write-only workbook: memory stays flat whatever the number of rows."""

    def __init__(self) -> None:
        self._book = openpyxl.Workbook(write_only=True)

    def add_sheet(self, title: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[object]]) -> int:
        """Write a sheet with a frozen head; returns the number of rows written."""
        sheet = self._book.create_sheet(sheet_title(title))
        sheet.freeze_panes = "B2" if len(columns) > 1 else "A2"
        for index, column in enumerate(columns, start=1):
            sheet.column_dimensions[get_column_letter(index)].width = column.width
        sheet.append([self._head(sheet, column.heading) for column in columns])
        written = 0
        for row in rows:
            sheet.append(
                [self._cell(sheet, value, column.format) for value, column in zip(row, columns, strict=True)]
            )
            written += 1
        if columns:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{written + 1}"
        return written

    def add_notes(self, title: str, notes: Iterable[tuple[str, object]]) -> None:
        """A sheet of label and value, for what was asked and when."""
        sheet = self._book.create_sheet(sheet_title(title))
        sheet.column_dimensions["A"].width = 24
        sheet.column_dimensions["B"].width = 80
        for label, value in notes:
            sheet.append([self._head(sheet, label), self._cell(sheet, value, "")])

    def to_bytes(self) -> bytes:
        out = BytesIO()
        self._book.save(out)
        return out.getvalue()

    def _head(self, sheet: Any, text: str) -> Cell:
        cell = self._text(sheet, text)
        cell.font = _HEAD_FONT
        cell.fill = _HEAD_FILL
        cell.alignment = _WRAP
        return cell

    def _text(self, sheet: Any, text: str) -> Cell:
        cell = WriteOnlyCell(sheet, value=safe_text(text))
        # openpyxl reads a leading "=" as a formula; the type is set back, and quotePrefix keeps it text
        # when somebody edits the cell in Excel or pastes it into a CSV.
        cell.data_type = "s"
        if text.startswith(FORMULA_STARTS):
            cell.quotePrefix = True
        return cell

    def _cell(self, sheet: Any, value: object, number_format: str) -> Cell | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return self._text(sheet, "是" if value else "否")
        if isinstance(value, Fraction):
            value = Decimal(value.numerator) / Decimal(value.denominator)
        if isinstance(value, (int, float, Decimal)):
            return self._typed(sheet, value, number_format)
        if isinstance(value, dt.datetime):
            return self._typed(
                sheet, shanghai(value).replace(tzinfo=None), number_format or "yyyy-mm-dd hh:mm"
            )
        if isinstance(value, dt.date):
            return self._typed(sheet, value, number_format or "yyyy-mm-dd")
        cell = self._text(sheet, str(value))
        cell.alignment = _WRAP
        return cell

    def _typed(self, sheet: Any, value: Any, number_format: str) -> Cell:
        cell = WriteOnlyCell(sheet, value=value)
        if number_format:
            cell.number_format = number_format
        return cell
