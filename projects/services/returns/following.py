"""The register follows what the bureau accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from audit.services import record
from projects.enums import ProjectStatus, ReturnState
from projects.models import MonthlyReturn, Project, ReturnLine, ReturnVersion
from projects.selectors.returns.locks import Key
from projects.services.returns.errors import WrongState

FOLLOWED = (
    "status",
    "progress_percent",
    "invested_wan_yuan",
    "approved_duration_days",
    "started_on",
    "planned_finish_on",
    "finished_on",
)
"""Fields that a line has in common with its project. A blank of the line says nothing and changes nothing."""


def register_follows(
    return_: MonthlyReturn,
    version: ReturnVersion,
    *,
    by: Any,
    at: dt.datetime,
    named: Collection[Key] | None = None,
) -> int:
    """Bring the projects to what the version says; returns how many changed. Raises WrongState where the two contradict.

    named: the only fields (project, name) that may follow; None = all of them.

    Nothing follows a return when a later month of the county was accepted already: the register shows the newest month.
    """
    later = MonthlyReturn.objects.filter(
        jurisdiction=return_.jurisdiction_id,
        month__gt=return_.month,
        accepted_at__isnull=False,
        state__in=[ReturnState.ACCEPTED, ReturnState.FROZEN],
    )
    if later.exists():
        return 0
    lines = {line.project_id: line for line in version.lines.all()}
    names = {key: [name for name in FOLLOWED if named is None or (key, name) in named] for key in lines}
    told = [key for key, followed in names.items() if followed]
    projects = Project.objects.select_for_update(of=("self",)).filter(pk__in=told).order_by("pk")
    return sum(_follow(one, lines[one.pk], names[one.pk], by=by, at=at) for one in projects)


def _follow(project: Project, line: ReturnLine, names: Sequence[str], *, by: Any, at: dt.datetime) -> bool:
    told = {name: getattr(line, name) for name in names}
    after = {
        name: value
        for name, value in told.items()
        if value is not None and value != "" and value != getattr(project, name)
    }
    if not after:
        return False
    _refuse_contradiction(project, after)
    before = {name: getattr(project, name) for name in after}
    for name, value in after.items():
        setattr(project, name, value)
    project.save(update_fields=list(after))
    record(action="projects.project.follow_return", subject=project, by=by, at=at, before=before, after=after)
    return True


def _refuse_contradiction(project: Project, after: dict[str, Any]) -> None:
    """What the line leaves blank stays as the register has it; together they must make sense."""

    def then(name: str) -> Any:
        return after.get(name, getattr(project, name))

    started, finished = then("started_on"), then("finished_on")
    if then("status") != ProjectStatus.PLANNED and started is None:
        raise WrongState(f"“{project.name}”已不是拟建，但月报和台账都没有开工日期，请退回补正。")
    if finished is not None and started is not None and finished < started:
        raise WrongState(
            f"“{project.name}”的完工日期{finished}早于开工日期{started}（月报与台账合看），请退回补正或更正台账。"
        )
