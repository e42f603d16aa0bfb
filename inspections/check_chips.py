"""How commissions, duty inspections and bidding checks look, and how the clock of a failed test stands."""

from __future__ import annotations

import datetime as dt

from django.utils.html import format_html
from django.utils.safestring import SafeString

from core import display
from core.components import Tone, chip
from inspections.enums import CommissionState, DutyState
from inspections.models import BiddingCheck, DutyInspection, SupervisoryTest, SupervisoryTestCommission

COMMISSION_TONES: dict[str, Tone] = {
    CommissionState.DRAFT: Tone.IDLE,
    CommissionState.COMMISSIONED: Tone.INFO,
    CommissionState.SAMPLED: Tone.WARN,
    CommissionState.REPORTED: Tone.OK,
    CommissionState.CANCELLED: Tone.IDLE,
}


def commission_chip(row: SupervisoryTestCommission) -> SafeString:
    """拟委托, 已委托 …"""
    return chip(COMMISSION_TONES[row.state], row.get_state_display())


def duty_chip(row: DutyInspection) -> SafeString:
    """评分中, 已定论."""
    tone = Tone.OK if row.state == DutyState.CONCLUDED else Tone.WARN
    return chip(tone, row.get_state_display())


def bidding_chip(row: BiddingCheck) -> SafeString:
    """存在问题, 未发现问题."""
    return chip(Tone.BAD, "存在问题") if row.has_problem else chip(Tone.OK, "未发现问题")


def is_late(test: SupervisoryTest, as_of: dt.date) -> bool:
    """A failure whose term ended without anything done, or that was handled after it."""
    if test.failure_due_on is None:
        return False
    return (test.handled_on or as_of) > test.failure_due_on


def clock(test: SupervisoryTest, as_of: dt.date) -> str | SafeString:
    """`2023-09-11` with what is left of a failure's term; the day of handling once it is handled."""
    if test.failure_due_on is None:
        return display.EMPTY
    due, late = display.day(test.failure_due_on), is_late(test, as_of)
    if test.handled_on is not None:
        word = "逾期处置" if late else "已处置"
        return format_html(
            '{}<span class="cell-note{}">{} {}</span>',
            due,
            " bad-text" if late else "",
            display.day(test.handled_on),
            word,
        )
    days = (test.failure_due_on - as_of).days
    text = f"已逾期 {-days} 天" if days < 0 else "今天到期" if days == 0 else f"还有 {days} 天"
    return format_html('{}<span class="cell-note bad-text">{}</span>', due, text)
