"""What the 检查审批表 and the 检查通知书 say, and the files that were printed of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import display
from inspections.enums import OfficerRole, OrganizerLevel
from inspections.models import (
    Inspection,
    InspectionApproval,
    InspectionItem,
    InspectionNotice,
    InspectionOfficer,
)
from inspections.rules.conduct import Conduct, conduct
from inspections.selectors.frequency import FIRM_ROLES, firm_units
from tenancy.models import City

SHEET_KIND = "print_inspection_form"
APPROVAL, NOTICE, REGISTER, RECORD = "approval", "notice", "register", "record"
TITLES = {
    APPROVAL: "检查审批表",
    NOTICE: "检查通知书",
    REGISTER: "执法检查登记表",
    RECORD: "检查记录",
}


@dataclass(frozen=True)
class SheetInspection:
    """What both sheets say of the inspection."""

    inspection: Inspection
    organ: str
    officers: Sequence[InspectionOfficer]
    helpers: Sequence[InspectionOfficer]
    items: Sequence[InspectionItem]
    firms: Sequence[tuple[str, str]]
    source: str


@dataclass(frozen=True)
class ApprovalSheet:
    """检查审批表."""

    approval: InspectionApproval
    about: SheetInspection


@dataclass(frozen=True)
class NoticeSheet:
    """检查通知书. counts: as they were when the notice was issued."""

    notice: InspectionNotice
    about: SheetInspection
    counts: dict[str, Any]
    conduct: Conduct


def sheet_inspection(inspection: Inspection) -> SheetInspection:
    """The inspection with its team, basis and firms, for paper. Five queries."""
    people = list(
        InspectionOfficer.objects.filter(inspection=inspection).order_by("-is_leader", "role", "name")
    )
    items = inspection.cited_items.select_related("item").order_by("item__code")
    units = firm_units(inspection.project, inspection.inspected_on) if inspection.concerns_firms else []
    return SheetInspection(
        inspection=inspection,
        organ=organ_of(inspection),
        officers=[one for one in people if one.role == OfficerRole.OFFICER],
        helpers=[one for one in people if one.role == OfficerRole.ASSISTANT],
        items=[one.item for one in items],
        firms=[
            (unit.get_role_display(), unit.organization.name) for unit in units if unit.role in FIRM_ROLES
        ],
        source=_source(inspection),
    )


def organ_of(inspection: Inspection) -> str:
    """Who inspects."""
    if inspection.organizer_level == OrganizerLevel.CITY:
        return City.objects.get(pk=inspection.city_id).bureau_name
    return inspection.jurisdiction.department_name


def _source(inspection: Inspection) -> str:
    if inspection.draw is not None:
        return f"双随机抽取（{inspection.draw.number}，{display.day(inspection.draw.drawn_on)}）"
    return (
        "年度、月度监督检查计划" if not inspection.cap_exception else inspection.get_cap_exception_display()
    )


def approval_sheet(approval: InspectionApproval) -> ApprovalSheet:
    """As it stands."""
    return ApprovalSheet(approval, sheet_inspection(approval.inspection))


def notice_sheet(notice: InspectionNotice) -> NoticeSheet:
    """As it was issued."""
    return NoticeSheet(notice, sheet_inspection(notice.inspection), notice.counts, conduct())
