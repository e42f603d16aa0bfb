"""The tabs over the pages of this app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import RoleAssignment
from accounts.roles import Capability


@dataclass(frozen=True)
class Tab:
    """One tab; `is_for_units`: also for those who are only given tasks."""

    label: str
    view: str
    is_for_units: bool = False


TABS = (
    Tab("年度要点", "guidance:plan-list"),
    Tab("工作任务", "guidance:assignment-list", is_for_units=True),
    Tab("月度计划", "guidance:month-plan-list"),
    Tab("培训", "guidance:training-list"),
    Tab("机构概况", "guidance:body-list"),
    Tab("举一反三", "guidance:campaign-list", is_for_units=True),
    Tab("会议", "guidance:meeting-list"),
)


def tabs_for(assignment: RoleAssignment) -> Sequence[Tab]:
    """Those that the role may open."""
    if assignment.allows(Capability.GUIDANCE_VIEW):
        return TABS
    return [tab for tab in TABS if tab.is_for_units]
