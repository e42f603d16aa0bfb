"""A sync under cuts and kills: whatever happens, everything arrives, and exactly once (security.md §4, peers.md §D7)."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial

import pytest

from config.launcher.console import Console
from config.launcher.layout import Layout
from config.launcher.postgres import THROW_AWAY
from config.launcher.services import Stack
from config.launcher.supervisor import Supervisor
from core.faultpoint import ENVIRONMENT, LOG_ENVIRONMENT
from inspections.models import Finding, Photo
from tenancy.scope import city_scope
from tests.faults.syncing import (
    ROOT,
    SYNC,
    body_told,
    chunk_told,
    found_site,
    held,
    make_outbox,
    once,
    web_process,
)
from tests.launcher.conftest import eventually, folder, layout, supervisor
from tests.schema_copy import copy_schema

__all__ = ["folder", "layout", "supervisor"]

ON_A_SUBMISSION = ("submission.before_commit",)
ON_A_PART = ("photo.part_on_disk", "photo.original_kept", "photo.before_commit")


@pytest.mark.django_db
def test_a_sync_that_is_cut_at_any_request_loses_and_doubles_nothing(settings, tmp_path):
    """Cut at each kind of boundary: the tablet never hears of the last request that arrived, and begins again."""
    settings.MEDIA_ROOT = tmp_path / "media"
    city, tablet, inspection, unit = found_site()
    length = 3 + 3 + 1 + 1
    # before anything, after the first body, between two parts of a photo, before and after the last request
    cuts = (0, 1, 4, length - 1, length)
    for number, cut in enumerate(cuts):
        box = make_outbox(city, tablet, inspection, unit, seed=number + 1)
        for request in itertools.islice(box.requests(), cut):
            request()
        codes = [request().status_code for request in box.requests()]
        assert (codes.count(202), codes.count(201)) == (cut, length - cut)
        assert box.ask_for_receipts()
    assert held(city) == once(3 * len(cuts))


@pytest.mark.slow
def test_a_web_process_killed_anywhere_in_a_sync_loses_and_doubles_nothing(
    fresh_database, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path / "test-media"
    city, tablet, inspection, unit = found_site()
    points = (*ON_A_SUBMISSION, *ON_A_PART)
    log = tmp_path / "points"
    for number, point in enumerate(points):
        box = make_outbox(city, tablet, inspection, unit, seed=number + 1, findings=1)
        if point in ON_A_SUBMISSION:
            told = body_told(tablet, box.bodies[0])
        else:
            tablet.put_submission(box.bodies[0])
            tablet.put_chunk(box.shots[0], "original", box.shots[0].data, 0)
            told = chunk_told(tablet, box.shots[0], 1)
        assert web_process(fresh_database, told, tmp_path, **{ENVIRONMENT: point}) == -9, point
        with city_scope(city.id):
            assert Finding.objects.count() == number + (point in ON_A_PART), point
            assert Photo.objects.filter(state="STORED").count() == number, point

        assert {request().status_code for request in box.requests()} <= {201, 202}
        assert box.ask_for_receipts()
        assert held(city) == once(number + 1)

    # Negative control: a point that no request passes would prove nothing.
    box = make_outbox(city, tablet, inspection, unit, seed=99, findings=1)
    noted = {LOG_ENVIRONMENT: str(log)}
    assert web_process(fresh_database, body_told(tablet, box.bodies[0]), tmp_path, **noted) == 0
    tablet.put_chunk(box.shots[0], "original", box.shots[0].data, 0)
    assert web_process(fresh_database, chunk_told(tablet, box.shots[0], 1), tmp_path, **noted) == 0
    assert tuple(log.read_text().split()) == points


@pytest.fixture
def stack(layout: Layout, supervisor: Supervisor) -> Iterator[Stack]:
    """A database server of this test's own, to be killed. Without fsync: a process dies here, not the machine."""
    made = Stack.assemble(
        layout, {}, settings={**THROW_AWAY, "shared_buffers": "32MB", "synchronous_commit": "on"}
    )
    made.start(supervisor, Console(quiet=True))
    yield made
    supervisor.stop_all()


@pytest.mark.slow
def test_a_database_killed_in_the_middle_of_a_sync_loses_and_doubles_nothing(
    stack, layout, supervisor, worker_database, tmp_path
):
    assert stack.postgres is not None
    copy_schema(worker_database, stack.postgres)
    findings, kills = 8, 2
    child = subprocess.Popen(
        [sys.executable, "-c", SYNC, str(tmp_path), str(findings)],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": stack.postgres.url("app"),
            "DATABASE_OWNER_URL": stack.postgres.url("owner"),
            "ANLAN_DATA_DIR": str(tmp_path / "data"),
        },
        stderr=(tmp_path / "stderr").open("w"),
    )
    progress = tmp_path / "progress"

    def answers() -> int:
        return progress.read_text().count("\n") if progress.exists() else 0

    def has_more(wanted: int) -> bool:
        return answers() >= wanted

    try:
        eventually((tmp_path / "ready").exists, within=60)
        for kill in range(kills):
            seen = answers()
            eventually(partial(has_more, seen + 5), within=60)
            first = int((layout.pg / "postmaster.pid").read_text().split("\n", 1)[0])
            os.kill(first, signal.SIGKILL)

            def back(first: int = first) -> bool:
                supervisor.tick()
                return stack.postgres.is_ready()

            time.sleep(0.1 * kill)  # the clients meet a dead server for a moment, each time for another one
            eventually(back, within=30)
        eventually(lambda: supervisor.tick() or (tmp_path / "done").exists(), within=120)
    finally:
        child.kill()
        child.wait()
    told = json.loads((tmp_path / "done").read_text())
    assert told.pop("faults") >= 1, "the kills were met by nobody"
    assert told.pop("hashes") == findings + 1
    assert told == once(findings)
