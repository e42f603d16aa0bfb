"""Submissions of a record: known by their identifier, judged once, and projected into findings and evidence."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from core.uuid7 import uuid7
from inspections.enums import FindingState, InspectionState, OperationState
from inspections.models import (
    Finding,
    Inspection,
    Photo,
    RecordConflict,
    RecordOperation,
    RecordValue,
)
from inspections.rules.merge import Operation
from inspections.services.projection import REMOVED_REASON, attach_photo_evidence
from inspections.services.record import (
    Applied,
    BadSubmission,
    ConflictMoved,
    IncomingSubmission,
    RecordClosed,
    SubmissionDiffers,
    apply_submission,
    own_submission,
    settle_conflict,
)
from projects.models import ParticipatingUnit
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county, person

AT = factories.MOMENT


@pytest.fixture
def inspector(city: City) -> User:
    return person(city, Role.COUNTY_SUPERVISOR, name="王检")


@pytest.fixture
def inspection(city: City, inspector: User) -> Iterator[Inspection]:
    with city_scope(city.id):
        yield factories.inspection(jurisdiction=county(city), state=InspectionState.NOTIFIED)


def op(path: str, value: Any, base: uuid.UUID | None = None) -> Operation:
    return Operation(uuid7(), path, value, base)


def send(inspection: Inspection, by: User, *operations: Operation, **options: Any) -> Applied:
    incoming = own_submission(inspection.pk, operations, at=AT)
    return apply_submission(submission=incoming, device=None, by=by, at=AT, **options)


def finding_ops(key: uuid.UUID, unit: ParticipatingUnit, **leaves: Any) -> list[Operation]:
    values = {
        "text": "闸墩蜂窝麻面",
        "severity": "GENERAL",
        "unit_id": str(unit.pk),
        "kind": "PHYSICAL_DEFECT",
    }
    return [op(f"findings/{key}/{leaf}", value) for leaf, value in {**values, **leaves}.items()]


def test_a_submission_again_is_the_same_submission(inspection: Inspection, inspector: User) -> None:
    weather = op("header/weather", "小雨")
    incoming = own_submission(inspection.pk, [weather], at=AT)
    first = apply_submission(submission=incoming, device=None, by=inspector, at=AT)
    again = [apply_submission(submission=incoming, device=None, by=inspector, at=AT) for _ in range(5)]

    assert first.is_new
    assert not any(applied.is_new for applied in again)
    assert {applied.submission.receipt_number for applied in again} == {first.submission.receipt_number}
    assert [applied.record_seq for applied in (first, *again)] == [1] * 6
    inspection.refresh_from_db()
    assert inspection.state == InspectionState.UNDER_WAY
    changed = IncomingSubmission(**{**_fields(incoming), "body": incoming.body + " "})
    with pytest.raises(SubmissionDiffers) as refused:
        apply_submission(submission=changed, device=None, by=inspector, at=AT)
    assert refused.value.stored.body == incoming.body
    assert refused.value.sent_sha256 == changed.sha256


def _fields(incoming: IncomingSubmission) -> dict[str, Any]:
    return {name: getattr(incoming, name) for name in IncomingSubmission.__slots__}


def test_two_authors_collide_and_a_third_value_decides(
    inspection: Inspection, inspector: User, city: City
) -> None:
    other = person(city, Role.COUNTY_SUPERVISOR, name="李查")
    mine, theirs = op("opinion/text", "无异议"), op("opinion/text", "对第二条有异议")
    send(inspection, inspector, mine)
    conflict = send(inspection, other, theirs).conflicts[0]

    assert (conflict.kept_id, conflict.other_id) == (mine.id, theirs.id)
    assert RecordValue.objects.get().value == "无异议"
    decision = op("opinion/text", "除第二条外无异议", mine.id)
    stale = op("opinion/text", "无异议", theirs.id)
    with pytest.raises(ConflictMoved, match="又有修改"):
        settle_conflict(conflict_id=conflict.pk, operation=stale, by=inspector, at=AT)
    settled = settle_conflict(conflict_id=conflict.pk, operation=decision, by=inspector, at=AT)
    again = settle_conflict(conflict_id=conflict.pk, operation=decision, by=inspector, at=AT)

    assert settled.resolution_id == again.resolution_id == decision.id
    assert RecordValue.objects.get().value == "除第二条外无异议"
    states = dict(RecordOperation.objects.values_list("pk", "state"))
    assert states[theirs.id] == OperationState.SUPERSEDED
    with pytest.raises(ConflictMoved, match="已经裁定"):
        settle_conflict(
            conflict_id=conflict.pk, operation=op("opinion/text", "x", decision.id), by=inspector, at=AT
        )


def test_what_arrives_after_the_end_is_held(inspection: Inspection, inspector: User) -> None:
    first = op("header/weather", "晴")
    send(inspection, inspector, first)
    for state in (InspectionState.CONCLUDED, InspectionState.COMPLETED):
        Inspection.objects.filter(pk=inspection.pk).update(state=state)
        late = send(inspection, inspector, op("header/weather", f"{state}后补记", first.id))
        assert late.conflicts[0].other.state == OperationState.HELD
    assert RecordValue.objects.get().value == "晴"
    with pytest.raises(RecordClosed):
        settle_conflict(
            conflict_id=late.conflicts[0].pk,
            operation=op("header/weather", "雨", first.id),
            by=inspector,
            at=AT,
        )
    keep = op("header/weather", "晴", first.id)
    assert settle_conflict(conflict_id=late.conflicts[0].pk, operation=keep, by=inspector, at=AT).resolution


def test_bad_changes_are_named_and_nothing_is_kept(inspection: Inspection, inspector: User) -> None:
    with pytest.raises(BadSubmission) as refused:
        send(
            inspection,
            inspector,
            op("answers/A-01/answer", "MAYBE"),
            op("nowhere/x", 1),
            op("header/weather", "晴"),
            op("header/entered_at", "0001-01-01T00:00:00+08:00"),
            op("header/left_at", "2101-01-01T00:00:00+08:00"),
        )
    assert set(refused.value.fields) == {
        "answers/A-01/answer", "nowhere/x", "header/entered_at", "header/left_at",
    }  # fmt: skip
    with pytest.raises(BadSubmission, match="辅助人员"):
        send(inspection, inspector, op(f"orders/{uuid7()}/text", "停工"), as_assistant=True)
    assert send(inspection, inspector, op("header/weather", "晴"), as_assistant=True).is_new
    weather = RecordOperation.objects.get()
    with pytest.raises(BadSubmission, match="另一项修改"):
        send(inspection, inspector, Operation(weather.pk, "header/weather", "雨", None))


def test_findings_of_the_record_become_drafts_with_their_photos(
    inspection: Inspection, inspector: User
) -> None:
    item = factories.catalogue_item(severity="GENERAL", code="SG-07")
    unit = factories.participating_unit(project=inspection.project)
    earlier = factories.finding(
        organization=unit.organization,
        catalogue_item=item,
        found_on=inspection.inspected_on - dt.timedelta(days=200),
    )
    Inspection.objects.filter(pk=inspection.pk).update(catalogue=item.version)
    early, late, loose = (_photo(inspection, key, n) for n, key in enumerate(_keys()))
    key = early.finding_key
    assert key is not None
    assert attach_photo_evidence(photo=early).finding_id is None
    applied = send(inspection, inspector, *finding_ops(key, unit, catalogue_code="SG-07"))
    attach_photo_evidence(photo=late)
    attach_photo_evidence(photo=loose)

    finding = Finding.objects.get(pk=key)
    assert applied.conflicts == []
    assert finding.state == FindingState.DRAFT
    assert (finding.recorded_by, finding.organization_id) == (inspector.pk, unit.organization_id)
    assert (finding.proposed_severity, finding.repeat_of_id) == ("SERIOUS", earlier.pk)
    assert finding.basis == item.basis
    assert set(finding.evidence.values_list("sha256", flat=True)) == {early.sha256, late.sha256}
    moved = send(inspection, inspector, op(f"photos/{loose.pk}/finding", str(key)))
    assert moved.is_new
    assert finding.evidence.count() == 3

    gone = op(f"findings/{key}/removed", True)
    send(inspection, inspector, gone)
    finding.refresh_from_db()
    assert (finding.state, finding.withdrawn_reason) == (FindingState.WITHDRAWN, REMOVED_REASON)
    send(inspection, inspector, op(f"findings/{key}/removed", False, gone.id))
    finding.refresh_from_db()
    assert finding.state == FindingState.DRAFT


def _keys() -> list[uuid.UUID | None]:
    key = uuid7()
    return [key, key, None]


def _photo(inspection: Inspection, key: uuid.UUID | None, number: int) -> Photo:
    return Photo.objects.create(
        city_id=inspection.city_id,
        jurisdiction=inspection.jurisdiction,
        inspection=inspection,
        finding_key=key,
        sha256=f"{number:064x}",
        byte_count=300_000,
        taken_at=AT,
        taken_by=uuid7(),
        taken_by_name="王检",
    )


def test_a_unit_of_another_project_makes_no_finding(inspection: Inspection, inspector: User) -> None:
    stranger = factories.participating_unit()
    send(inspection, inspector, *finding_ops(uuid7(), stranger))
    assert not Finding.objects.exists()


def test_a_confirmed_finding_does_not_move_with_the_record(inspection: Inspection, inspector: User) -> None:
    unit = factories.participating_unit(project=inspection.project)
    key = uuid7()
    text, *rest = finding_ops(key, unit)
    send(inspection, inspector, text, *rest)
    Finding.objects.filter(pk=key).update(state=FindingState.CONFIRMED)
    send(inspection, inspector, op(text.path, "改写", text.id))
    assert Finding.objects.get(pk=key).text == "闸墩蜂窝麻面"
    Inspection.objects.filter(pk=inspection.pk).update(state=InspectionState.COMPLETED)
    late = attach_photo_evidence(photo=_photo(inspection, key, 9))
    assert (late.finding_id, late.inspection_id) == (None, inspection.pk), (
        "it proves nothing after the review"
    )


def test_a_small_submission_costs_few_queries(inspection: Inspection, inspector: User) -> None:
    with CaptureQueriesContext(connection) as one:
        send(inspection, inspector, op("header/weather", "晴"))
    with CaptureQueriesContext(connection) as many:
        send(inspection, inspector, *[op(f"documents/{uuid7()}/name", f"资料{n}") for n in range(30)])
    assert len(many) <= len(one) <= 14, [query["sql"][:80] for query in one.captured_queries]
    locks = [
        query["sql"] for query in one.captured_queries if "FOR " in query["sql"] and "UPDATE" in query["sql"]
    ]
    assert locks
    assert all("FOR NO KEY UPDATE" in sql for sql in locks), "a photo that is put together needs the key only"


def test_the_log_refuses_to_be_rewritten(inspection: Inspection, inspector: User) -> None:
    send(inspection, inspector, op("header/weather", "晴"))
    for act in (
        lambda: RecordOperation.objects.update(value="雨"),
        lambda: RecordOperation.objects.all().delete(),
        lambda: inspection.submissions.update(body="{}"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert not RecordConflict.objects.exists()
