"""How states, grades and lists of a month look."""

from __future__ import annotations

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from core import display
from core.components import Tone, chip
from scoring.enums import RunState, ScoreStatus
from scoring.models import CountyScore, ScoreRun

RUN_TONES: dict[str, Tone] = {
    RunState.COMPUTED: Tone.INFO,
    RunState.CONFIRMED: Tone.WARN,
    RunState.PUBLISHED: Tone.OK,
    RunState.SUPERSEDED: Tone.IDLE,
}


def run_chip(run: ScoreRun) -> SafeString:
    """已计算（异议期）, 已核定 …"""
    return chip(RUN_TONES[run.state], run.get_state_display())


def flags_of(score: CountyScore) -> list[tuple[Tone, str]]:
    """What the reader must see of a county's month, in words."""
    flags: list[tuple[Tone, str]] = []
    if score.is_unqualified:
        flags.append((Tone.BAD, "不合格"))
    if score.is_interview:
        flags.append((Tone.WARN, "约谈"))
    if score.status == ScoreStatus.INSUFFICIENT:
        flags.append((Tone.IDLE, "数据不足"))
    return flags


def flag_chips(score: CountyScore) -> SafeString | str:
    """The flags as chips; a dash when there is none."""
    flags = flags_of(score)
    return (
        format_html_join(" ", "{}", ((chip(tone, label),) for tone, label in flags))
        if flags
        else display.EMPTY
    )
