"""An outbox that is sent until everything has arrived, and processes that die meanwhile.

`sync_all` in a process of its own is web process and tablet in one: it founds a city, makes an outbox of findings with
photos, writes `ready`, sends until all receipts are complete, writes `done` with what the server holds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from inspections.selectors.photos import CHUNK_BYTES, chunk_count
from tests.forked import run_forked

ROOT = Path(__file__).resolve().parents[2]
Request = Callable[[], Any]


@dataclass
class Outbox:
    """What a tablet has to send: bodies and photos. `receipts` are the complete ones."""

    tablet: Any
    bodies: list[dict[str, Any]] = field(default_factory=list)
    shots: list[Any] = field(default_factory=list)
    receipts: dict[str, Any] = field(default_factory=dict)

    def requests(self) -> Iterator[Request]:
        """Everything once, from the beginning; each item is one request."""
        for body in self.bodies:
            yield partial(self.tablet.put_submission, body)
        for shot in self.shots:
            for copy, data in shot.copies():
                for n in range(chunk_count(len(data))):
                    yield partial(self.tablet.put_chunk, shot, copy, data, n)

    def ask_for_receipts(self) -> bool:
        """Whether everything is delivered."""
        for body in self.bodies:
            answer = self.tablet.get(f"receipts/{body['id']}")
            if answer.status_code == 200 and answer.json()["receipt"]["complete"]:
                self.receipts[body["id"]] = answer.json()["receipt"]
        return len(self.receipts) == len(self.bodies)


def make_outbox(
    city: Any, tablet: Any, inspection: Any, unit: Any, *, seed: int, findings: int = 3
) -> Outbox:
    """Findings with a photo each; the first one in two parts and with its stamped copy."""
    from core.uuid7 import uuid7
    from tests.inspections.tablet import Shot, finding_ops, padded, picture

    box = Outbox(tablet)
    for number in range(findings):
        key = uuid7()
        shot = Shot(picture(seed * 10 + number), finding=key)
        if number == 0:
            shot.data, shot.stamped = padded(shot.data, CHUNK_BYTES + 500), picture(seed * 10 + 5000)
        ops = finding_ops(key, unit, text=f"问题 {seed} {number}")
        box.bodies.append(tablet.submission(inspection.pk, *ops, photos=[shot.entry()]))
        box.shots.append(shot)
    return box


def held(city: Any) -> dict[str, Any]:
    """What the server holds now."""
    from inspections.models import Evidence, Finding, Photo, PhotoChunk, RecordOperation, Submission
    from tenancy.scope import city_scope

    with city_scope(city.id):
        return {
            "submissions": Submission.objects.count(),
            "operations": RecordOperation.objects.count(),
            "findings": Finding.objects.count(),
            "photos": Photo.objects.filter(state="STORED").count(),
            "evidence": Evidence.objects.count(),
            "parts": PhotoChunk.objects.count(),
        }


def once(findings: int) -> dict[str, Any]:
    """What so many findings leave when each arrived exactly once."""
    return {
        "submissions": findings,
        "operations": findings * 4,
        "findings": findings,
        "photos": findings,
        "evidence": findings,
        "parts": 0,
    }


def found_site() -> tuple[Any, Any, Any, Any]:
    """City, tablet, inspection, unit, committed."""
    from django.utils import timezone

    from accounts.roles import Role
    from tenancy.scope import city_scope
    from tests import factories
    from tests.cast import county, make_city, person
    from tests.inspections.tablet import Tablet, enrolled

    city = make_city()
    place = county(city)
    inspector = person(city, Role.COUNTY_SUPERVISOR)
    _, token = enrolled(city, place, at=timezone.now())
    with city_scope(city.id):
        inspection = factories.inspection(jurisdiction=place, state="NOTIFIED")
        unit = factories.participating_unit(project=inspection.project)
    return city, Tablet(inspector, token), inspection, unit


def web_process(database: str, told: dict[str, Any], data_dir: Path, **environment: str) -> int:
    """A real process that answers one request; returns how it ended (-9: killed)."""
    return run_forked(_answer_one, told, str(data_dir), database=database, environment=environment)


def _answer_one(told: dict[str, Any], data_dir: str) -> None:
    from uuid import UUID

    from django.conf import settings

    from accounts.models import User
    from tests.inspections.tablet import Shot, Tablet

    settings.MEDIA_ROOT = Path(data_dir) / "test-media"
    tablet = Tablet(User.objects.get(pk=told["user"]), told["token"])
    if told["body"]:
        tablet.put_submission(told["body"])
    else:
        shot = Shot(bytes.fromhex(told["data"]), id=UUID(told["shot"]))
        tablet.put_chunk(shot, "original", shot.data, told["n"])


def chunk_told(tablet: Any, shot: Any, n: int) -> dict[str, Any]:
    """For `web_process`: one part of the original."""
    return {
        "user": str(tablet.user.pk),
        "token": tablet.token,
        "body": None,
        "data": shot.data.hex(),
        "shot": str(shot.id),
        "n": n,
    }


def body_told(tablet: Any, body: dict[str, Any]) -> dict[str, Any]:
    """For `web_process`: one submission."""
    return {"user": str(tablet.user.pk), "token": tablet.token, "body": body}


SYNC = """
import sys
import django
django.setup()
from tests.faults.syncing import sync_all
sync_all(sys.argv[1], int(sys.argv[2]))
"""
"""The program of a process that syncs."""


def sync_all(place: str, findings: int) -> None:
    """See the module's docstring."""
    from django.db import connections

    folder = Path(place)
    city, tablet, inspection, unit = found_site()
    tablet.client.raise_request_exception = False
    box = make_outbox(city, tablet, inspection, unit, seed=1, findings=findings)
    (folder / "ready").touch()
    faults = 0
    while True:
        try:
            for request in box.requests():
                answer = request()
                with (folder / "progress").open("a") as log:
                    log.write(f"{answer.status_code}\n")
                if answer.status_code >= 500:
                    raise ConnectionError
            if box.ask_for_receipts():
                break
        except Exception:  # the database is away: a tablet waits and begins again
            faults += 1
            for alias in connections.settings:
                connections[alias].close()
            time.sleep(0.2)
    hashes = sorted(f["sha256"] for r in box.receipts.values() for f in r["files"])
    (folder / "done.new").write_text(json.dumps({**held(city), "faults": faults, "hashes": len(set(hashes))}))
    (folder / "done.new").rename(folder / "done")
