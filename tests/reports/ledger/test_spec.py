"""The declarations agree with the models, with their own examples, and with the committed manual."""

from __future__ import annotations

import uuid

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from reports.ledger.constraints import checks_of
from reports.ledger.manual import markdown
from reports.ledger.reading import RawCell, read_workbook
from reports.ledger.sentences import CHECKS, UNIQUE, UNREACHABLE
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Kind, Sheet
from reports.ledger.values import County, Reader
from reports.ledger.workbook import IGNORED_TITLES, template

SHEETS = [pytest.param(sheet, id=sheet.name) for sheet in LEDGER.sheets]
NOT_RECORDS = {
    "catalogueversion": "versioned data that an official list replaces",
    "catalogueitem": "versioned data that an official list replaces",
    "organizationmerge": "the trace of an act in the product; the ledger names the unit that was kept",
    "attachment": "a file; a workbook carries none",
    "returncomment": "what is said while a return goes back and forth",
    "returnreopening": "an act in the product: asked, decided, expired",
    "datadoubt": "found by the product, again and again",
    **dict.fromkeys(
        ("checklistversion", "checklistitem", "citeditem", "inspectionitem"),
        "versioned data that a published list replaces",
    ),
    **dict.fromkeys(
        ("inspectionyearplan", "plannedwork", "frequencycap", "inspectionapproval", "inspectionnotice"),
        "an act in the product: planned, approved, served",
    ),
    **dict.fromkeys(
        ("officer", "officertie", "drawcandidate", "drawwitness", "drawnofficer", "drawpublication"),
        "a draw carries its directory, its record and its publication itself",
    ),
    **dict.fromkeys(
        ("device", "deviceenrolment", "submission", "recordoperation", "recordvalue", "recordconflict"),
        "what a tablet sent; the ledger names what came of it",
    ),
    **dict.fromkeys(("photo", "photochunk"), "a file; a workbook carries none"),
    **dict.fromkeys(
        ("supervisorytestbudget", "supervisorytestcommission", "supervisorytestsample"),
        "an act in the product; the ledger names the test that came of it",
    ),
}
"""Model → why it has no sheet."""
NOT_TOLD = {
    "organizations": {"merged_into", "registered_in"},
    # identity numbers are sealed and never leave in a workbook
    "key_people": {"id_number_sealed", "id_number_masked", "id_number_digest"},
    # who took over is decided where the new person signs; `replaced_on` is in the ledger
    "commitments": {"id_number_sealed", "id_number_masked", "id_number_digest", "replaced_by"},
    # who did what in the product, by account and moment
    "returns": {"opened_at", "handed_over_at", "filler", "reviewer", "accepter", "review_note"},
    # a version by reopening is made in the product
    "versions": {"reopening"},
    # the report's own form and its assessment; the state follows the date of submission
    "legal_person_reports": {
        "state",
        "content",
        "assessment",
        "score",
        "assessed_on",
        "assessed_by_name",
        "assessment_note",
    },
    # how a draw was made here: its texts and secrets stay whole in the product (docs/draw.md)
    "draws": {
        "commitment_sha256",
        "committed_at",
        "drawn_at",
        "frozen_at",
        "frozen_text",
        "month",
        "record_sha256",
        "record_text",
        "rule",
        "seed_sha256",
        "started_by",
        "started_by_name",
        "state",
        "title",
    },
    "drawn_projects": {"position"},
    # arranging, recording and reviewing are acts in the product
    "inspections": {
        "cap_exception",
        "cap_exception_reason",
        "catalogue",
        "checklist",
        "concerns_firms",
        "concluded_at",
        "concluded_by",
        "concluded_by_name",
        "entered_at",
        "left_at",
        "record_seq",
        "reviewed_at",
        "reviewed_by",
        "reviewed_by_name",
        "title",
        "visit",
        "void_reason",
    },
    "officers": {"is_leader", "officer", "user"},
    "findings": {
        "confirmed_at",
        "confirmed_by",
        "confirmed_by_name",
        "proposed_severity",
        "recorded_by",
        "recorded_by_name",
        "repeat_of",
        "severity_reason",
    },
    # files of the other checks do not leave (reports/ledger/exporting.py)
    "evidence": {"bidding_check", "duty_item", "supervisory_test"},
    "tests": {"commission", "failure_due_on", "handling"},
    # a sheet leaves once it is concluded
    "duty_inspections": {"concluded_by_name", "created_by", "draw", "members", "state"},
    "bidding_checks": {"checked_by", "handling", "source", "source_note"},
}
"""Fields that have no column, by sheet."""
OF_THE_CITY = {"organizations", "filing_types"}
"""Sheets whose records belong to no county."""


def test_every_record_of_the_month_has_a_sheet() -> None:
    wanted = {
        model
        for app in ("projects", "inspections", "enforcement")
        for model in apps.get_app_config(app).get_models()
        if model._meta.model_name not in NOT_RECORDS
    }

    assert {sheet.model for sheet in LEDGER.sheets} == wanted
    assert len(wanted) == len(LEDGER.sheets) == 46


@pytest.mark.parametrize("sheet", SHEETS)
def test_natural_key_is_a_unique_constraint(sheet: Sheet) -> None:
    unique = [
        set(c.fields) - {"city"}
        for c in sheet.model._meta.constraints
        if isinstance(c, models.UniqueConstraint)
    ]

    assert set(sheet.key) in unique


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_field_comes_from_somewhere(sheet: Sheet) -> None:
    given = {column.name for column in sheet.columns} | {reference.field for reference in sheet.references}
    derived = {"id", "city", "jurisdiction", "name_pinyin", "name_initials", sheet.json_field}
    derived |= NOT_TOLD.get(sheet.name, set())

    assert {f.name for f in sheet.model._meta.concrete_fields} - given <= derived
    assert sheet.county_from or "jurisdiction" in sheet.by_name or sheet.name in OF_THE_CITY
    headers = [column.header for column in sheet.columns]
    assert len(set(headers)) == len(headers)
    assert len(sheet.by_header) == len(headers)


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_constraint_has_a_sentence(sheet: Sheet) -> None:
    for check in checks_of(sheet.model):
        assert (check.name in CHECKS) != (check.name in UNREACHABLE), check.name
        if check.name in CHECKS:
            assert CHECKS[check.name].column in sheet.by_name
            assert check.fields & {CHECKS[check.name].column, *sheet.references_by_field}
    for constraint in sheet.model._meta.constraints:
        if not isinstance(constraint, models.UniqueConstraint) or constraint.condition is not None:
            continue
        if set(constraint.fields) - {"city"} != set(sheet.key):
            assert UNIQUE[constraint.name].column in sheet.by_name


@pytest.mark.parametrize("sheet", SHEETS)
def test_examples_can_be_read(sheet: Sheet) -> None:
    county = County(uuid.uuid4(), "三台县", is_city=False)
    reader = Reader(city_id=uuid.uuid4(), counties={"三台县": county})

    for column in sheet.columns:
        assert column.meaning
        assert column.example or not column.required, column.header
        if column.example:
            assert reader.read(column, RawCell(column.example)) is not None


def test_template_has_every_sheet_with_its_heads() -> None:
    raw = {page.title: page for page in read_workbook(template())}

    assert set(raw) == {sheet.title for sheet in LEDGER.sheets} | {"说明", "选项"}
    assert {"说明", "选项"} <= IGNORED_TITLES
    for sheet in LEDGER.sheets:
        heads = [cell.value for _, cell in sorted(raw[sheet.title].rows[0][1].items())]
        assert heads == [column.header for column in sheet.columns]


def test_committed_manual_is_current() -> None:
    committed = (settings.BASE_DIR / "docs" / "ledger.md").read_text(encoding="utf-8")

    assert committed == markdown(), "run manage.py write_ledger_manual"
    assert all(f"| {column.header} |" in committed for sheet in LEDGER.sheets for column in sheet.columns)


def test_choices_are_told_by_their_labels() -> None:
    for sheet in LEDGER.sheets:
        for column in sheet.columns:
            if column.kind is Kind.CHOICE:
                assert column.choices, f"{sheet.name}.{column.name}"
