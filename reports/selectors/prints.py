"""Sheets that a worker prints on demand: the newest jobs of one subject, and the file that a job printed."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import filestore
from core.components import JobView
from core.filestore import PDF, FileType
from reports.selectors.jobs import job_view, may_retry
from tenancy.enums import JobState
from tenancy.models import Job

_SHOWN = 10


@dataclass(frozen=True)
class Prints:
    """card: of the newest job while it is not done. files: the jobs that are, newest first."""

    card: JobView | None
    files: list[Job]


def prints_of(kind: str, key: str, assignment: RoleAssignment, *, url: str) -> Prints:
    """The newest jobs of the kind whose key begins so. url: of the page that shows them."""
    jobs = list(Job.objects.filter(kind=kind, key__startswith=key).order_by("-created_at")[:_SHOWN])
    card = None
    if jobs and jobs[0].state != JobState.DONE:
        can_follow, can_retry = assignment.allows(Capability.JOB_VIEW), may_retry(jobs[0], assignment)
        card = job_view(jobs[0], url=url, can_follow=can_follow, can_retry=can_retry)
    return Prints(card, [job for job in jobs if job.state == JobState.DONE])


def kept_print(job: Job, *, area: str) -> tuple[bytes, FileType] | None:
    """What a finished job printed; None when it is not on this server or was changed."""
    sha256 = str(job.result.get("sha256", ""))
    if not sha256:
        return None
    return filestore.read(area=area, city_id=job.city_id, sha256=sha256, allowed=(PDF,))
