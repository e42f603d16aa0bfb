"""Two tablets write the same record without a network, send when they can and twice: nothing is lost, both end alike."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from core.uuid7 import uuid7
from inspections.enums import InspectionState
from inspections.models import Inspection, RecordConflict, RecordOperation, RecordValue
from inspections.rules.merge import Operation, same
from inspections.selectors.record_state import record_state
from inspections.services.record import (
    IncomingSubmission,
    apply_submission,
    own_submission,
    settle_conflict,
)
from projects.models import Project
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county

AT = factories.MOMENT
PATHS = ("header/weather", "opinion/text", f"documents/{uuid.UUID(int=7)}/name")
WORDS = ("晴", "雨", "多云", None)

ACTS = st.sampled_from(("write", "write", "write", "send", "again", "pull", "settle"))
STEP = st.tuples(ACTS, st.integers(0, 1), st.sampled_from(PATHS), st.sampled_from(WORDS))


@dataclass
class Desk:
    """One tablet: what it saw on each path, what it has not sent, what it sent."""

    inspection: Inspection
    author: User
    seen: dict[str, uuid.UUID] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    pending: list[Operation] = field(default_factory=list)
    sent: list[IncomingSubmission] = field(default_factory=list)

    def write(self, path: str, value: Any) -> None:
        made = Operation(uuid7(), path, value, self.seen.get(path))
        self.pending.append(made)
        self.seen[path] = made.id

    def send(self) -> None:
        if not self.pending:
            return
        submission = own_submission(self.inspection.pk, self.pending, at=AT)
        assert apply_submission(submission=submission, device=None, by=self.author, at=AT).is_new
        self.sent.append(submission)
        self.pending = []

    def again(self) -> None:
        """The receipt got lost on the way: the very same bytes once more."""
        for submission in self.sent:
            repeated = apply_submission(submission=submission, device=None, by=self.author, at=AT)
            assert not repeated.is_new

    def pull(self) -> None:
        self.send()
        rows = record_state(self.inspection, since=0)["values"]
        self.seen = {row["path"]: row["operation"] for row in rows}
        self.values = {row["path"]: row["value"] for row in rows}

    def settle(self, path: str, *, takes_other: bool) -> None:
        open_ones = RecordConflict.objects.filter(inspection=self.inspection, path=path, resolution=None)
        for conflict in open_ones.select_related("other").order_by("pk"):
            now = RecordValue.objects.filter(inspection=self.inspection, path=path).first()
            kept = now.value if now else None
            decision = Operation(
                uuid7(),
                path,
                conflict.other.value if takes_other else kept,
                now.operation_id if now else None,
            )
            settle_conflict(conflict_id=conflict.pk, operation=decision, by=self.author, at=AT)


def check_reach(inspection: Inspection, written: dict[uuid.UUID, Operation]) -> None:
    """Every value that arrived is in the log as it was written; and it is in force, waits beside the value in force, was
    decided by a person, or somebody wrote another one who had it (or the same value) before his eyes.
    """
    log = {row.pk: row for row in RecordOperation.objects.filter(inspection=inspection)}
    assert set(written) <= set(log)
    now = {row.path: row.value for row in RecordValue.objects.filter(inspection=inspection)}
    beside = set(RecordConflict.objects.filter(inspection=inspection).values_list("other_id", flat=True))
    followed = [(row.path, log[row.base].value) for row in log.values() if row.base in log]
    for operation in written.values():
        assert same(log[operation.id].value, operation.value)
        is_in_reach = (
            same(now[operation.path], operation.value)
            or operation.id in beside
            or any(path == operation.path and same(value, operation.value) for path, value in followed)
        )
        assert is_in_reach, f"{operation} is out of reach"


def _walk(desks: tuple[Desk, Desk], steps: list[tuple[str, int, str, Any]]) -> dict[uuid.UUID, Operation]:
    written: dict[uuid.UUID, Operation] = {}
    for act, which, path, value in steps:
        desk = desks[which]
        if act == "write":
            desk.write(path, value)
        elif act == "settle":
            desk.settle(path, takes_other=value is not None)
        else:
            getattr(desk, act)()
        written |= {
            operation.id: operation for submission in desk.sent for operation in submission.operations
        }
        if act != "write":
            check_reach(desk.inspection, written)
    return written


@pytest.fixture
def project(city: City) -> Project:
    with city_scope(city.id):
        return factories.project(jurisdiction=county(city))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=4, max_size=16), st.booleans())
def test_two_tablets_end_with_the_same_record_and_nothing_is_lost(
    city: City, project: Project, steps: list[tuple[str, int, str, Any]], first_is_last: bool
) -> None:
    with city_scope(city.id):
        inspection = factories.inspection(project=project, state=InspectionState.NOTIFIED)
        one, two = (User(id=uuid7(), display_name=name) for name in ("王检", "李查"))
        desks = (Desk(inspection, one), Desk(inspection, two))
        written = _walk(desks, steps)

        for desk in reversed(desks) if first_is_last else desks:
            desk.send()
            desk.again()
            written |= {o.id: o for submission in desk.sent for o in submission.operations}
        check_reach(inspection, written)
        for path in PATHS:
            desks[0].settle(path, takes_other=first_is_last)
        for desk in desks:
            desk.pull()
            desk.again()

        assert not RecordConflict.objects.filter(inspection=inspection, resolution=None).exists()
        assert desks[0].values == desks[1].values
        assert set(desks[0].values) == {operation.path for operation in written.values()}
        check_reach(inspection, written)
        arrived = RecordOperation.objects.filter(inspection=inspection).values_list("seq", flat=True)
        assert sorted(arrived) == list(range(1, len(arrived) + 1))
