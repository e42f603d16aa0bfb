"""The workbook that a county fills in: its projects of this month, what may be written open, the rest protected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core.month import ReportingMonth
from core.xlsx import FORMULA_STARTS, safe_text
from projects.rules.returns import HEADER_FIELDS, RETURN_FIELDS, ReturnField, field_text
from reports.returns.ground import Ground, Line
from reports.returns.layout import (
    BEFORE_TITLE,
    CODE_HEADING,
    FIRST_ROW,
    HEAD_ITEM,
    HEAD_TITLE,
    HEAD_VALUE,
    HEADER_ROW,
    LINES_TITLE,
    NAME_HEADING,
    NOTES_TITLE,
    SIGNATURE_TITLE,
    Place,
    places,
    signature_rows,
)

_BOLD = Font(bold=True, color="FF1B2733")
_HEAD = PatternFill("solid", fgColor="FFE6F0F9")
_ASKED = PatternFill("solid", fgColor="FFFBEDEA")
_LIGHT = PatternFill("solid", fgColor="FFF3F5F7")
_FAINT = Font(color="FF6B7785")
_WRAP = Alignment(vertical="center", wrap_text=True)
_OPEN = Protection(locked=False)
_FORMATS = {"decimal": "0.00", "int": "0", "date": "yyyy-mm-dd", "text": "@", "choice": "@"}
_WIDTHS = {"text": 24, "date": 13, "choice": 11}
_ROOM = 200
"""Empty rows under the last project that the drop-downs still cover."""

NOTES = (
    "“工程明细”每个工程一行，工程编号和名称不能改；灰色的列是上月数据，只供对照。",
    "红色表头的栏目计入完整率（评分项B2），空白即漏填。单位见表头，只填数字，不写“万元”等字样。",
    "日期写成2023-09-05；建设状态从下拉框选择；不要使用公式，从别处复制时请选择“粘贴为数值”。",
    "形象进度、完成投资是累计数；比上月减少的，在“进度或投资减少的原因”中说明。",
    "上传后系统一次列出全部错误，可在网页上直接改；写入前先看到全部改动，写入后可以撤销。",
    "清空一格即清空该栏目；没有写进文件的工程和被删除的列保持原样。增加工程请在月报页面办理。",
)


def template_workbook(ground: Ground) -> bytes:
    """The .xlsx of the return's draft as it stands now."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    _write_lines(book.create_sheet(LINES_TITLE), ground)
    _write_head(book.create_sheet(HEAD_TITLE), ground)
    _write_before(book.create_sheet(BEFORE_TITLE), ground)
    _write_notes(book.create_sheet(NOTES_TITLE))
    _write_signature(book.create_sheet(SIGNATURE_TITLE), ground)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _month(ground: Ground) -> ReportingMonth:
    return ReportingMonth.from_first_day(ground.return_.month)


def _write_lines(page: Any, ground: Ground) -> None:
    columns = places()
    title = f"{ground.return_.jurisdiction.name}{_month(ground).label}质量监督月报·工程明细"
    _put(page, 1, 1, title).font = Font(bold=True, size=14)
    _put(page, 2, 1, NOTES[0]).font = _FAINT
    for index, place in enumerate(columns, start=1):
        _write_heading(page, index, place)
    for number, line in enumerate(ground.lines.values(), start=FIRST_ROW):
        for index, place in enumerate(columns, start=1):
            _write_cell(page, number, index, place, line, ground)
    _add_dropdowns(page, columns, FIRST_ROW + len(ground.lines) + _ROOM)
    page.freeze_panes = page.cell(row=FIRST_ROW, column=3)
    page.row_dimensions[HEADER_ROW].height = 42
    _protect(page)


def _write_heading(page: Any, index: int, place: Place) -> None:
    cell = _put(page, HEADER_ROW, index, place.heading)
    cell.font, cell.alignment = _BOLD, _WRAP
    field = place.field
    cell.fill = _LIGHT if place.shows_before else _ASKED if field and field.is_required else _HEAD
    width = 36 if place.heading == NAME_HEADING else _WIDTHS.get(field.kind, 13) if field else 16
    page.column_dimensions[get_column_letter(index)].width = width
    if field is not None and field.help:
        cell.comment = Comment(field.help, "月报", width=220, height=60)


def _write_cell(page: Any, number: int, index: int, place: Place, line: Line, ground: Ground) -> None:
    if place.heading == CODE_HEADING:
        _put(page, number, index, line.code)
    elif place.heading == NAME_HEADING:
        _put(page, number, index, line.name)
    elif place.shows_before is not None:
        before = ground.previous_in_full.get(line.key, {}).get(place.shows_before.name)
        cell = _put_value(page, number, index, place.shows_before, before)
        cell.fill, cell.font = _LIGHT, _FAINT
    elif place.field is not None:
        cell = _put_value(page, number, index, place.field, line.values[place.field.name])
        if ground.is_open(line.project_id, place.field.name):
            cell.protection = _OPEN
        else:
            cell.fill = _LIGHT


def _add_dropdowns(page: Any, columns: Iterable[Place], last: int) -> None:
    for index, place in enumerate(columns, start=1):
        if place.field is None or not place.field.choices:
            continue
        labels = ",".join(label for _, label in place.field.choices)
        rule = DataValidation(type="list", formula1=f'"{labels}"', allowBlank=True, showErrorMessage=True)
        rule.error = "请从下拉框选择。"
        letter = get_column_letter(index)
        rule.add(f"{letter}{FIRST_ROW}:{letter}{last}")
        page.data_validations.append(rule)


def _write_head(page: Any, ground: Ground) -> None:
    _put(page, 1, 1, f"{_month(ground).label}月报表头").font = Font(bold=True, size=14)
    for index, text in enumerate((HEAD_ITEM, HEAD_VALUE, "上月"), start=1):
        cell = _put(page, HEADER_ROW, index, text)
        cell.font, cell.fill = _BOLD, _HEAD
    for number, field in enumerate(HEADER_FIELDS, start=FIRST_ROW):
        _put(page, number, 1, field.title)
        cell = _put_value(page, number, 2, field, ground.head.get(field.name))
        if ground.is_open(None, field.name):
            cell.protection = _OPEN
        before = _put_value(page, number, 3, field, ground.previous_head.get(field.name))
        before.fill, before.font = _LIGHT, _FAINT
    page.column_dimensions["A"].width = 28
    _protect(page)


def _write_before(page: Any, ground: Ground) -> None:
    for index, text in enumerate((CODE_HEADING, NAME_HEADING, *(f.title for f in RETURN_FIELDS)), start=1):
        cell = _put(page, 1, index, text)
        cell.font, cell.fill = _BOLD, _LIGHT
    number = 2
    for line in ground.lines.values():
        before = ground.previous_in_full.get(line.key)
        if before is None:
            continue
        _put(page, number, 1, line.code)
        _put(page, number, 2, line.name)
        for index, field in enumerate(RETURN_FIELDS, start=3):
            _put_value(page, number, index, field, before.get(field.name))
        number += 1
    page.freeze_panes = "C2"
    _protect(page)


def _write_notes(page: Any) -> None:
    page.column_dimensions["A"].width = 110
    for number, note in enumerate(NOTES, start=1):
        _put(page, number, 1, note)
    _protect(page)


def _write_signature(page: Any, ground: Ground) -> None:
    for number, (name, value) in enumerate(signature_rows(ground.return_, ground.version), start=1):
        _put(page, number, 1, name)
        _put(page, number, 2, value)
    page.sheet_state = "veryHidden"
    _protect(page)


def _protect(page: Any) -> None:
    """Against slips, not against people: there is no password, and what comes back is checked like anything else."""
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.protection.autoFilter = False


def _put(page: Any, row: int, column: int, text: str) -> Any:
    cell = page.cell(row=row, column=column, value=safe_text(text))
    # openpyxl takes a leading "=" for a formula: the type is set back; quotePrefix keeps it text in Excel
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(FORMULA_STARTS):
        cell.quotePrefix = True
    return cell


def _put_value(page: Any, row: int, column: int, field: ReturnField, value: object) -> Any:
    if isinstance(value, Decimal | int | dt.date):
        cell = page.cell(row=row, column=column, value=value)
        cell.number_format = _FORMATS[field.kind]
        return cell
    text = field_text(field, value)
    if text:
        return _put(page, row, column, text)
    cell = page.cell(row=row, column=column)
    cell.number_format = _FORMATS[field.kind]
    return cell
