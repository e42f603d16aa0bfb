"""One shape of line everywhere: web, job and worker, each saying whom and what it is about."""

from __future__ import annotations

import io
import json
import logging

import pytest
from celery.app.log import Logging
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.middleware import TenancyMiddleware
from accounts.roles import Role
from config.celery import app
from config.logs import configure
from config.middleware import RequestIdMiddleware
from tenancy import jobs
from tenancy.jobs import enqueue, job_handler, run_job
from tenancy.scope import city_scope
from tests.cast import AT, make_city, person

logger = logging.getLogger("anlan.test")


@pytest.fixture
def root():
    """The root logger, put back as pytest had it."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


@pytest.fixture
def lines(root):
    """Reads what production would have written to standard error, as parsed JSON lines."""
    configure({"level": "INFO", "json": True})
    return _reader(root)


def _reader(root):
    stream = io.StringIO()
    (handler,) = root.handlers
    handler.setStream(stream)
    return lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def _line(lines, event):
    (line,) = [line for line in lines() if line["event"] == event]
    return line


def test_a_line_inside_a_view_says_request_city_and_user(city, lines):
    clerk = person(city, Role.BUREAU_CHIEF)
    request = RequestFactory().get("/", headers={"X-Request-ID": "abc-12345678"})
    request.user, request.session = clerk, SessionStore()

    def view(request):
        logger.info("inside")
        return HttpResponse()

    RequestIdMiddleware(TenancyMiddleware(view))(request)
    logger.info("after")

    expected = {
        "request_id": "abc-12345678",
        "city": str(city.id),
        "user": str(clerk.id),
        "role": "BUREAU_CHIEF",
    }
    assert {key: _line(lines, "inside").get(key) for key in expected} == expected
    assert {key: _line(lines, "request").get(key) for key in expected} == expected
    assert not expected.keys() & _line(lines, "after").keys(), "nothing sticks to the thread"


def test_a_line_inside_a_job_says_city_job_and_kind(fresh_database, monkeypatch, lines):
    monkeypatch.setattr(jobs, "ring", lambda job: None)
    monkeypatch.setattr(jobs, "_handlers", {**jobs._handlers})
    city = make_city()

    @job_handler("test_kind")
    def work(job, progress):
        logger.info("inside")
        raise ZeroDivisionError

    with city_scope(city.id):
        job = enqueue(kind="test_kind", key="1", title="测试任务", payload={}, by="测试", at=AT)
    run_job(city.id, job.id)
    logger.info("after")

    expected = {"city": str(city.id), "job": str(job.id), "kind": "test_kind"}
    failure = _line(lines, f"job {job.id} (test_kind) failed")
    assert {key: _line(lines, "inside").get(key) for key in expected} == expected
    assert {key: failure.get(key) for key in expected} == expected
    assert "ZeroDivisionError" in failure["exception"]
    assert not expected.keys() & _line(lines, "after").keys()


def test_the_worker_writes_the_same_lines(root, settings, monkeypatch):
    settings.LOGGING = {"level": "INFO", "json": True}
    monkeypatch.setattr(Logging, "_setup", False)

    Logging(app).setup_logging_subsystem(loglevel="INFO")

    lines = _reader(root)
    logging.getLogger("celery.worker").info("ready")
    line = _line(lines, "ready")
    assert (line["logger"], line["level"]) == ("celery.worker", "info")
