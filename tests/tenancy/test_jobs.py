"""The row is the job: nothing is lost, nothing is done twice, whoever dies."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from core.errors import DomainError
from tenancy import jobs
from tenancy.enums import JobState
from tenancy.jobs import enqueue, job_handler, run_job, waiting_jobs
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests.cast import make_city

NOW = dt.datetime(2023, 9, 1, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _silent_bell(monkeypatch):
    monkeypatch.setattr(jobs, "ring", lambda job: None)


@pytest.fixture
def handler(monkeypatch):
    """Registers a kind for one test."""

    def make(function, kind="test_kind"):
        monkeypatch.setattr(jobs, "_handlers", {**jobs._handlers})
        job_handler(kind)(function)
        return kind

    return make


def _enqueue(city, kind="test_kind", key="1"):
    with city_scope(city.id):
        return enqueue(kind=kind, key=key, title="测试任务", payload={}, by="测试", at=NOW)


def _effect(city, name):
    """An effect that can be counted: the bureau's name gets longer."""
    City.objects.filter(pk=city.id).update(bureau_name=city.bureau_name + name)


def test_asking_twice_gives_one_row(fresh_database, handler):
    city = make_city()
    handler(lambda job, progress: {})

    assert _enqueue(city).id == _enqueue(city).id
    with city_scope(city.id):
        assert Job.objects.count() == 1


def test_effect_and_done_are_one(fresh_database, handler):
    city = make_city()

    def work(job, progress):
        progress(40, "做了一半")
        _effect(city, "+1")
        return {"ok": True}

    handler(work)
    job = run_job(city.id, _enqueue(city).id)

    assert (job.state, job.progress_percent, job.result) == (JobState.DONE, 100, {"ok": True})
    assert City.objects.get(pk=city.id).bureau_name.endswith("+1")
    assert run_job(city.id, job.id) is None, "a done job is not done again"


def test_a_failure_leaves_no_effect_and_is_tried_again_until_it_is_enough(fresh_database, handler):
    city = make_city()

    def work(job, progress):
        _effect(city, "+1")
        raise ZeroDivisionError

    handler(work)
    job = _enqueue(city)
    states = []
    for _ in range(Job._meta.get_field("max_attempts").default):
        with city_scope(city.id):
            Job.objects.filter(pk=job.id).update(available_at=NOW)
        states.append(run_job(city.id, job.id).state)

    assert states == [JobState.QUEUED] * 4 + [JobState.FAILED]
    assert not City.objects.get(pk=city.id).bureau_name.endswith("+1")


def test_a_refusal_of_the_trade_is_final_and_readable(fresh_database, handler):
    city = make_city()

    def work(job, progress):
        raise DomainError("九月还没有结束，不能结账。")

    handler(work)
    job = run_job(city.id, _enqueue(city).id)

    assert (job.state, job.error) == (JobState.FAILED, "九月还没有结束，不能结账。")


def test_progress_is_seen_while_the_work_is_still_open(fresh_database, handler):
    city = make_city()
    seen = {}

    def work(job, progress):
        progress(55, "正在核对")
        seen.update(_as_another_connection(city, job))
        return {}

    handler(work)
    run_job(city.id, _enqueue(city).id)

    assert seen == {"state": JobState.RUNNING, "progress_percent": 55, "progress_text": "正在核对"}


def _as_another_connection(city, job):
    result = {}

    def look():
        with city_scope(city.id):
            result.update(Job.objects.values("state", "progress_percent", "progress_text").get(pk=job.id))
        connections.close_all()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return result


def test_twenty_workers_do_one_job_once(fresh_database, handler):
    city = make_city()
    barrier = threading.Barrier(20)

    def work(job, progress):
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE tenancy_city SET bureau_name = bureau_name || '+' WHERE id = %s", [city.id]
            )
        return {}

    handler(work)
    job = _enqueue(city)

    def courier():
        barrier.wait()
        run_job(city.id, job.id)
        connections.close_all()

    threads = [threading.Thread(target=courier) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert City.objects.get(pk=city.id).bureau_name.count("+") == 1


def test_an_abandoned_job_is_found_by_the_sweep(fresh_database, handler):
    city = make_city()
    handler(lambda job, progress: {})
    job = _enqueue(city)
    with city_scope(city.id):
        Job.objects.filter(pk=job.id).update(
            state=JobState.RUNNING, attempts=1, lease_until=timezone.now() - dt.timedelta(seconds=1)
        )
        assert [j.id for j in waiting_jobs(timezone.now())] == [job.id]

    assert run_job(city.id, job.id).state == JobState.DONE


def test_a_silent_worker_that_lives_keeps_its_job(fresh_database, handler):
    city = make_city()
    seen = []

    def work(job, progress):
        with city_scope(city.id):
            seen.append(_as_if_silent_too_long(city, job))
        return {}

    handler(work)
    job = run_job(city.id, _enqueue(city).id)

    assert seen == [None], "a second worker must leave it alone"
    assert (job.state, job.attempts) == (JobState.DONE, 1)


def _as_if_silent_too_long(city, job):
    result = []

    def second_worker():
        with city_scope(city.id):
            Job.objects.filter(pk=job.id).update(lease_until=timezone.now() - dt.timedelta(seconds=1))
        result.append(run_job(city.id, job.id))
        connections.close_all()

    thread = threading.Thread(target=second_worker)
    thread.start()
    thread.join()
    return result[0]


def test_a_different_request_is_refused_while_the_first_is_waiting(fresh_database, handler):
    city = make_city()
    handler(lambda job, progress: {})
    _enqueue(city)

    with city_scope(city.id), pytest.raises(DomainError, match="正在办理"):
        enqueue(kind="test_kind", key="1", title="x", payload={"by": "别人"}, by="别人", at=NOW)


def test_a_failed_job_asked_for_again_is_the_new_persons(fresh_database, handler):
    city = make_city()

    def work(job, progress):
        raise DomainError("不行。")

    handler(work)
    run_job(city.id, _enqueue(city).id)
    with city_scope(city.id):
        again = enqueue(kind="test_kind", key="1", title="x", payload={"by": "乙"}, by="乙", at=NOW)

    assert (again.state, again.payload, again.created_by_name) == (JobState.QUEUED, {"by": "乙"}, "乙")


def test_a_worker_that_lost_its_claim_changes_nothing(fresh_database, handler):
    city = make_city()

    def work(job, progress):
        _effect(city, "+1")
        _steal(city, job)
        return {}

    handler(work)
    job = _enqueue(city)
    run_job(city.id, job.id)

    assert not City.objects.get(pk=city.id).bureau_name.endswith("+1")


def _steal(city, job):
    def take():
        with city_scope(city.id):
            Job.objects.filter(pk=job.id).update(attempts=9)
        connections.close_all()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join()


def test_a_job_of_another_city_cannot_be_run(fresh_database, handler):
    city, other = make_city(), make_city("duizhao")
    handler(lambda job, progress: {})
    job = _enqueue(city)

    assert run_job(other.id, job.id) is None
    with city_scope(city.id):
        assert Job.objects.get(pk=job.id).state == JobState.QUEUED
