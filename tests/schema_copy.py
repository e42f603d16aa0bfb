"""A migrated database in another cluster, without migrating once more."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from config.launcher.postgres import Postgres
from tests.conftest import of_database


def copy_schema(source: str, target: Postgres) -> None:
    """Structure, and the data of the tables that all cities share. source: a database of the tests that nobody clones
    meanwhile (not the template: a dump of it would keep another worker from cloning)."""
    programs = Path(target.command()[0]).parent
    shared = [f"--table=public.{name}" for name in ("django_*", "core_*", "auth_*")]
    for options in (["--schema-only"], ["--data-only", *shared]):
        address = of_database(os.environ["DATABASE_OWNER_URL"], source)
        dump = subprocess.run([programs / "pg_dump", *options, address], capture_output=True, check=True)
        subprocess.run(
            [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", target.url("owner")],
            input=dump.stdout.replace(b"CREATE SCHEMA public;", b""),
            capture_output=True,
            check=True,
        )
