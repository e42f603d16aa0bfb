"""One county's month: where every point went, and the records behind it.

The sentences are rebuilt from the stored snapshot (facts and rubric version), never from today's records: the page of
a published month says for ever what was published. Only the links look at the records as they stand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.urls import reverse

from core.month import ReportingMonth
from scoring.enums import RunState, ScoreStatus
from scoring.models import CountyScore, ScoreRun
from scoring.rules.item_rules import BooleanRule, Checklist, PerEvent, Ratio, facts_of
from scoring.rules.numbers import decimal_text, plain
from scoring.rules.rubric import Adjustment, Item, RedLine, Rubric
from scoring.rules.scorecard import ItemScore, Scorecard, score
from scoring.rules.snapshot import facts_from
from scoring.rules.vocabulary import label
from scoring.selectors.evidence import RecordLink, in_order, kinds_of, resolve
from scoring.selectors.rubrics import rubric_of_version
from scoring.selectors.rule_words import ORIGINS, rule_words

SHOWN = 6
"""Links of each group on the score page; the clause's own page has them all."""
LISTED = 500
"""Links of each group on the page of a clause."""


@dataclass(frozen=True)
class EvidenceGroup:
    """Records behind one fact. `total` counts ids, also of records that are no longer on record."""

    title: str
    links: list[RecordLink]
    total: int
    more_url: str = ""

    @property
    def hidden(self) -> int:
        """How many are not shown here."""
        return self.total - len(self.links)


@dataclass(frozen=True)
class Clause:
    """One item of the scorecard in words. Points are texts with two decimals."""

    id: str
    name: str
    category: str
    rule: str
    origin: str
    sources: list[str]
    maximum: str
    points: str
    lost: str
    weighted: str
    """The lost points on the scale of the total."""
    is_na: bool
    is_full: bool
    explanation: str
    groups: list[EvidenceGroup]
    url: str


@dataclass(frozen=True)
class Line:
    """A bonus, a penalty or a red line that was hit."""

    id: str
    name: str
    effect: str
    groups: list[EvidenceGroup]


@dataclass(frozen=True)
class Band:
    """How far the score is from the line of 约谈. `gap` is negative under it."""

    threshold: Decimal
    unqualified: Decimal
    gap: Decimal | None

    @property
    def missing(self) -> Decimal:
        """Points to the line from below."""
        return abs(self.gap) if self.gap is not None else Decimal(0)


@dataclass(frozen=True)
class ScorePage:
    """Everything that the page shows of the score itself."""

    rubric: Rubric
    card: Scorecard
    band: Band
    lost: list[Clause]
    full: list[Clause]
    not_applicable: list[Clause]
    bonuses: list[Line]
    penalties: list[Line]
    red_lines: list[Line]
    formula: list[tuple[str, str]]
    lost_total: str
    available: str
    earned: str

    @property
    def lines_by_title(self) -> list[tuple[str, list[Line]]]:
        """Bonuses, penalties and red lines that were hit; a kind without any is left out."""
        titled = [("加分", self.bonuses), ("扣分", self.penalties), ("红线", self.red_lines)]
        return [(title, lines) for title, lines in titled if lines]


@dataclass(frozen=True)
class _Reading:
    """A score opened: rubric, card, and the ids behind each fact."""

    rubric: Rubric
    card: Scorecard
    evidence: Mapping[str, list[str]]
    base_url: str
    query: str

    def url_of(self, item_id: str) -> str:
        """The page of one clause, of the same run."""
        return f"{self.base_url}items/{item_id}{self.query}"


def revision_query(run: ScoreRun) -> str:
    """What leads to the pages of a corrected run; nothing for the run in force."""
    return f"?revision={run.revision}" if run.state == RunState.SUPERSEDED else ""


def _read(row: CountyScore) -> _Reading:
    document: dict[str, Any] = json.loads(row.snapshot)
    rubric = rubric_of_version(row.run.rubric)
    month = ReportingMonth.from_first_day(row.month)
    return _Reading(
        rubric=rubric,
        card=score(rubric, facts_from(document["facts"])),
        evidence=document["evidence"],
        base_url=reverse("scoring:score-detail", args=[row.jurisdiction.code, month]),
        query=revision_query(row.run),
    )


def score_page(row: CountyScore) -> ScorePage:
    """Read the page of a score whose run, rubric version and county are joined."""
    reading = _read(row)
    card, rubric = reading.card, reading.rubric
    wanted = {item.item.id: _wanted(item, reading) for item in card.items if not item.is_na and item.lost}
    adjusted = [*card.bonuses, *card.penalties]
    hit = {one.adjustment.id: list(reading.evidence.get(one.adjustment.id, ())) for one in adjusted}
    hit |= {line.id: list(reading.evidence.get(line.id, ())) for line in card.red_lines}
    links = resolve(_by_fact(list(wanted.values()), hit, SHOWN))
    clauses = {
        item.item.id: _clause(
            item, reading, _groups(wanted.get(item.item.id, []), links, reading, item.item.id, SHOWN)
        )
        for item in card.items
    }
    ordered = sorted(card.items, key=lambda item: (-item.lost, item.item.id))
    return ScorePage(
        rubric=rubric,
        card=card,
        band=_band(row, rubric),
        lost=[clauses[item.item.id] for item in ordered if item.lost],
        full=[clauses[item.item.id] for item in card.items if not item.is_na and not item.lost],
        not_applicable=[clauses[item.item.id] for item in card.items if item.is_na],
        bonuses=[_adjustment(one.adjustment, one.count, one.points, "+", hit, links) for one in card.bonuses],
        penalties=[
            _adjustment(one.adjustment, one.count, one.points, "−", hit, links) for one in card.penalties
        ],
        red_lines=[_red_line(line, hit, links) for line in card.red_lines],
        formula=_formula(card, rubric),
        lost_total=decimal_text(card.weight(card.available - card.earned), 2),
        available=plain(card.available),
        earned=decimal_text(card.earned, 2),
    )


def clause_page(row: CountyScore, item_id: str) -> Clause | None:
    """One clause with all records behind it; None for a clause that the rubric does not have."""
    reading = _read(row)
    item = next((one for one in reading.card.items if one.item.id == item_id), None)
    if item is None:
        return None
    wanted = _wanted(item, reading, with_all=True)
    links = resolve(_by_fact([wanted], {}, LISTED))
    return _clause(item, reading, _groups(wanted, links, reading, item_id, LISTED))


Wanted = list[tuple[str, str, list[str]]]
"""(title, fact, ids) of each group of records behind an item."""


def _wanted(item: ItemScore, reading: _Reading, *, with_all: bool = False) -> Wanted:
    """The records that cost the points; for a ratio those that the numerator misses. `with_all`: every fact's records."""
    rule, evidence = item.item.rule, reading.evidence
    found: Wanted = []
    if isinstance(rule, Ratio):
        found += _ratio_groups(rule, evidence)
    elif isinstance(rule, Checklist):
        found += [
            _whole(check.key, evidence)
            for check in rule.each
            if with_all or not item_fact(reading, check.key)
        ]
    elif isinstance(rule, PerEvent):
        found += [_whole(one.event, evidence) for one in rule.deduct]
    elif isinstance(rule, BooleanRule):
        found.append(_whole(rule.key, evidence))
    else:
        found += [_whole(name, evidence) for name, _ in facts_of(rule)]
    if item.item.extra is not None:
        found += [_whole(one.event, evidence) for one in item.item.extra.deduct]
    if with_all:
        shown = {fact for _, fact, _ in found}
        found += [_whole(name, evidence) for name, _ in facts_of(rule) if name not in shown]
    return [group for group in found if group[2]]


def item_fact(reading: _Reading, name: str) -> bool:
    """Whether a yes/no fact is true."""
    return bool(reading.card.facts.get(name, False))


def _whole(fact: str, evidence: Mapping[str, list[str]]) -> tuple[str, str, list[str]]:
    return label(fact), fact, list(evidence.get(fact, ()))


def _ratio_groups(rule: Ratio, evidence: Mapping[str, list[str]]) -> Wanted:
    """What the denominator counts and the numerator does not; both where they count different kinds of records."""
    numerator = _whole(rule.numerator, evidence)
    if not isinstance(rule.denominator, str):
        return [numerator]
    whole = _whole(rule.denominator, evidence)
    if kinds_of(rule.numerator) != kinds_of(rule.denominator):
        return [whole, numerator]
    done = set(numerator[2])
    missed = [one for one in whole[2] if one not in done]
    reached = numerator[0].replace("“", "").replace("”", "")
    return [(f"{whole[0]}中，未达到“{reached}”", rule.denominator, missed)]


def _by_fact(groups: Sequence[Wanted], hit: Mapping[str, list[str]], limit: int) -> dict[str, list[str]]:
    """Ids to look up, by fact; at most `limit` of each group."""
    wanted: dict[str, list[str]] = {fact: ids[:limit] for fact, ids in hit.items()}
    for pairs in groups:
        for _, fact, ids in pairs:
            wanted.setdefault(fact, []).extend(ids[:limit])
    return wanted


def _groups(
    wanted: Wanted, links: Mapping[str, RecordLink], reading: _Reading, item_id: str, limit: int
) -> list[EvidenceGroup]:
    url = reading.url_of(item_id)
    return [
        EvidenceGroup(title, in_order(ids[:limit], links), len(ids), url if limit == SHOWN else "")
        for title, _, ids in wanted
    ]


def _clause(item: ItemScore, reading: _Reading, groups: list[EvidenceGroup]) -> Clause:
    data: Item = item.item
    rubric = reading.rubric
    return Clause(
        id=data.id,
        name=data.name,
        category=rubric.name_of(item.category_id),
        rule=rule_words(data),
        origin=ORIGINS.get(data.origin, data.origin),
        sources=[rubric.sources[ref] for ref in data.refs if ref in rubric.sources],
        maximum=plain(data.max),
        points=decimal_text(item.points, 2),
        lost=decimal_text(item.lost, 2),
        weighted=decimal_text(reading.card.weight(item.lost), 2),
        is_na=item.is_na,
        is_full=not item.is_na and not item.lost,
        explanation=item.explanation(reading.card.facts),
        groups=groups,
        url=reading.url_of(data.id),
    )


def _adjustment(
    data: Adjustment,
    count: Fraction,
    points: Fraction,
    sign: str,
    hit: Mapping[str, list[str]],
    links: Mapping[str, RecordLink],
) -> Line:
    times = f"，{plain(count)}次" if count != 1 else ""
    return Line(data.id, data.name, f"{sign}{plain(points)}分{times}", _line_groups(data.id, hit, links))


def _red_line(line: RedLine, hit: Mapping[str, list[str]], links: Mapping[str, RecordLink]) -> Line:
    effects = []
    if line.cap is not None:
        effects.append(f"最高{plain(line.cap)}分")
    if line.grade is not None:
        effects.append(f"定为{line.grade}级")
    if line.unqualified:
        effects.append("直接不合格")
    return Line(line.id, line.name, "，".join(effects), _line_groups(line.id, hit, links))


def _line_groups(
    fact: str, hit: Mapping[str, list[str]], links: Mapping[str, RecordLink]
) -> list[EvidenceGroup]:
    ids = hit[fact]
    return [EvidenceGroup("依据", in_order(ids[:SHOWN], links), len(ids))] if ids else []


def _band(row: CountyScore, rubric: Rubric) -> Band:
    lines = rubric.thresholds
    is_scored = row.status == ScoreStatus.SCORED and row.final is not None
    gap = row.final - lines.interview_threshold if is_scored and row.final is not None else None
    return Band(lines.interview_threshold, lines.unqualified_threshold, gap)


def _formula(card: Scorecard, rubric: Rubric) -> list[tuple[str, str]]:
    """The steps from points to the final score (scoring.md §4), each with its value."""
    if card.raw is None or card.adjusted is None:
        return [("得分", "没有适用的评分项，不能计算。")]
    steps = [
        (
            "折算",
            f"实得{decimal_text(card.earned, 4)} ÷ 应得{plain(card.available)} × 100 = {decimal_text(card.raw, 4)}",
        )
    ]
    if card.bonuses or card.penalties:
        cap = f"（封顶{plain(rubric.bonus_cap)}）" if rubric.bonus_cap is not None and card.bonuses else ""
        words = f"{decimal_text(card.raw, 4)} + 加分{plain(card.bonus)}{cap} − 扣分{plain(card.penalty)}"
        steps.append(("加减分", f"{words} = {decimal_text(card.adjusted, 4)}（限于0至100）"))
    caps = [line for line in card.red_lines if line.cap is not None]
    if caps:
        lowest = min(caps, key=lambda line: line.cap or 0)
        steps.append(("红线封顶", f"{lowest.id}最高{plain(lowest.cap or 0)}分"))
    steps.append(("最后得分", f"四舍五入到{rubric.score_decimals}位小数 = {card.final}"))
    return steps
