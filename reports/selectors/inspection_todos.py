"""What inspections ask of people: approvals to decide."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from inspections.enums import ApprovalState, InspectionState, OrganizerLevel
from inspections.models import InspectionApproval
from reports.selectors.todo_kinds import Source, Todo
from tenancy.enums import Level


def inspection_todos(assignment: RoleAssignment) -> Iterator[Source]:
    """Approvals of one's own level that somebody else asked for; those of urgent inspections are owed already."""
    if not assignment.allows(Capability.INSPECTION_APPROVE):
        return
    level = OrganizerLevel.CITY if assignment.jurisdiction.level == Level.CITY else OrganizerLevel.COUNTY
    rows = InspectionApproval.objects.filter(
        state=ApprovalState.PENDING, inspection__organizer_level=level
    ).exclude(requested_by=assignment.user_id)
    waiting = rows.exclude(inspection__state=InspectionState.VOID).select_related("inspection__project")
    more_url = reverse("visits:approval-list") + "?state=PENDING"
    yield Source("待审批的检查", waiting.order_by("-is_urgent", "requested_at"), _approval_line, more_url)


def _approval_line(row: InspectionApproval) -> Todo:
    inspection = row.inspection
    what = "紧急，事后补批" if row.is_urgent else row.reason
    note = f"{inspection.number}，{row.requested_by_name} {display.day(row.requested_at)} 申请；{what}"
    url = reverse("visits:approval-decide", args=[row.pk])
    return Todo(inspection.project.name, note, url, "审批", due=inspection.inspected_on)
