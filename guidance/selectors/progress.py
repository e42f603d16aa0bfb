"""Progress as pages show it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from core.components import HeatCell, HeatMap, HeatRow, Link
from guidance.models import Task
from guidance.selectors.tasks import MatrixRow, Progress, owner_words

_BEST, _ANSWERED, _OPEN, _LATE = 1, 2, 3, 5
LEGEND = ((_BEST, "全部办结"), (_ANSWERED, "已提交待确认"), (_OPEN, "办理中"), (_LATE, "有逾期"))


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
    listed = reverse("guidance:assignment-list")
    return HeatMap(
        caption="任务进度",
        corner="责任单位",
        columns=[*(f"{task.number}" for task in tasks), "合计"],
        rows=[
            HeatRow(
                row.jurisdiction.short_name,
                [
                    *(
                        _cell(cell, f"{row.jurisdiction.short_name}“{task.title}”")
                        for cell, task in zip(row.cells, tasks, strict=True)
                    ),
                    _cell(row.total, f"{row.jurisdiction.short_name}合计"),
                ],
                url=f"{listed}?county={row.jurisdiction.code}" if row.jurisdiction.parent_id else "",
            )
            for row in rows
        ],
        legend=LEGEND,
        note="办结数/任务数；列号为任务序号",
    )


def _cell(cell: Progress | None, label: str) -> HeatCell:
    if cell is None:
        return HeatCell("—")
    return HeatCell(cell.text, band_of(cell), label=f"{label}：{cell.words}")


def band_of(cell: Progress) -> int:
    """The colour of a progress; 0 where there is nothing to do."""
    if not cell.total:
        return 0
    if cell.late:
        return _LATE
    if cell.accepted == cell.total:
        return _BEST
    return _ANSWERED if cell.accepted + cell.answered == cell.total else _OPEN
