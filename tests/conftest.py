"""The test database: migrated once as the owner, cloned for each worker, used as the application's own role."""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

pytest_plugins = ["tests.cast", "tests.ui.browser"]

_OWNER = os.environ["DATABASE_OWNER_URL"]


def of_database(url: str, name: str) -> str:
    """The same server and role, another database; the socket's folder stands in the query and stays."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def owner_connection(name: str = "postgres") -> psycopg.Connection[Any]:
    """As the owner of the schema."""
    return psycopg.connect(of_database(_OWNER, name), autocommit=True)


def create_database(name: str, template: str = "template0") -> None:
    """A database of the owner, cloned from another one."""
    with owner_connection() as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def drop_database(name: str) -> None:
    """Remove it. A backend whose client has just left takes a moment to go; a page that the browser asked for is served
    in a context of its own, whose connection nobody closes, so the application's role then ends its own backends.
    """
    statement = sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name))
    began = time.monotonic()
    with owner_connection() as connection:
        while True:
            try:
                connection.execute(statement)
            except psycopg.errors.ObjectInUse:
                waited = time.monotonic() - began
                if waited > _GOING:
                    raise
                if waited > _LEAVING:
                    _end_backends(name)
                time.sleep(0.1)
            else:
                return


_LEAVING, _GOING = 2, 20
"""Seconds until idle backends are ended, and until that is an error on a busy machine."""


def _end_backends(name: str) -> None:
    """The application's connections to a database: a role may end its own."""
    with psycopg.connect(of_database(os.environ["DATABASE_URL"], "postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user AND state LIKE 'idle%%'",
            [name],
        )


def use_database(name: str) -> None:
    """Point both aliases at a database."""
    for alias in connections.settings:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


@pytest.fixture(scope="session")
def run_token(request: pytest.FixtureRequest) -> str:
    """One name for all workers of this run."""
    uid = getattr(request.config, "workerinput", {}).get("testrunuid")
    return (uid or os.urandom(8).hex())[:12]


def _schema_digest() -> str:
    """What a migrated database follows from: the migrations, the wall, the reference data."""
    root = Path(settings.BASE_DIR)
    sources = [*root.glob("*/migrations/*.py"), *root.glob("*/data/**/*.*"), root / "core/rls.py"]
    digest = hashlib.sha256()
    for source in sorted(sources):
        digest.update(f"{source.relative_to(root)}\n".encode() + source.read_bytes())
    return f"kept_{digest.hexdigest()[:12]}"


@pytest.fixture(scope="session")
def template_database(run_token: str, django_db_blocker: Any) -> Iterator[str]:
    """Migrated once, by whichever worker comes first; the last one to leave drops it.

    With ANLAN_KEEP_TEST_TEMPLATE set it stays for the next run with the same migrations (CONTRIBUTING.md).
    """
    is_kept = bool(os.environ.get("ANLAN_KEEP_TEST_TEMPLATE"))
    name = f"anlan_tpl_{_schema_digest() if is_kept else run_token}"
    folder = Path(tempfile.gettempdir()) / name
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            drop_database(name)  # a run that was killed may have left half of one
            create_database(name)
            use_database(name)
            with django_db_blocker.unblock():
                call_command("migrate", verbosity=0, skip_checks=True)
            for alias in connections.settings:
                connections[alias].close()
            (folder / "ready").touch()
        (folder / f"user-{os.getpid()}").touch()
    yield name
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        (folder / f"user-{os.getpid()}").unlink()
        if not is_kept and not list(folder.glob("user-*")):
            drop_database(name)
            (folder / "ready").unlink()


@pytest.fixture(scope="session")
def worker_database(template_database: str, worker_id: str, run_token: str) -> Iterator[str]:
    """This worker's clone, reached as anlan_app."""
    name = f"anlan_{run_token}_{worker_id}"
    create_database(name, template_database)
    use_database(name)
    yield name
    for alias in connections.settings:
        connections[alias].close()
    drop_database(name)


@pytest.fixture(scope="session")
def django_db_setup(worker_database: str) -> None:
    """Replaces pytest-django's own set-up."""


@pytest.fixture
def fresh_database(
    template_database: str, worker_database: str, worker_id: str, run_token: str, django_db_blocker: Any
) -> Iterator[str]:
    """A database of one test's own, where commits are real: for races, kills and jobs."""
    name = f"anlan_{run_token}_{worker_id}_fresh"
    create_database(name, template_database)
    use_database(name)
    with django_db_blocker.unblock():
        yield name
        for alias in connections.settings:
            connections[alias].close()
    use_database(worker_database)
    drop_database(name)
