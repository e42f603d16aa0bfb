"""What a return's lines must fit together to, how complete they are, and how its filing stands against the term."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from core.workdays import Calendar
from projects.rules.register import PRICE_OVER_ESTIMATE
from projects.rules.return_fields import (
    HEADER_FIELD,
    HEADER_FIELDS,
    LINE_FIELD,
    REQUIRED_FIELDS,
    RETURN_FIELDS,
    FieldError,
    ReturnField,
    Value,
    field_rules_json,
    field_text,
    parse_field,
    sentences,
)

Level = Literal["error", "warn"]
Values = Mapping[str, object]
"""Field name → value, as a line holds them."""

_BEGUN = ("UNDER_WAY", "SUSPENDED", "COMPLETED", "ACCEPTED")
_ENDED = ("COMPLETED", "ACCEPTED")
_ATTENDANCE_WARNING = Decimal(80)
"""到岗率 under which the page warns (handbook §7.1); the rubric does not score it."""


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing that is wrong (`error`: cannot be submitted) or strange (`warn`: may be submitted) about a field."""

    field: str
    level: Level
    sentence: str


def check_line(
    values: Values, previous: Values | None, register: Values | None, *, month_last: dt.date | None = None
) -> list[FieldProblem]:
    """What does not fit together in one project's line.

    previous: the line of the county's last return, None for a project that is new in it. register: the project's fields
    in the register, with `approved_estimate_wan_yuan`. month_last: last day of the month of the return.
    """
    line = _Line(values, previous or {}, register or {}, month_last)
    found: list[FieldProblem] = []
    for check in _CHECKS:
        check(line, found)
    return found


class _Line:
    """What the checks ask of a line, looked up once: a county's workbook has thousands of them."""

    __slots__ = (
        "finished", "invested", "invested_before", "month_last", "planned", "progress", "progress_before", "register",
        "started", "status", "values",
    )  # fmt: skip

    def __init__(
        self, values: Values, previous: Values, register: Values, month_last: dt.date | None
    ) -> None:
        told, before = values.get, previous.get
        self.values = values
        self.register = register
        self.month_last = month_last
        self.status = str(told("status") or "")
        self.started = _day(told("started_on"))
        self.planned = _day(told("planned_finish_on"))
        self.finished = _day(told("finished_on"))
        self.progress = _number(told("progress_percent"))
        self.invested = _number(told("invested_wan_yuan"))
        self.progress_before = _number(before("progress_percent"))
        self.invested_before = _number(before("invested_wan_yuan"))


PREVIOUS_FIELDS = ("progress_percent", "invested_wan_yuan")
"""What `check_line` asks of last month's line."""
_NUMBERS = (Decimal, int)


def _number(value: object) -> Decimal | int | None:
    return value if isinstance(value, _NUMBERS) else None


def _day(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None


def _error(field: str, sentence: str) -> FieldProblem:
    return FieldProblem(field, "error", sentence)


def _warn(field: str, sentence: str) -> FieldProblem:
    return FieldProblem(field, "warn", sentence)


def _check_dates(line: _Line, found: list[FieldProblem]) -> None:
    start, finished, last = line.started, line.finished, line.month_last
    if start is not None:
        if line.planned is not None and line.planned < start:
            found.append(_before_start("planned_finish_on", start))
        if finished is not None and finished < start:
            found.append(_before_start("finished_on", start))
    if last is not None:
        if start is not None and start > last:
            found.append(_after_month("started_on", start))
        if finished is not None and finished > last:
            found.append(_after_month("finished_on", finished))


def _before_start(name: str, start: dt.date) -> FieldProblem:
    return _error(name, f"“{LINE_FIELD[name].label}”早于开工日期{start}，请核对两个日期。")


def _after_month(name: str, day: dt.date) -> FieldProblem:
    return _error(name, f"“{LINE_FIELD[name].label}”{day}在报告月份之后，尚未发生的日期请留空。")


def _check_start(line: _Line, found: list[FieldProblem]) -> None:
    progress, status = line.progress, line.status
    if status == "PLANNED" and progress:
        found.append(_error("status", "“形象进度”大于0的工程不是“拟建”，请改正建设状态或形象进度。"))
    if line.started is not None:
        return
    if progress:
        found.append(_error("started_on", "“形象进度”大于0，请填写开工日期。"))
    elif status in _BEGUN:
        found.append(_error("started_on", "建设状态不是“拟建”，请填写开工日期。"))


def _check_finish(line: _Line, found: list[FieldProblem]) -> None:
    if line.finished is None:
        if line.status in _ENDED:
            found.append(_warn("finished_on", "工程已完工，请填写实际完工日期。"))
        return
    if line.status and line.status not in _ENDED:
        sentence = "已填写实际完工日期，建设状态一般为“完工”或“竣工验收”，请核对。"
        found.append(_warn("status", sentence))
    if line.progress is not None and line.progress < 100:
        found.append(_warn("progress_percent", "工程已完工，形象进度不到100%，请核对。"))


def _check_decrease(line: _Line, found: list[FieldProblem]) -> None:
    progress, before = line.progress, line.progress_before
    if before is not None and progress is not None and progress < before:
        _tell_decrease(line, "progress_percent", before, progress, found)
    invested, before = line.invested, line.invested_before
    if before is not None and invested is not None and invested < before:
        _tell_decrease(line, "invested_wan_yuan", before, invested, found)


def _tell_decrease(
    line: _Line, name: str, before: Decimal | int, now: Decimal | int, found: list[FieldProblem]
) -> None:
    if line.values.get("decrease_reason"):
        return
    field = LINE_FIELD[name]
    sentence = (
        f"“{field.title}”由上月的{field_text(field, before)}减少为{field_text(field, now)}，"
        "请更正，或填写“进度或投资减少的原因”。"
    )
    found.append(_error(name, sentence))


def _check_flat(line: _Line, found: list[FieldProblem]) -> None:
    progress, before, invested = line.progress, line.progress_before, line.invested
    if progress is None or before is None or invested is None or line.invested_before is None:
        return
    if progress > before and invested == line.invested_before:
        found.append(_warn("invested_wan_yuan", "形象进度比上月增加，完成投资没有变化，请核对。"))


def _check_money(line: _Line, found: list[FieldProblem]) -> None:
    estimate = _number(line.register.get("approved_estimate_wan_yuan"))
    if estimate is None:
        return
    price = _number(line.values.get("award_price_wan_yuan"))
    if price is not None and price > estimate * PRICE_OVER_ESTIMATE:
        times = f"的{PRICE_OVER_ESTIMATE}倍"
        found.append(_over_estimate("award_price_wan_yuan", estimate, times))
    if line.invested is not None and line.invested > estimate:
        found.append(_over_estimate("invested_wan_yuan", estimate))


def _over_estimate(name: str, estimate: Decimal | int, times: str = "") -> FieldProblem:
    field = LINE_FIELD[name]
    known = f"批复概算{field_text(field, estimate)}万元{times}"
    return _warn(name, f"“{field.label}”大于{known}，请核对单位是否为万元。")


def _check_people(line: _Line, found: list[FieldProblem]) -> None:
    signed, due = _number(line.values.get("commitments_signed")), _number(line.values.get("commitments_due"))
    if due is not None and signed is not None and signed > due:
        sentence = f"“已签承诺书数”{signed}大于“应签承诺书数”{due}，请核对。"
        found.append(_error("commitments_signed", sentence))
    attendance = _number(line.values.get("attendance_percent"))
    if attendance is not None and attendance < _ATTENDANCE_WARNING:
        sentence = f"到岗率低于{_ATTENDANCE_WARNING}%，请核对并说明情况。"
        found.append(_warn("attendance_percent", sentence))


_CHECKS: tuple[Callable[[_Line, list[FieldProblem]], None], ...] = (
    _check_dates,
    _check_start,
    _check_finish,
    _check_decrease,
    _check_flat,
    _check_money,
    _check_people,
)


@dataclass(frozen=True, slots=True)
class Completeness:
    """Required fields of all lines: what rubric item B2 counts."""

    filled: int
    total: int

    @property
    def missing(self) -> int:
        """How many are blank."""
        return self.total - self.filled

    @property
    def percent(self) -> Decimal | None:
        """0–100 with one decimal, rounded down so that 100 means nothing is missing; None without lines."""
        return Decimal(self.filled * 1000 // self.total) / 10 if self.total else None


def is_filled(field: ReturnField, value: object) -> bool:
    """Whether B2 counts the field as filled: 0 is an answer except where `needs_positive`."""
    if value is None or value == "":
        return False
    return bool(value) if field.needs_positive else True


def completeness(lines: Iterable[Values]) -> Completeness:
    """Counts as `scoring.facts.returns.COMPLETENESS` does."""
    filled = total = 0
    for line in lines:
        total += len(REQUIRED_FIELDS)
        filled += sum(is_filled(field, line.get(field.name)) for field in REQUIRED_FIELDS)
    return Completeness(filled, total)


class TimingKind(enum.StrEnum):
    """How a return stands against its term. FILED: it came by the ledger, which knows no term."""

    PENDING = "PENDING"
    TIMELY = "TIMELY"
    LATE = "LATE"
    NIL = "NIL"
    MISSING = "MISSING"
    FILED = "FILED"

    @property
    def label(self) -> str:
        return _TIMING_LABELS[self]


_TIMING_LABELS = {
    TimingKind.PENDING: "未到期",
    TimingKind.TIMELY: "按时报送",
    TimingKind.LATE: "迟报",
    TimingKind.NIL: "零报告",
    TimingKind.MISSING: "逾期未报",
    TimingKind.FILED: "已报送",
}


@dataclass(frozen=True, slots=True)
class Timing:
    """`workdays_late` as rubric item B1 counts it; also how long a missing return is overdue. A nil return may be late."""

    kind: TimingKind
    workdays_late: int = 0

    @property
    def label(self) -> str:
        """`迟报 2 个工作日`."""
        late = f" {self.workdays_late} 个工作日" if self.workdays_late else ""
        if self.kind is TimingKind.NIL and late:
            return f"零报告，迟报{late}"
        return f"{self.kind.label}{late}"


def timing(
    *,
    due_on: dt.date | None,
    first_submitted_on: dt.date | None,
    is_nil: bool,
    today: dt.date,
    calendar: Calendar,
) -> Timing:
    """The four facts: timely, late by n working days, nil, missing; PENDING while the term runs."""
    if due_on is None:
        filed = TimingKind.NIL if is_nil else TimingKind.FILED
        return Timing(filed if first_submitted_on is not None else TimingKind.PENDING)
    if first_submitted_on is None:
        if today <= due_on:
            return Timing(TimingKind.PENDING)
        return Timing(TimingKind.MISSING, calendar.workdays_between(due_on, today))
    late = calendar.workdays_late(due_on, first_submitted_on)
    if is_nil:
        return Timing(TimingKind.NIL, late)
    return Timing(TimingKind.LATE, late) if late else Timing(TimingKind.TIMELY)


__all__ = [
    "HEADER_FIELD",
    "HEADER_FIELDS",
    "LINE_FIELD",
    "PREVIOUS_FIELDS",
    "REQUIRED_FIELDS",
    "RETURN_FIELDS",
    "Completeness",
    "FieldError",
    "FieldProblem",
    "ReturnField",
    "Timing",
    "TimingKind",
    "Value",
    "Values",
    "check_line",
    "completeness",
    "field_rules_json",
    "field_text",
    "is_filled",
    "parse_field",
    "sentences",
    "timing",
]
