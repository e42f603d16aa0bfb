"""Raw cells of a return's workbook. The container is checked first; then the fast reader sees it.

The reader keeps a sheet as one dense block from the first to the last address, so an address far outside the template
is refused before it is asked. It gives values without saying that a formula made them or that a percent sign is shown:
both are looked up in the sheet's own text.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from xml.etree.ElementTree import ParseError, fromstring

from openpyxl.utils import column_index_from_string
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from reports.ledger.guard import Container, open_container
from reports.ledger.problems import UnreadableWorkbook
from reports.returns.layout import (
    FIRST_ROW,
    HEAD_TITLE,
    LINES_TITLE,
    MOST_LINES,
    SIGNATURE_TITLE,
    Address,
    Matrix,
    ReturnBook,
)

FORMULA = "单元格里是公式，请复制后选择性粘贴为“数值”。"
PERCENT = "单元格按百分比显示，请改为“常规”格式后填写数字，例如45.5。"
MERGED = "这里有合并单元格，看不出内容属于哪一行，请取消合并后逐行填写。"

_FAR = re.compile(
    rb"""r\s*=\s*["'](?![A-Za-z][0-9]{1,4}["'])"""
    rb"""(?:[A-Za-z]{0,2}+(?:[0-9]{6}|[2-9][0-9]{4}|[A-Za-z]+[0-9])|[D-Zd-z][A-Za-z][0-9])"""
)
"""A row from 20,000 on or a column from DA on. It starts with a plain letter and lets go of plain addresses at once: such a
search is four times as fast.
"""
_CELL = re.compile(rb"<(?:\w+:)?(c|f)(?=[\s/>])([^>]*)>")
_ADDRESS = re.compile(rb"""\br\s*=\s*["']([A-Za-z]{1,2})([0-9]{1,5})["']""")
_STYLE = re.compile(rb"""\bs\s*=\s*["']([0-9]+)["']""")
_FORMULA_TAG = re.compile(rb"<f[\s/>]")
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_MOST_ODD = 10_000
_DAMAGED = "文件内容不完整或已损坏，请用Excel打开检查后重新保存。"


def read_return_book(data: bytes) -> ReturnBook:
    """The cells of the template's sheets.

    Raises:
        UnreadableWorkbook: one sentence about the file as a whole.
    """
    try:
        with open_container(data, keep=lambda container: _parts(container).values()) as container:
            return _read(data, container)
    except (CalamineError, ParseError, KeyError, ValueError, IndexError, zipfile.BadZipFile) as damaged:
        raise UnreadableWorkbook(_DAMAGED) from damaged


def _read(data: bytes, container: Container) -> ReturnBook:
    percents = _percent_styles(container)
    texts = {
        title: container.texts[part] if part in container.texts else container.read(part)
        for title, part in _parts(container).items()
    }
    for title, text in texts.items():
        if _FAR.search(text):
            raise UnreadableWorkbook(
                f"“{title}”表在很远的行或列还有内容，请删除第{MOST_LINES}行以后和DA列以后的内容。"
            )
    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        pages = {title: book.get_sheet_by_name(title) for title in texts}
        sheets: dict[str, Matrix] = {
            title: page.to_python(skip_empty_area=False) for title, page in pages.items()
        }
        odd = {
            title: {**dict(_odd(texts[title], percents)), **_merged(page)}
            for title, page in pages.items()
            if title != SIGNATURE_TITLE
        }
    if LINES_TITLE not in sheets:
        raise UnreadableWorkbook(f"文件里没有“{LINES_TITLE}”表，请在月报页面重新下载模板。")
    if len(sheets[LINES_TITLE]) > MOST_LINES + FIRST_ROW:
        raise UnreadableWorkbook(f"“{LINES_TITLE}”表超过{MOST_LINES}行，请删除多余的行。")
    return ReturnBook(
        signature=sheets.get(SIGNATURE_TITLE, []),
        lines=sheets[LINES_TITLE],
        head=sheets.get(HEAD_TITLE, []),
        odd_lines=odd[LINES_TITLE],
        odd_head=odd.get(HEAD_TITLE, {}),
    )


_ASKED = (SIGNATURE_TITLE, LINES_TITLE, HEAD_TITLE)


def _parts(container: zipfile.ZipFile) -> dict[str, str]:
    """Sheet title → name of its part."""
    relations = {
        str(one.get("Id")): str(one.get("Target"))
        for one in fromstring(container.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 -- no DOCTYPE: guard.py
    }
    found = {}
    for sheet in fromstring(container.read("xl/workbook.xml")).iter():  # noqa: S314 -- as above
        if sheet.tag.endswith("}sheet") and sheet.get("name") in _ASKED:
            target = relations[str(sheet.get(_RELATION))].lstrip("/")
            found[str(sheet.get("name"))] = target if target.startswith("xl/") else f"xl/{target}"
    return found


def _percent_styles(container: zipfile.ZipFile) -> frozenset[int]:
    """Indexes of cell styles that show a percentage."""
    if "xl/styles.xml" not in container.namelist():
        return frozenset()
    root = fromstring(container.read("xl/styles.xml"))  # noqa: S314 -- no DOCTYPE: guard.py
    formats = {"9", "10"}
    formats.update(
        str(one.get("numFmtId"))
        for one in root.iter()
        if one.tag.endswith("}numFmt") and "%" in str(one.get("formatCode"))
    )
    styles = next((one for one in root if one.tag.endswith("}cellXfs")), None)
    if styles is None:
        return frozenset()
    return frozenset(index for index, one in enumerate(styles) if one.get("numFmtId") in formats)


def _odd(text: bytes, percents: frozenset[int]) -> Iterator[tuple[Address, str]]:
    """Cells that a formula made or that show a percentage."""
    # a namespace's prefix is rare, and a pattern that allows for it looks at every tag
    if not percents and b":f" not in text and not _FORMULA_TAG.search(text):
        return
    at: Address | None = None
    told = 0
    for match in _CELL.finditer(text):
        if match[1] == b"c":
            place = _ADDRESS.search(match[2])
            at = (int(place[2]), column_index_from_string(place[1].decode())) if place else None
            style = _STYLE.search(match[2])
            said = PERCENT if style is not None and int(style[1]) in percents else ""
        else:
            said = FORMULA
        if at is not None and said and told < _MOST_ODD:
            told += 1
            yield at, said


def _merged(page: CalamineSheet) -> dict[Address, str]:
    ranges = page.merged_cell_ranges or []
    return {
        (start[0] + 1, start[1] + 1): MERGED
        for start, end in ranges
        if end[0] + 1 >= FIRST_ROW and start[0] + 1 <= MOST_LINES
    }
