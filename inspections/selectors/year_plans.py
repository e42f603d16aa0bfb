"""Year plans: the edition in force, its grid, the proposal for a month, plan against done, coverage of the aspects."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncMonth

from core.month import ReportingMonth
from inspections.enums import (
    DutyState,
    InspectionKind,
    InspectionState,
    OrganizerLevel,
    PlanKind,
    YearPlanState,
)
from inspections.models import (
    BiddingCheck,
    DutyInspection,
    Inspection,
    InspectionAspect,
    InspectionYearPlan,
    PlannedWork,
    SupervisoryTest,
)
from inspections.rules.year_plan import kinds_of, month_counts
from tenancy.enums import Level
from tenancy.models import Jurisdiction

ROLLING_MONTHS = 3
"""The rolling quarter of rubric D2: the month and the two before it."""


def draft_of(jurisdiction_id: uuid.UUID, year: int) -> InspectionYearPlan | None:
    """The edition that is being written."""
    rows = InspectionYearPlan.objects.filter(jurisdiction=jurisdiction_id, year=year)
    return rows.filter(state=YearPlanState.DRAFT).first()


def plan_in_force(jurisdiction_id: uuid.UUID, year: int) -> InspectionYearPlan | None:
    """The newest published edition."""
    rows = InspectionYearPlan.objects.filter(jurisdiction=jurisdiction_id, year=year)
    return rows.filter(state=YearPlanState.PUBLISHED).order_by("-edition").first()


def grid_of(plan: InspectionYearPlan) -> dict[tuple[int, str], int]:
    """(month, kind) → planned count."""
    rows = PlannedWork.objects.filter(plan=plan).values_list("month", "kind", "planned_count")
    return {(month.month, kind): count for month, kind, count in rows}


@dataclass(frozen=True)
class MonthProposal:
    """What the year plan says of one month, for the sheet of the month plan."""

    plan: InspectionYearPlan
    inspection_count: int
    test_batch_count: int
    kinds: Sequence[str]
    content: str


def month_plan_from_year(*, jurisdiction_id: uuid.UUID, month: ReportingMonth) -> MonthProposal | None:
    """The month of the edition in force; None where no year plan was published."""
    plan = plan_in_force(jurisdiction_id, month.year)
    if plan is None:
        return None
    grid = grid_of(plan)
    counts = month_counts(grid, month.month)
    lines = [
        f"{kind.label}{grid[(month.month, kind.value)]}{'批' if kind == PlanKind.TEST else '次'}"
        for kind in PlanKind
        if grid.get((month.month, kind.value))
    ]
    named = [line.replace("监督检测（批次）", "监督检测") for line in lines]
    content = f"按{plan}：{'；'.join(named) or '本月没有安排'}。"
    return MonthProposal(
        plan=plan,
        inspection_count=counts.inspection_count,
        test_batch_count=counts.test_batch_count,
        kinds=[kind for kind in InspectionKind.values if kind in kinds_of(grid, month.month)],
        content=content,
    )


Done = dict[tuple[uuid.UUID, int, str], int]
"""(jurisdiction, month 1–12, kind) → done."""


def done_works(year: int) -> Done:
    """What was done in a year: by the counties in their own name, by the bureau in the city's.

    Inspections count when completed, duty inspections when concluded, tests by their sampled batches. Four queries.
    """
    span = (dt.date(year, 1, 1), dt.date(year, 12, 31))
    city = Jurisdiction.objects.filter(level=Level.CITY).values_list("pk", flat=True).first()
    inspections = Inspection.objects.filter(state=InspectionState.COMPLETED, inspected_on__range=span)
    counted = _tally(inspections, "inspected_on", ("kind",), Count("pk"))
    done: Done = {}
    for place, level, month, kind, count in counted:
        _add(done, city if level == OrganizerLevel.CITY else place, month, kind, count)
    tests = SupervisoryTest.objects.filter(sampled_on__range=span)
    for place, level, month, count in _tally(tests, "sampled_on", (), Sum("batch_count")):
        _add(done, city if level == OrganizerLevel.CITY else place, month, PlanKind.TEST, count)
    duties = DutyInspection.objects.filter(state=DutyState.CONCLUDED, inspected_on__range=span)
    for day in duties.values_list("inspected_on", flat=True):
        _add(done, city, day.month, PlanKind.DUTY, 1)
    for place, level, month, count in _bidding(span):
        _add(done, city if level == OrganizerLevel.CITY else place, month, PlanKind.BIDDING, count)
    return done


def _tally(rows: QuerySet[Any], day: str, by: tuple[str, ...], what: Any) -> Iterable[tuple[Any, ...]]:
    months = rows.order_by().annotate(of_month=TruncMonth(day))
    values = months.values("jurisdiction_id", "organizer_level", "of_month", *by).annotate(n=what)
    for row in values:
        yield (
            row["jurisdiction_id"],
            row["organizer_level"],
            row["of_month"].month,
            *(row[name] for name in by),
            row["n"],
        )


def _bidding(span: tuple[dt.date, dt.date]) -> Iterable[tuple[Any, ...]]:
    return _tally(BiddingCheck.objects.filter(checked_on__range=span), "checked_on", (), Count("pk"))


def _add(done: Done, place: uuid.UUID | None, month: int, kind: str, count: int) -> None:
    if place is not None:
        key = (place, month, str(kind))
        done[key] = done.get(key, 0) + count


@dataclass(frozen=True)
class PlaceYear:
    """One jurisdiction's year: the edition in force (None: none published) and its grid."""

    jurisdiction: Jurisdiction
    plan: InspectionYearPlan | None
    has_draft: bool
    grid: dict[tuple[int, str], int] = field(default_factory=dict)

    def planned(self, month: int) -> int:
        """All works of a month."""
        return sum(count for (at, _), count in self.grid.items() if at == month)


def place_years(year: int, places: Sequence[Jurisdiction]) -> list[PlaceYear]:
    """The year of each place. Two queries."""
    plans: dict[uuid.UUID, InspectionYearPlan] = {}
    drafts: set[uuid.UUID] = set()
    rows = InspectionYearPlan.objects.filter(jurisdiction__in=places, year=year).order_by("edition")
    for row in rows:
        if row.state == YearPlanState.DRAFT:
            drafts.add(row.jurisdiction_id)
        else:
            plans[row.jurisdiction_id] = row
    grids: dict[uuid.UUID, dict[tuple[int, str], int]] = {}
    works = PlannedWork.objects.filter(plan__in=[plan.pk for plan in plans.values()])
    for plan_id, month, kind, count in works.values_list("plan_id", "month", "kind", "planned_count"):
        grids.setdefault(plan_id, {})[(month.month, kind)] = count
    return [
        PlaceYear(
            place,
            plan := plans.get(place.pk),
            place.pk in drafts,
            grids.get(plan.pk, {}) if plan is not None else {},
        )
        for place in places
    ]


def aspect_counts(first: dt.date, last: dt.date) -> dict[tuple[uuid.UUID, str], int]:
    """(county, aspect) → completed inspections of the county itself that checked it, as rubric D2 reads them."""
    rows = InspectionAspect.objects.filter(
        is_checked=True,
        inspection__state=InspectionState.COMPLETED,
        inspection__organizer_level=OrganizerLevel.COUNTY,
        inspection__inspected_on__range=(first, last),
    )
    values = rows.order_by().values_list("inspection__jurisdiction_id", "aspect")
    counted = values.annotate(n=Count("pk"))
    return {(place, aspect): n for place, aspect, n in counted}


def own_places(county_id: uuid.UUID | None, *, with_city: bool = True) -> list[Jurisdiction]:
    """The reader's own county, or the city with all of its counties."""
    rows = Jurisdiction.objects.filter(is_active=True).order_by("unit_order")
    if county_id is not None:
        rows = rows.filter(pk=county_id)
    elif not with_city:
        rows = rows.exclude(level=Level.CITY)
    return list(rows)
