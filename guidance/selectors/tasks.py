"""Tasks and their assignments: who owns them, which are late, who may answer, how far everybody is."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import ORGANIZATION_ROLES, Capability
from audit.models import AuditEvent
from audit.presenters import action_label
from core.components import Entry
from guidance.enums import WAITING_STATES, AssignmentState, Audience
from guidance.models import Task, TaskAssignment
from tenancy.models import Jurisdiction, TenantModel


def owner_words(task: Task) -> str:
    """Who must do a task, as a document prints it."""
    if task.audience == Audience.CHOSEN_COUNTIES:
        rows = Jurisdiction.objects.counties().filter(code__in=task.county_codes)
        return "、".join(county.short_name for county in rows)
    if task.audience == Audience.BUREAU:
        return str(task.get_owner_role_display())
    if task.audience == Audience.PROJECTS and task.category:
        return f"在建的{task.get_category_display()}工程项目法人"
    if task.audience == Audience.PROJECTS:
        return "各在建工程项目法人"
    return task.get_audience_display()


def overdue_on(as_of: dt.date) -> Q:
    """Assignments whose assignee must act and whose day is over."""
    return Q(state__in=WAITING_STATES, due_on__lt=as_of)


def is_overdue(row: TaskAssignment, as_of: dt.date) -> bool:
    """The same of one row."""
    return row.state in WAITING_STATES and row.due_on < as_of


def visible_assignments() -> QuerySet[TaskAssignment]:
    """Everything that the scope may see, with what a line reads."""
    return TaskAssignment.objects.select_related(
        "task", "task__plan", "task__campaign", "task__meeting", "jurisdiction", "organization", "project"
    )


def owner_of(row: TaskAssignment) -> str:
    """Who must act on this assignment."""
    if row.organization is not None:
        return row.organization.name
    return row.task.get_owner_role_display() if row.task.owner_role else row.jurisdiction.department_name


def source_link(task: Task) -> tuple[str, str]:
    """(address, name) of the plan, campaign or meeting that the task comes from."""
    if task.plan is not None:
        return reverse("guidance:plan-detail", args=[task.plan.pk]), task.plan.title
    if task.campaign is not None:
        return reverse("guidance:campaign-detail", args=[task.campaign.pk]), task.campaign.title
    if task.meeting is not None:
        return reverse("guidance:meeting-detail", args=[task.meeting.pk]), task.meeting.title
    raise TypeError("a task always has a source")


def may_answer(assignment: RoleAssignment, row: TaskAssignment) -> bool:
    """The owning role of the bureau; else the unit itself, or its county (also on the unit's behalf)."""
    if row.task.owner_role:
        return assignment.role == row.task.owner_role
    if not assignment.allows(Capability.TASK_ANSWER) or assignment.jurisdiction_id != row.jurisdiction_id:
        return False
    if assignment.role in ORGANIZATION_ROLES:
        return row.organization is not None and row.organization.uscc == assignment.organization_uscc
    return True


def own_rows(assignment: RoleAssignment) -> QuerySet[TaskAssignment]:
    """Those that the role may answer; the scope has already narrowed them to its county and unit."""
    rows = visible_assignments()
    if assignment.allows(Capability.TASK_ANSWER):
        return rows.filter(task__owner_role="")
    return rows.filter(task__owner_role=assignment.role)


def may_decide(assignment: RoleAssignment, row: TaskAssignment) -> bool:
    """The bureau, and never the person who answered."""
    return assignment.allows(Capability.GUIDANCE_EDIT) and row.answered_by != assignment.user_id


def history(row: TenantModel) -> list[Entry]:
    """What happened to a thing of this app, from the trail, newest first."""
    events = AuditEvent.objects.filter(
        city_id=row.city_id, subject_kind=row._meta.label_lower, subject_id=str(row.pk)
    ).order_by("-seq")
    return [Entry(event.at, action_label(event.action), by=event.actor_name) for event in events]


@dataclass(frozen=True)
class Progress:
    """How far the assignments of something are."""

    total: int = 0
    accepted: int = 0
    answered: int = 0
    late: int = 0

    @property
    def text(self) -> str:
        """As a cell says it."""
        return f"{self.accepted}/{self.total}" if self.total else "—"

    @property
    def words(self) -> str:
        """In a sentence."""
        late = f"，逾期{self.late}项" if self.late else ""
        return f"共{self.total}项，已办结{self.accepted}项，待确认{self.answered}项{late}"


def progress_of(rows: QuerySet[TaskAssignment], as_of: dt.date) -> Progress:
    """One query."""
    return Progress(**rows.aggregate(**_counts(as_of)))


def _counts(as_of: dt.date) -> dict[str, Count]:
    return {
        "total": Count("pk"),
        "accepted": Count("pk", filter=Q(state=AssignmentState.ACCEPTED)),
        "answered": Count("pk", filter=Q(state=AssignmentState.ANSWERED)),
        "late": Count("pk", filter=overdue_on(as_of)),
    }


@dataclass(frozen=True)
class MatrixRow:
    """One county (or the bureau): its progress in each task, in the order of the tasks; None where it has no part."""

    jurisdiction: Jurisdiction
    cells: Sequence[Progress | None]
    total: Progress


def matrix(tasks: Sequence[Task], as_of: dt.date) -> list[MatrixRow]:
    """Counties × tasks. Two queries, whatever their numbers."""
    grouped: Any = (
        TaskAssignment.objects.filter(task__in=tasks)
        .values("jurisdiction_id", "task_id")
        .annotate(**_counts(as_of))
        .order_by()
    )
    cells: dict[tuple[uuid.UUID, uuid.UUID], Progress] = {
        (row["jurisdiction_id"], row["task_id"]): Progress(
            row["total"], row["accepted"], row["answered"], row["late"]
        )
        for row in grouped
    }
    places = Jurisdiction.objects.filter(pk__in={place for place, _ in cells}).order_by("unit_order")
    return [
        MatrixRow(place, own := [cells.get((place.pk, task.pk)) for task in tasks], _sum(own))
        for place in places
    ]


def _sum(cells: Iterable[Progress | None]) -> Progress:
    present = [cell for cell in cells if cell is not None]
    return Progress(
        sum(cell.total for cell in present),
        sum(cell.accepted for cell in present),
        sum(cell.answered for cell in present),
        sum(cell.late for cell in present),
    )
