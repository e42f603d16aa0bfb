"""What the records say about the head of a return: each count of the month beside the one that the county reports.

Inspections, findings and measures belong to the apps above and are reached by the county's reverse relations; their
states are named as they are stored. A fixed number of queries, whatever the number of counties.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from core.month import ReportingMonth
from projects.enums import ProjectStatus
from projects.models import MonthlyReturn, Project
from projects.rules.returns import HEADER_FIELDS
from projects.selectors.returns.register_values import reported_projects
from tenancy.models import Jurisdiction

Counts = dict[uuid.UUID, dict[str, int]]
UNRECORDED = frozenset({"interviews", "criticisms"})
"""约谈 and 通报 that a county holds itself: no record of ours has them, the county tells."""
_OWN = "COUNTY"
_ISSUED = ("SIGNED", "SERVED", "REPLIED", "CLOSED")


def recorded_counts(month: ReportingMonth, counties: Collection[uuid.UUID]) -> Counts:
    """County → header field → count of the county's own acts of the month; a field is absent where there are none.

    They are proposed when the return opens.
    """
    found: Counts = {county: {} for county in counties}
    rows = Jurisdiction.objects.filter(pk__in=list(counties)).order_by()
    for query in (*_projects(month, counties), *_findings(rows, month), *_records(rows, month)):
        for county, counts in ((row.pop("county"), row) for row in query):
            found[county].update({name: int(count) for name, count in counts.items() if count})
    return found


def recorded_texts(return_: MonthlyReturn) -> dict[str, str]:
    """Header field → the records' count as the head's page shows it; fields that no record of ours has are absent."""
    county, month = return_.jurisdiction_id, ReportingMonth.from_first_day(return_.month)
    counts = recorded_counts(month, [county])[county]
    return {
        field.name: str(counts.get(field.name, 0)) for field in HEADER_FIELDS if field.name not in UNRECORDED
    }


def _projects(month: ReportingMonth, counties: Collection[uuid.UUID]) -> Iterator[QuerySet[Any, Any]]:
    own = Project.objects.filter(jurisdiction__in=list(counties)).order_by()
    span = (month.first, month.last)
    told = own.filter(pk__in=reported_projects(month).values("pk"))
    under_way = Q(finished_on__isnull=True) | Q(finished_on__gt=month.last)
    for name, rows in (
        ("projects_under_way", told.filter(under_way)),
        ("projects_planned", own.filter(status=ProjectStatus.PLANNED)),
        ("projects_started", told.filter(started_on__range=span)),
        ("projects_finished", told.filter(finished_on__range=span)),
    ):
        yield rows.values(county=F("jurisdiction_id")).annotate(**{name: Count("pk")})


def _findings(rows: QuerySet[Jurisdiction], month: ReportingMonth) -> Iterator[QuerySet[Any, Any]]:
    counted = rows.filter(findings__found_by_level=_OWN).values(county=F("pk"))
    real = ~Q(findings__state__in=["DRAFT", "WITHDRAWN"])
    new = real & Q(findings__found_on__range=(month.first, month.last))

    def count(condition: Q) -> Count:
        return Count("findings", filter=condition)

    open_at_end = Q(findings__closed_on__isnull=True) | Q(findings__closed_on__gt=month.last)
    yield counted.annotate(
        findings_management=count(new & Q(findings__kind="MANAGEMENT_VIOLATION")),
        findings_physical=count(new & Q(findings__kind="PHYSICAL_DEFECT")),
        findings_general=count(new & Q(findings__severity="GENERAL")),
        findings_serious=count(new & Q(findings__severity="SERIOUS")),
        findings_grave=count(new & Q(findings__severity="GRAVE")),
        findings_closed=count(real & Q(findings__closed_on__range=(month.first, month.last))),
        findings_overdue=count(real & open_at_end & Q(findings__due_on__lte=month.last)),
    )


def _records(rows: QuerySet[Jurisdiction], month: ReportingMonth) -> Iterator[QuerySet[Any, Any]]:
    span = (month.first, month.last)
    held = {
        "inspections__inspected_on__range": span,
        "inspections__state": "COMPLETED",
        "inspections__organizer_level": _OWN,
    }
    by_county = {"county": F("pk")}
    teams = rows.filter(**held, inspections__officers__role="OFFICER")
    yield teams.values(**by_county).annotate(person_times=Count("inspections__officers"))
    for name, relation, condition in (
        ("inspections", "inspections", held),
        (
            "notices",
            "notices",
            {
                "notices__issued_on__range": span,
                "notices__organizer_level": _OWN,
                "notices__state__in": _ISSUED,
            },
        ),
        ("transfers", "clues", {"clues__transferred_on__range": span, "clues__organizer_level": _OWN}),
        ("trainings", "trainings", {"trainings__held_on__range": span}),
        ("accidents", "accidents", {"accidents__occurred_on__range": span}),
    ):
        yield rows.filter(**condition).values(**by_county).annotate(**{name: Count(relation)})
    batches = Sum("supervisory_tests__batch_count")
    sampled = rows.filter(supervisory_tests__organizer_level=_OWN, supervisory_tests__sampled_on__range=span)
    yield sampled.values(**by_county).annotate(test_batches=batches)
    failed = {"supervisory_tests__verdict": "FAILED", "supervisory_tests__reported_on__range": span}
    bad = rows.filter(supervisory_tests__organizer_level=_OWN, **failed)
    yield bad.values(**by_county).annotate(test_batches_failed=batches)
