"""The month's table: dense ranks, the order of equal rows, and the grades that depend on the rank."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.conditions import SubjectValue
from scoring.rules.errors import RubricError
from scoring.rules.facts import (
    OVERDUE_GENERAL,
    OVERDUE_GRAVE,
    OVERDUE_SERIOUS,
    WORKDAYS_LATE,
    number,
)
from scoring.rules.numbers import plain
from scoring.rules.rubric import UNIT_ORDER, Grade, Rubric
from scoring.rules.scorecard import Scorecard, Status


@dataclass(frozen=True, slots=True)
class Entrant:
    """One county or zone of the month. `unit_order` is its fixed place in official lists; `key` its code."""

    key: str
    name: str
    unit_order: int
    card: Scorecard


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One row of the published table. `position` counts rows from 1; `rank` is dense, None if insufficient.

    `grade` is after the ranking condition; `grade_lost` says in Chinese why a better grade was not given.
    """

    entrant: Entrant
    position: int
    rank: int | None
    final: Decimal | None
    grade: str | None
    grade_lost: str
    values: Mapping[str, SubjectValue]
    details: Mapping[str, str]


def rank(rubric: Rubric, entrants: Sequence[Entrant]) -> tuple[RankedRow, ...]:
    """The table in display order: by score, then tie-break; INSUFFICIENT ones last, by unit order."""
    rules = rubric.ranking
    if rules is None:
        raise RubricError("ranking", "缺少排名规则。")
    scored = [one for one in entrants if one.card.status is Status.SCORED]
    others = [one for one in entrants if one.card.status is not Status.SCORED]
    scored.sort(key=lambda one: (-_final(one), *_tie_break(rules.tie_break, one)))
    others.sort(key=lambda one: (one.unit_order, one.key))
    finals = sorted({_final(one) for one in scored}, reverse=True)
    ranks = {final: place for place, final in enumerate(finals, start=1)}
    rows = []
    for position, one in enumerate([*scored, *others], start=1):
        rank_of_one = ranks[_final(one)] if one.card.status is Status.SCORED else None
        values = county_values(one.card, rank_of_one)
        grade, lost = _final_grade(rubric, one.card, values)
        rows.append(
            RankedRow(
                entrant=one,
                position=position,
                rank=rank_of_one,
                final=one.card.final,
                grade=grade,
                grade_lost=lost,
                values=values,
                details=county_details(rubric, one.card),
            )
        )
    return tuple(rows)


def county_values(card: Scorecard, rank: int | None) -> dict[str, SubjectValue]:
    """The county's facts by the names that conditions use (`conditions.COUNTY_FACTS`).

    With status INSUFFICIENT there is no score, and only a red line can make it unqualified: a score out of
    too few items must not accuse anybody by itself.
    """
    facts = card.facts
    overdue = {name: number(facts, name) for name in (OVERDUE_GENERAL, OVERDUE_SERIOUS, OVERDUE_GRAVE)}
    is_scored = card.status is Status.SCORED
    return {
        **overdue,
        "score": card.final if is_scored else None,
        "rank": rank,
        "unqualified": card.unqualified if is_scored else any(line.unqualified for line in card.red_lines),
        "interview": card.interview and is_scored,
        "red_line_hit": bool(card.red_lines),
        "no_red_line": not card.red_lines,
        "no_overdue": not any(overdue.values()),
        "no_overdue_serious": not (overdue[OVERDUE_SERIOUS] or overdue[OVERDUE_GRAVE]),
        "report_on_time": WORKDAYS_LATE in facts and number(facts, WORKDAYS_LATE) == 0,
    }


def county_details(rubric: Rubric, card: Scorecard) -> dict[str, str]:
    """What to add in brackets where a sentence says that a county is unqualified or hit a red line."""
    names = [f"{line.id} {line.name}" for line in card.red_lines]
    why = [f"{line.id} {line.name}" for line in card.red_lines if line.unqualified]
    below = rubric.thresholds.unqualified_threshold
    if card.status is Status.SCORED and card.final is not None and card.final < below:
        why.insert(0, f"月度得分{card.final}分，低于{plain(below)}分")
    return {"red_line_hit": "、".join(names), "unqualified": "；".join(why)}


def _final(entrant: Entrant) -> Decimal:
    if entrant.card.final is None:
        raise ValueError("a scored entrant has a final score")
    return entrant.card.final


def _tie_break(names: Sequence[str], entrant: Entrant) -> tuple[Fraction | int | str, ...]:
    """More points first; an item that does not apply comes after any points. At last unit order and code."""
    keys: list[Fraction | int | str] = []
    for name in names:
        if name == UNIT_ORDER:
            keys.append(entrant.unit_order)
        else:
            item = entrant.card.item(name)
            keys.append(Fraction(1) if item.is_na else -item.points)
    return (*keys, entrant.unit_order, entrant.key)


def _final_grade(
    rubric: Rubric, card: Scorecard, values: Mapping[str, SubjectValue]
) -> tuple[str | None, str]:
    """Step down from the grade by score until a grade's extra condition holds; the last grade has none."""
    if card.grade is None:
        return None, ""
    codes = [grade.code for grade in rubric.grades]
    missed: list[str] = []
    for grade in rubric.grades[codes.index(card.grade) :]:
        if all(condition.holds(values) for condition in grade.extra):
            return grade.code, "".join(missed)
        missed.append(_missed(grade))
    raise RubricError("grades", "最后一级不能有附加条件。")


def _missed(grade: Grade) -> str:
    return f"未满足{grade.name}等级的附加条件（{grade.extra_text}）。"
