"""The monthly score of one county: `score(rubric, facts)` (scoring.md §3, §4), exact to the last rounding."""

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.errors import RubricError
from scoring.rules.explanation import explain
from scoring.rules.facts import CheckedFacts, check_facts, number, truth
from scoring.rules.numbers import clamp, round_half_up
from scoring.rules.reckoning import Losses, Reckoning, count_losses, reckon
from scoring.rules.rubric import Adjustment, Item, RedLine, Rubric
from scoring.rules.rubric_parser import FULL_SCORE


class Status(enum.StrEnum):
    """INSUFFICIENT (数据不足): less than `min_available_points` applied; a person must confirm."""

    SCORED = "scored"
    INSUFFICIENT = "insufficient"


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item. `points` is 0 where it does not apply (`is_na`): it then leaves both sides of the total."""

    item: Item
    category_id: str
    points: Fraction
    is_na: bool
    reckoning: Reckoning
    extra: Losses | None

    @property
    def lost(self) -> Fraction:
        """Points lost against the full mark; 0 where the item does not apply."""
        return Fraction(0) if self.is_na else Fraction(self.item.max) - self.points

    def explanation(self, facts: CheckedFacts) -> str:
        """One Chinese sentence: the inputs, every deduction, the points."""
        return explain(self.item, self.reckoning, self.extra, self.points, facts)


@dataclass(frozen=True, slots=True)
class AdjustmentScore:
    """A bonus or penalty that was hit: `points` = pts * count, before the bonus cap."""

    adjustment: Adjustment
    count: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Scorecard:
    """All steps from points to grade.

    `raw`, `adjusted`, `final`, `grade` are None where nothing applied (available = 0). `bonus` is after its
    cap. `final` has exactly `score_decimals` places. `grade` is before the ranking condition (see `ranking`).
    """

    facts: CheckedFacts
    items: tuple[ItemScore, ...]
    earned: Fraction
    available: Fraction
    bonuses: tuple[AdjustmentScore, ...]
    bonus: Fraction
    penalties: tuple[AdjustmentScore, ...]
    penalty: Fraction
    red_lines: tuple[RedLine, ...]
    raw: Fraction | None
    adjusted: Fraction | None
    final: Decimal | None
    grade: str | None
    status: Status
    interview: bool
    unqualified: bool

    def item(self, item_id: str) -> ItemScore:
        """Raises `RubricError` for an id that the rubric does not have."""
        for item in self.items:
            if item.item.id == item_id:
                return item
        raise RubricError(item_id, "没有这个评分项。")

    def rate(self, target: str) -> Fraction | None:
        """得分率 of a category or item: points over full marks of what applies; None where nothing does."""
        scored = [one for one in self.items if target in {one.category_id, one.item.id} and not one.is_na]
        available = sum((Fraction(one.item.max) for one in scored), Fraction(0))
        return sum((one.points for one in scored), Fraction(0)) / available if available else None

    def weight(self, points: Fraction) -> Fraction:
        """What item points are worth on the scale of the total: lost item points × 100 / available."""
        return points * Fraction(FULL_SCORE) / self.available if self.available else Fraction(0)


def score(rubric: Rubric, facts: Mapping[str, object], *, allow_unknown: bool = False) -> Scorecard:
    """The scorecard. Raises `FactError` naming the fact; see `check_facts` for `allow_unknown`."""
    checked = check_facts(rubric, facts, allow_unknown=allow_unknown)
    items = tuple(
        _item_score(item, category.id, checked) for category in rubric.categories for item in category.items
    )
    counted = [item for item in items if not item.is_na]
    earned = sum((item.points for item in counted), Fraction(0))
    available = sum((Fraction(item.item.max) for item in counted), Fraction(0))
    bonuses, bonus = _adjust(rubric.bonuses, checked)
    penalties, penalty = _adjust(rubric.penalties, checked)
    bonus = bonus if rubric.bonus_cap is None else min(bonus, Fraction(rubric.bonus_cap))
    red_lines = tuple(line for line in rubric.red_lines if truth(checked, line.id))
    raw = Fraction(FULL_SCORE) * earned / available if available else None
    adjusted = None if raw is None else clamp(raw + bonus - penalty, 0, FULL_SCORE)
    final = None if adjusted is None else round_half_up(_capped(adjusted, red_lines), rubric.score_decimals)
    lines = rubric.thresholds
    return Scorecard(
        facts=checked,
        items=items,
        earned=earned,
        available=available,
        bonuses=bonuses,
        bonus=bonus,
        penalties=penalties,
        penalty=penalty,
        red_lines=red_lines,
        raw=raw,
        adjusted=adjusted,
        final=final,
        grade=None if final is None else _grade(rubric, final, red_lines),
        status=Status.SCORED if _is_enough(rubric, available) else Status.INSUFFICIENT,
        interview=final is not None and final < lines.interview_threshold,
        unqualified=(final is not None and final < lines.unqualified_threshold)
        or any(line.unqualified for line in red_lines),
    )


def _is_enough(rubric: Rubric, available: Fraction) -> bool:
    return available > 0 and available >= Fraction(rubric.min_available_points)


def _item_score(item: Item, category_id: str, facts: CheckedFacts) -> ItemScore:
    reckoning = reckon(item.rule, item.max, facts)
    if reckoning.points is None:
        return ItemScore(item, category_id, Fraction(0), True, reckoning, None)
    extra = count_losses(item.extra, facts) if item.extra is not None else None
    deducted = extra.deducted if extra is not None else Fraction(0)
    points = max(reckoning.points - deducted, Fraction(0))
    return ItemScore(item, category_id, points, False, reckoning, extra)


def _adjust(
    adjustments: tuple[Adjustment, ...], facts: CheckedFacts
) -> tuple[tuple[AdjustmentScore, ...], Fraction]:
    hit = []
    for adjustment in adjustments:
        count = number(facts, adjustment.id)
        if count:
            hit.append(AdjustmentScore(adjustment, count, count * Fraction(adjustment.pts)))
    return tuple(hit), sum((one.points for one in hit), Fraction(0))


def _capped(adjusted: Fraction, red_lines: tuple[RedLine, ...]) -> Fraction:
    return min([adjusted, *(Fraction(line.cap) for line in red_lines if line.cap is not None)])


def _grade(rubric: Rubric, final: Decimal, red_lines: tuple[RedLine, ...]) -> str:
    """The grade by score, or a red line's forced grade where that is worse: a veto never improves a grade."""
    codes = [grade.code for grade in rubric.grades]
    by_score = next(place for place, grade in enumerate(rubric.grades) if final >= grade.min)
    forced = [codes.index(line.grade) for line in red_lines if line.grade is not None]
    return codes[max([by_score, *forced])]
