"""The sign-off under kills: whatever happens, one number, one file, no gap (documents.md; security.md §4).

Real worker processes are killed by SIGKILL; the negative controls show the gap that the one transaction prevents.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from audit.models import AuditEvent
from core.faultpoint import ENVIRONMENT, LOG_ENVIRONMENT
from enforcement.models import ReminderLetter
from reports.models import Delivery
from reports.services import documents as service
from tenancy.jobs import run_job
from tenancy.models import Job
from tenancy.scope import city_scope
from tests.faults.months import sweep, worker
from tests.faults.signatures import DAY, SIGNED, Registry

POINTS = ("signoff.numbered", "signoff.rendered", "signoff.stored", "signoff.before_commit")
SIGN_OFFS = 10
"""At once; the first four of them die, one at each point."""


def issues(registry: Registry) -> int:
    """How often the trail tells of an issue."""
    with city_scope(registry.city.id):
        return AuditEvent.objects.filter(action="reports.document.issue").count()


def all_zero() -> None:
    """`verify_invariants` exits with 1 when anything is broken."""
    call_command("verify_invariants", "mianyang")


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_anywhere_takes_no_number_and_the_sweep_issues_once(fresh_database, point):
    registry = Registry()
    city = registry.city
    job = registry.queued()

    assert worker(fresh_database, city.id, job.id, **{ENVIRONMENT: point}) == -9
    assert registry.is_untouched()
    with city_scope(city.id):
        assert Job.objects.get(pk=job.id).state == "RUNNING"
        assert ReminderLetter.objects.get().state == "PROPOSED"

    assert sweep(city) == 1
    assert registry.serials() == [1]
    with city_scope(city.id):
        done = Job.objects.get(pk=job.id)
        assert (done.state, done.attempts) == ("DONE", 2)
        assert Delivery.objects.count() == 1
        assert ReminderLetter.objects.get().number == "绵水函〔2023〕1号"
    assert run_job(city.id, job.id) is None, "delivered again: nothing left to do"
    assert issues(registry) == 1

    following = run_job(city.id, registry.queued().id)
    assert following is not None
    assert following.result["number"] == "绵水函〔2023〕2号"
    assert registry.serials() == [1, 2]
    all_zero()


@pytest.mark.slow
def test_every_named_point_lies_on_the_way(fresh_database, tmp_path):
    """Negative control of the kills: a point that no sign-off passes would prove nothing."""
    registry = Registry()
    job = registry.queued()
    log = tmp_path / "points"

    assert worker(fresh_database, registry.city.id, job.id, **{LOG_ENVIRONMENT: str(log)}) == 0

    assert tuple(log.read_text().split()) == POINTS
    assert registry.serials() == [1]


def wait_until_all_want_a_number() -> None:
    """Until every worker waits for the row of the counter that this transaction holds."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(DISTINCT waiting.pid) FROM pg_locks waiting JOIN pg_locks held USING (transactionid)"
                " WHERE held.pid = pg_backend_pid() AND held.granted AND NOT waiting.granted"
            )
            if cursor.fetchone()[0] == SIGN_OFFS:
                return
        time.sleep(0.1)
    raise AssertionError("the workers did not come together")


@pytest.mark.slow
def test_ten_sign_offs_at_once_with_four_deaths_leave_no_gap(fresh_database):
    """All ten want their number at the same moment; the deaths happen with the counter held."""
    registry = Registry()
    city = registry.city
    jobs = [registry.queued() for _ in range(SIGN_OFFS)]
    points = [*POINTS, *[""] * (SIGN_OFFS - len(POINTS))]

    with ThreadPoolExecutor(SIGN_OFFS) as pool:
        with city_scope(city.id):
            held = service._next_serial(service.series_for("REMINDER_LETTER").id, DAY.year)
            ends = [
                pool.submit(worker, fresh_database, city.id, job.id, **{ENVIRONMENT: point})
                for job, point in zip(jobs, points, strict=True)
            ]
            wait_until_all_want_a_number()
            connection.set_rollback(True)  # an eleventh sign-off that fails
        codes = [end.result() for end in ends]

    assert (held, codes) == (1, [-9] * len(POINTS) + [0] * (SIGN_OFFS - len(POINTS)))
    assert registry.serials() == list(range(1, SIGN_OFFS - len(POINTS) + 1))
    assert sweep(city) == len(POINTS)
    assert registry.serials() == list(range(1, SIGN_OFFS + 1))
    assert issues(registry) == SIGN_OFFS
    with city_scope(city.id):
        assert set(Job.objects.values_list("state", flat=True)) == {"DONE"}
    all_zero()


def test_control_committing_in_pieces_leaves_a_gap(fresh_database, monkeypatch):
    """Negative control: were the number committed before the print, a death between them would cost a number."""
    registry = Registry()
    document = registry.reviewed()

    class PowerCut(RuntimeError):
        pass

    def cut(name: str) -> None:
        if name == "signoff.numbered":
            raise PowerCut

    given: Any = {"document_id": document.id, "dated_on": DAY, "by": registry.signer, "at": SIGNED}
    monkeypatch.setattr(service, "faultpoint", cut)
    with pytest.raises(PowerCut), city_scope(registry.city.id):
        service.sign_off(**given)
    assert registry.is_untouched()

    in_pieces = vars(service.sign_off)["__wrapped__"]  # without its transaction
    with city_scope(registry.city.id), pytest.raises(PowerCut):
        in_pieces(**given)
    assert not registry.is_untouched()
    with pytest.raises(SystemExit):
        all_zero()
