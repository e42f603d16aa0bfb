"""Visits of the bureau in the states between arranging and the end, and the tablets that go along."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from inspections.enums import InspectionKind
from inspections.models import Device, Inspection, InspectionItem, Officer
from inspections.services.approvals import decide_approval, request_approval
from inspections.services.arranging import Purpose, arrange
from inspections.services.concluding import conclude
from inspections.services.devices import create_code, enrol_device, hold_device, note_contact
from inspections.services.notices import issue_notices, serve_notice
from inspections.services.teams import Team
from inspections.services.visits import void_inspection
from projects.enums import ProjectStatus, SupervisionLevel, UnitRole
from projects.models import Project
from reports.demo.past import MARK, Past, user
from reports.demo.people import DEPUTY, SUPERVISOR
from reports.demo.site_record import Fault, bring_home

_SEEN = (
    Fault(
        line="GX-04",
        code="E-006",
        kind="PHYSICAL_DEFECT",
        text="底板表面浅层裂缝 2 条，最长约 1.2 m，未做处理",
        part="底板 3#分块",
        basis="设计文件；SL/T 223-2025",
        photo="底板裂缝",
    ),
    Fault(
        line="JC-05",
        code="CM-034",
        kind="MANAGEMENT_VIOLATION",
        text="工地试验室压力机检定证书已过有效期，仍在使用",
        part="工地试验室",
        basis="《水利工程质量管理规定》（水利部令第52号）",
        photo="压力机铭牌",
    ),
)
_APP_VERSION = "演示"


def make_tablets(past: Past) -> Device:
    """The bureau's, in use, and the county's, reported lost. Returns the bureau's."""
    used = _enrolled(past, "市局平板1号", past.bureau.code)
    note_contact(device=used, at=past.at(2, 16), waiting_count=0, app_version=_APP_VERSION)
    lost = _enrolled(past, "北川平板1号", past.county.code)
    note_contact(device=lost, at=past.at(6, 11), waiting_count=2, app_version=_APP_VERSION)
    reason = "外出检查返程途中遗失"
    hold_device(device_id=lost.pk, reason=reason, by=user(SUPERVISOR), at=past.at(5, 9))
    return used


def _enrolled(past: Past, name: str, code: str) -> Device:
    place = past.bureau if code == past.bureau.code else past.county
    begun = past.at(32, 9)
    invited = create_code(name=f"{name}{MARK}", jurisdiction=place, by=user(SUPERVISOR), at=begun)
    at = begun + dt.timedelta(minutes=4)
    return enrol_device(code=invited.text, name="", by=user(SUPERVISOR), at=at).device


def make_visits(past: Past, device: Device) -> None:
    """One that waits for its review, one that waits for its approval, one void."""
    seen, planned, void = _projects()
    inspection = _arranged(past, seen, InspectionKind.JOINT_PATROL, day=past.day(2), ago=6)
    approve(past, inspection.pk, reason="按年度计划开展市县联合监督巡查", ago=5)
    tell_firms(past, inspection.pk, issued=4, served=3)
    inspection.refresh_from_db()
    end_visit(past, inspection, _SEEN, device, ago=2)
    later = past.day(0) + dt.timedelta(days=5)
    waiting = _arranged(past, planned, InspectionKind.LAW_ENFORCEMENT, day=later, ago=1)
    request_approval(
        inspection_id=waiting.pk,
        reason="按年度计划开展季度执法检查",
        is_urgent=False,
        by=user(SUPERVISOR),
        at=past.at(1, 10),
    )
    dropped = _arranged(past, void, InspectionKind.DEMONSTRATION, day=past.day(7), ago=9)
    reason = "该工程当日浇筑停工，改期另行安排"
    void_inspection(inspection_id=dropped.pk, reason=reason, by=user(SUPERVISOR), at=past.at(8))


def _projects() -> list[Project]:
    """Invented works of the city's own supervision: nothing bad is said of a name that is real."""
    rows = Project.objects.filter(
        status=ProjectStatus.UNDER_WAY,
        supervision_level=SupervisionLevel.CITY,
        name__endswith=MARK,
        units__role=UnitRole.CONTRACTOR,
    )
    return list(rows.distinct().order_by("-code")[:3])


def _arranged(past: Past, project: Project, kind: str, *, day: dt.date, ago: int) -> Inspection:
    """By the supervisor, who goes with a colleague that has no tie to the site."""
    officers = list(
        Officer.objects.filter(jurisdiction=past.bureau, ties__isnull=True).order_by("enforcement_id")[:2]
    )
    purpose = Purpose(
        kind=kind,
        inspected_on=day,
        item_ids=[InspectionItem.objects.filter(withdrawn_on__isnull=True).order_by("code")[0].pk],
    )
    team = Team(officers=[one.pk for one in officers], leader=officers[0].pk)
    return arrange(
        project_id=project.pk, purpose=purpose, team=team, by=user(SUPERVISOR), at=past.at(ago)
    ).inspection


def approve(past: Past, inspection_id: uuid.UUID, *, reason: str, ago: int) -> None:
    """Asked for by the supervisor, granted by the deputy."""
    asked = request_approval(
        inspection_id=inspection_id,
        reason=reason,
        is_urgent=False,
        by=user(SUPERVISOR),
        at=past.at(ago, 10),
    )
    decide_approval(approval_id=asked.pk, is_approved=True, note="同意", by=user(DEPUTY), at=past.at(ago, 15))


def tell_firms(past: Past, inspection_id: uuid.UUID, *, issued: int, served: int) -> None:
    """A notice to each firm, handed over. issued, served: working days ago."""
    for notice in issue_notices(inspection_id=inspection_id, by=user(SUPERVISOR), at=past.at(issued)):
        serve_notice(
            notice_id=notice.pk,
            served_on=past.day(served),
            how="直接送达",
            to="演示经理",
            by=user(SUPERVISOR),
            at=past.at(served, 15),
        )


def end_visit(
    past: Past, inspection: Inspection, faults: Sequence[Fault], device: Device, *, ago: int
) -> None:
    """The record arrives from the tablet, and the supervisor ends the inspection."""
    bring_home(inspection, faults, device=device, by=user(SUPERVISOR), at=past.at(ago, 16))
    conclude(inspection_id=inspection.pk, by=user(SUPERVISOR), at=past.at(ago, 16, 30))
