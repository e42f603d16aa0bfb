from __future__ import annotations

import dataclasses
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from config.launcher.console import Console
from config.launcher.errors import LaunchError
from config.launcher.layout import Layout
from config.launcher.postgres import THROW_AWAY, Postgres
from config.launcher.process import Children
from config.launcher.services import Stack
from config.launcher.supervisor import Supervisor
from tests.launcher.conftest import eventually


@pytest.fixture
def stack(layout: Layout, supervisor: Supervisor) -> Iterator[Stack]:
    """Real services. Without fsync: these tests kill processes, not the machine."""
    made = Stack.assemble(
        layout, {}, settings={**THROW_AWAY, "shared_buffers": "16MB", "synchronous_commit": "on"}
    )
    made.start(supervisor, Console(quiet=True))
    yield made
    supervisor.stop_all()


def postgres_of(stack: Stack) -> Postgres:
    assert stack.postgres
    return stack.postgres


def ask(stack: Stack, role: str, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(postgres_of(stack).url(role), autocommit=True) as connection:
        return connection.execute(query).fetchall()


def tell(stack: Stack, role: str, statement: str) -> None:
    with psycopg.connect(postgres_of(stack).url(role), autocommit=True) as connection:
        connection.execute(statement)


def postmaster(layout: Layout) -> int:
    return int((layout.pg / "postmaster.pid").read_text().split("\n", 1)[0])


def test_roles_and_database_are_what_the_wall_needs(stack: Stack, layout: Layout) -> None:
    rows = ask(
        stack,
        "app",
        "SELECT rolname, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolcanlogin FROM pg_roles"
        " WHERE rolname LIKE 'anlan\\_%' ORDER BY 1",
    )

    assert rows == [
        ("anlan_app", False, False, False, False, True),
        ("anlan_backup", False, False, False, True, True),
        ("anlan_owner", False, False, False, False, True),
        ("anlan_super", True, True, True, True, True),
    ]
    owner = (
        "SELECT pg_get_userbyid(datdba), pg_encoding_to_char(encoding), datlocprovider::text FROM pg_database"
    )
    assert ask(stack, "app", f"{owner} WHERE datname = 'anlan'") == [("anlan_owner", "UTF8", "b")]
    assert ask(stack, "backup", "SELECT pg_has_role('pg_read_all_data', 'MEMBER')") == [(True,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        tell(stack, "app", "CREATE TABLE public.x (a int)")


def test_trigram_search_understands_chinese(stack: Stack) -> None:
    tell(stack, "owner", "CREATE EXTENSION pg_trgm")

    [(similarity,)] = ask(stack, "owner", "SELECT similarity('绵阳市水利局', '绵阳水利局')")

    assert isinstance(similarity, float)
    assert similarity > 0.4


def test_nobody_enters_without_a_password_and_nothing_listens_on_the_network(stack: Stack) -> None:
    wrong = postgres_of(stack).url("app").replace(stack.secrets.app, "wrong")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(wrong)

    assert ask(stack, "app", "SHOW listen_addresses") == [("",)]
    host = parse_qs(urlsplit(postgres_of(stack).url("app")).query)["host"][0]
    assert Path(host).stat().st_mode & 0o777 == 0o700


def test_a_killed_database_comes_back_with_every_commit(
    stack: Stack, layout: Layout, supervisor: Supervisor
) -> None:
    tell(stack, "owner", "CREATE TABLE kept AS SELECT 42 AS a")
    first = postmaster(layout)

    os.kill(first, signal.SIGKILL)

    def back() -> bool:
        supervisor.tick()
        return postgres_of(stack).is_ready() and postmaster(layout) != first

    eventually(back, within=20)
    assert ask(stack, "owner", "SELECT a FROM kept") == [(42,)]


def test_a_start_heals_what_a_killed_launcher_and_database_left(stack: Stack, layout: Layout) -> None:
    os.kill(postmaster(layout), signal.SIGKILL)  # its lock file and for a moment its backends stay
    after = Supervisor(
        children=Children(layout.children), console=Console(quiet=True), stopping=lambda: False
    )

    try:
        stack.start(after, Console(quiet=True))

        assert ask(stack, "app", "SELECT 1") == [(1,)]
    finally:
        after.stop_all()


def test_a_lock_file_with_the_number_of_a_stranger_is_removed(
    stack: Stack, layout: Layout, supervisor: Supervisor
) -> None:
    pid_file = layout.pg / "postmaster.pid"
    text = pid_file.read_text()
    assert not postgres_of(stack).heal_lock(), "the lock of a living database is never touched"
    assert pid_file.exists()
    supervisor.stop_all()

    pid_file.write_text(text.replace(text.split("\n", 1)[0], str(os.getpid()), 1))

    assert postgres_of(stack).heal_lock()
    assert not pid_file.exists()


def test_another_major_version_is_refused_with_the_way_out(stack: Stack, supervisor: Supervisor) -> None:
    supervisor.stop_all()
    newer = dataclasses.replace(
        postgres_of(stack), binaries=dataclasses.replace(postgres_of(stack).binaries, pg_major=19)
    )

    with pytest.raises(LaunchError, match=r"是 PostgreSQL 18，当前程序是 19.*pg_dump"):
        newer.prepare()


def test_an_interrupted_initdb_is_started_again(layout: Layout) -> None:
    (layout.data / "pg.new").mkdir()
    (layout.data / "pg.new" / "half").write_text("x")
    stack = Stack.assemble(layout, {})

    assert postgres_of(stack).prepare()
    assert not postgres_of(stack).prepare()
    assert not (layout.pg / "half").exists()


def test_the_owner_address_is_given_only_where_it_is_asked_for(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://leaked/x")
    monkeypatch.setenv("PGOPTIONS", "-c row_security=off")

    plain, owner = stack.environment(owner=False), stack.environment(owner=True)

    assert "DATABASE_OWNER_URL" not in plain
    assert "PGOPTIONS" not in plain
    assert owner["DATABASE_OWNER_URL"] == postgres_of(stack).url("owner")
    assert plain["DATABASE_URL"] == postgres_of(stack).url("app")


def test_valkey_answers_on_its_socket_and_has_no_worker_yet(stack: Stack) -> None:
    assert stack.valkey
    assert stack.valkey.is_ready()
    assert not stack.valkey.has_waiting_worker()
    assert stack.valkey.url() == f"redis+socket://{stack.layout.valkey_socket}"
