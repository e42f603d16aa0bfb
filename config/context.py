"""What every page's shell shows."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse

from accounts.decorators import ScopedRequest
from accounts.roles import Capability, Role
from config.navigation import navigation
from core.components import Link, RoleChoice, ShellContext
from messaging.selectors.box import unread_count
from reports.selectors.todos import todo_count


def shell(request: HttpRequest) -> ShellContext | dict[str, Any]:
    """The shell of a signed-in person; nothing for everybody else."""
    if getattr(request, "assignment", None) is None:
        return {}
    return _shell(cast(ScopedRequest, request))


def _shell(request: ScopedRequest) -> ShellContext:
    assignment = request.assignment
    choices = [
        RoleChoice(
            value=str(a.id), label=f"{a.city.name} {Role(a.role).label}", is_current=a.id == assignment.id
        )
        for a in request.assignments
    ]
    return ShellContext(
        nav=navigation(assignment, request.path),
        bureau_name=assignment.jurisdiction.department_name,
        is_demo=assignment.city.is_demo,
        search_url=reverse("search") if assignment.allows(Capability.PROJECT_VIEW) else "",
        todo_url=reverse("todos"),
        todo_count=todo_count(assignment),
        message_url=reverse("messaging:list"),
        message_count=unread_count(assignment.user_id),
        user_name=request.user.display_name,
        role_label=f"{assignment.jurisdiction.name} · {Role(assignment.role).label}",
        roles=choices,
        switch_role_url=reverse("accounts:switch-role"),
        user_links=[Link("修改密码", reverse("accounts:change-password"))],
        logout_url=reverse("accounts:logout"),
        text_size="large" if request.user.large_text else "",
        text_size_url=reverse("accounts:switch-text-size"),
    )
