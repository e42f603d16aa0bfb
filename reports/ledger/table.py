"""A raw sheet → rows of read values, with every cell error on the way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import range_boundaries

from reports.ledger.problems import BadCell, Problem, shown
from reports.ledger.reading import RawCell, RawSheet
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Column, Sheet, header_key
from reports.ledger.values import Reader
from reports.ledger.workbook import IGNORED_TITLES

HEADER_ROW = 1


@dataclass
class Row:
    """One row as read. values: column name → value (None = blank). bad: columns whose cell could not be read."""

    number: int
    values: dict[str, Any]
    cells: Mapping[str, RawCell]
    bad: set[str] = field(default_factory=set)


@dataclass
class Table:
    """A recognised sheet. places: column name → column number; names that are absent have no header."""

    sheet: Sheet
    places: dict[str, int]
    rows: list[Row] = field(default_factory=list)

    def problem(self, row: Row, name: str, wrong: str, right: str) -> Problem:
        """An error of a cell of this sheet."""
        column = self.sheet.by_name[name]
        cell = row.cells.get(name)
        return Problem(
            sheet=self.sheet.title,
            row=row.number,
            column=self.places.get(name, 0),
            header=column.header,
            value=shown(cell.value) if cell is not None else "",
            wrong=wrong,
            right=right,
        )


def read_tables(raw_sheets: list[RawSheet], reader: Reader) -> tuple[list[Table], list[Problem], list[str]]:
    """All recognised sheets in dependency order, the errors of their cells, and remarks that do not stop the import."""
    tables: dict[str, Table] = {}
    problems: list[Problem] = []
    remarks: list[str] = []
    for raw in raw_sheets:
        title = raw.title.strip()
        if title in IGNORED_TITLES:
            continue
        sheet = LEDGER.by_title.get(title)
        if sheet is None:
            problems.append(
                _sheet_problem(raw.title, "没有这种表", f"可用的表：{'、'.join(LEDGER.by_title)}")
            )
        elif sheet.name in tables:
            problems.append(_sheet_problem(raw.title, "同一种表出现了两次", "合并成一张表"))
        else:
            tables[sheet.name] = _read_table(raw, sheet, reader, problems)
            if raw.hidden_rows:
                remarks.append(f"“{title}”表有{raw.hidden_rows}个隐藏行，已按普通行读取。")
    if not tables and not problems:
        problems.append(_sheet_problem("", "工作簿里没有台账的表", f"可用的表：{'、'.join(LEDGER.by_title)}"))
    return [tables[sheet.name] for sheet in LEDGER.sheets if sheet.name in tables], problems, remarks


def _sheet_problem(title: str, wrong: str, right: str) -> Problem:
    return Problem(sheet=title, row=0, column=0, header="", value="", wrong=wrong, right=right)


def _read_table(raw: RawSheet, sheet: Sheet, reader: Reader, problems: list[Problem]) -> Table:
    reader.is_1904 = raw.is_1904
    rows = dict(raw.rows)
    header = rows.pop(HEADER_ROW, {})
    table = Table(sheet=sheet, places=_match_headers(sheet, header, problems))
    problems.extend(_merged(raw, sheet))
    if not header:
        return table
    problems.extend(_headless(sheet, header, rows))
    by_place = {place: name for name, place in table.places.items()}
    absent = {column.name for column in sheet.columns if column.required and column.name not in table.places}
    for number in sorted(rows):
        cells = {by_place[place]: cell for place, cell in rows[number].items() if place in by_place}
        if cells:
            table.rows.append(_read_row(table, number, cells, absent, reader, problems))
    return table


def _match_headers(sheet: Sheet, header: Mapping[int, RawCell], problems: list[Problem]) -> dict[str, int]:
    places: dict[str, int] = {}
    if not header:
        problems.append(_sheet_problem(sheet.title, "第1行没有表头", f"第1行填写表头：{_headers(sheet)}"))
        return places
    for place, cell in sorted(header.items()):
        column = sheet.by_header.get(header_key(str(cell.value)))
        if column is None:
            problems.append(
                _header_problem(sheet, place, cell, "没有这一列", f"删除该列，或改为：{_headers(sheet)}")
            )
        elif column.name in places:
            problems.append(_header_problem(sheet, place, cell, "表头重复", "只保留一列"))
        else:
            places[column.name] = place
    missing = [c.header for c in sheet.columns if c.required and c.name not in places]
    if missing:
        problems.append(
            _sheet_problem(
                sheet.title, f"缺少必填的列：{'、'.join(missing)}", "在第1行补上这些表头并填写各行"
            )
        )
    return places


def _headers(sheet: Sheet) -> str:
    return "、".join(column.header for column in sheet.columns)


def _header_problem(sheet: Sheet, place: int, cell: RawCell, wrong: str, right: str) -> Problem:
    value = shown(cell.value)
    return Problem(sheet.title, HEADER_ROW, place, header=value, value=value, wrong=wrong, right=right)


def _headless(
    sheet: Sheet, header: Mapping[int, RawCell], rows: Mapping[int, Mapping[int, RawCell]]
) -> Iterator[Problem]:
    """A column with content and no header: the content would be lost without a word."""
    told: set[int] = set()
    for number in sorted(rows):
        for place, cell in rows[number].items():
            if place not in header and place not in told:
                told.add(place)
                yield Problem(
                    sheet.title,
                    number,
                    place,
                    "",
                    shown(cell.value),
                    "这一列没有表头",
                    "补上表头，或清空这一列",
                )


def _merged(raw: RawSheet, sheet: Sheet) -> Iterator[Problem]:
    for area in raw.merged:
        first_column, first_row, *_ = range_boundaries(area)
        yield Problem(
            sheet.title,
            int(first_row or 1),
            int(first_column or 1),
            "",
            area,
            "有合并单元格，看不出内容属于哪几行",
            "取消合并，并在每一行填写各自的内容",
        )


def _read_row(
    table: Table,
    number: int,
    cells: Mapping[str, RawCell],
    absent: set[str],
    reader: Reader,
    problems: list[Problem],
) -> Row:
    row = Row(number=number, values={}, cells=cells, bad=set(absent))
    for name in table.places:
        column: Column = table.sheet.by_name[name]
        try:
            row.values[name] = reader.read(column, cells.get(name))
        except BadCell as bad:
            row.bad.add(name)
            problems.append(table.problem(row, name, bad.wrong, bad.right))
    return row
