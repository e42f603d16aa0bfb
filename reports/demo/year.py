"""What the city itself did in 2023, with the totals of the source document."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from enforcement.enums import ClueKind, LetterState, NoticeState, NoticeSubject
from inspections.enums import BiddingMatter, FindingKind, OrganizerLevel, TestedObject, Verdict
from projects.enums import UnitRole
from reports.demo.duty import write_duty_inspections
from reports.demo.names import Directory, official
from reports.demo.rows import YEAR, Dice, Ledger, after_days, after_workdays, month_day, workdays_of
from reports.demo.units import UNQUALIFIED_UNIT
from reports.demo.visits import Visit
from reports.demo.works import Works

CITY = "510700"
CLUES = 32
BIDDING_CHECKS, BIDDING_CITY, BIDDING_NOTICES = 45, 15, 2
TEST_BUDGET_YUAN = 280_000
_CITY_TESTS = 28
_CLUES_BY_MONTH = {1: 1, 2: 1, 3: 2, 4: 1, 5: 2, 6: 2, 7: 7, 8: 8, 9: 3, 10: 2, 11: 2, 12: 1}
"""Most of them from the cross checks of July and August (source document §二)."""


def write_city_year(
    ledger: Ledger, works: list[Works], visits: list[Visit], directory: Directory, seed: int
) -> None:
    """Everything that the bureau did beside inspecting projects."""
    _write_plans_and_trainings(ledger)
    _write_tests(ledger, visits, directory, seed)
    _write_clues(ledger, visits, seed)
    _write_bidding(ledger, works, seed)
    write_duty_inspections(ledger, CITY, seed)
    _write_letters(ledger)
    _write_recorded_facts(ledger)


def _write_plans_and_trainings(ledger: Ledger) -> None:
    city_visits: dict[int, int] = {}
    for row in ledger.rows("Inspection"):
        if row["organizer_level"] == OrganizerLevel.CITY:
            month = row["inspected_on"].month
            city_visits[month] = city_visits.get(month, 0) + 1
    for month in range(1, 13):
        ledger.add(
            "MonthPlan",
            jurisdiction=CITY,
            month=month_day(month, 1),
            published_on=month_day(month - 1, 25),
            inspection_count=city_visits.get(month, 0),
            test_batch_count=4,
        )
    for day, topic in (
        (dt.date(YEAR, 3, 22), "全市水利行业大质量管理工作视频会议"),
        (dt.date(YEAR, 5, 18), "质量监督履职巡查发现常见问题集中整改推进会"),
        (dt.date(YEAR, 8, 29), "大质量管理推进会"),
    ):
        ledger.add(
            "Training",
            number=f"YSPX-S-{day:%m}",
            jurisdiction=CITY,
            held_on=day,
            topic=topic,
            attendee_count=120,
        )


def _write_tests(ledger: Ledger, visits: list[Visit], directory: Directory, seed: int) -> None:
    """The fees of all of the city's tests make exactly the year's budget."""
    dice = Dice(seed, "city-tests")
    seen = [visit for visit in visits if visit.level == OrganizerLevel.CITY]
    chosen = dice.some(seen, _CITY_TESTS)
    left = TEST_BUDGET_YUAN
    for number, visit in enumerate(chosen, start=1):
        fee = left if number == len(chosen) else dice.between(80, 120) * 100
        left -= fee
        bad = next((row for row in visit.findings if row["kind"] == FindingKind.PHYSICAL_DEFECT), None)
        failed = bad if bad and number % 9 == 0 else None
        reported = after_workdays(visit.day, 9)
        ledger.add(
            "SupervisoryTest",
            project=visit.works.code,
            agency=directory.supervisory_agencies[number % 2].uscc,
            number=f"YSCJ-S-{number:03d}",
            organizer_level=OrganizerLevel.CITY,
            tested_object=TestedObject.WORKS_BODY if failed else dice.pick(list(TestedObject)),
            item="主体工程抽检（演示）",
            batch_count=dice.between(1, 3),
            sampled_on=visit.day,
            report_number=f"YSBG-S-{number:03d}",
            reported_on=reported,
            verdict=Verdict.FAILED if failed else Verdict.PASSED,
            fee_yuan=Decimal(fee),
            handled_on=after_workdays(reported, 2) if failed else None,
            finding=failed["number"] if failed else "",
        )


def _write_clues(ledger: Ledger, visits: list[Visit], seed: int) -> None:
    """All clues were transferred, most within seven working days."""
    written = 0
    for month, count in _CLUES_BY_MONTH.items():
        dice = Dice(seed, f"clues/{month}")
        candidates = [
            v for v in visits if v.day.month == month and not v.works.plan.is_real_name and v.findings
        ]
        city = [v for v in candidates if v.level == OrganizerLevel.CITY]
        for index in range(count):
            written += 1
            pool = city if city and index % 3 else candidates
            visit = dice.pick(pool)
            is_late = visit.manner.left_open > 0 and dice.chance(0.2)
            party = visit.works.party(UnitRole.CONTRACTOR)
            ledger.add(
                "Clue",
                number=f"YSXS-{YEAR}-{written:03d}",
                project=visit.works.code,
                organization=party.org.uscc,
                finding="",
                kind=dice.pick(list(ClueKind)[:4]),
                organizer_level=visit.level,
                summary="合同履约检查发现疑似违法违规行为，已固定证据（演示）",
                identified_on=visit.day,
                transferred_on=after_workdays(visit.day, 9 if is_late else dice.between(2, 6)),
                receiver=f"{visit.unit.name}水行政执法机构（演示）",
                receipt="已受理（演示）",
            )


def _write_bidding(ledger: Ledger, works: list[Works], seed: int) -> None:
    dice = Dice(seed, "bidding")
    matters = list(BiddingMatter)
    invented = [one for one in works if one.plan.is_started and not one.plan.is_real_name]
    troubled = set(range(BIDDING_CITY + 1, BIDDING_CHECKS, 14)[:BIDDING_NOTICES])
    for index in range(BIDDING_CHECKS):
        one = invented[(index * 7) % len(invented)]
        number = f"YSZB-{YEAR}-{index + 1:03d}"
        is_city = index < BIDDING_CITY
        has_problem = index in troubled
        day = workdays_of(3 + index % 10)[5 + index % 9]
        ledger.add(
            "BiddingCheck",
            project=one.code,
            number=number,
            matter=matters[index % len(matters)],
            organizer_level=OrganizerLevel.CITY if is_city else OrganizerLevel.COUNTY,
            checked_on=day,
            has_problem=has_problem,
            result="招标文件设置的业绩条件与项目规模不相适应（演示）" if has_problem else "未发现问题",
        )
        if has_problem:
            issued = after_workdays(day, dice.between(2, 4))
            ledger.add(
                "RectificationNotice",
                number=f"YSZG-ZB-{index + 1:03d}",
                project=one.code,
                addressee=one.legal_person.uscc,
                bidding_check=number,
                subject=NoticeSubject.BIDDING,
                organizer_level=OrganizerLevel.COUNTY,
                state=NoticeState.CLOSED,
                issued_on=issued,
                served_on=after_workdays(issued, 1),
                due_on=after_days(issued, 15),
                closed_on=after_days(issued, 12),
            )


def _write_letters(ledger: Ledger) -> None:
    """The year's two letters, both before the first close; the closes from April on only propose."""
    for number, (code, month) in enumerate((("510727", 2), ("510723", 3)), start=1):
        issued = workdays_of(month + 1)[5]
        ledger.add(
            "ReminderLetter",
            number=f"演示提函〔{YEAR}〕{number}号",
            jurisdiction=code,
            month=month_day(month, 1),
            reasons="整改闭环进展缓慢，月报填报质量不高（演示）",
            state=LetterState.ANSWERED,
            proposed_at=None,
            decided_by_name=official("绵阳", 7),
            issued_on=issued,
            feedback_due_on=after_workdays(issued, 5),
            answered_on=after_workdays(issued, 4),
        )


def _write_recorded_facts(ledger: Ledger) -> None:
    """One falsified return (red line R5), three bonuses, one penalty."""
    code, month = UNQUALIFIED_UNIT
    ledger.add(
        "RedLineFact",
        number=f"YSHX-{YEAR}-01",
        jurisdiction=code,
        month=month_day(month, 1),
        red_line="R5",
        fact="抽核发现月报所附整改照片为旧照片，属弄虚作假（演示）",
        basis_document="市局抽核记录（演示）",
    )
    for number, (county, at_month, item, fact) in enumerate(
        (
            ("510726", 5, "P3", "购买社会服务辅助质量监督的做法被市局采纳（演示）"),
            ("510781", 8, "P1", "标准化工地获市级通报表扬（演示）"),
            ("510704", 9, "P1", "质量创优获市级通报表扬（演示）"),
            ("510723", 8, "N2", "市局交办事项逾期未办结（演示）"),
        ),
        start=1,
    ):
        ledger.add(
            "AdjustmentFact",
            number=f"YSJF-{YEAR}-{number:02d}",
            jurisdiction=county,
            month=month_day(at_month, 1),
            item=item,
            count=1,
            fact=fact,
            basis_document="市局会议纪要（演示）",
        )
