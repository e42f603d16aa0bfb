"""How states of the register look: one sign and word for each."""

from __future__ import annotations

import datetime as dt

from django.utils.safestring import SafeString

from core.components import Tone, chip
from projects.enums import ProjectStatus
from projects.models import Project
from projects.rules.people import certificate_state

STATUS_TONES: dict[str, Tone] = {
    ProjectStatus.PLANNED: Tone.IDLE,
    ProjectStatus.UNDER_WAY: Tone.INFO,
    ProjectStatus.SUSPENDED: Tone.WARN,
    ProjectStatus.COMPLETED: Tone.OK,
    ProjectStatus.ACCEPTED: Tone.OK,
}


def status_chip(project: Project) -> SafeString:
    """在建, 停工 …"""
    return chip(STATUS_TONES[project.status], project.get_status_display())


def registration_chip(*, is_registered: bool, is_needed: bool) -> SafeString:
    """质量监督手续: missing is an error once work has begun."""
    if is_registered:
        return chip(Tone.OK, "已办")
    return chip(Tone.BAD, "未办") if is_needed else chip(Tone.IDLE, "未到办理时")


def certificate_chip(valid_until: dt.date | None, as_of: dt.date) -> SafeString | str:
    """A certificate that ran out or will soon; nothing for a valid one or none."""
    state = certificate_state(valid_until, as_of)
    if state == "expired":
        return chip(Tone.BAD, "证书过期")
    return chip(Tone.WARN, "证书将到期") if state == "ending" else ""
