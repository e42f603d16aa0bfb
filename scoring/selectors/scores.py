"""Scores of counties: rows for lists, the months around one score, and what a county may see of the others."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from decimal import Decimal

from django.db.models import (
    Case,
    DateField,
    DecimalField,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from core.month import ReportingMonth
from scoring.enums import RunState, ScoreStatus
from scoring.models import CountyScore, RubricVersion, ScoreRun
from scoring.selectors.rubrics import rubric_of_version
from tenancy.scope import WHOLE_CITY, current_scope, open_scope


class _MonthBefore(Func):
    """The first day of the month before a first day."""

    template = "(%(expressions)s - INTERVAL '1 month')::date"
    output_field = DateField()


def scores_in_force() -> QuerySet[CountyScore]:
    """The scope's scores of runs that were not superseded."""
    return CountyScore.objects.exclude(run__state=RunState.SUPERSEDED)


def listed_scores() -> QuerySet[CountyScore]:
    """Rows of the list, with `shown_final`, `change` (against the month before), `shown_rank` and `place`.

    What was reckoned from too few items is no score (数据不足) and is not shown as one. `place` falls with the rank, so
    that the newest month's best county comes first. A county reads its own score at once, its rank only when the
    month is published.
    """
    previous = scores_in_force().filter(
        jurisdiction=OuterRef("jurisdiction"),
        month=_MonthBefore(OuterRef("month")),
        status=ScoreStatus.SCORED,
    )
    rank = F("rank")
    if current_scope().county_id is not None:
        rank = Case(When(run__state=RunState.PUBLISHED, then=F("rank")))  # type: ignore[assignment]
    rows = scores_in_force().annotate(
        shown_final=Case(When(status=ScoreStatus.SCORED, then=F("final"))),
        previous=Subquery(previous.values("final")[:1], output_field=DecimalField()),
        shown_rank=rank,
        place=Value(0) - F("display_order"),
    )
    rows = rows.annotate(change=F("shown_final") - F("previous"))
    return rows.select_related("jurisdiction", "run").defer("snapshot", "evidence", "run__statistics")


def below_interview_line() -> Q:
    """Scored under the interview line of the rubric that the month was scored with."""
    condition = Q(pk__in=[])
    for version in RubricVersion.objects.all():
        line = rubric_of_version(version).thresholds.interview_threshold
        condition |= Q(run__rubric=version, final__lt=line)
    return condition & Q(status=ScoreStatus.SCORED)


def scored_months() -> list[dt.date]:
    """Months with a run in force, newest first."""
    runs = ScoreRun.objects.exclude(state=RunState.SUPERSEDED).order_by("-month")
    return list(runs.values_list("month", flat=True))


def finals_until(
    jurisdiction_id: uuid.UUID, month: ReportingMonth, months: int
) -> dict[dt.date, Decimal | None]:
    """Final scores of one county in the `months` months that end with `month`; None = 数据不足."""
    rows = scores_in_force().filter(
        jurisdiction_id=jurisdiction_id, month__range=(month.shift(1 - months).first, month.first)
    )
    return {
        row["month"]: row["final"] if row["status"] == ScoreStatus.SCORED else None
        for row in rows.values("month", "final", "status")
    }


def scores_of_run(run: ScoreRun) -> list[CountyScore]:
    """All counties of a run in display order: for the bureau always, for a county once the month is published.

    The wall shows a county only its own rows; what the circular has made public is read through the city's scope,
    here and nowhere else.
    """
    scope = current_scope()
    if scope.county_id is None:
        return _scores(run)
    if run.state != RunState.PUBLISHED:
        return []
    with open_scope(replace(scope, county=WHOLE_CITY)):
        return _scores(run)


def _scores(run: ScoreRun) -> list[CountyScore]:
    rows = CountyScore.objects.filter(run=run).select_related("jurisdiction").defer("evidence")
    return list(rows.order_by("display_order"))
