"""Celery couriers: they carry a job's number, never its substance."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Final

from celery import Task, shared_task
from django.utils import timezone

from tenancy.jobs import ring, run_job, waiting_jobs
from tenancy.models import City
from tenancy.scope import city_scope

SYSTEM: Final = "SYSTEM"


class TenantTask(Task[..., Any]):
    """Base of all tasks: refuses to run without a city, unless the task says that it belongs to the SYSTEM."""

    abstract = True
    reach: ClassVar[str] = "CITY"

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Check the city before anything else happens."""
        if self.reach != SYSTEM and not kwargs.get("city_id"):
            raise TypeError(f"{self.name} needs city_id=")
        return super().__call__(*args, **kwargs)


class SystemTask(TenantTask):
    """A task of the installation, not of one city; it visits the cities one by one."""

    abstract = True
    reach = SYSTEM


@shared_task(base=TenantTask, name="tenancy.tasks.run_job")
def run_job_task(*, city_id: str, job_id: str, **_: Any) -> None:
    """Carry one job to a worker."""
    run_job(uuid.UUID(city_id), uuid.UUID(job_id))


@shared_task(base=SystemTask, name="tenancy.tasks.sweep_jobs")
def sweep_jobs(**_: Any) -> int:
    """Ring again for every job that nobody is working on; returns how many."""
    rung = 0
    for city in City.objects.all():
        with city_scope(city.id):
            jobs = waiting_jobs(timezone.now())
        for job in jobs:
            ring(job)
            rung += 1
    return rung
