"""A whole record of an inspection, as operations: for tests that need one that may end."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from core.uuid7 import uuid7
from inspections.enums import ApprovalState, InspectionState, OfficerRole
from inspections.models import ChecklistVersion, Inspection
from inspections.rules.merge import Operation
from inspections.selectors.record import checklist_items
from inspections.services.record import Applied, apply_submission, own_submission
from projects.models import ParticipatingUnit
from tests import factories

AT = dt.datetime(2023, 9, 5, 17, 0, tzinfo=factories.SHANGHAI)
OFFICERS = ("王检", "李查")
STROKES = [[[100, 500], [300, 300], [500, 600]], [[600, 300], [800, 640]]]


def an_inspection(**given: Any) -> Inspection:
    """Approved and notified, with two officers, a contractor and the checklist of the product in force on its day."""
    given.setdefault("state", InspectionState.NOTIFIED)
    given.setdefault("checklist", ChecklistVersion.objects.get(code="supervision"))
    given.setdefault("counterparty_signed", False)
    inspection = factories.inspection(**given)
    for name in OFFICERS:
        factories.inspection_officer(
            inspection=inspection, name=name, role=OfficerRole.OFFICER, enforcement_id=f"川B{name}"
        )
    factories.inspection_approval(
        inspection=inspection, state=ApprovalState.APPROVED, decided_at=factories.MOMENT, decided_by=uuid7()
    )
    return inspection


def op(path: str, value: Any, base: uuid.UUID | None = None) -> Operation:
    """A change of one leaf."""
    return Operation(uuid7(), path, value, base)


def row(group: str, key: uuid.UUID | None = None, /, **leaves: Any) -> list[Operation]:
    """A row of a list."""
    name = key or uuid7()
    return [op(f"{group}/{name}/{leaf}", value) for leaf, value in leaves.items()]


def send(inspection: Inspection, by: Any, *operations: Operation, at: dt.datetime = AT) -> Applied:
    """One submission from a page of the office."""
    return apply_submission(
        submission=own_submission(inspection.pk, operations, at=at), device=None, by=by, at=at
    )


def answers(inspection: Inspection, **given: str) -> list[Operation]:
    """Every item answered “符合”, except those that are given (“-” in a code is “_” here)."""
    chosen = {code.replace("_", "-"): answer for code, answer in given.items()}
    return [
        op(f"answers/{item.code}/answer", chosen.get(item.code, "OK")) for item in checklist_items(inspection)
    ]


def measurements(inspection: Inspection) -> list[Operation]:
    """One for each item that is to be measured."""
    return [
        operation
        for item in checklist_items(inspection)
        if item.is_measured
        for operation in row(
            "measurements",
            item=item.text[:20],
            part="1#坝段",
            design="30",
            values=["31.2", "30.5", "32.0"],
            unit="MPa",
            tool="回弹仪",
            conclusion="OK",
            checklist_code=item.code,
        )
    ]


def a_finding(unit: ParticipatingUnit, key: uuid.UUID | None = None, /, **leaves: Any) -> list[Operation]:
    """A finding with everything that it needs."""
    whole = {
        "text": "2#闸墩下游面蜂窝麻面约0.3平方米",
        "part": "2#闸墩",
        "kind": "PHYSICAL_DEFECT",
        "severity": "GENERAL",
        "basis": "水利工程质量管理规定第三十七条",
        "unit_id": str(unit.pk),
        **leaves,
    }
    return row("findings", key, **whole)


def ending(
    unit: ParticipatingUnit, *, refuses: bool = False, officers: Sequence[str] = OFFICERS
) -> list[Operation]:
    """Times, people, signatures, the opinion: or a refusal with its witness."""
    signatures = [
        operation
        for name in officers
        for operation in row(
            "signatures", name=name, side="OFFICER", strokes=STROKES, signed_at="2023-09-05T16:30:00+08:00"
        )
    ]
    if refuses:
        last = [op("refusal/reason", "现场负责人拒绝签字"), op("refusal/witness", "村委会赵见证")]
    else:
        side = {"side": "UNIT", "unit_id": str(unit.pk), "signed_at": "2023-09-05T16:40:00+08:00"}
        last = [
            *row("signatures", name="张经理", strokes=STROKES, **side),
            op("opinion/text", "对检查发现的问题无异议，按期整改"),
        ]
    return [
        op("header/entered_at", "2023-09-05T09:10:00+08:00"),
        op("header/left_at", "2023-09-05T16:45:00+08:00"),
        op("header/weather", "多云"),
        op("header/progress", "主坝填筑至 512 m 高程"),
        op("header/position", {"lat": "32.4075", "lon": "104.5298", "accuracy": "6"}),
        *row("people", name="张经理", unit_id=str(unit.pk), unit=unit.organization.name, post="项目经理"),
        *row("documents", name="施工日志（8 月）", note="8 月 12 日缺页"),
        *row("orders", text="立即停止 3#坝段上料，清除不合格料", unit_id=str(unit.pk), term="2023-09-08"),
        *row(
            "parallel",
            item="压实度",
            own=["97.1", "96.8", "97.6"],
            supervised=["96.2", "95.9", "96.4"],
            unit="%",
            allowed_percent="3",
            conclusion="OK",
        ),
        *signatures,
        *last,
    ]


def whole_record(inspection: Inspection, unit: ParticipatingUnit) -> list[Operation]:
    """One finding on GX-04, everything else in order."""
    return [
        *answers(inspection, GX_04="PROBLEM"),
        *measurements(inspection),
        *a_finding(unit, catalogue_code="E-005", checklist_code="GX-04"),
        *ending(unit),
    ]
