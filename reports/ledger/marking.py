"""The workbook back to its sender: bad cells filled and commented, and a list of all errors in front."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from io import BytesIO
from typing import Any

import openpyxl
from openpyxl.cell.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from core.xlsx import FORMULA_STARTS, safe_text
from reports.ledger.guard import count_cells
from reports.ledger.problems import Problem
from reports.ledger.workbook import ERRORS_TITLE

MAX_MARKED_CELLS = 300_000
"""Beyond this the library would need hundreds of megabytes to rewrite the file: only the list is made."""
MAX_MARKED = 5_000

_FILL = PatternFill("solid", fgColor="FFFFC7CE")
_BOLD = Font(bold=True)
_HEADERS = ("表", "单元格", "列", "填写的内容", "错在哪里", "应当怎样")
_WIDTHS = (16, 10, 22, 30, 40, 60)


def mark(data: bytes, problems: Iterable[Problem]) -> bytes:
    """A copy of the workbook that shows the problems."""
    told = list(problems)
    book = _book(data)
    for problem in told[:MAX_MARKED]:
        if problem.cell and problem.sheet in book.sheetnames:
            _mark_cell(book[problem.sheet], problem)
    if ERRORS_TITLE in book.sheetnames:
        del book[ERRORS_TITLE]
    _list(book.create_sheet(ERRORS_TITLE, 0), told)
    book.active = 0
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _book(data: bytes) -> Any:
    if count_cells(data) > MAX_MARKED_CELLS:
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        return book
    with warnings.catch_warnings():
        # the library warns of formats that it drops; the copy needs none of them
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(BytesIO(data), keep_links=False)


def _mark_cell(page: Any, problem: Problem) -> None:
    cell = page.cell(row=problem.row, column=problem.column)
    if isinstance(cell, MergedCell):
        return
    cell.fill = _FILL
    said = f"{problem.wrong}。\n应当：{problem.right}。"
    earlier = f"{cell.comment.text}\n" if cell.comment is not None and problem.row > 1 else ""
    cell.comment = Comment(earlier + said, "台账检查", width=320, height=140)


def _list(page: Any, problems: list[Problem]) -> None:
    for index, (header, width) in enumerate(zip(_HEADERS, _WIDTHS, strict=True), start=1):
        cell = page.cell(row=1, column=index, value=header)
        cell.font = _BOLD
        page.column_dimensions[cell.column_letter].width = width
    for number, problem in enumerate(problems, start=2):
        texts = (problem.sheet, problem.cell, problem.header, problem.value, problem.wrong, problem.right)
        for index, text in enumerate(texts, start=1):
            cell = page.cell(row=number, column=index, value=safe_text(text))
            cell.data_type = "s"
            cell.quotePrefix = text.startswith(FORMULA_STARTS)
    page.freeze_panes = "A2"
