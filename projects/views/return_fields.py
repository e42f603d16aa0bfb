"""One record of a return on a page of its own: the head, or one project's line. Works without a script."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from core.errors import DomainError
from projects.models import MonthlyReturn
from projects.return_cells import cell_css, notes_html
from projects.rules.returns import HEADER_FIELD
from projects.selectors.returns.grid import Cell, Grid, Row
from projects.selectors.returns.head_counts import recorded_texts
from projects.services.returns.filling import change_field
from projects.views.return_head import (
    asked_return,
    is_editable,
    page_links,
    return_crumbs,
    return_head,
    rules_text,
)


@dataclass(frozen=True)
class FieldCell:
    """One field on a page of its own."""

    cell: Cell
    is_open: bool
    text: str
    notes: SafeString
    css: str
    refusal: str = ""
    record: str = ""

    @property
    def name(self) -> str:
        return self.cell.name

    @property
    def label(self) -> str:
        return self.cell.field.title

    @property
    def seen(self) -> str:
        return self.cell.text

    @property
    def is_optional(self) -> bool:
        """Of a line; the counts of the head are all asked for."""
        return not self.cell.field.is_required and self.name not in HEADER_FIELD

    @property
    def is_number(self) -> bool:
        return self.cell.field.kind in ("decimal", "int")

    @property
    def help(self) -> str:
        return self.cell.field.help

    @property
    def choices(self) -> list[str]:
        return [label for _, label in self.cell.field.choices]


@dataclass(frozen=True)
class FieldsPage:
    """The head, or one project's line, field by field."""

    title: str
    name: str
    project: str
    cells: list[FieldCell]
    is_open: bool
    back_url: str
    link: Link | None = None
    links: tuple[Link, ...] = ()
    remove_url: str = ""


@requires(Capability.RETURN_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def return_header(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """The counts of the head, each beside what the records say."""
    return_, grid = asked_return(request, pk)
    records = recorded_texts(return_)
    cells = [_with_record(cell, records.get(cell.name, "")) for cell in grid.header]
    page = _Fields("表头数据", "表头", None, cells, rules="header", tab="header", records=records)
    return _fields_page(request, return_, grid, page)


def _with_record(cell: Cell, record: str) -> Cell:
    return Cell(
        field=cell.field,
        text=cell.text,
        previous_text=cell.previous_text,
        register_text=record,
        is_changed=False,
        is_missing=cell.is_missing,
        is_locked=cell.is_locked,
        comment=cell.comment,
        problems=cell.problems,
    )


@requires(Capability.RETURN_VIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def return_row(request: ScopedRequest, pk: uuid.UUID, project: uuid.UUID) -> HttpResponse:
    """One project's line, field by field: the way without a script, and on a small screen."""
    return_, grid = asked_return(request, pk)
    row = next((one for one in grid.rows if one.project.pk == project), None)
    if row is None:
        raise Http404
    page = _Fields(row.project.name, row.project.name, row, row.cells, rules="line", tab="lines")
    return _fields_page(request, return_, grid, page)


@dataclass(frozen=True)
class _Fields:
    title: str
    name: str
    row: Row | None
    cells: list[Cell]
    rules: str
    tab: str
    records: Mapping[str, str] = field(default_factory=dict)
    """What the records say beside each count of the head."""

    @property
    def project_id(self) -> uuid.UUID | None:
        return self.row.project.pk if self.row is not None else None


def _fields_page(request: ScopedRequest, return_: MonthlyReturn, grid: Grid, asked: _Fields) -> HttpResponse:
    can_write = is_editable(request, grid)
    refused: dict[str, str] = {}
    if request.method == "POST" and can_write:
        refused = _save_form(request, return_, asked)
        if not refused:
            return redirect(request.path)
    given = request.POST if refused else {}
    cells = [
        _field_cell(cell, can_write, given, refused.get(cell.name, ""), asked.records.get(cell.name, ""))
        for cell in asked.cells
    ]
    context = {
        "head": return_head(request, grid, asked.tab),
        "fields": _described(return_, grid, asked, cells, can_write=can_write),
        "refusals": [
            {"name": cell.name, "sentence": refused[cell.name]} for cell in cells if cell.name in refused
        ],
        "rules": rules_text(asked.rules),
        "save_url": reverse("returns:return-save", args=[return_.pk]),
        "actions": page_links(request, return_),
        "crumbs": return_crumbs(return_),
    }
    status = 422 if refused else 200
    return render(request, "projects/returns/return_fields.html", context, status=status)


def _save_form(request: ScopedRequest, return_: MonthlyReturn, asked: _Fields) -> dict[str, str]:
    """Every field that differs from what the page showed, each by itself. Returns field → why it was refused."""
    refused = {}
    for cell in asked.cells:
        text, seen = request.POST.get(cell.name), request.POST.get(f"seen-{cell.name}", "")
        if text is None or text.strip() == seen:
            continue
        try:
            change_field(
                return_id=return_.pk,
                project_id=asked.project_id,
                field=cell.name,
                text=text,
                seen=seen,
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            refused[cell.name] = str(refusal)
    return refused


def _field_cell(
    cell: Cell, can_write: bool, given: Mapping[str, Any], refusal: str, record: str
) -> FieldCell:
    is_open = can_write and not cell.is_locked
    css = " ".join(
        filter(None, (cell_css(cell, with_locks=False), "wide" if cell.field.kind == "text" else ""))
    )
    text = str(given.get(cell.name, cell.text)) if refusal else cell.text
    return FieldCell(cell, is_open, text, notes_html(cell), css, refusal, record)


def _described(
    return_: MonthlyReturn, grid: Grid, asked: _Fields, cells: list[FieldCell], *, can_write: bool
) -> FieldsPage:
    row = asked.row
    back = reverse("returns:return-detail", args=[return_.pk])
    is_open = any(cell.is_open for cell in cells)
    if row is None:
        return FieldsPage(asked.title, asked.name, "", cells, is_open, back)
    index = next(i for i, one in enumerate(grid.rows) if one.project.pk == row.project.pk)
    beside = [("上一个工程", index - 1), ("下一个工程", index + 1)]
    links = tuple(
        Link(label, reverse("returns:return-row", args=[return_.pk, grid.rows[other].project.pk]))
        for label, other in beside
        if 0 <= other < len(grid.rows)
    )
    may_remove = can_write and grid.may_add_lines
    return FieldsPage(
        title=asked.title,
        name=asked.name,
        project=str(row.project.pk),
        cells=cells,
        is_open=is_open,
        back_url=f"{back}#r-{row.project.pk}",
        link=Link("工程台账", reverse("projects:project-detail", args=[row.project.pk])),
        links=links,
        remove_url=reverse("returns:line-remove", args=[return_.pk, row.project.pk]) if may_remove else "",
    )
