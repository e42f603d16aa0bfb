"""From the inputs of a month to its result: no database, no clock. The close and every replay run exactly this."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core import canonical
from core.month import ReportingMonth
from scoring.enums import ListColour, ListSubject
from scoring.facts.family import CountyFacts
from scoring.facts.subjects import SubjectFacts
from scoring.rules.actions import CountyMonth, Proposal, Trigger, propose
from scoring.rules.conditions import SubjectValue
from scoring.rules.duty import DutyResult
from scoring.rules.errors import RubricError
from scoring.rules.lists import (
    COUNTY_SCORE,
    LEGAL_PERSON_SCORE,
    PARTICIPANT_SCORE,
    Lists,
    Subject,
    county_subjects,
    in_display_order,
    make_lists,
)
from scoring.rules.numbers import round_half_up
from scoring.rules.ranking import Entrant, RankedRow, rank
from scoring.rules.rubric import Rubric
from scoring.rules.scorecard import score
from scoring.rules.snapshot import Snapshot, take_snapshot
from scoring.rules.triggers import Effect

FORMAT = 1
"""Of the document that a run's hash is taken over; raised when its shape changes."""


@dataclass(frozen=True, slots=True)
class County:
    """A scored unit as it stood at the close."""

    id: uuid.UUID
    code: str
    name: str
    unit_order: int


@dataclass(frozen=True, slots=True)
class MonthInputs:
    """Everything that decides a month's result.

    history: county code → earlier month → final. duty: county code → points of the month's duty inspection.
    """

    month: ReportingMonth
    counties: tuple[County, ...]
    facts: Mapping[uuid.UUID, CountyFacts]
    subjects: tuple[SubjectFacts, ...]
    history: Mapping[str, Mapping[ReportingMonth, Decimal]]
    duty: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place on a list."""

    colour: ListColour
    subject: ListSubject
    jurisdiction_id: uuid.UUID | None
    organization_id: uuid.UUID | None
    key: str
    position: int
    score: Decimal | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MonthResult:
    """Rows in display order, the frozen snapshot of each county, both lists of every subject, all proposals."""

    rows: tuple[RankedRow, ...]
    snapshots: Mapping[str, Snapshot]
    entries: tuple[Entry, ...]
    proposals: Mapping[str, tuple[Proposal, ...]]


def compute(rubric: Rubric, inputs: MonthInputs) -> MonthResult:
    """Score, rank, grade, list and propose. Raises FactError or RubricError that names the place."""
    cards = {county.code: score(rubric, inputs.facts[county.id].values) for county in inputs.counties}
    snapshots = {
        county.code: take_snapshot(
            rubric,
            county=county.code,
            month=inputs.month,
            card=cards[county.code],
            evidence=inputs.facts[county.id].evidence,
        )
        for county in inputs.counties
    }
    rows = rank(
        rubric,
        [
            Entrant(county.code, county.name, county.unit_order, cards[county.code])
            for county in inputs.counties
        ],
    )
    proposals = {row.entrant.key: propose(rubric, _county_month(rubric, inputs, row)) for row in rows}
    return MonthResult(rows, snapshots, tuple(_entries(rubric, inputs, rows)), proposals)


def _county_month(rubric: Rubric, inputs: MonthInputs, row: RankedRow) -> CountyMonth:
    code = row.entrant.key
    return CountyMonth(
        month=inputs.month,
        card=row.entrant.card,
        values=row.values,
        history=dict(inputs.history.get(code, {})),
        duty=_duty_result(rubric, inputs.duty.get(code)),
    )


def _duty_result(rubric: Rubric, points: Decimal | None) -> DutyResult | None:
    """The verdict of a sheet's sum; the lines of the sheet stay in the records."""
    if points is None or rubric.duty is None:
        return None
    total = round_half_up(Fraction(points), rubric.score_decimals)
    return DutyResult(
        sections=(),
        points=Fraction(points),
        score=total,
        interview=total < rubric.duty.interview_below,
        unqualified=total < rubric.duty.unqualified_below,
    )


def _entries(rubric: Rubric, inputs: MonthInputs, rows: Sequence[RankedRow]) -> list[Entry]:
    if rubric.lists is None:
        raise RubricError("red_black_list", "缺少红黑榜规则。")
    codes = {county.code: county.id for county in inputs.counties}
    entries = [
        Entry(
            colour,
            ListSubject.COUNTY,
            codes[listed.subject.key],
            None,
            listed.subject.key,
            listed.place,
            shown_score(rubric, listed.subject.values[COUNTY_SCORE]),
            listed.reasons,
        )
        for colour, listed in _coloured(make_lists(rubric.lists.county, county_subjects(rows), COUNTY_SCORE))
    ]
    for kind, rule, name in (
        (ListSubject.LEGAL_PERSON, rubric.lists.legal_person, LEGAL_PERSON_SCORE),
        (ListSubject.PARTICIPANT, rubric.lists.participant, PARTICIPANT_SCORE),
    ):
        chosen = {subject_key(one): one for one in inputs.subjects if one.subject == kind}
        subjects = [
            Subject(key, one.name, str(one.jurisdiction_id or ""), one.values) for key, one in chosen.items()
        ]
        lists = make_lists(rule, in_display_order(subjects, name), name)
        entries += [
            Entry(
                colour,
                kind,
                chosen[listed.subject.key].jurisdiction_id,
                chosen[listed.subject.key].organization_id,
                listed.subject.key,
                listed.place,
                shown_score(rubric, listed.subject.values[name]),
                listed.reasons,
            )
            for colour, listed in _coloured(lists)
        ]
    return entries


def _coloured(lists: Lists) -> list[tuple[ListColour, Any]]:
    return [
        *((ListColour.RED, listed) for listed in lists.red),
        *((ListColour.BLACK, listed) for listed in lists.black),
    ]


def subject_key(subject: SubjectFacts) -> str:
    """The credit code, and for a legal person the county in which it is judged."""
    return f"{subject.uscc}@{subject.jurisdiction_id}" if subject.jurisdiction_id else subject.uscc


def shown_score(rubric: Rubric, value: SubjectValue) -> Decimal | None:
    """A score as it is printed; the lists themselves compare the exact one."""
    if value is None or isinstance(value, bool | str):
        return None
    return round_half_up(Fraction(value), rubric.score_decimals)


def trigger_document(trigger: Trigger) -> dict[str, Any]:
    """A trigger as proposals store it."""
    return {
        "source": trigger.source.value,
        "action": trigger.action_id,
        "score": None if trigger.score is None else format(trigger.score, "f"),
        "sentence": f"{trigger.reason}。",
    }


def triggers_of(proposals: Sequence[Proposal], effect: Effect) -> list[dict[str, Any]]:
    """All triggers of an effect, merged (two interviews of one month are one)."""
    return [
        trigger_document(trigger)
        for proposal in proposals
        if proposal.effect is effect
        for trigger in proposal.triggers
    ]


def result_hash(
    rubric: Rubric, inputs: MonthInputs, result: MonthResult, statistics: Mapping[str, Any]
) -> str:
    """SHA-256 over the month: every county's snapshot, its place, the lists, the proposals, the counts.

    Sentences are left out: wording may be improved later, the bytes of a closed month may not.
    """
    return canonical.sha256(
        {
            "format": FORMAT,
            "month": inputs.month,
            "rubric": {"code": rubric.code, "version": rubric.version, "sha256": rubric.digest},
            "counties": [
                [row.entrant.key, result.snapshots[row.entrant.key].sha256, row.position, row.rank, row.grade]
                for row in result.rows
            ],
            "subjects": [
                [one.subject.value, subject_key(one), one.score, dict(one.values)] for one in inputs.subjects
            ],
            "lists": [
                [one.colour.value, one.subject.value, one.key, one.position, one.score]
                for one in result.entries
            ],
            "proposals": {
                code: [
                    [
                        proposal.effect.value,
                        [[one.source.value, one.action_id, one.score] for one in proposal.triggers],
                    ]
                    for proposal in proposals
                ]
                for code, proposals in result.proposals.items()
            },
            "statistics": dict(statistics),
        }
    )
