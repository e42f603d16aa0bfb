"""监督检测, 履职检查, 招投标核查, 线索 in a real browser: each page once, by turns on a desk and on a tablet."""

from __future__ import annotations

import datetime as dt
import itertools
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.roles import Role
from inspections.services import test_commissions as commissions
from inspections.services.test_budgets import record_budget
from inspections.services.test_reports import Report, SampleResult, record_report
from projects.enums import UnitRole
from scoring.selectors.duty_page import rules_of
from scoring.services.duty import DutyText, SheetLine, draft_duty_inspection, record_points
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("ANLAN_PICTURES", "")
"""A folder: the pages are pictured there, to be looked at."""


def a_failed_test(city: City, by: Any, at: dt.datetime) -> Any:
    """A county's commission up to its failed report, in the open scope."""
    place, day = county(city), timezone.localdate(at)
    project = factories.project(jurisdiction=place, name="安昌河城区段堤防工程")
    builder = factories.organization(name="四川江河水利水电工程有限公司")
    unit = factories.participating_unit(project=project, organization=builder, role=UnitRole.CONTRACTOR)
    record_budget(
        jurisdiction=place,
        year=day.year,
        amount_yuan=Decimal(60000),
        source="北财建〔2023〕5号",
        by=by,
        at=at,
    )
    row = commissions.draft_commission(
        project=project,
        agency=factories.organization(name="绵阳精检工程检测有限公司"),
        level="COUNTY",
        fee_yuan=Decimal(4800),
        note="",
        by=by,
        at=at,
    )
    for number, item in enumerate(("混凝土抗压强度", "钢筋保护层厚度")):
        text = commissions.SampleText(
            tested_object="WORKS_BODY",
            item=item,
            standard="SL/T 352-2020",
            batch_count=number + 1,
            location="左岸挡墙 0+120",
            design_value="C25",
        )
        commissions.plan_sample(commission_id=row.pk, text=text, by=by, at=at)
    commissions.issue_commission(commission_id=row.pk, commissioned_on=day, by=by, at=at)
    samples = list(row.samples.values_list("pk", flat=True))
    taken: dict[str, Any] = {"sampled_on": day, "sampled_by": "张三", "witness": "李四"}
    test, waiting = commissions.take_samples(commission_id=row.pk, sample_ids=samples, **taken, by=by, at=at)
    report = Report(
        number="BG-2023-0077",
        reported_on=day,
        results={test.samples.get().pk: SampleResult("19.8 MPa", has_passed=False)},
        fee_yuan=Decimal(2400),
        pdf=b"%PDF-1.7 report",
        unit_id=unit.pk,
    )
    record_report(test_id=test.pk, report=report, failure_workdays=3, by=by, at=at)
    return row, test, waiting


def test_pages_of_checks_fit_and_can_be_read(
    browser_page: Page, tablet_page: Page, city: City, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    clerk, chief, at = person(city, Role.COUNTY_SUPERVISOR), person(city, Role.BUREAU_CHIEF), timezone.now()
    place, today = county(city), timezone.localdate()
    with city_scope(city.id):
        row, test, waiting = a_failed_test(city, clerk, at)
        text = DutyText(inspected_on=today, leader_name="周科长", members="李某、王某", draw=None)
        duty = draft_duty_inspection(county=place, text=text, by=chief, at=at)
        lines = {item.id: SheetLine(item.max) for item in rules_of(duty).items[:9]}
        first = next(iter(lines))
        lines[first] = SheetLine(Decimal(2), "机构文件未明确质量监督职责")
        record_points(duty_id=duty.pk, lines=lines, by=chief, at=at)
        bidding = factories.bidding_check(
            jurisdiction=place,
            project=row.project,
            checked_on=today,
            has_problem=True,
            result="将注册资本金作为加分条件",
            handling="改正招标文件",
            organizer_level="COUNTY",
        )
        clue = factories.clue(jurisdiction=place, identified_on=today, organizer_level="COUNTY")
    own = [
        ("tests", reverse("tests:test-list")),
        ("test", reverse("tests:test-detail", args=[test.pk])),
        ("commission", reverse("tests:commission-detail", args=[row.pk])),
        ("commission-new", reverse("tests:commission-new")),
        ("report", reverse("test_reports:report", args=[waiting.pk])),
        ("budgets", reverse("tests:budget-list")),
        ("bidding-one", reverse("bidding:detail", args=[bidding.pk])),
        ("bidding-new", reverse("bidding:new")),
        ("clues", reverse("clues:list")),
        ("clue", reverse("clues:detail", args=[clue.pk])),
        ("clue-transfer", reverse("clues:transfer", args=[clue.pk])),
    ]
    bureau = [
        ("bidding", reverse("bidding:list")),
        ("duties", reverse("duty:list")),
        ("duty", reverse("scoring:duty-detail", args=[duty.pk])),
        ("duty-sheet", reverse("duty:sheet", args=[duty.pk])),
        ("duty-conclude", reverse("duty:conclude", args=[duty.pk])),
    ]
    for who, pages in ((clerk, own), (chief, bureau)):
        for page in (browser_page, tablet_page):
            page.unroute_all()
            serve_product(page, client_of(who))
        for (name, address), page in zip(pages, itertools.cycle((tablet_page, browser_page)), strict=False):
            page.goto(ORIGIN + address)
            assert_no_sideways_scroll(page)
            assert_accessible(page)
            if PICTURES:
                page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)
