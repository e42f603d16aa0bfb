"""How draws, their terms and the officers' certificates look."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.safestring import SafeString

from core import display
from core.components import Step, Tone, chip
from inspections.enums import DrawKind, DrawState
from inspections.models import Draw, Officer

STATE_TONES: dict[str, Tone] = {
    DrawState.DRAFT: Tone.IDLE,
    DrawState.FROZEN: Tone.INFO,
    DrawState.COMMITTED: Tone.WARN,
    DrawState.DRAWN: Tone.OK,
    DrawState.VOID: Tone.BAD,
}


def draw_chip(draw: Draw) -> SafeString:
    """编制名录 … 已作废."""
    return chip(STATE_TONES[draw.state], draw.get_state_display(), draw.void_reason)


def term_chip(draw: Any, today: dt.date) -> SafeString | str:
    """Whether the result is public; `due_on` comes with the row (selectors.draws.with_due_day)."""
    if draw.published_on is not None:
        is_late = draw.due_on is not None and draw.published_on > draw.due_on
        words = f"{display.day(draw.published_on)} 公开"
        return chip(Tone.WARN, f"{words}（逾期）") if is_late else chip(Tone.OK, words)
    is_owed = draw.state == DrawState.DRAWN and draw.kind == DrawKind.PROJECT and not draw.void_reason
    if not is_owed or draw.due_on is None:
        return ""
    if draw.due_on < today:
        return chip(Tone.BAD, f"逾期未公开（{display.day(draw.due_on)} 到期）")
    return chip(Tone.INFO, f"{display.day(draw.due_on)} 前公开")


def certificate_chip(officer: Officer, today: dt.date, soon_days: int) -> SafeString:
    """Whether the officer may inspect today."""
    if not officer.is_active:
        return chip(Tone.IDLE, "已出库", officer.left_reason)
    left = (officer.id_valid_until - today).days
    if left < 0:
        return chip(Tone.BAD, "执法证已到期")
    if left <= soon_days:
        return chip(Tone.WARN, f"{left}天后到期")
    return chip(Tone.OK, "有效")


def steps_of(draw: Draw) -> list[Step]:
    """Where the draw stands."""
    labels = ("编制名录", "封存名录", "公布承诺", "抽取", "公开结果")
    notes = [
        display.day(draw.drawn_on) if draw.state == DrawState.DRAFT else "",
        display.moment(draw.frozen_at),
        display.moment(draw.committed_at),
        display.moment(draw.drawn_at),
        display.day(draw.published_on),
    ]
    done = _done(draw)
    return [
        Step(
            label,
            "done" if place < done else "now" if place == done and draw.state != DrawState.VOID else "next",
            notes[place] if place < done else "",
        )
        for place, label in enumerate(labels)
    ]


def _done(draw: Draw) -> int:
    if draw.published_on is not None:
        return 5
    if draw.state == DrawState.VOID:
        reached = [draw.frozen_at, draw.frozen_at, draw.committed_at, draw.drawn_at]
        return sum(one is not None for one in reached)
    return {DrawState.DRAFT: 0, DrawState.FROZEN: 2, DrawState.COMMITTED: 3, DrawState.DRAWN: 4}[
        DrawState(draw.state)
    ]
