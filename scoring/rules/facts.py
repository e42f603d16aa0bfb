"""Facts: the named numbers and yes/noes of one county and one month that a scorecard is made from."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from scoring.rules.errors import FactError, UnknownFact
from scoring.rules.item_rules import FactKind
from scoring.rules.rubric import Rubric

FactValue = bool | int | Decimal | Fraction
CheckedFacts = Mapping[str, Fraction | bool]

OVERDUE_GENERAL = "overdue_general"
OVERDUE_SERIOUS = "overdue_serious"
OVERDUE_GRAVE = "overdue_grave"
WORKDAYS_LATE = "workdays_late"

LIST_FACTS = frozenset({OVERDUE_GENERAL, OVERDUE_SERIOUS, OVERDUE_GRAVE, WORKDAYS_LATE})
"""Numbers that lists and grades ask for even where no item of a rubric scores them."""

_LARGEST_EXPONENT = 15


def known_facts(rubric: Rubric) -> dict[str, FactKind]:
    """Every fact that a month closed with this rubric may carry, and its kind."""
    return {**dict.fromkeys(sorted(LIST_FACTS), FactKind.NUMBER), **rubric.fact_kinds}


def check_facts(
    rubric: Rubric, facts: Mapping[str, object], *, allow_unknown: bool = False
) -> dict[str, Fraction | bool]:
    """The facts as exact values. A value that is not what the rubric asks for raises `FactError`.

    An unknown name raises `UnknownFact`; with `allow_unknown` its value is checked and then left out
    (scoring.md §6 lets a facts file carry more than one rubric asks for).
    """
    kinds = known_facts(rubric)
    checked: dict[str, Fraction | bool] = {}
    for name, value in facts.items():
        kind = kinds.get(name)
        if kind is not None:
            checked[name] = _checked(name, value, kind)
        elif allow_unknown:
            _checked(name, value, FactKind.BOOLEAN if isinstance(value, bool) else FactKind.NUMBER)
        else:
            raise UnknownFact(name, "评分细则中没有任何条款使用它。")
    return checked


def unknown_facts(rubric: Rubric, facts: Mapping[str, object]) -> tuple[str, ...]:
    """Names that no clause of the rubric asks for, in order."""
    kinds = known_facts(rubric)
    return tuple(name for name in facts if name not in kinds)


def _checked(name: str, value: object, kind: FactKind) -> Fraction | bool:
    if kind is FactKind.BOOLEAN:
        if not isinstance(value, bool):
            raise FactError(name, "应为true或false。")
        return value
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise FactError(name, "应为不小于0的有限数值。")
    if isinstance(value, Decimal) and not value.is_finite():
        raise FactError(name, "应为不小于0的有限数值。")
    if isinstance(value, Decimal) and value and abs(value.adjusted()) > _LARGEST_EXPONENT:
        # before it becomes a Fraction: 1e999999999 has a billion digits
        raise FactError(name, "数值超出合理范围。")
    exact = Fraction(value)
    if exact < 0:
        raise FactError(name, "应为不小于0的有限数值。")
    return exact


def number(facts: CheckedFacts, name: str) -> Fraction:
    """A count; 0 when it is missing (scoring.md §3)."""
    return Fraction(facts.get(name, 0))


def truth(facts: CheckedFacts, name: str) -> bool:
    """A yes/no; false when it is missing (scoring.md §3)."""
    return bool(facts.get(name, False))
