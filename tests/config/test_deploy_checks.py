"""`check --deploy` is clean on a proper installation and names each fault; /readyz says 503 for the same ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings as project
from django.core.checks import run_checks
from django.db import connections
from django.test import Client
from psycopg import sql

from config import checks
from reports import fontconfig
from tests.conftest import create_database, drop_database, owner_connection, use_database

NO_BROKER = "redis+socket:///nonexistent/anlan.sock"


@pytest.fixture
def another_database(worker_database, run_token, worker_id, django_db_blocker):
    """`make(create)`: what an operator may have created wrongly, in use until the test ends."""
    name = f"anlan_{run_token}_{worker_id}_wrong"

    def make(create):
        create(name)
        use_database(name)

    with django_db_blocker.unblock():
        yield make
        for alias in connections.settings:
            connections[alias].close()
    use_database(worker_database)
    drop_database(name)


def _without_chinese(name):
    with owner_connection() as server:
        server.execute(
            sql.SQL(
                "CREATE DATABASE {} TEMPLATE template0 LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
            ).format(sql.Identifier(name))
        )
    with owner_connection(name) as database:
        database.execute("CREATE EXTENSION pg_trgm")


@pytest.fixture
def fonts_lost(monkeypatch, tmp_path):
    """A checkout whose faces did not come along."""

    def lose():
        manifest = json.loads((fontconfig.FONTS / "MANIFEST.json").read_text("utf-8"))
        # one more name, so that the answer remembered for the true manifest is not given
        manifest["faces"]["Lost.ttf"] = {"sha256": "0" * 64}
        (tmp_path / "MANIFEST.json").write_text(json.dumps(manifest), "utf-8")
        monkeypatch.setattr(fontconfig, "FONTS", tmp_path)

    return lose


def _own_ids(**options):
    found = run_checks(include_deployment_checks=True, **options)
    return [one.id for one in found if one.id.startswith("anlan.")]


def test_a_proper_installation_has_no_issue(worker_database, tmp_path):
    """As an operator runs it: production settings, the application's role, no owner's credentials."""
    url = urlsplit(os.environ["DATABASE_URL"])
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "config.settings.base",
        "DATABASE_URL": urlunsplit(url._replace(path=f"/{worker_database}")),
        "REDIS_URL": project.REDIS_URL,
        "DJANGO_SECRET_KEY": "of-a-test-only-0123456789-abcdefghijklmnopqrstuvwxyz-ABC",
        "ANLAN_FIELD_KEY": project.FIELD_KEY,
        "ANLAN_ALLOWED_HOSTS": "anlan.invalid",
        "ANLAN_DATA_DIR": str(tmp_path),
    }
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]

    run = subprocess.run(
        command,
        cwd=project.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (run.returncode, run.stdout.strip()) == (0, "System check identified no issues (0 silenced)."), (
        run.stderr
    )


def test_the_owner_must_not_serve(fresh_database, monkeypatch):
    monkeypatch.setattr(checks, "connection", connections["owner"])

    assert _own_ids() == ["anlan.E001"], "also when no database is named"
    assert _own_ids(databases=["default"]) == ["anlan.E001"], "and once when one is"


def test_a_database_that_cannot_read_chinese(another_database):
    another_database(_without_chinese)

    assert _own_ids() == ["anlan.E003"]


def test_a_database_without_trigrams(another_database):
    another_database(create_database)

    assert _own_ids() == ["anlan.E004"]


def test_lost_fonts(fresh_database, fonts_lost):
    fonts_lost()

    assert _own_ids() == ["anlan.E005"]


def test_a_silent_broker(fresh_database, settings):
    settings.CELERY_BROKER_URL = NO_BROKER

    assert _own_ids() == ["anlan.E006"]


def _readiness():
    answer = Client().get("/readyz")
    said = answer.json()
    assert said["ready"] == (answer.status_code == 200)
    return answer.status_code, {name for name, holds in said.items() if not holds} - {"ready"}


def test_ready(fresh_database):
    assert _readiness() == (200, set())


def test_not_ready_without_its_database(another_database):
    another_database(lambda name: None)

    assert _readiness() == (503, {"database", "chinese_search"})


def test_not_ready_without_chinese(another_database):
    another_database(_without_chinese)

    assert _readiness() == (503, {"chinese_search"})


def test_not_ready_without_its_fonts(fresh_database, fonts_lost):
    fonts_lost()

    assert _readiness() == (503, {"fonts"})


def test_not_ready_without_its_broker(fresh_database, settings):
    settings.CELERY_BROKER_URL = NO_BROKER

    assert _readiness() == (503, {"broker"})


def test_not_ready_without_its_cache(fresh_database, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "unix:///nonexistent/anlan.sock",
        }
    }

    assert _readiness() == (503, {"cache"})
