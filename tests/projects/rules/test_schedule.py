"""进度偏差 against the clock: arithmetic only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from projects.rules.schedule import Deviation, Schedule, deviation

START = dt.date(2023, 1, 1)
PLAN = Schedule(START, 200, dt.date(2023, 7, 20), None, Decimal(40))


def plan(**given: Any) -> Schedule:
    return Schedule(**{**PLAN.__dict__, **given})


@pytest.mark.parametrize(
    ("schedule", "as_of", "elapsed", "behind", "overdue"),
    [
        pytest.param(PLAN, dt.date(2023, 4, 11), "50.0", "10.0", 0, id="behind"),
        pytest.param(
            plan(progress_percent=Decimal("62.5")), dt.date(2023, 4, 11), "50", "-12.5", 0, id="ahead"
        ),
        pytest.param(PLAN, dt.date(2023, 7, 20), "100", "60", 0, id="last day"),
        pytest.param(PLAN, dt.date(2023, 7, 21), "100", "60", 1, id="a day over"),
        pytest.param(PLAN, dt.date(2022, 12, 1), "0", "-40", 0, id="before the start"),
        pytest.param(
            plan(finished_on=dt.date(2023, 7, 29), progress_percent=Decimal(100)),
            dt.date(2025, 1, 1),
            "100",
            "0",
            9,
            id="finished late",
        ),
        pytest.param(plan(duration_days=None), dt.date(2023, 4, 11), "50", "10", 0, id="planned days"),
    ],
)
def test_deviation(schedule: Schedule, as_of: dt.date, elapsed: str, behind: str, overdue: int) -> None:
    assert deviation(schedule, as_of) == Deviation(Decimal(elapsed), Decimal(behind), overdue)


def test_nothing_is_said_without_what_it_needs() -> None:
    today = dt.date(2023, 9, 1)
    bare = plan(duration_days=None, planned_finish_on=None)
    for schedule in (
        plan(started_on=None, planned_finish_on=None),
        bare,
        plan(started_on=None, duration_days=None),
    ):
        assert deviation(schedule, today).behind_percent is None
    assert deviation(bare, today).overdue_days == 0
    unknown = deviation(plan(progress_percent=None), today)
    assert (unknown.behind_percent, unknown.overdue_days) == (None, 43)
