"""What a month's score and duty inspection propose for one county: 约谈, 通报批评, 提醒敦促函, 提级.

Proposals only: a named officer decides on each (handbook §1.4).
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.month import ReportingMonth
from scoring.rules.conditions import Condition, SubjectValue, describe_all
from scoring.rules.duty import DutyResult
from scoring.rules.errors import RubricError
from scoring.rules.numbers import plain
from scoring.rules.ranking import county_details
from scoring.rules.rubric import DUTY_INSPECTION, MONTHLY_SCORE, Rubric
from scoring.rules.scorecard import Scorecard
from scoring.rules.triggers import Action, Clause, Consecutive, Effect, Rate


class TriggerSource(enum.StrEnum):
    """Which of the two scores triggered (scoring.md §1)."""

    MONTHLY_SCORE = "MONTHLY_SCORE"
    DUTY_INSPECTION = "DUTY_INSPECTION"


@dataclass(frozen=True, slots=True)
class Trigger:
    """One reason. `action_id` is the rubric's action, "" for the duty inspection; `reason` has no stop."""

    source: TriggerSource
    action_id: str
    score: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """One document or step for one county, with everything that triggered it."""

    effect: Effect
    triggers: tuple[Trigger, ...]


@dataclass(frozen=True, slots=True)
class CountyMonth:
    """A county's month as the actions see it.

    `values` are `ranking.county_values`; `history` the earlier confirmed finals by month (None or absent =
    no score that month); `duty` the inspection of this month, if there was one.
    """

    month: ReportingMonth
    card: Scorecard
    values: Mapping[str, SubjectValue]
    history: Mapping[ReportingMonth, Decimal | None]
    duty: DutyResult | None = None


def propose(rubric: Rubric, county: CountyMonth) -> tuple[Proposal, ...]:
    """All proposals, in the order of `Effect`.

    Interviews come from both scores as `config.interview_triggers` allows: one with every trigger where
    `merge_same_month_interviews`, else one for each. An unqualified duty inspection proposes 通报批评 too.
    """
    if rubric.actions is None:
        raise RubricError("actions", "缺少动作规则。")
    by_effect: dict[Effect, list[Trigger]] = {effect: [] for effect in Effect}
    for action, trigger in _fired(rubric, rubric.actions, county):
        for effect in action.effects:
            by_effect[effect].append(trigger)
    if MONTHLY_SCORE not in rubric.thresholds.interview_triggers:
        by_effect[Effect.INTERVIEW].clear()
    if county.duty is not None:
        _add_duty(rubric, county.duty, by_effect)
    proposals: list[Proposal] = []
    for effect, triggers in by_effect.items():
        if effect is Effect.INTERVIEW and not rubric.thresholds.merge_same_month_interviews:
            proposals.extend(Proposal(effect, (trigger,)) for trigger in triggers)
        elif triggers:
            proposals.append(Proposal(effect, tuple(triggers)))
    return tuple(proposals)


def _add_duty(rubric: Rubric, duty: DutyResult, by_effect: dict[Effect, list[Trigger]]) -> None:
    if rubric.duty is None:
        raise RubricError("duty_inspection", "缺少履职检查规则。")
    if duty.interview and DUTY_INSPECTION in rubric.thresholds.interview_triggers:
        by_effect[Effect.INTERVIEW].append(_duty_trigger(duty, rubric.duty.interview_below))
    if duty.unqualified:
        by_effect[Effect.CRITICISM].append(_duty_trigger(duty, rubric.duty.unqualified_below))


def _duty_trigger(duty: DutyResult, line: Decimal) -> Trigger:
    reason = f"质量监督履职检查得分{duty.score}分，低于{plain(line)}分"
    return Trigger(TriggerSource.DUTY_INSPECTION, "", duty.score, reason)


def _fired(rubric: Rubric, actions: Sequence[Action], county: CountyMonth) -> list[tuple[Action, Trigger]]:
    """Actions whose `when` holds, and those that they imply, each once, in the rubric's order."""
    reasons: dict[str, str] = {}
    for action in actions:
        reason = _reason(action, rubric, county)
        if reason:
            reasons[action.id] = reason
    for action in actions:
        if action.id in reasons:
            _imply(action, actions, reasons)
    return [
        (action, Trigger(TriggerSource.MONTHLY_SCORE, action.id, county.card.final, reasons[action.id]))
        for action in actions
        if action.id in reasons
    ]


def _imply(action: Action, actions: Sequence[Action], reasons: dict[str, str]) -> None:
    for implied in actions:
        if implied.id in action.implied and implied.id not in reasons:
            reasons[implied.id] = reasons[action.id]
            _imply(implied, actions, reasons)


def _reason(action: Action, rubric: Rubric, county: CountyMonth) -> str:
    """The alternatives that hold, in words; "" when none does."""
    held = [
        _describe(clauses, rubric, county)
        for clauses in action.alternatives
        if all(_holds(clause, county) for clause in clauses)
    ]
    return "；".join(held)


def _holds(clause: Clause, county: CountyMonth) -> bool:
    match clause:
        case Condition():
            return clause.holds(county.values)
        case Rate():
            return clause.condition.holds({"rate": county.card.rate(clause.target)})
        case Consecutive():
            return all(
                condition.holds({"score": score})
                for score in _scores(clause, county)
                for condition in clause.conditions
            )


def _scores(clause: Consecutive, county: CountyMonth) -> list[SubjectValue]:
    """This month's score and those before it; a month without a score is None and meets nothing."""
    earlier = [county.history.get(county.month.shift(-back)) for back in range(1, clause.months)]
    return [county.values["score"], *earlier]


def _describe(clauses: Sequence[Clause], rubric: Rubric, county: CountyMonth) -> str:
    conditions = [clause for clause in clauses if isinstance(clause, Condition)]
    details = county_details(rubric, county.card)
    parts = [describe_all(conditions, county.values, details)] if conditions else []
    for clause in clauses:
        if isinstance(clause, Rate):
            described = clause.condition.describe({"rate": county.card.rate(clause.target)})
            parts.append(f"“{rubric.name_of(clause.target)}”{described}")
        elif isinstance(clause, Consecutive):
            scores = "、".join(f"{score}分" for score in reversed(_scores(clause, county)))
            demands = "且".join(condition.demand for condition in clause.conditions)
            parts.append(f"连续{clause.months}个月月度得分（{scores}）{demands}")
    return "，".join(parts)
