"""The counties and zones of the demo city, and how well each does its work: entirely invented."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Manner:
    """How a county works: chances per event (0–1) unless the name says otherwise."""

    plan_late: float
    trains: float
    report_late: float
    report_late_workdays: int
    report_returned: float
    field_error: float
    field_missing: float
    key_report_late: float
    inspection_missed: float
    unsigned: float
    single_officer: float
    no_evidence: float
    no_code: float
    closed_late: float
    days_late: int
    left_open: float
    notice_late: float
    recheck: float
    test_missed: float
    filing_late: float
    acceptance_missed: float
    defect_unfiled: float
    unregistered: int
    registered_late: int
    papers_missing: int
    commitments_missing: int


EXEMPLARY = Manner(
    plan_late=0,
    trains=0.5,
    report_late=0.06,
    report_late_workdays=1,
    report_returned=0,
    field_error=0.12,
    field_missing=0.012,
    key_report_late=0,
    inspection_missed=0,
    unsigned=0.05,
    single_officer=0,
    no_evidence=0.06,
    no_code=0,
    closed_late=0.05,
    days_late=4,
    left_open=0,
    notice_late=0.06,
    recheck=0.45,
    test_missed=0,
    filing_late=0.05,
    acceptance_missed=0.06,
    defect_unfiled=0,
    unregistered=0,
    registered_late=1,
    papers_missing=0,
    commitments_missing=0,
)
GOOD = dataclasses.replace(
    EXEMPLARY,
    plan_late=0.05,
    trains=0.45,
    report_late=0.1,
    report_late_workdays=1,
    report_returned=0.08,
    field_error=0.15,
    field_missing=0.01,
    key_report_late=0.05,
    inspection_missed=0.04,
    unsigned=0.04,
    no_evidence=0.04,
    closed_late=0.08,
    days_late=10,
    notice_late=0.06,
    recheck=0.5,
    test_missed=0.03,
    filing_late=0.06,
    acceptance_missed=0.05,
    defect_unfiled=0.05,
    papers_missing=1,
    commitments_missing=1,
    left_open=0.006,
)
FAIR = dataclasses.replace(
    GOOD,
    plan_late=0.08,
    trains=0.5,
    report_late=0.12,
    report_returned=0.2,
    field_error=0.2,
    field_missing=0.025,
    key_report_late=0.1,
    inspection_missed=0.03,
    unsigned=0.08,
    single_officer=0.01,
    no_evidence=0.07,
    no_code=0.02,
    closed_late=0.11,
    days_late=14,
    left_open=0.012,
    notice_late=0.12,
    recheck=0.4,
    test_missed=0.04,
    filing_late=0.1,
    acceptance_missed=0.1,
    defect_unfiled=0.1,
    unregistered=1,
)
WEAK = dataclasses.replace(
    FAIR,
    plan_late=0.12,
    trains=0.45,
    report_late=0.25,
    report_late_workdays=1,
    report_returned=0.3,
    field_error=0.4,
    field_missing=0.03,
    key_report_late=0.12,
    inspection_missed=0.06,
    unsigned=0.12,
    single_officer=0.02,
    no_evidence=0.12,
    no_code=0.05,
    closed_late=0.11,
    days_late=14,
    left_open=0.02,
    notice_late=0.15,
    recheck=0.35,
    test_missed=0.08,
    filing_late=0.12,
    acceptance_missed=0.15,
    defect_unfiled=0.15,
    registered_late=2,
    papers_missing=1,
    commitments_missing=1,
)
FAILING = dataclasses.replace(
    WEAK,
    plan_late=1,
    trains=0,
    report_late=1,
    report_late_workdays=1,
    report_returned=1,
    field_error=1,
    field_missing=0.06,
    key_report_late=1,
    inspection_missed=0.25,
    unsigned=0.3,
    no_evidence=0.3,
    closed_late=0.15,
    days_late=8,
    notice_late=0.6,
    recheck=0,
    test_missed=0.4,
    left_open=0.0,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """A county or zone: how many projects it supervises, how many inspections and test batches it plans a month."""

    code: str
    name: str
    short: str
    manner: Manner
    projects: int
    inspections: int
    tests: int
    supervisors: int

    @property
    def is_zone(self) -> bool:
        """Functional zones have codes of our own (handbook §7.4)."""
        return "G" in self.code


UNITS = (
    Unit("510703", "涪城区", "涪城", GOOD, 9, 4, 2, 3),
    Unit("510704", "游仙区", "游仙", EXEMPLARY, 12, 5, 3, 4),
    Unit("510705", "安州区", "安州", GOOD, 11, 4, 2, 3),
    Unit("510781", "江油市", "江油", EXEMPLARY, 15, 6, 3, 4),
    Unit("510722", "三台县", "三台", GOOD, 19, 6, 3, 4),
    Unit("510723", "盐亭县", "盐亭", FAIR, 15, 5, 3, 2),
    Unit("510725", "梓潼县", "梓潼", FAIR, 11, 4, 2, 2),
    Unit("510726", "北川羌族自治县", "北川", EXEMPLARY, 12, 5, 2, 3),
    Unit("510727", "平武县", "平武", WEAK, 9, 4, 2, 1),
    Unit("5107G1", "高新区", "高新", GOOD, 4, 2, 1, 1),
    Unit("5107G2", "经开区", "经开", FAIR, 3, 2, 1, 1),
    Unit("5107G3", "科创区", "科创", GOOD, 3, 2, 1, 1),
    Unit("5107G4", "仙海区", "仙海", EXEMPLARY, 3, 2, 1, 1),
    Unit("5107G5", "科技城新区", "科技城新区", GOOD, 0, 0, 0, 0),
)
COUNTY_WITHOUT_DATA = "5107G5"
"""Supervises no project and files nil returns (零报告): its score says 数据不足."""

UNIT_BELOW_70 = ("510727", 9)
"""County and month whose own work fails: monthly score and duty inspection under the interview line."""
UNQUALIFIED_UNIT = ("510725", 7)
"""County and month in which the bureau found a falsified return (red line R5)."""

ASSISTED_UNIT = "510726"
"""Buys help for its inspections; the helpers never count as officers (国办发〔2024〕54号)."""


def manner_of(unit: Unit, month: int) -> Manner:
    """How the unit works in a month."""
    return FAILING if (unit.code, month) == UNIT_BELOW_70 else unit.manner
