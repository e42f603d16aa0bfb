"""The drafts that follow from a month's close, and the drafts of single acts."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.errors import DomainError
from enforcement.enums import CriticismState, InterviewState, LetterState, NoticeState
from enforcement.models import CriticismProposal, Interview, RectificationNotice, ReminderLetter
from guidance.enums import PlanState
from guidance.models import YearPlan
from inspections.enums import OrganizerLevel
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from reports.selectors.bidding_notice_facts import bidding_notice_facts
from reports.selectors.key_list_facts import key_list_facts
from reports.selectors.letter_facts import (
    criticism_facts,
    interview_facts,
    rectification_facts,
    reminder_facts,
    year_plan_facts,
)
from reports.selectors.month_facts import circular_facts
from reports.services.documents import discard_draft, draft_document, series_for
from reports.services.subjects import CRITICISM, INTERVIEW, KEY_LIST, LETTER, NOTICE, RUN, YEAR_PLAN
from scoring.enums import KeyListState, RunState
from scoring.models import KeyObjectList, ScoreRun


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
        subject_kind=RUN,
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
    _put_away_drafts_of_former_runs(run, by, at)
    documents = [draft_circular(run_id=run_id, by=by, at=at)]
    documents += [draft_criticism(proposal_id=row.id, run=run, by=by, at=at) for row in proposals]
    return documents


def _put_away_drafts_of_former_runs(run: ScoreRun, by: Any, at: dt.datetime) -> None:
    """After a correction no draft may still tell the former score; what was issued stays, and is corrected in public."""
    former = ScoreRun.objects.filter(month=run.month, state=RunState.SUPERSEDED).values("pk")
    stale = Q(subject_kind=RUN, subject_id__in=former)
    if run.revision > 1:
        told = [CRITICISM, INTERVIEW, LETTER]  # they tell the former score as well
        stale |= Q(subject_kind__in=told, month=run.month, drafted_at__lt=run.computed_at)
    drafts = Document.objects.filter(
        stale, state__in=[DocumentState.DRAFT, DocumentState.REVIEW, DocumentState.REVIEWED]
    )
    for pk in list(drafts.values_list("pk", flat=True)):
        discard_draft(document_id=pk, reason="评分已更正，按新的计算重新起草。", by=by, at=at)


@transaction.atomic
def draft_criticism(*, proposal_id: uuid.UUID, run: ScoreRun, by: Any, at: dt.datetime) -> Document:
    """通报批评 of one proposal."""
    proposal = CriticismProposal.objects.select_related("jurisdiction").get(pk=proposal_id)
    return draft_document(
        facts=criticism_facts(proposal, run, series_for(DocumentKind.CRITICISM), at),
        kind=DocumentKind.CRITICISM,
        subject_kind=CRITICISM,
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
        subject_kind=INTERVIEW,
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
        subject_kind=LETTER,
        subject_id=letter.id,
        month=letter.month,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_rectification_notice(*, notice_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """整改通知书 of a notice that lists findings, or that follows from a bidding check."""
    rows = RectificationNotice.objects.select_related("jurisdiction", "project", "addressee", "bidding_check")
    notice = rows.get(pk=notice_id)
    if notice.organizer_level != OrganizerLevel.CITY or notice.state not in {
        NoticeState.DRAFT,
        NoticeState.REVIEW,
    }:
        raise NotReady("只有市级尚未签发的整改通知书可以起草公文；已签发或县级的以登记的文书为准。")
    series = series_for(DocumentKind.RECTIFICATION_NOTICE)
    if notice.items.exists():
        facts = rectification_facts(notice, series, at)
    elif notice.bidding_check is not None:
        facts = bidding_notice_facts(notice, notice.bidding_check, series)
    else:
        raise NotReady("通知书还没有列入问题，不能起草公文；请先列入问题。")
    return draft_document(
        facts=facts,
        kind=DocumentKind.RECTIFICATION_NOTICE,
        subject_kind=NOTICE,
        subject_id=notice.id,
        month=None,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_year_plan(*, plan_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """印发年度质量监督要点: of a plan with tasks that is not issued."""
    plan = YearPlan.objects.get(pk=plan_id)
    if plan.state != PlanState.DRAFT:
        raise NotReady("该年度要点已经印发，不能再起草公文。")
    if not plan.tasks.exists():
        raise NotReady("年度要点还没有任务，不能起草公文；请先添加任务。")
    return draft_document(
        facts=year_plan_facts(plan, series_for(DocumentKind.YEAR_PLAN)),
        kind=DocumentKind.YEAR_PLAN,
        subject_kind=YEAR_PLAN,
        subject_id=plan.id,
        month=None,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_key_list(*, list_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """重点监管对象名单 of a confirmed list; a draft list may still change and is no document."""
    row = KeyObjectList.objects.select_related("rule_set").get(pk=list_id)
    if row.state == KeyListState.DRAFT:
        raise NotReady("名单还没有确认，不能起草公文；请先由第二人确认名单。")
    return draft_document(
        facts=key_list_facts(row, series_for(DocumentKind.KEY_OBJECT_LIST)),
        kind=DocumentKind.KEY_OBJECT_LIST,
        subject_kind=KEY_LIST,
        subject_id=row.id,
        month=None,
        by=by,
        at=at,
    )


@transaction.atomic
def draft_for_subject(*, subject_kind: str, subject_id: uuid.UUID, by: Any, at: dt.datetime) -> Document:
    """Draft the document that a subject calls for; `subject_kind` as stored on documents.

    Raises NotReady for kinds that no document belongs to.
    """
    if subject_kind == RUN:
        return draft_circular(run_id=subject_id, by=by, at=at)
    if subject_kind == INTERVIEW:
        return draft_interview_notice(interview_id=subject_id, by=by, at=at)
    if subject_kind == LETTER:
        return draft_reminder_letter(letter_id=subject_id, by=by, at=at)
    if subject_kind == NOTICE:
        return draft_rectification_notice(notice_id=subject_id, by=by, at=at)
    if subject_kind == KEY_LIST:
        return draft_key_list(list_id=subject_id, by=by, at=at)
    if subject_kind == YEAR_PLAN:
        return draft_year_plan(plan_id=subject_id, by=by, at=at)
    if subject_kind == CRITICISM:
        return draft_criticism(proposal_id=subject_id, run=_run_of_proposal(subject_id), by=by, at=at)
    raise NotReady(
        "该类事项没有对应的公文；请从评分、约谈、提醒敦促函、通报批评、整改通知书、年度要点或重点监管对象名单页面起草。"
    )


def _run_of_proposal(proposal_id: uuid.UUID) -> ScoreRun:
    """The computation in force of the proposal's month: its score is what the criticism tells."""
    proposal = CriticismProposal.objects.get(pk=proposal_id)
    run = ScoreRun.objects.filter(month=proposal.month).exclude(state=RunState.SUPERSEDED)
    found = run.select_related("rubric").first()
    if found is None:
        raise NotReady("该月尚未结账，不能起草通报批评。")
    return found
