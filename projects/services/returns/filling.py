"""Filling in the draft: field by field from the page, many lines at once from a workbook."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from audit.models import AuditEvent
from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from core.text import clean_text
from projects.models import MonthlyReturn, Project, ReturnLine, ReturnVersion
from projects.rules.returns import (
    HEADER_FIELD,
    LINE_FIELD,
    Completeness,
    FieldError,
    FieldProblem,
    ReturnField,
    Value,
    check_line,
    completeness,
    field_text,
    parse_field,
)
from projects.selectors.returns.locks import OpenFields
from projects.selectors.returns.register_values import register_values
from projects.selectors.returns.versions import HEADER_ROW, carried_from, line_values
from projects.services.returns.drafts import LINE_NAMES, locked_draft
from projects.services.returns.errors import (
    FieldConflict,
    NothingNamed,
    ReturnLocked,
    UnknownReturnField,
)
from projects.services.returns.opening import new_line

CHANGE = "projects.return.change"


@dataclass(frozen=True, slots=True)
class FieldSaved:
    """What the page shows after a save: the stored text, all problems of the row, the return's completeness."""

    value_text: str
    problems: list[FieldProblem]
    completeness: Completeness
    saved_at: dt.datetime


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of the page (project None = the head): what was typed, and the text that the page showed before."""

    project_id: uuid.UUID | None
    field: str
    text: str
    seen: str


@dataclass(frozen=True, slots=True)
class LineChange:
    """What a workbook says about one project (None = the head): field name → text. Only the fields that differ."""

    project_id: uuid.UUID | None
    texts: dict[str, str]


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """One field that cannot be written, and why."""

    project_id: uuid.UUID | None
    field: str
    sentence: str


class LinesRefused(FieldError):
    """Nothing of the workbook was written; `cells` names every reason."""

    def __init__(self, cells: Sequence[RefusedCell]) -> None:
        super().__init__(f"有{len(cells)}处不能写入，本次未写入任何内容：{cells[0].sentence}")
        self.cells = list(cells)


@dataclass
class _Sheet:
    """The draft in hand: its lines, read once."""

    return_: MonthlyReturn
    draft: ReturnVersion
    open: OpenFields
    lines: dict[uuid.UUID, ReturnLine] = field(default_factory=dict)

    @property
    def month(self) -> ReportingMonth:
        return ReportingMonth.from_first_day(self.return_.month)


def _sheet(return_id: uuid.UUID, at: dt.datetime) -> _Sheet:
    return_, draft, open_ = locked_draft(return_id, at=at)
    lines = {line.project_id: line for line in draft.lines.select_related("project")}
    return _Sheet(return_, draft, open_, lines)


@transaction.atomic
def change_field(
    *,
    return_id: uuid.UUID,
    project_id: uuid.UUID | None,
    field: str,
    text: str,
    seen: str,
    by: Any,
    at: dt.datetime,
) -> FieldSaved:
    """Write one field of the draft. project_id None = the head. `seen` is the text that the page showed before.

    Saying the same again is no conflict, so a save whose answer was lost may be repeated.
    Raises ReturnLocked, UnknownReturnField, FieldError (does not fit), FieldConflict (changed by somebody else).
    """
    return _change(_sheet(return_id, at), FieldChange(project_id, field, text, seen), by=by, at=at)


@transaction.atomic
def change_fields(
    *, return_id: uuid.UUID, changes: Sequence[FieldChange], by: Any, at: dt.datetime
) -> list[FieldSaved | DomainError]:
    """Each as `change_field` writes it, on a draft that is read once; what is refused stands in its place in the list."""
    try:
        sheet = _sheet(return_id, at)
    except ReturnLocked as refusal:
        return [refusal] * len(changes)
    results: list[FieldSaved | DomainError] = []
    for change in changes:
        try:
            results.append(_change(sheet, change, by=by, at=at))
        except DomainError as refusal:  # refused before anything of it was written
            results.append(refusal)
    return results


def _change(sheet: _Sheet, change: FieldChange, *, by: Any, at: dt.datetime) -> FieldSaved:
    project_id = change.project_id
    spec = _spec(sheet, project_id, change.field)
    _must_be_open(sheet, project_id, spec)
    value = parse_field(spec, change.text)
    stored = _stored(sheet, project_id, spec)
    if value != stored:
        _refuse_conflict(sheet, project_id, spec, change.seen, stored)
        _write(sheet, project_id, {spec.name: value}, by=by, at=at)
    return FieldSaved(
        value_text=field_text(spec, value),
        problems=problems_of(sheet.return_, sheet.lines.get(project_id) if project_id else None),
        completeness=completeness(line_values(line) for line in sheet.lines.values()),
        saved_at=at,
    )


def _spec(sheet: _Sheet, project_id: uuid.UUID | None, name: str) -> ReturnField:
    fields = HEADER_FIELD if project_id is None else LINE_FIELD
    if project_id is not None and project_id not in sheet.lines:
        raise UnknownReturnField("本月报中没有这个工程，请刷新页面后重试。")
    if name not in fields:
        raise UnknownReturnField(f"月报中没有“{name[:40]}”这个栏目，请刷新页面后重试。")
    return fields[name]


def _must_be_open(sheet: _Sheet, project_id: uuid.UUID | None, spec: ReturnField) -> None:
    if not sheet.open.is_open(project_id, spec.name):
        what = "申请更正" if sheet.draft.reopening_id is not None else "退回意见"
        raise ReturnLocked(f"“{spec.title}”不在{what}的栏目之内，不能修改。")


def _stored(sheet: _Sheet, project_id: uuid.UUID | None, spec: ReturnField) -> Value:
    if project_id is None:
        found: Value = sheet.draft.header.get(spec.name)
        return found
    value: Value = getattr(sheet.lines[project_id], spec.name)
    return value


def _refuse_conflict(
    sheet: _Sheet, project_id: uuid.UUID | None, spec: ReturnField, seen: str, stored: Value
) -> None:
    try:
        is_seen = parse_field(spec, seen) == stored
    except FieldError:
        is_seen = False
    if is_seen:
        return
    text = field_text(spec, stored)
    whom = _last_changer(sheet, _row_name(sheet, project_id), spec.title)
    raise FieldConflict(
        f"“{spec.title}”已由{whom or '他人'}改为“{text or '空白'}”，请核对后再保存。",
        stored_text=text,
        by_whom=whom,
    )


def _row_name(sheet: _Sheet, project_id: uuid.UUID | None) -> str:
    """How the trail names the row: the project's code, or the head."""
    return HEADER_ROW if project_id is None else sheet.lines[project_id].project.code


def _last_changer(sheet: _Sheet, row: str, title: str) -> str:
    """Who wrote the field last, from the trail; "" when it was carried over."""
    events = AuditEvent.objects.filter(subject_id=str(sheet.return_.pk), action=CHANGE)
    told = events.filter(payload__contains=f'"row":"{row}"').filter(payload__contains=f'"{title}":')
    return told.order_by("-seq").values_list("actor_name", flat=True).first() or ""


def _write(
    sheet: _Sheet, project_id: uuid.UUID | None, values: dict[str, Value], *, by: Any, at: dt.datetime
) -> None:
    fields = HEADER_FIELD if project_id is None else LINE_FIELD
    before = {name: _stored(sheet, project_id, fields[name]) for name in values}
    if project_id is None:
        sheet.draft.header = {**sheet.draft.header, **values}
        sheet.draft.save(update_fields=["header"])
    else:
        line = sheet.lines[project_id]
        for name, value in values.items():
            setattr(line, name, value)
        line.save(update_fields=list(values))
    where = {"row": _row_name(sheet, project_id), "version": sheet.draft.number}
    record(
        action=CHANGE,
        subject=sheet.return_,
        by=by,
        at=at,
        before={fields[name].title: field_text(fields[name], value) for name, value in before.items()},
        after={
            **where,
            **{fields[name].title: field_text(fields[name], value) for name, value in values.items()},
        },
    )


def problems_of(return_: MonthlyReturn, line: ReturnLine | None) -> list[FieldProblem]:
    """What is wrong in one line of the draft."""
    if line is None:
        return []
    month = ReportingMonth.from_first_day(return_.month)
    source = carried_from(return_)
    before = source.lines.filter(project=line.project_id).first() if source is not None else None
    return check_line(
        line_values(line),
        line_values(before) if before is not None else None,
        register_values([line.project], month)[line.project_id],
        month_last=month.last,
    )


@transaction.atomic
def change_lines(
    *, return_id: uuid.UUID, changes: Iterable[LineChange], by: Any, at: dt.datetime
) -> Completeness:
    """Write many fields at once, all or nothing; a field that already holds the value is left alone.

    Raises LinesRefused with every cell that cannot be written, ReturnLocked when nothing can.
    """
    sheet = _sheet(return_id, at)
    refused: list[RefusedCell] = []
    wanted: list[tuple[uuid.UUID | None, dict[str, Value]]] = []
    for change in changes:
        values = _read_change(sheet, change, refused)
        if values:
            wanted.append((change.project_id, values))
    if refused:
        raise LinesRefused(refused)
    for project_id, values in wanted:
        _write(sheet, project_id, values, by=by, at=at)
    return completeness(line_values(line) for line in sheet.lines.values())


def _read_change(sheet: _Sheet, change: LineChange, refused: list[RefusedCell]) -> dict[str, Value]:
    values: dict[str, Value] = {}
    for name, text in change.texts.items():
        try:
            spec = _spec(sheet, change.project_id, name)
            value = parse_field(spec, text)
            if value == _stored(sheet, change.project_id, spec):
                continue
            _must_be_open(sheet, change.project_id, spec)
            values[name] = value
        except (FieldError, UnknownReturnField, ReturnLocked) as error:
            refused.append(RefusedCell(change.project_id, name, str(error)))
    return values


@transaction.atomic
def add_line(*, return_id: uuid.UUID, project_id: uuid.UUID, by: Any, at: dt.datetime) -> ReturnLine:
    """Take a project of the county's register into the draft, with what the register knows of it.

    Raises ReturnLocked, UnknownReturnField (not a project of this county, or already there).
    """
    sheet = _sheet(return_id, at)
    if not sheet.open.may_add_lines:
        raise ReturnLocked("申请更正只限所列栏目，不能增加工程。")
    if project_id in sheet.lines:
        raise UnknownReturnField(f"“{sheet.lines[project_id].project.name}”已在本月报中。")
    project = Project.objects.filter(pk=project_id, jurisdiction=sheet.return_.jurisdiction_id).first()
    if project is None:
        raise UnknownReturnField("本县台账中没有这个工程，请先在工程台账中登记。")
    source = carried_from(sheet.return_)
    before = source.lines.filter(project=project).first() if source is not None else None
    line = new_line(sheet.draft, project, register_values([project], sheet.month), before)
    line.save(force_insert=True)
    record(
        action="projects.return.add_line",
        subject=sheet.return_,
        by=by,
        at=at,
        after={"project": project.code, "name": project.name},
    )
    return line


@transaction.atomic
def remove_line(
    *, return_id: uuid.UUID, project_id: uuid.UUID, reason: str, by: Any, at: dt.datetime
) -> None:
    """Take a project out of the draft; the reason stands in the trail. A project under way must be reported.

    Raises ReturnLocked, UnknownReturnField, NothingNamed.
    """
    sheet = _sheet(return_id, at)
    if not sheet.open.is_whole:
        raise ReturnLocked("退回补正或申请更正时不能移出工程。")
    line = sheet.lines.get(project_id)
    if line is None:
        raise UnknownReturnField("本月报中没有这个工程，请刷新页面后重试。")
    why = clean_text(reason)
    if not why:
        raise NothingNamed("请填写移出工程的理由。")
    kept = {name: field_text(LINE_FIELD[name], getattr(line, name)) for name in LINE_NAMES}
    record(
        action="projects.return.remove_line",
        subject=sheet.return_,
        by=by,
        at=at,
        before={name: text for name, text in kept.items() if text},
        after={"project": line.project.code, "reason": why},
    )
    line.delete()
