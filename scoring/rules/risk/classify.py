"""Points, reasons and the class of one project.

Monotone by construction: every rule only adds points, in the direction in which its fact is worse, and a floor only
raises the class. So a project that is worse in any fact and better in none never gets a lower class.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.numbers import plain
from scoring.rules.risk.facts import RISK_FACTS, FactValue, Kind
from scoring.rules.risk.rules import CLASSES, RiskRule, RiskRules, RuleType


@dataclass(frozen=True, slots=True)
class Reason:
    """Why points were given: the rule, the number that it saw, the points, and the class that it forces ("" = none)."""

    code: str
    fact: str
    label: str
    value: Decimal | bool
    unit: str
    weight: Decimal
    floor: str
    threshold: Decimal | None = None

    @property
    def amount(self) -> str:
        """The number with its unit; a flag is said by its label alone."""
        return "" if isinstance(self.value, bool) else f"{plain(self.value)}{self.unit}"

    @property
    def text(self) -> str:
        """For tables and documents: 形象进度落后于时间进度22.5个百分点."""
        return f"{self.label}{self.amount}"


@dataclass(frozen=True, slots=True)
class Classification:
    """The result: class A–D, the sum of points, the reasons with the heaviest first."""

    risk_class: str
    points: Decimal
    reasons: tuple[Reason, ...]


def classify(rules: RiskRules, facts: Mapping[str, FactValue]) -> Classification:
    """Apply every rule to the facts of one project. A fact that is absent or None gives nothing."""
    reasons = [reason for rule in rules.rules if (reason := _apply(rule, facts.get(rule.fact))) is not None]
    points = sum((reason.weight for reason in reasons), Decimal(0))
    candidates = [rules.class_of(points), *(reason.floor for reason in reasons if reason.floor)]
    risk_class = max(candidates, key=CLASSES.index)
    order = {rule.id: number for number, rule in enumerate(rules.rules)}
    ranked = sorted(reasons, key=lambda one: (-CLASSES.index(one.floor or "A"), -one.weight, order[one.code]))
    return Classification(risk_class, points, tuple(ranked))


def _apply(rule: RiskRule, value: FactValue) -> Reason | None:
    if value is None:
        return None
    weight, threshold = _weight(rule, value)
    if not weight:
        return None
    fact = RISK_FACTS[rule.fact]
    shown = value if fact.kind is Kind.FLAG and isinstance(value, bool) else Decimal(value)
    return Reason(rule.id, rule.fact, fact.label, shown, fact.unit, weight, rule.floor, threshold)


def _weight(rule: RiskRule, value: Decimal | int | bool) -> tuple[Decimal, Decimal | None]:
    number = Decimal(value)
    if rule.type is RuleType.FLAG:
        return (rule.points if value else Decimal(0)), None
    if rule.type is RuleType.PER_COUNT:
        points = rule.points * number
        return (points if rule.cap is None else min(points, rule.cap)), None
    is_low = rule.type is RuleType.AT_MOST
    reached = [t for t in rule.tiers if (number <= t.threshold if is_low else number >= t.threshold)]
    return (reached[-1].points, reached[-1].threshold) if reached else (Decimal(0), None)
