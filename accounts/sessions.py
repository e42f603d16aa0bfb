"""Opening and closing a session, for the log-in page and for the tablet alike: one rule, one trail."""

from __future__ import annotations

import datetime as dt

from django.contrib.auth import login, logout
from django.http import HttpRequest

from accounts.middleware import SEEN, STARTED
from accounts.models import User
from accounts.services import own_assignments
from audit.services import record
from tenancy.scope import active_scope, city_scope


def open_session(request: HttpRequest, user: User, *, at: dt.datetime) -> None:
    """Sign the person in (the session's key changes) and start the clocks of the session's limits."""
    login(request, user)
    stamp_session(request, user, at=at)


def stamp_session(request: HttpRequest, user: User, *, at: dt.datetime) -> None:
    """What follows a log-in: the limits start to run, the trail of the person's first city notes it."""
    request.session[STARTED] = request.session[SEEN] = int(at.timestamp())
    note(user, "accounts.session.open", at=at)


def close_session(request: HttpRequest, user: User, *, at: dt.datetime) -> None:
    """End the session; the row is deleted, so an old cookie is worth nothing."""
    note(user, "accounts.session.close", at=at)
    logout(request)


def note(user: User, action: str, *, at: dt.datetime) -> None:
    """One line in the trail: on the way out the person acts in one city; on the way in in none yet."""
    scope = active_scope()
    cities = [scope.city_id] if scope else [assignment.city_id for assignment in own_assignments(user)[:1]]
    for city_id in cities:
        with city_scope(city_id):
            record(action=action, subject=user, by=user, at=at, city_id=city_id)
