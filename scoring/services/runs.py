"""The life of a computed month: confirmed by a second person, published, corrected by a new revision."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from scoring.enums import RunState
from scoring.models import ScoreRun
from scoring.selectors.months import live_run
from scoring.services.closing import CORRECT, Report, lock_city_months, say_nothing, write_run
from tenancy.jobs import enqueue
from tenancy.models import Job


class RunRefused(DomainError):
    """The run is not in the state, or the person is not the one, for this step."""


@transaction.atomic
def confirm_run(*, run_id: uuid.UUID, by: Any, at: dt.datetime) -> ScoreRun:
    """Confirm (核定) a computed month after its objection window, by a person who did not compute it."""
    run = _locked(run_id)
    if run.state != RunState.COMPUTED:
        raise RunRefused(f"该月评分为“{run.get_state_display()}”，不能核定。")
    if timezone.localdate(at) <= run.objection_until:
        day = run.objection_until
        raise RunRefused(f"异议期至{day.year}年{day.month}月{day.day}日止，期满后才能核定。")
    name = getattr(by, "display_name", str(by))
    if getattr(by, "id", None) is None:
        raise RunRefused("核定须由本人以自己的账号办理。")
    # Two people may share a name: it decides only where a command without an account computed.
    if by.id == run.computed_by or (run.computed_by is None and name == run.computed_by_name):
        raise RunRefused("计算人不能核定自己计算的结果，请由他人核定。")
    run.state, run.confirmed_at, run.confirmed_by, run.confirmed_by_name = (
        RunState.CONFIRMED,
        at,
        by.id,
        name,
    )
    run.save(update_fields=["state", "confirmed_at", "confirmed_by", "confirmed_by_name"])
    record(
        action="scoring.run.confirm",
        subject=run,
        by=by,
        at=at,
        before={"state": RunState.COMPUTED.value},
        after={"state": run.state},
    )
    return run


@transaction.atomic
def publish_run(*, run_id: uuid.UUID, by: Any, at: dt.datetime) -> ScoreRun:
    """Publish (公布) a confirmed month: from now on the counties see each other's results."""
    run = _locked(run_id)
    if run.state != RunState.CONFIRMED:
        raise RunRefused(f"该月评分为“{run.get_state_display()}”，核定后才能公布。")
    if run.confirmed_at is not None and at < run.confirmed_at:
        raise RunRefused("公布时间不能早于核定时间。")
    run.state, run.published_at = RunState.PUBLISHED, at
    run.published_by_name = getattr(by, "display_name", str(by))
    run.save(update_fields=["state", "published_at", "published_by_name"])
    record(
        action="scoring.run.publish",
        subject=run,
        by=by,
        at=at,
        before={"state": RunState.CONFIRMED.value},
        after={"state": run.state},
    )
    return run


def request_correction(*, month: ReportingMonth, reason: str, by: Any, at: dt.datetime) -> Job:
    """Queue a new revision of a closed month, for a stated reason."""
    run = _to_correct(month, reason, at)
    revision = run.revision + 1
    return enqueue(
        kind=CORRECT,
        key=f"{month}-r{revision}",
        title=f"{month.label}评分更正（第{revision}次计算）",
        payload={"month": str(month), "revision": revision, "reason": reason.strip(), "at": at.isoformat()},
        by=by,
        at=at,
    )


@transaction.atomic
def correct_run(
    *, month: ReportingMonth, reason: str, by: Any, at: dt.datetime, report: Report = say_nothing
) -> ScoreRun:
    """Compute a closed month anew from the records as corrected, as of the same freeze and by the same rubric.

    The old revision stays readable as 已被更正; the new one goes through its own objection window, confirmation and
    circular (更正通报).
    """
    lock_city_months()
    old = _to_correct(month, reason, at)
    before = old.state
    old.state = RunState.SUPERSEDED
    old.save(update_fields=["state"])
    run = write_run(
        month=month,
        version=old.rubric,
        revision=old.revision + 1,
        reason=reason.strip(),
        by=by,
        at=at,
        report=report,
    )
    record(
        action="scoring.run.supersede",
        subject=old,
        by=by,
        at=at,
        before={"state": before},
        after={"state": old.state, "superseded_by": str(run.id)},
    )
    return run


def _to_correct(month: ReportingMonth, reason: str, at: dt.datetime) -> ScoreRun:
    run = live_run(month)
    if run is None:
        raise RunRefused(f"{month.label}尚未结账，不需要更正。")
    if not reason.strip():
        raise RunRefused("更正须写明原因。")
    if at < run.computed_at:
        raise RunRefused("更正时间不能早于原计算时间。")
    return run


def _locked(run_id: uuid.UUID) -> ScoreRun:
    run = ScoreRun.objects.select_for_update(of=("self",)).filter(pk=run_id).first()
    if run is None:
        raise RunRefused("没有这次计算，请刷新页面，从月份列表重新进入。")
    return run
