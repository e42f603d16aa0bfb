"""Year plans: a draft edition is written as a grid, published and frozen; writing again begins the next edition."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core.uuid7 import uuid7
from inspections.enums import PlanKind, YearPlanState
from inspections.models import InspectionYearPlan, PlannedWork
from inspections.rules.year_plan import MONTHS, Grid
from inspections.selectors.year_plans import draft_of, grid_of, plan_in_force
from inspections.services.acting import ArrangingRefused
from tenancy.models import Jurisdiction
from tenancy.writing import name_of

MOST = 999
"""A cell with more is a typing error."""


@transaction.atomic
def write_grid(
    *, jurisdiction: Jurisdiction, year: int, grid: Grid, note: str, by: Any, at: dt.datetime
) -> InspectionYearPlan:
    """Write the draft of the year; the first call after a publication begins the next edition.

    Raises ArrangingRefused for a count or a kind that cannot be.
    """
    counts = _checked(grid)
    Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)
    plan = draft_of(jurisdiction.pk, year)
    before = grid_of(plan) if plan is not None else {}
    if plan is None:
        plan = _begin(jurisdiction, year)
    plan.note = note.strip()
    plan.save()
    PlannedWork.objects.filter(plan=plan).delete()
    PlannedWork.objects.bulk_create(
        PlannedWork(
            id=uuid7(),
            city_id=plan.city_id,
            jurisdiction_id=plan.jurisdiction_id,
            plan=plan,
            month=dt.date(year, month, 1),
            kind=kind,
            planned_count=count,
        )
        for (month, kind), count in sorted(counts.items())
        if count
    )
    if before != counts:
        record(
            action="inspections.yearplan.edit",
            subject=plan,
            by=by,
            at=at,
            before={"works": _words(before)},
            after={"year": year, "edition": plan.edition, "works": _words(counts)},
        )
    return plan


@transaction.atomic
def publish_year_plan(*, plan_id: uuid.UUID, by: Any, at: dt.datetime) -> InspectionYearPlan:
    """印发: the edition never changes again. Raises ArrangingRefused for an empty or a published one."""
    plan = InspectionYearPlan.objects.select_for_update(of=("self",)).get(pk=plan_id)
    if plan.state != YearPlanState.DRAFT:
        raise ArrangingRefused(f"{plan}已经印发，不能再次印发；需要调整的，请编制新版。")
    if not PlannedWork.objects.filter(plan=plan, planned_count__gt=0).exists():
        raise ArrangingRefused("计划内没有任何安排，请先填写各月计划数。")
    plan.state = YearPlanState.PUBLISHED
    plan.published_on, plan.published_by_name = timezone.localdate(at), name_of(by)
    plan.save(update_fields=["state", "published_on", "published_by_name"])
    after = {"year": plan.year, "edition": plan.edition, "published_on": plan.published_on}
    record(action="inspections.yearplan.publish", subject=plan, by=by, at=at, after=after)
    return plan


def _begin(jurisdiction: Jurisdiction, year: int) -> InspectionYearPlan:
    last = plan_in_force(jurisdiction.pk, year)
    return InspectionYearPlan(
        id=uuid7(),
        city_id=jurisdiction.city_id,
        jurisdiction=jurisdiction,
        year=year,
        edition=last.edition + 1 if last is not None else 1,
    )


def _checked(grid: Grid) -> dict[tuple[int, str], int]:
    for (month, kind), count in grid.items():
        if month not in MONTHS or kind not in PlanKind.values:
            raise ArrangingRefused("年度计划中有不存在的月份或类型，请刷新页面重新填写。")
        if not 0 <= count <= MOST:
            raise ArrangingRefused(f"{month}月{PlanKind(kind).label}的计划数应在0—{MOST}之间，请核对。")
    return {key: count for key, count in grid.items() if count}


def _words(grid: Mapping[tuple[int, str], int]) -> list[str]:
    return [f"{month}月 {PlanKind(kind).label} {count}" for (month, kind), count in sorted(grid.items())]
