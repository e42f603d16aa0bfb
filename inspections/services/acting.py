"""What the services of arranging share: who acts for which level, refusals, the lock on an inspection."""

from __future__ import annotations

import uuid

from core.errors import DomainError
from inspections.enums import InspectionState, OrganizerLevel
from inspections.models import Inspection
from tenancy.scope import current_scope


class ArrangingRefused(DomainError):
    """The arrangement lacks something, or says what may not be."""


class WrongInspectionState(DomainError):
    """The inspection has moved on."""


def acting_level() -> OrganizerLevel:
    """For whom the present scope acts: the bureau, or one county."""
    return OrganizerLevel.COUNTY if current_scope().county_id is not None else OrganizerLevel.CITY


def need_own(inspection: Inspection) -> None:
    """谁组织、谁办理: the county sees the bureau's inspections of its projects and leaves them alone, and the reverse."""
    if inspection.organizer_level != acting_level():
        raise ArrangingRefused(
            f"检查{inspection.number}由{inspection.get_organizer_level_display()}组织，请由组织单位办理。"
        )


def locked_inspection(pk: uuid.UUID, *states: str) -> Inspection:
    """One's own inspection, locked; in one of the states when any are given."""
    inspection = Inspection.objects.select_for_update(of=("self",)).select_related("project").get(pk=pk)
    need_own(inspection)
    if states and inspection.state not in states:
        raise WrongInspectionState(
            f"检查{inspection.number}当前为“{InspectionState(inspection.state).label}”，不能办理这件事，"
            "请刷新页面，按当前状态办理。"
        )
    return inspection


def said(text: str, sentence: str) -> str:
    """The text without space around it; refused with the sentence when there is none."""
    if not text.strip():
        raise ArrangingRefused(sentence)
    return text.replace("\r\n", "\n").strip()
