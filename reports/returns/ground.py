"""What a workbook is held against: the draft, last month's return, what is open. Few queries, plain values."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import TextField
from django.db.models.functions import Cast

from core.garbage import collection_paused
from core.month import ReportingMonth
from projects.models import MonthlyReturn, Project, ReturnLine, ReturnVersion
from projects.rules.returns import PREVIOUS_FIELDS, RETURN_FIELDS, Values
from projects.selectors.returns.locks import OpenFields, open_fields
from projects.selectors.returns.register_values import ESTIMATE
from projects.selectors.returns.versions import carried_from, draft_of

_NAMES = tuple(field.name for field in RETURN_FIELDS)


@dataclass(frozen=True, slots=True)
class Line:
    """One project of the draft. key: its id as text. register: what the checks ask of it. before: and of last month's line.

    There are thousands, and an id as an object costs more than the rest of its row.
    """

    key: str
    code: str
    name: str
    values: dict[str, Any]
    register: Values
    before: Values | None

    @property
    def project_id(self) -> uuid.UUID:
        """The project."""
        return uuid.UUID(self.key)


@dataclass(frozen=True)
class Ground:
    """A return as it stands now. lines: project code → line. version 0 = nothing is open."""

    return_: MonthlyReturn
    version: int
    open: OpenFields
    head: Values
    previous_head: Values
    lines: Mapping[str, Line]
    before: ReturnVersion | None

    @cached_property
    def previous_in_full(self) -> Mapping[str, Values]:
        """Last month's lines with all their fields, for showing them, by `Line.key`."""
        return _previous(self.before, _NAMES)

    @cached_property
    def month_last(self) -> dt.date:
        """The last day of the month that is reported."""
        return ReportingMonth.from_first_day(self.return_.month).last

    @cached_property
    def by_project(self) -> dict[str, Line]:
        """The lines by `Line.key`."""
        return {line.key: line for line in self.lines.values()}

    def line_of(self, code: str, project: str) -> Line | None:
        """The line of a row that was read; its project may have another code by now."""
        line = self.lines.get(code)
        if line is not None and line.key == project:
            return line
        return self.by_project.get(project)

    def is_open(self, project_id: uuid.UUID | None, name: str) -> bool:
        """Whether the field may be written now."""
        return self.open.is_whole or self.open.is_open(project_id, name)

    def registered(self, codes: set[str]) -> set[str]:
        """Those of the codes that are projects of this county's register; another county's does not exist."""
        rows = Project.objects.filter(code__in=codes, jurisdiction=self.return_.jurisdiction_id)
        return set(rows.values_list("code", flat=True))


@collection_paused()
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
        lines=_lines(draft, _previous(before, PREVIOUS_FIELDS)),
        before=before,
    )


_KEY = Cast("project_id", TextField())


def _lines(draft: ReturnVersion | None, previous: Mapping[str, Values]) -> dict[str, Line]:
    if draft is None:
        return {}
    rows = (
        ReturnLine.objects.filter(version=draft)
        .order_by("project__name_pinyin", "project__name", "pk")
        .values_list(_KEY, "project__code", "project__name", f"project__{ESTIMATE}", *_NAMES)
    )
    return {
        row[1]: Line(
            key=row[0],
            code=row[1],
            name=row[2],
            values=dict(zip(_NAMES, row[4:], strict=True)),
            register={ESTIMATE: row[3]},
            before=previous.get(row[0]),
        )
        for row in rows
    }


def _previous(version: ReturnVersion | None, names: Sequence[str]) -> dict[str, Values]:
    if version is None:
        return {}
    rows = ReturnLine.objects.filter(version=version).order_by().values_list(_KEY, *names)
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}
