"""Handlers of the month's jobs: the row says what to do, the services do it."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass
from typing import Any

from celery import shared_task
from django.utils import timezone

from core.month import ReportingMonth
from projects.services.reminders import remind_due_returns
from projects.services.returns.reopening import expire_reopenings
from scoring.facts.window import CalendarMissing, calendar_around
from scoring.models import ScoreRun
from scoring.rules.errors import RubricError
from scoring.services.closing import CLOSE, CORRECT, close_month
from scoring.services.key_list_computing import compute_list
from scoring.services.key_lists import COMPUTE
from scoring.services.return_opening import (
    OPEN,
    months_to_open,
    open_month,
    report_due_on,
    request_opening,
)
from scoring.services.runs import correct_run
from tenancy.jobs import Progress, job_handler
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tenancy.tasks import SystemTask

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class JobActor:
    """Whoever asked for the job: the trail names the person, not the worker."""

    id: uuid.UUID | None
    display_name: str


def actor_of(job: Job) -> JobActor:
    """The person behind a job."""
    return JobActor(job.created_by, job.created_by_name)


@job_handler(CLOSE)
def run_close(job: Job, progress: Progress) -> dict[str, Any]:
    """Close the month that the job names."""
    run = close_month(
        month=ReportingMonth.parse(job.payload["month"]),
        by=actor_of(job),
        at=dt.datetime.fromisoformat(job.payload["at"]),
        report=progress,
    )
    return _result(run)


@job_handler(CORRECT)
def run_correction(job: Job, progress: Progress) -> dict[str, Any]:
    """Write the new revision that the job names."""
    run = correct_run(
        month=ReportingMonth.parse(job.payload["month"]),
        reason=job.payload["reason"],
        by=actor_of(job),
        at=dt.datetime.fromisoformat(job.payload["at"]),
        report=progress,
    )
    return _result(run)


def _result(run: ScoreRun) -> dict[str, Any]:
    return {"run_id": str(run.id), "revision": run.revision, "sha256": run.snapshot_sha256}


@job_handler(COMPUTE)
def run_risk_computation(job: Job, progress: Progress) -> dict[str, Any]:
    """Classify the projects for the list that the job names."""
    row = compute_list(
        list_id=uuid.UUID(job.payload["list"]),
        by=actor_of(job),
        at=dt.datetime.fromisoformat(job.payload["at"]),
        report=progress,
    )
    return {"list_id": str(row.id), "sha256": row.sha256}


@job_handler(OPEN)
def run_opening(job: Job, progress: Progress) -> dict[str, Any]:
    """Open the returns of the month that the job names; those that are open stay as they are."""
    opened = open_month(
        month=ReportingMonth.parse(job.payload["month"]),
        by=actor_of(job),
        at=dt.datetime.fromisoformat(job.payload["at"]),
        progress=progress,
    )
    return {"opened": [str(row.id) for row in opened]}


@shared_task(base=SystemTask, name="scoring.tasks.open_due_returns")
def open_due_returns(**_: Any) -> int:
    """Ask for every month whose returns should be open by now, in every city; returns how many jobs were asked for."""
    at = timezone.now()
    asked = 0
    for city in City.objects.all():
        with city_scope(city.id):
            for month in months_to_open(at):
                request_opening(month=month, by="系统", at=at)
                asked += 1
    return asked


@shared_task(base=SystemTask, name="scoring.tasks.remind_due")
def remind_due(**_: Any) -> int:
    """Send the reminders of today for the returns of this month and the last one; returns how many people were told.

    Runs through the office hours: the messages' keys let each step be sent once, and a restart catches up.
    """
    at = timezone.now()
    this = ReportingMonth.of(at)
    told = 0
    for city in City.objects.all():
        for month in (this.previous(), this):
            try:
                told += _remind_city(city, month, at)
            except (RubricError, CalendarMissing) as refusal:
                logger.error("no reminders for %s of %s: %s", month, city.slug, refusal)  # noqa: TRY400 -- a sentence
    return told


def _remind_city(city: City, month: ReportingMonth, at: dt.datetime) -> int:
    with city_scope(city.id):
        calendar, _ = calendar_around(month)
        due_on = report_due_on(month)
        return remind_due_returns(month=month, due_on=due_on, calendar=calendar, by="系统", at=at)


@shared_task(base=SystemTask, name="scoring.tasks.end_reopenings")
def end_reopenings(**_: Any) -> int:
    """End the corrections whose term is over, in every city; returns how many."""
    at = timezone.now()
    ended = 0
    for city in City.objects.all():
        with city_scope(city.id):
            ended += expire_reopenings(at=at)
    return ended
