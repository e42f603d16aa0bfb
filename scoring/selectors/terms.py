"""Terms in working days that the rubric in force sets, for pages that show a clock."""

from __future__ import annotations

import datetime as dt

from core.month import ReportingMonth
from scoring.selectors.scales import rubric_in_force


def failed_test_workdays(day: dt.date) -> int:
    """Working days to handle a failed test that was reported on the day (rubric F2). Raises NoRubric."""
    return rubric_in_force(ReportingMonth.of(day)).whole_parameter("failed_test_within_workdays")


def transfer_workdays(day: dt.date) -> int:
    """Working days to transfer a clue that was identified on the day (rubric E5). Raises NoRubric."""
    return rubric_in_force(ReportingMonth.of(day)).whole_parameter("transfer_within_workdays")
