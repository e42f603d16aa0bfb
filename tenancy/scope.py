"""Whose data this piece of work may see: set once at the edge, in the database and in the querysets.

A scope is never "None = everybody". Without a scope the managers raise and the database returns no rows.
"""

from __future__ import annotations

import enum
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

from django.db import connection, transaction
from psycopg.pq import TransactionStatus


class ScopeMissing(RuntimeError):
    """A tenant table was asked for outside `city_scope`: a defect of the caller, never a user's mistake."""


class ScopeMismatch(RuntimeError):
    """Work of one city tried to open another city's scope inside its own."""


class TransactionAborted(RuntimeError):
    """A statement failed, its error was swallowed outside of a savepoint: a defect of the caller."""


class Reach(enum.Enum):
    """The explicit word for "all counties of the city"."""

    WHOLE_CITY = "whole city"


WHOLE_CITY: Final = Reach.WHOLE_CITY


@dataclass(frozen=True, slots=True)
class Scope:
    """What may be seen.

    city_id: the tenant. county: one jurisdiction's id, or WHOLE_CITY. organization_uscc: when not empty, only
    what concerns this organization (项目法人, 参建单位). user_id: the person acting, None for jobs.
    """

    city_id: uuid.UUID
    county: uuid.UUID | Reach = WHOLE_CITY
    organization_uscc: str = ""
    user_id: uuid.UUID | None = None

    @property
    def county_id(self) -> uuid.UUID | None:
        """The county, or None when the scope reaches the whole city."""
        return None if isinstance(self.county, Reach) else self.county


_current: ContextVar[Scope | None] = ContextVar("anlan_scope", default=None)


def current_scope() -> Scope:
    """The scope in force.

    Raises:
        ScopeMissing: nothing opened one.
    """
    scope = _current.get()
    if scope is None:
        raise ScopeMissing("open city_scope(...) before touching tenant data")
    return scope


def active_scope() -> Scope | None:
    """The scope in force or None; only for code that must work outside of one (logs, audit)."""
    return _current.get()


def _tell_database(scope: Scope | None) -> None:
    county = scope.county_id if scope else None
    with connection.cursor() as cursor:
        # Transaction-local only: a session-level SET would survive into the next pooled request.
        cursor.execute(
            "SELECT set_config('app.city', %s, true), set_config('app.county', %s, true),"
            " set_config('app.user', %s, true)",
            [
                str(scope.city_id) if scope else "",
                str(county) if county else "",
                str(scope.user_id) if scope and scope.user_id else "",
            ],
        )


@contextmanager
def open_scope(scope: Scope) -> Iterator[Scope]:
    """Open a transaction that sees what `scope` allows. Nesting is allowed within one city."""
    outer = _current.get()
    if outer is not None and outer.city_id != scope.city_id:
        raise ScopeMismatch("a scope of another city is already open")
    with transaction.atomic(), enter_scope(scope):
        yield scope
    if connection.in_atomic_block:
        # Released into a surrounding transaction: give back what was in force before (nothing, or the outer scope).
        _tell_database(outer)


@contextmanager
def enter_scope(scope: Scope) -> Iterator[Scope]:
    """`open_scope` in the transaction that runs, without a savepoint: for the edge, which ends it and gives back itself.

    Three statements less for each request; whoever may fail and go on inside of a request takes `open_scope`.
    """
    if not connection.in_atomic_block:
        raise ScopeMissing("enter_scope needs a transaction: the setting would end with its own statement")
    token = _current.set(scope)
    try:
        _tell_database(scope)
        yield scope
    finally:
        _current.reset(token)


@contextmanager
def assumed_scope(scope: Scope) -> Iterator[None]:
    """Only for writing a query down: the database is told nothing and shows what it showed before."""
    token = _current.set(scope)
    try:
        yield
    finally:
        _current.reset(token)


def refuse_aborted() -> None:
    """Raise when the database has refused a statement of this transaction and nobody was told: its COMMIT would roll
    everything back without a word.
    """
    if connection.connection.pgconn.transaction_status == TransactionStatus.INERROR:
        raise TransactionAborted(
            "the database refused a statement of this request, and the answer does not say so"
        )


@contextmanager
def city_scope(
    city_id: uuid.UUID,
    *,
    county: uuid.UUID | Reach = WHOLE_CITY,
    organization_uscc: str = "",
    user_id: uuid.UUID | None = None,
) -> Iterator[Scope]:
    """Shorthand of `open_scope` for jobs, commands and tests."""
    with open_scope(
        Scope(city_id=city_id, county=county, organization_uscc=organization_uscc, user_id=user_id)
    ) as scope:
        yield scope


@contextmanager
def user_only(user_id: uuid.UUID) -> Iterator[None]:
    """A transaction that can read this person's own role assignments in any city, and nothing else.

    At the edge it is the transaction of the whole request (`enter_scope` follows in it).
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            # Also inside a county's scope: its wall would hide the person's roles elsewhere.
            cursor.execute(
                "SELECT set_config('app.city', '', true), set_config('app.county', '', true),"
                " set_config('app.user', %s, true)",
                [str(user_id)],
            )
        yield
    if connection.in_atomic_block:
        _tell_database(_current.get())
