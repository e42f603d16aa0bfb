"""To-dos of those who review filings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import COUNTY_ROLES, Capability, Role
from projects.models import QualityFiling
from reports.selectors.todo_kinds import Source, Todo


def filing_todos(assignment: RoleAssignment, as_of: dt.date) -> Iterator[Source]:
    """Filings that wait for their review: the county's own people review its filings, the bureau sees the list."""
    if not assignment.allows(Capability.FILING_REVIEW) or Role(assignment.role) not in COUNTY_ROLES:
        return
    rows = QualityFiling.objects.filter(reviewed_on__isnull=True).select_related("project")

    def line(row: Any) -> Todo:
        return Todo(
            title=f"办理核备：{row.subject}",
            note=f"{row.number}，{row.project.name}",
            url=reverse("projects:filing-review", args=[row.pk]),
            verb="办理",
            due=row.due_on,
            is_late=row.due_on < as_of,
        )

    more = reverse("projects:filing-list", query={"state": "open"})
    yield Source("待办理的核备", rows.order_by("due_on", "number"), line, more)
