"""What named people decide on the proposals of a month, and what follows: interviews, letters, criticisms.

Each verb locks the row, checks its state, writes and leaves a trace. Nothing here is decided by the system.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import display
from core.errors import DomainError
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.models import CriticismProposal, Interview, ReminderLetter

M = TypeVar("M", Interview, ReminderLetter, CriticismProposal)


class WrongState(DomainError):
    """The measure is not in the state that the act needs."""


class DecisionRefused(DomainError):
    """The act lacks something that it must say, or its dates cannot be."""


@transaction.atomic
def approve_interview(*, interview_id: uuid.UUID, by: Any, at: dt.datetime) -> Interview:
    """Proposed → approved."""
    row = _locked(Interview, interview_id, InterviewState.PROPOSED)
    changes = {"state": InterviewState.APPROVED, "decided_at": at, "decided_by_name": _name(by)}
    return _write(row, "enforcement.interview.approve", changes, by, at)


@transaction.atomic
def decline_interview(*, interview_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Interview:
    """Proposed → declined, with the reason that the file must keep."""
    row = _locked(Interview, interview_id, InterviewState.PROPOSED)
    changes = {
        "state": InterviewState.DECLINED,
        "decided_at": at,
        "decided_by_name": _name(by),
        "decline_reason": _said(reason, "不予约谈必须写明理由。"),
    }
    return _write(row, "enforcement.interview.decline", changes, by, at)


@transaction.atomic
def arrange_interview(
    *, interview_id: uuid.UUID, held_at: dt.datetime, place: str, host_name: str, by: Any, at: dt.datetime
) -> Interview:
    """Set time, place and host of an approved interview; what its notice will say. May be repeated until it is held."""
    row = _locked(Interview, interview_id, InterviewState.APPROVED, InterviewState.NOTICED)
    changes = {
        "held_at": held_at,
        "place": _said(place, "请填写约谈地点。"),
        "host_name": _said(host_name, "请填写主持人。"),
    }
    return _write(row, "enforcement.interview.arrange", changes, by, at)


@transaction.atomic
def notice_interview(*, interview_id: uuid.UUID, by: Any, at: dt.datetime) -> Interview:
    """Approved → noticed: the notice went out."""
    row = _locked(Interview, interview_id, InterviewState.APPROVED)
    if row.held_at is None:
        raise DecisionRefused("请先确定约谈的时间、地点和主持人。")
    return _write(row, "enforcement.interview.notice", {"state": InterviewState.NOTICED}, by, at)


@transaction.atomic
def hold_interview(
    *, interview_id: uuid.UUID, held_at: dt.datetime, report_due_on: dt.date, by: Any, at: dt.datetime
) -> Interview:
    """Noticed → held, at its real time, with the day by which the county reports on rectification."""
    row = _locked(Interview, interview_id, InterviewState.NOTICED)
    if held_at > at:
        raise DecisionRefused("约谈时间不能晚于现在；尚未进行的约谈请修改安排。")
    if report_due_on < timezone.localdate(held_at):
        raise DecisionRefused("整改报告期限不能早于约谈日期。")
    changes = {"state": InterviewState.HELD, "held_at": held_at, "report_due_on": report_due_on}
    return _write(row, "enforcement.interview.hold", changes, by, at)


@transaction.atomic
def minute_interview(*, interview_id: uuid.UUID, by: Any, at: dt.datetime) -> Interview:
    """Held → minuted: both sides signed the minutes."""
    row = _locked(Interview, interview_id, InterviewState.HELD)
    return _write(row, "enforcement.interview.minute", {"state": InterviewState.MINUTED}, by, at)


@transaction.atomic
def receive_report(*, interview_id: uuid.UUID, reported_on: dt.date, by: Any, at: dt.datetime) -> Interview:
    """Minuted → reported: the county's report on rectification came in."""
    row = _locked(Interview, interview_id, InterviewState.MINUTED)
    held_on = timezone.localdate(row.held_at) if row.held_at is not None else None
    _not_in_the_future(reported_on, at)
    if held_on is not None and reported_on < held_on:
        raise DecisionRefused("整改报告日期不能早于约谈日期。")
    changes = {"state": InterviewState.REPORTED, "reported_on": reported_on}
    return _write(row, "enforcement.interview.report", changes, by, at)


@transaction.atomic
def close_interview(*, interview_id: uuid.UUID, by: Any, at: dt.datetime) -> Interview:
    """Reported → closed."""
    row = _locked(Interview, interview_id, InterviewState.REPORTED)
    changes = {"state": InterviewState.CLOSED, "closed_on": timezone.localdate(at)}
    return _write(row, "enforcement.interview.close", changes, by, at)


@transaction.atomic
def issue_letter(
    *,
    letter_id: uuid.UUID,
    number: str,
    issued_on: dt.date,
    feedback_due_on: dt.date,
    by: Any,
    at: dt.datetime,
) -> ReminderLetter:
    """Proposed → issued, under the number of the official letter."""
    row = _locked(ReminderLetter, letter_id, LetterState.PROPOSED)
    number = _said(number, "请填写函号。")
    _not_in_the_future(issued_on, at)
    if feedback_due_on < issued_on:
        raise DecisionRefused("反馈期限不能早于发函日期。")
    if ReminderLetter.objects.exclude(pk=row.pk).filter(number=number).exists():
        raise DecisionRefused(f"函号“{number}”已被使用，请换一个函号。")
    changes = {
        "state": LetterState.ISSUED,
        "number": number,
        "issued_on": issued_on,
        "feedback_due_on": feedback_due_on,
        "decided_by_name": _name(by),
    }
    return _write(row, "enforcement.letter.issue", changes, by, at)


@transaction.atomic
def decline_letter(*, letter_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> ReminderLetter:
    """Proposed → declined, with a reason."""
    row = _locked(ReminderLetter, letter_id, LetterState.PROPOSED)
    changes = {
        "state": LetterState.DECLINED,
        "decline_reason": _said(reason, "不予发函必须写明理由。"),
        "decided_by_name": _name(by),
    }
    return _write(row, "enforcement.letter.decline", changes, by, at)


@transaction.atomic
def answer_letter(*, letter_id: uuid.UUID, answered_on: dt.date, by: Any, at: dt.datetime) -> ReminderLetter:
    """Issued → answered."""
    row = _locked(ReminderLetter, letter_id, LetterState.ISSUED)
    _not_in_the_future(answered_on, at)
    if row.issued_on is not None and answered_on < row.issued_on:
        raise DecisionRefused("反馈日期不能早于发函日期。")
    changes = {"state": LetterState.ANSWERED, "answered_on": answered_on}
    return _write(row, "enforcement.letter.answer", changes, by, at)


@transaction.atomic
def approve_criticism(*, proposal_id: uuid.UUID, by: Any, at: dt.datetime) -> CriticismProposal:
    """Proposed → approved."""
    row = _locked(CriticismProposal, proposal_id, CriticismState.PROPOSED)
    changes = {"state": CriticismState.APPROVED, "decided_at": at, "decided_by_name": _name(by)}
    return _write(row, "enforcement.criticism.approve", changes, by, at)


@transaction.atomic
def decline_criticism(*, proposal_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> CriticismProposal:
    """Proposed → declined, with a reason."""
    row = _locked(CriticismProposal, proposal_id, CriticismState.PROPOSED)
    changes = {
        "state": CriticismState.DECLINED,
        "decided_at": at,
        "decided_by_name": _name(by),
        "decline_reason": _said(reason, "不予通报批评必须写明理由。"),
    }
    return _write(row, "enforcement.criticism.decline", changes, by, at)


@transaction.atomic
def issue_criticism(*, proposal_id: uuid.UUID, by: Any, at: dt.datetime) -> CriticismProposal:
    """Approved → issued: the circular of criticism went out."""
    row = _locked(CriticismProposal, proposal_id, CriticismState.APPROVED)
    return _write(row, "enforcement.criticism.issue", {"state": CriticismState.ISSUED}, by, at)


def _locked(model: type[M], pk: uuid.UUID, *states: str) -> M:
    row = model.objects.select_for_update(of=("self",)).get(pk=pk)
    if row.state not in states:
        raise WrongState(
            f"当前状态为“{row.get_state_display()}”，不能进行该操作，请刷新页面，按当前状态办理。"
        )
    return row


def _write(row: M, action: str, changes: dict[str, Any], by: Any, at: dt.datetime) -> M:
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    row.save(update_fields=list(changes))
    record(action=action, subject=row, by=by, at=at, before=_plain(before), after=_plain(changes))
    return row


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Enum members as their codes, so that the trail reads the same after a renaming in Python."""
    return {name: str(value) if isinstance(value, str) else value for name, value in values.items()}


def _name(by: Any) -> str:
    return str(getattr(by, "display_name", by))


def _said(text: str, sentence: str) -> str:
    if not text.strip():
        raise DecisionRefused(sentence)
    return text.strip()


def _not_in_the_future(day: dt.date, at: dt.datetime) -> None:
    if day > timezone.localdate(at):
        raise DecisionRefused(f"日期{display.day_cn(day)}晚于今天，请核对。")
