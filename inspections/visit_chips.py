"""How states of inspections and their records look."""

from __future__ import annotations

from django.utils.safestring import SafeString

from core.components import Tone, chip
from inspections.enums import Answer, InspectionState, PhotoState, TimeCheck
from inspections.models import Inspection, Photo

STATE_TONES: dict[str, Tone] = {
    InspectionState.PLANNED: Tone.IDLE,
    InspectionState.NOTIFIED: Tone.INFO,
    InspectionState.UNDER_WAY: Tone.INFO,
    InspectionState.CONCLUDED: Tone.WARN,
    InspectionState.COMPLETED: Tone.OK,
    InspectionState.VOID: Tone.BAD,
}
ANSWER_TONES: dict[str, Tone] = {Answer.OK: Tone.OK, Answer.PROBLEM: Tone.BAD, Answer.NA: Tone.IDLE}


def visit_chip(inspection: Inspection) -> SafeString:
    """Where the inspection stands."""
    return chip(STATE_TONES[inspection.state], inspection.get_state_display())


def answer_chip(answer: str) -> SafeString:
    """符合, 不符合, 不适用; 未答 for an item without an answer."""
    if answer not in ANSWER_TONES:
        return chip(Tone.IDLE, "未答")
    return chip(ANSWER_TONES[answer], Answer(answer).label)


def photo_word(photo: Photo) -> str:
    """Whether the photo is here, and whether its time holds."""
    if photo.state != PhotoState.STORED:
        return photo.get_state_display()
    return photo.get_time_check_display() or photo.get_state_display()


def photo_chip(photo: Photo) -> SafeString:
    """The same as a chip."""
    if photo.state != PhotoState.STORED:
        return chip(Tone.BAD if photo.state == PhotoState.REFUSED else Tone.WARN, photo_word(photo))
    return chip(Tone.OK if photo.time_check == TimeCheck.PLAUSIBLE else Tone.WARN, photo_word(photo))
