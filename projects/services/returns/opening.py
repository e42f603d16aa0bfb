"""Opening the month's return of every county, with last month carried over."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from accounts.roles import Capability
from audit.services import record
from core.faultpoint import faultpoint
from core.month import ReportingMonth
from messaging.enums import MessageKind
from projects.enums import ReturnState
from projects.models import MonthlyReturn, Project, ReturnLine, ReturnVersion
from projects.rules.returns import HEADER_FIELD, RETURN_FIELDS, Value
from projects.selectors.returns.register_values import RegisterValues, register_values, reported_projects
from projects.selectors.returns.versions import carried_from, line_values, lines_by_project
from projects.services.returns.telling import tell_county
from tenancy.models import Jurisdiction

Progress = Callable[[int, str], None]
HeadCounts = Mapping[uuid.UUID, Mapping[str, int]]
"""County → header field → count of the records, as `recorded_counts` tells them."""


@transaction.atomic
def open_returns(
    *,
    month: ReportingMonth,
    due_on: dt.date,
    by: Any,
    at: dt.datetime,
    head_counts: HeadCounts | None = None,
    progress: Progress | None = None,
) -> list[MonthlyReturn]:
    """Open the return of every active county that has none for the month; those that exist stay as they are.

    A draft starts with the last submitted return: finished projects drop out, projects new in the register come in,
    blanks take what the register knows, and what is told anew each month is proposed from the records.
    Returns those that were opened now.
    """
    counties = counties_without_return(month)
    opened = []
    for index, county in enumerate(counties):
        if progress is not None:
            progress(100 * index // len(counties), f"{county.short_name}月报")
        counts = (head_counts or {}).get(county.id, {})
        return_ = _open(county, month, due_on, counts, at)
        if return_ is None:
            continue
        record(
            action="projects.return.open",
            subject=return_,
            by=by,
            at=at,
            after={"month": str(month), "due_on": due_on, "lines": _line_count(return_)},
        )
        tell_county(
            return_,
            MessageKind.RETURN_OPENED,
            event="opened",
            text=f"{month.label}月报已开放填报，请在{due_on}前经审核报送。",
            to=(Capability.RETURN_FILL, Capability.RETURN_REVIEW),
            by=by,
            at=at,
        )
        opened.append(return_)
        faultpoint("returns.opened")
    return opened


def counties_without_return(month: ReportingMonth) -> list[Jurisdiction]:
    """Active counties whose return of the month was not opened yet (nor came by the ledger)."""
    there = MonthlyReturn.objects.filter(month=month.first).values("jurisdiction_id")
    return list(Jurisdiction.objects.counties().filter(is_active=True).exclude(pk__in=there))


def _line_count(return_: MonthlyReturn) -> int:
    return ReturnLine.objects.filter(version__monthly_return=return_).count()


def _open(
    county: Jurisdiction,
    month: ReportingMonth,
    due_on: dt.date,
    counts: Mapping[str, int],
    at: dt.datetime,
) -> MonthlyReturn | None:
    """None when another run was quicker: the unique constraint decides."""
    before = (
        MonthlyReturn.objects.filter(jurisdiction=county, month__lt=month.first).order_by("-month").first()
    )
    return_, is_new = MonthlyReturn.objects.get_or_create(
        city_id=county.city_id,
        jurisdiction=county,
        month=month.first,
        defaults={
            "state": ReturnState.DRAFT,
            "opened_at": at,
            "due_on": due_on,
            "phone": before.phone if before is not None else "",
        },
    )
    if not is_new:
        return None
    draft = ReturnVersion.objects.create(
        city_id=county.city_id, jurisdiction=county, monthly_return=return_, number=1
    )
    projects = _write_lines(draft, county, month, carried_from(return_))
    draft.header = _head(county, month, counts, projects)
    draft.save(update_fields=["header"])
    return return_


def _write_lines(
    draft: ReturnVersion, county: Jurisdiction, month: ReportingMonth, source: ReturnVersion | None
) -> list[Project]:
    carried = lines_by_project(source)
    told = Q(pk__in=reported_projects(month).filter(jurisdiction=county).values("pk"))
    gone = Q(finished_on__lt=month.first)
    projects = list(
        Project.objects.filter(told | (Q(pk__in=list(carried), jurisdiction=county) & ~gone)).order_by("code")
    )
    known = register_values(projects, month)
    lines = [new_line(draft, project, known, carried.get(project.pk)) for project in projects]
    ReturnLine.objects.bulk_create(lines, batch_size=500)
    return projects


def new_line(
    draft: ReturnVersion, project: Project, known: RegisterValues, carried: ReturnLine | None
) -> ReturnLine:
    """A line not saved yet: last month's values, blanks and monthly fields from the register."""
    values: dict[str, Value] = {field.name: field.blank for field in RETURN_FIELDS}
    register = known[project.pk]
    last = line_values(carried) if carried is not None else {}
    for field in RETURN_FIELDS:
        before = last.get(field.name)
        if not field.is_monthly and before is not None and before != "":
            values[field.name] = before
        elif field.name in register and register[field.name] is not None:
            values[field.name] = register[field.name]
    return ReturnLine(
        city_id=draft.city_id,
        jurisdiction_id=draft.jurisdiction_id,
        version=draft,
        project=project,
        **values,
    )


def _head(
    county: Jurisdiction, month: ReportingMonth, counts: Mapping[str, int], projects: Iterable[Project]
) -> dict[str, int]:
    """Counts of the draft's own projects, and for the rest those of the records that the caller counted."""
    span = (month.first, month.last)
    rows = list(projects)
    own = {
        "projects_under_way": sum(not one.finished_on or one.finished_on > month.last for one in rows),
        "projects_planned": Project.objects.filter(jurisdiction=county, status="PLANNED").count(),
        "projects_started": sum(
            one.started_on is not None and span[0] <= one.started_on <= span[1] for one in rows
        ),
        "projects_finished": sum(
            one.finished_on is not None and span[0] <= one.finished_on <= span[1] for one in rows
        ),
    }
    return {**dict.fromkeys(HEADER_FIELD, 0), **{k: v for k, v in counts.items() if k in HEADER_FIELD}, **own}
