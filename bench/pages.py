"""What the pages cost at full size, above the cost of their own SQL.

    DATABASE_URL=… DATABASE_OWNER_URL=… REDIS_URL=… .venv/bin/python -m bench.pages [--rounds 30] [--only findings]

A person of the largest city (600 projects, 50,000 findings, 60 scored months) asks for each page through Django's whole
stack in one process: middleware, session, wall, view, template. The queries of the page are captured once; then the
page and the very same statements on a bare cursor of the application's role are timed in turn, so that both see the
same machine. The ratio page / SQL is what the product adds; nothing can be below 1.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench import scores, world
from bench.plan import CITIES

if TYPE_CHECKING:
    from django.test import Client

DATABASE = "anlan_bench_pages"
_LAST = "page=999999999"
_COUNTY = CITIES[0].code[:3] + "003"
_PAGES = (
    ("projects first page", "/projects/"),
    ("projects q=水库", "/projects/?q=水库"),
    ("projects q=sk (initials)", "/projects/?q=sk"),
    ("projects one county", f"/projects/?county={_COUNTY}"),
    ("projects last page", f"/projects/?{_LAST}"),
    ("findings first page", "/findings/"),
    ("findings q=检测", "/findings/?q=检测"),
    ("findings q=sk (initials)", "/findings/?q=sk"),
    ("findings q= nothing found", "/findings/?q=没有这样的问题"),
    ("findings one county", f"/findings/?county={_COUNTY}"),
    ("findings overdue", "/findings/?overdue=yes"),
    ("findings last page", f"/findings/?{_LAST}"),
    ("findings by severity", "/findings/?sort=-severity"),
    ("notices first page", "/enforcement/notices/"),
    ("notices q=水库", "/enforcement/notices/?q=水库"),
    ("notices overdue", "/enforcement/notices/?overdue=yes"),
    ("notices last page", f"/enforcement/notices/?{_LAST}"),
    ("scores first page", "/scores/"),
    ("scores last page", f"/scores/?{_LAST}"),
    ("score page of a county", f"/scores/{_COUNTY}/{scores.CLOSED}/"),
    ("dashboard", f"/?month={scores.CLOSED}"),
)
_REPLAYED = ("SELECT", "WITH", "SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "(SELECT")


@dataclass(frozen=True)
class Result:
    """Milliseconds; `ratio` is the median of page / SQL pair by pair.

    `cpu` is the median processor time of this process for the page less that of the bare replay: what the product adds,
    however busy the machine is with others.
    """

    page: str
    queries: int
    kib: float
    page_p50: float
    page_p95: float
    sql_p50: float
    sql_p95: float
    ratio: float
    cpu: float
    slowest: float
    slowest_sql: str


def main() -> None:
    """Measure and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--only", default="", help="pages whose name holds this text")
    parser.add_argument(
        "--explain", action="store_true", help="print the plan of each page's slowest statement"
    )
    options = parser.parse_args()
    world.prepare()
    with world.scratch(DATABASE) as name:
        client, city = scores.ready(name)
        with _bare(name) as connection:
            results = [
                _measure(client, connection, title, url, options.rounds)
                for title, url in _PAGES
                if options.only in title
            ]
            if options.explain:
                _explain(connection, results, city)
    _print(results)


def _bare(name: str) -> psycopg.Connection[Any]:
    """As Django connects: the application's role, no server-side preparing."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    url = urlunsplit(parts._replace(path=f"/{name}"))
    return psycopg.connect(url, autocommit=True, prepare_threshold=None)


def _measure(
    client: Client, connection: psycopg.Connection[Any], title: str, url: str, rounds: int
) -> Result:
    statements = _statements(client, url)
    size = 0
    page_times: list[float] = []
    sql_times: list[float] = []
    cpu_times: list[float] = []
    for _ in range(rounds):
        started, cpu = time.perf_counter(), time.process_time()
        response = client.get(url)
        page_times.append((time.perf_counter() - started) * 1000)
        between = time.process_time()
        size = len(response.content)
        sql_times.append(sum(_replay(connection, statements)))
        cpu_times.append((between - cpu - (time.process_time() - between)) * 1000)
    # The first replay after a page would find everything warm and the page not: the page goes first in each pair.
    single = [
        statistics.median(times)
        for times in zip(*(_replay(connection, statements) for _ in range(5)), strict=True)
    ]
    slowest = max(range(len(single)), key=single.__getitem__)
    return Result(
        page=title,
        queries=len(statements),
        kib=round(size / 1024, 1),
        page_p50=_percentile(page_times, 50),
        page_p95=_percentile(page_times, 95),
        sql_p50=_percentile(sql_times, 50),
        sql_p95=_percentile(sql_times, 95),
        ratio=round(statistics.median(p / s for p, s in zip(page_times, sql_times, strict=True)), 2),
        cpu=round(statistics.median(cpu_times), 1),
        slowest=round(single[slowest], 1),
        slowest_sql=statements[slowest],
    )


def _statements(client: Client, url: str) -> list[str]:
    """What the page asks of the database once everything is warm; it must not write."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    for _ in range(2):
        response = client.get(url)
        if response.status_code != 200:
            raise SystemExit(f"{url}: {response.status_code}")
    with CaptureQueriesContext(connection) as captured:
        client.get(url)
    statements = [str(query["sql"]) for query in captured.captured_queries]
    writes = [one for one in statements if not one.startswith(_REPLAYED)]
    if writes:
        raise SystemExit(f"{url} writes: {writes[0][:200]}")
    return statements


def _replay(connection: psycopg.Connection[Any], statements: Sequence[str]) -> list[float]:
    """Milliseconds of each statement, rows fetched."""
    times = []
    with connection.cursor() as cursor:
        for statement in statements:
            started = time.perf_counter()
            cursor.execute(statement.encode())
            if cursor.description is not None:
                cursor.fetchall()
            times.append((time.perf_counter() - started) * 1000)
    return times


def _percentile(times: Sequence[float], percent: int) -> float:
    """Nearest rank."""
    return round(sorted(times)[-(-len(times) * percent // 100) - 1], 1)


def _explain(connection: psycopg.Connection[Any], results: Sequence[Result], city: uuid.UUID) -> None:
    """Under the wall of the city, as the application's role."""
    for result in results:
        print(f"\n== {result.page}: {result.slowest} ms\n{result.slowest_sql}\n")
        with connection.transaction(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.city', %s, true)", [str(city)])
            cursor.execute(("EXPLAIN (ANALYZE, BUFFERS) " + result.slowest_sql).encode())
            print("\n".join(row[0] for row in cursor.fetchall()))


def _print(results: Sequence[Result]) -> None:
    print(
        "\n| page | queries | KiB | page p50 ms | p95 ms | SQL p50 ms | p95 ms | page / SQL | own CPU ms "
        "| slowest statement ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for r in results:
        print(
            f"| {r.page} | {r.queries} | {r.kib} | {r.page_p50} | {r.page_p95} | {r.sql_p50} | {r.sql_p95} "
            f"| {r.ratio} | {r.cpu} | {r.slowest} |"
        )
    worst = max(results, key=lambda r: r.page_p95)
    print(
        json.dumps(
            {
                "bench": "pages",
                "pages": len(results),
                "median_ratio": round(statistics.median(r.ratio for r in results), 2),
                "median_own_cpu_ms": round(statistics.median(r.cpu for r in results), 1),
                "worst_sql_p50_ms": max(r.sql_p50 for r in results),
                "worst_p95_ms": worst.page_p95,
                "worst_page": worst.page,
            },
            ensure_ascii=False,
        )
    )


if __name__ == "__main__":
    main()
