"""What a self-check came to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum

from guidance.enums import WAITING_STATES
from guidance.models import Campaign, TaskAssignment
from guidance.selectors.tasks import overdue_on, visible_assignments


@dataclass(frozen=True)
class CountyResult:
    """One county's part: how many checked, how many found something, how many problems."""

    county: str
    total: int
    answered: int
    late: int
    with_problems: int
    problems: int

    @property
    def missing(self) -> int:
        """Have not answered."""
        return self.total - self.answered


@dataclass(frozen=True)
class CampaignResult:
    """By county, in all, and what was found."""

    counties: Sequence[CountyResult]
    total: CountyResult
    found: Sequence[TaskAssignment]
    missing: Sequence[TaskAssignment]


def campaign_result(campaign: Campaign, as_of: dt.date) -> CampaignResult:
    """Three queries, whatever the number of those who check."""
    rows = visible_assignments().filter(task__campaign=campaign)
    by_county = (
        rows.values("jurisdiction__short_name", "jurisdiction__unit_order")
        .annotate(
            total=Count("pk"),
            answered=Count("pk", filter=~Q(state__in=WAITING_STATES)),
            late=Count("pk", filter=overdue_on(as_of)),
            with_problems=Count("pk", filter=Q(problem_count__gt=0)),
            problems=Sum("problem_count"),
        )
        .order_by("jurisdiction__unit_order")
    )
    counties = [
        CountyResult(
            row["jurisdiction__short_name"],
            row["total"],
            row["answered"],
            row["late"],
            row["with_problems"],
            row["problems"] or 0,
        )
        for row in by_county
    ]
    return CampaignResult(counties, _sum(counties), _found(rows), _missing(rows))


def _sum(counties: Sequence[CountyResult]) -> CountyResult:
    return CountyResult(
        "合计",
        sum(row.total for row in counties),
        sum(row.answered for row in counties),
        sum(row.late for row in counties),
        sum(row.with_problems for row in counties),
        sum(row.problems for row in counties),
    )


def _found(rows: QuerySet[TaskAssignment]) -> list[TaskAssignment]:
    found = rows.filter(problem_count__gt=0).exclude(state__in=WAITING_STATES)
    return list(found.order_by("jurisdiction__unit_order", "-problem_count", "pk"))


def _missing(rows: QuerySet[TaskAssignment]) -> list[TaskAssignment]:
    return list(rows.filter(state__in=WAITING_STATES).order_by("jurisdiction__unit_order", "pk"))


def proposed_summary(result: CampaignResult) -> str:
    """First wording of the closing summary: the counts."""
    total = result.total
    missing = f"；未提交{total.missing}个" if total.missing else "，全部提交"
    return (
        f"本次自查共部署{total.total}个责任对象，提交自查结果{total.answered}个{missing}。"
        f"有{total.with_problems}个责任对象发现同类问题，共{total.problems}处，均已制定整改措施。"
    )
