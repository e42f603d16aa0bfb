"""The office's pages in a real browser: at both sizes, in large text, by keyboard and without a script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from accounts.roles import Role
from audit.services import record
from inspections.enums import FindingState, Severity
from reports.enums import BatchState, DocumentState
from tenancy.enums import JobState
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import AT, person
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll, small_targets
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

SignIn = Callable[..., Client]
ERROR = {
    "sheet": "工程项目",
    "cell": "C5",
    "header": "工程类别",
    "value": "登月",
    "wrong": "不在可选范围内",
    "right": "填写模板“选项”表中的一项",
}


@pytest.fixture
def addresses(city: City) -> dict[Role, list[str]]:
    """Every page of the office with something on it, by the role that reads it."""
    with city_scope(city.id):
        project = factories.project(name="平通河堤防工程", is_key_object=True)
        unit = factories.participating_unit(project=project)
        factories.contract_section(project=project)
        factories.key_person(unit=unit)
        factories.key_work(project=project)
        factories.quality_filing(project=project)
        factories.acceptance(project=project)
        factories.defect_filing(project=project)
        factories.inspection(project=project)
        factories.supervisory_test(project=project)
        finding = factories.finding(
            project=project,
            organization=unit.organization,
            unit=unit,
            severity=Severity.GRAVE,
            state=FindingState.RECTIFYING,
            catalogue_item=factories.catalogue_item(),
        )
        factories.finding(project=project, state=FindingState.CLOSED, severity=Severity.SERIOUS)
        factories.evidence(finding=finding)
        notice = factories.notice(project=project)
        factories.notice_finding(finding=finding, notice=notice)
        factories.reply(finding=finding)
        factories.recheck(finding=finding, has_passed=False)
        factories.deadline_extension(finding=finding)
        factories.document(state=DocumentState.REVIEW)
        refused = factories.import_batch(state=BatchState.REFUSED, error_count=1, errors=[ERROR])
        waiting = factories.import_batch(state=BatchState.UPLOADED)
        done = factories.import_batch(
            state=BatchState.IMPORTED,
            counts={"sheets": {"工程项目": {"new": 3, "changed": 1, "unchanged": 0}}},
        )
        factories.export_file()
        values = {"city": city, "available_at": AT, "created_at": AT, "created_by_name": "甲"}
        Job.objects.create(
            **values,
            kind="import_ledger",
            key=str(waiting.pk),
            title="导入台账",
            state=JobState.RUNNING,
            progress_percent=40,
            progress_text="正在核对",
        )
        failed = Job.objects.create(
            **values,
            kind="close_month",
            key="2023-09",
            title="月结 2023年9月",
            state=JobState.FAILED,
            error="计算中断。",
            finished_at=AT,
        )
        event = record(action="tenancy.job.retry", subject=failed, by="甲", at=AT, before={"state": "FAILED"})
        event.refresh_from_db()
    somebody = person(city, Role.BUREAU_LEGAL)
    with city_scope(city.id):
        grant = somebody.assignments.get()
    return {
        Role.BUREAU_CHIEF: [
            reverse("projects:project-list"),
            reverse("projects:project-detail", args=[project.pk]),
            reverse("inspections:finding-list"),
            reverse("inspections:finding-list") + "?found_after=bad",
            reverse("inspections:finding-detail", args=[finding.pk]),
            reverse("enforcement:notice-list"),
            reverse("enforcement:notice-detail", args=[notice.pk]),
            reverse("reports:batch-list"),
            reverse("reports:ledger-upload"),
            *(reverse("reports:batch-detail", args=[batch.pk]) for batch in (refused, waiting, done)),
            reverse("reports:batch-undo", args=[done.pk]),
            reverse("reports:job-list"),
            reverse("reports:job-detail", args=[failed.pk]),
            reverse("todos"),
            reverse("search") + "?q=平通河",
            reverse("search") + "?q=没有的东西",
            reverse("accounts:change-password"),
        ],
        Role.AUDIT_ADMIN: [
            reverse("reports:audit-list"),
            reverse("reports:audit-event", args=[event.seq]),
            reverse("todos"),
        ],
        Role.SYSTEM_ADMIN: [
            reverse("accounts:person-list"),
            reverse("accounts:person-new"),
            reverse("accounts:person-detail", args=[somebody.pk]),
            reverse("accounts:password-reset", args=[somebody.pk]),
        ],
        Role.SECURITY_ADMIN: [
            reverse("accounts:role-grant", args=[somebody.pk]),
            reverse("accounts:role-end", args=[grant.pk]),
        ],
    }


def look_at_all(
    page: Page, sign_in: SignIn, addresses: dict[Role, list[str]], *checks: Callable[[Page], None]
) -> None:
    """Open every page and make the checks; all pages that fail are told together."""
    failed: list[str] = []
    looked_at = 0
    for role, paths in addresses.items():
        serve_product(page, sign_in(role))
        for path in paths:
            answer = page.goto(ORIGIN + path)
            assert answer is not None
            assert answer.status == 200, path
            looked_at += 1
            try:
                for check in checks:
                    check(page)
            except AssertionError as fault:
                failed.append(f"{path}: {fault}")
    assert looked_at > 25
    assert failed == []


def targets_are_big_enough(page: Page) -> None:
    assert small_targets(page) == []


def large_targets(page: Page) -> None:
    assert small_targets(page, least=60) == []


def test_pages_on_a_desk(browser_page: Page, addresses: dict[Role, list[str]], sign_in: SignIn) -> None:
    look_at_all(browser_page, sign_in, addresses, assert_accessible, assert_no_sideways_scroll)


def test_pages_on_a_tablet(tablet_page: Page, addresses: dict[Role, list[str]], sign_in: SignIn) -> None:
    look_at_all(
        tablet_page, sign_in, addresses, assert_accessible, assert_no_sideways_scroll, targets_are_big_enough
    )


def test_pages_in_large_text(browser_page: Page, addresses: dict[Role, list[str]], sign_in: SignIn) -> None:
    def sign_in_large(role: Role, **options: str) -> Client:
        client = sign_in(role, **options)
        User.objects.filter(pk=client.session["_auth_user_id"]).update(large_text=True)
        return client

    look_at_all(browser_page, sign_in_large, addresses, assert_no_sideways_scroll, large_targets)


def test_log_in_page(browser_page: Page, tablet_page: Page, db: None) -> None:
    for page in (browser_page, tablet_page):
        serve_product(page, Client())
        page.goto(ORIGIN + reverse("accounts:login"))
        assert_accessible(page)
        assert_no_sideways_scroll(page)
    expect(browser_page.get_by_label("用户名")).to_be_focused()


def test_keyboard_finds_a_project(
    browser_page: Page, city: City, addresses: dict[Role, list[str]], sign_in: SignIn
) -> None:
    serve_product(browser_page, sign_in(Role.BUREAU_CHIEF))
    browser_page.goto(ORIGIN + reverse("todos"))

    browser_page.keyboard.press("g")
    browser_page.keyboard.press("p")
    browser_page.wait_for_url("**/projects/")
    browser_page.keyboard.press("/")
    browser_page.keyboard.type("pth")
    browser_page.keyboard.press("Enter")
    browser_page.get_by_role("link", name="平通河堤防工程").wait_for()
    browser_page.get_by_role("link", name="平通河堤防工程").press("Enter")

    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("平通河堤防工程")


def test_upload_without_a_script_says_what_is_wrong(
    scriptless_page: Page, city: City, sign_in: SignIn, faults: list[str]
) -> None:
    serve_product(scriptless_page, sign_in(Role.BUREAU_CHIEF))
    scriptless_page.goto(ORIGIN + reverse("reports:ledger-upload"))

    scriptless_page.set_input_files(
        "input[type=file]", {"name": "台账.xls", "mimeType": "application/vnd.ms-excel", "buffer": b"x"}
    )
    scriptless_page.get_by_role("button", name="上传并检查").click()

    expect(scriptless_page.get_by_role("alert")).to_contain_text("另存为")
    assert [fault for fault in faults if "422" not in fault] == []
    faults.clear()


def test_filter_narrows_in_place_and_stands_in_the_address(
    browser_page: Page, city: City, sign_in: SignIn
) -> None:
    with city_scope(city.id):
        factories.finding(text="甲问题", severity=Severity.GRAVE)
        factories.finding(text="乙问题", due_on=timezone.localdate() + dt.timedelta(days=9))
    serve_product(browser_page, sign_in(Role.BUREAU_CHIEF))
    browser_page.goto(ORIGIN + reverse("inspections:finding-list"))

    browser_page.get_by_role("search").get_by_label("严重程度").select_option("GRAVE")

    expect(browser_page.get_by_text("乙问题")).to_have_count(0)
    expect(browser_page.get_by_text("甲问题")).to_be_visible()
    expect(browser_page.get_by_role("navigation", name="按进展筛选")).to_contain_text("全部 1")
    assert "severity=GRAVE" in browser_page.url
