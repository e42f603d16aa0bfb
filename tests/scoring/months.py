"""A closed month for the tests of pages: real scorecards and snapshots from given facts, without the close itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.month import ReportingMonth
from scoring.enums import RunState
from scoring.models import CountyScore, RubricVersion, ScoreRun
from scoring.rules.ranking import Entrant, rank
from scoring.rules.scorecard import score
from scoring.rules.snapshot import take_snapshot
from scoring.selectors.rubrics import rubric_of_version
from tenancy.models import Jurisdiction
from tests import factories

SEPTEMBER = ReportingMonth(2023, 9)
CONFIRMED_AT = dt.datetime(2023, 10, 16, 10, 0, tzinfo=factories.SHANGHAI)
PUBLISHED_AT = dt.datetime(2023, 10, 18, 10, 0, tzinfo=factories.SHANGHAI)

Facts = Mapping[str, Any]
Evidence = Mapping[str, list[str]]


def closed_month(
    counties: Mapping[str, Facts],
    *,
    month: ReportingMonth = SEPTEMBER,
    state: str = RunState.COMPUTED,
    evidence: Mapping[str, Evidence] | None = None,
    **given: Any,
) -> ScoreRun:
    """A run in the open scope with a score for each county, named by its short name. Keywords override the run."""
    version = RubricVersion.objects.order_by("effective_from")[0]
    rubric = rubric_of_version(version)
    run = factories.score_run(rubric=version, month=month.first, state=state, **{**_dates(state), **given})
    places = {one.short_name: one for one in Jurisdiction.objects.counties()}
    entrants = [
        Entrant(places[name].code, name, places[name].unit_order, score(rubric, facts))
        for name, facts in counties.items()
    ]
    for row in rank(rubric, entrants):
        name, card = row.entrant.name, row.entrant.card
        behind = {fact: tuple(ids) for fact, ids in (evidence or {}).get(name, {}).items()}
        snapshot = take_snapshot(rubric, county=row.entrant.key, month=month, card=card, evidence=behind)
        CountyScore.objects.create(
            city_id=run.city_id,
            jurisdiction=places[name],
            run=run,
            month=month.first,
            status=card.status.name,
            final=row.final,
            grade=row.grade or "",
            rank=row.rank,
            display_order=row.position,
            is_interview=card.interview,
            is_unqualified=bool(row.values["unqualified"]),
            snapshot=snapshot.body.decode(),
            evidence={fact: list(ids) for fact, ids in behind.items()},
            sha256=snapshot.sha256,
        )
    return run


def _dates(state: str) -> dict[str, Any]:
    dates: dict[str, Any] = {}
    if state in (RunState.CONFIRMED, RunState.PUBLISHED):
        dates |= {"confirmed_at": CONFIRMED_AT, "confirmed_by_name": "演示核定人"}
    if state == RunState.PUBLISHED:
        dates |= {"published_at": PUBLISHED_AT, "published_by_name": "演示公布人"}
    return dates
