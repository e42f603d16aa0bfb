"""Answers to tasks: submitted with evidence, accepted or returned by the bureau."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from audit.models import AuditEvent
from audit.services import record
from core import filestore
from core.filestore import ATTACHMENT_TYPES, FileType
from core.uuid7 import uuid7
from guidance.enums import WAITING_STATES, AssignmentState, TaskSource
from guidance.models import TaskAssignment, TaskEvidence
from guidance.services.assigning import tell_assignees
from guidance.services.writing import GuidanceRefused, locked, name_of, need_state, said, write
from messaging.enums import MessageKind

AREA = "guidance"
ANSWER = "guidance.assignment.answer"


@transaction.atomic
def submit_answer(
    *,
    assignment_id: uuid.UUID,
    answer: str,
    problem_count: int | None = None,
    measures: str = "",
    by: Any,
    at: dt.datetime,
) -> TaskAssignment:
    """Open or returned → answered. A self-check says how many problems it found, and what is done about them.

    Raises WrongState, GuidanceRefused.
    """
    row = locked(TaskAssignment, assignment_id, *WAITING_STATES)
    is_check = row.task.source == TaskSource.CAMPAIGN
    measures = measures.replace("\r\n", "\n").strip()
    if is_check and problem_count is None:
        raise GuidanceRefused("请填写自查发现问题的数量，没有发现的填0。")
    if is_check and problem_count and not measures:
        raise GuidanceRefused(f"自查发现{problem_count}处问题，请写明整改措施、责任人和完成时间。")
    if row.task.evidence and not row.evidence.exists():
        raise GuidanceRefused(f"该任务要求提交佐证材料（{row.task.evidence}），请先上传再提交。")
    changes = {
        "state": AssignmentState.ANSWERED,
        "answer": said(answer, "请填写办理情况。"),
        "problem_count": problem_count if is_check else None,
        "measures": measures if is_check else "",
        "first_answered_at": row.first_answered_at or at,
        "answered_at": at,
        "answered_by": by.id,
        "answered_by_name": name_of(by),
    }
    return write(row, ANSWER, changes, by, at)


@transaction.atomic
def accept_answer(*, assignment_id: uuid.UUID, by: Any, at: dt.datetime) -> TaskAssignment:
    """Answered → accepted, by someone who did not answer."""
    row = _to_decide(assignment_id, by)
    changes = {"state": AssignmentState.ACCEPTED, **_decided(by, at), "return_reason": ""}
    return write(row, "guidance.assignment.accept", changes, by, at)


@transaction.atomic
def return_answer(*, assignment_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> TaskAssignment:
    """Answered → returned with a reason; whoever must act is told."""
    row = _to_decide(assignment_id, by)
    changes = {
        "state": AssignmentState.RETURNED,
        **_decided(by, at),
        "return_reason": said(reason, "请写明退回原因。"),
    }
    write(row, "guidance.assignment.return", changes, by, at)
    tell_assignees(
        [row],
        key=f"task-returned:{row.pk}:{at.isoformat()}",
        title=f"任务被退回：{row.task.title}",
        text=f"退回原因：{row.return_reason}",
        kind=MessageKind.TASK_ASSIGNED,
        by=by,
        at=at,
    )
    return row


@transaction.atomic
def attach_evidence(
    *, assignment_id: uuid.UUID, title: str, file_name: str, data: bytes, by: Any, at: dt.datetime
) -> TaskEvidence:
    """Keep a file and attach it to an assignment that still waits for its answer.

    Raises WrongState, GuidanceRefused, WrongFile.
    """
    row = locked(TaskAssignment, assignment_id)
    need_state(row, *WAITING_STATES)
    file = filestore.store(data, area=AREA, city_id=row.city_id, allowed=ATTACHMENT_TYPES, name=file_name)
    if row.evidence.filter(sha256=file.sha256).exists():
        raise GuidanceRefused(f"“{file_name}”与已有材料的内容完全相同，不必重复上传。")
    evidence = TaskEvidence(
        id=uuid7(),
        city_id=row.city_id,
        jurisdiction_id=row.jurisdiction_id,
        assignment=row,
        title=(title.strip() or file_name)[:120],
        sha256=file.sha256,
        byte_count=file.byte_count,
        uploaded_at=at,
        uploaded_by_name=name_of(by),
    )
    evidence.save(force_insert=True)
    after = {"title": evidence.title, "sha256": evidence.sha256}
    record(action="guidance.assignment.attach", subject=row, by=by, at=at, after=after)
    return evidence


def kept_evidence(city_id: uuid.UUID, sha256: str) -> tuple[bytes, FileType] | None:
    """The bytes and their type; None when the file is not on this server or was altered."""
    return filestore.read(area=AREA, city_id=city_id, sha256=sha256, allowed=ATTACHMENT_TYPES)


def _to_decide(assignment_id: uuid.UUID, by: Any) -> TaskAssignment:
    row = locked(TaskAssignment, assignment_id, AssignmentState.ANSWERED)
    # a returned answer may have been written anew by somebody else: the trail knows everybody
    answers = AuditEvent.objects.filter(
        subject_kind=row._meta.label_lower, subject_id=str(row.pk), action=ANSWER, actor_id=by.id
    )
    if row.answered_by == by.id or answers.exists():
        raise GuidanceRefused("办理情况由您提交，请由他人确认或退回。")
    return row


def _decided(by: Any, at: dt.datetime) -> dict[str, Any]:
    return {"decided_at": at, "decided_by": by.id, "decided_by_name": name_of(by)}
