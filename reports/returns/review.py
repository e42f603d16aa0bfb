"""What a workbook would do to the draft as it stands now: changes to look at, errors to put right."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from openpyxl.utils import get_column_letter

from core import canonical
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
    """One field of a row. held: what the draft holds. error: why it cannot be written; "" = fine.

    Thousands are made and few are shown: what is for people is written when it is asked for.
    """

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
    """One row that says something new or wrong. It is written whole or not at all."""

    row: ReadRow
    cells: list[ReviewedCell]
    values: Mapping[str, Value] = field(default_factory=dict)
    """What the row would hold, for showing a wrong cell beside its neighbours."""

    @property
    def has_error(self) -> bool:
        """Whether it stays out."""
        return bool(self.row.fault) or any(cell.error for cell in self.cells)

    @property
    def errors(self) -> list[ReviewedCell]:
        """Cells to put right."""
        return [cell for cell in self.cells if cell.error]

    @property
    def changes(self) -> list[ReviewedCell]:
        """Cells that would be written; none while the row has an error."""
        return [] if self.has_error else [cell for cell in self.cells if cell.is_change]

    @property
    def project_id(self) -> uuid.UUID | None:
        """The project; None for the head (and for a row that names none)."""
        return uuid.UUID(self.row.project) if self.row.project else None


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
        return [row for row in self.rows if row.changes]

    @cached_property
    def change_count(self) -> int:
        """Fields that would be written."""
        return sum(len(row.changes) for row in self.rows)

    @cached_property
    def error_count(self) -> int:
        """Errors: each bad cell, and each row that cannot be taken as a whole."""
        return sum(len(row.errors) + bool(row.row.fault) for row in self.bad_rows)

    @cached_property
    def digest(self) -> str:
        """What was shown: the same digest means the same changes from the same values."""
        return canonical.sha256(
            [
                [row.row.project, cell.field.name, cell.stored, cell.text]
                for row in self.changed_rows
                for cell in row.changes
            ]
        )

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
_FAULT_REMEDY = "改正工程编号，或删除这一行"


def remedy(field: ReturnField) -> str:
    """What the field wants, in one phrase."""
    if field.choices:
        return f"从“{'、'.join(label for _, label in field.choices)}”中选择"
    if field.kind == "date":
        return "写成2023-09-05的形式"
    unit = f"，单位为{field.unit}" if field.unit else ""
    return {"decimal": f"只填数字{unit}", "int": f"只填整数{unit}"}.get(field.kind, "改正后重新填写")


def review(content: Content, ground: Ground) -> Review:
    """Holds the rows that were read against the draft."""
    return Review(content, [_review_row(row, content, ground) for row in content.rows])


def _review_row(row: ReadRow, content: Content, ground: Ground) -> ReviewedRow:
    if row.is_head:
        return _reviewed(row, HEADER_FIELD, ground.head, None, content, ground)
    line = ground.line_of(row.code, row.project)
    if line is None:
        gone = row.fault or "这个工程已不在本月月报中，请重新上传。"
        return ReviewedRow(replace(row, fault=gone), [])
    return _reviewed(row, LINE_FIELD, line.values, line, content, ground)


def _reviewed(
    row: ReadRow,
    fields: Mapping[str, ReturnField],
    stored: Mapping[str, Any],
    line: Line | None,
    content: Content,
    ground: Ground,
) -> ReviewedRow:
    values, errors = _taken(row, fields, stored, line, ground)
    warnings: dict[str, str] = {}
    if line is not None and not row.fault:
        before = ground.previous.get(line.project_id)
        for one in check_line(values, before, line.register, month_last=ground.month_last):
            (errors if one.level == "error" else warnings).setdefault(one.field, one.sentence)
    order = _HEAD_ORDER if line is None else _LINE_ORDER
    row_number, places = (0, row.places) if row.is_head else (row.number, {})
    told = {*row.cells, *errors, *warnings} if errors or warnings else row.cells
    cells = [
        ReviewedCell(
            field=fields[name],
            row=places.get(name, row_number),
            column=_HEAD_COLUMN if line is None else content.columns.get(name, 0),
            text=row.cells[name] if name in row.cells else field_text(fields[name], stored.get(name)),
            held=stored.get(name),
            is_change=name in row.cells and name not in errors and values[name] != stored.get(name),
            error=errors.get(name, ""),
            warning=warnings.get(name, ""),
        )
        for name in sorted(told, key=order.__getitem__)
    ]
    return ReviewedRow(row, cells, values)


_HEAD_ORDER = {name: at for at, name in enumerate(HEADER_FIELD)}
_LINE_ORDER = {name: at for at, name in enumerate(LINE_FIELD)}
"""The order of a row's cells, whatever the order of the columns in the file."""


def _taken(
    row: ReadRow,
    fields: Mapping[str, ReturnField],
    stored: Mapping[str, Any],
    line: Line | None,
    ground: Ground,
) -> tuple[dict[str, Value], dict[str, str]]:
    """What the row would hold, and what is wrong with single cells of it."""
    values: dict[str, Value] = {**stored}
    errors: dict[str, str] = {}
    project_id = line.project_id if line is not None else None
    for name, text in row.cells.items():
        try:
            values[name] = row.parsed[name] if name in row.parsed else parse_field(fields[name], text)
            if values[name] != stored.get(name) and not ground.is_open(project_id, name):
                held = field_text(fields[name], stored.get(name)) or "空白"
                errors[name] = f"“{fields[name].title}”不在退回意见或更正申请的栏目之内，请恢复为“{held}”。"
        except FieldError as error:
            errors[name] = str(error)
    errors.update(row.odd)
    return values, errors
