"""Every night what must always hold is asked of every city, and whatever is broken is an error in the log."""

from __future__ import annotations

import logging

from celery.schedules import crontab
from django.conf import settings

from config.celery import app
from reports import tasks
from reports.selectors.invariants import Invariant
from tenancy.scope import current_scope
from tests.cast import make_city


def test_it_is_asked_every_night():
    entry = settings.CELERY_BEAT_SCHEDULE["verify-invariants"]

    assert app.tasks[entry["task"]].name == tasks.verify_invariants.name
    assert entry["schedule"] == crontab(hour=2, minute=30)


def test_a_sound_installation_is_silent(fresh_database, caplog):
    make_city()

    assert tasks.verify_invariants() == 0
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]


def test_each_broken_invariant_is_an_error_line(fresh_database, caplog, monkeypatch):
    first, second = make_city(), make_city("duizhao")

    def broken(city, at):
        assert current_scope().city_id == city.id
        return ["1", "2"] if city == second else []

    monkeypatch.setattr(tasks, "CITY_INVARIANTS", (Invariant("something", "某事", broken),))

    assert tasks.verify_invariants() == 2
    errors = [line.getMessage() for line in caplog.records if line.levelno >= logging.ERROR]
    assert errors == [f"invariant something is broken in {second.slug}: 2"]
    assert first.slug not in errors[0]
