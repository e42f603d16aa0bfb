"""Monthly returns: timely, late, sent back, nil; the reports of key legal persons; attendance."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

from core.month import SHANGHAI
from inspections.enums import FindingKind, Severity
from projects.enums import COMMITTED_ROLES, ProjectStatus, RemarkKind, ReturnState, UnitRole
from reports.demo.fuller import progress_of
from reports.demo.names import official
from reports.demo.rows import Dice, Ledger, Row, after_workdays, month_day, workday
from reports.demo.units import UNITS, Manner, Unit, manner_of
from reports.demo.works import Works, unit_columns

_FILER, _REVIEWER = 4, 5
_ACCEPTER = "绵阳演示己"
_SILENT = ("5107G5", 8)
"""The zone without projects forgot its nil return once: silence is not a report."""

LINE_FIELDS = (
    "award_price_wan_yuan",
    "approved_duration_days",
    "unit_count",
    "key_person_count",
    "key_work_count",
)


def due_on(month: int) -> dt.date:
    """次月第 5 日, moved forward from a day off."""
    return workday(month_day(month + 1, 5))


def write_returns(ledger: Ledger, works: list[Works], seed: int) -> None:
    """The returns of all counties and months; call it last, the head of a return counts the other records."""
    counts = _Counts(ledger)
    for unit in UNITS:
        own = [one for one in works if one.plan.unit == unit]
        for month in range(1, 13):
            dice = Dice(seed, f"returns/{unit.code}/{month}")
            if not own:
                if (unit.code, month) != _SILENT:
                    _write_nil(ledger, unit, month)
                continue
            _write_return(ledger, unit, month, own, counts, dice)


def _stamp(day: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, 30), tzinfo=SHANGHAI)


def _write_nil(ledger: Ledger, unit: Unit, month: int) -> None:
    submitted = workday(month_day(month + 1, 3))
    ledger.add(
        "MonthlyReturn",
        jurisdiction=unit.code,
        month=month_day(month, 1),
        due_on=due_on(month),
        state=ReturnState.ACCEPTED,
        first_submitted_at=_stamp(submitted, 10),
        accepted_at=_stamp(due_on(month), 16),
        filler_name=official(unit.short, _FILER),
        reviewer_name=official(unit.short, _REVIEWER),
        accepter_name=_ACCEPTER,
        is_nil=True,
        nil_statement="本月辖区无在建、拟建水利工程，特作零报告。",
        nil_signed_on=submitted,
    )


def _write_return(
    ledger: Ledger, unit: Unit, month: int, works: list[Works], counts: _Counts, dice: Dice
) -> None:
    manner = manner_of(unit, month)
    due = due_on(month)
    is_late = dice.chance(manner.report_late)
    first = after_workdays(due, manner.report_late_workdays) if is_late else workday(month_day(month + 1, 3))
    is_sent_back = dice.chance(manner.report_returned)
    last = after_workdays(first, 1) if is_sent_back else first
    key = {"jurisdiction": unit.code, "month": month_day(month, 1)}
    ledger.add(
        "MonthlyReturn",
        **key,
        due_on=due,
        state=ReturnState.ACCEPTED,
        first_submitted_at=_stamp(first, 15),
        accepted_at=_stamp(max(last, due), 17),
        filler_name=official(unit.short, _FILER),
        reviewer_name=official(unit.short, _REVIEWER),
        accepter_name=_ACCEPTER,
        is_nil=False,
    )
    reported = [one for one in works if one.plan.status == ProjectStatus.UNDER_WAY]
    versions = 2 if is_sent_back else 1
    for number in range(1, versions + 1):
        head = counts.head(unit.code, month, reported, month_day(month, 1))
        ledger.add(
            "ReturnVersion",
            **key,
            number=number,
            submitted_at=_stamp(first if number == 1 else last, 15),
            **{f"header__{name}": count for name, count in head.items()},
        )
        # what was sent back lacked more than what came again
        missing = manner.field_missing * (2 if number < versions else 1)
        for one in reported:
            ledger.add("ReturnLine", **key, version_number=number, **_line(one, month, missing, dice))
    _write_remarks(ledger, key, unit, manner, is_sent_back, after_workdays(first, 1), dice)


def _line(one: Works, month: int, missing: float, dice: Dice) -> Row:
    filled = {
        "award_price_wan_yuan": one.price,
        "approved_duration_days": one.plan.duration_days,
        "unit_count": len(one.parties),
        "key_person_count": one.people_count,
        "key_work_count": one.key_work_count,
    }
    line: Row = {"project": one.code}
    for name in LINE_FIELDS:
        line[name] = None if dice.chance(missing) else filled[name]
    # a number is reported where there is one: also by projects that registered too late
    line["registration_number"] = "" if dice.chance(missing) else one.registration or "未办理"
    progress = progress_of(one, month)
    line["progress_percent"] = progress
    line["invested_wan_yuan"] = (one.price * progress / 100).quantize(Decimal("0.01"))
    return {**line, **_rest_of_line(one, bool(progress))}


def _rest_of_line(one: Works, has_begun: bool) -> Row:
    """Fields that B2 does not count."""
    started = one.plan.started_on if has_begun else None
    committed = len({party.org.uscc for party in one.parties if party.role in COMMITTED_ROLES})
    return {
        "status": ProjectStatus.UNDER_WAY if has_begun else ProjectStatus.PLANNED,
        "started_on": started,
        "planned_finish_on": started + dt.timedelta(days=one.plan.duration_days) if started else None,
        "commitments_due": committed if has_begun else 0,
        "commitments_signed": committed if has_begun else 0,
        "accident_count": 0,
        "defect_count": 0,
    }


def _write_remarks(
    ledger: Ledger, key: Row, unit: Unit, manner: Manner, is_sent_back: bool, noted_on: dt.date, dice: Dice
) -> None:
    month: dt.date = key["month"]
    number = f"YSSH-{unit.code}-{month:%m}"
    if is_sent_back:
        ledger.add(
            "ReturnRemark",
            **key,
            number=f"{number}-1",
            kind=RemarkKind.RETURNED,
            noted_on=noted_on,
            note="项目明细多处空缺，退回补正（演示）",
        )
    if dice.chance(manner.field_error):
        ledger.add(
            "ReturnRemark",
            **key,
            number=f"{number}-2",
            kind=RemarkKind.FIELD_ERROR,
            noted_on=noted_on,
            field_name="中标价",
            note="中标价与合同不符，经抽核属实（演示）",
        )


class _Counts:
    """What the head of a return states, counted from the ledger's own rows."""

    def __init__(self, ledger: Ledger) -> None:
        self._counts: Counter[tuple[str, int, str]] = Counter()
        county = {row["code"]: row["jurisdiction"] for row in ledger.rows("Project")}
        for row in ledger.rows("Inspection"):
            self._add(county[row["project"]], row["inspected_on"], "inspections")
            self._add(county[row["project"]], row["inspected_on"], "person_times", 2)
        for row in ledger.rows("Finding"):
            self._add_finding(county[row["project"]], row)
        for row in ledger.rows("RectificationNotice"):
            self._add(county[row["project"]], row["issued_on"], "notices")
        for row in ledger.rows("SupervisoryTest"):
            self._add(county[row["project"]], row["sampled_on"], "test_batches", row["batch_count"])
        for row in ledger.rows("Clue"):
            self._add(county[row["project"]], row["transferred_on"], "transfers")
        for row in ledger.rows("Training"):
            self._add(row["jurisdiction"], row["held_on"], "trainings")

    def _add(self, county: str, day: dt.date | None, name: str, count: int = 1) -> None:
        if day is not None and day.year == month_day(1, 1).year:
            self._counts[county, day.month, name] += count

    def _add_finding(self, county: str, row: Row) -> None:
        kinds = {
            FindingKind.MANAGEMENT_VIOLATION: "findings_management",
            FindingKind.PHYSICAL_DEFECT: "findings_physical",
        }
        severities = {
            Severity.GENERAL: "findings_general",
            Severity.SERIOUS: "findings_serious",
            Severity.GRAVE: "findings_grave",
        }
        self._add(county, row["found_on"], kinds[row["kind"]])
        self._add(county, row["found_on"], severities[row["severity"]])
        self._add(county, row["closed_on"], "findings_closed")

    def head(self, county: str, month: int, works: list[Works], first: dt.date) -> dict[str, int]:
        """The counts of one return."""
        starts = [one.plan.started_on for one in works if one.plan.started_on]
        found = {
            name: count
            for (code, number, name), count in self._counts.items()
            if (code, number) == (county, month)
        }
        return {
            "projects_under_way": sum(start < month_day(month + 1, 1) for start in starts),
            "projects_started": sum(first <= start < month_day(month + 1, 1) for start in starts),
            **found,
        }


def write_legal_person_reports(ledger: Ledger, works: list[Works], seed: int) -> None:
    """Every legal person with a key object reports every month (rubric B4)."""
    due_ones = sorted({(one.plan.unit.code, one.legal_person.uscc) for one in works if one.is_key_object})
    units = {unit.code: unit for unit in UNITS}
    for month in range(1, 13):
        for county, uscc in due_ones:
            dice = Dice(seed, f"legal-person-reports/{uscc}/{month}")
            due = workday(month_day(month + 1, 5))
            is_late = dice.chance(manner_of(units[county], month).key_report_late)
            ledger.add(
                "LegalPersonReport",
                jurisdiction=county,
                legal_person=uscc,
                month=month_day(month, 1),
                due_on=due,
                submitted_on=after_workdays(due, 2) if is_late else workday(month_day(month + 1, 3)),
            )


def write_attendance(ledger: Ledger, works: list[Works], seed: int) -> None:
    """到岗率 of builders and supervising engineers of key objects; one of them cheated once."""
    followed = [one for one in works if one.is_key_object]
    for index, one in enumerate(followed):
        for party in (one.party(UnitRole.CONTRACTOR), one.party(UnitRole.SUPERVISING_ENGINEER)):
            dice = Dice(seed, f"attendance/{one.code}/{party.role}")
            usual = dice.between(76, 96) if dice.chance(0.2) else dice.between(86, 98)
            for month in range(1, 13):
                started = one.plan.started_on
                if started is None or started >= month_day(month, 1):
                    continue
                ledger.add(
                    "Attendance",
                    **unit_columns(one, party),
                    month=month_day(month, 1),
                    rate_percent=Decimal(min(100, usual + dice.between(-4, 4))),
                    is_fraud=index == 3 and month == 9 and party.role == UnitRole.CONTRACTOR,
                )
