"""Interviews, criticisms and letters: rows of lists and single pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from audit.models import AuditEvent
from audit.presenters import action_label
from core import display
from core.components import Entry, Step
from core.month import ReportingMonth
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.models import CriticismProposal, Interview, ReminderLetter
from inspections.enums import DutyState
from inspections.models import DutyInspection

ENDED_INTERVIEWS = (InterviewState.CLOSED, InterviewState.DECLINED)
_DUTY = "DUTY_INSPECTION"
_SCORE = "MONTHLY_SCORE"


def visible_interviews() -> QuerySet[Interview]:
    """The scope's interviews."""
    return Interview.objects.select_related("jurisdiction")


def visible_criticisms() -> QuerySet[CriticismProposal]:
    """The scope's proposals of 通报批评."""
    return CriticismProposal.objects.select_related("jurisdiction")


def visible_letters() -> QuerySet[ReminderLetter]:
    """The scope's reminder letters."""
    return ReminderLetter.objects.select_related("jurisdiction")


def months_of(rows: QuerySet[Any]) -> list[dt.date]:
    """The months that rows are about, newest first."""
    return list(rows.order_by("-month").values_list("month", flat=True).distinct())


def overdue_reports(as_of: dt.date) -> Q:
    """Held, and the report on rectification is late."""
    return Q(state__in=[InterviewState.HELD, InterviewState.MINUTED], report_due_on__lt=as_of)


@dataclass(frozen=True)
class TriggerLine:
    """One reason: its sentence, where it comes from, and the page that proves it."""

    sentence: str
    source: str
    score: str = ""
    url: str = ""
    link_text: str = ""


def trigger_sentences(triggers: Sequence[Any]) -> list[str]:
    """The reasons of a measure in words, whoever wrote them, without their stops: callers join them."""
    texts = [str(one.get("sentence", "")) if isinstance(one, dict) else str(one) for one in triggers]
    return [text.rstrip("。") for text in texts]


def trigger_lines(
    row: Interview | CriticismProposal | ReminderLetter, triggers: Sequence[Any]
) -> list[TriggerLine]:
    """Each reason with its link; one query, and only where a duty inspection is among the reasons."""
    month = ReportingMonth.from_first_day(row.month)
    sources = {one.get("source") for one in triggers if isinstance(one, dict)}
    duty = _duty_of(row, month) if _DUTY in sources else None
    return [_line(one, row, month, duty) for one in triggers]


def _duty_of(row: Any, month: ReportingMonth) -> DutyInspection | None:
    rows = DutyInspection.objects.filter(
        jurisdiction_id=row.jurisdiction_id,
        state=DutyState.CONCLUDED,
        concluded_on__range=(month.first, month.last),
    )
    return rows.order_by("-concluded_on").first()


def _line(one: Any, row: Any, month: ReportingMonth, duty: DutyInspection | None) -> TriggerLine:
    if not isinstance(one, dict):
        return TriggerLine(str(one), "人工填写")
    sentence, score = str(one.get("sentence", "")), str(one.get("score") or "")
    if one.get("source") == _SCORE:
        url = reverse("scoring:score-detail", args=[row.jurisdiction.code, month])
        return TriggerLine(sentence, "月度评分", score, url, f"{month.label}得分")
    if one.get("source") == _DUTY:
        url = reverse("scoring:duty-detail", args=[duty.pk]) if duty is not None else ""
        return TriggerLine(sentence, "履职检查", score, url, duty.number if duty is not None else "")
    return TriggerLine(sentence, "人工填写", score)


def interview_steps(row: Interview, *, as_of: dt.date) -> list[Step]:
    """提出 → 决定 → 通知 → 约谈 → 纪要 → 整改报告 → 办结; a declined one ends at the decision."""
    order = [
        InterviewState.PROPOSED,
        InterviewState.APPROVED,
        InterviewState.NOTICED,
        InterviewState.HELD,
        InterviewState.MINUTED,
        InterviewState.REPORTED,
        InterviewState.CLOSED,
    ]
    words = ("提出", "决定", "通知", "约谈", "纪要", "整改报告", "办结")
    decided = f"{row.decided_by_name} {display.day(row.decided_at)}" if row.decided_at else ""
    notes = [
        display.day(row.proposed_at) if row.proposed_at else "",
        decided,
        "",
        display.moment(row.held_at) if row.held_at else "",
        "",
        f"期限 {display.day(row.report_due_on)}" if row.report_due_on else "",
        display.day(row.closed_on) if row.closed_on else "",
    ]
    if row.state == InterviewState.DECLINED:
        return [Step("提出", "done", notes[0]), Step("不予约谈", "done", decided)]
    reached = order.index(InterviewState(row.state)) + 1
    is_late = row.report_due_on is not None and row.report_due_on < as_of and row.reported_on is None
    steps = []
    for index, (word, note) in enumerate(zip(words, notes, strict=True)):
        now = "late" if is_late and word == "整改报告" else "now"
        steps.append(Step(word, "done" if index < reached else now if index == reached else "next", note))
    return steps


def interview_facts(row: Interview) -> list[tuple[str, object]]:
    """The interview's card."""
    return [
        ("约谈编号", row.number),
        ("被约谈单位", row.jurisdiction.department_name),
        ("月份", display.month_cn(row.month)),
        ("决定", _decision(row)),
        ("时间", display.moment(row.held_at)),
        ("地点", row.place),
        ("主持人", row.host_name),
        ("整改报告期限", display.day(row.report_due_on)),
        ("整改报告日期", display.day(row.reported_on)),
        ("办结日期", display.day(row.closed_on)),
    ]


def _decision(row: Interview | CriticismProposal) -> str:
    if row.decline_reason:
        return f"{row.decided_by_name} {display.moment(row.decided_at)} 决定不予办理：{row.decline_reason}".strip()
    return f"{row.decided_by_name} {display.moment(row.decided_at)} 批准" if row.decided_at else ""


def criticism_facts(row: CriticismProposal) -> list[tuple[str, object]]:
    """The proposal's card."""
    return [
        ("被通报单位", row.jurisdiction.department_name),
        ("月份", display.month_cn(row.month)),
        ("提出", display.moment(row.proposed_at)),
        ("决定", _decision(row)),
    ]


def letter_facts(row: ReminderLetter) -> list[tuple[str, object]]:
    """The letter's card."""
    return [
        ("函号", row.number),
        ("主送单位", row.jurisdiction.department_name),
        ("月份", display.month_cn(row.month)),
        ("决定人", row.decided_by_name),
        ("不发函理由", row.decline_reason),
        ("发函日期", display.day(row.issued_on)),
        ("反馈期限", display.day(row.feedback_due_on)),
        ("反馈日期", display.day(row.answered_on)),
    ]


def history(row: Interview | CriticismProposal | ReminderLetter) -> list[Entry]:
    """What happened to a measure, from the trail, newest first."""
    events = AuditEvent.objects.filter(
        city_id=row.city_id, subject_kind=row._meta.label_lower, subject_id=str(row.pk)
    ).order_by("-seq")
    return [Entry(event.at, action_label(event.action), by=event.actor_name) for event in events]


INTERVIEW_OPEN = [state for state in InterviewState.values if state not in ENDED_INTERVIEWS]
CRITICISM_OPEN = [CriticismState.PROPOSED.value, CriticismState.APPROVED.value]
LETTER_OPEN = [LetterState.PROPOSED.value, LetterState.ISSUED.value]
