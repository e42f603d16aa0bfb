"""The generated year has exactly the totals of the source document."""

from collections import Counter
from decimal import Decimal

import pytest

from inspections.enums import Aspect, FindingKind, OrganizerLevel, Severity
from projects.enums import SupervisionLevel
from reports.demo.rows import YEAR, Ledger
from reports.demo.units import COUNTY_WITHOUT_DATA, UNITS


def _city(ledger: Ledger, table: str) -> list:
    return [row for row in ledger.rows(table) if row["organizer_level"] == OrganizerLevel.CITY]


def test_city_made_58_inspections(ledger):
    assert len(_city(ledger, "Inspection")) == 58


def test_city_found_260_management_and_47_physical_findings(ledger):
    numbers = {row["number"] for row in _city(ledger, "Inspection")}
    found = [row for row in ledger.rows("Finding") if row["inspection"] in numbers]

    assert Counter(row["kind"] for row in found) == {
        FindingKind.MANAGEMENT_VIOLATION: 260,
        FindingKind.PHYSICAL_DEFECT: 47,
    }
    assert {row["number"] for row in found} == {
        row["number"] for row in ledger.rows("Finding") if row["found_by_level"] == OrganizerLevel.CITY
    }


def test_city_issued_six_quality_notices_and_two_bidding_notices_went_out(ledger):
    notices = ledger.rows("RectificationNotice")

    assert sum(row["organizer_level"] == "CITY" and row["subject"] == "QUALITY" for row in notices) == 6
    assert sum(row["subject"] == "BIDDING" for row in notices) == 2
    assert all(row["issued_on"].year == YEAR for row in notices if row["organizer_level"] == "CITY")


def test_45_bidding_matters_were_checked_and_two_had_a_problem(ledger):
    checks = ledger.rows("BiddingCheck")

    assert len(checks) == 45
    assert sum(row["has_problem"] for row in checks) == 2
    assert len({row["matter"] for row in checks}) == 9


def test_32_clues_were_all_transferred_to_the_local_enforcement_body(ledger):
    clues = ledger.rows("Clue")

    assert len(clues) == 32
    assert all(row["transferred_on"] is not None and row["receiver"] for row in clues)


def test_fees_of_the_citys_tests_make_the_budget(ledger):
    assert sum((row["fee_yuan"] for row in _city(ledger, "SupervisoryTest")), Decimal(0)) == 280_000
    assert sum((row["fee_yuan"] for row in ledger.rows("SupervisoryTest")), Decimal(0)) == 280_000


def test_two_letters_were_issued_before_the_first_close_and_no_interview_is_imported(ledger):
    letters = ledger.rows("ReminderLetter")

    assert [row["issued_on"].month for row in letters] == [3, 4]
    assert all(row["month"].month < 4 for row in letters)
    assert ledger.rows("Interview") == []


def test_one_county_a_month_had_a_duty_inspection_from_april_on(ledger):
    rows = ledger.rows("DutyInspection")
    totals: Counter[str] = Counter()
    for item in ledger.rows("DutyInspectionItem"):
        totals[item["duty_inspection"]] += item["points"]

    assert [row["concluded_on"].month for row in rows] == list(range(4, 13))
    assert len({row["jurisdiction"] for row in rows}) == 9
    assert sum(total < 70 for total in totals.values()) == 1


def test_programme_of_the_year(ledger):
    kinds: dict[str, Counter] = {}
    for row in _city(ledger, "Inspection"):
        kinds.setdefault(str(row["kind"]), Counter())[row["inspected_on"].month] += 1

    assert set(kinds["JOINT_PATROL"]) == set(range(1, 13))
    assert kinds["DEMONSTRATION"] == Counter(dict.fromkeys(range(1, 13), 1))
    assert {(month + 2) // 3 for month in kinds["LAW_ENFORCEMENT"]} == {1, 2, 3, 4}
    assert set(kinds["CROSS_COUNTY"]) == {7, 8}


def test_all_eleven_aspects_are_looked_at(ledger):
    assert {row["aspect"] for row in ledger.rows("InspectionAspect")} == set(Aspect)


@pytest.mark.parametrize(("level", "share"), [("CITY", Decimal("0.15")), ("COUNTY", Decimal("0.10"))])
def test_sampling_reaches_the_demanded_share(ledger, level, share):
    drawn = Counter(row["draw"] for row in ledger.rows("DrawnProject"))
    organizers = {"510700"} if level == "CITY" else {unit.code for unit in UNITS}
    draws = [
        row
        for row in ledger.rows("Draw")
        if row["kind"] == "PROJECT" and row["jurisdiction"] in organizers and "SF" not in row["number"]
    ]

    assert draws
    assert all(drawn[row["number"]] >= share * row["population_count"] for row in draws)


def test_severities_are_mixed_as_the_handbook_says(ledger):
    rows = ledger.rows("Finding")
    share = {key: count / len(rows) for key, count in Counter(row["severity"] for row in rows).items()}

    assert share[Severity.GENERAL] == pytest.approx(0.65, abs=0.02)
    assert share[Severity.SERIOUS] == pytest.approx(0.30, abs=0.02)
    assert share[Severity.GRAVE] == pytest.approx(0.05, abs=0.01)


def test_units_of_the_citys_findings_are_mixed_as_the_handbook_says(ledger):
    rows = [row for row in ledger.rows("Finding") if row["found_by_level"] == OrganizerLevel.CITY]
    roles = Counter(str(row["role"]) for row in rows)

    assert roles["CONTRACTOR"] == 154
    assert roles["SUPERVISING_ENGINEER"] == 55
    assert roles["LEGAL_PERSON"] == 68
    assert (roles["DESIGNER"], roles["TESTING_AGENCY"]) == (12, 9)


def test_92_percent_of_the_findings_were_closed_on_time(ledger):
    rows = ledger.rows("Finding")
    on_time = sum(row["closed_on"] is not None and row["closed_on"] <= row["due_on"] for row in rows)

    assert on_time / len(rows) == pytest.approx(0.92, abs=0.015)


def test_every_serious_finding_stands_on_a_notice(ledger):
    noticed = {row["finding"] for row in ledger.rows("NoticeFinding")}

    assert noticed == {row["number"] for row in ledger.rows("Finding") if row["severity"] != Severity.GENERAL}


def test_number_of_projects_is_sensible(ledger):
    counts = Counter(row["jurisdiction"] for row in ledger.rows("Project"))

    assert 120 <= sum(counts.values()) <= 180
    assert counts[COUNTY_WITHOUT_DATA] == 0
    assert all(counts[unit.code] >= (3 if unit.is_zone else 9) for unit in UNITS if unit.projects)
    assert sum(row["supervision_level"] == SupervisionLevel.CITY for row in ledger.rows("Project")) == 22
