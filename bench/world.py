"""The generated country as a template database: made once, kept under a fixed name, copied for each run.

    from bench import world
    world.prepare()
    with world.scratch("anlan_bench_pages"):
        ...

Needs DATABASE_URL (the application's role) and DATABASE_OWNER_URL (may create databases).
"""

from __future__ import annotations

import ast
import datetime as dt
import hashlib
import json
import os
import re
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import yaml
from psycopg import sql

from bench.plan import (
    CITIES,
    MONTHS,
    ORGANIZATIONS_PER_COUNTY,
    CityPlan,
    founding,
    organization_name,
    project_name,
)
from bench.world_sql import HELPERS, STATEMENTS
from core import pinyin
from core.uscc import fictitious_uscc

__all__ = ["CITIES", "MONTHS", "owner", "prepare", "scratch", "setup_django", "use_database"]

TEMPLATE = "anlan_bench_world"
_HERE = Path(__file__).resolve().parent
_AT = dt.datetime(2021, 12, 1, 1, 0, tzinfo=dt.UTC)
_WORKERS = 2


def prepare() -> None:
    """Make the template database unless it is there and still fits; migrations that came later are applied to it."""
    setup_django()
    files = _migrations()
    known = _stamp()
    world = _digest([_HERE / "plan.py", _HERE / "world_sql.py", Path(__file__)])
    if known and known["world"] == world and known["migrations"].items() <= files.items():
        if len(known["migrations"]) < len(files):
            _migrate(TEMPLATE)
            _write_stamp(world, files)
        return
    started = time.monotonic()
    drop(TEMPLATE)
    create(TEMPLATE, "template0")
    _migrate(TEMPLATE)
    _found_cities()
    with ThreadPoolExecutor(_WORKERS) as pool:
        list(pool.map(_fill, CITIES))
    with owner(TEMPLATE) as connection:
        connection.execute("VACUUM (ANALYZE)")
    _write_stamp(world, files)
    print(f"world: built in {time.monotonic() - started:.0f} s", flush=True)


@contextmanager
def scratch(name: str) -> Iterator[str]:
    """A copy of the template of one run's own; Django's connections lead to it; dropped at the end."""
    use_database("postgres")
    drop(name)
    create(name, TEMPLATE)
    use_database(name)
    try:
        yield name
    finally:
        use_database("postgres")
        drop(name)


def setup_django() -> None:
    """Settings as in production but for plain HTTP; safe to call twice."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
    import django

    django.setup()


def use_database(name: str) -> None:
    """Point both aliases at a database."""
    from django.conf import settings
    from django.db import connections

    for alias in connections.settings:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
        settings.DATABASES[alias]["NAME"] = name


def owner(name: str) -> psycopg.Connection[Any]:
    """A connection of the owner role to one database."""
    parts = urlsplit(os.environ["DATABASE_OWNER_URL"])
    return psycopg.connect(urlunsplit(parts._replace(path=f"/{name}")), autocommit=True)


def create(name: str, template: str) -> None:
    """A database of the owner role, a copy of another."""
    with owner("postgres") as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def drop(name: str) -> None:
    """Remove a database, whoever is still connected. What tidies it up by itself may not be ended, so it is waited for."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    until = time.monotonic() + _PATIENCE
    with owner("postgres") as connection:
        while True:
            try:
                connection.execute(statement)
            except psycopg.errors.InsufficientPrivilege:
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)
            else:
                return


_PATIENCE = 60
"""Seconds for an autovacuum to end."""


def _digest(paths: list[Path]) -> str:
    """Of what the files say, not of how they are laid out."""
    text = "".join(ast.dump(ast.parse(path.read_text(encoding="utf-8"))) for path in paths)
    return hashlib.sha256(text.encode()).hexdigest()


def _migrations() -> dict[str, str]:
    """Every migration file with its digest: the stamp tells an edited one from a new one."""
    files = sorted(_HERE.parent.glob("*/migrations/0*.py"))
    return {f"{path.parent.parent.name}/{path.stem}": _digest([path])[:12] for path in files}


def _stamp() -> dict[str, Any] | None:
    with owner("postgres") as connection:
        row = connection.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [TEMPLATE]
        ).fetchone()
    stamp: dict[str, Any] | None = json.loads(row[0]) if row and row[0] else None
    return stamp


def _write_stamp(world: str, files: dict[str, str]) -> None:
    with owner("postgres") as connection:
        text = json.dumps({"world": world, "migrations": files})
        connection.execute(
            sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(TEMPLATE), sql.Literal(text))
        )


def _migrate(name: str) -> None:
    from django.core.management import call_command

    use_database(name)
    call_command("migrate", verbosity=0, skip_checks=True)
    use_database("postgres")


def _found_cities() -> None:
    """Cities with tree, catalogue, rubric and register, by the product's own services."""
    from reports.services.founding import found_city

    use_database(TEMPLATE)
    with tempfile.TemporaryDirectory() as folder:
        for plan in CITIES:
            path = Path(folder) / f"{plan.slug}.yaml"
            path.write_text(yaml.safe_dump(founding(plan), allow_unicode=True), encoding="utf-8")
            city = found_city(description=path, by="测算", at=_AT, is_demo=True)
            _register(plan, city.id)
    use_database("postgres")


def _register(plan: CityPlan, city_id: Any) -> None:
    """Organizations and projects, whose names need their pinyin."""
    from projects.models import Organization, Project
    from tenancy.models import Jurisdiction
    from tenancy.scope import city_scope

    ids = _ids(plan.number)
    with city_scope(city_id):
        counties = list(Jurisdiction.objects.counties())
        Organization.objects.bulk_create(
            Organization(
                id=ids(1, n),
                city_id=city_id,
                uscc=fictitious_uscc(n, division=plan.code),
                kind="FIRM" if n % 4 else "INSTITUTION",
                **_named(organization_name(n)),
            )
            for n in range(plan.organizations)
        )
        projects = []
        for n in range(plan.projects):
            county, group = n % plan.counties, n // plan.counties
            name, category = project_name(n)
            projects.append(
                Project(
                    id=ids(2, n),
                    city_id=city_id,
                    jurisdiction=counties[county],
                    code=f"GC-{n:05}",
                    category=category,
                    supervision_level="CITY" if n % 6 == 0 else "COUNTY",
                    nature="REINFORCEMENT",
                    approved_estimate_wan_yuan=900 + n,
                    legal_person_id=ids(1, county * ORGANIZATIONS_PER_COUNTY + group % 6 * 4),
                    status="SUSPENDED" if n % 30 == 1 else "UNDER_WAY",
                    approved_duration_days=540,
                    started_on=dt.date(2021, 12, 20),
                    planned_finish_on=dt.date(2027, 6, 30),
                    progress_percent=n % 100,
                    is_key_object=n % 15 == 0,
                    **_named(name),
                )
            )
        Project.objects.bulk_create(projects)


def _named(name: str) -> dict[str, str]:
    return {"name": name, "name_pinyin": pinyin.full(name), "name_initials": pinyin.initials(name)}


def _ids(city: int) -> Any:
    """The same ids as `pg_temp.uid(kind, city, n, '2021-12-01')`."""
    base = int(dt.datetime(2021, 12, 1, tzinfo=dt.UTC).timestamp()) * 1000
    return lambda kind, n: f"{base + n:012x}7{kind:03x}8{city:03x}{n:012x}"


def _fill(plan: CityPlan) -> None:
    """The records of one city, as the owner inside the city's wall, in one transaction."""
    with owner(TEMPLATE) as connection, connection.transaction():
        row = connection.execute("SELECT id FROM tenancy_city WHERE slug = %s", [plan.slug]).fetchone()
        if row is None:
            raise LookupError(plan.slug)
        connection.execute("SELECT set_config('app.city', %s, true)", [str(row[0])])
        # What this transaction wrote has no statistics yet: nested loops over it would never end.
        connection.execute("SELECT set_config('enable_nestloop', 'off', true)")
        connection.execute(HELPERS)
        parameters = {
            "city": row[0],
            "no": plan.number,
            "counties": plan.counties,
            "projects": plan.projects,
            "findings": plan.findings,
            "inspections": plan.inspections,
        }
        for statement in STATEMENTS:
            connection.execute(_with_columns(statement), parameters)
        connection.execute("DROP FUNCTION pg_temp.uid, pg_temp.dice, pg_temp.day_of")


def _with_columns(statement: str) -> str:
    """A statement without columns gives values in the order of the model's fields; the table may have another order."""
    from django.apps import apps

    columns = {model._meta.db_table: model._meta.concrete_fields for model in apps.get_models()}

    def name_them(found: re.Match[str]) -> str:
        return f"{found[0]} ({', '.join(str(field.column) for field in columns[found[1]])})"

    return re.sub(r"^INSERT INTO (\w+)\b(?! \()", name_them, statement)


if __name__ == "__main__":
    prepare()
