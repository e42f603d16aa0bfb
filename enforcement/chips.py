"""How states of notices look, and whether they are late."""

from __future__ import annotations

import datetime as dt

from django.utils.safestring import SafeString

from core.components import Tone, chip
from enforcement.enums import NoticeState
from enforcement.models import RectificationNotice

NOTICE_TONES: dict[str, Tone] = {
    NoticeState.DRAFT: Tone.IDLE,
    NoticeState.REVIEW: Tone.WARN,
    NoticeState.SIGNED: Tone.INFO,
    NoticeState.SERVED: Tone.INFO,
    NoticeState.REPLIED: Tone.WARN,
    NoticeState.CLOSED: Tone.OK,
    NoticeState.REVOKED: Tone.IDLE,
}
WAITING = (NoticeState.SIGNED, NoticeState.SERVED, NoticeState.REPLIED)
"""Issued and not yet closed."""


def notice_chip(notice: RectificationNotice) -> SafeString:
    """已送达, 已办结 …"""
    return chip(NOTICE_TONES[notice.state], notice.get_state_display())


def is_notice_overdue(notice: RectificationNotice, as_of: dt.date) -> bool:
    """Issued, not closed, after the last day of its term."""
    return notice.state in WAITING and notice.due_on is not None and notice.due_on < as_of
