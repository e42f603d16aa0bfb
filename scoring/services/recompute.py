"""Recomputing a closed month: from what it froze (must give the same bytes for ever), or from the records of today."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from core.month import ReportingMonth
from scoring.enums import ScoreStatus
from scoring.facts.family import CountyFacts
from scoring.facts.month import read_facts, scored_counties
from scoring.facts.window import open_window
from scoring.models import CountyScore, Listing, ScoreRun
from scoring.months.inputs import inputs_of_run
from scoring.months.result import MonthInputs, MonthResult, compute, result_hash, triggers_of
from scoring.rules.facts import check_facts
from scoring.rules.rubric import Rubric
from scoring.rules.scorecard import score
from scoring.rules.triggers import Effect
from scoring.selectors.rubrics import rubric_of_version


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as stored. `where` is the county's name, or 全市; `what` the item, fact or column."""

    where: str
    what: str
    stored: str
    computed: str


def replay(run: ScoreRun) -> list[Difference]:
    """Score the frozen facts again with the frozen rubric and compare everything with what is stored, byte by byte."""
    rubric, inputs = rubric_of_version(run.rubric), inputs_of_run(run)
    result = compute(rubric, inputs)
    found = [*_county_differences(run, inputs, result), *_list_differences(run, result)]
    digest = result_hash(rubric, inputs, result, run.statistics)
    if digest != run.snapshot_sha256:
        found.append(Difference("全市", "快照摘要", run.snapshot_sha256, digest))
    return found


def _county_differences(run: ScoreRun, inputs: MonthInputs, result: MonthResult) -> Iterator[Difference]:
    stored = {score.jurisdiction_id: score for score in CountyScore.objects.filter(run=run)}
    ids = {county.code: county.id for county in inputs.counties}
    for row in result.rows:
        code, name = row.entrant.key, row.entrant.name
        kept = stored.get(ids[code])
        if kept is None:
            yield Difference(name, "评分", "缺", "有")
            continue
        snapshot = result.snapshots[code]
        columns = (
            ("快照", kept.snapshot, snapshot.body.decode()),
            ("快照摘要", kept.sha256, snapshot.sha256),
            ("得分", kept.final, row.final),
            ("等级", kept.grade, row.grade or ""),
            ("排名", kept.rank, row.rank),
            ("显示顺序", kept.display_order, row.position),
            ("状态", kept.status, ScoreStatus[row.entrant.card.status.name].value),
            (
                "约谈",
                kept.is_interview,
                bool(triggers_of(result.proposals[code], Effect.INTERVIEW)),
            ),
            ("不合格", kept.is_unqualified, bool(row.values["unqualified"])),
        )
        for what, old, new in columns:
            if old != new:
                yield Difference(name, what, _short(old), _short(new))


def _list_differences(run: ScoreRun, result: MonthResult) -> Iterator[Difference]:
    stored = {
        (one.colour, one.subject, one.position): (one.jurisdiction_id, one.organization_id, one.score)
        for one in Listing.objects.filter(run=run)
    }
    computed = {
        (one.colour.value, one.subject.value, one.position): (
            one.jurisdiction_id,
            one.organization_id,
            one.score,
        )
        for one in result.entries
    }
    for place in sorted({*stored, *computed}):
        old, new = stored.get(place), computed.get(place)
        if old != new:
            yield Difference("全市", f"榜单{place}", _short(old), _short(new))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 120 else f"{text[:120]}…（共{len(text)}字符）"


def against_records(run: ScoreRun) -> list[Difference]:
    """What the records say today, as of the run's freeze, compared with what was frozen: by county, fact and item."""
    rubric = rubric_of_version(run.rubric)
    month = ReportingMonth.from_first_day(run.month)
    window = open_window(city_id=run.city_id, month=month, rubric=rubric)
    kept = inputs_of_run(run)
    today = read_facts(window, scored_counties())
    found: list[Difference] = []
    for county in kept.counties:
        now = today.get(county.id, CountyFacts())
        found += _fact_differences(rubric, county.name, kept.facts[county.id], now)
    return found


def _fact_differences(rubric: Rubric, name: str, kept: CountyFacts, now: CountyFacts) -> Iterator[Difference]:
    old, new = check_facts(rubric, kept.values), check_facts(rubric, now.values)
    for fact in sorted({*old, *new}):
        if old.get(fact) != new.get(fact):
            yield Difference(name, f"事实{fact}", str(old.get(fact, "无")), str(new.get(fact, "无")))
        elif sorted(kept.evidence.get(fact, ())) != sorted(now.evidence.get(fact, ())):
            yield Difference(name, f"事实{fact}的佐证", *_counts(kept.evidence, now.evidence, fact))
    before, after = score(rubric, old), score(rubric, new)
    for one, other in zip(before.items, after.items, strict=True):
        if (one.points, one.is_na) != (other.points, other.is_na):
            yield Difference(name, f"{one.item.id}得分", str(one.points), str(other.points))


def _counts(old: Mapping[str, Any], new: Mapping[str, Any], fact: str) -> tuple[str, str]:
    return f"{len(old.get(fact, ()))}条", f"{len(new.get(fact, ()))}条（记录不同）"
