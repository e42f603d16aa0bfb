"""Pages of 通报批评 proposals and of 提醒敦促函."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link
from core.listing import ListSpec
from enforcement import forms
from enforcement.enums import CriticismState, LetterState
from enforcement.filters.measures import CriticismFilter, LetterFilter
from enforcement.measure_chips import criticism_chip, letter_chip
from enforcement.models import CriticismProposal, ReminderLetter
from enforcement.selectors.measures import (
    criticism_facts,
    history,
    letter_facts,
    months_of,
    trigger_lines,
    trigger_sentences,
    visible_criticisms,
    visible_letters,
)
from enforcement.services import decisions
from enforcement.views.acts import Act, Page, links_of, run_act

_SEARCH_LATIN = ("jurisdiction__name_pinyin__contains", "jurisdiction__name_initials__contains")


def _criticism_url(row: Any) -> str:
    return reverse("enforcement:criticism-detail", args=[row.pk])


def _letter_url(row: Any) -> str:
    return reverse("enforcement:letter-detail", args=[row.pk])


CRITICISMS: ListSpec[CriticismProposal] = ListSpec(
    title="通报批评建议",
    columns=(
        Column(
            "county",
            "县（市、区）",
            value="jurisdiction.short_name",
            sort=("jurisdiction__unit_order",),
            link=_criticism_url,
            css="nowrap",
        ),
        Column("month", "月份", kind=Kind.MONTH, sort=("month",)),
        Column(
            "reasons",
            "事由",
            value=lambda c: "；".join(trigger_sentences(c.reasons)) or display.EMPTY,
            css="col-wide",
        ),
        Column("proposed", "提出", value="proposed_at", kind=Kind.DATE, sort=("proposed_at",)),
        Column("decider", "决定人", value="decided_by_name"),
        Column(
            "state", "状态", value="get_state_display", sort=("state",), render=criticism_chip, css="nowrap"
        ),
    ),
    key="criticisms",
    default_sort="-month",
    filterset=CriticismFilter,
    search=("jurisdiction__name__icontains",),
    search_latin=_SEARCH_LATIN,
    search_label="县名或拼音首字母",
    row_css=lambda c: "row-muted" if c.state == CriticismState.DECLINED else "",
    empty=Empty("没有通报批评建议", "县区不合格时，结账后自动提出。"),
)

LETTERS: ListSpec[ReminderLetter] = ListSpec(
    title="提醒敦促函",
    columns=(
        Column("number", "函号", sort=("number",), link=_letter_url, css="nowrap"),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column("month", "月份", kind=Kind.MONTH, sort=("month",)),
        Column(
            "reasons",
            "事由",
            value=lambda c: "；".join(trigger_sentences(c.reasons)) or display.EMPTY,
            css="col-wide",
        ),
        Column("issued", "发函", value="issued_on", kind=Kind.DATE, sort=("issued_on",), nullable=True),
        Column(
            "due",
            "反馈期限",
            value="feedback_due_on",
            kind=Kind.DATE,
            sort=("feedback_due_on",),
            nullable=True,
        ),
        Column("answered", "反馈", value="answered_on", kind=Kind.DATE, sort=("answered_on",), nullable=True),
        Column("state", "状态", value="get_state_display", sort=("state",), render=letter_chip, css="nowrap"),
    ),
    key="reminder-letters",
    default_sort="-month",
    filterset=LetterFilter,
    search=("number__icontains", "jurisdiction__name__icontains"),
    search_latin=_SEARCH_LATIN,
    search_label="函号、县名或拼音首字母",
    row_css=lambda c: "row-muted" if c.state == LetterState.DECLINED else "",
    empty=Empty("没有提醒敦促函", "得分接近约谈线时，结账后自动建议发函。"),
)

CRITICISM_ACTS: dict[str, Act] = {
    "approve": Act(
        "批准通报批评",
        "批准全市通报批评",
        (CriticismState.PROPOSED,),
        decisions.approve_criticism,
        "已批准，请办理通报批评公文。",
    ),
    "decline": Act(
        "不予通报批评",
        "决定不予通报批评",
        (CriticismState.PROPOSED,),
        decisions.decline_criticism,
        "已记录不予通报批评的决定和理由。",
        form=forms.ReasonForm,
        warning="理由随记录和审计日志保存。",
        is_danger=True,
    ),
}

LETTER_ACTS: dict[str, Act] = {
    "decline": Act(
        "不予发函",
        "决定不予发函",
        (LetterState.PROPOSED,),
        decisions.decline_letter,
        "已记录不予发函的决定和理由。",
        form=forms.ReasonForm,
        warning="理由随记录和审计日志保存。",
        is_danger=True,
    ),
    "answer": Act(
        "登记反馈",
        "登记收到反馈",
        (LetterState.ISSUED,),
        decisions.answer_letter,
        "已登记反馈。",
        form=forms.AnswerForm,
    ),
}


@requires(Capability.INTERVIEW_VIEW)
@require_safe
def criticism_list(request: ScopedRequest) -> HttpResponse:
    """All proposals of 通报批评 of the scope."""
    rows = visible_criticisms()
    listing = CRITICISMS.build(request.GET, rows, scope=request.scope, months=months_of(rows))
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "enforcement/criticism_list.html", {"listing": listing})


@requires(Capability.INTERVIEW_VIEW)
@require_safe
def criticism_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One proposal: why, and what was decided."""
    row = get_object_or_404(visible_criticisms(), pk=pk)
    document_url = _document_url(request, row, "enforcement.criticismproposal", CriticismState.DECLINED)
    context = {
        "title": f"{row.jurisdiction.short_name} {display.month_cn(row.month)}通报批评建议",
        "state_chip": criticism_chip(row),
        "triggers": trigger_lines(row, row.reasons),
        "facts": criticism_facts(row),
        "timeline": history(row),
        "acts": _actions(
            request,
            row,
            CRITICISM_ACTS,
            "enforcement:criticism-act",
            Link("办理通报批评公文", document_url, is_primary=True)
            if row.state == CriticismState.APPROVED and document_url
            else None,
        ),
        "document_url": document_url,
        "document_label": "通报批评公文",
        "crumbs": [Link("通报批评建议", reverse("enforcement:criticism-list"))],
    }
    return render(request, "enforcement/measure_detail.html", context)


@requires(Capability.INTERVIEW_DECIDE)
@require_http_methods(["GET", "POST"])
def criticism_act(request: ScopedRequest, pk: uuid.UUID, act: str) -> HttpResponse:
    """Confirm page of one act."""
    row = get_object_or_404(visible_criticisms(), pk=pk)
    crumbs = [
        Link("通报批评建议", reverse("enforcement:criticism-list")),
        Link(str(row), _criticism_url(row)),
    ]
    facts: list[tuple[str, object]] = [
        *criticism_facts(row),
        ("事由", "；".join(trigger_sentences(row.reasons))),
    ]
    return run_act(request, CRITICISM_ACTS, act, row, "proposal_id", Page(_criticism_url(row), facts, crumbs))


@requires(Capability.INTERVIEW_VIEW)
@require_safe
def letter_list(request: ScopedRequest) -> HttpResponse:
    """All reminder letters of the scope."""
    rows = visible_letters()
    listing = LETTERS.build(request.GET, rows, scope=request.scope, months=months_of(rows))
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    return render(request, "enforcement/letter_list.html", {"listing": listing})


@requires(Capability.INTERVIEW_VIEW)
@require_safe
def letter_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One letter: why, and what was decided."""
    row = get_object_or_404(visible_letters(), pk=pk)
    document_url = _document_url(request, row, "enforcement.reminderletter", LetterState.DECLINED)
    context = {
        "title": f"{row.jurisdiction.short_name} {display.month_cn(row.month)}提醒敦促函",
        "state_chip": letter_chip(row),
        "triggers": trigger_lines(row, row.reasons),
        "facts": letter_facts(row),
        "timeline": history(row),
        "acts": _actions(
            request,
            row,
            LETTER_ACTS,
            "enforcement:letter-act",
            Link("办理提醒敦促函公文", document_url, is_primary=True)
            if row.state == LetterState.PROPOSED and document_url
            else None,
        ),
        "document_url": document_url,
        "document_label": "提醒敦促函公文",
        "crumbs": [Link("提醒敦促函", reverse("enforcement:letter-list"))],
    }
    return render(request, "enforcement/measure_detail.html", context)


@requires(Capability.INTERVIEW_DECIDE)
@require_http_methods(["GET", "POST"])
def letter_act(request: ScopedRequest, pk: uuid.UUID, act: str) -> HttpResponse:
    """Confirm page of one act."""
    row = get_object_or_404(visible_letters(), pk=pk)
    crumbs = [Link("提醒敦促函", reverse("enforcement:letter-list")), Link(row.number, _letter_url(row))]
    facts: list[tuple[str, object]] = [
        *letter_facts(row),
        ("事由", "；".join(trigger_sentences(row.reasons))),
    ]
    return run_act(request, LETTER_ACTS, act, row, "letter_id", Page(_letter_url(row), facts, crumbs))


def _actions(
    request: ScopedRequest, row: Any, acts: dict[str, Act], view: str, document: Link | None
) -> list[Link]:
    if not request.assignment.allows(Capability.INTERVIEW_DECIDE):
        return []
    return links_of(acts, row, lambda name: reverse(view, args=[row.pk, name]), document)


def _document_url(request: ScopedRequest, row: Any, subject_kind: str, declined: str) -> str:
    """Where the document is or can be drafted; nothing is drafted of what was declined."""
    if row.state == declined or not request.assignment.allows(Capability.DOCUMENT_VIEW):
        return ""
    return reverse("reports:document-for-subject", args=[subject_kind, row.pk])
