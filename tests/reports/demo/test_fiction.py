"""The demo year is repeatable, valid, and cannot be taken for somebody's real records."""

import csv
import re

from core.month import SHANGHAI
from core.uscc import is_fictitious, parse_uscc
from inspections.enums import Severity
from reports.demo.duizhao import make_duizhao
from reports.demo.mianyang import SEED, make_mianyang
from reports.demo.register import PUBLIC_PROJECTS
from reports.demo.workbook import make_workbook


def _public_rows() -> list[dict[str, str]]:
    with PUBLIC_PROJECTS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_same_seed_gives_the_same_rows_and_another_seed_others(ledger):
    assert make_mianyang(SEED).tables == ledger.tables
    assert make_mianyang(SEED + 1).tables != ledger.tables


def test_same_rows_give_the_same_bytes():
    ledger = make_duizhao()

    assert make_workbook(ledger) == make_workbook(ledger)


def test_every_credit_code_is_valid_and_belongs_to_nobody(ledger):
    codes = [row["uscc"] for one in (ledger, make_duizhao()) for row in one.rows("Organization")]

    assert len(codes) == len(set(codes)) > 90
    assert all(parse_uscc(code) == code and is_fictitious(code) for code in codes)


def test_organizations_say_that_they_are_examples(ledger):
    names = [row["name"] for row in ledger.rows("Organization")]

    assert len(names) == len(set(names))
    assert all(name.startswith("示例") and name.endswith("（演示）") for name in names)


def test_no_real_legal_person_or_contractor_appears(ledger):
    real = {
        row[field].removesuffix("(推定)")
        for row in _public_rows()
        for field in ("legal_person", "contractor")
    }
    text = " ".join(str(value) for rows in ledger.tables.values() for row in rows for value in row.values())

    assert len(real - {""}) >= 4
    assert not [name for name in real - {""} if name in text]


def test_people_are_obviously_invented(ledger):
    fields = ("supervisor_name", "person_name", "officer_name", "leader_name", "filler_name", "reviewer_name",
              "accepter_name", "responsible_person", "approved_by_name", "decided_by_name")  # fmt: skip
    people = {
        row[field] for rows in ledger.tables.values() for row in rows for field in fields if field in row
    }
    people |= {row["name"] for table in ("KeyPerson", "InspectionOfficer") for row in ledger.rows(table)}

    assert len(people) > 100
    assert all("演示" in name for name in people)


def test_works_with_a_public_name_get_nothing_worse_than_a_general_finding(ledger):
    public = {row["name"] for row in _public_rows()}
    codes = {row["code"] for row in ledger.rows("Project") if row["name"] in public}
    blamed = [
        row
        for row in ledger.rows("Finding")
        if row["project"] in codes and row["severity"] != Severity.GENERAL
    ]

    assert len(codes) >= 10
    assert blamed == []
    assert not [
        row for table in ("Clue", "BiddingCheck") for row in ledger.rows(table) if row["project"] in codes
    ]


def test_invented_projects_are_marked(ledger):
    public = {row["name"] for row in _public_rows()}

    assert all(row["name"] in public or row["name"].endswith("（演示）") for row in ledger.rows("Project"))
    assert all("演示" in row["scale"] for row in ledger.rows("Project"))


def test_numbers_are_unique(ledger):
    for table, rows in ledger.tables.items():
        numbers = [row["number"] for row in rows if "number" in row and table != "ReturnVersion"]
        assert len(numbers) == len(set(numbers)), table


def test_evidence_is_named_by_a_sha256(ledger):
    hashes = [row["sha256"] for row in ledger.rows("Evidence")]

    assert len(hashes) == len(set(hashes)) > 1000
    assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in hashes)


def test_times_are_aware(ledger):
    stamps = [row["first_submitted_at"] for row in ledger.rows("MonthlyReturn")]

    assert stamps
    assert all(stamp.tzinfo is SHANGHAI for stamp in stamps)


def test_returns_are_timely_late_sent_back_nil_and_missing(ledger):
    returns = ledger.rows("MonthlyReturn")
    remarks = {str(row["kind"]) for row in ledger.rows("ReturnRemark")}

    assert len(returns) == 14 * 12 - 1
    assert sum(row["is_nil"] for row in returns) == 11
    assert remarks == {"RETURNED", "FIELD_ERROR"}
    assert max(row["number"] for row in ledger.rows("ReturnVersion")) == 2
