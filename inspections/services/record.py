"""Changes of an inspection's record arrive: kept word for word, judged once, and never lost (ADR 0018).

A submission is known by the identifier that its client made. The same bytes again are the same submission; other bytes
under the same identifier are refused, and both versions stay where they are.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

from audit.services import record as trail
from core.errors import DomainError
from core.uuid7 import uuid7
from inspections.enums import RECORDABLE_STATES, InspectionState, OperationState
from inspections.models import (
    Device,
    Inspection,
    RecordConflict,
    RecordOperation,
    RecordValue,
    Submission,
)
from inspections.rules.merge import Fate, InForce, Merged, Operation, merge, same
from inspections.rules.record import ASSISTANT_GROUPS, BadPath, BadValue, check_value, parse_path
from inspections.services.projection import project_record

SCHEMA = 1
"""The version of the paths and values (docs/field-protocol.md)."""
MIN_SCHEMA = 1
"""The oldest version that is still taken."""
MAX_OPERATIONS = 2000


class BadSubmission(DomainError):
    """What was sent cannot be kept as it is; it will not be better the next time. `fields`: path → sentence."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(next(iter(fields.values())))
        self.fields = dict(fields)


class SubmissionDiffers(DomainError):
    """The identifier is known with other bytes. `stored`: what is here; `sent_sha256`: what came now."""

    def __init__(self, stored: Submission, sent_sha256: str) -> None:
        super().__init__("同一编号的记录已送达，但内容不同；两份都已保留，请联系管理员核对。")
        self.stored = stored
        self.sent_sha256 = sent_sha256


class ConflictMoved(DomainError):
    """Somebody else decided, or the value in force changed, since the page was read."""


class RecordClosed(DomainError):
    """The inspection was reviewed or voided: its record is read only."""


@dataclass(frozen=True, slots=True)
class IncomingSubmission:
    """What a client sends. `body` is the exact text that came; `photos` is the manifest as the client wrote it."""

    id: uuid.UUID
    inspection_id: uuid.UUID
    schema: int
    app_version: str
    device_at: dt.datetime
    clock_offset_ms: int | None
    body: str
    operations: Sequence[Operation]
    photos: Sequence[Mapping[str, Any]] = field(default=())

    @property
    def sha256(self) -> str:
        """Of the exact bytes."""
        return hashlib.sha256(self.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Applied:
    """A submission that is here. `conflicts`: the decisions that it calls for. `record_seq`: how far the record is."""

    submission: Submission
    is_new: bool
    conflicts: Sequence[RecordConflict]
    record_seq: int


def apply_submission(
    *,
    submission: IncomingSubmission,
    device: Device | None,
    by: Any,
    at: dt.datetime,
    as_assistant: bool = False,
) -> Applied:
    """Keep a submission and judge its changes; the same one again changes nothing.

    as_assistant: the author is a third party (role ASSISTANT), who writes no findings, orders, answers or signatures.
    Raises Inspection.DoesNotExist (none in this scope), BadSubmission, SubmissionDiffers.
    """
    _check(submission, as_assistant=as_assistant)
    try:
        with transaction.atomic():
            return _apply(submission, device, by, at)
    except IntegrityError as error:
        # An identifier that is taken by a row of another city or county: nothing says whose.
        raise BadSubmission({"operations": "记录里的编号已被别的记录使用，请导出后联系管理员。"}) from error


def _check(submission: IncomingSubmission, *, as_assistant: bool) -> None:
    if not MIN_SCHEMA <= submission.schema <= SCHEMA:
        raise BadSubmission({"schema": f"记录格式第 {submission.schema} 版不受支持，请更新应用。"})
    if len(submission.operations) > MAX_OPERATIONS:
        raise BadSubmission({"operations": f"一次最多送 {MAX_OPERATIONS} 项修改。"})
    if len({operation.id for operation in submission.operations}) < len(submission.operations):
        raise BadSubmission({"operations": "同一项修改在一次送达里出现两次。"})
    faults: dict[str, str] = {}
    for operation in submission.operations:
        try:
            check_value(operation.path, operation.value)
        except (BadPath, BadValue) as fault:
            faults[operation.path[:160]] = str(fault)
            continue
        if as_assistant and parse_path(operation.path).group not in ASSISTANT_GROUPS:
            faults[operation.path] = "第三方辅助人员不能填写检查结论、问题、要求和签字。"
    if faults:
        raise BadSubmission(faults)


def _apply(incoming: IncomingSubmission, device: Device | None, by: Any, at: dt.datetime) -> Applied:
    inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=incoming.inspection_id)
    submission = _submission(incoming, inspection, device, by, at)
    if not _insert(submission):
        return _known(submission, inspection)
    merged = _merge(incoming.operations, inspection)
    conflicts = _write(merged, submission, inspection)
    changed = project_record(inspection=inspection, changed=merged.changed, by=by, at=at)
    trail(
        action="inspections.record.submit",
        subject=submission,
        by=by,
        at=at,
        after={
            "inspection": inspection.number,
            "sha256": submission.body_sha256,
            "operations": len(merged.outcomes),
            "conflicts": len(conflicts),
            "findings": changed,
        },
    )
    return Applied(submission, True, conflicts, inspection.record_seq)


def _submission(
    incoming: IncomingSubmission, inspection: Inspection, device: Device | None, by: Any, at: dt.datetime
) -> Submission:
    return Submission(
        id=incoming.id,
        city_id=inspection.city_id,
        jurisdiction_id=inspection.jurisdiction_id,
        inspection=inspection,
        device=device,
        author=by.id,
        author_name=by.display_name,
        body=incoming.body,
        body_sha256=incoming.sha256,
        schema=incoming.schema,
        app_version=incoming.app_version[:40],
        device_at=incoming.device_at,
        clock_offset_ms=incoming.clock_offset_ms,
        received_at=at,
        receipt_number=f"HZ-{at:%Y%m%d}-{incoming.id.hex[-12:].upper()}",
    )


def _insert(submission: Submission) -> bool:
    """Whether the row is new. Never look before: two requests at once would both find nothing."""
    fields = list(Submission._meta.concrete_fields)
    columns = ", ".join(f'"{item.column}"' for item in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [item.get_db_prep_save(getattr(submission, item.attname), connection) for item in fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{Submission._meta.db_table}" ({columns}) VALUES ({marks})'  # noqa: S608 -- names of our columns
            " ON CONFLICT (id) DO NOTHING",
            values,
        )
        return bool(cursor.rowcount)


def _known(submission: Submission, inspection: Inspection) -> Applied:
    stored = Submission.objects.filter(pk=submission.pk).first()
    if stored is None:
        raise IntegrityError("the identifier belongs to a row outside this scope")
    if stored.body_sha256 != submission.body_sha256 or stored.inspection_id != inspection.pk:
        raise SubmissionDiffers(stored, submission.body_sha256)
    conflicts = RecordConflict.objects.filter(other__submission=stored, resolution__isnull=True)
    return Applied(stored, False, list(conflicts.select_related("kept", "other")), inspection.record_seq)


def _merge(operations: Sequence[Operation], inspection: Inspection) -> Merged:
    """Judge the changes that have not arrived before, perhaps within another submission."""
    named = {operation.id for operation in operations} | {
        operation.base for operation in operations if operation.base
    }
    known = {
        row.pk: row
        for row in RecordOperation.objects.filter(inspection=inspection, pk__in=named).only(
            "id", "path", "value"
        )
    }
    _check_known(operations, known)
    fresh = [operation for operation in operations if operation.id not in known]
    paths = {operation.path for operation in fresh}
    values = RecordValue.objects.filter(inspection=inspection, path__in=paths) if paths else ()
    in_force = {row.path: InForce(row.operation_id, row.value) for row in values}
    asides = {
        operation.base
        for operation in fresh
        if operation.base in known and in_force.get(operation.path, _NOTHING).operation != operation.base
    }
    waiting = RecordConflict.objects.filter(other_id__in=asides, resolution__isnull=True) if asides else None
    return merge(
        fresh,
        in_force=in_force,
        base_values={key: row.value for key, row in known.items()},
        waiting=set(waiting.values_list("other_id", flat=True)) if waiting is not None else set(),
        is_open=inspection.state in RECORDABLE_STATES,
    )


_NOTHING = InForce(uuid.UUID(int=0), None)


def _check_known(operations: Sequence[Operation], known: Mapping[uuid.UUID, RecordOperation]) -> None:
    faults = {
        operation.path: f"修改“{operation.path}”的编号已用于另一项修改。"
        for operation in operations
        if operation.id in known
        and (
            known[operation.id].path != operation.path or not same(known[operation.id].value, operation.value)
        )
    }
    if faults:
        raise BadSubmission(faults)


_STATES = {
    Fate.APPLIED: OperationState.APPLIED,
    Fate.CONFLICT: OperationState.CONFLICT,
    Fate.HELD: OperationState.HELD,
}


def _write(merged: Merged, submission: Submission, inspection: Inspection) -> list[RecordConflict]:
    if not merged.outcomes:
        return []
    own = {
        "city_id": inspection.city_id,
        "jurisdiction_id": inspection.jurisdiction_id,
        "inspection": inspection,
    }
    first = inspection.record_seq + 1
    rows = [
        RecordOperation(
            **own,
            id=outcome.operation.id,
            submission=submission,
            seq=seq,
            path=outcome.operation.path,
            value=outcome.operation.value,
            base=outcome.operation.base,
            state=_STATES[outcome.fate],
            author=submission.author,
            author_name=submission.author_name,
            device_at=submission.device_at,
            received_at=submission.received_at,
        )
        for seq, outcome in enumerate(merged.outcomes, start=first)
    ]
    RecordOperation.objects.bulk_create(rows)
    put_in_force(inspection, merged.changed)
    conflicts = _conflicts(merged, {row.pk: row for row in rows}, own, submission)
    inspection.record_seq += len(rows)
    fields = ["record_seq"]
    if inspection.state in (InspectionState.PLANNED, InspectionState.NOTIFIED):
        inspection.state = InspectionState.UNDER_WAY
        fields.append("state")
    inspection.save(update_fields=fields)
    return conflicts


def put_in_force(inspection: Inspection, changed: Mapping[str, InForce]) -> None:
    """Write which values count from now on; one statement."""
    rows = [
        RecordValue(
            city_id=inspection.city_id,
            jurisdiction_id=inspection.jurisdiction_id,
            inspection=inspection,
            path=path,
            value=now.value,
            operation_id=now.operation,
        )
        for path, now in changed.items()
    ]
    if rows:
        RecordValue.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["city", "inspection", "path"],
            update_fields=["value", "operation"],
        )


def _conflicts(
    merged: Merged, rows: Mapping[uuid.UUID, RecordOperation], own: Mapping[str, Any], submission: Submission
) -> list[RecordConflict]:
    for outcome in merged.outcomes:
        if outcome.replaces is not None and outcome.replaces not in rows:
            _replace(outcome.replaces, rows[outcome.operation.id], submission)
    replaced = {
        outcome.replaces: rows[outcome.operation.id] for outcome in merged.outcomes if outcome.replaces
    }
    made = [
        RecordConflict(
            **own,
            id=uuid7(),
            path=outcome.operation.path,
            kept_id=outcome.kept,
            other=rows[outcome.operation.id],
            **_settled(replaced.get(outcome.operation.id), submission),
        )
        for outcome in merged.outcomes
        if outcome.fate is not Fate.APPLIED
    ]
    RecordConflict.objects.bulk_create(made)
    return [conflict for conflict in made if conflict.resolution_id is None]


def _settled(by_operation: RecordOperation | None, submission: Submission) -> dict[str, Any]:
    if by_operation is None:
        return {}
    return {
        "resolution": by_operation,
        "resolved_at": submission.received_at,
        "resolved_by_name": submission.author_name,
    }


def _replace(waiting: uuid.UUID, by_operation: RecordOperation, submission: Submission) -> None:
    """The author of a waiting change wrote another one on top of it: that one waits now, or counts."""
    RecordConflict.objects.filter(other_id=waiting, resolution__isnull=True).update(
        **_settled(by_operation, submission)
    )
    RecordOperation.objects.filter(pk=waiting).update(state=OperationState.SUPERSEDED)


@transaction.atomic
def settle_conflict(
    *, conflict_id: uuid.UUID, operation: Operation, by: Any, at: dt.datetime, device: Device | None = None
) -> RecordConflict:
    """Decide which value counts: a change of its own, based on the one in force that the person was shown.

    The value may be one of the two or a third one. The same decision again changes nothing. After the inspection on site
    has ended only a reviewer's page calls this; after the review the value in force stays.
    Raises RecordConflict.DoesNotExist, ConflictMoved, RecordClosed, BadSubmission.
    """
    _check_decision(operation)
    found = RecordConflict.objects.get(pk=conflict_id)
    inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=found.inspection_id)
    conflict = RecordConflict.objects.select_related("other", "kept").get(pk=conflict_id)
    if conflict.resolution_id == operation.id:
        return conflict
    now = RecordValue.objects.filter(inspection=inspection, path=conflict.path).first()
    if conflict.resolution_id is not None or operation.path != conflict.path:
        raise ConflictMoved("这处冲突已经裁定，请刷新后查看。")
    if operation.base != (now.operation_id if now else None):
        raise ConflictMoved("这一项在您打开页面之后又有修改，请刷新后再裁定。")
    if inspection.state in _ENDED and not same(operation.value, now.value if now else None):
        raise RecordClosed("检查已完成审核，记录不再改动，只能确认保留现有内容。")
    return _decide(conflict, operation, inspection, device, by, at)


_ENDED = (InspectionState.COMPLETED, InspectionState.VOID)


def _check_decision(operation: Operation) -> None:
    try:
        check_value(operation.path, operation.value)
    except (BadPath, BadValue) as fault:
        raise BadSubmission({operation.path[:160]: str(fault)}) from fault


def _decide(
    conflict: RecordConflict,
    operation: Operation,
    inspection: Inspection,
    device: Device | None,
    by: Any,
    at: dt.datetime,
) -> RecordConflict:
    incoming = own_submission(inspection.pk, [operation], at=at, note={"settles": str(conflict.pk)})
    submission = _submission(incoming, inspection, device, by, at)
    if not _insert(submission):
        raise IntegrityError("a submission made here is known already")
    decision = {operation.path: InForce(operation.id, operation.value)}
    inspection.record_seq += 1
    made = RecordOperation(
        id=operation.id,
        city_id=inspection.city_id,
        jurisdiction_id=inspection.jurisdiction_id,
        inspection=inspection,
        submission=submission,
        seq=inspection.record_seq,
        path=operation.path,
        value=operation.value,
        base=operation.base,
        state=OperationState.APPLIED,
        author=by.id,
        author_name=by.display_name,
        device_at=at,
        received_at=at,
    )
    made.save(force_insert=True)
    put_in_force(inspection, decision)
    inspection.save(update_fields=["record_seq"])
    taken = same(operation.value, conflict.other.value)
    state = OperationState.APPLIED if taken else OperationState.SUPERSEDED
    RecordOperation.objects.filter(pk=conflict.other_id).update(state=state)
    conflict.resolution, conflict.resolved_at, conflict.resolved_by_name = made, at, by.display_name
    conflict.save(update_fields=["resolution", "resolved_at", "resolved_by_name"])
    project_record(inspection=inspection, changed=decision, by=by, at=at)
    values = {"path": conflict.path, "value": operation.value}
    trail(action="inspections.record.settle", subject=conflict, by=by, at=at, after=values)
    return conflict


def own_submission(
    inspection_id: uuid.UUID,
    operations: Sequence[Operation],
    *,
    at: dt.datetime,
    note: Mapping[str, str] | None = None,
) -> IncomingSubmission:
    """A submission that a page of the office makes: the same shape as a tablet's."""
    key = uuid7()
    body = {
        "id": str(key),
        "inspection": str(inspection_id),
        "schema": SCHEMA,
        "device_at": at.isoformat(),
        "operations": [
            {
                "id": str(operation.id),
                "path": operation.path,
                "value": operation.value,
                "base": str(operation.base) if operation.base else None,
            }
            for operation in operations
        ],
        "photos": [],
        **(note or {}),
    }
    return IncomingSubmission(
        id=key,
        inspection_id=inspection_id,
        schema=SCHEMA,
        app_version="",
        device_at=at,
        clock_offset_ms=None,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")),
        operations=tuple(operations),
    )
