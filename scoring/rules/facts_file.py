"""The files of `manage.py score_facts` (scoring.md §6): a rubric and facts in, one JSON object per county."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.errors import DomainError
from core.month import InvalidMonth, ReportingMonth
from scoring.rules.errors import FactError
from scoring.rules.facts import unknown_facts
from scoring.rules.numbers import decimal_text
from scoring.rules.rubric import Rubric
from scoring.rules.rubric_parser import parse_rubric
from scoring.rules.scorecard import Scorecard, score

DECIMAL_PLACES = 20
"""Enough for at least 10 significant digits of any value that a rubric can give."""

_WANTED = ("county", "month", "facts")


class InvalidFactsFile(DomainError):
    """The facts file is not what scoring.md §6 describes; the sentence names the place."""


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """`lines`: one compact JSON object per county. `notes`: facts that no clause asks for, one per county."""

    lines: tuple[str, ...]
    notes: tuple[str, ...]


def score_file(rubric_text: str, facts_text: str, *, strict: bool = False) -> ScoredFile:
    """Score every county of the file. Any error stops the whole file before a line is given out.

    Facts that the rubric does not ask for are checked, left out and noted; `strict` makes them an error.
    """
    rubric = parse_rubric(rubric_text)
    lines, notes = [], []
    for number, entry in enumerate(_entries(facts_text), start=1):
        county, month, facts = _read(entry, number)
        try:
            card = score(rubric, facts, allow_unknown=not strict)
        except FactError as error:
            raise InvalidFactsFile(f"事实文件第{number}个对象（{county} {month}）：{error}") from error
        unknown = unknown_facts(rubric, facts)
        if unknown:
            notes.append(f"{county} {month}：评分细则没有使用的事实已忽略：{'、'.join(unknown)}。")
        document = scored_document(rubric, county, month, card)
        lines.append(json.dumps(document, ensure_ascii=False, separators=(",", ":")))
    return ScoredFile(tuple(lines), tuple(notes))


def scored_document(rubric: Rubric, county: str, month: ReportingMonth, card: Scorecard) -> dict[str, object]:
    """The object of scoring.md §6. Values that do not exist (nothing applied) are null."""
    return {
        "county": county,
        "month": str(month),
        "items": [
            {
                "id": item.item.id,
                "points": decimal_text(item.points, DECIMAL_PLACES),
                "max": _json_number(item.item.max),
                "na": item.is_na,
            }
            for item in card.items
        ],
        "earned": decimal_text(card.earned, DECIMAL_PLACES),
        "available": decimal_text(card.available, DECIMAL_PLACES),
        "raw": None if card.raw is None else decimal_text(card.raw, DECIMAL_PLACES),
        "adjusted": None if card.adjusted is None else decimal_text(card.adjusted, DECIMAL_PLACES),
        "final": None if card.final is None else format(card.final, "f"),
        "grade": card.grade,
        "status": card.status.value,
        "interview": card.interview,
        "unqualified": card.unqualified,
        "red_lines": [line.id for line in card.red_lines],
    }


def _json_number(value: Decimal) -> int | float:
    """A full mark as JSON prints numbers; it is only shown, never reckoned with."""
    return int(value) if value == value.to_integral_value() else float(value)


def _entries(text: str) -> Sequence[object]:
    try:
        tree = json.loads(
            text,
            parse_int=Decimal,
            parse_float=Decimal,
            parse_constant=Decimal,
            object_pairs_hook=_without_duplicates,
        )
    except json.JSONDecodeError as error:
        raise InvalidFactsFile(f"事实文件第{error.lineno}行第{error.colno}列：不是有效的JSON。") from error
    except RecursionError as error:
        raise InvalidFactsFile("事实文件：嵌套层数过多。") from error
    return tree if isinstance(tree, list) else [tree]


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise InvalidFactsFile(f"事实文件：键“{key}”在同一个对象中重复出现。")
        found[key] = value
    return found


def _read(entry: object, number: int) -> tuple[str, ReportingMonth, dict[str, object]]:
    place = f"事实文件第{number}个对象"
    if not isinstance(entry, dict):
        raise InvalidFactsFile(f"{place}：应为JSON对象。")
    for key in _WANTED:
        if key not in entry:
            raise InvalidFactsFile(f"{place}：缺少“{key}”。")
    county, month, facts = (entry[key] for key in _WANTED)
    if not isinstance(county, str) or not county:
        raise InvalidFactsFile(f"{place}的county：应为非空文字。")
    if not isinstance(month, str):
        raise InvalidFactsFile(f"{place}的month：应写成“2023-09”的形式。")
    if not isinstance(facts, dict):
        raise InvalidFactsFile(f"{place}的facts：应为JSON对象。")
    try:
        return county, ReportingMonth.parse(month), facts
    except InvalidMonth as error:
        raise InvalidFactsFile(f"{place}的month：{error}") from error
