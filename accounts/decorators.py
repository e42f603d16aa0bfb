"""Guards of views. Every view carries exactly one; a test walks all URLs and fails on a view without."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import RoleAssignment, User
from accounts.roles import Capability, holders
from tenancy.scope import Scope

ViewFunction = Callable[..., HttpResponseBase]


class ScopedRequest(Protocol):
    """A request behind a guard: a person, acting in one role, with an open scope."""

    user: User
    assignment: RoleAssignment
    scope: Scope


def requires(*capabilities: Capability) -> Callable[[ViewFunction], ViewFunction]:
    """Only for roles that hold ANY of the capabilities; others get a page that says who may (403)."""

    def decorate(view: ViewFunction) -> ViewFunction:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            assignment: RoleAssignment | None = getattr(request, "assignment", None)
            if assignment is None:
                return redirect_to_login(request.get_full_path())
            if not any(assignment.allows(capability) for capability in capabilities):
                return forbidden(request, capabilities)
            return view(request, *args, **kwargs)

        guarded.guard = capabilities  # type: ignore[attr-defined] -- read by the test that walks all URLs
        return guarded

    return decorate


def signed_in(view: ViewFunction) -> ViewFunction:
    """For any signed-in person, whatever the role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    guarded.guard = "signed_in"  # type: ignore[attr-defined] -- read by the test that walks all URLs
    return guarded


def public(view: ViewFunction) -> ViewFunction:
    """For everybody: log-in, health."""
    view.guard = "public"  # type: ignore[attr-defined] -- read by the test that walks all URLs
    return view


def forbidden(request: HttpRequest, capabilities: tuple[Capability, ...]) -> HttpResponse:
    """403: says who may."""
    roles = sorted({role.label for capability in capabilities for role in holders(capability)})
    return render(request, "errors/403.html", {"roles": roles}, status=403)
