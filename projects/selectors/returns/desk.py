"""The clerk's month: every county's return with its standing, its completeness and what is strange in it.

A fixed number of queries for all counties together.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from accounts.models import RoleAssignment, User
from accounts.roles import Capability, holders
from core.month import SHANGHAI, ReportingMonth
from core.workdays import Calendar
from projects.enums import DoubtState, ReturnState
from projects.models import DataDoubt, MonthlyReturn, ReturnComment, ReturnLine, ReturnVersion
from projects.rules.returns import (
    RETURN_FIELDS,
    Completeness,
    Timing,
    check_line,
    completeness,
    field_text,
    timing,
)
from projects.selectors.returns.register_values import RegisterValues, register_values
from projects.selectors.returns.versions import STANDING, line_values
from tenancy.models import Jurisdiction


@dataclass(frozen=True)
class DeskRow:
    """One county's return. `version` is the newest submitted one, else the draft; None for a head without versions."""

    return_: MonthlyReturn
    version: ReturnVersion | None
    timing: Timing
    completeness: Completeness
    line_count: int
    changed: int
    errors: int
    warnings: int
    doubts: int
    comments: int

    @property
    def is_submitted(self) -> bool:
        """Something is there to accept or to send back."""
        return self.version is not None and self.version.submitted_at is not None


@dataclass(frozen=True)
class Desk:
    """All returns of the month by id; `missing` are counties whose return was never opened nor recorded."""

    rows: dict[uuid.UUID, DeskRow]
    missing: list[str]

    def count(self, *states: str) -> int:
        """How many returns are in one of the states."""
        return sum(row.return_.state in states for row in self.rows.values())


def returns_of(month: ReportingMonth) -> QuerySet[MonthlyReturn]:
    """The month's returns with their counties."""
    return MonthlyReturn.objects.filter(month=month.first).select_related("jurisdiction")


def standing(return_: MonthlyReturn, *, today: dt.date, calendar: Calendar) -> Timing:
    """How the return stands against its term on a day."""
    first = return_.first_submitted_at
    return timing(
        due_on=return_.due_on,
        first_submitted_on=first.astimezone(SHANGHAI).date() if first is not None else None,
        is_nil=return_.is_nil,
        today=today,
        calendar=calendar,
    )


def month_desk(
    month: ReportingMonth,
    *,
    today: dt.date,
    calendar: Calendar,
    returns: Iterable[MonthlyReturn] | None = None,
) -> Desk:
    """The desk of a month, or of the given returns of it."""
    rows = list(returns_of(month) if returns is None else returns)
    shown = _shown_versions(rows)
    previous = _previous_versions(month, rows)
    lines = _lines([*shown.values(), *previous.values()])
    projects = {line.project_id: line.project for own in lines.values() for line in own}
    ground = _Ground(
        month=month,
        today=today,
        calendar=calendar,
        shown=shown,
        previous=previous,
        lines=lines,
        register=register_values(list(projects.values()), month),
        doubts=_count(
            DataDoubt.objects.filter(
                month=month.first, state__in=[DoubtState.OPEN, DoubtState.EXPLAINED]
            ).values_list("jurisdiction_id")
        ),
        comments=_count(
            ReturnComment.objects.filter(version__monthly_return__in=rows).values_list(
                "version__monthly_return_id"
            )
        ),
    )
    there = (
        {row.jurisdiction_id for row in returns_of(month)}
        if returns is not None
        else {row.jurisdiction_id for row in rows}
    )
    silent = Jurisdiction.objects.counties().filter(is_active=True).exclude(pk__in=there)
    return Desk(
        rows={row.pk: _row(row, ground) for row in rows},
        missing=list(silent.values_list("short_name", flat=True)),
    )


@dataclass(frozen=True)
class _Ground:
    month: ReportingMonth
    today: dt.date
    calendar: Calendar
    shown: Mapping[uuid.UUID, ReturnVersion]
    previous: Mapping[uuid.UUID, ReturnVersion]
    lines: Mapping[uuid.UUID, list[ReturnLine]]
    register: RegisterValues
    doubts: Mapping[uuid.UUID, int]
    comments: Mapping[uuid.UUID, int]


def _shown_versions(rows: list[MonthlyReturn]) -> dict[uuid.UUID, ReturnVersion]:
    """The newest submitted version of each return, else its draft."""
    shown: dict[uuid.UUID, ReturnVersion] = {}
    for version in ReturnVersion.objects.filter(STANDING, monthly_return__in=rows).order_by("number"):
        before = shown.get(version.monthly_return_id)
        if version.submitted_at is not None or before is None:
            shown[version.monthly_return_id] = version
    return shown


def _previous_versions(month: ReportingMonth, rows: list[MonthlyReturn]) -> dict[uuid.UUID, ReturnVersion]:
    """By county: the newest submitted version before the month."""
    versions = ReturnVersion.objects.filter(
        STANDING,
        jurisdiction__in=[row.jurisdiction_id for row in rows],
        monthly_return__month__lt=month.first,
        submitted_at__isnull=False,
    )
    newest = versions.order_by("jurisdiction_id", "-monthly_return__month", "-number").distinct(
        "jurisdiction_id"
    )
    return {version.jurisdiction_id: version for version in newest}


def _lines(versions: list[ReturnVersion]) -> dict[uuid.UUID, list[ReturnLine]]:
    lines: dict[uuid.UUID, list[ReturnLine]] = defaultdict(list)
    for line in ReturnLine.objects.filter(version__in=versions).select_related("project"):
        lines[line.version_id].append(line)
    return lines


def _count(
    keys: QuerySet[DataDoubt, tuple[uuid.UUID]] | QuerySet[ReturnComment, tuple[uuid.UUID]],
) -> dict[uuid.UUID, int]:
    return dict(keys.order_by().annotate(n=Count("pk")))


def _row(return_: MonthlyReturn, ground: _Ground) -> DeskRow:
    version = ground.shown.get(return_.pk)
    lines = ground.lines.get(version.pk, []) if version is not None else []
    source = ground.previous.get(return_.jurisdiction_id)
    before = {line.project_id: line for line in ground.lines.get(source.pk, [])} if source is not None else {}
    changed = errors = warnings = 0
    for line in lines:
        values, old = line_values(line), before.get(line.project_id)
        told = line_values(old) if old is not None else None
        if told is not None:
            changed += sum(
                field_text(one, values[one.name]) != field_text(one, told[one.name]) for one in RETURN_FIELDS
            )
        problems = check_line(values, told, ground.register[line.project_id], month_last=ground.month.last)
        errors += sum(problem.level == "error" for problem in problems)
        warnings += sum(problem.level == "warn" for problem in problems)
    return DeskRow(
        return_=return_,
        version=version,
        timing=standing(return_, today=ground.today, calendar=ground.calendar),
        completeness=completeness(line_values(line) for line in lines),
        line_count=len(lines),
        changed=changed,
        errors=errors,
        warnings=warnings,
        doubts=ground.doubts.get(return_.jurisdiction_id, 0),
        comments=ground.comments.get(return_.pk, 0),
    )


def to_call(month: ReportingMonth, *, today: dt.date) -> QuerySet[MonthlyReturn]:
    """Returns that the clerk has to ask for: not submitted after the term, or sent back and not put right."""
    late = Q(state=ReturnState.DRAFT, due_on__lt=today)
    return returns_of(month).filter(late | Q(state=ReturnState.RETURNED))


def reporters_by_county() -> dict[uuid.UUID, list[User]]:
    """Who fills in each county's return: whom to call when nobody has handed it over yet. One query."""
    grants = RoleAssignment.objects.filter(
        role__in=holders(Capability.RETURN_FILL), ended_at__isnull=True, user__is_active=True
    ).select_related("user")
    found: dict[uuid.UUID, list[User]] = defaultdict(list)
    for grant in grants.order_by("granted_at"):
        found[grant.jurisdiction_id].append(grant.user)
    return found
