"""项目现场评分: what the findings of a month take off a project's full mark (`problem_weights`)."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.place import Spot


class FindingKind(enum.StrEnum):
    """质量管理违规行为 · 工程实体质量问题 · 安全生产管理违规行为 (handbook §1.3)."""

    MANAGEMENT = "management"
    ENTITY = "entity"
    SAFETY = "safety"


class Severity(enum.StrEnum):
    """一般 · 较重 · 严重."""

    GENERAL = "general"
    SERIOUS = "serious"
    GRAVE = "grave"


@dataclass(frozen=True, slots=True)
class ProblemWeights:
    """Points per finding by kind and severity; `per_unit_cap` limits what one unit can cost a project."""

    points: Mapping[tuple[FindingKind, Severity], Decimal]
    repeat_multiplier: Decimal
    self_reported_multiplier: Decimal
    per_unit_cap: Decimal
    full_mark: Decimal


@dataclass(frozen=True, slots=True)
class FindingMark:
    """One finding as it counts. `is_repeat`: same unit and code within the look-back of the rubric;
    `is_self_reported`: found and reported by the unit itself and already rectified."""

    unit: str
    kind: FindingKind
    severity: Severity
    is_repeat: bool = False
    is_self_reported: bool = False


@dataclass(frozen=True, slots=True)
class UnitDeduction:
    unit: str
    counted: Fraction
    deducted: Fraction


@dataclass(frozen=True, slots=True)
class ProjectScore:
    """`score` is exact, between 0 and the full mark."""

    score: Fraction
    units: tuple[UnitDeduction, ...]


def parse_weights(spot: Spot, full_mark: Decimal) -> ProblemWeights:
    kinds = tuple(kind.value for kind in FindingKind)
    fields = spot.fields((*kinds, "repeat_multiplier", "self_reported_multiplier", "per_unit_cap"))
    points = {}
    for kind in FindingKind:
        row = fields[kind.value].fields([severity.value for severity in Severity])
        for severity in Severity:
            points[kind, severity] = row[severity.value].number(0)
    return ProblemWeights(
        points=points,
        repeat_multiplier=fields["repeat_multiplier"].number(1),
        self_reported_multiplier=fields["self_reported_multiplier"].number(0, 1),
        per_unit_cap=fields["per_unit_cap"].number(0, full_mark),
        full_mark=full_mark,
    )


def finding_points(weights: ProblemWeights, finding: FindingMark) -> Fraction:
    """What one finding costs before the unit's cap; both multipliers apply where both are true."""
    points = Fraction(weights.points[finding.kind, finding.severity])
    if finding.is_repeat:
        points *= Fraction(weights.repeat_multiplier)
    if finding.is_self_reported:
        points *= Fraction(weights.self_reported_multiplier)
    return points


def project_score(weights: ProblemWeights, findings: Iterable[FindingMark]) -> ProjectScore:
    """Full mark less every unit's capped deduction, never below 0. Units keep the order of first finding."""
    counted: dict[str, Fraction] = {}
    for finding in findings:
        counted[finding.unit] = counted.get(finding.unit, Fraction(0)) + finding_points(weights, finding)
    cap = Fraction(weights.per_unit_cap)
    units = tuple(UnitDeduction(unit, points, min(points, cap)) for unit, points in counted.items())
    total = sum((unit.deducted for unit in units), Fraction(0))
    return ProjectScore(max(Fraction(weights.full_mark) - total, Fraction(0)), units)
