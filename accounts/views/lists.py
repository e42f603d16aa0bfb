"""Saved views of lists."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from accounts.services import forget_view, save_view
from core.errors import DomainError
from core.text import without_controls


def _said(request: ScopedRequest, name: str) -> str:
    return without_controls(request.POST.get(name, ""))


def _back(request: ScopedRequest, query: str) -> str:
    path = _said(request, "path")
    if not path.startswith("/") or not url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return "/"
    return f"{path}?{query}" if query else path


@requires(Capability.TODO_VIEW)
@require_POST
def view_save(request: ScopedRequest) -> HttpResponse:
    """Keep the list as it stands under a name and go back to it."""
    query = _said(request, "query")
    try:
        view = save_view(
            list_key=_said(request, "list")[:40],
            title=_said(request, "title"),
            query=query,
            by=request.user,
            at=timezone.now(),
        )
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已保存视图“{view.title}”。")
    return redirect(_back(request, query))


@requires(Capability.TODO_VIEW)
@require_POST
def view_forget(request: ScopedRequest) -> HttpResponse:
    """Delete one of the own views."""
    title = _said(request, "title").strip()
    forget_view(list_key=_said(request, "list")[:40], title=title, by=request.user)
    messages.success(request, f"已删除视图“{title}”。")
    return redirect(_back(request, ""))
