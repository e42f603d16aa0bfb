"""How risk classes and lists of key objects look."""

from __future__ import annotations

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core import display
from core.components import Tone, chip
from projects.enums import RiskClass
from scoring.enums import KeyListState
from scoring.models import KeyObjectList

CLASS_TONES: dict[str, Tone] = {
    RiskClass.A: Tone.OK,
    RiskClass.B: Tone.GENERAL,
    RiskClass.C: Tone.SERIOUS,
    RiskClass.D: Tone.GRAVE,
}
LIST_TONES: dict[str, Tone] = {
    KeyListState.DRAFT: Tone.INFO,
    KeyListState.CONFIRMED: Tone.WARN,
    KeyListState.ISSUED: Tone.OK,
}


def class_chip(code: str) -> SafeString:
    """A类（低） … D类（高）"""
    return chip(CLASS_TONES[code], str(RiskClass(code).label))


def list_chip(row: KeyObjectList) -> SafeString:
    """拟定中, 已确认, 已印发."""
    return chip(LIST_TONES[row.state], row.get_state_display())


def entry_chip(risk: Any) -> SafeString | str:
    """Whether the project stands on the list, and by whose word. Needs `selectors.key_lists.with_entry`."""
    if risk.is_on:
        return chip(Tone.WARN, "人工列入" if risk.is_by_hand else "列入")
    return chip(Tone.IDLE, "人工移出") if risk.is_by_hand else display.EMPTY


SHOWN_REASONS = 6


def reason_list(risk: Any) -> SafeString | str:
    """The heaviest reasons with their points, one on a line; the page of the project's class has all of them."""
    if not risk.reasons:
        return "没有风险事由"
    more = len(risk.reasons) - SHOWN_REASONS
    lines = format_html_join(
        "",
        '<div>{}<span class="small muted nowrap"> +{}分{}</span></div>',
        (
            (reason["text"], reason["weight"], f"，不低于{reason['floor']}类" if reason["floor"] else "")
            for reason in risk.reasons[:SHOWN_REASONS]
        ),
    )
    return format_html('{}<div class="small muted">另有 {} 项</div>', lines, more) if more > 0 else lines


def count_chips(counts: dict[str, int]) -> SafeString:
    """D类 3, C类 12 …"""
    return format_html_join(
        " ", "{}", ((chip(CLASS_TONES[code], f"{code}类 {count}"),) for code, count in counts.items())
    )
