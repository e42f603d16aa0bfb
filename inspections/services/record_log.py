"""The log of an inspection's record: a submission is written once, its changes in order, the values in force beside it."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from core.errors import DomainError
from core.kept_insert import insert_rows
from core.uuid7 import uuid7
from inspections.enums import InspectionState, OperationState
from inspections.models import (
    Device,
    Inspection,
    RecordConflict,
    RecordOperation,
    RecordValue,
    Submission,
)
from inspections.rules.merge import Fate, InForce, Merged, Operation

SCHEMA = 1
"""The version of the paths and values (docs/field-protocol.md)."""


MIN_SCHEMA = 1
"""The oldest version that is still taken."""


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


_CARRIED = "代为导入）"


def carried_name(author: str, bearer: str) -> str:
    """The name that rows keep of a record that somebody else brought in for its author."""
    return f"{author[:24]}（{bearer[:24]}{_CARRIED}"


def is_carried(author_name: str) -> bool:
    """Somebody else brought it in, and nothing proves that the author wrote it."""
    return author_name.endswith(_CARRIED)


def carried_by_or_for(inspection: Inspection, person: Any) -> bool:
    """The person brought a record in for somebody else, or somebody else brought in the person's."""
    rows = Submission.objects.filter(inspection=inspection, author_name__endswith=_CARRIED)
    for_person = Q(author_name__startswith=f"{person.display_name[:24]}（")
    return rows.filter(Q(author=person.id) | for_person).exists()


def new_submission(
    incoming: IncomingSubmission, inspection: Inspection, device: Device | None, by: Any, at: dt.datetime
) -> Submission:
    """The row of what a client sends; not written yet."""
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


def insert_submission(submission: Submission) -> bool:
    """Whether the row is new. Never look before: two requests at once would both find nothing."""
    return bool(insert_rows([submission], on_conflict="ON CONFLICT (id) DO NOTHING"))


_STATES = {
    Fate.APPLIED: OperationState.APPLIED,
    Fate.CONFLICT: OperationState.CONFLICT,
    Fate.HELD: OperationState.HELD,
}


def write_changes(merged: Merged, submission: Submission, inspection: Inspection) -> list[RecordConflict]:
    """Append judged changes to the log, put into force what counts, and return the decisions that are called for."""
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
    insert_rows(rows)
    put_in_force(inspection, merged.changed)
    conflicts = _conflicts(merged, {row.pk: row for row in rows}, own, submission)
    inspection.record_seq += len(rows)
    if inspection.state in (InspectionState.PLANNED, InspectionState.NOTIFIED):
        inspection.state = InspectionState.UNDER_WAY
    _advance(inspection)
    return conflicts


def _advance(inspection: Inspection) -> None:
    """Write how far the record is; the row is locked."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inspections_inspection SET record_seq = %s, state = %s WHERE city_id = %s AND id = %s",
            [inspection.record_seq, inspection.state, inspection.city_id, inspection.pk],
        )


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
    insert_rows(
        rows,
        on_conflict="ON CONFLICT (city_id, inspection_id, path)"
        " DO UPDATE SET value = EXCLUDED.value, operation_id = EXCLUDED.operation_id",
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
    insert_rows(made)
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
