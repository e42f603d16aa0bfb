"""What the records say about the head of a county's monthly return; proposed when the return opens, the county decides."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from core.month import ReportingMonth
from enforcement.enums import ISSUED_NOTICE_STATES
from enforcement.models import Accident, Clue, RectificationNotice
from inspections.enums import (
    COUNTED_FINDING_STATES,
    FindingKind,
    InspectionState,
    OfficerRole,
    OrganizerLevel,
    Severity,
    Verdict,
)
from inspections.models import Finding, Inspection, InspectionOfficer, SupervisoryTest
from projects.models import Training

HeadCounts = dict[uuid.UUID, dict[str, int]]
_OWN = OrganizerLevel.COUNTY


def head_counts(month: ReportingMonth) -> HeadCounts:
    """County → field of the head → count: the county's own acts of the month, and what stands open at its end.

    A fixed number of queries. 约谈 and 通报 of a county are told by the county itself: no record of ours holds them.
    """
    counts: HeadCounts = defaultdict(dict)
    span = (month.first, month.last)
    visits = Inspection.objects.filter(
        organizer_level=_OWN, state=InspectionState.COMPLETED, inspected_on__range=span
    )
    _put(counts, visits, inspections=Count("pk"))
    officers = InspectionOfficer.objects.filter(inspection__in=visits.values("pk"), role=OfficerRole.OFFICER)
    _put(counts, officers, person_times=Count("pk"))
    _put_findings(counts, month)
    notices = RectificationNotice.objects.filter(
        organizer_level=_OWN, state__in=ISSUED_NOTICE_STATES, issued_on__range=span
    )
    _put(counts, notices, notices=Count("pk"))
    _put(
        counts,
        Clue.objects.filter(organizer_level=_OWN, transferred_on__range=span),
        transfers=Count("pk"),
    )
    tests = SupervisoryTest.objects.filter(organizer_level=_OWN)
    _put(counts, tests.filter(sampled_on__range=span), test_batches=Sum("batch_count"))
    failed = tests.filter(verdict=Verdict.FAILED, reported_on__range=span)
    _put(counts, failed, test_batches_failed=Sum("batch_count"))
    _put(counts, Training.objects.filter(held_on__range=span), trainings=Count("pk"))
    _put(counts, Accident.objects.filter(occurred_on__range=span), accidents=Count("pk"))
    return dict(counts)


def _put_findings(counts: HeadCounts, month: ReportingMonth) -> None:
    span = (month.first, month.last)
    own = Finding.objects.filter(found_by_level=_OWN, state__in=COUNTED_FINDING_STATES)
    _put(
        counts,
        own.filter(found_on__range=span),
        findings_management=Count("pk", filter=Q(kind=FindingKind.MANAGEMENT_VIOLATION)),
        findings_physical=Count("pk", filter=Q(kind=FindingKind.PHYSICAL_DEFECT)),
        findings_general=Count("pk", filter=Q(severity=Severity.GENERAL)),
        findings_serious=Count("pk", filter=Q(severity=Severity.SERIOUS)),
        findings_grave=Count("pk", filter=Q(severity=Severity.GRAVE)),
    )
    _put(counts, own.filter(closed_on__range=span), findings_closed=Count("pk"))
    open_at_end = Q(closed_on__isnull=True) | Q(closed_on__gt=month.last)
    _put(counts, own.filter(open_at_end, due_on__lte=month.last), findings_overdue=Count("pk"))


def _put(counts: HeadCounts, rows: QuerySet[Any], **sums: Any) -> None:
    grouped: Iterable[dict[str, Any]] = rows.order_by().values("jurisdiction_id").annotate(**sums)
    for row in grouped:
        counts[row["jurisdiction_id"]].update({name: int(row[name] or 0) for name in sums})
