"""From a rule and the facts to points, exactly (scoring.md §3). What a page must explain is kept."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.facts import CheckedFacts, number, truth
from scoring.rules.item_rules import (
    BooleanRule,
    Checklist,
    EventPrice,
    Lateness,
    Linear,
    PerEvent,
    Ratio,
    Rule,
    Step,
    Tier,
    WhenEmpty,
)
from scoring.rules.numbers import clamp


@dataclass(frozen=True, slots=True)
class EventLoss:
    """What one kind of event took off, before scale and cap."""

    event: str
    count: Fraction
    pts: Decimal

    @property
    def points(self) -> Fraction:
        return self.count * Fraction(self.pts)


@dataclass(frozen=True, slots=True)
class Losses:
    """The deduction of a `per_event`: `total` before and `deducted` after scale and cap."""

    events: tuple[EventLoss, ...]
    total: Fraction
    deducted: Fraction


@dataclass(frozen=True, slots=True)
class Reckoning:
    """`points` None = not applicable. `emptied` = the `when_empty` that decided, None where the rule did.

    `share` = n/d of a ratio, `step` = the tier that matched, `losses` = the deduction of a per_event.
    """

    points: Fraction | None
    emptied: WhenEmpty | None = None
    share: Fraction | None = None
    step: Step | None = None
    losses: Losses | None = None


def reckon(rule: Rule, maximum: Decimal, facts: CheckedFacts) -> Reckoning:
    """The points of a rule whose full mark is `maximum`."""
    full = Fraction(maximum)
    match rule:
        case Checklist():
            pts = (Fraction(check.pts) for check in rule.each if truth(facts, check.key))
            return Reckoning(sum(pts, Fraction(0)))
        case BooleanRule():
            return Reckoning(full if truth(facts, rule.key) else Fraction(0))
        case Tier():
            return _tier(rule, full, facts)
        case Lateness():
            return _lateness(rule, facts)
        case Ratio():
            return _ratio(rule, full, facts)
        case PerEvent():
            return _per_event(rule, full, facts)
        case Linear():
            return _linear(rule, full, facts)


def count_losses(rule: PerEvent, facts: CheckedFacts, divisor: Fraction = Fraction(1)) -> Losses:
    """Also the deduction of an `extra`, which has neither full mark nor scale."""
    events = tuple(_loss(price, facts) for price in rule.deduct)
    total = sum((event.points for event in events), Fraction(0))
    scaled = total / divisor
    return Losses(events, total, scaled if rule.cap is None else min(Fraction(rule.cap), scaled))


def _loss(price: EventPrice, facts: CheckedFacts) -> EventLoss:
    return EventLoss(price.event, number(facts, price.event), price.pts)


def _emptied(how: WhenEmpty, full: Fraction) -> Reckoning:
    points = {WhenEmpty.NA: None, WhenEmpty.ZERO: Fraction(0), WhenEmpty.FULL: full}
    return Reckoning(points[how], emptied=how)


def _tier(rule: Tier, full: Fraction, facts: CheckedFacts) -> Reckoning:
    if rule.when_empty is not None and rule.input not in facts:
        return _emptied(rule.when_empty, full)
    value = number(facts, rule.input)
    # the last bound is 0 and facts are never negative, so one step always matches
    step = next(step for step in rule.tiers if step.bound is not None and value >= step.bound)
    return Reckoning(Fraction(step.pts), step=step)


def _lateness(rule: Lateness, facts: CheckedFacts) -> Reckoning:
    missing = rule.input not in facts
    value = number(facts, rule.input)
    step = next(step for step in rule.tiers if step.bound is None or (not missing and value <= step.bound))
    return Reckoning(Fraction(step.pts), step=step)


def _ratio(rule: Ratio, full: Fraction, facts: CheckedFacts) -> Reckoning:
    named = isinstance(rule.denominator, str)
    denominator = number(facts, str(rule.denominator)) if named else Fraction(rule.denominator)
    if denominator == 0:
        # the parser demands when_empty wherever the denominator is a fact
        return _emptied(rule.when_empty or WhenEmpty.NA, full)
    share = number(facts, rule.numerator) / denominator
    zero_at, full_at = Fraction(rule.zero_at), Fraction(rule.full_at)
    return Reckoning(full * clamp((share - zero_at) / (full_at - zero_at), 0, 1), share=share)


def _per_event(rule: PerEvent, full: Fraction, facts: CheckedFacts) -> Reckoning:
    divisor = Fraction(1)
    if rule.scale is not None:
        divisor = number(facts, rule.scale)
        if divisor == 0:
            return _emptied(rule.when_empty or WhenEmpty.NA, full)
    losses = count_losses(rule, facts, divisor)
    return Reckoning(max(full - losses.deducted, Fraction(0)), losses=losses)


def _linear(rule: Linear, full: Fraction, facts: CheckedFacts) -> Reckoning:
    if rule.input not in facts:
        return _emptied(rule.when_empty, full)
    start, end = Fraction(rule.start.at), Fraction(rule.end.at)
    along = clamp((number(facts, rule.input) - start) / (end - start), 0, 1)
    low, high = Fraction(rule.start.pts), Fraction(rule.end.pts)
    return Reckoning(low + (high - low) * along)
