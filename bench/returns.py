"""What the monthly return costs: a workbook taken in, the grid opened, a field saved.

    DATABASE_URL=… DATABASE_OWNER_URL=… REDIS_URL=… .venv/bin/python -m bench.returns [--rounds 15] [--profile]

import: a workbook of 5,000 projects with 200 planted errors is read, checked and previewed (as the page shows it, with
the digest of all changes) against a draft of 5,000 lines and last month's 5,000, nothing written; against the same bytes
read by calamine and the same rows sent to the database by COPY into a temporary table, in turn in the same process. Every
planted error must be told.
grid: the page of a return with 200 projects against its own statements on a bare cursor. save: one field by the
page's autosave, against the statements of that request (without the row of the trail, whose number is taken) replayed
in a transaction that is rolled back.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import json
import os
import pstats
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit, urlunsplit

import openpyxl
import psycopg
from python_calamine import CalamineWorkbook

from bench import world

if TYPE_CHECKING:
    from django.test import Client

    from projects.models import MonthlyReturn

DATABASE = "anlan_bench_returns"
LINES, ERRORS, GRID = 5_000, 200, 200
_AT = dt.datetime(2023, 10, 4, 2, 0, tzinfo=dt.UTC)
_TRAIL = 'INSERT INTO "audit_auditevent"'
_DUE = dt.date(2023, 10, 9)


def main() -> None:
    """Measure and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument(
        "--profile", action="store_true", help="only the import, and where it spends its time"
    )
    options = parser.parse_args()
    with _database() as city:
        found = [_import(city, options.rounds, with_profile=options.profile)]
        if not options.profile:
            found += _pages(city, options.rounds)
    _print(found)


@dataclass(frozen=True)
class Pair:
    """Milliseconds of the product and of its floor, in turn; `ratio` is the median of the pairs."""

    what: str
    own: list[float]
    floor: list[float]

    @property
    def ratio(self) -> float:
        return round(statistics.median(a / b for a, b in zip(self.own, self.floor, strict=True)), 2)


# The ground: one city with a county of 5,000 projects and one of 200, August reported, September open.


@contextmanager
def _database() -> Iterator[uuid.UUID]:
    world.setup_django()
    from django.core.management import call_command

    world.use_database("postgres")
    world.drop(DATABASE)
    world.create(DATABASE, "template0")
    world.use_database(DATABASE)
    try:
        call_command("migrate", verbosity=0, skip_checks=True)
        yield _found()
    finally:
        world.use_database("postgres")
        world.drop(DATABASE)


def _found() -> uuid.UUID:
    from core.month import ReportingMonth
    from projects.services.returns.opening import open_returns
    from reports.services.founding import CITIES, found_city
    from tenancy.models import Jurisdiction
    from tenancy.scope import city_scope

    city = found_city(description=Path(CITIES / "mianyang.yaml"), by="测算", at=_AT, is_demo=True)
    with city_scope(city.id):
        counties = list(Jurisdiction.objects.counties())
        for county, count in ((counties[0], LINES), (counties[1], GRID)):
            _report_august(county, count)
        open_returns(month=ReportingMonth(2023, 9), due_on=_DUE, by="测算", at=_AT)
    with world.owner(DATABASE) as connection:
        connection.execute("VACUUM (ANALYZE)")
    found: uuid.UUID = city.id
    return found


def _report_august(county: Any, count: int) -> None:
    from core.uscc import fictitious_uscc
    from projects.models import MonthlyReturn, Organization, Project, ReturnLine, ReturnVersion

    common = {"city_id": county.city_id, "jurisdiction": county}
    owner = Organization.objects.create(
        city_id=county.city_id,
        uscc=fictitious_uscc(int(county.code)),
        name=f"{county.name}建设管理处",
        kind="FIRM",
    )
    projects = [
        Project(
            **common,
            code=f"{county.code}-{n:05}",
            name=f"{county.short_name}第{n}号堤防工程",
            category="EMBANKMENT",
            supervision_level="COUNTY",
            nature="NEW",
            status="UNDER_WAY",
            approved_estimate_wan_yuan=9_000 + n,
            legal_person=owner,
            started_on=dt.date(2023, 1, 10),
        )
        for n in range(count)
    ]
    Project.objects.bulk_create(projects, batch_size=1000)
    august = MonthlyReturn.objects.create(
        **common, month=dt.date(2023, 8, 1), state="ACCEPTED", first_submitted_at=_AT, reviewer_name="审核人"
    )
    version = ReturnVersion.objects.create(**common, monthly_return=august, number=1, submitted_at=_AT)
    lines = [
        ReturnLine(
            **common,
            version=version,
            project=project,
            status="UNDER_WAY",
            award_price_wan_yuan=800 + n,
            approved_duration_days=360 + n % 200,
            started_on=dt.date(2023, 1, 10),
            planned_finish_on=dt.date(2024, 6, 30),
            progress_percent=n % 60,
            invested_wan_yuan=100 + n,
            unit_count=5,
            key_person_count=9,
            key_work_count=n % 12,
            registration_number=f"ZJ-{n:05}",
            commitments_due=5,
            commitments_signed=5,
        )
        for n, project in enumerate(projects)
    ]
    ReturnLine.objects.bulk_create(lines, batch_size=1000)


def _return(count: int) -> MonthlyReturn:
    from projects.models import MonthlyReturn

    rows = MonthlyReturn.objects.filter(month=dt.date(2023, 9, 1)).select_related("jurisdiction")
    return next(one for one in rows if one.jurisdiction.projects.count() == count)


# The import.


def _import(city: uuid.UUID, rounds: int, *, with_profile: bool) -> Pair:
    from reports.returns.ground import load_ground
    from reports.returns.review import review
    from reports.returns.template import template_workbook
    from reports.returns.uploads import read_book
    from reports.selectors.return_uploads import upload_page
    from tenancy.scope import city_scope

    with city_scope(city):
        return_ = _return(LINES)
        data = _planted(template_workbook(load_ground(return_, at=_AT)))

        def take() -> int:
            ground = load_ground(return_, at=_AT)
            return upload_page(review(read_book(data, ground), ground)).error_count

        told = take()
        if told != ERRORS:
            raise SystemExit(f"{told} errors told of {ERRORS} planted")
        with _bare() as connection:
            own, floor = _in_turn(rounds, take, lambda: _copy(connection, data))
        if with_profile:
            _profile(take)
    return Pair(f"import of {LINES:,} rows, {ERRORS} errors", own, floor)


def _planted(template: bytes) -> bytes:
    """Every row has new progress, investment and attendance; every 25th an error of one of four kinds."""
    from reports.returns.layout import FIRST_ROW, LINES_TITLE, places

    column = {place.field.name: at for at, place in enumerate(places(), start=1) if place.field}
    wrong = (
        ("award_price_wan_yuan", "3862.5万"),
        ("planned_finish_on", dt.date(2022, 1, 1)),
        ("status", "在办"),
        ("unit_count", 2.5),
    )
    book = openpyxl.load_workbook(BytesIO(template))
    page = book[LINES_TITLE]
    for n, row in enumerate(range(FIRST_ROW, FIRST_ROW + LINES)):
        for name, more in (("progress_percent", 1.25), ("invested_wan_yuan", 12.5)):
            cell: Any = page.cell(row=row, column=column[name])
            cell.value = float(cell.value) + more
        page.cell(row=row, column=column["attendance_percent"]).value = 90 + n % 10
        if n % (LINES // ERRORS) == 0:
            name, value = wrong[n // (LINES // ERRORS) % len(wrong)]
            page.cell(row=row, column=column[name]).value = value
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _copy(connection: psycopg.Connection[Any], data: bytes) -> None:
    """The floor: the same cells read by the same reader, the same rows into a table without a check."""
    with CalamineWorkbook.from_filelike(BytesIO(data)) as book:
        rows = book.get_sheet_by_name("工程明细").to_python()[1:]
    width = max(len(row) for row in rows)
    columns = ", ".join(f"c{n} text" for n in range(width))
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE told ({columns}) ON COMMIT DROP".encode())
        with cursor.copy("COPY told FROM STDIN") as copy:
            for row in rows:
                copy.write_row([str(cell) for cell in row])


def _profile(act: Callable[[], object]) -> None:
    profile = cProfile.Profile()
    profile.runcall(act)
    pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def _in_turn(
    rounds: int, own: Callable[[], object], floor: Callable[[], object]
) -> tuple[list[float], list[float]]:
    pairs = [(_timed(own), _timed(floor)) for _ in range(rounds)]
    return [one for one, _ in pairs], [other for _, other in pairs]


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return (time.perf_counter() - started) * 1000


def _bare() -> psycopg.Connection[Any]:
    """As Django connects: the application's role, no server-side preparing."""
    parts = urlsplit(os.environ["DATABASE_URL"])
    return psycopg.connect(
        urlunsplit(parts._replace(path=f"/{DATABASE}")), autocommit=True, prepare_threshold=None
    )


# The pages.


def _pages(city: uuid.UUID, rounds: int) -> Iterator[Pair]:
    from django.urls import reverse

    from tenancy.scope import city_scope

    with city_scope(city):
        return_ = _return(GRID)
        line = return_.versions.get(submitted_at__isnull=True).lines.order_by("pk")[0]
    client = _reporter(city, return_)
    grid = reverse("returns:return-detail", args=[return_.pk])
    save = reverse("returns:return-save", args=[return_.pk])
    with _bare() as connection:
        yield _page(connection, f"grid of {GRID} projects", rounds, lambda: _got(client.get(grid)))

        notes = iter(range(1_000_000))
        seen = {"text": ""}

        def write() -> None:
            change = {"project": str(line.project_id), "field": "note", "text": f"说明{next(notes)}"}
            body = json.dumps({"changes": [{**change, "seen": seen["text"]}]})
            _got(client.post(save, body, content_type="application/json"))
            seen["text"] = change["text"]

        yield _page(connection, "autosave of one field", rounds, write)


def _reporter(city: uuid.UUID, return_: MonthlyReturn) -> Client:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from accounts.roles import Role
    from accounts.services import create_user, grant_role
    from tenancy.scope import city_scope

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    with city_scope(city):
        user = create_user(
            username="bench.reporter",
            display_name="填报员",
            password=f"Bench-{uuid.uuid4().hex}",
            by="测算",
            at=timezone.now(),
            must_change_password=False,
        )
        grant_role(
            user=user,
            role=Role.COUNTY_REPORTER,
            jurisdiction=return_.jurisdiction,
            by="测算",
            at=_AT,
            organization_uscc="",
        )
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def _got(answer: Any) -> None:
    if answer.status_code != 200:
        raise SystemExit(f"{answer.status_code}: {answer.content[:300]!r}")


def _page(connection: psycopg.Connection[Any], what: str, rounds: int, act: Callable[[], None]) -> Pair:
    from django.db import connection as own
    from django.test.utils import CaptureQueriesContext

    act()
    with CaptureQueriesContext(own) as captured:
        act()
    statements = [str(query["sql"]) for query in captured.captured_queries]
    own_times, floor = _in_turn(rounds, act, lambda: _replay(connection, statements))
    return Pair(f"{what} ({len(statements)} statements)", own_times, floor)


def _replay(connection: psycopg.Connection[Any], statements: Sequence[str]) -> None:
    """The request's statements, rows fetched; what they write is rolled back."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        for statement in statements:
            if statement in ("BEGIN", "COMMIT") or statement.startswith(_TRAIL):
                continue
            cursor.execute(statement.encode())
            if cursor.description is not None:
                cursor.fetchall()
        cursor.execute("ROLLBACK")


def _percentile(times: Sequence[float], percent: int) -> float:
    """Nearest rank."""
    return round(sorted(times)[-(-len(times) * percent // 100) - 1], 1)


def _print(found: Sequence[Pair]) -> None:
    print("\n| what | product p50 ms | p95 ms | floor p50 ms | p95 ms | product / floor |")
    print("|---|---|---|---|---|---|")
    for one in found:
        figures = [_percentile(times, part) for times in (one.own, one.floor) for part in (50, 95)]
        print(f"| {one.what} | {' | '.join(str(figure) for figure in figures)} | {one.ratio} |")
    print(json.dumps({"bench": "returns", **{one.what.split(" ")[0]: one.ratio for one in found}}))


if __name__ == "__main__":
    main()
