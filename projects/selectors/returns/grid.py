"""The grid of a return: every field of every project with what it held last month, what the register holds, what the
bureau asks and what is wrong with it. A fixed number of queries, whatever the number of lines.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from core.month import ReportingMonth
from projects.models import MonthlyReturn, Project, ReturnLine, ReturnVersion
from projects.rules.returns import (
    HEADER_FIELDS,
    LINE_FIELD,
    REQUIRED_FIELDS,
    RETURN_FIELDS,
    Completeness,
    FieldProblem,
    ReturnField,
    Values,
    check_line,
    completeness,
    field_text,
    is_filled,
)
from projects.selectors.returns.locks import WHOLE_RETURN, Key, OpenFields, open_fields
from projects.selectors.returns.register_values import RegisterValues, register_values
from projects.selectors.returns.versions import (
    carried_from,
    draft_of,
    line_values,
    newest_submitted,
    values_by_project,
)


@dataclass(slots=True)
class Cell:
    """One field of one row. Texts are as `field_text` writes them. `register_text` is "" where the register knows nothing.

    is_changed: differs from last month's return. is_missing: required by B2 and blank. comment: what the bureau wants
    put right here. state: `locked`, else the worst of its problems (`error`, `warn`), `missing`, `changed` or `plain`.
    """

    field: ReturnField
    text: str
    previous_text: str
    register_text: str
    is_changed: bool
    is_missing: bool
    is_locked: bool
    comment: str = ""
    problems: tuple[FieldProblem, ...] = ()

    @property
    def name(self) -> str:
        """The field's name."""
        return self.field.name

    @property
    def level(self) -> str:
        """`error`, `warn` or "": the worst of its problems."""
        levels = {problem.level for problem in self.problems}
        return "error" if "error" in levels else "warn" if "warn" in levels else ""

    @property
    def differs_from_register(self) -> bool:
        """The register knows this field and says otherwise."""
        return self.register_text not in ("", self.text)

    @property
    def state(self) -> str:
        """For the page's style."""
        if self.is_locked:
            return "locked"
        return self.level or ("missing" if self.is_missing else "changed" if self.is_changed else "plain")

    @property
    def is_flagged(self) -> bool:
        """Worth a reviewer's look: changed, missing, commented or wrong."""
        return bool(self.is_changed or self.is_missing or self.comment or self.problems)


@dataclass(frozen=True)
class Row:
    """One project. `is_new` = it was not in the county's last return. problems: what is wrong in it, by the fields' order.

    Every page counts all rows and shows some: cells with their texts are made when they are asked for.
    """

    project: Project
    line: ReturnLine
    problems: list[FieldProblem]
    _values: Values
    _previous: Values | None
    _register: Values
    _ground: _Ground

    @property
    def is_new(self) -> bool:
        """The county's last return did not tell about it."""
        return self._previous is None

    @cached_property
    def cells(self) -> list[Cell]:
        """Every field."""
        problems: dict[str, list[FieldProblem]] = {}
        for problem in self.problems:
            problems.setdefault(problem.field, []).append(problem)
        told = (self._values, self._previous, self._register, self._ground, self.project.pk, problems)
        return [_cell(one, *told) for one in RETURN_FIELDS]

    @cached_property
    def by_name(self) -> dict[str, Cell]:
        """The cells by field name."""
        return {cell.name: cell for cell in self.cells}

    @property
    def flagged(self) -> list[Cell]:
        """The cells that a reviewer looks at."""
        return [cell for cell in self.cells if cell.is_flagged]

    @property
    def is_changed(self) -> bool:
        """Some field differs from last month's."""
        before, now = self._previous, self._values
        return before is not None and any(
            now[one.name] != before[one.name] and _differ(one, now, before) for one in RETURN_FIELDS
        )

    @property
    def is_missing(self) -> bool:
        """Some field that B2 counts is blank."""
        return not all(is_filled(one, self._values[one.name]) for one in REQUIRED_FIELDS)

    @property
    def differs_from_register(self) -> bool:
        """The register says otherwise about some field that it knows."""
        now, known = self._values, self._register
        return any(
            known[one.name] != now[one.name]
            and known[one.name] not in (None, "")
            and _differ(one, now, known)
            for one in RETURN_FIELDS
            if one.name in known
        )

    @property
    def is_commented(self) -> bool:
        """The bureau asks for some field."""
        return self.project.pk in self._ground.commented


def _differ(one: ReturnField, first: Values, second: Values) -> bool:
    """As people read them: equal values have equal texts, and so have some that are not equal."""
    return field_text(one, first[one.name]) != field_text(one, second[one.name])


@dataclass(frozen=True)
class Grid:
    """One version of a return as it is shown. `version` None = nothing was ever written (imported head only)."""

    return_: MonthlyReturn
    version: ReturnVersion | None
    previous: ReturnVersion | None
    header: list[Cell]
    rows: list[Row]
    completeness: Completeness
    is_editable: bool
    may_add_lines: bool
    lock_reason: str
    general_comment: str = ""
    left_out: list[str] = field(default_factory=list)
    """Names of projects of the last return that this version has no line for."""

    @cached_property
    def error_count(self) -> int:
        """Problems that stand in the way of submitting."""
        return sum(problem.level == "error" for row in self.rows for problem in row.problems)


@dataclass(frozen=True)
class _Ground:
    """What the cells are compared with."""

    previous_header: Values
    previous_lines: Mapping[uuid.UUID, Values]
    register: RegisterValues
    open: OpenFields
    comments: Mapping[Key, str]
    month: ReportingMonth

    @cached_property
    def commented(self) -> frozenset[uuid.UUID | None]:
        """Projects with a comment on one of their fields."""
        return frozenset(key for (key, name), note in self.comments.items() if note and name in LINE_FIELD)


def return_grid(return_: MonthlyReturn, *, at: dt.datetime, version: ReturnVersion | None = None) -> Grid:
    """The draft where there is one, else the newest submitted version; or the version that is asked for, locked."""
    draft = draft_of(return_) if version is None else None
    shown = version or draft or newest_submitted(return_)
    open_ = open_fields(return_, draft, at=at) if version is None else OpenFields(False, "历史版本，不能修改")
    lines = (
        []
        if shown is None
        else list(
            shown.lines.select_related("project").order_by("project__name_pinyin", "project__name", "pk")
        )
    )
    month = ReportingMonth.from_first_day(return_.month)
    previous = carried_from(return_)
    ground = _Ground(
        previous_header=previous.header if previous is not None else {},
        previous_lines=values_by_project(previous),
        register=register_values(
            [line.project for line in lines], month, version=shown.pk if shown is not None else None
        ),
        open=open_,
        comments=_comments(shown, draft),
        month=month,
    )
    values = [line_values(line) for line in lines]
    present = {line.project_id for line in lines}
    return Grid(
        return_=return_,
        version=shown,
        previous=previous,
        header=[_header_cell(one, shown.header if shown else {}, ground) for one in HEADER_FIELDS],
        rows=[_row(line, told, ground) for line, told in zip(lines, values, strict=True)],
        completeness=completeness(values),
        is_editable=open_.is_editable,
        may_add_lines=open_.may_add_lines,
        lock_reason=open_.reason,
        general_comment=ground.comments.get((None, WHOLE_RETURN), ""),
        left_out=_left_out(ground.previous_lines, present),
    )


def _comments(shown: ReturnVersion | None, draft: ReturnVersion | None) -> dict[Key, str]:
    """Comments of the version shown; a draft shows those of the version that it answers."""
    if shown is None:
        return {}
    source: ReturnVersion | None = shown
    if draft is not None:
        if draft.reopening_id is not None:
            return {}
        source = newest_submitted(draft.monthly_return)
    if source is None:
        return {}
    return {(one.project_id, one.field_name): one.note for one in source.comments.all()}


def _left_out(previous: Mapping[uuid.UUID, Values], present: Iterable[uuid.UUID]) -> list[str]:
    gone = set(previous) - set(present)
    if not gone:
        return []
    return list(Project.objects.filter(pk__in=gone).order_by("name_pinyin").values_list("name", flat=True))


_ORDER = {one.name: at for at, one in enumerate(RETURN_FIELDS)}


def _row(line: ReturnLine, values: Values, ground: _Ground) -> Row:
    previous = ground.previous_lines.get(line.project_id)
    register = ground.register[line.project_id]
    problems = check_line(values, previous, register, month_last=ground.month.last)
    problems.sort(key=lambda problem: _ORDER[problem.field])
    return Row(line.project, line, problems, values, previous, register, ground)


def _cell(
    one: ReturnField,
    values: Values,
    previous: Values | None,
    register: Values,
    ground: _Ground,
    project_id: uuid.UUID | None,
    problems: Mapping[str, Sequence[FieldProblem]],
) -> Cell:
    name = one.name
    value, known = values.get(name), register.get(name)
    text = field_text(one, value)
    before = ""
    if previous is not None:
        told = previous.get(name)
        before = text if told == value else field_text(one, told)
    return Cell(
        field=one,
        text=text,
        previous_text=before,
        register_text=text if known == value else field_text(one, known),
        is_changed=previous is not None and text != before,
        is_missing=one.is_required and not is_filled(one, value),
        is_locked=not ground.open.is_open(project_id, name),
        comment=ground.comments.get((project_id, name), "") if ground.comments else "",
        problems=tuple(problems.get(name, ())),
    )


def _header_cell(one: ReturnField, header: Values, ground: _Ground) -> Cell:
    return _cell(one, header, ground.previous_header or None, {}, ground, None, {})
