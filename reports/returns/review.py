"""What a workbook would do to the draft as it stands now: changes to look at, errors to put right."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from openpyxl.utils import get_column_letter

from core import canonical
from core.garbage import collection_paused
from projects.rules.returns import (
    HEADER_FIELD,
    LINE_FIELD,
    FieldError,
    ReturnField,
    Value,
    check_line,
    field_text,
    parse_field,
)
from projects.services.returns.filling import LineChange
from reports.ledger.problems import Problem
from reports.returns.checking import Content, ReadRow
from reports.returns.ground import Ground, Line
from reports.returns.layout import CODE_HEADING, HEAD_TITLE, LINES_TITLE


@dataclass(slots=True)
class ReviewedCell:
    """One field of a row. held: what the draft holds. error: why it cannot be written; "" = fine."""

    field: ReturnField
    row: int
    column: int
    text: str
    held: Value
    is_change: bool
    error: str = ""
    warning: str = ""

    @property
    def address(self) -> str:
        """As Excel shows it; "" where the file has no such column."""
        return f"{get_column_letter(self.column)}{self.row}" if self.row and self.column else ""

    @property
    def stored(self) -> str:
        """What the draft holds, as the page writes it."""
        return field_text(self.field, self.held)


@dataclass(slots=True)
class ReviewedRow:
    """One row that says something new or wrong. It is written whole or not at all.

    held: what the draft holds. values: what the row would hold, for showing a wrong cell beside its neighbours. wrong,
    strange: field → why. new: fields that say otherwise than the draft. columns: field → column of the file.

    Thousands are made and few are shown: cells are made when they are asked for.
    """

    row: ReadRow
    held: Mapping[str, Value] = field(default_factory=dict)
    values: Mapping[str, Value] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    strange: Mapping[str, str] = field(default_factory=dict)
    new: Sequence[str] = ()
    columns: Mapping[str, int] = field(default_factory=dict)

    @property
    def has_error(self) -> bool:
        """Whether it stays out."""
        return bool(self.row.fault or self.wrong)

    @property
    def cells(self) -> list[ReviewedCell]:
        """Every cell that is new, wrong or strange, in the order of the fields."""
        return self._made({*self.row.cells, *self.wrong, *self.strange})

    @property
    def errors(self) -> list[ReviewedCell]:
        """Cells to put right."""
        return self._made(self.wrong)

    @property
    def change_count(self) -> int:
        """Cells that would be written; none while the row has an error."""
        return 0 if self.has_error else len(self.new)

    @property
    def changes(self) -> list[ReviewedCell]:
        """The cells that would be written."""
        return self._made(self.new) if self.change_count else []

    def told(self) -> list[str]:
        """The project, then field, what it holds and what it would hold of each change: as the page tells it."""
        texts = [self.row.project]
        for one in self._fields(self.new):
            texts += (one.name, field_text(one, self.held.get(one.name)), self.row.cells[one.name])
        return texts

    @property
    def project_id(self) -> uuid.UUID | None:
        """The project; None for the head (and for a row that names none)."""
        return uuid.UUID(self.row.project) if self.row.project else None

    def _made(self, names: Iterable[str]) -> list[ReviewedCell]:
        return [self._cell(one) for one in self._fields(names)]

    def _fields(self, names: Iterable[str]) -> list[ReturnField]:
        fields, order = (HEADER_FIELD, _HEAD_ORDER) if self.row.is_head else (LINE_FIELD, _LINE_ORDER)
        return [fields[name] for name in sorted(names, key=order.__getitem__)]

    def _cell(self, one: ReturnField) -> ReviewedCell:
        name, row = one.name, self.row
        held = self.held.get(name)
        return ReviewedCell(
            field=one,
            row=row.places.get(name, 0) if row.is_head else row.number,
            column=_HEAD_COLUMN if row.is_head else self.columns.get(name, 0),
            text=row.cells[name] if name in row.cells else field_text(one, held),
            held=held,
            is_change=name in self.new and name not in self.wrong,
            error=self.wrong.get(name, ""),
            warning=self.strange.get(name, ""),
        )


@dataclass(frozen=True)
class Review:
    """The workbook against the draft of this moment."""

    content: Content
    rows: list[ReviewedRow] = field(default_factory=list)

    @cached_property
    def bad_rows(self) -> list[ReviewedRow]:
        """Rows that stay out until they are put right."""
        return [row for row in self.rows if row.has_error]

    @cached_property
    def changed_rows(self) -> list[ReviewedRow]:
        """Rows that would be written."""
        return [row for row in self.rows if row.change_count]

    @cached_property
    def change_count(self) -> int:
        """Fields that would be written."""
        return sum(row.change_count for row in self.rows)

    @cached_property
    def error_count(self) -> int:
        """Errors: each bad cell, and each row that cannot be taken as a whole."""
        return sum(len(row.wrong) + bool(row.row.fault) for row in self.bad_rows)

    @cached_property
    def digest(self) -> str:
        """What was shown: the same digest means the same changes from the same values."""
        told = (_BETWEEN_TEXTS.join(row.told()) for row in self.changed_rows)
        return canonical.file_sha256(_BETWEEN_ROWS.join(told).encode())

    def line_changes(self) -> list[LineChange]:
        """For `change_lines`."""
        return [
            LineChange(row.project_id, {cell.field.name: cell.text for cell in row.changes})
            for row in self.changed_rows
        ]

    def problems(self) -> Iterator[Problem]:
        """Every error as the marked workbook tells it."""
        for row in self.bad_rows:
            title = HEAD_TITLE if row.row.is_head else LINES_TITLE
            if row.row.fault:
                wrong = row.row.fault.rstrip("。")
                yield Problem(title, row.row.number, 1, CODE_HEADING, row.row.code, wrong, _FAULT_REMEDY)
            for cell in row.errors:
                wrong = cell.error.rstrip("。")
                yield Problem(
                    title, cell.row, cell.column, cell.field.title, cell.text, wrong, remedy(cell.field)
                )


_HEAD_COLUMN = 2
_BETWEEN_TEXTS, _BETWEEN_ROWS = "\x1f", "\x1e"
"""Control characters, which no text holds that may be written."""
_FAULT_REMEDY = "改正工程编号，或删除这一行"


def remedy(field: ReturnField) -> str:
    """What the field wants, in one phrase."""
    if field.choices:
        return f"从“{'、'.join(label for _, label in field.choices)}”中选择"
    if field.kind == "date":
        return "写成2023-09-05的形式"
    unit = f"，单位为{field.unit}" if field.unit else ""
    return {"decimal": f"只填数字{unit}", "int": f"只填整数{unit}"}.get(field.kind, "改正后重新填写")


@collection_paused()
def review(content: Content, ground: Ground) -> Review:
    """Holds the rows that were read against the draft."""
    return Review(content, [_review_row(row, content, ground) for row in content.rows])


def _review_row(row: ReadRow, content: Content, ground: Ground) -> ReviewedRow:
    if row.is_head:
        return _reviewed(row, HEADER_FIELD, ground.head, None, content, ground)
    line = ground.line_of(row.code, row.project)
    if line is None:
        gone = row.fault or "这个工程已不在本月月报中，请重新上传。"
        return ReviewedRow(replace(row, fault=gone))
    return _reviewed(row, LINE_FIELD, line.values, line, content, ground)


def _reviewed(
    row: ReadRow,
    fields: Mapping[str, ReturnField],
    held: Mapping[str, Any],
    line: Line | None,
    content: Content,
    ground: Ground,
) -> ReviewedRow:
    values, wrong, new = _taken(row, fields, held, line, ground)
    strange: dict[str, str] = {}
    if line is not None and not row.fault:
        for one in check_line(values, line.before, line.register, month_last=ground.month_last):
            (wrong if one.level == "error" else strange).setdefault(one.field, one.sentence)
    return ReviewedRow(row, held, values, wrong, strange, new, content.columns)


_HEAD_ORDER = {name: at for at, name in enumerate(HEADER_FIELD)}
_LINE_ORDER = {name: at for at, name in enumerate(LINE_FIELD)}
"""The order of a row's cells, whatever the order of the columns in the file."""


def _taken(
    row: ReadRow,
    fields: Mapping[str, ReturnField],
    held: Mapping[str, Any],
    line: Line | None,
    ground: Ground,
) -> tuple[dict[str, Value], dict[str, str], list[str]]:
    """What the row would hold, what is wrong with single cells of it, and which say otherwise than the draft."""
    values: dict[str, Value] = {**held}
    wrong: dict[str, str] = {}
    new: list[str] = []
    is_whole, parsed = ground.open.is_whole, row.parsed
    for name, text in row.cells.items():
        try:
            value = values[name] = parsed[name] if name in parsed else parse_field(fields[name], text)
        except FieldError as error:
            wrong[name] = str(error)
            continue
        if value == held.get(name):
            continue
        new.append(name)
        if not is_whole and not ground.is_open(line.project_id if line is not None else None, name):
            kept = field_text(fields[name], held.get(name)) or "空白"
            wrong[name] = f"“{fields[name].title}”不在退回意见或更正申请的栏目之内，请恢复为“{kept}”。"
    wrong.update(row.odd)
    return values, wrong, new
