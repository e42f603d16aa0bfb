"""Two tablets write the same record in any order: both end with the same, and no value is out of reach."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from inspections.rules.merge import Fate, InForce, Merged, Operation, merge, same

PATHS = ("opinion/text", "header/weather")


@dataclass
class Server:
    """The server's memory: what counts, what waits, and everything that ever arrived."""

    in_force: dict[str, InForce] = field(default_factory=dict)
    waiting: dict[uuid.UUID, str] = field(default_factory=dict)
    log: dict[uuid.UUID, Operation] = field(default_factory=dict)
    is_open: bool = True

    def take(self, *operations: Operation) -> Merged:
        fresh = [operation for operation in operations if operation.id not in self.log]
        merged = merge(
            fresh,
            in_force=self.in_force,
            base_values={key: operation.value for key, operation in self.log.items()},
            waiting=self.waiting,
            is_open=self.is_open,
        )
        self.in_force.update(merged.changed)
        for outcome in merged.outcomes:
            self.log[outcome.operation.id] = outcome.operation
            self.waiting.pop(outcome.replaces, None)  # type: ignore[arg-type]
            if outcome.fate is not Fate.APPLIED:
                self.waiting[outcome.operation.id] = outcome.operation.path
        return merged


@dataclass
class Tablet:
    """What a person sees, and what waits to be sent."""

    seen: dict[str, InForce] = field(default_factory=dict)
    outbox: list[Operation] = field(default_factory=list)

    def write(self, key: uuid.UUID, path: str, value: str) -> Operation:
        now = self.seen.get(path)
        operation = Operation(key, path, value, now.operation if now else None)
        self.seen[path] = InForce(key, value)
        self.outbox.append(operation)
        return operation

    def send(self, server: Server) -> None:
        """The answer is read only when everything is out: what the server has in force replaces what was seen."""
        server.take(*self.outbox)
        self.outbox.clear()
        self.seen = dict(server.in_force)


STEP = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["write", "write", "send", "lost answer"]),
    st.sampled_from(PATHS),
    st.sampled_from("晴雨阴"),
)


def _walk(steps: list[tuple[int, str, str, str]]) -> tuple[Server, list[Tablet], list[Operation]]:
    server, tablets, written = Server(), [Tablet(), Tablet()], []
    for number, (who, act, path, value) in enumerate(steps):
        if act == "write":
            written.append(tablets[who].write(uuid.UUID(int=number + 1), path, value))
        elif act == "send":
            tablets[who].send(server)
        else:
            server.take(*tablets[who].outbox)  # it arrived, the tablet does not know
    for tablet in (*tablets, *tablets):
        tablet.send(server)
    return server, tablets, written


@settings(max_examples=150, deadline=None)
@given(st.lists(STEP, max_size=30))
def test_two_tablets_converge_and_every_last_word_is_in_reach(steps: list[tuple[int, str, str, str]]) -> None:
    server, tablets, written = _walk(steps)

    assert tablets[0].seen == tablets[1].seen == server.in_force
    assert set(server.log) == {operation.id for operation in written}, "the log holds every change"
    answered = {operation.base for operation in written}
    for operation in written:
        if operation.id in answered:
            continue  # its author, or somebody who had seen it, wrote something else since
        now = server.in_force[operation.path]
        in_reach = same(operation.value, now.value) or operation.id in server.waiting
        assert in_reach or _was_seen(operation, written), f"{operation} is out of reach"


def _was_seen(operation: Operation, written: list[Operation]) -> bool:
    """Somebody saw the same value in force, written by somebody else, and wrote another one."""
    values = {other.id: other for other in written}
    return any(
        other.base in values
        and values[other.base].path == operation.path
        and same(values[other.base].value, operation.value)
        for other in written
    )


@settings(max_examples=100, deadline=None)
@given(st.lists(STEP, max_size=25), st.randoms(use_true_random=False))
def test_repeating_what_was_sent_changes_nothing(steps: list[tuple[int, str, str, str]], chance: Any) -> None:
    server, _, written = _walk(steps)
    before = (dict(server.in_force), dict(server.waiting))
    chance.shuffle(written)

    assert server.take(*written).outcomes == []
    assert (server.in_force, server.waiting) == before


@settings(max_examples=50, deadline=None)
@given(st.permutations(range(4)))
def test_the_order_of_arrival_decides_only_which_one_is_in_force(order: list[int]) -> None:
    """Four people write blind: one value counts, the others wait; together they are always the same four."""
    operations = [Operation(uuid.UUID(int=n + 1), PATHS[0], f"第{n}种", None) for n in range(4)]
    server = Server()
    for index in order:
        server.take(operations[index])

    reach = {server.in_force[PATHS[0]].operation, *server.waiting}
    assert reach == {operation.id for operation in operations}
    assert server.in_force[PATHS[0]].value == f"第{order[0]}种"


def test_a_closed_record_holds_what_arrives() -> None:
    server = Server()
    first = Operation(uuid.UUID(int=1), PATHS[0], "无异议", None)
    server.take(first)
    server.is_open = False

    late, echo = (
        Operation(uuid.UUID(int=n), PATHS[0], text, first.id) for n, text in ((2, "有异议"), (3, "无异议"))
    )
    assert [outcome.fate for outcome in server.take(late, echo).outcomes] == [Fate.HELD, Fate.APPLIED]
    assert server.in_force[PATHS[0]].operation == first.id


def test_an_author_who_changes_his_mind_replaces_his_own_waiting_word() -> None:
    server = Server()
    server.take(Operation(uuid.UUID(int=1), PATHS[0], "甲", None))
    waiting = Operation(uuid.UUID(int=2), PATHS[0], "乙", None)
    server.take(waiting)
    again = Operation(uuid.UUID(int=3), PATHS[0], "丙", waiting.id)

    outcome = server.take(again).outcomes[0]
    assert (outcome.fate, outcome.replaces) == (Fate.CONFLICT, waiting.id)
    assert list(server.waiting) == [again.id]


def test_true_is_not_one() -> None:
    assert not same(True, 1)
    assert same({"a": 1, "b": [2]}, {"b": [2], "a": 1})
