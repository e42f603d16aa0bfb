"""What the monthly returns said of one project, month by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.safestring import SafeString

from core import display
from core.components import Change
from projects.models import Project, ReturnLine
from projects.selectors.progress import percent_line
from projects.selectors.returns.versions import STANDING_LINES

MONTHS = 24
_VERSIONS = 60
_TOLD = (
    "status",
    "progress_percent",
    "invested_wan_yuan",
    "award_price_wan_yuan",
    "approved_duration_days",
    "started_on",
    "planned_finish_on",
    "finished_on",
    "registration_number",
    "unit_count",
    "key_person_count",
    "key_work_count",
    "commitments_due",
    "commitments_signed",
    "attendance_percent",
    "accident_count",
    "defect_count",
    "works_ahead",
)


@dataclass(frozen=True)
class ReturnedMonth:
    """The newest submitted line of a month and what differs from the month before it."""

    month: dt.date
    line: ReturnLine
    changes: list[Change]


@dataclass(frozen=True)
class ReturnHistory:
    """Newest month first. `chart`: 形象进度 over the months, None without any."""

    months: list[ReturnedMonth]
    chart: SafeString | None

    @property
    def newest(self) -> ReturnedMonth | None:
        """The month that was returned last."""
        return self.months[0] if self.months else None


def returns_of(project: Project, *, is_whole: bool = False) -> ReturnHistory:
    """One query: the newest standing version of each month counts, drafts do not. At most `MONTHS` unless whole."""
    rows = project.return_lines.filter(STANDING_LINES, version__submitted_at__isnull=False).select_related(
        "version__monthly_return"
    )
    shown = None if is_whole else MONTHS
    newest: dict[dt.date, ReturnLine] = {}
    for line in rows.order_by("-version__monthly_return__month", "-version__number")[
        : None if is_whole else _VERSIONS
    ]:
        newest.setdefault(line.version.monthly_return.month, line)
    ordered = sorted(newest.items(), reverse=True)[: shown and shown + 1]
    older = [line for _, line in ordered[1:]]
    months = [
        ReturnedMonth(month, line, changes_between(older[i] if i < len(older) else None, line))
        for i, (month, line) in enumerate(ordered[:shown])
    ]
    points: Sequence[tuple[dt.date, Decimal | None]] = [(m, line.progress_percent) for m, line in ordered]
    return ReturnHistory(months, percent_line(points[::-1], label=f"{project.name}形象进度（%）"))


def changes_between(before: ReturnLine | None, after: ReturnLine) -> list[Change]:
    """The fields that differ, in words; nothing for the first month."""
    if before is None:
        return []
    return [
        Change(_label(name), _words(before, name), _words(after, name))
        for name in _TOLD
        if getattr(before, name) != getattr(after, name)
    ]


def _label(name: str) -> str:
    return str(ReturnLine._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _words(line: ReturnLine, name: str) -> str:
    value: Any = getattr(line, name)
    if name == "status":
        return line.get_status_display()
    if isinstance(value, dt.date):
        return display.day(value)
    if isinstance(value, Decimal):
        return display.number(value.normalize())
    return "" if value is None else str(value)
