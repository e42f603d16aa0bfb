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


@dataclass(frozen=True)
class Funnel:
    """`rows` counts all, drafts and withdrawn findings too: the length of the list without a filter of state."""

    steps: list[FunnelStep]
    rows: int


def funnel_of(rows: QuerySet[Finding], *, as_of: dt.date) -> Funnel:
    """Counts of a filtered list, without its filters of state: one query.

    全部 = every row of the list; 未销号 = confirmed, not withdrawn, not closed. Drafts and withdrawn findings, which no
    statistics count, are named where there are any, so that the numbers add up.
    """
    # By group, naming only what one index holds: it answers without reading the rows.
    groups = (
        rows.order_by()
        .values("state")
        .annotate(n=Count("*"), late=Count("state", filter=Q(due_on__lt=as_of)))
    )
    counts: dict[str, int] = {}
    late = 0
    for group in groups.values("state", "n", "late"):
        counts[group["state"]] = group["n"]
        late += group["late"] if group["state"] in OPEN_FINDING_STATES else 0
    steps = [
        FunnelStep("全部", sum(counts.values())),
        FunnelStep("未销号", sum(counts.get(state, 0) for state in OPEN_FINDING_STATES), state="OPEN"),
        FunnelStep("逾期", late, overdue="yes"),
        *[
            FunnelStep(state.label, counts.get(state, 0), state=state.value)
            for state in COUNTED_FINDING_STATES
        ],
        *[
            FunnelStep(str(state.label), counts[state], state=state.value)
            for state in (FindingState.DRAFT, FindingState.WITHDRAWN)
            if counts.get(state)
        ],
    ]
    return Funnel(steps, sum(counts.values()))
