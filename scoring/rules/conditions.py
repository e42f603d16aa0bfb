"""Conditions over the named facts of a subject: "score >= 90", "no_red_line", "overdue_grave >= 1".

Grammar: NAME | NAME OP NUMBER | NUMBER OP NAME OP NUMBER (a chain, for ranges). OP is >= > <= < ==.
"""

import itertools
import operator
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType

from scoring.rules.errors import UnknownSubjectFact
from scoring.rules.numbers import plain
from scoring.rules.place import Spot

SubjectValue = Fraction | Decimal | int | bool | str | None
"""A named fact of a county, a legal person or a unit; None = there is none (no score, no attendance)."""

_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_OP = r">=|<=|==|>|<"
_NAME = r"[a-z][a-z0-9_]*"
_SIMPLE = re.compile(rf"({_NAME})(?:\s*({_OP})\s*({_NUMBER}))?")
_CHAIN = re.compile(rf"({_NUMBER})\s*({_OP})\s*({_NAME})\s*({_OP})\s*({_NUMBER})")

_COMPARE: dict[str, Callable[[Fraction, Fraction], bool]] = {
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
    "==": operator.eq,
}
_MIRRORED = {">=": "<=", ">": "<", "<=": ">=", "<": ">", "==": "=="}
_WORDS = {">=": "不低于", ">": "高于", "<=": "不高于", "<": "低于", "==": "等于"}


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison, or (op "") one yes/no fact that must be true."""

    name: str
    op: str = ""
    bound: Decimal = Decimal(0)

    def holds(self, values: Mapping[str, SubjectValue]) -> bool:
        """Whether the condition is met. A value None meets nothing; an unknown name raises."""
        if self.name not in values:
            raise UnknownSubjectFact(f"没有名为“{self.name}”的数据，条件“{self.text}”无法判断。")
        value = values[self.name]
        if value is None:
            return False
        if not self.op:
            if not isinstance(value, bool):
                raise UnknownSubjectFact(f"“{self.name}”不是是非值，条件“{self.text}”无法判断。")
            return value
        if isinstance(value, bool | str):
            raise UnknownSubjectFact(f"“{self.name}”不是数值，条件“{self.text}”无法判断。")
        return _COMPARE[self.op](Fraction(value), Fraction(self.bound))

    @property
    def text(self) -> str:
        """The condition as the rubric writes it."""
        return f"{self.name} {self.op} {self.bound}" if self.op else self.name

    @property
    def demand(self) -> str:
        """The comparison in words: "低于N分"."""
        unit = label_of(self.name)[1]
        bound = self.bound * 100 if unit == "%" else self.bound
        return f"{_WORDS[self.op]}{plain(bound)}{unit}"

    def describe(self, values: Mapping[str, SubjectValue]) -> str:
        """The fact and the demand, in Chinese, without a stop: "月度得分67.5分，低于N分"."""
        return describe_all((self,), values)


def describe_all(
    conditions: Sequence[Condition],
    values: Mapping[str, SubjectValue],
    details: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """As `Condition.describe` for conditions that hold together; neighbours on one fact share its value.

    `details` gives, by fact, a text that follows a yes/no fact in brackets.
    """
    parts = []
    for name, group in itertools.groupby(conditions, key=lambda condition: condition.name):
        label, unit = label_of(name)
        demands = [condition.demand for condition in group if condition.op]
        value = values[name]
        if demands and value is not None and not isinstance(value, bool | str):
            parts.append(f"{label}{_value_text(value, unit)}，{'且'.join(demands)}")
        else:
            parts.append(f"{label}（{details[name]}）" if details.get(name) else label)
    return "；".join(parts)


def _value_text(value: Fraction | Decimal | int, unit: str) -> str:
    if unit == "%":
        return plain(Fraction(value) * 100) + unit
    # a Decimal was rounded on purpose and is shown as it is ("74.0")
    return (format(value, "f") if isinstance(value, Decimal) else plain(value)) + unit


def parse_conditions(spot: Spot, known: Collection[str]) -> tuple[Condition, ...]:
    """One text as one condition, or two for a chain; names outside `known` are refused."""
    text = spot.text().strip()
    found: tuple[Condition, ...]
    chain = _CHAIN.fullmatch(text)
    if chain is not None:
        low, low_op, name, high_op, high = chain.groups()
        found = (Condition(name, _MIRRORED[low_op], Decimal(low)), Condition(name, high_op, Decimal(high)))
    else:
        simple = _SIMPLE.fullmatch(text)
        if simple is None:
            spot.fail(f"看不懂条件“{text}”，应写成“score >= 90”或“no_red_line”的形式。")
        name, op, number = simple.groups()
        found = (Condition(name, op, Decimal(number)) if op else Condition(name),)
    if found[0].name not in known:
        spot.fail(f"条件“{text}”中的“{found[0].name}”没有定义，可用的有：{'、'.join(sorted(known))}。")
    return found


def parse_condition_list(spot: Spot, known: Collection[str]) -> tuple[Condition, ...]:
    """A list of condition texts, in order."""
    return tuple(condition for part in spot.parts() for condition in parse_conditions(part, known))


def label_of(name: str) -> tuple[str, str]:
    """Chinese label and unit of a subject's fact."""
    return _LABELS[name]


_LABELS = {
    "score": ("月度得分", "分"),
    "rank": ("排名", ""),
    "rate": ("得分率", "%"),
    "unqualified": ("月度评定为不合格", ""),
    "interview": ("月度得分触发约谈", ""),
    "no_red_line": ("未触及红线", ""),
    "red_line_hit": ("触及红线", ""),
    "no_overdue": ("无逾期未闭环问题", ""),
    "no_overdue_serious": ("无较重及以上问题逾期", ""),
    "report_on_time": ("月报按时报送", ""),
    "overdue_general": ("逾期未闭环一般问题", "个"),
    "overdue_serious": ("逾期未闭环较重问题", "个"),
    "overdue_grave": ("逾期未闭环严重问题", "个"),
    "project_score": ("项目现场评分", "分"),
    "avg_project_score": ("项目平均得分", "分"),
    "no_serious_or_grave": ("无较重及以上问题", ""),
    "procedure_done": ("质量监督手续已办理", ""),
    "owner_report_on_time": ("质量管理月报按时报送", ""),
    "general_findings": ("一般问题", "个"),
    "serious_findings": ("较重问题", "个"),
    "grave_findings": ("严重问题", "个"),
    "false_rectification": ("整改弄虚作假", ""),
    "attendance_rate": ("主要管理人员到岗率", "%"),
    "attendance_fraud": ("考勤弄虚作假", ""),
    "transferred_clue": ("移送违法线索", "条"),
    "failed_entity_test": ("实体检测不合格", "批次"),
}

COUNTY_FACTS = frozenset(
    {
        "score",
        "rank",
        "unqualified",
        "interview",
        "no_red_line",
        "red_line_hit",
        "no_overdue",
        "no_overdue_serious",
        "report_on_time",
        "overdue_general",
        "overdue_serious",
        "overdue_grave",
    }
)
_FINDING_COUNTS = frozenset({"no_serious_or_grave", "general_findings", "serious_findings", "grave_findings"})
LEGAL_PERSON_FACTS = _FINDING_COUNTS | {
    "project_score",
    "procedure_done",
    "owner_report_on_time",
    "overdue_general",
    "overdue_serious",
    "overdue_grave",
    "false_rectification",
}
PARTICIPANT_FACTS = _FINDING_COUNTS | {
    "avg_project_score",
    "overdue_general",
    "overdue_serious",
    "overdue_grave",
    "false_rectification",
    "attendance_rate",
    "attendance_fraud",
    "transferred_clue",
    "failed_entity_test",
}
