"""How states of interviews, criticisms and letters look."""

from __future__ import annotations

from django.utils.safestring import SafeString

from core.components import Tone, chip
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.models import CriticismProposal, Interview, ReminderLetter

INTERVIEW_TONES: dict[str, Tone] = {
    InterviewState.PROPOSED: Tone.WARN,
    InterviewState.APPROVED: Tone.INFO,
    InterviewState.DECLINED: Tone.IDLE,
    InterviewState.NOTICED: Tone.INFO,
    InterviewState.HELD: Tone.INFO,
    InterviewState.MINUTED: Tone.INFO,
    InterviewState.REPORTED: Tone.WARN,
    InterviewState.CLOSED: Tone.OK,
}
CRITICISM_TONES: dict[str, Tone] = {
    CriticismState.PROPOSED: Tone.WARN,
    CriticismState.APPROVED: Tone.INFO,
    CriticismState.DECLINED: Tone.IDLE,
    CriticismState.ISSUED: Tone.OK,
}
LETTER_TONES: dict[str, Tone] = {
    LetterState.PROPOSED: Tone.WARN,
    LetterState.DECLINED: Tone.IDLE,
    LetterState.ISSUED: Tone.INFO,
    LetterState.ANSWERED: Tone.OK,
}


def interview_chip(row: Interview) -> SafeString:
    """待决定, 已批准 …"""
    return chip(INTERVIEW_TONES[row.state], row.get_state_display())


def criticism_chip(row: CriticismProposal) -> SafeString:
    """待决定, 已印发 …"""
    return chip(CRITICISM_TONES[row.state], row.get_state_display())


def letter_chip(row: ReminderLetter) -> SafeString:
    """建议发函, 已反馈 …"""
    return chip(LETTER_TONES[row.state], row.get_state_display())
