"""My to-dos."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Empty
from reports.selectors.todos import todo_groups


@requires(Capability.TODO_VIEW)
@require_safe
def todo_list(request: ScopedRequest) -> HttpResponse:
    """What waits for the person in the active role."""
    groups = todo_groups(request.assignment, as_of=timezone.localdate())
    empty = Empty("没有待办", "需要您办理的事项会出现在这里。")
    return render(request, "reports/todo_list.html", {"groups": groups, "empty": empty})
