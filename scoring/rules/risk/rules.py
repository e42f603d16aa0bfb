"""A checked risk rule set."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

CLASSES = ("A", "B", "C", "D")
"""From the lowest risk to the highest."""


class RuleType(StrEnum):
    """How a rule turns a fact into points.

    at_least / at_most: the points of the last threshold that the value reaches, from above or from below.
    per_count: points for each one, up to the cap. flag: points when the fact is true.
    """

    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    PER_COUNT = "per_count"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Tier:
    """From `threshold` on the rule gives `points`."""

    threshold: Decimal
    points: Decimal


@dataclass(frozen=True, slots=True)
class RiskRule:
    """One rule. `floor`: the class that a project cannot stay below once the rule applies ("" = none)."""

    id: str
    fact: str
    type: RuleType
    tiers: tuple[Tier, ...] = ()
    points: Decimal = Decimal(0)
    cap: Decimal | None = None
    floor: str = ""
    origin: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class begins at `minimum` points."""

    code: str
    minimum: Decimal


@dataclass(frozen=True, slots=True)
class RiskRules:
    """A rule set: its rules in the order of the file, the class lines from D down, and which classes are proposed."""

    code: str
    version: str
    title: str
    rules: tuple[RiskRule, ...]
    classes: tuple[ClassLine, ...]
    proposed: frozenset[str]
    parameters: Mapping[str, Decimal]

    def class_of(self, points: Decimal) -> str:
        """The class of a sum of points, before any floor."""
        return next(line.code for line in self.classes if points >= line.minimum)

    def whole(self, name: str) -> int:
        """A parameter that counts something."""
        return int(self.parameters[name])
