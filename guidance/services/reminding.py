"""Reminders of tasks by themselves: before the day, on it, and when it is over."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from core import display
from guidance.enums import WAITING_STATES
from guidance.models import Task, TaskAssignment
from guidance.services.assigning import tell_assignees
from messaging.enums import MessageKind

STEPS = {3: "还有3天到期", 0: "今天到期", -1: "已经逾期"}
"""Days before the term → what the message says."""


@transaction.atomic
def remind_due_tasks(*, at: dt.datetime) -> int:
    """Tell those whose task is at one of the steps; each step of a task is told once. Returns how many were told."""
    today = timezone.localdate(at)
    days = {today + dt.timedelta(days=left): left for left in STEPS}
    rows = TaskAssignment.objects.filter(state__in=WAITING_STATES, due_on__in=days)
    by_task: dict[Task, list[TaskAssignment]] = defaultdict(list)
    for row in rows.select_related("task", "organization"):
        by_task[row.task].append(row)
    told = 0
    for task, waiting in by_task.items():
        step = days[task.due_on]
        told += tell_assignees(
            waiting,
            key=f"task-due:{task.pk}:{task.due_on}:{step}",
            title=f"任务{STEPS[step]}：{task.title}",
            text=f"完成期限{display.day_cn(task.due_on)}，请及时提交办理情况。",
            kind=MessageKind.TASK_DUE,
            by="系统",
            at=at,
        )
    return told
