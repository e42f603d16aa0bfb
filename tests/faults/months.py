"""A city with one county that a close will interview, in a database where commits are real; and processes to kill."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import uuid
from pathlib import Path

from django.db import connections
from django.utils import timezone

from scoring.services.closing import request_close
from tenancy.jobs import run_job, waiting_jobs
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests.cast import make_city
from tests.conftest import of_database
from tests.scoring.facts.reading import SEPTEMBER, moment, unit
from tests.scoring.month_records import make_failing_county

ROOT = Path(__file__).resolve().parents[2]
AT = moment(10, 9)

_WORKER = """
import sys, uuid
import django
django.setup()
from celery import current_app
current_app.loader.import_default_modules()
from tenancy.jobs import run_job
run_job(uuid.UUID(sys.argv[1]), uuid.UUID(sys.argv[2]))
"""


def city_to_close() -> City:
    """Committed records: the failing county of September 2023."""
    city = make_city()
    with city_scope(city.id):
        make_failing_county(unit())
    return city


def queued_close(city: City) -> Job:
    """The job, waiting."""
    with city_scope(city.id):
        return request_close(month=SEPTEMBER, by="甲", at=AT)


def worker(database: str, city_id: uuid.UUID, job_id: uuid.UUID, **environment: str) -> int:
    """A real process that does one job; returns how it ended (-9: killed)."""
    owner, app = (os.environ[name] for name in ("DATABASE_OWNER_URL", "DATABASE_URL"))
    child = subprocess.run(
        [sys.executable, "-c", _WORKER, str(city_id), str(job_id)],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "DATABASE_URL": of_database(app, database),
            "DATABASE_OWNER_URL": of_database(owner, database),
            **environment,
        },
        capture_output=True,
        timeout=120,
        check=False,
    )
    return child.returncode


def sweep(city: City) -> int:
    """What beat does once the dead worker's lease is over: every waiting job is done. Returns how many."""
    done = 0
    with city_scope(city.id):
        Job.objects.filter(state="RUNNING").update(lease_until=timezone.now() - dt.timedelta(seconds=1))
    for _ in range(10):
        with city_scope(city.id):
            jobs = waiting_jobs(timezone.now())
        if not jobs:
            break
        for job in jobs:
            run_job(city.id, job.id)
            done += 1
    return done


def close_connections() -> None:
    """For threads: give the database back."""
    for alias in connections.settings:
        connections[alias].close()
