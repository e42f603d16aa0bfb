"""Writing ledger workbooks: the same shape for exports, templates and generated data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.display import shanghai
from core.month import ReportingMonth
from core.xlsx import FORMULA_STARTS, safe_text
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import NO, YES, Column, Kind, Sheet

README_TITLE = "说明"
OPTIONS_TITLE = "选项"
ERRORS_TITLE = "错误清单"
IGNORED_TITLES = frozenset({README_TITLE, OPTIONS_TITLE, ERRORS_TITLE})
"""Sheets of the workbook that hold no records."""

LAST_DROPDOWN_ROW = 5000
_EXACT_INTEGER = 10**15
_HEAD = {
    True: (Font(bold=True, color="FF9C1C1C"), PatternFill("solid", fgColor="FFFBEDEA")),
    False: (Font(bold=True, color="FF1B2733"), PatternFill("solid", fgColor="FFE6F0F9")),
}
_WIDTHS = {Kind.TEXT: 24, Kind.PROSE: 36, Kind.LINES: 36, Kind.USCC: 22, Kind.DATETIME: 18, Kind.SHA256: 30}

Progress = Callable[[int, str], None]
Rows = Iterable[Mapping[str, Any]]

README = (
    "本工作簿是一个市的水利工程质量监督台账，每类记录一张表，表名和表头不能改动，列的先后可以调整。",
    "红色表头的列必填。把鼠标停在表头上可看到该列的含义和示例；详细说明见产品文档 docs/ledger.md。",
    "不需要的表可以整张删除；表中没有的记录不会被删除，只会新增或修改。",
    "记录按编号（或表头说明的几列合在一起）识别：已有的记录按本表改为所填内容，空白格即清空；整列删除则保持原值。",
    "日期写成2023-09-01、2023/9/1、2023.9.1、2023年9月1日均可；月份写成2023-09；时间写成2023-10-07 15:30（北京时间）。",
    "金额和数量只填数字，单位见表头；是/否列填“是”或“否”；选项列从下拉框选。",
    "不得使用公式、合并单元格；从别处复制时请选择“粘贴为数值”。",
    "导入时一次列出全部错误；只要有一处错误，整个工作簿都不写入。同一文件重复导入不产生变化。",
)


def write_ledger(rows: Mapping[str, Rows], *, progress: Progress | None = None) -> bytes:
    """A ledger workbook with these rows: sheet name → rows of column name → value.

    Values are plain: str, int, Decimal, date, aware datetime, bool; a choice by stored code or Chinese label; a
    county by name or code; a month as ReportingMonth, first day or "2023-09"; LINES as a list. A missing name or
    None is a blank cell. Sheets without rows are left out.
    """
    unknown = set(rows) - set(LEDGER.by_name)
    if unknown:
        raise KeyError(f"no such sheets: {sorted(unknown)}")
    book = openpyxl.Workbook(write_only=True)
    _add_readme(book)
    present = [sheet for sheet in LEDGER.sheets if sheet.name in rows]
    for index, sheet in enumerate(present):
        if progress is not None:
            progress(10 + 80 * index // max(len(present), 1), f"正在写“{sheet.title}”")
        _add_sheet(book, sheet, rows[sheet.name])
    return _bytes(book)


def template() -> bytes:
    """The empty workbook for people: all sheets, drop-downs, notes on every head."""
    book = openpyxl.Workbook(write_only=True)
    _add_readme(book)
    options = _add_options(book)
    for sheet in LEDGER.sheets:
        _add_sheet(book, sheet, (), options=options)
    return _bytes(book)


def _bytes(book: Any) -> bytes:
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _add_readme(book: Any) -> None:
    sheet = book.create_sheet(README_TITLE)
    sheet.column_dimensions["A"].width = 110
    for line in README:
        sheet.append([line])
    sheet.append(["表的先后即引用的先后：" + "、".join(s.title for s in LEDGER.sheets) + "。"])


def _choice_sets() -> dict[tuple[str, ...], int]:
    """Each different list of labels → its column on the options sheet."""
    found: dict[tuple[str, ...], int] = {}
    for sheet in LEDGER.sheets:
        for column in sheet.columns:
            labels = _labels(column)
            if labels:
                found.setdefault(labels, len(found) + 1)
    return found


def _labels(column: Column) -> tuple[str, ...]:
    return (YES, NO) if column.kind is Kind.BOOL else tuple(label for _, label in column.choices)


def _add_options(book: Any) -> dict[tuple[str, ...], int]:
    sets = _choice_sets()
    sheet = book.create_sheet(OPTIONS_TITLE)
    for index in range(max(len(labels) for labels in sets)):
        sheet.append([labels[index] if index < len(labels) else None for labels in sets])
    return sets


def _add_sheet(
    book: Any, sheet: Sheet, rows: Rows, *, options: Mapping[tuple[str, ...], int] | None = None
) -> None:
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A2"
    for index, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(index)].width = _WIDTHS.get(column.kind, 14)
    for index, column in enumerate(sheet.columns, start=1):
        _add_dropdown(page, index, column, options or {})
    page.append([_head(page, sheet, column) for column in sheet.columns])
    names = set(sheet.by_name)
    for row in rows:
        if not names.issuperset(row):
            raise KeyError(f"{sheet.name} has no columns {sorted(set(row) - names)}")
        page.append([cell_of(page, column, row.get(column.name)) for column in sheet.columns])


def _add_dropdown(page: Any, index: int, column: Column, options: Mapping[tuple[str, ...], int]) -> None:
    labels = _labels(column)
    if labels not in options or not labels:
        return
    letter = get_column_letter(options[labels])
    rule = DataValidation(
        type="list",
        formula1=f"'{OPTIONS_TITLE}'!${letter}$1:${letter}${len(labels)}",
        allowBlank=True,
        showErrorMessage=True,
    )
    rule.error = "请从下拉框选择。"
    own = get_column_letter(index)
    rule.add(f"{own}2:{own}{LAST_DROPDOWN_ROW}")
    page.data_validations.append(rule)


def _head(page: Any, sheet: Sheet, column: Column) -> Any:
    cell = WriteOnlyCell(page, value=column.header)
    cell.font, cell.fill = _HEAD[column.required]
    parts = [column.meaning, f"类型：{column.kind.value}", f"单位：{column.unit}" if column.unit else ""]
    parts.append("必填" if column.required else "选填")
    parts.append("识别记录用" if column.name in sheet.key_columns else "")
    parts.append(f"示例：{column.example}" if column.example else "")
    cell.comment = Comment("\n".join(part for part in parts if part), "台账", width=320, height=160)
    return cell


def cell_of(page: Any, column: Column, value: Any) -> Any:
    """The cell of a value: text that can never become a formula, dates and numbers that stay what they are."""
    plain = plain_value(column, value)
    if plain is None or plain == "":
        return None
    if isinstance(plain, str):
        cell = WriteOnlyCell(page, value=safe_text(plain))
        # openpyxl takes a leading "=" for a formula: the type is set back; quotePrefix keeps it text in Excel
        cell.data_type = "s"
        if plain.startswith(FORMULA_STARTS):
            cell.quotePrefix = True
        cell.number_format = "@"
        return cell
    cell = WriteOnlyCell(page, value=plain)
    if isinstance(plain, dt.datetime):
        cell.number_format = "yyyy-mm-dd hh:mm:ss"
    elif isinstance(plain, dt.date):
        cell.number_format = "yyyy-mm-dd"
    return cell


def plain_value(column: Column, value: Any) -> Any:
    """What stands in the cell: str, int, Decimal, date or naive Shanghai datetime; None for blank."""
    if value is None or value == "":
        return None
    render = _PLAIN.get(column.kind)
    return render(column, value) if render is not None else value


def _plain_choice(column: Column, value: Any) -> str:
    return dict(column.choices).get(str(value), str(value))


def _plain_month(column: Column, value: Any) -> str:
    return (
        value
        if isinstance(value, str)
        else str(ReportingMonth.of(value) if isinstance(value, dt.date) else value)
    )


def _plain_datetime(column: Column, value: Any) -> Any:
    if isinstance(value, str):
        return value
    local = shanghai(value).replace(tzinfo=None)
    # Excel keeps milliseconds at best: an instant with microseconds is written as text
    return local.isoformat(sep=" ") if local.microsecond else local


def _plain_lines(column: Column, value: Any) -> str:
    lines = [value] if isinstance(value, str) else value
    return "\n".join(
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False, sort_keys=True)
        for line in lines
    )


def _plain_number(column: Column, value: Any) -> Any:
    is_long = isinstance(value, (int, Decimal)) and abs(Decimal(value)) >= _EXACT_INTEGER
    return str(value) if is_long else value


def _plain_bool(column: Column, value: Any) -> str:
    return value if isinstance(value, str) else (YES if value else NO)


_PLAIN: dict[Kind, Callable[[Column, Any], Any]] = {
    Kind.CHOICE: _plain_choice,
    Kind.MONTH: _plain_month,
    Kind.DATETIME: _plain_datetime,
    Kind.LINES: _plain_lines,
    Kind.INT: _plain_number,
    Kind.DECIMAL: _plain_number,
    Kind.BOOL: _plain_bool,
    Kind.GROUP: lambda column, value: str(value),
    Kind.COUNTY: lambda column, value: str(value),
}
