"""What the page of one document shows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from accounts.decorators import ScopedRequest
from accounts.roles import Capability
from core import display
from core.components import Step, Tone
from reports.enums import DocumentState
from reports.models import Document

TONES: dict[str, Tone] = {
    DocumentState.DRAFT: Tone.IDLE,
    DocumentState.REVIEW: Tone.INFO,
    DocumentState.REVIEWED: Tone.INFO,
    DocumentState.ISSUED: Tone.OK,
    DocumentState.WITHDRAWN: Tone.BAD,
    DocumentState.DISCARDED: Tone.IDLE,
}


def document_months() -> list[dt.date]:
    """The months that the visible documents are about, newest first."""
    rows = Document.objects.filter(month__isnull=False).order_by("-month")
    return [month for month in rows.values_list("month", flat=True).distinct() if month is not None]


_ORDER = [DocumentState.DRAFT, DocumentState.REVIEW, DocumentState.REVIEWED, DocumentState.ISSUED]


def steps_of(document: Document) -> list[Step]:
    """拟稿 → 审核 → 签发 → 印发."""
    if document.state in {DocumentState.WITHDRAWN, DocumentState.ISSUED}:
        reached = len(_ORDER)
    elif document.state == DocumentState.DISCARDED:
        reached = -1
    else:
        reached = _ORDER.index(DocumentState(document.state))
    notes = [
        f"{document.drafted_by_name} {display.day(document.drafted_at)}",
        _note(document.reviewed_by_name, document.reviewed_at),
        _note(document.signed_by_name, document.signed_at),
        document.number,
    ]
    labels = ["拟稿", "审核", "签发", "印发"]
    return [
        Step(
            label=label, state="done" if index < reached else "now" if index == reached else "next", note=note
        )
        for index, (label, note) in enumerate(zip(labels, notes, strict=True))
    ]


def _note(name: str, at: object) -> str:
    return f"{name} {display.day(at)}" if name else ""  # type: ignore[arg-type]  # a name comes with its time


@dataclass(frozen=True)
class Allowed:
    """What this person may do with the document now, and why not where a rule of persons forbids it."""

    edit: bool = False
    submit: bool = False
    review: bool = False
    send_back: bool = False
    sign: bool = False
    withdraw: bool = False
    discard: bool = False
    why_not: str = ""


def allowed_acts(document: Document, request: ScopedRequest) -> Allowed:
    """By state, capability and the rule of three people."""
    may = request.assignment.allows
    me = request.user.id
    state = document.state
    drafts, reviews, signs = (
        may(Capability.DOCUMENT_DRAFT),
        may(Capability.DOCUMENT_REVIEW),
        may(Capability.DOCUMENT_SIGN),
    )
    is_author = document.drafted_by == me
    took_part = me in {document.drafted_by, document.reviewed_by}
    why_not = ""
    if state == DocumentState.REVIEW and reviews and is_author:
        why_not = "您是拟稿人，须由他人审核。"
    if state == DocumentState.REVIEWED and signs and took_part:
        why_not = "您已参与拟稿或审核，须由他人签发。"
    return Allowed(
        edit=drafts and state == DocumentState.DRAFT,
        submit=drafts and state == DocumentState.DRAFT,
        review=reviews and state == DocumentState.REVIEW and not is_author,
        send_back=(reviews and state == DocumentState.REVIEW) or (signs and state == DocumentState.REVIEWED),
        sign=signs and state == DocumentState.REVIEWED and not took_part,
        withdraw=may(Capability.DOCUMENT_WITHDRAW) and state == DocumentState.ISSUED,
        discard=drafts and state in {DocumentState.DRAFT, DocumentState.REVIEW, DocumentState.REVIEWED},
        why_not=why_not,
    )
