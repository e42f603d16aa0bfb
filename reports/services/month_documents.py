"""The drafts that follow from a month's close, and the drafts of single acts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from core.errors import DomainError
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.models import CriticismProposal, Interview, RectificationNotice, ReminderLetter
from reports.enums import DocumentKind
from reports.models import Document
from reports.selectors.letter_facts import (
    criticism_facts,
    interview_facts,
    rectification_facts,
    reminder_facts,
)
from reports.selectors.month_facts import circular_facts
from reports.services.documents import draft_document, series_for
from scoring.enums import RunState
from scoring.models import ScoreRun


class NotReady(DomainError):
    """The act lacks what its document must say."""


@transaction.atomic
def draft_circular(*, run_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """The monthly circular of a run; asked again, the same draft."""
    run = ScoreRun.objects.select_related("rubric").get(pk=run_id)
    if run.state == RunState.SUPERSEDED:
        raise NotReady("该次计算已被更正，请为最新一次计算起草通报。")
    return draft_document(
        facts=circular_facts(run, series_for(DocumentKind.CIRCULAR), at),
        kind=DocumentKind.CIRCULAR,
        subject_kind="scoring.scorerun",
        subject_id=run.id,
        month=run.month,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_month_documents(*, run_id: uuid.UUID, by: Any, at: dt.datetime) -> list[Document]:
    """What the close drafts by itself: the circular, and a criticism for each county proposed for one."""
    run = ScoreRun.objects.select_related("rubric").get(pk=run_id)
    proposals = CriticismProposal.objects.filter(month=run.month).exclude(state=CriticismState.DECLINED)
    documents = [draft_circular(run_id=run_id, by=by, at=at)]
    documents += [draft_criticism(proposal_id=row.id, run=run, by=by, at=at) for row in proposals]
    return documents


@transaction.atomic
def draft_criticism(*, proposal_id: uuid.UUID, run: ScoreRun, by: Any, at: dt.datetime) -> Document:
    """通报批评 of one proposal."""
    proposal = CriticismProposal.objects.select_related("jurisdiction").get(pk=proposal_id)
    return draft_document(
        facts=criticism_facts(proposal, run, series_for(DocumentKind.CRITICISM), at),
        kind=DocumentKind.CRITICISM,
        subject_kind="enforcement.criticismproposal",
        subject_id=proposal.id,
        month=proposal.month,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_interview_notice(*, interview_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """约谈通知书 of an approved interview with time and place."""
    interview = Interview.objects.select_related("jurisdiction").get(pk=interview_id)
    if interview.state not in {InterviewState.APPROVED, InterviewState.NOTICED} or interview.held_at is None:
        raise NotReady("约谈须先批准并确定时间、地点和主持人，才能起草约谈通知书。")
    return draft_document(
        facts=interview_facts(interview, series_for(DocumentKind.INTERVIEW_NOTICE), at),
        kind=DocumentKind.INTERVIEW_NOTICE,
        subject_kind="enforcement.interview",
        subject_id=interview.id,
        month=interview.month,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_reminder_letter(*, letter_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """提醒敦促函 of a proposal that was not declined."""
    letter = ReminderLetter.objects.select_related("jurisdiction").get(pk=letter_id)
    if letter.state == LetterState.DECLINED:
        raise NotReady("该函已决定不发，不能起草。")
    return draft_document(
        facts=reminder_facts(letter, series_for(DocumentKind.REMINDER_LETTER), at),
        kind=DocumentKind.REMINDER_LETTER,
        subject_kind="enforcement.reminderletter",
        subject_id=letter.id,
        month=letter.month,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_rectification_notice(*, notice_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """整改通知书 of a notice that lists findings."""
    notice = RectificationNotice.objects.select_related("jurisdiction", "project", "addressee").get(
        pk=notice_id
    )
    if not notice.items.exists():
        raise NotReady("通知书还没有列入问题，不能起草公文。")
    return draft_document(
        facts=rectification_facts(notice, series_for(DocumentKind.RECTIFICATION_NOTICE), at),
        kind=DocumentKind.RECTIFICATION_NOTICE,
        subject_kind="enforcement.rectificationnotice",
        subject_id=notice.id,
        month=None,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_for_subject(*, subject_kind: str, subject_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """Draft the document that a subject calls for; `subject_kind` as stored on documents.

    Raises NotReady for kinds that no document belongs to.
    """
    if subject_kind == "scoring.scorerun":
        return draft_circular(run_id=subject_id, by=by, at=at)
    if subject_kind == "enforcement.interview":
        return draft_interview_notice(interview_id=subject_id, by=by, at=at)
    if subject_kind == "enforcement.reminderletter":
        return draft_reminder_letter(letter_id=subject_id, by=by, at=at)
    if subject_kind == "enforcement.rectificationnotice":
        return draft_rectification_notice(notice_id=subject_id, by=by, at=at)
    raise NotReady("该类事项没有对应的公文。")
