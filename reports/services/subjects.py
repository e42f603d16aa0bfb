"""What a document is about, when it may be signed, and what its issue does to its subject.

The issue of a document IS the act: the letter is sent, the interview noticed, the notice served out, under the document's
own number and in the same transaction. Nobody types a number or marks a thing as issued by hand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from core.errors import DomainError
from enforcement.enums import CriticismState, InterviewState, LetterState, NoticeState
from enforcement.models import CriticismProposal, Interview, RectificationNotice, ReminderLetter
from enforcement.services.decisions import issue_criticism, issue_letter, notice_interview
from enforcement.services.notices import issue_notice
from guidance.enums import PlanState
from guidance.models import YearPlan
from guidance.services.assigning import need_targets
from guidance.services.plans import issue_year_plan
from reports.gongwen import facts as f
from reports.gongwen.builders import Facts
from scoring.enums import KeyListState, RunState
from scoring.models import KeyObjectList, ScoreRun
from scoring.services.key_lists import issue_list

RUN = "scoring.scorerun"
CRITICISM = "enforcement.criticismproposal"
INTERVIEW = "enforcement.interview"
LETTER = "enforcement.reminderletter"
NOTICE = "enforcement.rectificationnotice"
YEAR_PLAN = "guidance.yearplan"
KEY_LIST = "scoring.keyobjectlist"


class SubjectNotReady(DomainError):
    """The thing that the document is about has not come so far, or is over."""


_READY: Mapping[str, tuple[Any, frozenset[str], str]] = {
    RUN: (
        ScoreRun,
        frozenset({RunState.CONFIRMED, RunState.PUBLISHED}),
        "当月评分还没有核定（或已被更正），请先由第二人核定，再签发通报。",
    ),
    CRITICISM: (
        CriticismProposal,
        frozenset({CriticismState.APPROVED}),
        "通报批评还没有批准，请先在通报批评页面作出决定，再签发。",
    ),
    INTERVIEW: (
        Interview,
        frozenset({InterviewState.APPROVED}),
        "约谈还没有批准或已经通知，请先在约谈页面办理，再签发。",
    ),
    LETTER: (ReminderLetter, frozenset({LetterState.PROPOSED}), "该函已发出或已决定不发，不能再签发。"),
    NOTICE: (
        RectificationNotice,
        frozenset({NoticeState.DRAFT, NoticeState.REVIEW}),
        "该整改通知书已经签发或办结，不能再次签发。",
    ),
    YEAR_PLAN: (YearPlan, frozenset({PlanState.DRAFT}), "该年度要点已经印发，不能再次签发。"),
    # Issued already: its document was withdrawn, and the list goes out again.
    KEY_LIST: (
        KeyObjectList,
        frozenset({KeyListState.CONFIRMED, KeyListState.ISSUED}),
        "名单还没有由第二人确认，请先确认名单，再签发。",
    ),
}


def check_ready(subject_kind: str, subject_id: uuid.UUID, facts: Facts) -> None:
    """Refuse the signature while the subject is not ready, or changed since the draft. Locks the subject meanwhile.

    Raises SubjectNotReady.
    """
    model, states, sentence = _READY[subject_kind]
    subject = model.objects.select_for_update(of=("self",)).filter(pk=subject_id).first()
    if subject is None or subject.state not in states:
        raise SubjectNotReady(sentence)
    if isinstance(facts, f.InterviewNoticeFacts) and (facts.starts_at, facts.place, facts.host) != (
        subject.held_at,
        subject.place,
        subject.host_name,
    ):
        raise SubjectNotReady("约谈的时间、地点或主持人已改，请废止这份草稿，重新起草。")
    if isinstance(facts, f.YearPlanFacts) and facts.revision != subject.revision:
        raise SubjectNotReady("年度要点或其任务在起草公文后已修改，请废止这份草稿，重新起草。")
    if isinstance(subject, YearPlan):
        for task in subject.tasks.all():
            need_targets(task)


def advance(
    subject_kind: str,
    subject_id: uuid.UUID,
    *,
    facts: Facts,
    number: str,
    dated_on: dt.date,
    by: Any,
    at: dt.datetime,
) -> None:
    """Carry the issue over to the subject. A run waits for its publication, which is an act of its own."""
    steps: Mapping[str, Callable[[], object]] = {
        CRITICISM: lambda: issue_criticism(proposal_id=subject_id, by=by, at=at),
        INTERVIEW: lambda: notice_interview(interview_id=subject_id, by=by, at=at),
        LETTER: lambda: issue_letter(
            letter_id=subject_id,
            number=number,
            issued_on=dated_on,
            feedback_due_on=_feedback_due(facts),
            by=by,
            at=at,
        ),
        NOTICE: lambda: issue_notice(
            notice_id=subject_id, number=number, issued_on=dated_on, due_on=_reply_due(facts), by=by, at=at
        ),
        YEAR_PLAN: lambda: issue_year_plan(
            plan_id=subject_id, number=number, issued_on=dated_on, by=by, at=at
        ),
        KEY_LIST: lambda: issue_list(list_id=subject_id, number=number, issued_on=dated_on, by=by, at=at),
    }
    if subject_kind in steps:
        steps[subject_kind]()


def _feedback_due(facts: Facts) -> dt.date:
    if not isinstance(facts, f.ReminderLetterFacts):
        raise TypeError("a reminder letter is built from its own facts")
    return facts.feedback_due


def _reply_due(facts: Facts) -> dt.date:
    if not isinstance(facts, f.RectificationNoticeFacts):
        raise TypeError("a rectification notice is built from its own facts")
    return facts.reply_due
