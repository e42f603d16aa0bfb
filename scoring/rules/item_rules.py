"""The rule types of scoring.md §3: their data, read from the rubric and checked. See `reckoning`."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.place import Spot, refuse_duplicates


class WhenEmpty(enum.StrEnum):
    """What an item does where its denominator or scale is 0 or its input is missing."""

    NA = "na"
    ZERO = "zero"
    FULL = "full"


class FactKind(enum.StrEnum):
    NUMBER = "NUMBER"
    BOOLEAN = "BOOLEAN"


FactUse = tuple[str, FactKind, Spot]
"""A fact's name, the kind of value that is asked for, and the place that asks."""


@dataclass(frozen=True, slots=True)
class Check:
    key: str
    pts: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class Checklist:
    """Sum of `pts` over the keys that are true."""

    each: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class BooleanRule:
    """`max` if the key is true, else 0."""

    key: str


@dataclass(frozen=True, slots=True)
class Step:
    """One tier; `bound` None (lateness only) means any value and also "nothing submitted"."""

    bound: Decimal | None
    pts: Decimal


@dataclass(frozen=True, slots=True)
class Tier:
    """The first step with input >= bound; bounds fall and end at 0."""

    input: str
    tiers: tuple[Step, ...]
    when_empty: WhenEmpty | None = None


@dataclass(frozen=True, slots=True)
class Lateness:
    """The first step with input <= bound; bounds rise and end with None."""

    input: str
    tiers: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """max * clamp((n/d - zero_at) / (full_at - zero_at), 0, 1)."""

    numerator: str
    denominator: str | Decimal
    full_at: Decimal
    zero_at: Decimal
    when_empty: WhenEmpty | None = None


@dataclass(frozen=True, slots=True)
class EventPrice:
    event: str
    pts: Decimal
    note: str = ""


@dataclass(frozen=True, slots=True)
class PerEvent:
    """S = sum of count * pts, divided by the fact `scale` where there is one; min(cap, S) is taken off."""

    deduct: tuple[EventPrice, ...]
    cap: Decimal | None = None
    scale: str | None = None
    when_empty: WhenEmpty | None = None


@dataclass(frozen=True, slots=True)
class LinePoint:
    at: Decimal
    pts: Decimal


@dataclass(frozen=True, slots=True)
class Linear:
    """Straight line through `start` and `end`, clamped to both ends."""

    input: str
    start: LinePoint
    end: LinePoint
    when_empty: WhenEmpty


Rule = Checklist | BooleanRule | Tier | Lateness | Ratio | PerEvent | Linear

_TYPES = ("checklist", "boolean", "tier", "lateness", "ratio", "per_event", "linear")


def parse_rule(spot: Spot, maximum: Decimal) -> Rule:
    """The rule of one item whose full mark is `maximum`."""
    kind = spot.entries().get("type")
    if kind is None:
        spot.fail("缺少“type”。")
    match kind.choice(*_TYPES):
        case "checklist":
            return _checklist(spot, maximum)
        case "boolean":
            return BooleanRule(spot.fields(("type", "key"), ("note",))["key"].name())
        case "tier":
            return _tier(spot, maximum)
        case "lateness":
            return _lateness(spot, maximum)
        case "ratio":
            return _ratio(spot)
        case "per_event":
            return _per_event(spot)
        case _:
            return _linear(spot, maximum)


def parse_extra(spot: Spot) -> PerEvent:
    """A `per_event` without `max`, taken off the item's points (scoring.md §3); it cannot be empty."""
    fields = spot.fields(("type", "deduct"), ("cap", "note"))
    fields["type"].choice("per_event")
    return PerEvent(deduct=_deductions(fields["deduct"]), cap=_cap(fields))


def _checklist(spot: Spot, maximum: Decimal) -> Checklist:
    each = spot.fields(("type", "each"), ("note",))["each"]
    checks = []
    for part in each.parts():
        fields = part.fields(("key", "pts"), ("note",))
        checks.append(Check(fields["key"].name(), fields["pts"].positive(), _note(fields)))
    if not checks:
        each.fail("至少应有一项。")
    if sum(check.pts for check in checks) > maximum:
        each.fail(f"各项分值之和超过满分{maximum}。")
    refuse_duplicates(((part.entries()["key"].name(), part) for part in each.parts()), "项")
    return Checklist(tuple(checks))


def _tier(spot: Spot, maximum: Decimal) -> Tier:
    fields = spot.fields(("type", "input", "tiers"), ("when_empty", "note"))
    steps = []
    for part in fields["tiers"].parts():
        bound, pts = _pair(part)
        steps.append(Step(bound.number(0), pts.number(0, maximum)))
    bounds = [step.bound for step in steps if step.bound is not None]
    if bounds != sorted(set(bounds), reverse=True) or not bounds or bounds[-1] != 0:
        fields["tiers"].fail("各档下限应从大到小排列、互不相同，最后一档下限为0。")
    return Tier(fields["input"].name(), tuple(steps), _when_empty(fields))


def _lateness(spot: Spot, maximum: Decimal) -> Lateness:
    fields = spot.fields(("type", "input", "tiers"), ("note",))
    steps = []
    for part in fields["tiers"].parts():
        bound, pts = _pair(part)
        steps.append(Step(None if bound.value is None else bound.number(0), pts.number(0, maximum)))
    bounds = [step.bound for step in steps if step.bound is not None]
    is_last_open = bool(steps) and steps[-1].bound is None
    if bounds != sorted(set(bounds)) or len(bounds) != len(steps) - 1 or not is_last_open:
        fields["tiers"].fail("各档上限应从小到大排列、互不相同，最后一档上限为null（其余情形）。")
    return Lateness(fields["input"].name(), tuple(steps))


def _ratio(spot: Spot) -> Ratio:
    fields = spot.fields(("type", "numerator", "denominator", "full_at", "zero_at"), ("when_empty", "note"))
    full_at, zero_at = fields["full_at"].number(0), fields["zero_at"].number(0)
    if full_at == zero_at:
        fields["full_at"].fail("不能与zero_at相等。")
    denominator: str | Decimal
    if isinstance(fields["denominator"].value, Decimal):
        denominator = fields["denominator"].positive()
        if "when_empty" in fields:
            fields["when_empty"].fail("分母为常数，用不到when_empty。")
    else:
        denominator = fields["denominator"].name()
        if "when_empty" not in fields:
            spot.fail("缺少“when_empty”：分母为0时应如何计分。")
    return Ratio(fields["numerator"].name(), denominator, full_at, zero_at, _when_empty(fields))


def _per_event(spot: Spot) -> PerEvent:
    fields = spot.fields(("type", "deduct"), ("cap", "scale", "when_empty", "note"))
    scale = fields["scale"].name() if "scale" in fields else None
    if scale is not None and "when_empty" not in fields:
        spot.fail("缺少“when_empty”：scale为0时应如何计分。")
    if scale is None and "when_empty" in fields:
        fields["when_empty"].fail("没有scale，用不到when_empty。")
    return PerEvent(_deductions(fields["deduct"]), _cap(fields), scale, _when_empty(fields))


def _linear(spot: Spot, maximum: Decimal) -> Linear:
    fields = spot.fields(("type", "input", "from", "to", "when_empty"), ("note",))
    ends = []
    for key in ("from", "to"):
        at, pts = _pair(fields[key])
        ends.append(LinePoint(at.number(0), pts.number(0, maximum)))
    if ends[0].at == ends[1].at:
        fields["to"].fail("两端的取值不能相等。")
    return Linear(fields["input"].name(), ends[0], ends[1], WhenEmpty(_when_empty_text(fields["when_empty"])))


def _deductions(spot: Spot) -> tuple[EventPrice, ...]:
    prices = []
    for part in spot.parts():
        fields = part.fields(("event", "pts"), ("note",))
        prices.append(EventPrice(fields["event"].name(), fields["pts"].positive(), _note(fields)))
    if not prices:
        spot.fail("至少应有一个事件。")
    refuse_duplicates(((part.entries()["event"].name(), part) for part in spot.parts()), "事件")
    return tuple(prices)


def _pair(spot: Spot) -> tuple[Spot, Spot]:
    parts = spot.parts()
    if len(parts) != 2:
        spot.fail("应为两个值的列表。")
    return parts[0], parts[1]


def _cap(fields: dict[str, Spot]) -> Decimal | None:
    return fields["cap"].positive() if "cap" in fields else None


def _note(fields: dict[str, Spot]) -> str:
    return fields["note"].text() if "note" in fields else ""


def _when_empty_text(spot: Spot) -> str:
    return spot.choice(*WhenEmpty)


def _when_empty(fields: dict[str, Spot]) -> WhenEmpty | None:
    return WhenEmpty(_when_empty_text(fields["when_empty"])) if "when_empty" in fields else None


def facts_of(rule: Rule) -> Iterator[tuple[str, FactKind]]:
    """Every fact that the rule reads, in the order in which a page shows them."""
    match rule:
        case Checklist():
            yield from ((check.key, FactKind.BOOLEAN) for check in rule.each)
        case BooleanRule():
            yield rule.key, FactKind.BOOLEAN
        case Tier() | Lateness() | Linear():
            yield rule.input, FactKind.NUMBER
        case Ratio():
            yield rule.numerator, FactKind.NUMBER
            if isinstance(rule.denominator, str):
                yield rule.denominator, FactKind.NUMBER
        case PerEvent():
            yield from ((price.event, FactKind.NUMBER) for price in rule.deduct)
            if rule.scale is not None:
                yield rule.scale, FactKind.NUMBER
