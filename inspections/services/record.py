"""Changes of an inspection's record arrive: kept word for word, judged once, and never lost (ADR 0018).

A submission is known by the identifier that its client made. The same bytes again are the same submission; other bytes
under the same identifier are refused, and both versions stay where they are.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import IntegrityError, transaction
from django.db.models import CharField, F, UUIDField

from audit.services import record as trail
from core.errors import DomainError
from core.kept_query import AnyOf, Slot
from inspections.enums import RECORDABLE_STATES, InspectionState, OperationState
from inspections.models import (
    Device,
    Inspection,
    RecordConflict,
    RecordOperation,
    RecordValue,
    Submission,
)
from inspections.rules.merge import InForce, Merged, Operation, merge, same
from inspections.rules.record import ASSISTANT_GROUPS, BadPath, BadValue, check_value, parse_path
from inspections.services.concluding import ConclusionRefused, NotReady, conclude
from inspections.services.projection import project_record
from inspections.services.record_log import (
    MIN_SCHEMA,
    SCHEMA,
    BadSubmission,
    IncomingSubmission,
    SubmissionDiffers,
    insert_submission,
    is_carried,
    new_submission,
    own_submission,
    put_in_force,
    write_changes,
)
from tenancy.kept_query import ScopedQuery

__all__ = [
    "MIN_SCHEMA",
    "SCHEMA",
    "Applied",
    "BadSubmission",
    "ConflictMoved",
    "IncomingSubmission",
    "RecordClosed",
    "SubmissionDiffers",
    "apply_submission",
    "keep_submission",
    "note_submission",
    "own_submission",
    "settle_conflict",
]
MAX_OPERATIONS = 2000


class ConflictMoved(DomainError):
    """Somebody else decided, or the value in force changed, since the page was read."""


class RecordClosed(DomainError):
    """The inspection was reviewed or voided: its record is read only."""


@dataclass(frozen=True, slots=True)
class Applied:
    """A submission that is here. `conflicts`: the decisions that it calls for. `record_seq`: how far the record is.

    `operations`, `findings`: how many changes were judged and how many findings written, for the trail.
    """

    submission: Submission
    is_new: bool
    conflicts: Sequence[RecordConflict]
    record_seq: int
    operations: int = 0
    findings: int = 0


def apply_submission(
    *,
    submission: IncomingSubmission,
    device: Device | None,
    by: Any,
    at: dt.datetime,
    as_assistant: bool = False,
    sent_by: Any = None,
) -> Applied:
    """Keep a submission and judge its changes; the same one again changes nothing.

    as_assistant: the author is a third party (role ASSISTANT), who writes no findings, orders, answers or signatures.
    sent_by: whom the trail names when it was not the author who sent it.
    Raises Inspection.DoesNotExist (none in this scope), BadSubmission, SubmissionDiffers.
    """
    with transaction.atomic():
        applied = keep_submission(
            submission=submission, device=device, is_assistant=lambda _: as_assistant, by=by, at=at
        )
        note_submission(applied, by=sent_by or by, at=at)
    return applied


def keep_submission(
    *,
    submission: IncomingSubmission,
    device: Device | None,
    is_assistant: Callable[[Inspection], bool],
    by: Any,
    at: dt.datetime,
) -> Applied:
    """The same for a caller that has more to write: in an atomic block that a refusal leaves, with `note_submission` last.

    is_assistant: asked of the locked inspection for what is not here yet; refuses whoever has no part in it.
    """
    try:
        return _keep(submission, device, is_assistant, by, at)
    except IntegrityError as error:
        # An identifier that is taken by a row of another city or county: nothing says whose.
        raise BadSubmission({"operations": "记录里的编号已被别的记录使用，请导出后联系管理员。"}) from error


def note_submission(applied: Applied, *, by: Any, at: dt.datetime) -> None:
    """The trail of a new submission. It comes last: from here to the COMMIT the whole city waits for its chain."""
    if not applied.is_new:
        return
    trail(
        action="inspections.record.submit",
        subject=applied.submission,
        by=by,
        at=at,
        after={
            "inspection": applied.submission.inspection.number,
            "sha256": applied.submission.body_sha256,
            "operations": applied.operations,
            "conflicts": len(applied.conflicts),
            "findings": applied.findings,
        },
    )


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


def _keep(
    incoming: IncomingSubmission,
    device: Device | None,
    is_assistant: Callable[[Inspection], bool],
    by: Any,
    at: dt.datetime,
) -> Applied:
    inspection = _locked(incoming.inspection_id)
    submission = new_submission(incoming, inspection, device, by, at)
    if not insert_submission(submission):
        return _known(submission, inspection, is_assistant)
    _check(incoming, as_assistant=is_assistant(inspection))
    merged, end = _merge(incoming.operations, inspection)
    conflicts = write_changes(merged, submission, inspection)
    findings = project_record(inspection=inspection, changed=merged.changed, by=by, at=at)
    if end is not None and merged.changed:
        _end(inspection, end, at)
    return Applied(submission, True, conflicts, inspection.record_seq, len(merged.outcomes), findings)


def _locked(key: uuid.UUID) -> Inspection:
    for inspection in _LOCKED.rows(key=key):
        return inspection
    raise Inspection.DoesNotExist


# Not FOR UPDATE: a photo that is put together meanwhile only asks that the row stays, and holds what this one wants.
_LOCKED = ScopedQuery(
    lambda: (
        Inspection.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk=Slot("key", UUIDField()))
        .order_by()
    )
)


@dataclass(frozen=True, slots=True)
class _Person:
    """Who pressed “现场结束”, as services take people."""

    id: uuid.UUID
    display_name: str


def _end(inspection: Inspection, end: uuid.UUID, at: dt.datetime) -> None:
    """The inspector ended it on site. While something is missing it stays open, and the page of the record names it;
    what arrives later is asked again, in the name of him who ended it. Nobody ends it through somebody else's file: then
    it stays open until an inspector ends it himself.
    """
    if inspection.state not in RECORDABLE_STATES:
        return
    operation = RecordOperation.objects.only("author", "author_name").get(pk=end)
    if is_carried(operation.author_name):
        return
    by = _Person(operation.author, operation.author_name)
    try:
        conclude(inspection_id=inspection.pk, by=by, at=at)
    except (NotReady, ConclusionRefused):
        return
    inspection.refresh_from_db()


def _known(
    submission: Submission, inspection: Inspection, is_assistant: Callable[[Inspection], bool]
) -> Applied:
    """These very bytes are here: who sends them again gets the receipt, whatever has become of his role."""
    stored = Submission.objects.filter(pk=submission.pk).first()
    if stored is not None and _is_same(stored, submission):
        stored.inspection = inspection
        conflicts = RecordConflict.objects.filter(other__submission=stored, resolution__isnull=True)
        return Applied(stored, False, list(conflicts.select_related("kept", "other")), inspection.record_seq)
    is_assistant(inspection)  # what is here is told to nobody who has no part in the inspection
    if stored is None:
        raise IntegrityError("the identifier belongs to a row outside this scope")
    raise SubmissionDiffers(stored, submission.body_sha256)


def _is_same(stored: Submission, sent: Submission) -> bool:
    return (stored.body_sha256, stored.inspection_id) == (sent.body_sha256, sent.inspection_id)


_END = "conclude/at"
_NAMED = ScopedQuery(
    lambda: (
        RecordOperation.objects.filter(
            AnyOf(F("id"), Slot("named", ArrayField(UUIDField()))), inspection=Slot("inspection", UUIDField())
        )
        .only("id", "path", "value")
        .order_by()
    )
)
_IN_FORCE = ScopedQuery(
    lambda: (
        RecordValue.objects.filter(
            AnyOf(F("path"), Slot("paths", ArrayField(CharField()))),
            inspection=Slot("inspection", UUIDField()),
        )
        .only("path", "value", "operation")
        .order_by()
    )
)


def _merge(operations: Sequence[Operation], inspection: Inspection) -> tuple[Merged, uuid.UUID | None]:
    """Judge the changes that have not arrived before, perhaps within another submission.

    Also returns the change by which the inspection was ended on site, if it was.
    """
    named = {operation.id for operation in operations} | {
        operation.base for operation in operations if operation.base
    }
    known = {row.pk: row for row in _NAMED.rows(inspection=inspection.pk, named=list(named))}
    _check_known(operations, known)
    fresh = [operation for operation in operations if operation.id not in known]
    paths = [*{operation.path for operation in fresh}, _END] if fresh else []
    values = _IN_FORCE.rows(inspection=inspection.pk, paths=paths) if paths else ()
    in_force = {row.path: InForce(row.operation_id, row.value) for row in values}
    asides = {
        operation.base
        for operation in fresh
        if operation.base in known and in_force.get(operation.path, _NOTHING).operation != operation.base
    }
    waiting = RecordConflict.objects.filter(other_id__in=asides, resolution__isnull=True) if asides else None
    merged = merge(
        fresh,
        in_force=in_force,
        base_values={key: row.value for key, row in known.items()},
        waiting=set(waiting.values_list("other_id", flat=True)) if waiting is not None else set(),
        is_open=inspection.state in RECORDABLE_STATES,
    )
    end = merged.changed.get(_END) or in_force.get(_END)
    return merged, end.operation if end is not None and end.value is not None else None


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


@transaction.atomic
def settle_conflict(
    *, conflict_id: uuid.UUID, operation: Operation, by: Any, at: dt.datetime, device: Device | None = None
) -> RecordConflict:
    """Decide which value counts: a change of its own, based on the one in force that the person was shown.

    The value may be one of the two or a third one. The same decision again changes nothing. After the inspection on site
    has ended no tablet decides, only the reviewer on his page (device None); after the review the value in force stays.
    Raises RecordConflict.DoesNotExist, ConflictMoved, RecordClosed, BadSubmission.
    """
    _check_decision(operation)
    found = RecordConflict.objects.get(pk=conflict_id)
    inspection = _locked(found.inspection_id)
    conflict = RecordConflict.objects.select_related("other", "kept").get(pk=conflict_id)
    if conflict.resolution_id == operation.id:
        return conflict
    now = RecordValue.objects.filter(inspection=inspection, path=conflict.path).first()
    if conflict.resolution_id is not None or operation.path != conflict.path:
        raise ConflictMoved("这处冲突已经裁定，请刷新后查看。")
    if operation.base != (now.operation_id if now else None):
        raise ConflictMoved("这一项在您打开页面之后又有修改，请刷新后再裁定。")
    if device is not None and inspection.state not in RECORDABLE_STATES:
        raise RecordClosed("检查已结束，由审核人在办公端裁定。")
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
    submission = new_submission(incoming, inspection, device, by, at)
    if not insert_submission(submission):
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
