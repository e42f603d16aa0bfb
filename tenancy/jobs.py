"""Jobs: enqueue, claim, run, sweep.

Killing anything at any moment delays a job and never loses or doubles it:
1. `enqueue` writes the row inside the business transaction; the Celery message after the commit is only a hurry.
2. `run_job` claims the row (own transaction), then does the effect and sets DONE in ONE transaction, under an
   advisory lock that dies with the connection, so two workers can never run one job at the same time.
3. `waiting_jobs` finds rows whose worker vanished (lease over) or whose message was lost; beat rings again.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from celery import current_app
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q
from django.utils import timezone

from core import pinyin
from core.errors import DomainError
from tenancy.enums import JobState
from tenancy.models import Job
from tenancy.scope import city_scope, current_scope

logger = logging.getLogger(__name__)

LEASE = dt.timedelta(seconds=90)
"""How long a silent worker keeps its job; every progress report renews it."""
BACKOFF = dt.timedelta(seconds=15)

Progress = Callable[[int, str], None]
Handler = Callable[[Job, Progress], dict[str, Any]]
_handlers: dict[str, Handler] = {}
_queues: dict[str, str] = {}


class UnknownJobKind(RuntimeError):
    """No handler is registered for the kind: a defect of the release, not of the data."""


def job_handler(kind: str, *, queue: str = "default") -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind (it returns the JSON result) and the queue that carries it."""

    def register(handler: Handler) -> Handler:
        _handlers[kind] = handler
        _queues[kind] = queue
        return handler

    return register


def registered_kinds() -> frozenset[str]:
    """All kinds that this installation can do."""
    return frozenset(_handlers)


def enqueue(
    *,
    kind: str,
    key: str,
    title: str,
    payload: dict[str, Any],
    by: Any,
    at: dt.datetime,
    jurisdiction_id: uuid.UUID | None = None,
) -> Job:
    """Write the job row once per (city, kind, key) and ring the bell after the commit; asking twice gives the same row.

    by: a user (id, display_name) or a plain name for commands. A FAILED job asked for again is queued anew, as the new
    request says. While one is waiting or running, a request that differs (other signer, other date) is refused.
    """
    scope = current_scope()
    job, created = Job.objects.get_or_create(
        city_id=scope.city_id,
        kind=kind,
        key=key,
        defaults={
            "title": title,
            "title_initials": pinyin.initials(title)[:120],
            "payload": payload,
            "available_at": at,
            "created_at": at,
            "created_by": getattr(by, "id", None),
            "created_by_name": getattr(by, "display_name", str(by)),
            "jurisdiction_id": jurisdiction_id,
        },
    )
    if not created and job.state == JobState.FAILED:
        job = _ask_anew(job.id, payload, by, at)
    elif job.state in {JobState.QUEUED, JobState.RUNNING} and _differs(job.payload, payload):
        raise DomainError(f"“{job.title}”已由{job.created_by_name}提交，正在办理；请等它结束后再提交。")
    if job.state == JobState.QUEUED:
        ring_after_commit(job)
    return job


def _ask_anew(job_id: uuid.UUID, payload: dict[str, Any], by: Any, at: dt.datetime) -> Job:
    """A failed job asked for by somebody (else): from now on it is that person's request."""
    job = Job.objects.select_for_update(of=("self",)).get(pk=job_id)
    if job.state == JobState.FAILED:
        job.payload = payload
        job.created_by = getattr(by, "id", None)
        job.created_by_name = getattr(by, "display_name", str(by))
        job.created_at = at
        job.save(update_fields=["payload", "created_by", "created_by_name", "created_at"])
        retry(job_id=job_id, at=at)
        job.refresh_from_db()
    return job


def _differs(present: dict[str, Any], asked: dict[str, Any]) -> bool:
    """Whether two requests want different things; the moment of asking is none of them."""
    return {**present, "at": None} != {**asked, "at": None}


def retry(*, job_id: uuid.UUID, at: dt.datetime) -> None:
    """Queue a failed job again; the count of attempts starts anew."""
    job = Job.objects.select_for_update().get(pk=job_id)
    if job.state != JobState.FAILED:
        raise DomainError("只有失败的任务可以重试。")
    job.state = JobState.QUEUED
    job.attempts = 0
    job.available_at = at
    job.finished_at = None
    job.error = ""
    if "at" in job.payload:
        # The act happens now: terms that run from it (the objection window) must not begin in the past.
        job.payload = {**job.payload, "at": at.isoformat()}
    job.save(update_fields=["state", "attempts", "available_at", "finished_at", "error", "payload"])
    ring_after_commit(job)


def ring_after_commit(job: Job) -> None:
    """Send the Celery message once the row is really there. A dead broker is logged, never raised: beat sweeps."""
    transaction.on_commit(lambda: ring(job), robust=True)


def ring(job: Job) -> None:
    """Tell a worker that a job waits."""
    current_app.send_task(
        "tenancy.tasks.run_job",
        kwargs={"city_id": str(job.city_id), "job_id": str(job.id)},
        queue=_queues.get(job.kind, "default"),
        retry=False,
    )


def waiting_jobs(at: dt.datetime) -> list[Job]:
    """Rows of the current city that nobody is working on although their time has come."""
    due = Q(state=JobState.QUEUED, available_at__lte=at) | Q(state=JobState.RUNNING, lease_until__lt=at)
    return list(Job.objects.filter(due).order_by("available_at")[:200])


def run_job(city_id: uuid.UUID, job_id: uuid.UUID) -> Job | None:
    """Do one job if it still needs doing. Returns the row afterwards, or None when somebody else has it.

    Must be called outside any transaction: the claim has to be visible to others before the work starts.
    """
    job = _claim(city_id, job_id)
    if job is None:
        return None
    with structlog.contextvars.bound_contextvars(city=str(city_id), job=str(job_id), kind=job.kind):
        return _perform(job)


def _perform(job: Job) -> Job | None:
    """Effect and DONE together, or the reason why not; a refusal of the trade is final, a defect is tried again."""
    try:
        with city_scope(job.city_id):
            if not _lock_for_this_transaction(job.id):
                return None
            _finish(job, _handler(job.kind)(job, _Heartbeat(job)))
    except DomainError as refusal:
        _fail(job, str(refusal), final=True)
    except Exception as error:
        logger.exception("job %s (%s) failed", job.id, job.kind)
        _fail(job, f"系统错误：{type(error).__name__}。请重试；仍失败时把任务编号告诉管理员。", final=False)
    with city_scope(job.city_id):
        return Job.objects.get(pk=job.id)


def _handler(kind: str) -> Handler:
    if kind not in _handlers:
        raise UnknownJobKind(kind)
    return _handlers[kind]


def _lock_for_this_transaction(job_id: uuid.UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [str(job_id)])
        row = cursor.fetchone()
    return bool(row and row[0])


def _claim(city_id: uuid.UUID, job_id: uuid.UUID) -> Job | None:
    now = timezone.now()
    with city_scope(city_id):
        job = Job.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=job_id).first()
        if job is None:
            return None
        free = job.state == JobState.QUEUED and job.available_at <= now
        abandoned = job.state == JobState.RUNNING and job.lease_until is not None and job.lease_until < now
        if not (free or abandoned):
            return None
        if abandoned and not _lock_for_this_transaction(job_id):
            return None  # the lease ran out in silence, but its worker lives and still holds the lock
        if job.attempts >= job.max_attempts:
            job.state = JobState.FAILED
            job.finished_at = now
            job.error = f"执行{job.attempts}次均中断，已停止重试。"
            job.save(update_fields=["state", "finished_at", "error"])
            return None
        job.state = JobState.RUNNING
        job.attempts += 1
        job.started_at = now
        job.lease_until = now + LEASE
        job.progress_percent = 0
        job.save(update_fields=["state", "attempts", "started_at", "lease_until", "progress_percent"])
        return job


def _finish(job: Job, result: dict[str, Any]) -> None:
    """DONE in the transaction of the effect. The attempt number is the fence: who lost the claim changes nothing."""
    done = Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING).update(
        state=JobState.DONE,
        finished_at=timezone.now(),
        lease_until=None,
        progress_percent=100,
        progress_text="完成",
        error="",
        result=result,
    )
    if not done:
        raise RuntimeError("the job was claimed by another worker meanwhile")


def _fail(job: Job, message: str, *, final: bool) -> None:
    now = timezone.now()
    over = final or job.attempts >= job.max_attempts
    with city_scope(job.city_id):
        Job.objects.filter(pk=job.pk, attempts=job.attempts, state=JobState.RUNNING).update(
            state=JobState.FAILED if over else JobState.QUEUED,
            finished_at=now if over else None,
            lease_until=None,
            available_at=now + BACKOFF * job.attempts,
            error=message,
            progress_text="",
        )


class _Heartbeat:
    """Progress that others can see while the job's own transaction is still open: written on a second connection."""

    def __init__(self, job: Job) -> None:
        self._job = job

    def __call__(self, percent: int, text: str) -> None:
        side: BaseDatabaseWrapper = connections.create_connection("default")
        try:
            side.set_autocommit(False)
            with side.cursor() as cursor:
                cursor.execute("SELECT set_config('app.city', %s, true)", [str(self._job.city_id)])
                cursor.execute(
                    "UPDATE tenancy_job SET progress_percent = %s, progress_text = %s, lease_until = %s"
                    " WHERE id = %s AND attempts = %s AND state = 'RUNNING'",
                    [percent, text[:200], timezone.now() + LEASE, self._job.pk, self._job.attempts],
                )
            side.commit()
        finally:
            side.close()
