"""Raw cells of a checked workbook, row by row, without trusting its stated size."""

from __future__ import annotations

import warnings
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.exceptions import CellCoordinatesException, InvalidFileException
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from reports.ledger.guard import MAX_ROWS, SHEETS_AT, open_container
from reports.ledger.problems import UnreadableWorkbook
from reports.ledger.sheets import LEDGER
from reports.ledger.workbook import IGNORED_TITLES

MAX_COLUMNS = 200
_FORMULA = f"{{{SHEET_MAIN_NS}}}f"
_BUILTIN_PERCENT = (9, 10)
_CUSTOM_FORMATS_FROM = 164
_DAMAGED = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OverflowError,
    EOFError,
    ParseError,
    BadZipFile,
    zlib.error,
    InvalidFileException,
    CellCoordinatesException,
)


class RawCell(NamedTuple):
    """A cell that holds something. `is_error`: an Excel error such as #REF!; `is_percent`: shown as a percentage."""

    value: Any
    is_formula: bool = False
    is_error: bool = False
    is_percent: bool = False


@dataclass
class RawSheet:
    """A sheet's cells: row number → column number → cell. Blank cells and rows are left out."""

    title: str
    rows: list[tuple[int, dict[int, RawCell]]] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    hidden_rows: int = 0
    is_1904: bool = False


def read_workbook(data: bytes) -> list[RawSheet]:
    """All sheets of a workbook; sheets that are no ledger sheets come without their cells.

    Raises:
        UnreadableWorkbook: one sentence about the file as a whole.
    """
    open_container(data).close()
    try:
        with warnings.catch_warnings():
            # the library warns of formats that it drops; none of them is data
            warnings.simplefilter("ignore")
            return _read(data)
    except _DAMAGED as damaged:
        raise UnreadableWorkbook("文件内容不完整或已损坏，请用Excel打开检查后重新保存。") from damaged


def _read(data: bytes) -> list[RawSheet]:
    # The steps of openpyxl.load_workbook without its worksheets: those read a sheet without a stated size twice.
    reader = ExcelReader(BytesIO(data), read_only=True, data_only=True, keep_links=False)
    try:
        reader.read_manifest()
        reader.read_strings()
        reader.read_workbook()
        apply_stylesheet(reader.archive, reader.wb)
        percents = _percent_styles(reader.wb)
        sheets = []
        for page, relation in reader.parser.find_sheets():
            if relation.target in reader.valid_files and "worksheet" in relation.Type:
                if not relation.target.lower().startswith(SHEETS_AT):
                    raise UnreadableWorkbook(
                        "工作簿内部的表不在应在的位置，请用Excel打开后另存为新的工作簿。"
                    )
                sheets.append(_read_sheet(reader, str(page.name), relation.target, percents))
        return sheets
    finally:
        reader.archive.close()


def _percent_styles(book: Any) -> frozenset[int]:
    custom = book._number_formats  # noqa: SLF001 -- the library has no public way from a raw style to its format
    found = set()
    for index, style in enumerate(book._cell_styles):  # noqa: SLF001 -- as above
        number = style.numFmtId
        position = number - _CUSTOM_FORMATS_FROM
        if number in _BUILTIN_PERCENT or (0 <= position < len(custom) and "%" in custom[position]):
            found.add(index)
    return frozenset(found)


class _Parser(WorkSheetParser):
    """The library's parser, which also tells a formula from a value although it reads the cached result."""

    def parse_cell(self, element: Any) -> Any:
        cell = super().parse_cell(element)
        cell["formula"] = element.find(_FORMULA) is not None
        return cell


def _read_sheet(reader: Any, title: str, target: str, percents: frozenset[int]) -> RawSheet:
    book = reader.wb
    raw = RawSheet(title=title, is_1904=book.epoch.year == 1904)
    if title.strip() not in LEDGER.by_title or title.strip() in IGNORED_TITLES:
        return raw
    with reader.archive.open(target) as source:
        parser = _Parser(
            source,
            reader.shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,  # noqa: SLF001 -- the parser wants what the workbook keeps to itself
            timedelta_formats=book._timedelta_formats,  # noqa: SLF001 -- as above
        )
        for number, cells in parser.parse():
            filled = dict(_filled(raw.title, cells, percents))
            if not filled:
                continue
            if number > MAX_ROWS + 1:
                raise UnreadableWorkbook(
                    f"“{raw.title}”表的数据超过{MAX_ROWS // 10_000}万行，请分成几个文件导入。"
                )
            raw.rows.append((number, filled))
        raw.rows.sort(key=lambda row: row[0])
        filled_rows = {str(number) for number, _ in raw.rows}
        raw.hidden_rows = sum(
            1
            for number, facts in parser.row_dimensions.items()
            if number in filled_rows and str(facts.get("hidden")) in ("1", "true")
        )
        if parser.merged_cells is not None:
            raw.merged = [str(merged.ref) for merged in parser.merged_cells.mergeCell]
    return raw


def _filled(
    title: str, cells: list[dict[str, Any]], percents: frozenset[int]
) -> Iterator[tuple[int, RawCell]]:
    for cell in cells:
        value = cell["value"]
        if not cell["formula"] and (value is None or (isinstance(value, str) and not value.strip())):
            continue
        if cell["column"] > MAX_COLUMNS:
            raise UnreadableWorkbook(f"“{title}”表在第{MAX_COLUMNS}列以后还有内容，请删除多余的列。")
        yield (
            cell["column"],
            RawCell(value, cell["formula"], cell["data_type"] == "e", cell["style_id"] in percents),
        )
