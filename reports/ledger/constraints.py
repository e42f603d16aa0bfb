"""The models' own check constraints, evaluated in memory: what the database would refuse is told before it is asked.

`CheckConstraint.validate()` asks the database once per row and constraint; thousands of rows want this instead.
Three-valued like SQL: a comparison with NULL is unknown. The database lets unknown pass (a receiver without a date of
transfer, a verdict without a report); the ledger does not.
"""

from __future__ import annotations

import datetime as dt
import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import CheckConstraint, F, Model, Q

Truth = bool | None
Values = Mapping[str, Any]


@dataclass(frozen=True)
class Check:
    """One constraint. fields: the model fields that it reads."""

    name: str
    condition: Q
    fields: frozenset[str]

    def holds(self, values: Values) -> bool:
        """Whether the condition is true of these values (model field name → value); unknown is not true."""
        return _truth(self.condition, values) is True


@cache
def checks_of(model: type[Model]) -> tuple[Check, ...]:
    """All check constraints of a model."""
    found = []
    for constraint in model._meta.constraints:
        if isinstance(constraint, CheckConstraint):
            condition = constraint.condition
            if not isinstance(condition, Q):
                raise TypeError(f"{constraint.name} is no plain Q")
            found.append(Check(constraint.name, condition, frozenset(_fields(condition))))
    return tuple(found)


def _children(condition: Any) -> list[Any]:
    """Inner conditions, and leaves as (lookup, value) pairs."""
    return list(condition.children)


def _fields(condition: Q) -> Iterator[str]:
    for child in _children(condition):
        if isinstance(child, Q):
            yield from _fields(child)
            continue
        lookup, value = child
        yield lookup.split("__")[0]
        if isinstance(value, F):
            yield _name_of(value)


def _name_of(reference: Any) -> str:
    return str(reference.name)


def _truth(condition: Q, values: Values) -> Truth:
    results = [
        _truth(child, values) if isinstance(child, Q) else _leaf(child, values)
        for child in _children(condition)
    ]
    joined = _all(results) if condition.connector == Q.AND else _any(results)
    return _not(joined) if condition.negated else joined


def _all(results: list[Truth]) -> Truth:
    if False in results:
        return False
    return None if None in results else True


def _any(results: list[Truth]) -> Truth:
    if True in results:
        return True
    return None if None in results else False


def _not(result: Truth) -> Truth:
    return None if result is None else not result


def _leaf(leaf: tuple[str, Any], values: Values) -> Truth:
    path, given = leaf
    name, _, lookup = path.partition("__")
    value = values[name]
    expected = values[_name_of(given)] if isinstance(given, F) else given
    if lookup == "isnull":
        return (value is None) is bool(expected)
    if value is None or expected is None:
        return None
    return _LOOKUPS[lookup or "exact"](value, expected)


def _range(value: Any, expected: Any) -> bool:
    low, high = expected
    return bool(low <= value <= high)


def _day(value: dt.date, expected: int) -> bool:
    return value.day == expected


_LOOKUPS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gte": operator.ge,
    "gt": operator.gt,
    "lte": operator.le,
    "lt": operator.lt,
    "in": lambda value, expected: value in expected,
    "range": _range,
    "regex": lambda value, expected: re.search(expected, str(value)) is not None,
    "day": _day,
}
