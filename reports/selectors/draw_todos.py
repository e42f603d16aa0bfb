"""To-dos of random draws: secrets to reveal, results to publish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from inspections.enums import DrawState
from inspections.models import DrawWitness
from inspections.selectors.draws import owing_publication
from reports.selectors.todo_kinds import Source, Todo


def draw_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """A witness reveals the own secret; the organizer publishes its own results within the term."""
    if assignment.allows(Capability.DRAW_WITNESS):
        waiting = DrawWitness.objects.filter(
            user=assignment.user_id, revealed_at__isnull=True, draw__state=DrawState.COMMITTED
        ).select_related("draw")
        yield Source("待公开的见证口令", waiting.order_by("committed_at"), _secret_line)
    if assignment.allows(Capability.DRAW_PUBLISH):
        rows = (
            owing_publication().filter(jurisdiction=assignment.jurisdiction_id).order_by("due_on", "number")
        )
        more = reverse("draws:draw-list", query={"publication": "owed"})
        yield Source("待公开的抽查结果", rows, _publish_line(as_of), more)


def _secret_line(row: DrawWitness) -> Todo:
    url = reverse("draws:draw-secret", args=[row.draw_id])
    return Todo(row.draw.title, f"{row.draw.number}，您是第 {row.position} 位见证人", url, "公开口令")


def _publish_line(as_of: dt.date) -> Callable[[Any], Todo]:
    def line(row: Any) -> Todo:
        return Todo(
            title=row.title or row.number,
            note=f"{row.number}，{display.day(row.drawn_on)} 抽取",
            url=reverse("draws:draw-publish", args=[row.pk]),
            verb="公开",
            due=row.due_on,
            is_late=row.due_on is not None and row.due_on < as_of,
        )

    return line
