"""A county's month beside its inspections: plan, trainings, draws, filings, acceptances, defects, tests."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal

from inspections.enums import FindingKind, OrganizerLevel, TestedObject, Verdict
from projects.enums import AcceptanceKind, FilingKind, FilingResult, SupervisionLevel
from reports.demo.names import Directory
from reports.demo.rows import YEAR, Dice, Ledger, Row, after_workdays, month_day, workdays_of
from reports.demo.units import UNITS, WEAK, Manner, Unit, manner_of
from reports.demo.visits import Visit
from reports.demo.works import Works

_BATCHES_PER_TEST = 2
_SAMPLE_SHARE = {SupervisionLevel.CITY: Decimal("0.15"), SupervisionLevel.COUNTY: Decimal("0.10")}
"""Source document §二: 市本级不低于15%，其他县（市、区）不低于10%; drawn again every quarter."""
_QUARTERS = (1, 4, 7, 10)
_TOPICS = (
    "《水利工程质量管理规定》宣贯",
    "质量监督常见问题举一反三",
    "工程建设质量评定标准培训",
    "执法检查登记表填写",
)
_TESTS = (
    (TestedObject.RAW_MATERIAL, "水泥、钢筋"),
    (TestedObject.INTERMEDIATE_PRODUCT, "混凝土试块抗压强度"),
    (TestedObject.WORKS_BODY, "衬砌厚度与回弹强度"),
    (TestedObject.WORKS_BODY, "土方压实度"),
)
_FILED = tuple(kind for kind in FilingKind if kind != FilingKind.DEFECT)
_FILING_TERM_WORKDAYS, _DEFECT_TERM_WORKDAYS = 15, 10


def write_county_months(
    ledger: Ledger, works: list[Works], visits: list[Visit], directory: Directory, seed: int
) -> None:
    """Everything that the counties did in the year beside inspecting."""
    for unit in UNITS:
        own = [one for one in works if one.plan.unit == unit]
        _write_body(ledger, unit, len(own))
        if own:
            _write_draws(ledger, unit.code, own, SupervisionLevel.COUNTY, unit.manner, seed)
        for month in range(1, 13):
            dice = Dice(seed, f"county/{unit.code}/{month}")
            manner = manner_of(unit, month)
            _write_trainings(ledger, unit, month, manner, dice)
            if own:
                _write_plan(ledger, unit, month, manner, dice)
                open_works = [one for one in own if one.plan.is_under_way(month_day(month, 1))]
                _write_papers(ledger, unit, month, open_works, manner, dice)
                seen = [
                    v
                    for v in visits
                    if v.unit == unit and v.day.month == month and v.level == OrganizerLevel.COUNTY
                ]
                _write_tests(ledger, unit, month, open_works, seen, directory, manner, dice)
    city_works = [one for one in works if one.plan.level == SupervisionLevel.CITY]
    _write_draws(ledger, "510700", city_works, SupervisionLevel.CITY, UNITS[1].manner, seed)


def _write_body(ledger: Ledger, unit: Unit, project_count: int) -> None:
    is_funded = unit.manner is not WEAK
    ledger.add(
        "SupervisionBody",
        jurisdiction=unit.code,
        year=YEAR,
        institution_document=f"{unit.short}编发〔2021〕3号（演示）" if project_count else "",
        full_time_supervisors=unit.supervisors,
        funding_document=f"{unit.short}财农〔{YEAR}〕5号（演示）" if project_count and is_funded else "",
        funding_wan_yuan=Decimal(4 * unit.supervisors) if project_count and is_funded else None,
        confirmed_on=dt.date(YEAR, 1, 12),
    )


def _write_plan(ledger: Ledger, unit: Unit, month: int, manner: Manner, dice: Dice) -> None:
    is_late = dice.chance(manner.plan_late)
    published = workdays_of(month)[2] if is_late else month_day(month - 1, dice.between(24, 28))
    ledger.add(
        "MonthPlan",
        jurisdiction=unit.code,
        month=month_day(month, 1),
        published_on=published,
        inspection_count=unit.inspections,
        test_batch_count=unit.tests * _BATCHES_PER_TEST,
    )


def _write_trainings(ledger: Ledger, unit: Unit, month: int, manner: Manner, dice: Dice) -> None:
    if unit.projects and (dice.chance(manner.trains) or month == 3):
        ledger.add(
            "Training",
            number=f"YSPX-{unit.code}-{month:02d}",
            jurisdiction=unit.code,
            held_on=dice.pick(workdays_of(month)[3:-3]),
            topic=f"{dice.pick(_TOPICS)}（演示）",
            attendee_count=dice.between(12, 60),
        )


def _write_draws(
    ledger: Ledger, code: str, works: list[Works], level: SupervisionLevel, manner: Manner, seed: int
) -> None:
    """Every quarter at least the demanded share of what is being built, made public within the term or not."""
    for month in _QUARTERS:
        dice = Dice(seed, f"draw/{code}/{month}")
        day = workdays_of(month)[2]
        population = [one for one in works if one.plan.level == level and one.plan.is_under_way(day)]
        if not population:
            continue
        formed = after_workdays(day, 10)
        number = f"YSCQ-{code}-{month:02d}"
        ledger.add(
            "Draw",
            number=number,
            jurisdiction=code,
            kind="PROJECT",
            drawn_on=day,
            population_count=len(population),
            result_formed_on=formed,
            published_on=after_workdays(formed, 24 if dice.chance(manner.plan_late) else dice.between(6, 15)),
        )
        for one in dice.some(population, math.ceil(len(population) * _SAMPLE_SHARE[level])):
            ledger.add("DrawnProject", draw=number, project=one.code)


def _write_papers(
    ledger: Ledger, unit: Unit, month: int, works: list[Works], manner: Manner, dice: Dice
) -> None:
    """核备, 验收, 缺陷备案 of the month."""
    days = workdays_of(month)
    busy = 1 if unit.is_zone else 2
    for index in range(dice.between(1, busy + 1)):
        received = dice.pick(days[:-6])
        due = after_workdays(received, _FILING_TERM_WORKDAYS)
        reviewed = after_workdays(due, 4) if dice.chance(manner.filing_late) else after_workdays(received, 9)
        ledger.add(
            "QualityFiling",
            project=dice.pick(works).code,
            number=f"YSHB-{unit.code}-{month:02d}-{index + 1}",
            kind=dice.pick(_FILED),
            subject="基础处理分部工程（演示）",
            received_on=received,
            due_on=due,
            reviewed_on=reviewed,
            result=FilingResult.RETURNED if dice.chance(0.1) else FilingResult.AGREED,
        )
    for index in range(dice.between(0, busy)):
        held = dice.pick(days[8:-2])
        is_supervised = not dice.chance(manner.acceptance_missed)
        number = f"YSYS-{unit.code}-{month:02d}-{index + 1}"
        ledger.add(
            "Acceptance",
            project=dice.pick(works).code,
            number=number,
            kind=dice.pick((AcceptanceKind.DIVISION, AcceptanceKind.UNIT_WORK)),
            subject="基础处理分部工程（演示）",
            notified_on=days[1],
            held_on=held,
            is_supervised=is_supervised,
            report_number=f"演示监督报告{number[5:]}" if is_supervised else "",
        )
    if dice.chance(0.4):
        _write_defect(ledger, unit, month, dice.pick(works), manner, dice)


def _write_defect(ledger: Ledger, unit: Unit, month: int, one: Works, manner: Manner, dice: Dice) -> None:
    found = workdays_of(month)[4]
    due = after_workdays(found, _DEFECT_TERM_WORKDAYS)
    filed = after_workdays(due, 25) if dice.chance(manner.defect_unfiled) else after_workdays(found, 7)
    ledger.add(
        "DefectFiling",
        project=one.code,
        number=f"YSQX-{unit.code}-{month:02d}",
        part="溢洪道底板",
        description="表面裂缝，宽0.2毫米，长0.6米（演示）",
        found_on=found,
        due_on=due,
        filed_on=filed,
        is_complete=not dice.chance(manner.defect_unfiled),
    )


def _write_tests(
    ledger: Ledger,
    unit: Unit,
    month: int,
    works: list[Works],
    visits: list[Visit],
    directory: Directory,
    manner: Manner,
    dice: Dice,
) -> None:
    """The county's own tests; where one fails, the finding that came of it is named."""
    days = workdays_of(month)
    for index in range(unit.tests):
        if dice.chance(manner.test_missed):
            continue
        failed = _failed_at(visits) if index == 0 and dice.chance(0.35) else None
        target = failed["project"] if failed else dice.pick(works).code
        tested, item = (TestedObject.WORKS_BODY, "衬砌厚度与回弹强度") if failed else dice.pick(_TESTS)
        sampled = days[2 + index]
        reported = after_workdays(sampled, 8)
        ledger.add(
            "SupervisoryTest",
            project=target,
            agency=dice.pick(directory.supervisory_agencies).uscc,
            number=f"YSCJ-{unit.code}-{month:02d}-{index + 1}",
            organizer_level=OrganizerLevel.COUNTY,
            tested_object=tested,
            item=item,
            batch_count=_BATCHES_PER_TEST,
            sampled_on=sampled,
            report_number=f"YSBG-{unit.code}-{month:02d}-{index + 1}",
            reported_on=reported,
            verdict=Verdict.FAILED if failed else Verdict.PASSED,
            fee_yuan=Decimal(0),
            handled_on=after_workdays(reported, 5 if dice.chance(manner.notice_late) else 2)
            if failed
            else None,
            finding=failed["number"] if failed else "",
        )


def _failed_at(visits: list[Visit]) -> Row | None:
    """A physical finding of the month that a test may have brought to light."""
    rows = [row for visit in visits for row in visit.findings]
    return next((row for row in rows if row["kind"] == FindingKind.PHYSICAL_DEFECT), None)
