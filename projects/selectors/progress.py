"""Progress of a section over the months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString

from core import svg
from core.month import ReportingMonth
from projects.models import ContractSection, SectionProgress

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
