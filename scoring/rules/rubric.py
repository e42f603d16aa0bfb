"""The rubric (评分细则) as data: what `parse_rubric` makes of the YAML text. None of its numbers is code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from scoring.rules.conditions import Condition
from scoring.rules.duty import DutyRules
from scoring.rules.errors import RubricError
from scoring.rules.item_rules import FactKind, PerEvent, Rule
from scoring.rules.list_rules import ListsPolicy
from scoring.rules.project_score import ProblemWeights
from scoring.rules.timeline import TimelineRules
from scoring.rules.triggers import Action


@dataclass(frozen=True, slots=True)
class Item:
    """评分项. `evidence` says in words which records it reads; `refs` are keys of `sources`."""

    id: str
    name: str
    max: Decimal
    rule: Rule
    extra: PerEvent | None = None
    origin: str = ""
    refs: tuple[str, ...] = ()
    evidence: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    id: str
    name: str
    max: Decimal
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A bonus (加分) or penalty (扣分): `pts` for each of the fact's count."""

    id: str
    name: str
    pts: Decimal
    origin: str = ""
    refs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class RedLine:
    """红线: caps the score, forces a grade, or makes the month unqualified. Not 红榜, which is an honour."""

    id: str
    name: str
    cap: Decimal | None = None
    grade: str | None = None
    unqualified: bool = False
    origin: str = ""
    refs: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """`extra` must hold after the ranking, or the next grade is given (scoring.md §4)."""

    code: str
    name: str
    min: Decimal
    extra: tuple[Condition, ...] = ()
    extra_text: str = ""


@dataclass(frozen=True, slots=True)
class RankingRules:
    """Dense on the final score. `tie_break`: item ids (more points first) and UNIT_ORDER."""

    tie_break: tuple[str, ...] = ()


UNIT_ORDER = "unit_order"
MONTHLY_SCORE = "monthly_score"
DUTY_INSPECTION = "duty_inspection"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The `config` section. Both lines are below-lines: a score equal to one does not trigger."""

    interview_threshold: Decimal
    unqualified_threshold: Decimal
    interview_triggers: tuple[str, ...] = ()
    merge_same_month_interviews: bool = True


@dataclass(frozen=True, slots=True)
class ZeroReportPolicy:
    """零报告: whether a stated zero is a report, and how many zero months in a row put a county in focus."""

    explicit_zero_is_a_report: bool
    silent_missing_is_not: bool
    consecutive_zero_months_flag: int


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that the queries for facts need, with where it comes from."""

    name: str
    value: Decimal
    origin: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rubric:
    """One version of the rubric. `digest` is the SHA-256 of the canonical form of the whole YAML tree."""

    code: str
    version: str
    title: str
    digest: str
    total_points: Decimal
    score_decimals: int
    min_available_points: Decimal
    categories: tuple[Category, ...]
    grades: tuple[Grade, ...]
    thresholds: Thresholds
    sources: Mapping[str, str] = field(default_factory=dict)
    bonus_cap: Decimal | None = None
    bonuses: tuple[Adjustment, ...] = ()
    penalties: tuple[Adjustment, ...] = ()
    red_lines: tuple[RedLine, ...] = ()
    ranking: RankingRules | None = None
    timeline: TimelineRules | None = None
    zero_report: ZeroReportPolicy | None = None
    min_deduction_step: Decimal | None = None
    actions: tuple[Action, ...] | None = None
    lists: ListsPolicy | None = None
    duty: DutyRules | None = None
    weights: ProblemWeights | None = None
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    red_line_sources: Mapping[str, str] = field(default_factory=dict)
    fact_kinds: Mapping[str, FactKind] = field(default_factory=dict)

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for category in self.categories for item in category.items)

    def item(self, item_id: str) -> Item:
        """Raises `RubricError` for an id that this version does not have."""
        for item in self.items:
            if item.id == item_id:
                return item
        raise RubricError(item_id, "没有这个评分项。")

    def name_of(self, target: str) -> str:
        """Chinese name of a category or item."""
        for category in self.categories:
            if category.id == target:
                return category.name
        return self.item(target).name

    def parameter(self, name: str) -> Decimal:
        """A number of `fact_parameters`; raises `RubricError` when this version does not set it."""
        if name not in self.parameters:
            raise RubricError(f"fact_parameters.{name}", "没有设置。")
        return self.parameters[name].value

    def whole_parameter(self, name: str) -> int:
        """A parameter that counts days or months."""
        value = self.parameter(name)
        if value != value.to_integral_value():
            raise RubricError(f"fact_parameters.{name}", f"应为整数，现为{value}。")
        return int(value)
