"""综合查一次: checks of one site in one month made in one visit; taken apart again; and the void of a check."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from audit.services import record
from core import display
from core.month import ReportingMonth
from inspections.enums import RECORDABLE_STATES, InspectionState, OfficerRole
from inspections.models import Inspection
from inspections.selectors.arranging import ARRANGEABLE, items_in_force
from inspections.services.acting import ArrangingRefused, locked_inspection, said
from inspections.services.arranging import check_cap, shared_visit
from inspections.services.numbering import INSPECTIONS, lock_series


@transaction.atomic
def merge_visits(*, inspection_id: uuid.UUID, with_id: uuid.UUID, by: Any, at: dt.datetime) -> Inspection:
    """Make the inspection in the same visit as another one of the site, on that one's day.

    The other one may be of the other level. Raises ArrangingRefused.
    """
    lock_series(INSPECTIONS)
    inspection = locked_inspection(inspection_id, *ARRANGEABLE)
    other = Inspection.objects.select_for_update(of=("self",)).get(pk=with_id)
    _check_pair(inspection, other)
    before = {"inspected_on": inspection.inspected_on}
    inspection.visit = shared_visit(other)
    _move(inspection, other.inspected_on)
    inspection.save(update_fields=["visit", "inspected_on"])
    after = {"inspected_on": inspection.inspected_on, "with": other.number}
    record(
        action="inspections.inspection.merge", subject=inspection, by=by, at=at, before=before, after=after
    )
    return inspection


@transaction.atomic
def split_visit(*, inspection_id: uuid.UUID, by: Any, at: dt.datetime) -> Inspection:
    """Make the inspection in a visit of its own again, which counts once more. Raises ArrangingRefused, CapReached."""
    lock_series(INSPECTIONS)
    inspection = locked_inspection(inspection_id, *ARRANGEABLE)
    if inspection.visit is None:
        raise ArrangingRefused(f"检查{inspection.number}没有与其他检查合并，不需要拆分。")
    if inspection.concerns_firms:
        check_cap(
            inspection.project,
            inspection.inspected_on,
            inspection.cap_exception,
            inspection.cap_exception_reason,
            without=[inspection.pk],
        )
    left = inspection.visit
    inspection.visit = None
    inspection.save(update_fields=["visit"])
    rest = list(Inspection.objects.filter(visit=left).values_list("pk", flat=True))
    if len(rest) == 1:
        Inspection.objects.filter(pk=rest[0]).update(visit=None)
    record(action="inspections.inspection.split", subject=inspection, by=by, at=at, after={"visit": ""})
    return inspection


@transaction.atomic
def void_inspection(*, inspection_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Inspection:
    """作废: the number, the team and the reason stay to be seen; the visit is given back to the firms' counts.

    What a tablet still sends for it is kept and held. Raises WrongInspectionState after the site was left.
    """
    inspection = locked_inspection(inspection_id, *RECORDABLE_STATES)
    before = {"state": inspection.get_state_display()}
    inspection.void_reason = said(reason, "请写明作废原因。")
    inspection.state = InspectionState.VOID
    inspection.save(update_fields=["state", "void_reason"])
    after = {"state": inspection.get_state_display(), "void_reason": inspection.void_reason}
    record(action="inspections.inspection.void", subject=inspection, by=by, at=at, before=before, after=after)
    return inspection


def _check_pair(inspection: Inspection, other: Inspection) -> None:
    if other.pk == inspection.pk:
        raise ArrangingRefused("不能与自身合并，请选择同一工程的另一次检查。")
    if other.project_id != inspection.project_id or other.state not in ARRANGEABLE:
        raise ArrangingRefused(f"检查{other.number}不是同一工程尚未开始的检查，不能合并。")
    if ReportingMonth.of(other.inspected_on) != ReportingMonth.of(inspection.inspected_on):
        raise ArrangingRefused(f"检查{other.number}不在同一个月，不能合并为一次到场。")
    if inspection.visit is not None and inspection.visit == other.visit:
        raise ArrangingRefused(f"检查{inspection.number}与{other.number}已经合并为一次到场。")


def _move(inspection: Inspection, day: dt.date) -> None:
    """To the other one's day; what was approved or notified for its own day stays on it."""
    if inspection.inspected_on == day:
        return
    if inspection.state != InspectionState.PLANNED or inspection.approval_number:
        raise ArrangingRefused(
            f"检查{inspection.number}已按{display.day(inspection.inspected_on)}批准或通知，不能改到"
            f"{display.day(day)}；请由另一次检查合并过来。"
        )
    inspection.inspected_on = day
    expired = inspection.officers.filter(role=OfficerRole.OFFICER, id_valid_until__lt=day).first()
    if expired is not None:
        raise ArrangingRefused(f"{expired.name}的执法证在{display.day(day)}已过期，请先更换检查人员。")
    wanted = set(inspection.cited_items.values_list("item_id", flat=True))
    if items_in_force(day).filter(pk__in=wanted).count() != len(wanted):
        raise ArrangingRefused(f"所依据的检查事项在{display.day(day)}已停用，不能合并到这一天。")
