"""Guards of views. Every view carries exactly one; a test walks all URLs and fails on a view without."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.models import RoleAssignment, User
from accounts.roles import Capability, Role, holders
from tenancy.scope import Scope

ViewFunction = Callable[..., HttpResponseBase]


API_PREFIX = "/api/"


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, who wants JSON and no page."""
    return request.path.startswith(API_PREFIX)


class ScopedRequest(HttpRequest):
    """A request behind a guard: a person, acting in one role, with an open scope. Only a type: never made by hand."""

    user: User
    assignment: RoleAssignment
    assignments: list[RoleAssignment]
    scope: Scope
    request_id: str


class GuardedView(Protocol):
    """A view that says who may call it."""

    guard: object

    def __call__(self, request: Any, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer."""


def _with_guard(view: ViewFunction, guard: object) -> GuardedView:
    """Write down the guard for the test that walks all URLs."""
    guarded = cast(GuardedView, view)
    guarded.guard = guard
    return guarded


def requires(*capabilities: Capability) -> Callable[[ViewFunction], GuardedView]:
    """Only for roles that hold ANY of the capabilities; others get a page that says who may (403)."""

    def decorate(view: ViewFunction) -> GuardedView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            assignment: RoleAssignment | None = getattr(request, "assignment", None)
            if assignment is None:
                return _without_role(request)
            if not any(assignment.allows(capability) for capability in capabilities):
                return forbidden(request, capabilities)
            return view(request, *args, **kwargs)

        return _with_guard(guarded, capabilities)

    return decorate


def signed_in(view: ViewFunction) -> GuardedView:
    """For any signed-in person, whatever the role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return _with_guard(guarded, "signed_in")


def public(view: ViewFunction) -> GuardedView:
    """For everybody: log-in, health."""
    return _with_guard(view, "public")


def _without_role(request: HttpRequest) -> HttpResponse:
    """A new account waits for its first role; sent to the log-in page, it would be sent back for ever."""
    if request.user.is_authenticated:
        return render(request, "accounts/no_role.html", status=403)
    return redirect_to_login(request.get_full_path())


def forbidden(request: HttpRequest, capabilities: tuple[Capability, ...]) -> HttpResponse:
    """403: says who may."""
    roles = {role for capability in capabilities for role in holders(capability)}
    labels = "、".join(role.label for role in Role if role in roles)
    sentence = f"您当前的角色不能办理这件事。可以办理的角色：{labels}。"
    return render(request, "errors/403.html", {"sentence": sentence}, status=403)
