"""Progress of a section over the months, and of a project against the days gone by."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from core import display, svg
from core.month import ReportingMonth
from projects.models import ContractSection, Project, SectionProgress
from projects.rules.schedule import Schedule, deviation

SHOWN = 24
"""Months in the table and the line; older ones stay in the register."""


@dataclass(frozen=True)
class ProgressLine:
    """A month with what it added. `is_decrease`: less than the month before."""

    row: SectionProgress
    added_percent: Decimal | None
    added_wan_yuan: Decimal | None

    @property
    def is_decrease(self) -> bool:
        """Either went back."""
        return (self.added_percent or 0) < 0 or (self.added_wan_yuan or 0) < 0


@dataclass(frozen=True)
class Progress:
    """The months of a section, newest first, and their line."""

    lines: list[ProgressLine]
    line: SafeString | None


def progress_of(section: ContractSection) -> Progress:
    """One query."""
    rows = list(section.progress.order_by("-month")[: SHOWN + 1])[::-1]
    lines = [_line(rows[i - 1] if i else None, row) for i, row in enumerate(rows)][-SHOWN:]
    label = f"{section.name}形象进度（%）"
    chart = percent_line([(line.row.month, line.row.progress_percent) for line in lines], label=label)
    return Progress(lines=lines[::-1], line=chart)


def _line(before: SectionProgress | None, row: SectionProgress) -> ProgressLine:
    if before is None:
        return ProgressLine(row, None, None)
    return ProgressLine(
        row,
        row.progress_percent - before.progress_percent,
        row.invested_wan_yuan - before.invested_wan_yuan,
    )


def percent_line(points: Sequence[tuple[object, Decimal | None]], *, label: str) -> SafeString | None:
    """A line of percentages by month (first days), gaps for months without any; None without a point."""
    known = {ReportingMonth.from_first_day(day): value for day, value in points}  # type: ignore[arg-type]
    if not known:
        return None
    month, last, dots = min(known), max(known), []
    while month <= last:
        dots.append(svg.TrendPoint(str(month), known.get(month)))
        month = month.next()
    return svg.trend_line(dots[-SHOWN:], label=label)


def deviation_words(project: Project, sections: Sequence[ContractSection], as_of: dt.date) -> str:
    """落后 12.5 个百分点（时间已过 52.5%），逾期 30 天; "" where nothing can be said."""
    contracts = [section.contract_duration_days or 0 for section in sections]
    schedule = Schedule(
        started_on=project.started_on,
        duration_days=project.approved_duration_days or max(contracts, default=0) or None,
        planned_finish_on=project.planned_finish_on,
        finished_on=project.finished_on,
        progress_percent=project.progress_percent,
    )
    found = deviation(schedule, as_of)
    words = []
    if found.behind_percent is not None:
        side = "落后" if found.behind_percent > 0 else "超前"
        points = display.number(abs(found.behind_percent).normalize())
        said = f"{side} {points} 个百分点" if found.behind_percent else "与工期同步"
        words.append(f"{said}（工期已过 {display.number(found.elapsed_percent, 1)}%）")
    if found.overdue_days:
        words.append(f"超过计划完工日期 {display.number(found.overdue_days)} 天")
    return "，".join(words)
