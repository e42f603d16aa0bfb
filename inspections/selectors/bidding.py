"""Bidding checks: rows of the list, and nine matters × counties of a month."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from core.month import ReportingMonth
from inspections.enums import BiddingMatter
from inspections.models import BiddingCheck
from tenancy.models import Jurisdiction


@dataclass(frozen=True)
class MatterCell:
    """Checks of one matter in one place; `problems` of them found something."""

    count: int = 0
    problems: int = 0


@dataclass(frozen=True)
class MatterRow:
    """One place with its nine matters."""

    place: Jurisdiction
    cells: list[MatterCell]

    @property
    def total(self) -> MatterCell:
        """Of all matters."""
        return MatterCell(sum(cell.count for cell in self.cells), sum(cell.problems for cell in self.cells))


@dataclass(frozen=True)
class MatterTable:
    """The nine matters of a month."""

    month: ReportingMonth
    matters: list[str]
    rows: list[MatterRow]


def visible_bidding() -> QuerySet[BiddingCheck]:
    """The scope's checks."""
    return BiddingCheck.objects.select_related("jurisdiction", "project")


def matter_table(day: dt.date, places: list[Jurisdiction]) -> MatterTable:
    """How often each matter was checked in each place in the month of the day. One query."""
    month = ReportingMonth.of(day)
    groups = (
        BiddingCheck.objects.filter(checked_on__range=(month.first, month.last))
        .order_by()
        .values("jurisdiction_id", "matter")
        .annotate(n=Count("*"), bad=Count("pk", filter=Q(has_problem=True)))
    )
    found: dict[tuple[uuid.UUID, str], MatterCell] = {
        (group["jurisdiction_id"], group["matter"]): MatterCell(group["n"], group["bad"]) for group in groups
    }
    rows = [
        MatterRow(place, [found.get((place.pk, matter), MatterCell()) for matter in BiddingMatter.values])
        for place in places
    ]
    return MatterTable(month, list(BiddingMatter.labels), rows)
