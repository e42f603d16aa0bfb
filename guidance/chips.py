"""How states of this app look."""

from __future__ import annotations

import datetime as dt

from django.utils.safestring import SafeString

from core.components import Tone, chip
from guidance.enums import AssignmentState, CampaignState, MeetingState, PlanState
from guidance.models import Campaign, Meeting, TaskAssignment, YearPlan
from guidance.selectors.tasks import is_overdue
from projects.models import SupervisionBody

_ASSIGNMENT: dict[str, Tone] = {
    AssignmentState.OPEN: Tone.INFO,
    AssignmentState.ANSWERED: Tone.WARN,
    AssignmentState.RETURNED: Tone.BAD,
    AssignmentState.ACCEPTED: Tone.OK,
}
_CAMPAIGN: dict[str, Tone] = {
    CampaignState.DRAFT: Tone.IDLE,
    CampaignState.LAUNCHED: Tone.INFO,
    CampaignState.CLOSED: Tone.OK,
}


def assignment_chip(row: TaskAssignment, as_of: dt.date) -> SafeString:
    """待办理, 逾期未办 …"""
    if is_overdue(row, as_of):
        return chip(Tone.BAD, "逾期未办" if row.state == AssignmentState.OPEN else "退回后逾期")
    return chip(_ASSIGNMENT[row.state], row.get_state_display())


def plan_chip(row: YearPlan) -> SafeString:
    """编制中, 已印发."""
    return chip(Tone.OK if row.state == PlanState.ISSUED else Tone.IDLE, row.get_state_display())


def campaign_chip(row: Campaign) -> SafeString:
    """准备中, 自查中, 已总结."""
    return chip(_CAMPAIGN[row.state], row.get_state_display())


def meeting_chip(row: Meeting) -> SafeString:
    """整理中, 已印发."""
    return chip(Tone.OK if row.state == MeetingState.ISSUED else Tone.IDLE, row.get_state_display())


def body_chip(row: SupervisionBody) -> SafeString:
    """填报中, 待确认, 已确认."""
    return chip(*body_state(row))


def body_state(row: SupervisionBody) -> tuple[Tone, str]:
    """A profile's state follows from its days."""
    if row.confirmed_on is not None:
        return Tone.OK, "已确认"
    return (Tone.WARN, "待确认") if row.submitted_at is not None else (Tone.IDLE, "填报中")
