"""The close of a month under kills, races and repetition: whatever happens, exactly one effect (security.md §4 F2, F7,
F10, F13). Each promise has a negative control that shows the double."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import call_command
from django.db import connections, transaction

from core.faultpoint import ENVIRONMENT, LOG_ENVIRONMENT
from enforcement.models import CriticismProposal, Interview
from projects.models import MonthlyReturn
from scoring.models import CountyScore, Listing, ScoreRun, SubjectScore
from scoring.services import closing
from scoring.services.closing import CloseRefused, close_month, request_close
from tenancy.jobs import run_job
from tenancy.models import Job
from tenancy.scope import city_scope
from tests.faults.months import AT, city_to_close, close_connections, queued_close, sweep, worker
from tests.scoring.facts.reading import SEPTEMBER

POINTS = (
    "close.locked",
    "close.frozen",
    "close.facts",
    "close.scored",
    "close.listed",
    "close.proposed",
    "close.before_commit",
)
MANY = 20


def effects() -> dict[str, int]:
    """What one close of the failing city leaves."""
    return {
        "runs": ScoreRun.objects.count(),
        "scores": CountyScore.objects.count(),
        "subjects": SubjectScore.objects.count(),
        "county listings": Listing.objects.filter(subject="COUNTY").count(),
        "interviews": Interview.objects.count(),
        "criticisms": CriticismProposal.objects.count(),
        "draft jobs": Job.objects.filter(kind="draft_documents").count(),
        "frozen returns": MonthlyReturn.objects.filter(state="FROZEN").count(),
    }


ONCE = {
    "runs": 1,
    "scores": 14,
    "subjects": 2,
    "county listings": 1,
    "interviews": 1,
    "criticisms": 1,
    "draft jobs": 1,
    "frozen returns": 1,
}


def all_zero() -> None:
    """`verify_invariants` exits with 1 when anything is broken."""
    call_command("verify_invariants", "mianyang")


def at_once(task: Callable[[int], str], times: int = MANY) -> list[str]:
    """Start together on as many connections; each task returns a word or its refusal does."""
    barrier = threading.Barrier(times)

    def run(number: int) -> str:
        barrier.wait(timeout=60)
        try:
            return task(number)
        except CloseRefused:
            return "refused"
        finally:
            close_connections()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(run, range(times)))


@pytest.mark.slow
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_anywhere_leaves_nothing_and_the_sweep_does_it_once(fresh_database, point):
    city = city_to_close()
    job = queued_close(city)

    assert worker(fresh_database, city.id, job.id, **{ENVIRONMENT: point}) == -9
    with city_scope(city.id):
        assert set(effects().values()) == {0}
        assert Job.objects.get(pk=job.id).state == "RUNNING"

    assert sweep(city) >= 1
    with city_scope(city.id):
        assert effects() == ONCE
        done = Job.objects.get(pk=job.id)
        assert (done.state, done.attempts) == ("DONE", 2)
    all_zero()


@pytest.mark.slow
def test_every_named_point_lies_on_the_way(fresh_database, tmp_path):
    """Negative control of the kills: a point that no close passes would prove nothing."""
    city = city_to_close()
    job = queued_close(city)
    log = tmp_path / "points"

    assert worker(fresh_database, city.id, job.id, **{LOG_ENVIRONMENT: str(log)}) == 0

    assert tuple(log.read_text().split()) == POINTS
    with city_scope(city.id):
        assert effects() == ONCE


@pytest.mark.slow
def test_a_worker_that_dies_every_time_ends_as_failed_with_the_reason(fresh_database):
    city = city_to_close()
    job = queued_close(city)
    with city_scope(city.id):
        Job.objects.filter(pk=job.id).update(max_attempts=1)
    worker(fresh_database, city.id, job.id, **{ENVIRONMENT: "close.facts"})

    sweep(city)

    with city_scope(city.id):
        given_up = Job.objects.get(pk=job.id)
        assert (given_up.state, given_up.error) == ("FAILED", "执行1次均中断，已停止重试。")
        assert set(effects().values()) == {0}
        request_close(month=SEPTEMBER, by="乙", at=AT)
    sweep(city)
    with city_scope(city.id):
        assert effects() == ONCE


def test_twenty_requests_at_once_are_one_job(fresh_database):
    city = city_to_close()

    def ask(number: int) -> str:
        with city_scope(city.id):
            return str(request_close(month=SEPTEMBER, by=f"用户{number}", at=AT).id)

    assert len(set(at_once(ask))) == 1
    with city_scope(city.id):
        assert Job.objects.filter(kind="close_month").count() == 1


def test_one_job_delivered_twenty_times_at_once_is_done_once(fresh_database):
    city = city_to_close()
    job = queued_close(city)

    def deliver(number: int) -> str:
        row = run_job(city.id, job.id)
        return "nobody" if row is None else row.state

    answers = at_once(deliver)

    assert answers.count("DONE") == 1
    assert answers.count("nobody") == MANY - 1
    with city_scope(city.id):
        assert effects() == ONCE
        assert Job.objects.get(pk=job.id).attempts == 1
    assert run_job(city.id, job.id) is None


def direct_close(city_id):
    def close(number: int) -> str:
        with city_scope(city_id):
            close_month(month=SEPTEMBER, by=f"用户{number}", at=AT)
        return "closed"

    return close


def test_twenty_closes_at_once_are_one_close(fresh_database):
    city = city_to_close()

    answers = at_once(direct_close(city.id))

    assert sorted(answers) == ["closed"] + ["refused"] * (MANY - 1)
    with city_scope(city.id):
        assert effects() == ONCE
    sweep(city)
    all_zero()


def test_without_the_lock_the_unique_keys_still_allow_one_only(fresh_database, monkeypatch):
    from django.db import IntegrityError

    monkeypatch.setattr(closing, "lock_city_months", lambda: None)
    city = city_to_close()
    close = direct_close(city.id)

    def try_close(number: int) -> str:
        try:
            return close(number)
        except IntegrityError:
            return "unique"

    answers = at_once(try_close, 5)

    assert answers.count("closed") == 1
    with city_scope(city.id):
        assert effects() == ONCE


def test_control_without_lock_and_keys_a_month_is_closed_more_than_once(fresh_database, monkeypatch):
    """Negative control of F10: this suite can see a double close."""
    monkeypatch.setattr(closing, "lock_city_months", lambda: None)
    monkeypatch.setattr(closing, "propose_measures", lambda **_: None)
    monkeypatch.setattr(closing, "_ask_for_drafts", lambda *_: None)
    city = city_to_close()
    owner = connections["owner"]
    with owner.cursor() as cursor:
        cursor.execute("DROP INDEX scoring_one_live_run_per_month")
        cursor.execute("ALTER TABLE scoring_scorerun DROP CONSTRAINT scoring_one_run_per_revision")
        cursor.execute("ALTER TABLE tenancy_job DROP CONSTRAINT tenancy_one_job_per_key")
    owner.close()
    entered = threading.Barrier(5)
    write_run = closing.write_run

    def together(**given):
        entered.wait(timeout=60)
        return write_run(**given)

    monkeypatch.setattr(closing, "write_run", together)

    answers = at_once(direct_close(city.id), 5)

    assert answers == ["closed"] * 5
    with city_scope(city.id):
        assert ScoreRun.objects.count() == 5
    with pytest.raises(SystemExit):
        all_zero()


@pytest.mark.slow
def test_control_committing_in_pieces_leaves_half_a_month(fresh_database, monkeypatch):
    """Negative control of the kills: were the steps committed one by one, a death in the middle would show."""
    city = city_to_close()

    class PowerCut(RuntimeError):
        pass

    def cut(name: str) -> None:
        if name == "close.listed":
            raise PowerCut

    monkeypatch.setattr(closing, "faultpoint", cut)
    with pytest.raises(PowerCut), city_scope(city.id):
        close_month(month=SEPTEMBER, by="甲", at=AT)
    with city_scope(city.id):
        assert set(effects().values()) == {0}

    in_pieces = vars(closing.close_month)["__wrapped__"]  # without its transaction
    with city_scope(city.id), pytest.raises(PowerCut):
        in_pieces(month=SEPTEMBER, by="甲", at=AT)
    with city_scope(city.id):
        half = effects()
        assert half["runs"] == 1
        assert half["interviews"] == 0
    with pytest.raises(SystemExit):
        all_zero()


def test_a_return_that_is_being_accepted_is_waited_for(fresh_database):
    """F13: in the month as it stands, or refused as late; never half."""
    city = city_to_close()
    held, closed = threading.Event(), threading.Event()

    def accept() -> None:
        with city_scope(city.id):
            row = MonthlyReturn.objects.select_for_update().get()
            held.set()
            assert not closed.wait(timeout=1.5), "the close did not wait"
            row.state = "ACCEPTED"
            row.save(update_fields=["state"])
        close_connections()

    clerk = threading.Thread(target=accept)
    clerk.start()
    assert held.wait(timeout=30)
    with city_scope(city.id):
        close_month(month=SEPTEMBER, by="甲", at=AT)
    closed.set()
    clerk.join()

    with city_scope(city.id):
        assert MonthlyReturn.objects.get().state == "FROZEN"
        assert effects() == ONCE
    with (
        city_scope(city.id),
        pytest.raises(Exception, match="frozen return never changes"),
        transaction.atomic(),
    ):
        MonthlyReturn.objects.update(state="ACCEPTED")


def test_faultpoints_are_dead_outside_of_tests(settings, monkeypatch):
    from core.faultpoint import faultpoint

    monkeypatch.setenv(ENVIRONMENT, "close.locked")
    settings.SETTINGS_MODULE = "config.settings.base"

    faultpoint("close.locked")  # still alive
