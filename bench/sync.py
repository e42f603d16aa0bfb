"""What the server takes from tablets: findings with three photos, and small changes.

    .venv/bin/python -m bench.sync [--rounds 1] [--findings 2] [--small 20]

Starts its own PostgreSQL (the product's durable settings, fsync on), migrates, founds a city with 40 inspectors, each with
an enrolled tablet and an inspection, and starts the product's web process (granian, two processes of four threads). 40
threads are the tablets. Nothing of an existing installation is touched.

findings: each is a submission (4 changes) and three photos of 300 KB in two parts, 7 requests.
small: a submission with one change. Both against their floor, in turn in the same run: eight threads write the same bytes
to files (beside, fsync, rename, fsync of the folder) and to rows (one INSERT and COMMIT for each request). CPU ms: what an
item costs the web processes and the database together, however busy the machine is with others.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import io
import json
import os
import shutil
import statistics
import subprocess
import tempfile
import threading
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from bench.tablet import Photo, Tablet
from config.launcher.account import service_account
from config.launcher.console import Console
from config.launcher.layout import Layout
from config.launcher.process import Children
from config.launcher.services import Stack
from config.launcher.supervisor import Supervisor

TABLETS, PHOTOS, PHOTO_BYTES, FLOOR_THREADS, PORT = 40, 3, 300_000, 8, 8794
_AT = dt.datetime(2023, 9, 4, 1, 0, tzinfo=dt.UTC)


@dataclass
class Run:
    """Seconds of each item, and of all together."""

    items: list[float] = field(default_factory=list)
    wall: float = 0.0
    cpu: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.items) / self.wall

    def percentile(self, part: float) -> float:
        """Milliseconds."""
        return sorted(self.items)[min(len(self.items) - 1, int(len(self.items) * part))] * 1000


def main() -> None:
    """Measure and print a table and one line of JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--findings", type=int, default=2, help="per tablet and round")
    parser.add_argument("--small", type=int, default=20, help="per tablet and round")
    options = parser.parse_args()
    with _server() as (folder, url):
        tablets = _tablets(folder)
        rows = []
        for number in range(options.rounds):
            rows.append(_findings(tablets, folder, url, options.findings, number))
            rows.append(_small(tablets, folder, url, options.small))
        _print(rows)


# The ground


@contextmanager
def _server() -> Iterator[tuple[Path, str]]:
    folder = Path(tempfile.mkdtemp(prefix="anlan-bench-sync-"))
    folder.chmod(0o755)
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "CACHE_URL"):
        os.environ.pop(name, None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    layout = Layout(folder / "data", service_account())
    layout.create()
    supervisor = Supervisor(
        children=Children(layout.children), console=Console(quiet=True), stopping=lambda: False
    )
    stack = Stack.assemble(layout, {})
    try:
        stack.start(supervisor, Console(quiet=True))
        os.environ.update(stack.environment(owner=True))
        _migrate()
        supervisor.start(stack.web(PORT))
        assert stack.postgres is not None
        yield folder, stack.postgres.url("owner")
    finally:
        supervisor.stop_all()
        shutil.rmtree(folder, ignore_errors=True)


def _migrate() -> None:
    subprocess.run(["python3", "manage.py", "migrate", "--verbosity", "0"], check=True)
    import django

    django.setup()


def _tablets(folder: Path) -> list[Tablet]:
    from django.conf import settings
    from django.test import Client
    from django.utils import timezone

    from accounts.roles import Role
    from accounts.services import create_user, grant_role
    from inspections.models import Inspection
    from inspections.services.devices import create_code, enrol_device
    from projects.models import Organization, ParticipatingUnit, Project
    from reports.services.founding import CITIES, found_city
    from tenancy.models import Jurisdiction
    from tenancy.scope import city_scope

    city = found_city(description=Path(CITIES / "mianyang.yaml"), by="测算", at=_AT, is_demo=True)
    made = []
    with city_scope(city.id):
        place = Jurisdiction.objects.counties()[0]
        own = {"city_id": city.id, "jurisdiction": place}
        firm = Organization.objects.create(
            city_id=city.id, uscc="91510700000000000X", name="测算公司", kind="FIRM"
        )
        for number in range(TABLETS):
            user = create_user(
                username=f"bench.{number}",
                display_name=f"测算{number}",
                password=f"Shui-li-{uuid.uuid4().hex}",
                by="测算",
                at=timezone.now(),
                must_change_password=False,
            )
            grant_role(user=user, role=Role.COUNTY_SUPERVISOR, jurisdiction=place, by="测算", at=_AT)
            project = Project.objects.create(
                **own,
                code=f"B-{number}",
                name=f"测算工程{number}",
                supervision_level="COUNTY",
                category="EMBANKMENT",
                nature="NEW",
                legal_person=firm,
                status="UNDER_WAY",
                started_on=_AT.date(),
            )
            unit = ParticipatingUnit.objects.create(
                **own, project=project, organization=firm, role="CONTRACTOR"
            )
            visit = Inspection.objects.create(
                **own,
                project=project,
                number=f"JC-{number}",
                kind="ROUTINE",
                organizer_level="COUNTY",
                state="NOTIFIED",
                inspected_on=_AT.date(),
            )
            code = create_code(name=f"平板{number}", jurisdiction=place, by="测算", at=timezone.now())
            token = enrol_device(code=code.text, name="", by="测算", at=timezone.now()).token
            client = Client()
            client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
            cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
            made.append(Tablet(PORT, settings.SESSION_COOKIE_NAME, cookie, token, visit.pk, unit.pk))
    return made


# The measurements


def _cpu_seconds() -> float:
    """Processor time of everything this run has started: web processes and database, as far as they live."""
    ours = {os.getpid()}
    stats = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = path.read_text().rpartition(")")[2].split()
            stats[int(path.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    grown = True
    while grown:
        more = {pid for pid, (parent, _) in stats.items() if parent in ours} - ours
        ours |= more
        grown = bool(more)
    found = sum(ticks for pid, (_, ticks) in stats.items() if pid in ours and pid != os.getpid())
    return found / os.sysconf("SC_CLK_TCK")


def _all_at_once(tasks: Sequence[Callable[[], list[float]]], threads: int) -> Run:
    barrier = threading.Barrier(threads + 1)

    def one(task: Callable[[], list[float]]) -> list[float]:
        barrier.wait()
        return task()

    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(one, task) for task in tasks]
        barrier.wait()
        began, cpu = time.perf_counter(), _cpu_seconds()
        items = [seconds for future in futures for seconds in future.result()]
        return Run(items, time.perf_counter() - began, _cpu_seconds() - cpu)


def _findings(tablets: list[Tablet], folder: Path, url: str, count: int, round_number: int) -> dict[str, Any]:
    pictures = [
        [[_picture(seed) for seed in _seeds(round_number, n, m)] for m in range(count)]
        for n in range(len(tablets))
    ]

    def task(tablet: Tablet, work: list[list[bytes]]) -> Callable[[], list[float]]:
        return lambda: [tablet.send_finding([Photo(data) for data in photos]) for photos in work]

    own = _all_at_once([task(t, w) for t, w in zip(tablets, pictures, strict=True)], len(tablets))
    flat = [photos for work in pictures for photos in work]
    floor = _floor(folder, url, flat)
    return _row(
        "findings with 3 photos of 300 KB", own, floor, megabytes=len(flat) * PHOTOS * PHOTO_BYTES / 1e6
    )


def _small(tablets: list[Tablet], folder: Path, url: str, count: int) -> dict[str, Any]:
    def task(tablet: Tablet) -> Callable[[], list[float]]:
        return lambda: [tablet.send_small(n) for n in range(count)]

    own = _all_at_once([task(tablet) for tablet in tablets], len(tablets))
    floor = _floor(folder, url, [[] for _ in range(len(tablets) * count)])
    return _row("small submissions", own, floor, megabytes=0)


def _seeds(round_number: int, tablet: int, finding: int) -> range:
    first = ((round_number * TABLETS + tablet) * 1000 + finding) * PHOTOS
    return range(first, first + PHOTOS)


def _picture(seed: int) -> bytes:
    """A JPEG of exactly PHOTO_BYTES: a scene of its own and a tail."""
    from PIL import Image

    noise = Image.frombytes("RGB", (40, 30), (seed.to_bytes(4, "big") * 900)[: 40 * 30 * 3])
    shade = Image.linear_gradient("L").resize((1600, 1200)).rotate(seed % 360)
    scene = Image.blend(noise.resize((1600, 1200)), Image.merge("RGB", (shade, shade, shade)), 0.5)
    out = io.BytesIO()
    scene.save(out, "JPEG", quality=80)
    data = out.getvalue()
    return data + b"\0" * max(0, PHOTO_BYTES - len(data))


def _floor(folder: Path, url: str, work: list[list[bytes]]) -> Run:
    """The same bytes with nothing else around them."""
    place = folder / f"floor-{uuid.uuid4().hex}"
    place.mkdir()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS public.bench_floor (id uuid PRIMARY KEY, body text)")

    def task(mine: list[list[bytes]]) -> Callable[[], list[float]]:
        def run() -> list[float]:
            with psycopg.connect(url) as connection:
                return [_floor_item(connection, place, photos) for photos in mine]

        return run

    parts = [work[n::FLOOR_THREADS] for n in range(FLOOR_THREADS)]
    return _all_at_once([task(part) for part in parts], FLOOR_THREADS)


def _floor_item(connection: psycopg.Connection[Any], place: Path, photos: list[bytes]) -> float:
    began = time.perf_counter()
    _insert(connection)
    for data in photos:
        path = place / uuid.uuid4().hex
        with path.with_suffix(".part").open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        path.with_suffix(".part").rename(path)
        held = os.open(place, os.O_RDONLY)
        os.fsync(held)
        os.close(held)
        for _ in range(2):  # a commit for each part, as the product
            _insert(connection)
    return time.perf_counter() - began


def _insert(connection: psycopg.Connection[Any]) -> None:
    connection.execute("INSERT INTO public.bench_floor VALUES (%s, %s)", [uuid.uuid4(), "x" * 1000])
    connection.commit()


def _row(what: str, own: Run, floor: Run, *, megabytes: float) -> dict[str, Any]:
    return {
        "what": what,
        "count": len(own.items),
        "per_second": round(own.per_second, 1),
        "mb_per_second": round(megabytes / own.wall, 1),
        "p50_ms": round(statistics.median(own.items) * 1000),
        "p95_ms": round(own.percentile(0.95)),
        "cpu_ms": round(own.cpu / len(own.items) * 1000),
        "floor_per_second": round(floor.per_second, 1),
        "floor_p95_ms": round(floor.percentile(0.95)),
        "ratio": round(floor.per_second / own.per_second, 2),
    }


def _print(rows: list[dict[str, Any]]) -> None:
    print(
        "| what | count | per second | MB/s | p50 ms | p95 ms | CPU ms | floor per second | floor p95 ms | floor / product |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    for row in rows:
        print("| " + " | ".join(str(value) for value in row.values()) + " |")
    print(json.dumps({"load": os.getloadavg(), "rows": rows}))


if __name__ == "__main__":
    main()
