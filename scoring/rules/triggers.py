"""The `when` texts of the actions: "score < N", "N <= score < M 或 单项 E 得分率 < N%", "连续 N 个月 …".

Grammar: alternatives joined by 或, each a series of clauses joined by 且. A clause is a condition on the
county's facts, 单项 X 得分率 OP N% (X a category or an item), or 连续 N 个月 followed by a condition on
`score`. Text in brackets is a remark.
"""

import enum
import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal

from scoring.rules.conditions import COUNTY_FACTS, Condition, parse_conditions
from scoring.rules.place import Spot, refuse_duplicates

_REMARK = re.compile(r"[（(][^（）()]*[）)]")
_RATE = re.compile(r"单项\s*([A-Za-z][A-Za-z0-9_]*)\s*得分率\s*(>=|<=|>|<)\s*([0-9]+(?:\.[0-9]+)?)\s*%")
_CONSECUTIVE = re.compile(r"连续\s*([0-9]{1,2})\s*个月\s*(.+)")


class Effect(enum.StrEnum):
    """What an action proposes. A named officer decides on every one of them (handbook §1.4)."""

    INTERVIEW = "约谈"
    CRITICISM = "全市通报批评"
    REMINDER = "提醒敦促函"
    ESCALATION = "提级约谈县政府分管负责同志建议"
    CIRCULAR = "通报"
    BLACK_LIST = "黑榜"


@dataclass(frozen=True, slots=True)
class Rate:
    """得分率 of a category or item: points over full marks of what applies."""

    target: str
    condition: Condition


@dataclass(frozen=True, slots=True)
class Consecutive:
    """The conditions on `score` hold for `months` months in a row, this one included."""

    months: int
    conditions: tuple[Condition, ...]


Clause = Condition | Rate | Consecutive


@dataclass(frozen=True, slots=True)
class Action:
    """An entry of `actions`. `effects` includes those of the actions that it implies."""

    id: str
    when_text: str
    alternatives: tuple[tuple[Clause, ...], ...]
    effects: tuple[Effect, ...]
    implied: tuple[str, ...]
    target: str = ""
    note: str = ""


def parse_actions(spot: Spot, targets: Collection[str]) -> tuple[Action, ...]:
    """All actions; `targets` are the ids of categories and items that 单项 may name."""
    parts = spot.parts()
    refuse_duplicates(((part.identifier(), part) for part in parts), "动作")
    ids = [part.identifier() for part in parts]
    return tuple(_action(part, targets, ids) for part in parts)


def _action(spot: Spot, targets: Collection[str], ids: Collection[str]) -> Action:
    fields = spot.fields(("id", "when", "do"), ("target", "origin", "refs", "note", "implies"))
    effects = [*_effects(fields["do"])]
    implied = []
    for part in fields["implies"].parts() if "implies" in fields else []:
        text = part.text()
        if text in ids:
            implied.append(text)
        else:
            effects.append(Effect(part.choice(Effect.BLACK_LIST)))
    return Action(
        id=fields["id"].name(),
        when_text=fields["when"].text(),
        alternatives=parse_when(fields["when"], targets),
        effects=tuple(effects),
        implied=tuple(implied),
        target=fields["target"].text() if "target" in fields else "",
        note=fields["note"].text() if "note" in fields else "",
    )


def _effects(spot: Spot) -> tuple[Effect, ...]:
    parts = spot.parts() if isinstance(spot.value, list) else [spot]
    allowed = [effect for effect in Effect if effect is not Effect.BLACK_LIST]
    return tuple(Effect(part.choice(*allowed)) for part in parts)


def parse_when(spot: Spot, targets: Collection[str]) -> tuple[tuple[Clause, ...], ...]:
    """Alternatives of clauses; raises `RubricError` at the text for anything outside the grammar."""
    text = _REMARK.sub("", spot.text())
    return tuple(
        tuple(
            clause for part in re.split("且|并且", side) for clause in _clauses(spot, part.strip(), targets)
        )
        for side in text.split("或")
    )


def _clauses(spot: Spot, text: str, targets: Collection[str]) -> tuple[Clause, ...]:
    rate = _RATE.fullmatch(text)
    if rate is not None:
        target, op, number = rate.groups()
        if target not in targets:
            spot.fail(f"没有编号为“{target}”的类别或评分项。")
        return (Rate(target, Condition("rate", op, Decimal(number).scaleb(-2))),)
    consecutive = _CONSECUTIVE.fullmatch(text)
    if consecutive is not None:
        months = int(consecutive[1])
        if months < 2:
            spot.fail("“连续”至少应为2个月。")
        return (Consecutive(months, parse_conditions(Spot(consecutive[2], spot.path), {"score"})),)
    return parse_conditions(Spot(text, spot.path), COUNTY_FACTS)
