"""Meetings: minutes are written, decisions become tasks when the minutes are issued."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import filestore
from core.filestore import ATTACHMENT_TYPES
from core.uuid7 import uuid7
from guidance.enums import MeetingState
from guidance.models import Meeting, MeetingFile
from guidance.services.answering import AREA
from guidance.services.assigning import assign_task
from guidance.services.writing import GuidanceRefused, locked, name_of, said, write
from tenancy.scope import current_scope


@dataclass(frozen=True, kw_only=True)
class MeetingText:
    """What is written down of a meeting."""

    title: str
    held_on: dt.date
    place: str
    host_name: str
    attendees: str
    agenda: str = ""
    minutes: str = ""


@transaction.atomic
def create_meeting(*, text: MeetingText, by: Any, at: dt.datetime) -> Meeting:
    """A meeting, to be held or held."""
    meeting = Meeting(
        id=uuid7(),
        city_id=current_scope().city_id,
        created_at=at,
        created_by_name=name_of(by),
        **_checked(text),
    )
    meeting.save(force_insert=True)
    after = {"title": meeting.title, "held_on": meeting.held_on}
    record(action="guidance.meeting.create", subject=meeting, by=by, at=at, after=after)
    return meeting


@transaction.atomic
def edit_meeting(*, meeting_id: uuid.UUID, text: MeetingText, by: Any, at: dt.datetime) -> Meeting:
    """Change a meeting whose minutes are not issued."""
    meeting = locked(Meeting, meeting_id, MeetingState.DRAFT)
    early = meeting.tasks.filter(due_on__lt=text.held_on).first()
    if early is not None:
        raise GuidanceRefused(f"议定事项“{early.title}”的期限早于新的会议日期，请先修改该事项的期限。")
    return write(meeting, "guidance.meeting.edit", _checked(text), by, at)


@transaction.atomic
def issue_meeting(*, meeting_id: uuid.UUID, by: Any, at: dt.datetime) -> Meeting:
    """Draft → issued: the minutes stand, every decision is given to its owners.

    Raises GuidanceRefused for a meeting of tomorrow, without minutes, or with a decision for nobody.
    """
    meeting = locked(Meeting, meeting_id, MeetingState.DRAFT)
    if meeting.held_on > timezone.localdate(at):
        raise GuidanceRefused("会议还没有召开，不能印发纪要。")
    if not meeting.minutes:
        raise GuidanceRefused("请先填写会议纪要，再印发。")
    changes = {"state": MeetingState.ISSUED, "issued_on": timezone.localdate(at)}
    write(meeting, "guidance.meeting.issue", changes, by, at)
    for task in meeting.tasks.order_by("number"):
        assign_task(task=task, by=by, at=at)
    return meeting


@transaction.atomic
def attach_paper(
    *, meeting_id: uuid.UUID, title: str, file_name: str, data: bytes, by: Any, at: dt.datetime
) -> MeetingFile:
    """Keep a paper of the meeting; also after the minutes were issued (the signed scan).

    Raises GuidanceRefused, WrongFile.
    """
    meeting = locked(Meeting, meeting_id)
    file = filestore.store(data, area=AREA, city_id=meeting.city_id, allowed=ATTACHMENT_TYPES, name=file_name)
    if meeting.files.filter(sha256=file.sha256).exists():
        raise GuidanceRefused(f"“{file_name}”与已有材料的内容完全相同，不必重复上传。")
    paper = MeetingFile(
        id=uuid7(),
        city_id=meeting.city_id,
        meeting=meeting,
        title=(title.strip() or file_name)[:120],
        sha256=file.sha256,
        byte_count=file.byte_count,
        uploaded_at=at,
        uploaded_by_name=name_of(by),
    )
    paper.save(force_insert=True)
    after = {"title": paper.title, "sha256": paper.sha256}
    record(action="guidance.meeting.attach", subject=meeting, by=by, at=at, after=after)
    return paper


def _checked(text: MeetingText) -> dict[str, Any]:
    values = asdict(text)
    for name, label in (
        ("title", "会议名称"),
        ("place", "地点"),
        ("host_name", "主持人"),
        ("attendees", "参会人员"),
    ):
        values[name] = said(values[name], f"请填写{label}。")
    for name in ("agenda", "minutes"):
        values[name] = values[name].replace("\r\n", "\n").strip()
    return values
