"""对照市: an invented city with a handful of records, so that the wall can be seen from its other side."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.month import SHANGHAI
from core.uscc import fictitious_uscc
from reports.demo.names import MARK
from reports.demo.rows import YEAR, Ledger

_FIRST_SERIAL = 5000
"""Far from the serials of 绵阳市: an organization of one city must never look like one of the other."""


def make_duizhao() -> Ledger:
    """Two legal persons, one builder, four projects, two inspections, three findings, one return."""
    ledger = Ledger()
    codes = [fictitious_uscc(_FIRST_SERIAL + index, division="510700") for index in range(3)]
    names = (
        f"示例对照水利建设中心{MARK}",
        f"示例对照水务投资有限公司{MARK}",
        f"示例对照水利工程有限公司{MARK}",
    )
    for code, name in zip(codes, names, strict=True):
        ledger.add("Organization", uscc=code, name=name, kind="FIRM")
    for index in range(4):
        _write_project(ledger, index, codes)
    for index in range(2):
        _write_inspection(ledger, index, codes[2])
    ledger.add(
        "MonthlyReturn",
        jurisdiction="999901",
        month=dt.date(YEAR, 9, 1),
        state="ACCEPTED",
        first_submitted_at=dt.datetime(YEAR, 10, 7, 9, 0, tzinfo=SHANGHAI),
        filler_name="甲县演示甲",
        reviewer_name="甲县演示乙",
        accepter_name="对照演示丙",
        is_nil=False,
    )
    return ledger


def _write_project(ledger: Ledger, index: int, codes: list[str]) -> None:
    code = f"DZ-{index + 1:03d}"
    ledger.add(
        "Project",
        jurisdiction=f"99990{index % 3 + 1}",
        code=code,
        name=f"对照{'甲乙丙丁'[index]}河堤防工程{MARK}",
        supervision_level="COUNTY",
        category="EMBANKMENT",
        nature="NEW",
        approved_estimate_wan_yuan=Decimal(900 + 100 * index),
        legal_person=codes[index % 2],
        status="UNDER_WAY",
        approved_duration_days=360,
        started_on=dt.date(YEAR, 3, 1),
        progress_percent=Decimal(40),
    )
    ledger.add("ParticipatingUnit", project=code, organization=codes[2], role="CONTRACTOR")


def _write_inspection(ledger: Ledger, index: int, builder: str) -> None:
    number, project, day = f"DZJC-{index + 1:03d}", f"DZ-{index + 1:03d}", dt.date(YEAR, 9, 12 + index)
    ledger.add(
        "Inspection",
        number=number,
        project=project,
        kind="ROUTINE",
        organizer_level="COUNTY",
        inspected_on=day,
        counterparty_signed=True,
    )
    for item in range(2 - index):
        ledger.add(
            "Finding",
            number=f"DZWT-{index + 1:03d}-{item + 1}",
            inspection=number,
            project=project,
            organization=builder,
            role="CONTRACTOR",
            catalogue_item="CM-041",
            kind="MANAGEMENT_VIOLATION",
            severity="GENERAL",
            text="施工记录、施工日志不完整，影像资料缺失",
            found_on=day,
            found_by_level="COUNTY",
            state="CONFIRMED",
            original_due_on=day + dt.timedelta(days=15),
            due_on=day + dt.timedelta(days=15),
        )
