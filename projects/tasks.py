"""Jobs of the register."""

from __future__ import annotations

import datetime as dt
from typing import Any

from celery import shared_task
from django.utils import timezone

from core.month import ReportingMonth
from projects.models import DataDoubt
from projects.selectors.doubts import newest_month
from projects.services.doubts import FIND, LIVE, find_doubts, request_doubts
from tenancy.jobs import Progress, job_handler
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tenancy.tasks import SystemTask


@job_handler(FIND)
def run_checks(job: Job, progress: Progress) -> dict[str, Any]:
    """Bring the doubts of the month that the job names up to date."""
    run = find_doubts(
        month=ReportingMonth.parse(job.payload["month"]),
        by="系统",
        at=dt.datetime.fromisoformat(job.payload["at"]),
        progress=progress,
    )
    return {"found": run.found, "corrected": run.corrected}


@shared_task(base=SystemTask, name="projects.tasks.find_doubts_daily")
def find_doubts_daily(**_: Any) -> int:
    """Every night: ask for the checks of the newest returns, and of earlier months where something is still open.

    Returns how many runs were asked for.
    """
    at = timezone.now()
    asked = 0
    for city in City.objects.all():
        with city_scope(city.id):
            for month in _months(ReportingMonth.of(at).previous()):
                request_doubts(month=month, reason=f"{timezone.localdate(at)}", by="系统", at=at)
                asked += 1
    return asked


def _months(last: ReportingMonth) -> list[ReportingMonth]:
    """The newest month with returns, and every month before with a living doubt."""
    newest = newest_month(until=last)
    if newest is None:
        return []
    live = DataDoubt.objects.filter(state__in=LIVE, month__lt=newest.first)
    days = {newest.first, *live.values_list("month", flat=True)}
    return [ReportingMonth.from_first_day(day) for day in sorted(days)]
