"""Who am I, which tablet is this, what time is it; log-in and log-out by the office's own rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.middleware.csrf import get_token
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.forms import SignInForm
from accounts.middleware import ASSIGNMENT
from accounts.models import RoleAssignment, User
from accounts.roles import Capability
from accounts.services import own_assignments
from accounts.sessions import close_session, open_session
from inspections.api import serializers as shapes
from inspections.api.base import ApiView, person, read
from inspections.api.guards import DEVICE_HEADER, known_device
from inspections.selectors.devices import DeviceState, KnownDevice
from inspections.services.field_client import field_client
from inspections.services.record import MIN_SCHEMA
from inspections.services.time_tokens import time_token_for
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope

PRODUCT = "anlan"


class SessionView(ApiView):
    """The first question of every contact."""

    @extend_schema(
        operation_id="session",
        description=f"Who is signed in, and the state of the tablet that {DEVICE_HEADER} names. Open to everybody.",
        responses={200: shapes.Session},
    )
    def get(self, request: Request) -> Response:
        """Tell."""
        user = request.user if isinstance(request.user, User) else None
        return session_answer(request, user, at=timezone.now())


class LoginView(ApiView):
    """Sign in from the tablet."""

    @extend_schema(
        operation_id="login",
        description="The office's rules: five wrong passwords lock the account from this address for 15 minutes (429).",
        request=shapes.Login,
        responses={
            200: shapes.Session,
            400: shapes.Refusal,
            422: shapes.RefusalWithFields,
            429: shapes.Refusal,
        },
    )
    def post(self, request: Request) -> Response:
        """Check the password, open the session, answer as `session`."""
        given = read(shapes.Login, request)
        plain = request._request  # noqa: SLF001 -- the lock-out counts on Django's request
        form = SignInForm(plain, data=given)
        if not form.is_valid():
            words = [str(error) for errors in form.errors.values() for error in errors]
            return Response({"code": "login", "message": words[0]}, status=400)
        user = form.get_user()
        at = timezone.now()
        open_session(plain, user, at=at)
        _act_in_the_field(plain, user)
        return session_answer(request, user, at=at)


class LogoutView(ApiView):
    """Sign out; nothing on the tablet is touched by it."""

    @extend_schema(
        operation_id="logout",
        description="End the session. The outbox on the tablet stays.",
        request=None,
        responses={200: shapes.Done, 401: shapes.Refusal},
    )
    def post(self, request: Request) -> Response:
        """End it."""
        close_session(request._request, person(request), at=timezone.now())  # noqa: SLF001 -- Django's session
        return Response({"ok": True})


def _act_in_the_field(request: Any, user: User) -> None:
    """Of several roles the first one that may use a tablet; the office page switches as before."""
    fit = next((a for a in own_assignments(user) if a.allows(Capability.FIELD_USE)), None)
    if fit is not None:
        request.session[ASSIGNMENT] = str(fit.id)


def session_answer(request: Request, user: User | None, *, at: dt.datetime) -> Response:
    """The body of `session` for this person (None: nobody)."""
    plain: Any = request._request  # noqa: SLF001 -- the token belongs to Django's request
    known = known_device(plain)
    token = ""
    if known.state == DeviceState.ACTIVE and known.device is not None:
        token = time_token_for(device_id=known.device.pk, at=at)
    body = {
        "product": PRODUCT,
        "user": _user(plain, user) if user is not None else None,
        "csrf": get_token(plain),
        "server_time": at,
        "time_token": token,
        "device": _device(known),
        "min_schema": MIN_SCHEMA,
        "app_version": field_client().version,
    }
    return Response(body, headers={"Cache-Control": "no-store"})


def _device(known: KnownDevice) -> dict[str, Any]:
    device = known.device
    return {
        "id": device.pk if device else None,
        "name": device.name if device else "",
        "state": known.state,
        "reason": known.reason,
    }


def _user(request: Any, user: User) -> dict[str, Any]:
    assignment: RoleAssignment | None = _assignment(request, user)
    return {
        "id": user.pk,
        "name": user.display_name,
        "role": assignment.role if assignment else "",
        "role_label": assignment.get_role_display() if assignment else "",
        "jurisdiction": _place(assignment) if assignment else "",
        "may_use_field": assignment is not None and assignment.allows(Capability.FIELD_USE),
        "must_change_password": bool(getattr(request, "must_change_password", False)),
    }


def _assignment(request: Any, user: User) -> RoleAssignment | None:
    """The role that the next request will act in."""
    held = own_assignments(user)
    wanted = request.session.get(ASSIGNMENT)
    return next((a for a in held if str(a.id) == wanted), held[0] if held else None)


def _place(assignment: RoleAssignment) -> str:
    with city_scope(assignment.city_id):
        return Jurisdiction.objects.get(pk=assignment.jurisdiction_id).name
