"""Handlers of the month's jobs: the row says what to do, the services do it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from core.month import ReportingMonth
from scoring.models import ScoreRun
from scoring.services.closing import CLOSE, CORRECT, close_month
from scoring.services.key_list_computing import compute_list
from scoring.services.key_lists import COMPUTE
from scoring.services.runs import correct_run
from tenancy.jobs import Progress, job_handler
from tenancy.models import Job


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
