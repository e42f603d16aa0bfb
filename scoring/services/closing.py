"""The close of a month: freeze, facts, points, snapshot, lists, proposals, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.services import record
from core.errors import DomainError
from core.faultpoint import faultpoint
from core.month import ReportingMonth
from enforcement.services.measures import propose_measures
from projects.services.freezing import freeze_returns
from scoring.enums import ScoreStatus
from scoring.facts.statistics import month_statistics
from scoring.facts.window import Window, open_window
from scoring.models import CountyScore, Listing, RubricVersion, ScoreRun, SubjectScore
from scoring.months.inputs import inputs_document, inputs_from_records, subject_document
from scoring.months.result import (
    MonthInputs,
    MonthResult,
    compute,
    result_hash,
    shown_score,
    triggers_of,
)
from scoring.months.storage import insert_rows
from scoring.rules.rubric import Rubric
from scoring.rules.timeline import objection_deadline_on
from scoring.rules.triggers import Effect
from scoring.selectors.months import hard_blockers
from scoring.selectors.rubrics import rubric_of_version, version_in_force
from tenancy.jobs import enqueue
from tenancy.models import Job
from tenancy.scope import current_scope

CLOSE = "close_month"
CORRECT = "correct_month"
DRAFT = "draft_documents"
"""Kinds of jobs. What `draft_documents` does belongs to the reports; scoring only asks for it."""

Report = Callable[[int, str], None]


class CloseRefused(DomainError):
    """Something hard stands in the way; the sentence says what."""


def say_nothing(percent: int, text: str) -> None:
    """Progress for callers that nobody watches."""


def request_close(*, month: ReportingMonth, by: Any, at: dt.datetime) -> Job:
    """Queue the close. Asking twice, or twenty times at once, gives the same job: one per city and month.

    Raises CloseRefused while anything hard stands in the way (`close_blockers`).
    """
    refuse_while_blocked(month, at)
    return enqueue(
        kind=CLOSE,
        key=str(month),
        title=f"{month.label}月结",
        payload={"month": str(month), "at": at.isoformat()},
        by=by,
        at=at,
    )


def refuse_while_blocked(month: ReportingMonth, at: dt.datetime) -> None:
    """Raise CloseRefused with the first hard blocker."""
    for blocker in hard_blockers(month, at=at):
        raise CloseRefused(blocker.sentence)


@transaction.atomic
def close_month(*, month: ReportingMonth, by: Any, at: dt.datetime, report: Report = say_nothing) -> ScoreRun:
    """Close the month of the current city: revision 1. All or nothing; `at` is the moment of computation.

    Two closes of one city wait for each other, so the second one sees the first and is refused; the unique keys of
    the run refuse it again should the lock ever be forgotten.
    """
    lock_city_months()
    faultpoint("close.locked")
    refuse_while_blocked(month, at)
    version = version_in_force(month)
    return write_run(month=month, version=version, revision=1, reason="", by=by, at=at, report=report)


def lock_city_months() -> None:
    """One computation of months per city at a time; the lock goes with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 2))",
            [f"scoring.months:{current_scope().city_id}"],
        )


def write_run(
    *,
    month: ReportingMonth,
    version: RubricVersion,
    revision: int,
    reason: str,
    by: Any,
    at: dt.datetime,
    report: Report = say_nothing,
) -> ScoreRun:
    """Compute a revision and write everything that follows from it. Needs the city's lock."""
    rubric = rubric_of_version(version)
    window = open_window(city_id=current_scope().city_id, month=month, rubric=rubric)
    report(5, "冻结月报")
    freeze_returns(month=month, frozen_at=window.frozen_at)
    faultpoint("close.frozen")
    report(15, "读取各县区事实")
    inputs = inputs_from_records(window)
    faultpoint("close.facts")
    report(45, "评分、排名")
    result = compute(rubric, inputs)
    statistics = _statistics(window, inputs, result)
    report(65, "写入评分快照")
    run = _write_scores(window, version, inputs, result, statistics, revision, reason, by, at)
    faultpoint("close.scored")
    report(80, "生成红黑榜")
    _write_lists(run, rubric, inputs, result)
    faultpoint("close.listed")
    report(90, "提出约谈、通报批评和提醒敦促建议")
    _propose(month, inputs, result, by, at)
    faultpoint("close.proposed")
    record(
        action="scoring.run.compute",
        subject=run,
        by=by,
        at=at,
        after={"revision": revision, "reason": reason, "sha256": run.snapshot_sha256},
    )
    _ask_for_drafts(run, by, at)
    faultpoint("close.before_commit")
    return run


def _statistics(window: Window, inputs: MonthInputs, result: MonthResult) -> dict[str, Any]:
    """The counts, who is interviewed and why, and the inputs that no other row keeps."""
    statistics = month_statistics(
        window, {county.id: county.code for county in inputs.counties}, inputs.facts
    )
    names = {county.code: county.name for county in inputs.counties}
    statistics["interviews"] = [
        {"county": names[code], "triggers": [one["sentence"].rstrip("。") for one in triggers]}
        for code in names
        if (triggers := triggers_of(result.proposals[code], Effect.INTERVIEW))
    ]
    statistics["inputs"] = inputs_document(inputs)
    return statistics


def _write_scores(
    window: Window,
    version: RubricVersion,
    inputs: MonthInputs,
    result: MonthResult,
    statistics: dict[str, Any],
    revision: int,
    reason: str,
    by: Any,
    at: dt.datetime,
) -> ScoreRun:
    rules = window.rubric.timeline
    if rules is None:
        raise CloseRefused("评分细则没有时间安排，请载入含时间安排的细则版本后再结账。")
    run = ScoreRun.objects.create(
        city_id=window.city_id,
        month=window.month.first,
        revision=revision,
        reason=reason,
        rubric=version,
        frozen_at=window.frozen_at,
        computed_at=at,
        computed_by=getattr(by, "id", None),
        computed_by_name=getattr(by, "display_name", str(by)),
        objection_until=objection_deadline_on(rules, timezone.localdate(at), window.calendar),
        statistics=statistics,
        snapshot_sha256=result_hash(window.rubric, inputs, result, statistics),
    )
    insert_rows(_county_scores(run, window.rubric, inputs, result))
    return run


def _county_scores(
    run: ScoreRun, rubric: Rubric, inputs: MonthInputs, result: MonthResult
) -> list[CountyScore]:
    ids = {county.code: county.id for county in inputs.counties}
    scores = []
    for row in result.rows:
        code = row.entrant.key
        snapshot = result.snapshots[code]
        scores.append(
            CountyScore(
                city_id=run.city_id,
                jurisdiction_id=ids[code],
                run=run,
                month=run.month,
                status=ScoreStatus[row.entrant.card.status.name],
                final=row.final,
                grade=row.grade or "",
                rank=row.rank,
                display_order=row.position,
                is_interview=bool(triggers_of(result.proposals[code], Effect.INTERVIEW)),
                is_unqualified=bool(row.values["unqualified"]),
                snapshot=snapshot.body.decode(),
                evidence={name: list(found) for name, found in inputs.facts[ids[code]].evidence.items()},
                sha256=snapshot.sha256,
            )
        )
    return scores


def _write_lists(run: ScoreRun, rubric: Rubric, inputs: MonthInputs, result: MonthResult) -> None:
    insert_rows(
        SubjectScore(
            city_id=run.city_id,
            run=run,
            subject=one.subject,
            organization_id=one.organization_id,
            jurisdiction_id=one.jurisdiction_id,
            score=shown_score(rubric, one.score),
            facts=subject_document(one),
        )
        for one in inputs.subjects
    )
    insert_rows(
        Listing(
            city_id=run.city_id,
            run=run,
            colour=one.colour,
            subject=one.subject,
            jurisdiction_id=one.jurisdiction_id,
            organization_id=one.organization_id,
            position=one.position,
            score=one.score,
            reasons=list(one.reasons),
        )
        for one in result.entries
    )


def _propose(
    month: ReportingMonth, inputs: MonthInputs, result: MonthResult, by: Any, at: dt.datetime
) -> None:
    ids = {county.code: county.id for county in inputs.counties}

    def wanted(*effects: Effect) -> dict[Any, list[dict[str, Any]]]:
        found = {
            ids[code]: [trigger for effect in effects for trigger in triggers_of(proposals, effect)]
            for code, proposals in result.proposals.items()
        }
        return {key: triggers for key, triggers in found.items() if triggers}

    interviews = wanted(Effect.INTERVIEW)
    for county_id, triggers in wanted(Effect.ESCALATION).items():
        # 提级约谈 is a step that the bureau decides on in the interview's own decision
        interviews.setdefault(county_id, []).extend(
            {**one, "sentence": f"{Effect.ESCALATION.value}：{one['sentence']}"} for one in triggers
        )
    propose_measures(
        month=month,
        codes={county.id: county.code for county in inputs.counties},
        interviews=interviews,
        letters=wanted(Effect.REMINDER),
        criticisms=wanted(Effect.CRITICISM),
        by=by,
        at=at,
    )


def _ask_for_drafts(run: ScoreRun, by: Any, at: dt.datetime) -> None:
    """Ask for the documents of the run; whoever registers the kind writes them (never this app)."""
    month = ReportingMonth.from_first_day(run.month)
    enqueue(
        kind=DRAFT,
        key=f"{month}-r{run.revision}",
        title=f"{month.label}通报等文稿起草",
        payload={"run": str(run.id), "at": at.isoformat()},
        by=by,
        at=at,
    )
