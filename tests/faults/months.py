"""A city with one county that a close will interview, in a database where commits are real; and processes to kill."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import connections
from django.utils import timezone

from scoring.services.closing import request_close
from tenancy.jobs import run_job, waiting_jobs
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests.cast import make_city
from tests.forked import run_forked
from tests.scoring.facts.reading import SEPTEMBER, moment, unit
from tests.scoring.month_records import make_failing_county

AT = moment(10, 9)


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
    return run_forked(run_job, city_id, job_id, database=database, environment=environment)


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
