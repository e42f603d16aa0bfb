"""The frozen record of one county's month: facts, scorecard, rubric version, and the SHA-256 over them.

Stored once at the close and never changed (scoring.md §2). Sentences are left out on purpose: wording may be
improved later, the bytes of a published month may not. A page rebuilds the sentences with `score`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from core import canonical
from core.month import ReportingMonth
from scoring.rules.facts import CheckedFacts
from scoring.rules.rubric import Rubric
from scoring.rules.scorecard import ItemScore, Scorecard

FORMAT = 1
"""Raised when the shape below changes; old snapshots keep theirs."""

Evidence = Mapping[str, tuple[str, ...]]
"""Fact name → ids of the records that it counted."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """`body` is canonical JSON; parsing it and writing it again canonically gives the same bytes."""

    body: bytes
    sha256: str


def take_snapshot(
    rubric: Rubric, *, county: str, month: ReportingMonth, card: Scorecard, evidence: Evidence
) -> Snapshot:
    """Evidence ids are sorted and made unique, so that the order of a query cannot change the hash."""
    document = {
        "format": FORMAT,
        "rubric": {"code": rubric.code, "version": rubric.version, "sha256": rubric.digest},
        "county": county,
        "month": month,
        "facts": {name: _plain(value) for name, value in card.facts.items()},
        "evidence": {name: sorted(set(ids)) for name, ids in evidence.items() if ids},
        "scorecard": scorecard_document(card),
    }
    body = canonical.dumps(document)
    return Snapshot(body=body, sha256=canonical.file_sha256(body))


def scorecard_document(card: Scorecard) -> dict[str, object]:
    """The numbers of a scorecard. Exact values are fractions "n/d"; nothing is rounded but `final`."""
    return {
        "items": [_item(item) for item in card.items],
        "earned": card.earned,
        "available": card.available,
        "bonuses": {one.adjustment.id: one.points for one in card.bonuses},
        "bonus": card.bonus,
        "penalties": {one.adjustment.id: one.points for one in card.penalties},
        "penalty": card.penalty,
        "red_lines": [line.id for line in card.red_lines],
        "raw": card.raw,
        "adjusted": card.adjusted,
        "final": None if card.final is None else format(card.final, "f"),
        "grade": card.grade,
        "status": card.status,
        "interview": card.interview,
        "unqualified": card.unqualified,
    }


def facts_from(document: Mapping[str, object]) -> CheckedFacts:
    """The facts of a stored snapshot's "facts" object, exact again."""
    return {name: _exact(value) for name, value in document.items()}


def _item(score: ItemScore) -> dict[str, object]:
    return {
        "id": score.item.id,
        "points": score.points,
        "max": Fraction(score.item.max),
        "na": score.is_na,
    }


def _plain(value: Fraction | bool) -> object:
    """Whole numbers as JSON numbers, others as "n/d", whatever Python type the fact came in."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


def _exact(value: object) -> Fraction | bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | str):
        return Fraction(value)
    raise TypeError(f"{type(value).__name__} is no fact of a snapshot")
