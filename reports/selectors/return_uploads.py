"""Uploaded workbooks of returns for screens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from core.components import Change, Tone
from projects.models import MonthlyReturn
from projects.rules.returns import HEADER_FIELDS, RETURN_FIELDS, ReturnField, field_text
from reports.enums import UploadState
from reports.models import ReturnUpload
from reports.returns.review import Review, ReviewedCell, ReviewedRow
from reports.returns.uploads import JOB_KIND
from tenancy.models import Job

STATE_TONES: dict[str, Tone] = {
    UploadState.UPLOADED: Tone.IDLE,
    UploadState.REFUSED: Tone.BAD,
    UploadState.READ: Tone.WARN,
    UploadState.APPLIED: Tone.OK,
    UploadState.UNDONE: Tone.IDLE,
}
SHOWN_BAD, SHOWN_CHANGED, SHOWN_NAMES = 100, 100, 20
_SHOWN_UPLOADS = 20
_NEIGHBOURS = frozenset({"award_price_wan_yuan", "started_on", "progress_percent", "invested_wan_yuan"})
"""Fields that stand beside a wrong cell so that the row can be recognised."""
_CONTROL = "col-name"
"""Room for a control."""
_ACCUMULATED, _REASON = ("progress_percent", "invested_wan_yuan"), "decrease_reason"


def uploads_of(return_: MonthlyReturn) -> QuerySet[ReturnUpload]:
    """The newest workbooks of a return, without their bytes and contents."""
    rows = ReturnUpload.objects.filter(monthly_return=return_).defer("workbook", "content", "written")
    return rows[:_SHOWN_UPLOADS]


def job_of_upload(upload: ReturnUpload) -> Job | None:
    """The job that reads it."""
    return Job.objects.filter(kind=JOB_KIND, key=str(upload.pk)).first()


@dataclass(frozen=True)
class PageCell:
    """A cell of a row that stays out: a control where `control` is set, plain text elsewhere."""

    text: str
    label: str
    css: str
    control: str = ""
    options: tuple[str, ...] = ()
    is_wrong: bool = False


@dataclass(frozen=True)
class BadRow:
    """A row that stays out: its cells side by side, those to be put right as controls, and why."""

    row: ReviewedRow
    place: str
    anchor: str
    cells: list[PageCell]
    errors: list[str]
    warnings: list[str]
    may_drop: bool


@dataclass(frozen=True)
class BadTable:
    """Rows that stay out, of the sheet of projects or of the head."""

    title: str
    columns: list[ReturnField]
    rows: list[BadRow]


@dataclass(frozen=True)
class ErrorLine:
    """One error in the summary, leading to its control."""

    label: str
    anchor: str


@dataclass(frozen=True)
class ChangedRow:
    """A row that would be written."""

    place: str
    name: str
    changes: list[Change]
    warnings: list[str]


@dataclass(frozen=True)
class UploadPage:
    """What return_upload_detail.html lays out."""

    headline: str
    error_count: int
    error_lines: list[ErrorLine]
    bad_tables: list[BadTable]
    more_bad: int
    change_count: int
    changed_rows: list[ChangedRow]
    more_changed: int
    left_out: list[str]
    more_left_out: int
    remarks: Sequence[str]
    digest: str


def upload_page(found: Review) -> UploadPage:
    """The review as the page shows it: the first rows of each kind, and how many more there are."""
    content = found.content
    bad = found.bad_rows[:SHOWN_BAD]
    head = [row for row in bad if row.row.is_head]
    lines = [row for row in bad if not row.row.is_head]
    tables = [
        *([_bad_table("月报表头", head, HEADER_FIELDS, frozenset())] if head else []),
        *([_bad_table("工程明细", lines, RETURN_FIELDS, _NEIGHBOURS)] if lines else []),
    ]
    changed = [_changed_row(row) for row in found.changed_rows[:SHOWN_CHANGED]]
    return UploadPage(
        headline=_headline(found),
        error_count=found.error_count,
        error_lines=[line for row in bad for line in _error_lines(row)],
        bad_tables=tables,
        more_bad=len(found.bad_rows) - len(bad),
        change_count=found.change_count,
        changed_rows=changed,
        more_changed=len(found.changed_rows) - len(changed),
        left_out=content.left_out[:SHOWN_NAMES],
        more_left_out=max(0, len(content.left_out) - SHOWN_NAMES),
        remarks=content.remarks,
        digest=found.digest,
    )


def _headline(found: Review) -> str:
    content = found.content
    bad_lines = sum(not row.row.is_head for row in found.bad_rows)
    rows = f"Excel 第 {content.first}～{content.last} 行" if content.read else "没有工程行"
    if not found.error_count:
        return f"没有错误，读入 {content.read} 行（{rows}）"
    return f"有 {found.error_count} 处需要修改，其余 {max(0, content.read - bad_lines)} 行已读入（{rows}）"


def _place(row: ReviewedRow) -> str:
    return "表头" if row.row.is_head else str(row.row.number)


def _bad_table(
    title: str, rows: list[ReviewedRow], fields: Sequence[ReturnField], neighbours: frozenset[str]
) -> BadTable:
    wanted = neighbours | {cell.field.name for row in rows for cell in row.errors}
    if any(_may_explain(row) for row in rows):
        wanted |= {_REASON}
    columns = [field for field in fields if field.name in wanted]
    return BadTable(title, columns, [_bad_row(row, columns) for row in rows])


def _bad_row(row: ReviewedRow, columns: list[ReturnField]) -> BadRow:
    wrong = {cell.field.name: cell for cell in row.errors}
    return BadRow(
        row=row,
        place=_place(row),
        anchor=f"row-{row.row.number}",
        cells=[_page_cell(row, field, wrong.get(field.name)) for field in columns],
        errors=[row.row.fault] if row.row.fault else [cell.error for cell in row.errors],
        warnings=[cell.warning for cell in row.cells if cell.warning],
        may_drop=not row.row.is_head,
    )


def _page_cell(row: ReviewedRow, field: ReturnField, cell: ReviewedCell | None) -> PageCell:
    css = {"decimal": "num", "int": "num", "date": "nowrap"}.get(field.kind, "")
    held = field_text(field, row.values.get(field.name))
    if row.row.fault:
        return PageCell(held, field.title, css)
    if cell is None:
        control = _control(row, field) if field.name == _REASON and _may_explain(row) else ""
        return PageCell(held, field.title, _CONTROL if control else css, control=control)
    options = tuple(label for _, label in field.choices)
    return PageCell(
        cell.text, field.title, _CONTROL, control=_control(row, field), options=options, is_wrong=True
    )


def _may_explain(row: ReviewedRow) -> bool:
    """What went down may be put right or explained."""
    return any(cell.field.name in _ACCUMULATED for cell in row.errors)


def _control(row: ReviewedRow, field: ReturnField) -> str:
    return f"r{row.row.number}-{field.name}"


def _error_lines(row: ReviewedRow) -> list[ErrorLine]:
    place = "月报表头" if row.row.is_head else f"第 {row.row.number} 行"
    if row.row.fault:
        return [ErrorLine(f"{place}：{row.row.fault}", f"row-{row.row.number}")]
    return [
        ErrorLine(f"{place} {cell.address}：{cell.error}", _control(row, cell.field)) for cell in row.errors
    ]


def _changed_row(row: ReviewedRow) -> ChangedRow:
    return ChangedRow(
        place=_place(row),
        name=row.row.name,
        changes=[Change(cell.field.title, cell.stored, cell.text) for cell in row.changes],
        warnings=[cell.warning for cell in row.cells if cell.warning],
    )
