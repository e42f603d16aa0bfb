"""Approval, notices, team and visit of one inspection, with the acts that the reader may do now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core.components import Link
from inspections.enums import (
    AFTERWARDS,
    RECORDABLE_STATES,
    ApprovalState,
    InspectionState,
    OfficerRole,
    OrganizerLevel,
)
from inspections.models import (
    CitedItem,
    Inspection,
    InspectionApproval,
    InspectionNotice,
    InspectionOfficer,
)
from inspections.selectors.arranging import ARRANGEABLE, same_site
from tenancy.enums import Level


@dataclass(frozen=True)
class ArrangingPanel:
    """What templates/inspections/arranging/_panel.html shows. `actions` holds only what may be done now."""

    inspection: Inspection
    approvals: Sequence[InspectionApproval]
    approval: InspectionApproval | None
    is_approval_owed: bool
    notices: Sequence[InspectionNotice]
    officers: Sequence[InspectionOfficer]
    helpers: Sequence[InspectionOfficer]
    items: Sequence[CitedItem]
    together: Sequence[Inspection]
    suggested: Sequence[Inspection]
    actions: Sequence[Link]
    may_arrange: bool
    may_decide: bool


def is_organizer(inspection: Inspection, assignment: RoleAssignment) -> bool:
    """Whether the role acts for the level that organizes the inspection; of the counties only its own one."""
    is_city = assignment.jurisdiction.level == Level.CITY
    is_level = is_city == (inspection.organizer_level == OrganizerLevel.CITY)
    return is_level and (is_city or assignment.jurisdiction_id == inspection.jurisdiction_id)


_GONE = (InspectionState.NOTIFIED, InspectionState.UNDER_WAY, InspectionState.CONCLUDED)


def approval_word(approvals: Sequence[InspectionApproval]) -> str:
    """APPROVED, PENDING (nobody goes yet), URGENT (asked for, goes first), NONE (never asked, or refused)."""
    states = {approval.state for approval in approvals}
    if ApprovalState.APPROVED in states:
        return "APPROVED"
    pending = [approval for approval in approvals if approval.state == ApprovalState.PENDING]
    if not pending:
        return "NONE"
    return "URGENT" if pending[0].is_urgent else "PENDING"


def is_approval_owed(inspection: Inspection, approvals: Sequence[InspectionApproval]) -> bool:
    """Somebody goes or has gone without one, whether it was asked for or not. An inspection that is complete and was never
    asked for came by the ledger: approved on paper.
    """
    if approval_word(approvals) == "APPROVED":
        return False
    is_old = inspection.state == InspectionState.COMPLETED and bool(approvals)
    return inspection.state in _GONE or is_old


def may_decide(approval: InspectionApproval, inspection: Inspection, assignment: RoleAssignment) -> bool:
    """Whether the reader may decide it now: of the organizing level, and not the one who asked."""
    return (
        assignment.allows(Capability.INSPECTION_APPROVE)
        and is_organizer(inspection, assignment)
        and approval.state == ApprovalState.PENDING
        and approval.requested_by != assignment.user_id
        and inspection.state != InspectionState.VOID
    )


def arranging_panel(inspection: Inspection, assignment: RoleAssignment, today: dt.date) -> ArrangingPanel:
    """Six queries, whatever the number of notices and persons."""
    approvals = list(
        InspectionApproval.objects.filter(inspection=inspection).order_by("-requested_at", "-pk")
    )
    newest = approvals[0] if approvals else None
    notices = list(
        InspectionNotice.objects.filter(inspection=inspection)
        .select_related("organization")
        .order_by("number")
    )
    people = list(InspectionOfficer.objects.filter(inspection=inspection).order_by("-is_leader", "name"))
    items = list(
        CitedItem.objects.filter(inspection=inspection).select_related("item").order_by("item__code")
    )
    together = (
        list(Inspection.objects.filter(visit=inspection.visit).exclude(pk=inspection.pk).order_by("number"))
        if inspection.visit is not None
        else []
    )
    is_own = is_organizer(inspection, assignment)
    may_arrange = is_own and assignment.allows(Capability.INSPECTION_ARRANGE)
    suggested = _suggested(inspection, together) if may_arrange else []
    return ArrangingPanel(
        inspection=inspection,
        approvals=approvals,
        approval=newest,
        is_approval_owed=is_approval_owed(inspection, approvals),
        notices=notices,
        officers=[one for one in people if one.role == OfficerRole.OFFICER],
        helpers=[one for one in people if one.role == OfficerRole.ASSISTANT],
        items=items,
        together=together,
        suggested=suggested,
        actions=_actions(inspection, newest, today, may_merge=bool(suggested)) if may_arrange else [],
        may_arrange=may_arrange,
        may_decide=newest is not None and may_decide(newest, inspection, assignment),
    )


def _suggested(inspection: Inspection, together: Sequence[Inspection]) -> list[Inspection]:
    if inspection.state not in ARRANGEABLE:
        return []
    known = {one.pk for one in together}
    rows = same_site(inspection.project_id, inspection.inspected_on, but=inspection.pk)
    return [one for one in rows if one.pk not in known]


def _actions(
    inspection: Inspection, newest: InspectionApproval | None, today: dt.date, *, may_merge: bool
) -> list[Link]:
    links = []
    is_asked = newest is not None and newest.state != ApprovalState.REFUSED
    is_ready = newest is not None and (
        newest.state == ApprovalState.APPROVED or (newest.is_urgent and newest.state == ApprovalState.PENDING)
    )
    is_askable = inspection.state in (*RECORDABLE_STATES, InspectionState.CONCLUDED)
    if not is_asked and (is_askable or (newest is not None and newest.is_urgent)):
        is_late = inspection.state in AFTERWARDS
        links.append(_link("补办审批" if is_late else "提交审批", "approval-request", inspection))
    if is_ready and inspection.state == InspectionState.PLANNED and today <= inspection.inspected_on:
        links.append(_link("制发通知书", "notice-issue", inspection))
    if inspection.state in ARRANGEABLE:
        links.append(_link("更换人员", "team-edit", inspection))
        if may_merge:
            links.append(_link("合并检查", "merge", inspection))
        if inspection.visit is not None:
            links.append(_link("拆分", "split", inspection))
    if inspection.state in RECORDABLE_STATES:
        links.append(Link("作废", reverse("visits:void", args=[inspection.pk]), is_danger=True))
    return links


def _link(label: str, view: str, inspection: Inspection) -> Link:
    return Link(label, reverse(f"visits:{view}", args=[inspection.pk]))
