"""From a task to those who must do it: one assignment for each county, legal person, project or role."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import ORGANIZATION_ROLES, Capability, holders
from core import display
from guidance.enums import Audience
from guidance.models import Task, TaskAssignment
from guidance.services.writing import GuidanceRefused
from messaging.enums import MessageKind
from messaging.services import people_with, send
from projects.enums import ProjectStatus
from projects.models import Project
from tenancy.models import Jurisdiction

UNDER_WAY = (ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED)
"""在建 today: begun and not finished."""


def assign_task(*, task: Task, by: Any, at: dt.datetime) -> list[TaskAssignment]:
    """Make the assignments of a task and tell those who must do it.

    Raises GuidanceRefused when nobody would have to do it: a task for nobody is a mistake of its author.
    """
    rows = list(_targets(task))
    need_targets(task, len(rows))
    today = timezone.localdate(at)
    for row in rows:
        row.city_id, row.task, row.due_on, row.assigned_on = task.city_id, task, task.due_on, today
    TaskAssignment.objects.bulk_create(rows)
    tell_assignees(
        rows,
        key=f"task-assigned:{task.pk}",
        title=f"新任务：{task.title}",
        text=f"{task.get_source_display()}任务，请于{display.day_cn(task.due_on)}前完成并提交办理情况。",
        kind=MessageKind.TASK_ASSIGNED,
        by=by,
        at=at,
    )
    return rows


def need_targets(task: Task, count: int | None = None) -> None:
    """Refuse a task for nobody. count: how many it has, when that is known already.

    Raises GuidanceRefused.
    """
    if not (targets_count(task) if count is None else count):
        raise GuidanceRefused(
            f"任务“{task.title}”没有责任对象（{task.get_audience_display()}），请修改责任对象后再下达。"
        )


def targets_count(task: Task) -> int:
    """How many assignments the task would make today."""
    return sum(1 for _ in _targets(task))


def _targets(task: Task) -> Iterable[TaskAssignment]:
    match task.audience:
        case Audience.BUREAU:
            return [TaskAssignment(jurisdiction=Jurisdiction.objects.get(parent__isnull=True))]
        case Audience.KEY_LEGAL_PERSONS:
            return _legal_persons(_under_way().filter(is_key_object=True))
        case Audience.PROJECTS:
            return _each_project(_under_way(), task.category)
        case _:
            counties = Jurisdiction.objects.counties().filter(is_active=True)
            if task.audience == Audience.CHOSEN_COUNTIES:
                counties = counties.filter(code__in=task.county_codes)
            return [TaskAssignment(jurisdiction=county) for county in counties]


def _under_way() -> QuerySet[Project]:
    rows = Project.objects.filter(Q(status__in=UNDER_WAY), jurisdiction__parent__isnull=False)
    return rows.select_related("legal_person", "jurisdiction").order_by("jurisdiction__unit_order", "code")


def _legal_persons(rows: QuerySet[Project]) -> Iterable[TaskAssignment]:
    """One for each legal person in each county, however many projects it has there."""
    seen: dict[tuple[uuid.UUID, uuid.UUID], TaskAssignment] = {}
    for project in rows:
        pair = (project.jurisdiction_id, project.legal_person_id)
        if pair not in seen:
            seen[pair] = TaskAssignment(jurisdiction=project.jurisdiction, organization=project.legal_person)
    return seen.values()


def _each_project(rows: QuerySet[Project], category: str) -> Iterable[TaskAssignment]:
    chosen = rows.filter(category=category) if category else rows
    return [
        TaskAssignment(jurisdiction=one.jurisdiction, organization=one.legal_person, project=one)
        for one in chosen
    ]


def tell_assignees(
    rows: Iterable[TaskAssignment],
    *,
    key: str,
    title: str,
    text: str,
    kind: MessageKind,
    by: Any,
    at: dt.datetime,
) -> int:
    """One message to each person, however many of the rows are hers. Returns how many people were told."""
    of_person: dict[uuid.UUID, list[TaskAssignment]] = defaultdict(list)
    people: dict[uuid.UUID, User] = {}
    for row, person in _people_of(rows):
        people[person.pk] = person
        of_person[person.pk].append(row)
    told = 0
    for pk, theirs in of_person.items():
        only = theirs[0].pk if len(theirs) == 1 else None
        url = (
            reverse("guidance:assignment-detail", args=[only])
            if only
            else reverse("guidance:assignment-list")
        )
        told += send(
            key=key,
            recipients=[people[pk]],
            title=title,
            text=text if only else f"{text}（共{len(theirs)}项）",
            url=url,
            kind=kind,
            at=at,
            by=by,
        )
    return told


_COUNTY_ANSWERERS = [role for role in holders(Capability.TASK_ANSWER) if role not in ORGANIZATION_ROLES]
_UNIT_ANSWERERS = [role for role in holders(Capability.TASK_ANSWER) if role in ORGANIZATION_ROLES]


def _people_of(rows: Iterable[TaskAssignment]) -> Iterable[tuple[TaskAssignment, User]]:
    """Whoever may answer: the county's people, the legal person's own, or the owners of the bureau's role."""
    known: dict[tuple[str, uuid.UUID, str], list[User]] = {}
    for row in rows:
        uscc = row.organization.uscc if row.organization is not None else ""
        asked = (row.task.owner_role, row.jurisdiction_id, uscc)
        if asked not in known:
            known[asked] = _who_answers(*asked)
        for person in known[asked]:
            yield row, person


def _who_answers(owner_role: str, jurisdiction_id: uuid.UUID, uscc: str) -> list[User]:
    """The legal person's own people; where it has no account, its county must see to it."""
    if owner_role:
        return people_with([owner_role], jurisdiction_id=jurisdiction_id)
    if uscc:
        people = people_with(_UNIT_ANSWERERS, jurisdiction_id=jurisdiction_id, organization_uscc=uscc)
        if people:
            return people
    return people_with(_COUNTY_ANSWERERS, jurisdiction_id=jurisdiction_id)
