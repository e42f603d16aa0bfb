"""Walk through a parsed rubric and always know where we are, so that every error names its place."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from scoring.rules.errors import RubricError

_FACT_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")


@dataclass(frozen=True, slots=True)
class Spot:
    """A value of the rubric together with its path."""

    value: object
    path: str = ""

    def fail(self, problem: str) -> NoReturn:
        raise RubricError(self.path or "顶层", problem)

    def fields(self, required: Iterable[str] = (), optional: Iterable[str] = ()) -> dict[str, "Spot"]:
        """The mapping's entries; a missing or an unknown key is an error.

        One thing is let pass: inside {…} an unquoted text with a comma (`evidence: Plan(month, at)`) leaves
        its tail `at)` behind as a key without a value. It is no name, so no rule can have been meant by it.
        """
        entries = self.entries()
        needed, allowed = tuple(required), {*required, *optional}
        for key in needed:
            if key not in entries:
                self.fail(f"缺少“{key}”。")
        for key, spot in entries.items():
            if key not in allowed and not (spot.value is None and _FACT_NAME.fullmatch(key) is None):
                spot.fail(f"不认识的键“{key}”。")
        return entries

    def entries(self) -> dict[str, "Spot"]:
        """A mapping with free keys."""
        if not isinstance(self.value, dict):
            self.fail("应为映射（键: 值）。")
        prefix = f"{self.path}." if self.path else ""
        return {key: Spot(value, prefix + key) for key, value in self.value.items()}

    def parts(self) -> list["Spot"]:
        """A list's elements; an element with an `id` is named by it, another one by its number from 1."""
        if not isinstance(self.value, list):
            self.fail("应为列表。")
        return [
            Spot(value, f"{self.path}[{value['id'] if _has_id(value) else number}]")
            for number, value in enumerate(self.value, start=1)
        ]

    def text(self) -> str:
        if not isinstance(self.value, str) or not self.value.strip():
            self.fail("应为非空文字。")
        return self.value

    def texts(self) -> tuple[str, ...]:
        return tuple(part.text() for part in self.parts())

    def name(self) -> str:
        """A name of a fact, an event or an id: ASCII letters, digits, underscores."""
        text = self.text()
        if _FACT_NAME.fullmatch(text) is None:
            self.fail(f"“{text}”不是有效的名称，只能用字母、数字和下划线，以字母开头。")
        return text

    def identifier(self) -> str:
        """The `id` of a mapping."""
        entries = self.entries()
        if "id" not in entries:
            self.fail("缺少“id”。")
        return entries["id"].name()

    def choice(self, *allowed: str) -> str:
        text = self.text()
        if text not in allowed:
            self.fail(f"“{text}”不在允许的取值中（{'、'.join(allowed)}）。")
        return text

    def boolean(self) -> bool:
        if not isinstance(self.value, bool):
            self.fail("应为true或false。")
        return self.value

    def number(self, low: Decimal | int | None = None, high: Decimal | int | None = None) -> Decimal:
        """A decimal, both bounds included."""
        if not isinstance(self.value, Decimal):
            self.fail("应为数值。")
        if low is not None and self.value < low:
            self.fail(f"应不小于{low}，现为{self.value}。")
        if high is not None and self.value > high:
            self.fail(f"应不大于{high}，现为{self.value}。")
        return self.value

    def positive(self) -> Decimal:
        number = self.number()
        if number <= 0:
            self.fail(f"应大于0，现为{number}。")
        return number

    def integer(self, low: int, high: int) -> int:
        number = self.number(low, high)
        if number != number.to_integral_value():
            self.fail(f"应为整数，现为{number}。")
        return int(number)


def _has_id(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("id"), str)


def refuse_duplicates(spots: Iterable[tuple[str, Spot]], what: str) -> None:
    """Each (name, spot) pair's name must occur once; the second occurrence is the error's place."""
    seen: set[str] = set()
    for name, spot in spots:
        if name in seen:
            spot.fail(f"{what}“{name}”重复出现。")
        seen.add(name)
