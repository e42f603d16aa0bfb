"""检查审批: asked for by the one who goes, decided by somebody else of the same level; an urgent one afterwards."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from audit.services import record
from core.uuid7 import uuid7
from inspections.enums import AFTERWARDS, RECORDABLE_STATES, ApprovalState, InspectionState
from inspections.models import Inspection, InspectionApproval
from inspections.services.acting import ArrangingRefused, locked_inspection, need_own, said
from inspections.services.numbering import APPROVALS, next_number
from tenancy.writing import name_of

_ASKABLE = tuple(state for state in InspectionState if state != InspectionState.VOID)
"""An urgent inspection is approved afterwards, whatever has become of it by then."""


@transaction.atomic
def request_approval(
    *, inspection_id: uuid.UUID, reason: str, is_urgent: bool, by: Any, at: dt.datetime
) -> InspectionApproval:
    """Ask for the approval. is_urgent: the site cannot wait; the approval is owed and made up for afterwards.

    What is asked for after the site was entered is made up for, whatever was ticked. Raises ArrangingRefused when it was
    asked for before, or when the inspection is complete and never was an urgent one.
    """
    inspection = locked_inspection(inspection_id, *_ASKABLE)
    present = InspectionApproval.objects.filter(inspection=inspection).exclude(state=ApprovalState.REFUSED)
    if found := present.first():
        raise ArrangingRefused(
            f"检查{inspection.number}已经提交审批（{found.number}，{found.get_state_display()}）。"
        )
    urgent_before = _was_urgent(inspection)
    if inspection.state not in (*RECORDABLE_STATES, *AFTERWARDS) and not urgent_before:
        raise ArrangingRefused(f"检查{inspection.number}已经结束，不能再申请审批。")
    approval = InspectionApproval(
        id=uuid7(),
        city_id=inspection.city_id,
        jurisdiction_id=inspection.jurisdiction_id,
        inspection=inspection,
        number=next_number(InspectionApproval, APPROVALS, at),
        reason=said(reason, "请写明检查事由。"),
        is_urgent=is_urgent or urgent_before or inspection.state in AFTERWARDS,
        requested_at=at,
        requested_by=by.id,
        requested_by_name=name_of(by),
    )
    approval.save(force_insert=True)
    after = {"number": approval.number, "reason": approval.reason, "is_urgent": approval.is_urgent}
    record(action="inspections.approval.request", subject=approval, by=by, at=at, after=after)
    return approval


def _was_urgent(inspection: Inspection) -> bool:
    """Gone ahead without approval and refused since: what is asked for again is still the urgent case."""
    refused = InspectionApproval.objects.filter(inspection=inspection, is_urgent=True)
    return inspection.state != InspectionState.PLANNED and refused.exists()


@transaction.atomic
def decide_approval(
    *, approval_id: uuid.UUID, is_approved: bool, note: str, by: Any, at: dt.datetime
) -> InspectionApproval:
    """批准 or 不予批准. Raises ArrangingRefused for one's own request, a decided one, a void inspection."""
    approval = (
        InspectionApproval.objects.select_for_update(of=("self",))
        .select_related("inspection")
        .get(pk=approval_id)
    )
    inspection = Inspection.objects.select_for_update(of=("self",)).get(pk=approval.inspection_id)
    need_own(inspection)
    if approval.state != ApprovalState.PENDING:
        raise ArrangingRefused(f"{approval.number}已经办理（{approval.get_state_display()}），不能重复审批。")
    if approval.requested_by == by.id:
        raise ArrangingRefused("申请人不能审批自己的申请，请由其他审批人办理。")
    if inspection.state == InspectionState.VOID:
        raise ArrangingRefused(f"检查{inspection.number}已经作废，不需要审批。")
    if not is_approved:
        note = said(note, "不予批准的，请写明审批意见。")
    approval.state = ApprovalState.APPROVED if is_approved else ApprovalState.REFUSED
    approval.decided_at, approval.decided_by, approval.decided_by_name = at, by.id, name_of(by)
    approval.note = note.strip()
    approval.save(update_fields=["state", "decided_at", "decided_by", "decided_by_name", "note"])
    if is_approved:
        inspection.approval_number = approval.number
        inspection.save(update_fields=["approval_number"])
    action = "inspections.approval.approve" if is_approved else "inspections.approval.refuse"
    after = {"state": approval.get_state_display(), "note": approval.note}
    record(action=action, subject=approval, by=by, at=at, after=after)
    return approval
