"""Progress as pages show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from core.components import HeatCell, HeatMap, HeatRow, Link
from guidance.models import Task
from guidance.selectors.tasks import MatrixRow, Progress, owner_words
from tenancy.models import Jurisdiction

_BEST, _OPEN, _ANSWERED, _LATE = 1, 2, 3, 5
LEGEND = ((_BEST, "全部办结"), (_OPEN, "办理中"), (_ANSWERED, "有待确认"), (_LATE, "有逾期"))


@dataclass(frozen=True)
class TaskLine:
    """One task of a plan, a campaign or a meeting."""

    number: int
    title: str
    content: str
    owner: str
    due_on: dt.date
    evidence: str
    links: Sequence[Link]


def task_lines(tasks: Sequence[Task], *, may_edit: bool) -> list[TaskLine]:
    """The tasks in words, with their edits while they may be edited."""
    return [
        TaskLine(
            task.number,
            task.title,
            task.content,
            owner_words(task),
            task.due_on,
            task.evidence,
            _edits(task) if may_edit else (),
        )
        for task in tasks
    ]


def _edits(task: Task) -> list[Link]:
    return [
        Link("修改", reverse("guidance:task-edit", args=[task.pk])),
        Link("删除", reverse("guidance:task-discard", args=[task.pk])),
    ]


def heat_of(tasks: Sequence[Task], rows: Sequence[MatrixRow]) -> HeatMap:
    """Counties × tasks: accepted of all, coloured by the worst that is in it."""
    return HeatMap(
        caption="任务进度",
        corner="责任单位",
        columns=[*(f"{task.number}" for task in tasks), "合计"],
        rows=[_heat_row(tasks, row) for row in rows],
        legend=LEGEND,
        note="办结数/任务数；列号为任务序号",
    )


def _heat_row(tasks: Sequence[Task], row: MatrixRow) -> HeatRow:
    place = row.jurisdiction
    cells = [_cell(cell, place, task) for cell, task in zip(row.cells, tasks, strict=True)]
    return HeatRow(place.short_name, [*cells, HeatCell(row.total.text, band_of(row.total))], _listed(place))


def _cell(cell: Progress | None, place: Jurisdiction, task: Task) -> HeatCell:
    if cell is None:
        return HeatCell("—")
    label = f"{cell.text} {place.short_name}“{task.title}”：{cell.words}"
    return HeatCell(cell.text, band_of(cell), url=_listed(place, task), label=label)


def _listed(place: Jurisdiction, task: Task | None = None) -> str:
    """The list of assignments behind a row or a cell; the bureau's own are found by the task alone."""
    asked = {"county": place.code} if place.parent_id is not None else {}
    if task is not None:
        asked["q"] = task.title
    return f"{reverse('guidance:assignment-list')}?{urlencode(asked)}" if asked else ""


def band_of(cell: Progress) -> int:
    """The colour of a progress; 0 where there is nothing to do."""
    if not cell.total:
        return 0
    if cell.late:
        return _LATE
    if cell.accepted == cell.total:
        return _BEST
    return _ANSWERED if cell.answered else _OPEN
