"""What a workbook is held against: the draft, last month's return, what is open. Few queries, plain values."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from core.month import ReportingMonth
from projects.models import MonthlyReturn, Project, ReturnLine, ReturnVersion
from projects.rules.returns import PREVIOUS_FIELDS, RETURN_FIELDS, Values
from projects.selectors.returns.locks import OpenFields, open_fields
from projects.selectors.returns.register_values import ESTIMATE
from projects.selectors.returns.versions import carried_from, draft_of

_NAMES = tuple(field.name for field in RETURN_FIELDS)


@dataclass(frozen=True, slots=True)
class Line:
    """One project of the draft. key: its id as text. register: what the checks ask of it."""

    project_id: uuid.UUID
    key: str
    code: str
    name: str
    values: dict[str, Any]
    register: Values


@dataclass(frozen=True)
class Ground:
    """A return as it stands now. lines: project code → line. version 0 = nothing is open.

    previous: what the checks ask of last month's lines, by project.
    """

    return_: MonthlyReturn
    version: int
    open: OpenFields
    head: Values
    previous_head: Values
    lines: Mapping[str, Line]
    previous: Mapping[uuid.UUID, Values]
    before: ReturnVersion | None

    @cached_property
    def previous_in_full(self) -> Mapping[uuid.UUID, Values]:
        """Last month's lines with all their fields, for showing them."""
        return _previous(self.before, _NAMES)

    @cached_property
    def month_last(self) -> dt.date:
        """The last day of the month that is reported."""
        return ReportingMonth.from_first_day(self.return_.month).last

    @cached_property
    def by_project(self) -> dict[uuid.UUID, Line]:
        """The lines by project."""
        return {line.project_id: line for line in self.lines.values()}

    def line_of(self, code: str, project: str) -> Line | None:
        """The line of a row that was read; its project may have another code by now."""
        line = self.lines.get(code)
        if line is not None and line.key == project:
            return line
        return self.by_project.get(uuid.UUID(project)) if project else None

    def is_open(self, project_id: uuid.UUID | None, name: str) -> bool:
        """Whether the field may be written now."""
        return self.open.is_whole or self.open.is_open(project_id, name)

    def registered(self, codes: set[str]) -> set[str]:
        """Those of the codes that are projects of this county's register; another county's does not exist."""
        rows = Project.objects.filter(code__in=codes, jurisdiction=self.return_.jurisdiction_id)
        return set(rows.values_list("code", flat=True))


def load_ground(return_: MonthlyReturn, *, at: dt.datetime) -> Ground:
    """Everything that reading a workbook needs of the return."""
    draft = draft_of(return_)
    before = carried_from(return_)
    return Ground(
        return_=return_,
        version=draft.number if draft is not None else 0,
        open=open_fields(return_, draft, at=at),
        head=draft.header if draft is not None else {},
        previous_head=before.header if before is not None else {},
        lines=_lines(draft),
        previous=_previous(before, PREVIOUS_FIELDS),
        before=before,
    )


def _lines(draft: ReturnVersion | None) -> dict[str, Line]:
    if draft is None:
        return {}
    rows = (
        ReturnLine.objects.filter(version=draft)
        .order_by("project__name_pinyin", "project__name", "pk")
        .values_list("project_id", "project__code", "project__name", f"project__{ESTIMATE}", *_NAMES)
    )
    return {
        code: Line(key, str(key), code, name, dict(zip(_NAMES, values, strict=True)), {ESTIMATE: estimate})
        for key, code, name, estimate, *values in rows
    }


def _previous(version: ReturnVersion | None, names: Sequence[str]) -> dict[uuid.UUID, Values]:
    if version is None:
        return {}
    rows = ReturnLine.objects.filter(version=version).order_by().values_list("project_id", *names)
    return {key: dict(zip(names, values, strict=True)) for key, *values in rows}
