"""How the lines of a return look: one lean cell each, with its differences, comments and faults in words under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from core import display
from core.components import Tone, chip
from projects.enums import ReopeningState, ReturnState
from projects.models import MonthlyReturn, ReturnReopening
from projects.rules.returns import ReturnField
from projects.selectors.returns.grid import Cell, Row

_STATE_TONES: dict[str, Tone] = {
    ReturnState.DRAFT: Tone.IDLE,
    ReturnState.SUBMITTED: Tone.INFO,
    ReturnState.RETURNED: Tone.BAD,
    ReturnState.ACCEPTED: Tone.OK,
    ReturnState.FROZEN: Tone.OK,
}
_REOPENING_TONES: dict[str, Tone] = {
    ReopeningState.REQUESTED: Tone.INFO,
    ReopeningState.APPROVED: Tone.WARN,
    ReopeningState.REFUSED: Tone.BAD,
    ReopeningState.SUBMITTED: Tone.INFO,
    ReopeningState.ACCEPTED: Tone.OK,
    ReopeningState.EXPIRED: Tone.IDLE,
}


def return_chip(row: MonthlyReturn) -> SafeString:
    """填报中, 已退回 …; a draft that waits for its reviewer says so."""
    if row.state in (ReturnState.DRAFT, ReturnState.RETURNED) and row.handed_over_at is not None:
        return chip(Tone.INFO, "待审核人报送")
    return chip(_STATE_TONES[row.state], row.get_state_display())


def reopening_chip(row: ReturnReopening) -> SafeString:
    """待批准, 已批准, 已过期 …; a correction that was refused after its submission says so."""
    if row.state == ReopeningState.REFUSED and row.ended_at is not None:
        return chip(Tone.BAD, "补正未受理")
    return chip(_REOPENING_TONES[row.state], row.get_state_display())


@dataclass(frozen=True)
class ColumnHead:
    """The head of one column."""

    name: str
    label: str
    unit: str
    is_required: bool
    css: str


def column_head(field: ReturnField) -> ColumnHead:
    """Its label and how wide it stands."""
    css = {"text": "wide", "int": "narrow"}.get(field.kind, "")
    if field.name == "registration_number":
        css = ""
    return ColumnHead(field.name, field.label, field.unit, field.is_required, css)


def cell_notes(cell: Cell) -> Iterator[SafeString]:
    """What is said about the cell, the most pressing first."""
    if cell.comment:
        yield format_html('<small class="bad-text">意见：{}</small>', cell.comment)
    for problem in cell.problems:
        is_error = problem.level == "error"
        css, sign = ("cell-problem bad-text", "✕") if is_error else ("cell-problem", "▲")
        yield format_html('<small class="{}">{} {}</small>', css, sign, problem.sentence)
    if cell.is_missing:
        yield mark_safe('<small class="cell-blank">未填</small>')
    if cell.is_changed:
        before = cell.previous_text
        yield format_html('<small class="cell-was" data-was="{}">上月 {}</small>', before, before or "空")
    if cell.differs_from_register:
        yield format_html("<small>台账 {}</small>", cell.register_text)


def notes_html(cell: Cell) -> SafeString:
    """All of them."""
    return mark_safe("".join(cell_notes(cell)))  # noqa: S308 -- each part is escaped


def cell_css(cell: Cell, *, with_locks: bool) -> str:
    """Classes of a cell's tint; each tint also has its words under the value."""
    names = []
    if cell.comment:
        names.append("is-commented")
    elif cell.is_changed or cell.differs_from_register:
        names.append("is-changed")
    if cell.is_missing:
        names.append("is-blank")
    if cell.is_locked and with_locks:
        names.append("is-locked")
    return " ".join(names)


_PAPER_CSS = {"decimal": "num", "int": "num", "text": "wide"}


def paper_row_html(row: Row, names: Sequence[str]) -> SafeString:
    """One line as it was filled in, without a word of ours."""
    head = format_html(
        '<tr><th scope="row"><span>{}</span><small>{}</small></th>', row.project.name, row.project.code
    )
    cells = ((row.by_name[name].field, row.by_name[name].text or display.EMPTY) for name in names)
    texts = [
        format_html('<td class="{}">{}</td>', _PAPER_CSS.get(field.kind, ""), text) for field, text in cells
    ]
    return mark_safe(f"{head}{''.join(texts)}</tr>")  # noqa: S308 -- each part is escaped


def row_html(row: Row, names: Sequence[str], return_: MonthlyReturn, *, with_locks: bool) -> SafeString:
    """One line of the table. A script turns the open cells into controls; without one the project's name leads to them.

    with_locks: something in the grid may be written, so what may not is told apart.
    """
    url = reverse("returns:return-row", args=[return_.pk, row.project.pk])
    mark = "，本月新增" if row.is_new else ""
    head = format_html(
        '<tr id="r-{0}"{1}><th scope="row"><a href="{2}">{3}</a><small>{4}{5}</small></th>',
        row.project.pk,
        _row_data(row) if with_locks else "",
        url,
        row.project.name,
        row.project.code,
        mark,
    )
    cells = (_cell_html(row.by_name[name], with_locks=with_locks) for name in names)
    return mark_safe(f"{head}{''.join(cells)}</tr>")  # noqa: S308 -- each part is escaped


def _row_data(row: Row) -> SafeString:
    """For the script: which project, and whether there is a last month to compare with."""
    return format_html(' data-p="{}"{}', row.project.pk, mark_safe(' data-new="1"') if row.is_new else "")


def _cell_html(cell: Cell, *, with_locks: bool) -> SafeString:
    """A page has a thousand of them: put together by hand, every text escaped; the classes are our own words."""
    css = cell_css(cell, with_locks=with_locks)
    if cell.field.kind in ("decimal", "int"):
        css = f"num {css}" if css else "num"
    text = cell.text or ("" if with_locks and not cell.is_locked else display.EMPTY)
    notes = notes_html(cell) if cell.is_flagged or cell.differs_from_register else ""
    attribute = f' class="{css}"' if css else ""
    return mark_safe(f"<td{attribute}>{escape(text)}{notes}</td>")  # noqa: S308 -- escaped, as said above
