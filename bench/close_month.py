"""The close of one month for 21 cities, 183 counties, 6,000 projects, 500,000 findings, 60 months of records.

    python -m bench.close_month

Against, in the same run and the same database: (a) one hand-written SQL statement that only reads and counts the
same rows, (b) a plain ORM loop per county. Each variant runs in a process of its own (peak memory); the months differ,
because a month closes once. Needs DATABASE_URL and DATABASE_OWNER_URL; the generated world is `bench.world`.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bench import world
from core.month import ReportingMonth

DATABASE = "anlan_bench_close"
MONTHS = [ReportingMonth(2026, month) for month in (8, 9, 10)]
_AT = dt.datetime(2026, 11, 10, 1, 0, tzinfo=dt.UTC)


def main() -> None:
    """Prepare, run every variant, print a line per variant and the ratios."""
    world.prepare()
    with world.scratch(DATABASE):
        _run("sql", MONTHS[0])  # warms the caches for all
        results: dict[str, list[dict[str, Any]]] = {"sql": [], "close": [], "orm": []}
        for month in MONTHS:  # by turns, so that other load on the machine meets both
            for name in ("sql", "close"):
                results[name].append(_run(name, month))
        results["orm"].append(_run("orm", MONTHS[-1]))
    for name, runs in results.items():
        memory = max(run["peak_mib"] for run in runs)
        listed = ", ".join(f"{run['seconds']:.2f}/{run['cpu']:.2f}" for run in runs)
        print(f"{name:6} wall/CPU s: {listed}   peak {memory:.0f} MiB   {runs[-1]['note']}")
    for measure in ("seconds", "cpu"):
        _print_ratios(measure, results)


def _print_ratios(measure: str, results: dict[str, list[dict[str, Any]]]) -> None:
    medians = {name: statistics.median(run[measure] for run in runs) for name, runs in results.items()}
    print(
        f"{measure}: close / sql {medians['close'] / medians['sql']:.2f}"
        f"   orm / close {medians['orm'] / medians['close']:.1f}"
    )


def _run(variant: str, month: ReportingMonth) -> dict[str, Any]:
    """One variant for one month in a fresh process."""
    environment = dict(os.environ)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
        environment[name] = urlunsplit(urlsplit(environment[name])._replace(path=f"/{DATABASE}"))
    command = [sys.executable, "-m", "bench.close_month", variant, str(month)]
    child = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if child.returncode:
        raise RuntimeError(child.stderr)
    result: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
    return result


def _measure(variant: str, month: ReportingMonth) -> None:
    world.setup_django()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    work = {"sql": _sql, "close": _close, "orm": _orm}[variant]
    started, cpu = time.perf_counter(), _cpu(backend)
    note = work(month)
    seconds, cpu = time.perf_counter() - started, _cpu(backend) - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(
        json.dumps(
            {
                "seconds": seconds,
                "cpu": cpu,
                "peak_mib": peak / 1024,
                "start_mib": before / 1024,
                "note": note,
            },
            ensure_ascii=False,
        )
    )


def _cpu(backend: int) -> float:
    """CPU seconds of this process and of its database process: what other load on the machine does not distort."""
    fields = Path(f"/proc/{backend}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    ticks = int(fields[11]) + int(fields[12])
    return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _cities() -> list[Any]:
    from tenancy.models import City

    return list(City.objects.order_by("code"))


def _sql(month: ReportingMonth) -> str:
    from django.db import connection

    from bench.close_baselines import SQL_PASS
    from tenancy.scope import city_scope

    rows = 0
    for city in _cities():
        parameters = {
            "city": city.id,
            "first": month.first,
            "last": month.last,
            "quarter": month.shift(-2).first,
        }
        with city_scope(city.id), connection.cursor() as cursor:
            cursor.execute(SQL_PASS, parameters)
            rows += len(cursor.fetchall())
    return f"{rows} counts"


def _close(month: ReportingMonth) -> str:
    from scoring.models import CountyScore
    from scoring.services.closing import close_month
    from tenancy.scope import city_scope

    counties = 0
    for city in _cities():
        with city_scope(city.id):
            run = close_month(month=month, by="测算", at=_AT)
            counties += CountyScore.objects.filter(run=run).count()
    return f"{counties} counties closed"


def _orm(month: ReportingMonth) -> str:
    from bench.close_baselines import orm_loop
    from core.services import database_calendar
    from tenancy.models import Jurisdiction
    from tenancy.scope import city_scope

    counted = 0
    calendar = database_calendar()
    for city in _cities():
        with city_scope(city.id):
            for county in Jurisdiction.objects.counties():
                counted += orm_loop(county, month.first, month.last, calendar)
    return f"{counted} things counted"


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _measure(sys.argv[1], ReportingMonth.parse(sys.argv[2]))
    else:
        main()
