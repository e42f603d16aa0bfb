"""What a check is and what it finds."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from core.month import ReportingMonth
from projects.enums import ProjectStatus
from projects.models import Project

ACTIVE = (ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED)


@dataclass(frozen=True, slots=True)
class Found:
    """One contradiction. subject: the records that it stands between, the same for the same contradiction each day.

    field: the column of the return that is doubtful; the project is None where that column is one of the head.
    """

    jurisdiction_id: uuid.UUID
    project_id: uuid.UUID | None
    subject: str
    sentence: str
    field: str


@dataclass(frozen=True, slots=True)
class Check:
    """One check. why: what it may mean, for the person who explains; remedy: what to put right and where."""

    code: str
    label: str
    why: str
    remedy: str
    find: Callable[[ReportingMonth], Iterable[Found]]


def under_way(month: ReportingMonth) -> QuerySet[Project]:
    """Projects under way at the month's end: begun by then, not finished before."""
    unfinished = Q(finished_on__isnull=True, status__in=ACTIVE) | Q(finished_on__gt=month.last)
    return Project.objects.filter(unfinished, started_on__lte=month.last).order_by("code")


def day(date: dt.date | None) -> str:
    """A date in a sentence."""
    return "" if date is None else date.isoformat()


def amount(value: object) -> str:
    """A number in a sentence, without useless zeros."""
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text
