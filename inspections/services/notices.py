"""检查通知书: one for each firm, with how often it was inspected this year so far; served before the site is entered."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import display
from core.uuid7 import uuid7
from inspections.enums import ApprovalState, InspectionState, OfficerRole
from inspections.models import Inspection, InspectionApproval, InspectionNotice
from inspections.rules.frequency import Counts
from inspections.selectors.frequency import MADE_STATES, cap_of, firm_counts, firms_of
from inspections.services.acting import ArrangingRefused, locked_inspection, need_own, said
from inspections.services.numbering import NOTICES, next_number
from inspections.services.teams import LEAST_OFFICERS
from projects.models import Organization
from tenancy.writing import name_of

SERVED_HOW = ("直接送达", "现场送达", "邮寄送达", "电子送达", "留置送达")


@transaction.atomic
def issue_notices(*, inspection_id: uuid.UUID, by: Any, at: dt.datetime) -> list[InspectionNotice]:
    """PLANNED → NOTIFIED: a notice to each firm of the project, to the 项目法人 where none is a firm.

    Raises ArrangingRefused before the approval (an urgent inspection only needs to have asked for it), with fewer
    than two officers, or after the day of the inspection.
    """
    inspection = locked_inspection(inspection_id, InspectionState.PLANNED)
    today = timezone.localdate(at)
    _check_ready(inspection, today)
    counts = made_counts(inspection, today)
    made = []
    for organization in addressees(inspection):
        notice = InspectionNotice(
            id=uuid7(),
            city_id=inspection.city_id,
            jurisdiction_id=inspection.jurisdiction_id,
            inspection=inspection,
            organization=organization,
            number=next_number(InspectionNotice, NOTICES, at),
            counts=_counts_json(inspection, counts.get(organization.pk, Counts()), today),
            issued_on=today,
            issued_by_name=name_of(by),
        )
        notice.save(force_insert=True)
        made.append(notice)
    inspection.state = InspectionState.NOTIFIED
    inspection.notice_number = made[0].number
    inspection.save(update_fields=["state", "notice_number"])
    after = {
        "state": inspection.get_state_display(),
        "notices": [f"{one.number} {one.organization.name}" for one in made],
    }
    record(action="inspections.inspection.notify", subject=inspection, by=by, at=at, after=after)
    return made


@transaction.atomic
def serve_notice(
    *, notice_id: uuid.UUID, served_on: dt.date, how: str, to: str, by: Any, at: dt.datetime
) -> InspectionNotice:
    """送达: when, how, and who took it. Raises ArrangingRefused."""
    notice = (
        InspectionNotice.objects.select_for_update(of=("self",))
        .select_related("inspection")
        .get(pk=notice_id)
    )
    need_own(notice.inspection)
    if notice.served_on is not None:
        raise ArrangingRefused(f"{notice.number}已于{display.day(notice.served_on)}送达，不能重复登记。")
    if notice.inspection.state == InspectionState.VOID:
        raise ArrangingRefused(f"检查{notice.inspection.number}已经作废，不需要送达。")
    if not notice.issued_on <= served_on <= timezone.localdate(at):
        raise ArrangingRefused(f"送达日期应在制发日期{display.day(notice.issued_on)}与今天之间，请核对。")
    if how not in SERVED_HOW:
        raise ArrangingRefused("送达方式不在规定范围内，请重新选择。")
    notice.served_on, notice.served_how, notice.served_to = served_on, how, said(to, "请填写签收人。")
    notice.save(update_fields=["served_on", "served_how", "served_to"])
    after = {"served_on": served_on, "served_how": how, "served_to": notice.served_to}
    record(action="inspections.visitnotice.serve", subject=notice, by=by, at=at, after=after)
    return notice


def addressees(inspection: Inspection) -> list[Organization]:
    """Whom the notice goes to."""
    firms = firms_of(inspection.project, inspection.inspected_on) if inspection.concerns_firms else []
    return firms or [inspection.project.legal_person]


def made_counts(inspection: Inspection, today: dt.date) -> dict[Any, Counts]:
    """Visits that were made this year until today, by firm of the inspection's project."""
    firms = [one.pk for one in firms_of(inspection.project, inspection.inspected_on)]
    year = inspection.inspected_on.year
    return firm_counts(year, firms=firms, states=MADE_STATES, until=today, without=[inspection.pk])


def _counts_json(inspection: Inspection, counts: Counts, today: dt.date) -> dict[str, Any]:
    cap = cap_of(inspection.inspected_on.year)
    return {
        "year": inspection.inspected_on.year,
        "city": counts.city,
        "county": counts.county,
        "total": counts.total,
        "cap": cap.cap if cap is not None else None,
        "as_of": today.isoformat(),
    }


def _check_ready(inspection: Inspection, today: dt.date) -> None:
    approval = InspectionApproval.objects.filter(inspection=inspection).exclude(state=ApprovalState.REFUSED)
    present = approval.first()
    if present is None:
        raise ArrangingRefused(f"检查{inspection.number}还没有申请审批，请先提交检查审批表。")
    if present.state != ApprovalState.APPROVED and not present.is_urgent:
        raise ArrangingRefused(
            f"检查{inspection.number}还没有批准（{present.number}），批准后才能制发通知书。"
        )
    if today > inspection.inspected_on:
        raise ArrangingRefused(
            f"检查日期{display.day(inspection.inspected_on)}已过，不能再制发通知书；请作废后重新安排。"
        )
    certified = inspection.officers.filter(
        role=OfficerRole.OFFICER, id_valid_until__gte=inspection.inspected_on
    ).count()
    if certified < LEAST_OFFICERS:
        raise ArrangingRefused(
            f"持证检查人员不得少于{LEAST_OFFICERS}人，现有{certified}人，请先更换检查人员。"
        )
