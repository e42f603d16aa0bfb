"""Session limits, and the transaction with the tenant's scope around the whole response."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace

import structlog
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.db.models import UUIDField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from accounts.decorators import is_api
from accounts.models import RoleAssignment, User
from accounts.services import read_own_assignments
from audit.services import RequestFacts, clear_request, request_facts, set_request
from core.kept_query import Slot
from tenancy.enums import Level
from tenancy.kept_query import ScopedQuery
from tenancy.models import Jurisdiction
from tenancy.scope import WHOLE_CITY, Scope, enter_scope, refuse_aborted, user_only

Handler = Callable[[HttpRequest], HttpResponse]

PUBLIC_PREFIX = "/public/"
STARTED, SEEN, ASSIGNMENT = "anlan_started", "anlan_seen", "anlan_assignment"


class SessionLimitsMiddleware:
    """Signs out after idleness and, whatever happens, after the absolute limit (等保 8.1.4.1 b)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check before, stamp, go on."""
        if request.user.is_authenticated:
            now = int(time.time())
            started = request.session.setdefault(STARTED, now)
            seen = request.session.get(SEEN, now)
            idle, absolute = (
                now - seen > settings.SESSION_IDLE_SECONDS,
                now - started > settings.SESSION_ABSOLUTE_SECONDS,
            )
            expired = isinstance(request.user, User) and request.user.is_expired(timezone.localdate())
            if idle or absolute or expired:
                logout(request)
                messages.warning(
                    request, "您已长时间未操作，请重新登录。" if idle else "登录已满最长时限，请重新登录。"
                )
            elif now - seen >= _STAMP_EVERY_SECONDS or SEEN not in request.session:
                request.session[SEEN] = now
        return self.get_response(request)


_STAMP_EVERY_SECONDS = 60
"""Not every request writes the session row."""


class TenancyMiddleware:
    """Opens the scope of the active role around view AND rendering, in one transaction; a 5xx leaves no write.

    ATOMIC_REQUESTS would commit before a TemplateResponse renders, and row-level security would then show nothing.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Find the role, open the scope, answer."""
        request.assignment = request.scope = None  # type: ignore[attr-defined]
        # A public page opens the scope of the city that its address names, whoever reads it.
        if not isinstance(request.user, User) or request.path.startswith(PUBLIC_PREFIX):
            return self.get_response(request)
        request.must_change_password = _must_change(request.user)  # type: ignore[attr-defined]
        if request.must_change_password and request.path not in _paths_before_change():  # type: ignore[attr-defined]
            # A program must not follow a redirect to a page and take its 200 for an answer: the guard refuses.
            return self.get_response(request) if is_api(request) else redirect("accounts:change-password")
        # One transaction from the look-up of the roles to the last byte of the answer: no savepoint, nothing given back.
        with user_only(request.user.id):
            assignments = read_own_assignments(request.user)
            request.assignments = assignments  # type: ignore[attr-defined]
            if assignments:
                return self._within(request, _active(request, assignments))
        return self.get_response(request)

    def _within(self, request: HttpRequest, assignment: RoleAssignment) -> HttpResponse:
        facts = request_facts()
        token = set_request(RequestFacts(request_id=facts.request_id, ip=facts.ip, role=assignment.role))
        try:
            with _scope_of(assignment) as scope, _named_in_logs(assignment):
                request.assignment, request.scope = assignment, scope  # type: ignore[attr-defined]
                response = self.get_response(request)
        finally:
            clear_request(token)
        if response.status_code >= _SERVER_ERROR:
            transaction.set_rollback(True)
        else:
            refuse_aborted()
        return response


_JURISDICTION = ScopedQuery(lambda: Jurisdiction.objects.filter(pk=Slot("key", UUIDField())).order_by())


@contextmanager
def _scope_of(assignment: RoleAssignment) -> Iterator[Scope]:
    """What the role may see, its jurisdiction read on the way: first no more than that, then the city if it is one's."""
    scope = Scope(
        city_id=assignment.city_id,
        county=assignment.jurisdiction_id,
        organization_uscc=assignment.organization_uscc,
        user_id=assignment.user_id,
    )
    with ExitStack() as scopes:
        scopes.enter_context(enter_scope(scope))
        (assignment.jurisdiction,) = _JURISDICTION.rows(key=assignment.jurisdiction_id)
        if assignment.jurisdiction.level == Level.CITY:
            scope = replace(scope, county=WHOLE_CITY)
            scopes.enter_context(enter_scope(scope))
        yield scope


_SERVER_ERROR = 500


def _named_in_logs(assignment: RoleAssignment) -> AbstractContextManager[None]:
    """Every line written meanwhile says for whom: numbers only, names are personal data."""
    return structlog.contextvars.bound_contextvars(
        city=str(assignment.city_id), user=str(assignment.user_id), role=assignment.role
    )


def _must_change(user: User) -> bool:
    return user.must_change_password or user.has_old_password(timezone.now(), settings.PASSWORD_MAX_AGE_DAYS)


def _active(request: HttpRequest, assignments: list[RoleAssignment]) -> RoleAssignment:
    wanted = request.session.get(ASSIGNMENT)
    return next((a for a in assignments if str(a.id) == wanted), assignments[0])


def _paths_before_change() -> set[str]:
    return {reverse("accounts:change-password"), reverse("accounts:logout")}
