"""Workbooks of an open return, right ones and bent ones."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl

from projects.models import MonthlyReturn
from projects.rules.returns import HEADER_FIELD, LINE_FIELD
from reports.ledger.problems import Problem
from reports.returns.checking import check_book
from reports.returns.ground import Ground, load_ground
from reports.returns.layout import FIRST_ROW, HEAD_TITLE, HEADER_ROW, LINES_TITLE, ReturnBook, places
from reports.returns.reading import read_return_book
from reports.returns.review import Review, review
from reports.returns.template import template_workbook
from tests.projects.open_month import OpenMonth

AT = dt.datetime(2023, 10, 4, 2, 0, tzinfo=dt.UTC)
_COLUMNS = {place.field.name: index for index, place in enumerate(places(), start=1) if place.field}


def ground_of(opened: OpenMonth) -> Ground:
    """What a workbook of the return is held against. Wants an open scope."""
    found = MonthlyReturn.objects.select_related("jurisdiction").get(pk=opened.return_.pk)
    return load_ground(found, at=AT)


def template_of(opened: OpenMonth) -> bytes:
    return template_workbook(ground_of(opened))


def column(name: str) -> int:
    """The column of a field, from 1."""
    return _COLUMNS[name]


def address(name: str, row: int = FIRST_ROW) -> str:
    return f"{openpyxl.utils.get_column_letter(_COLUMNS[name])}{row}"


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after `change(openpyxl workbook)`."""
    book = openpyxl.load_workbook(BytesIO(data))
    change(book)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def typed(data: bytes, cells: dict[tuple[int, str], Any]) -> bytes:
    """The workbook after (row, field) → value was typed into the sheet of projects (row 0: into the head)."""

    def change(book: Any) -> None:
        for (row, name), value in cells.items():
            if row:
                book[LINES_TITLE].cell(row=row, column=column(name)).value = value
            else:
                page = book[HEAD_TITLE]
                title = HEADER_FIELD[name].title
                number = next(cell.row for cell in page["A"] if cell.value == title)
                page.cell(row=number, column=2).value = value

    return edited(data, change)


def in_memory(data: bytes, cells: dict[tuple[int, str], Any]) -> ReturnBook:
    """The same below the zip layer: the matrices as the reader gives them, bent."""
    return bent(read_return_book(data), cells)


def bent(book: ReturnBook, cells: dict[tuple[int, str], Any]) -> ReturnBook:
    """A copy of the matrices with other cells."""
    other = dataclasses.replace(book, lines=[row[:] for row in book.lines])
    for (row, name), value in cells.items():
        other.lines[row - 1][column(name) - 1] = value
    return other


def reviewed(book: ReturnBook, ground: Ground) -> Review:
    return review(check_book(book, ground), ground)


def told(found: Review) -> set[tuple[str, str]]:
    """Where the review found an error: (sheet, cell)."""
    return {(one.sheet, one.cell) for one in found.problems()}


def sentences(found: Review) -> list[str]:
    return [f"{one.cell} {one.value} {one.wrong}｜{one.right}" for one in problems(found)]


def problems(found: Review) -> list[Problem]:
    return list(found.problems())


__all__ = ["HEADER_ROW", "LINE_FIELD"]
