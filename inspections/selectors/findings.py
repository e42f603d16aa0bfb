"""The list of findings and its funnel."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from inspections.enums import COUNTED_FINDING_STATES, OPEN_FINDING_STATES, FindingState, Severity
from inspections.models import Finding
from tenancy.scope import current_scope

_RANK = Case(
    *[When(severity=severity, then=Value(rank)) for rank, severity in enumerate(Severity.values)],
    output_field=IntegerField(),
)


def overdue_on(as_of: dt.date) -> Q:
    """Open after the last day of the term in force; computed, never stored (handbook §5.10)."""
    return Q(state__in=OPEN_FINDING_STATES, due_on__lt=as_of)


def visible_findings() -> QuerySet[Finding]:
    """The scope's findings with `severity_rank`; a unit is not shown drafts, they are not yet its findings."""
    rows = Finding.objects.annotate(severity_rank=_RANK)
    if current_scope().organization_uscc:
        rows = rows.exclude(state=FindingState.DRAFT)
    return rows.select_related("jurisdiction", "project", "organization")


@dataclass(frozen=True)
class FunnelStep:
    """One count above the list. `state` and `overdue` are the values of the filters that show these rows."""

    label: str
    count: int
    state: str = ""
    overdue: str = ""


def funnel_of(rows: QuerySet[Finding], *, as_of: dt.date) -> list[FunnelStep]:
    """Counts of a filtered list, without its filters of state: one query.

    全部 = confirmed and not withdrawn, as the statistics count; 未销号 = of these, not closed.
    """
    plain = rows.order_by()
    counts = plain.aggregate(
        total=Count("pk", filter=Q(state__in=COUNTED_FINDING_STATES)),
        open=Count("pk", filter=Q(state__in=OPEN_FINDING_STATES)),
        overdue=Count("pk", filter=overdue_on(as_of)),
        **{state.value: Count("pk", filter=Q(state=state)) for state in COUNTED_FINDING_STATES},
    )
    return [
        FunnelStep("全部", counts["total"]),
        FunnelStep("未销号", counts["open"], state="OPEN"),
        FunnelStep("逾期", counts["overdue"], overdue="yes"),
        *[
            FunnelStep(state.label, counts[state.value], state=state.value)
            for state in COUNTED_FINDING_STATES
        ],
    ]
