"""The whole workbook against the draft in one pass: what differs, and every error with its cell."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any, NamedTuple

from core.errors import DomainError
from core.text import code_text
from projects.rules.returns import RETURN_FIELDS, ReturnField, Value, check_line
from reports.ledger.problems import UnreadableWorkbook
from reports.ledger.spec import header_key
from reports.returns.cells import DISTINCT, FieldReader, Read, shown
from reports.returns.ground import Ground, Line
from reports.returns.layout import (
    CODE_HEADING,
    FIRST_ROW,
    HEAD_BY_HEADING,
    HEADER_ROW,
    KNOWN_HEADINGS,
    LINE_BY_HEADING,
    MOST_LINES,
    NAME_HEADING,
    Address,
    Matrix,
    ReturnBook,
)

HEAD_ROW = 0
"""The row number under which the head of the return is kept."""
_HEAD_WITHIN = 10
"""The row of headings is looked for in the first rows: people put lines above it."""


@dataclass(slots=True)
class ReadRow:
    """One row of the workbook that says something new or wrong.

    cells: field → text, only of fields that differ from the draft or could not be read. odd: field → why the cell itself
    cannot be taken (a formula). fault: why the row as a whole cannot be taken. is_broken: nothing new, but what the draft
    holds does not fit together. places: field → row in the head's sheet.
    """

    number: int
    project: str = ""
    code: str = ""
    name: str = ""
    cells: dict[str, str] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    fault: str = ""
    is_broken: bool = False
    places: dict[str, int] = field(default_factory=dict)
    parsed: dict[str, Value] = field(default_factory=dict)
    """What the cells were read as, while the row is in hand; a stored row is read again from its texts."""

    @property
    def is_head(self) -> bool:
        """Whether it is the head of the return."""
        return self.number == HEAD_ROW


@dataclass
class Content:
    """What was read. columns: field → column number. read: rows with a project. left_out: projects not in the file."""

    rows: list[ReadRow] = field(default_factory=list)
    columns: dict[str, int] = field(default_factory=dict)
    read: int = 0
    first: int = 0
    last: int = 0
    left_out: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """For the upload's row."""
        return {**vars(self), "rows": [_stored(row) for row in self.rows]}

    @classmethod
    def of_json(cls, stored: dict[str, Any]) -> Content:
        """The inverse of `as_json`."""
        return cls(**{**stored, "rows": [ReadRow(**row) for row in stored["rows"]]})


_STORED = tuple(name for name in ReadRow.__slots__ if name != "parsed")


def _stored(row: ReadRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _STORED}


def check_book(book: ReturnBook, ground: Ground) -> Content:
    """Everything that the workbook says otherwise than the draft.

    Raises:
        UnreadableWorkbook: the sheet of projects has no row of headings.
    """
    content = Content()
    head = _check_head(book.head, book.odd_head, ground)
    if head.cells:
        content.rows.append(head)
    _check_lines(book.lines, book.odd_lines, ground, content)
    return content


# The sheet of projects.


class _Known(NamedTuple):
    """Rows of the sheet whose project is in the draft: each with its line and its cells."""

    rows: list[ReadRow]
    lines: list[Line]
    cells: list[list[Any]]


def _check_lines(matrix: Matrix, odd: Mapping[Address, str], ground: Ground, content: Content) -> None:
    start, code_at, columns = _columns(matrix, content)
    content.columns = {one.name: place + 1 for place, one in columns}
    seen: dict[str, list[ReadRow]] = {}
    rows: list[ReadRow] = []
    known = _Known([], [], [])
    unknown: list[ReadRow] = []
    for number, cells in enumerate(matrix[start:], start=start + 1):
        raw = cells[code_at] if code_at < len(cells) else ""
        line = ground.lines.get(raw) if raw.__class__ is str else None
        code = raw if line is not None else _code(raw)
        line = line or ground.lines.get(code)
        if line is None:
            if _is_blank(cells):
                continue
            row = ReadRow(number, code=code, name=_name(matrix[start - 1], cells))
            unknown.append(row)
        else:
            row = ReadRow(number, line.key, code, line.name)
            known.rows.append(row)
            known.lines.append(line)
            known.cells.append(cells)
        rows.append(row)
        seen.setdefault(code, []).append(row)
    _compare(known, columns, odd, ground)
    _tell_unknown(unknown, ground)
    _tell_doubles(seen)
    _count(rows, ground, content)
    content.rows += [row for row in rows if row.cells or row.fault or row.is_broken]


def _is_blank(cells: list[Any]) -> bool:
    return not any(cell != "" and (not isinstance(cell, str) or cell.strip()) for cell in cells)


def _columns(matrix: Matrix, content: Content) -> tuple[int, int, list[tuple[int, ReturnField]]]:
    """Index of the first row under the headings, index of the codes' column, the fields with their column's index."""
    wanted = header_key(CODE_HEADING)
    for index, cells in enumerate(matrix[:_HEAD_WITHIN]):
        keys = [header_key(str(cell)) for cell in cells]
        if wanted in keys:
            return index + 1, keys.index(wanted), list(_fields(keys, cells, content))
    raise UnreadableWorkbook(
        f"“工程明细”表第{HEADER_ROW}行没有“{CODE_HEADING}”等表头，请恢复模板的表头，或重新下载模板后粘贴数据。"
    )


_BY_KEY = {header_key(heading): one for heading, one in LINE_BY_HEADING.items()}
_KNOWN_KEYS = {header_key(heading) for heading in KNOWN_HEADINGS}


def _fields(keys: list[str], cells: list[Any], content: Content) -> Iterator[tuple[int, ReturnField]]:
    taken: set[str] = set()
    for place, key in enumerate(keys):
        found = _BY_KEY.get(key)
        if found is None:
            if key and key not in _KNOWN_KEYS:
                content.remarks.append(f"“{shown(cells[place])[:40]}”不是模板的栏目，没有读取。")
        elif found.name in taken:
            raise UnreadableWorkbook(f"“工程明细”表有两列“{found.title}”，请只保留一列。")
        else:
            taken.add(found.name)
            yield place, found
    missing = [one.title for one in RETURN_FIELDS if one.name not in taken]
    if missing:
        content.remarks.append(f"文件中没有{'、'.join(missing)}等列，这些栏目保持原样。")


def _code(raw: Any) -> str:
    try:
        return code_text(shown(raw))
    except DomainError:  # an unseen character: no project bears such a code
        return shown(raw)


def _name(headings: list[Any], cells: list[Any]) -> str:
    keys = [header_key(str(cell)) for cell in headings]
    place = keys.index(NAME_HEADING) if NAME_HEADING in keys else len(cells)
    return shown(cells[place])[:60] if place < len(cells) else ""


def _compare(
    known: _Known,
    columns: Iterable[tuple[int, ReturnField]],
    odd: Mapping[Address, str],
    ground: Ground,
) -> None:
    """Column by column: a hundred thousand cells are looked at, and most hold what the draft holds."""
    drafts = [line.values for line in known.lines]
    upright = list(zip_longest(*known.cells, fillvalue=""))
    blank = ("",) * len(known.rows)
    odd_rows = {number for number, _ in odd}
    for place, one in columns:
        reader, raws = FieldReader(one), upright[place] if place < len(upright) else blank
        _compare_column(reader, raws, known.rows, drafts)
        for row, raw in zip(known.rows, raws, strict=True) if odd_rows else ():
            if row.number in odd_rows and (row.number, place + 1) in odd:
                row.odd[one.name] = odd[row.number, place + 1]
                row.cells.setdefault(one.name, reader.read(raw).text)
    for row, line in zip(known.rows, known.lines, strict=True):
        row.is_broken = not row.cells and _is_broken(line, ground)


def _compare_column(
    reader: FieldReader, raws: Sequence[Any], rows: Sequence[ReadRow], drafts: Sequence[Mapping[str, Value]]
) -> None:
    name = reader.field.name
    is_plain = DISTINCT.issuperset(map(type, raws))
    for row, raw, draft in zip(rows, raws, drafts, strict=True):
        held = draft[name]
        if is_plain:
            if raw == held:  # the very number, date or text that is there already
                continue
            read = reader[raw]
        else:
            read = reader.read(raw)
        if read.wrong or read.value != held:
            _take(row, name, read)


def _take(row: ReadRow, name: str, read: Read) -> None:
    row.cells[name] = read.text
    if read.is_odd:
        row.odd[name] = read.wrong
    elif not read.wrong:
        row.parsed[name] = read.value


def _is_broken(line: Line, ground: Ground) -> bool:
    """A row that says nothing new may still hold an error that came from the page or from last month."""
    problems = check_line(line.values, line.before, line.register, month_last=ground.month_last)
    return any(one.level == "error" for one in problems)


def _tell_unknown(rows: list[ReadRow], ground: Ground) -> None:
    known = ground.registered({row.code for row in rows if row.code}) if rows else set()
    for row in rows:
        if not row.code:
            row.fault = "没有填写工程编号，请填写或删除这一行。"
        elif row.code in known:
            row.fault = f"工程编号“{row.code}”不在本月月报中，请先在月报页面“增加工程”，再重新上传；不报的请删除这一行。"
        else:
            row.fault = f"工程编号“{row.code[:40]}”不存在，请核对编号或删除这一行。"


def _tell_doubles(seen: dict[str, list[ReadRow]]) -> None:
    for code, rows in seen.items():
        if code and len(rows) > 1:
            numbers = "、".join(f"第{row.number}行" for row in rows)
            for row in rows:
                row.fault = f"{numbers}是同一工程（{code[:40]}），请只保留一行。"


def _count(rows: list[ReadRow], ground: Ground, content: Content) -> None:
    present = {row.code for row in rows if row.project}
    content.read = sum(bool(row.project) for row in rows)
    content.first = min((row.number for row in rows), default=FIRST_ROW)
    content.last = max((row.number for row in rows), default=FIRST_ROW)
    content.left_out = [line.name for line in ground.lines.values() if line.code not in present]


# The head.


_HEAD_BY_KEY = {header_key(heading): one for heading, one in HEAD_BY_HEADING.items()}


def _check_head(matrix: Matrix, odd: dict[Address, str], ground: Ground) -> ReadRow:
    row = ReadRow(HEAD_ROW, name="月报表头")
    for number, cells in enumerate(matrix[:MOST_LINES], start=1):
        found = _HEAD_BY_KEY.get(header_key(str(cells[0]))) if cells else None
        if found is None or found.name in row.places:
            continue
        row.places[found.name] = number
        read = FieldReader(found).read(cells[1] if len(cells) > 1 else "")
        said = odd.get((number, 2)) or (read.wrong if read.is_odd else "")
        if said:
            row.odd[found.name] = said
        if said or read.wrong or read.value != ground.head.get(found.name):
            row.cells[found.name] = read.text
    return row
