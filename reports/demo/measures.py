"""What follows a serious finding: notice, reply, recheck. The city issues six notices, the counties the rest."""

from __future__ import annotations

import datetime as dt

from enforcement.enums import NoticeState, NoticeSubject
from inspections.enums import OrganizerLevel, Severity
from reports.demo.names import official, person
from reports.demo.rows import Dice, Ledger, Row, after_workdays, workday
from reports.demo.visits import Visit

CITY_NOTICES = 6
"""Source document §三: 印发整改通知书6份. Other findings of the city are handed to the county, which issues the notice."""

_REQUIREMENTS = {
    Severity.SERIOUS: "查明原因，限期整改到位，举一反三，经监理复核、项目法人确认后书面报送。",
    Severity.GRAVE: "立即停止相关部位施工，3个工作日内报送整改方案，整改合格并经复查后方可继续。",
}


def write_measures(ledger: Ledger, visits: list[Visit], seed: int) -> None:
    """Notices for serious and grave findings; replies and rechecks for everything that was closed."""
    city = _of_the_city(visits)
    for visit in visits:
        dice = Dice(seed, f"measures/{visit.number}")
        heavy = [row for row in visit.findings if row["severity"] != Severity.GENERAL]
        if heavy:
            _write_notice(ledger, visit, heavy, visit.number in city, dice)
        for row in visit.findings:
            if row["closed_on"]:
                _write_closing(ledger, visit, row, dice)


def _of_the_city(visits: list[Visit]) -> set[str]:
    """The city's own notices: its visits with a grave finding, spread over the year."""
    grave = [
        visit.number
        for visit in visits
        if visit.level == OrganizerLevel.CITY
        and any(row["severity"] == Severity.GRAVE for row in visit.findings)
    ]
    step = len(grave) // CITY_NOTICES
    return set(grave[::step][:CITY_NOTICES])


def _write_notice(ledger: Ledger, visit: Visit, heavy: list[Row], is_city: bool, dice: Dice) -> None:
    is_late = not is_city and dice.chance(visit.manner.notice_late)
    issued = after_workdays(visit.day, 7 if is_late else dice.between(1, 4))
    closings = [row["closed_on"] for row in heavy]
    is_closed = all(closings)
    prefix = "S" if is_city else visit.unit.code
    number = f"YSZG-{prefix}-{visit.number[5:]}"
    ledger.add(
        "RectificationNotice",
        number=number,
        project=visit.works.code,
        addressee=visit.works.legal_person.uscc,
        subject=NoticeSubject.QUALITY,
        organizer_level=OrganizerLevel.CITY if is_city else OrganizerLevel.COUNTY,
        state=NoticeState.CLOSED if is_closed else NoticeState.SERVED,
        issued_on=issued,
        served_on=after_workdays(issued, 1),
        due_on=max(issued, *[row["due_on"] for row in heavy]),
        closed_on=max(issued, *closings) if is_closed else None,
    )
    for row in heavy:
        ledger.add(
            "NoticeFinding", notice=number, finding=row["number"], requirement=_REQUIREMENTS[row["severity"]]
        )


def _write_closing(ledger: Ledger, visit: Visit, row: Row, dice: Dice) -> None:
    """The unit replies, the supervision body rechecks where the finding was serious, then it is closed."""
    closed: dt.date = row["closed_on"]
    replied = max(visit.day, closed - dt.timedelta(days=dice.between(2, 5)))
    row["replied_on"] = replied
    is_heavy = row["severity"] != Severity.GENERAL
    if not (is_heavy or dice.chance(0.2)):
        return
    ledger.add(
        "RectificationReply",
        finding=row["number"],
        replied_on=replied,
        cause="现场管理不到位（演示）",
        measure="已按要求整改，监理复核、项目法人确认（演示）",
        responsible_person=person(dice.between(0, 119)),
    )
    if is_heavy and dice.chance(visit.manner.recheck):
        _write_recheck(ledger, visit, row, replied, dice)


def _write_recheck(ledger: Ledger, visit: Visit, row: Row, replied: dt.date, dice: Dice) -> None:
    officer = official(visit.unit.short, dice.between(0, 3))
    passed = min(workday(replied + dt.timedelta(days=1)), row["closed_on"])
    if replied < passed and dice.chance(0.06):
        ledger.add(
            "Recheck",
            finding=row["number"],
            rechecked_on=replied,
            is_on_site=True,
            has_passed=False,
            officer_name=officer,
            note="整改不彻底，退回继续整改（演示）",
        )
    ledger.add(
        "Recheck",
        finding=row["number"],
        rechecked_on=passed,
        is_on_site=dice.chance(0.8),
        has_passed=True,
        officer_name=officer,
        note="已整改到位（演示）",
    )
