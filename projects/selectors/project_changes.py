"""较上月变化: what the return changed, what was changed on the register, what was found and closed since."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.models import AuditEvent
from audit.presenters import action_label, changes_of
from core.components import Change
from core.month import SHANGHAI, ReportingMonth
from projects.models import Project
from projects.selectors.project_returns import ReturnHistory

SHOWN = 20


@dataclass(frozen=True)
class RegisterChange:
    """One act on the register. by: empty when the reader is not told."""

    at: dt.datetime
    title: str
    by: str
    changes: list[Change]


@dataclass(frozen=True)
class ProjectChanges:
    """Since the first day of `month`, the newest returned month (or the present one)."""

    month: ReportingMonth
    from_return: list[Change]
    on_register: list[RegisterChange] = field(default_factory=list)
    found: list[Any] = field(default_factory=list)
    closed: list[Any] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Nothing at all."""
        return not (self.from_return or self.on_register or self.found or self.closed)


def changes_of_project(
    project: Project,
    *,
    returns: ReturnHistory,
    findings: Sequence[Any],
    parts: Iterable[Any],
    as_of: dt.date,
    with_trail: bool,
) -> ProjectChanges:
    """One query more, for the trail. findings, parts: what the page has read already.

    with_trail: the reader may see who changed what on the register.
    """
    newest = returns.newest
    month = ReportingMonth.from_first_day(newest.month) if newest else ReportingMonth.of(as_of)
    return ProjectChanges(
        month=month,
        from_return=newest.changes if newest else [],
        on_register=_trail(project, parts, month) if with_trail else [],
        found=[one for one in findings if one.found_on >= month.first],
        closed=[one for one in findings if one.closed_on is not None and one.closed_on >= month.first],
    )


def _trail(project: Project, parts: Iterable[Any], month: ReportingMonth) -> list[RegisterChange]:
    ids = [str(project.pk), *(str(one.pk) for one in parts)]
    events = AuditEvent.objects.filter(
        city_id=project.city_id,
        subject_id__in=ids,
        action__startswith="projects.",
        at__gte=dt.datetime.combine(month.first, dt.time(), SHANGHAI),
    )
    return [
        RegisterChange(
            at=event.at,
            title=f"{action_label(event.action)}：{event.subject_label}",
            by=event.actor_name,
            changes=changes_of(event),
        )
        for event in events.order_by("-at")[:SHOWN]
    ]
