"""What each county did in a month: plans, draws, inspections, the return, findings. The list behind the month strip."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from core.components import Tone
from core.month import ReportingMonth
from inspections.enums import COUNTED_FINDING_STATES, InspectionState, OrganizerLevel
from inspections.filters.findings import COUNTED
from inspections.models import Draw, Finding, Inspection, MonthPlan
from inspections.selectors.draws import carried_out
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from scoring.rules.timeline import Timeline
from tenancy.models import Jurisdiction

RETURN_TONES: dict[str, Tone] = {
    ReturnState.DRAFT: Tone.IDLE,
    ReturnState.SUBMITTED: Tone.INFO,
    ReturnState.RETURNED: Tone.BAD,
    ReturnState.ACCEPTED: Tone.OK,
    ReturnState.FROZEN: Tone.OK,
}


@dataclass(frozen=True)
class WorkRow:
    """One county's month. `report` None = nothing filed; `planned` None = no plan published."""

    county: Jurisdiction
    plan: MonthPlan | None
    draws: int
    done_by_county: int
    done_by_city: int
    report: MonthlyReturn | None
    is_reported: bool
    is_late: bool
    findings: int
    findings_url: str

    @property
    def report_tone(self) -> Tone:
        """Tone of the return's chip."""
        return RETURN_TONES[self.report.state] if self.report is not None else Tone.BAD


@dataclass(frozen=True)
class MonthWork:
    """The table and its sums. City-level plans and draws are counted apart: they belong to no county."""

    rows: list[WorkRow]
    city_plan: MonthPlan | None
    city_draws: list[Draw]

    @property
    def missing(self) -> list[str]:
        """Counties that have filed nothing."""
        return [row.county.short_name for row in self.rows if not row.is_reported]

    @property
    def reported(self) -> int:
        """Counties that have filed."""
        return sum(row.is_reported for row in self.rows)

    @property
    def plans(self) -> int:
        """Counties with a published plan."""
        return sum(row.plan is not None for row in self.rows)

    @property
    def draws(self) -> int:
        """Draws of the counties."""
        return sum(row.draws for row in self.rows)

    @property
    def inspections(self) -> int:
        """Completed inspections, whoever organized them."""
        return sum(row.done_by_county + row.done_by_city for row in self.rows)

    @property
    def findings(self) -> int:
        """Confirmed findings."""
        return sum(row.findings for row in self.rows)


def findings_of_month_url(month: ReportingMonth, **more: str) -> str:
    """The list of findings found in a month."""
    query = {"found_after": month.first.isoformat(), "found_before": month.last.isoformat(), **more}
    return f"{reverse('inspections:finding-list')}?{urlencode(query)}"


def month_work(month: ReportingMonth, timeline: Timeline | None) -> MonthWork:
    """Read the table: six queries, whatever the number of counties."""
    counties = list(Jurisdiction.objects.counties().filter(is_active=True))
    span = (month.first, month.last)
    plans = {row.jurisdiction_id: row for row in MonthPlan.objects.filter(month=month.first)}
    draws = list(carried_out().filter(drawn_on__range=span))
    returns = {row.jurisdiction_id: row for row in MonthlyReturn.objects.filter(month=month.first)}
    visits = _visits(span)
    findings = _findings(span)
    known = {county.id for county in counties}
    rows = [
        _row(county, month, timeline, plans, draws, returns, visits, findings.get(county.id, 0))
        for county in counties
    ]
    return MonthWork(
        rows=rows,
        city_plan=next((plan for key, plan in plans.items() if key not in known), None),
        city_draws=[draw for draw in draws if draw.jurisdiction_id not in known],
    )


def _visits(span: tuple[Any, Any]) -> dict[uuid.UUID, tuple[int, int]]:
    rows = (
        Inspection.objects.filter(inspected_on__range=span, state=InspectionState.COMPLETED)
        .order_by()
        .values("jurisdiction_id")
        .annotate(
            county=Count("pk", filter=Q(organizer_level=OrganizerLevel.COUNTY)),
            city_level=Count("pk", filter=Q(organizer_level=OrganizerLevel.CITY)),
        )
    )
    return {row["jurisdiction_id"]: (row["county"], row["city_level"]) for row in rows}


def _findings(span: tuple[Any, Any]) -> dict[uuid.UUID, int]:
    rows = Finding.objects.filter(found_on__range=span, state__in=COUNTED_FINDING_STATES).order_by()
    return {
        row["jurisdiction_id"]: row["n"] for row in rows.values("jurisdiction_id").annotate(n=Count("pk"))
    }


def _row(
    county: Jurisdiction,
    month: ReportingMonth,
    timeline: Timeline | None,
    plans: Mapping[uuid.UUID, MonthPlan],
    draws: list[Draw],
    returns: Mapping[uuid.UUID, MonthlyReturn],
    visits: Mapping[uuid.UUID, tuple[int, int]],
    findings: int,
) -> WorkRow:
    report = returns.get(county.id)
    by_county, by_city = visits.get(county.id, (0, 0))
    filed_at = report.first_submitted_at if report is not None else None
    is_late = (
        timeline is not None
        and filed_at is not None
        and timezone.localdate(filed_at) > timeline.report_due_on
    )
    return WorkRow(
        county=county,
        plan=plans.get(county.id),
        draws=sum(draw.jurisdiction_id == county.id for draw in draws),
        done_by_county=by_county,
        done_by_city=by_city,
        report=report,
        is_reported=filed_at is not None,
        is_late=is_late,
        findings=findings,
        findings_url=findings_of_month_url(month, county=county.code, state=COUNTED),
    )
