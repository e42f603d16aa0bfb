"""What the county's pages of a return show: a page of its lines, one record field by field, what to check before filing."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from core.components import Change
from projects.models import Project
from projects.rules.returns import HEADER_FIELDS, LINE_FIELD, REQUIRED_FIELDS, RETURN_FIELDS, ReturnField
from projects.selectors.returns.grid import Grid, Row

PAGE_ROWS = 50
"""Lines of one page: 20 fields of 50 projects stay far under the 150 KB of a page."""
SHOWN = 20
"""Lines of each list of the check page; the rest is in the grid behind its filter."""


@dataclass(frozen=True)
class Choice:
    """One option of a filter above the grid."""

    value: str
    label: str
    is_current: bool = False


@dataclass(frozen=True)
class Asked:
    """What the reader asked for; anything unknown is as if nothing was asked."""

    q: str = ""
    show: str = ""
    cols: str = ""
    page: int = 1


SHOWS: tuple[tuple[str, str, Callable[[Row], bool]], ...] = (
    ("", "全部", lambda row: True),
    ("problems", "有问题", lambda row: bool(row.problems)),
    ("missing", "计分栏目未填", lambda row: row.is_missing),
    ("changed", "与上月不同", lambda row: row.is_changed),
    ("register", "与台账不同", lambda row: row.differs_from_register),
    ("commented", "有退回意见", lambda row: row.is_commented),
    ("new", "本月新增", lambda row: row.is_new),
)
GROUPS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("", "全部栏目", tuple(field.name for field in RETURN_FIELDS)),
    ("scored", "计分栏目", tuple(field.name for field in REQUIRED_FIELDS)),
    ("progress", "进度与投资", ("status", "progress_percent", "invested_wan_yuan", "decrease_reason")),
    (
        "terms",
        "工期与日期",
        ("status", "approved_duration_days", "started_on", "planned_finish_on", "finished_on"),
    ),
    (
        "quality",
        "承诺、到岗与质量",
        ("commitments_due", "commitments_signed", "attendance_percent", "accident_count", "defect_count"),
    ),
    ("notes", "说明", ("works_ahead", "decrease_reason", "note")),
)


@dataclass(frozen=True)
class GridPage:
    """One page of the lines that match, and the choices above it."""

    asked: Asked
    fields: Sequence[ReturnField]
    rows: Sequence[Row]
    shows: Sequence[Choice]
    groups: Sequence[Choice]
    matching: int
    total: int
    page: int
    page_count: int

    @property
    def first(self) -> int:
        return (self.page - 1) * PAGE_ROWS + 1

    @property
    def last(self) -> int:
        return min(self.page * PAGE_ROWS, self.matching)

    @property
    def pages(self) -> range:
        """Page numbers."""
        return range(1, self.page_count + 1)


def grid_page(grid: Grid, asked: Asked) -> GridPage:
    """The lines that are asked for; no query."""
    tests = {value: test for value, _, test in SHOWS}
    names = next((names for value, _, names in GROUPS if value == asked.cols), GROUPS[0][2])
    searched = [row for row in grid.rows if _matches(row.project, asked.q)]
    rows = list(filter(tests.get(asked.show, tests[""]), searched))
    page_count = max(1, -(-len(rows) // PAGE_ROWS))
    page = min(max(asked.page, 1), page_count)
    return GridPage(
        asked=asked,
        fields=[LINE_FIELD[name] for name in names],
        rows=rows[(page - 1) * PAGE_ROWS : page * PAGE_ROWS],
        shows=[
            Choice(value, f"{label} {sum(map(test, searched))}", value == asked.show)
            for value, label, test in SHOWS
        ],
        groups=[Choice(value, label, value == asked.cols) for value, label, _ in GROUPS],
        matching=len(rows),
        total=len(grid.rows),
        page=page,
        page_count=page_count,
    )


def _matches(project: Project, asked: str) -> bool:
    text = asked.strip().lower()
    names = (project.name.lower(), project.code.lower(), project.name_pinyin, project.name_initials)
    return not text or any(text in name for name in names)


@dataclass(frozen=True)
class Line:
    """One sentence of a list and the place where it is put right."""

    label: str
    project_id: uuid.UUID | None = None
    field: str = ""


def problem_lines(grid: Grid, level: str) -> list[Line]:
    """Every error (or warning) of the return."""
    return [
        Line(f"{row.project.name}：{problem.sentence}", row.project.pk, problem.field)
        for row in grid.rows
        for problem in row.problems
        if problem.level == level
    ]


def blank_lines(grid: Grid) -> list[Line]:
    """One line for each project with a blank that rubric item B2 counts."""
    lines = []
    for row in grid.rows:
        blanks = [cell.field.label for cell in row.cells if cell.is_missing]
        if blanks:
            lines.append(Line(f"{row.project.name}：{'、'.join(blanks)}", row.project.pk))
    return lines


def comment_lines(grid: Grid) -> list[Line]:
    """Every comment of the bureau on a field, head first."""
    lines = [
        Line(f"表头“{cell.field.label}”：{cell.comment}", None, cell.name)
        for cell in grid.header
        if cell.comment
    ]
    for row in grid.rows:
        lines += [
            Line(f"{row.project.name}“{cell.field.label}”：{cell.comment}", row.project.pk, cell.name)
            for cell in row.cells
            if cell.comment
        ]
    return lines


def changes(grid: Grid) -> list[Change]:
    """What differs from last month: projects that came and went, then field by field; no query."""
    came = [Change(row.project.name, "", "本月新增") for row in grid.rows if row.is_new and grid.previous]
    gone = [Change(name, "上月在报", "") for name in grid.left_out]
    return [*came, *gone, *_changed_fields(grid)]


def _changed_fields(grid: Grid) -> Iterator[Change]:
    for row in grid.rows:
        for cell in row.cells:
            if cell.is_changed:
                label = f"{row.project.name} · {cell.field.title}"
                yield Change(label, cell.previous_text, cell.text)


def header_pairs(grid: Grid) -> list[tuple[str, str]]:
    """Label and text of each count of the head."""
    return [(field.title, cell.text) for field, cell in zip(HEADER_FIELDS, grid.header, strict=True)]
