"""Our own system checks: what would quietly break the promises of the product."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError, connection
from kombu import Connection

from reports.fontconfig import missing_fonts

_ZH_SIMILARITY = "SELECT similarity('绵阳市水利局', '绵阳水利局')"


@register(Tags.database)
def database_role_obeys_the_wall(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """anlan.E001: the application's role must not bypass row-level security nor own tables."""
    return _role_faults() if _is_asked(databases) else []


@register(Tags.database)
def chinese_search_works(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """anlan.E003: with LC_CTYPE=C trigram search over Chinese silently finds nothing."""
    return _search_faults() if _is_asked(databases) else []


@register(deploy=True)
def database_is_fit(databases: Any = None, **_: Any) -> list[CheckMessage]:
    """Both of the above also for a `check --deploy` that names no database: a deployment always has one."""
    return [] if _is_asked(databases) else [*_role_faults(), *_search_faults()]


def _is_asked(databases: Any) -> bool:
    return bool(databases) and "default" in databases


def _role_faults() -> list[CheckMessage]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls, EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid"
                " AND c.relkind IN ('r', 'p')) FROM pg_roles r WHERE rolname = current_user"
            )
            bypasses, owns = cursor.fetchone()
    except DatabaseError as error:
        return [Error(f"The database does not answer: {error}", id="anlan.E002")]
    if bypasses or owns:
        return [
            Error(
                "The application's database role bypasses row-level security or owns tables.",
                hint="Use the anlan_app role in DATABASE_URL and the owner only in DATABASE_OWNER_URL.",
                id="anlan.E001",
            )
        ]
    return []


def _search_faults() -> list[CheckMessage]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(_ZH_SIMILARITY)
            similarity = cursor.fetchone()[0]
    except DatabaseError as error:
        return [Error(f"pg_trgm is missing: {error}", id="anlan.E004")]
    if similarity <= 0:
        return [
            Error(
                "Trigram search does not understand Chinese in this database.",
                hint="initdb -E UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C.UTF-8",
                id="anlan.E003",
            )
        ]
    return []


@register(deploy=True)
def fonts_are_present(**_: Any) -> list[CheckMessage]:
    """anlan.E005: without its prepared faces no official document can be issued."""
    missing = missing_fonts()
    if missing:
        return [Error(f"Document fonts are missing or altered: {', '.join(missing)}", id="anlan.E005")]
    return []


@register(deploy=True)
def broker_is_reachable(**_: Any) -> list[CheckMessage]:
    """anlan.E006: without a broker jobs wait for the sweep only."""
    try:
        with Connection(settings.CELERY_BROKER_URL, connect_timeout=3) as broker:
            broker.ensure_connection(max_retries=1, timeout=3)
    except Exception as error:  # noqa: BLE001 -- kombu wraps nothing: every transport has its own errors
        return [Error(f"The broker does not answer: {error}", id="anlan.E006")]
    return []
