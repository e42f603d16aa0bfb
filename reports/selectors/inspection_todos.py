"""What inspections ask of people: approvals to decide, inspections to review."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from inspections.enums import ApprovalState, InspectionState, OrganizerLevel
from inspections.models import Inspection, InspectionApproval
from reports.selectors.todo_kinds import Source, Todo
from tenancy.enums import Level


def inspection_todos(assignment: RoleAssignment) -> Iterator[Source]:
    """Of one's own level: inspections that somebody else ended, approvals that somebody else asked for."""
    if assignment.allows(Capability.INSPECTION_REVIEW):
        ended = Inspection.objects.filter(state=InspectionState.CONCLUDED, organizer_level=_level(assignment))
        rows = ended.exclude(concluded_by=assignment.user_id).select_related("project")
        more_url = reverse("visits:inspection-list") + "?state=CONCLUDED"
        yield Source("待审核的检查", rows.order_by("concluded_at"), _review_line, more_url)
    yield from _approvals(assignment)


def _review_line(row: Inspection) -> Todo:
    note = f"{row.number}，{row.concluded_by_name} {display.day(row.concluded_at)} 现场结束"
    return Todo(row.project.name, note, reverse("visits:review", args=[row.pk]), "审核", due=row.inspected_on)


def _level(assignment: RoleAssignment) -> OrganizerLevel:
    is_city = assignment.jurisdiction.level == Level.CITY
    return OrganizerLevel.CITY if is_city else OrganizerLevel.COUNTY


def _approvals(assignment: RoleAssignment) -> Iterator[Source]:
    """Approvals that somebody else asked for; those of urgent inspections are owed already."""
    if not assignment.allows(Capability.INSPECTION_APPROVE):
        return
    rows = InspectionApproval.objects.filter(
        state=ApprovalState.PENDING, inspection__organizer_level=_level(assignment)
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
