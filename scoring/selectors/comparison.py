"""A county among the others of its month."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import median

from scoring.enums import ScoreStatus
from scoring.models import CountyScore
from scoring.rules.numbers import round_half_up
from scoring.rules.rubric import Rubric


@dataclass(frozen=True)
class Gap:
    """The clause in which the county stands farthest below the middle of the others, in points of the clause."""

    item_id: str
    name: str
    points: Decimal


@dataclass(frozen=True)
class Comparison:
    """`counted` counties have a score; `middle` is their median; `gap` None when the county is nowhere below it."""

    rank: int | None
    counted: int
    middle: Decimal
    gap: Gap | None


def compare(row: CountyScore, others: Sequence[CountyScore], rubric: Rubric) -> Comparison | None:
    """None where nothing may be shown or nobody has a score."""
    scored = [one for one in others if one.status == ScoreStatus.SCORED and one.final is not None]
    if not scored:
        return None
    middle = median(Fraction(one.final) for one in scored if one.final is not None)
    return Comparison(
        rank=row.rank,
        counted=len(scored),
        middle=round_half_up(middle, rubric.score_decimals),
        gap=_widest_gap(row, scored, rubric),
    )


def _points(row: CountyScore) -> dict[str, Fraction]:
    items = json.loads(row.snapshot)["scorecard"]["items"]
    return {item["id"]: Fraction(item["points"]) for item in items if not item["na"]}


def _widest_gap(row: CountyScore, scored: Sequence[CountyScore], rubric: Rubric) -> Gap | None:
    own, all_points = _points(row), [_points(one) for one in scored]
    gaps = []
    for item_id, points in own.items():
        middle = median(one[item_id] for one in all_points if item_id in one)
        gaps.append((points - middle, item_id))
    if not gaps or min(gaps)[0] >= 0:
        return None
    value, item_id = min(gaps)
    return Gap(item_id, rubric.item(item_id).name, round_half_up(value, 2))
