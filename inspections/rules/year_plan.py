"""The grid of a year plan: months × kinds, its sums, and what of it a month plan counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Grid = Mapping[tuple[int, str], int]
"""(month 1–12, kind) → planned count; what is missing is 0."""
MONTHS = range(1, 13)
TEST = "TEST"
BESIDE = ("DUTY", "BIDDING")
"""Works that are no inspection of a project: a month plan counts them neither as inspections nor as batches."""


@dataclass(frozen=True)
class MonthCounts:
    """What a month plan says in numbers (rubric D1, F1)."""

    inspection_count: int
    test_batch_count: int


def is_inspection(kind: str) -> bool:
    """Whether a work of the kind is an inspection of a project."""
    return kind != TEST and kind not in BESIDE


def month_counts(grid: Grid, month: int) -> MonthCounts:
    """Inspections of all kinds together, and batches of tests."""
    return MonthCounts(
        inspection_count=sum(
            count for (at, kind), count in grid.items() if at == month and is_inspection(kind)
        ),
        test_batch_count=grid.get((month, TEST), 0),
    )


def kinds_of(grid: Grid, month: int) -> list[str]:
    """Kinds of inspection that the month foresees."""
    return [
        kind for (at, kind), count in sorted(grid.items()) if at == month and count and is_inspection(kind)
    ]
