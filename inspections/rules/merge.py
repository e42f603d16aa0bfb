"""What becomes of a change that arrives: in force, or beside the value in force until a person decides (ADR 0018).

Each change names its `base`: the change that its author had seen in force on that path. The rules, in this order:

1. the record has ended and the value is another one: HELD, beside the value in force;
2. the base is the change in force, or what the author saw there equals the value in force: APPLIED;
3. the value equals the value in force: APPLIED, nothing to decide;
4. otherwise CONFLICT: the value in force stays, the other one stays beside it.

A change whose base is itself waiting beside the value in force replaces that one: its author has changed his mind.
"""

from __future__ import annotations

import enum
import json
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class Fate(enum.StrEnum):
    """What became of a change (values of inspections.enums.OperationState)."""

    APPLIED = "APPLIED"
    CONFLICT = "CONFLICT"
    HELD = "HELD"


@dataclass(frozen=True, slots=True)
class Operation:
    """One change of one leaf, as it arrives."""

    id: uuid.UUID
    path: str
    value: Any
    base: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class InForce:
    """The value that counts on a path, and the change that wrote it."""

    operation: uuid.UUID
    value: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """kept: the change in force that the other one stands beside (CONFLICT, HELD). replaces: a waiting change."""

    operation: Operation
    fate: Fate
    kept: uuid.UUID | None = None
    replaces: uuid.UUID | None = None


@dataclass(slots=True)
class Merged:
    """The outcomes in order of arrival, and the paths whose value in force is another change now."""

    outcomes: list[Outcome] = field(default_factory=list)
    changed: dict[str, InForce] = field(default_factory=dict)


def same(one: Any, other: Any) -> bool:
    """Equal as JSON: 1 is not true, and the order of keys says nothing."""
    return one is other or _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def merge(
    operations: Iterable[Operation],
    *,
    in_force: Mapping[str, InForce],
    base_values: Mapping[uuid.UUID, Any],
    waiting: Collection[uuid.UUID],
    is_open: bool,
) -> Merged:
    """Judge changes one after the other.

    in_force: what counts on their paths before the first of them. base_values: the value of every base that is known.
    waiting: the changes that stand beside a value in force, undecided. is_open: the record may still be written.
    """
    result = Merged()
    known, beside = dict(base_values), set(waiting)
    for operation in operations:
        now = result.changed.get(operation.path) or in_force.get(operation.path)
        outcome = _judge(operation, now, known, beside, is_open)
        result.outcomes.append(outcome)
        known[operation.id] = operation.value
        if outcome.replaces is not None:
            beside.discard(outcome.replaces)
        if outcome.fate is not Fate.APPLIED:
            beside.add(operation.id)
        elif _takes_over(operation, now, is_open):
            result.changed[operation.path] = InForce(operation.id, operation.value)
    return result


def _judge(
    operation: Operation,
    now: InForce | None,
    known: Mapping[uuid.UUID, Any],
    beside: Collection[uuid.UUID],
    is_open: bool,
) -> Outcome:
    replaces = operation.base if operation.base in beside else None
    kept = now.operation if now else None
    if (is_open and _saw(operation, now, known)) or (now is not None and same(operation.value, now.value)):
        return Outcome(operation, Fate.APPLIED, replaces=replaces)
    return Outcome(operation, Fate.CONFLICT if is_open else Fate.HELD, kept=kept, replaces=replaces)


def _saw(operation: Operation, now: InForce | None, known: Mapping[uuid.UUID, Any]) -> bool:
    """Whether the author had seen what is in force."""
    if now is None:
        return operation.base is None
    if operation.base == now.operation:
        return True
    if operation.base is None or operation.base not in known:
        return False
    return same(known[operation.base], now.value)


def _takes_over(operation: Operation, now: InForce | None, is_open: bool) -> bool:
    """An equal value written beside the one in force changes nothing; a successor of it takes its place."""
    return is_open and (
        now is None or operation.base == now.operation or not same(operation.value, now.value)
    )
