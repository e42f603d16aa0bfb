"""The pages of the month in a real browser: at both sizes, by keyboard and without a script."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.roles import Role
from enforcement.enums import InterviewState
from enforcement.models import Interview
from inspections.enums import FindingState
from scoring.enums import ListColour
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county
from tests.scoring.months import SEPTEMBER, closed_month
from tests.scoring.rules.builders import VECTOR
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll, small_targets
from tests.ui.test_office_pages import look_at_all
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

SignIn = Callable[..., Client]
LOW = {**VECTOR, "findings_due_closed_on_time": 0, "inspections_done": 0, "overdue_grave": 2, "R5": True}
TRIGGERS = [
    {"source": "DUTY_INSPECTION", "action": "", "score": "66.5", "sentence": "履职检查得分66.5分，低于70分。"}
]


@pytest.fixture
def addresses(city: City) -> dict[Role, list[str]]:
    """Every page of the month with something on it, by the role that reads it."""
    place = county(city)
    with city_scope(city.id):
        project = factories.project(jurisdiction=place)
        finding = factories.finding(project=project, state=FindingState.NOTIFIED)
        factories.notice(project=project)
        factories.month_plan(jurisdiction=place)
        factories.monthly_return(jurisdiction=place)
        duty = factories.duty_inspection(jurisdiction=place)
        factories.duty_inspection_item(duty_inspection=duty, points=5, fact="缺少台账")
        behind = {"findings_due": [str(finding.pk)], "overdue_general": [str(finding.pk)]}
        run = closed_month({"北川县": VECTOR, "三台县": LOW, "江油市": {}}, evidence={"北川县": behind})
        closed_month({"北川县": LOW}, month=SEPTEMBER.previous())
        factories.listing(run=run, jurisdiction=place, reasons=["月度得分95.0分，不低于90分"])
        factories.listing(
            run=run, jurisdiction=county(city, "三台县"), colour=ListColour.BLACK, reasons=["不合格"]
        )
        interview = factories.interview(jurisdiction=place, triggers=TRIGGERS)
        criticism = factories.criticism_proposal(jurisdiction=place, reasons=TRIGGERS)
        letter = factories.reminder_letter(jurisdiction=place, reasons=TRIGGERS)
    measures = (
        ("interview", interview, "decline"),
        ("criticism", criticism, "approve"),
        ("letter", letter, "decline"),
    )
    score = reverse("scoring:score-detail", args=[place.code, SEPTEMBER])
    return {
        Role.BUREAU_CHIEF: [
            reverse("home"),
            reverse("home") + "?month=2023-12",
            reverse("reports:month-list"),
            reverse("reports:month", args=[SEPTEMBER]),
            reverse("reports:month", args=[SEPTEMBER.next()]),
            *(
                reverse(f"reports:month-{name}", args=[SEPTEMBER])
                for name in ("confirm", "publish", "correct")
            ),
            reverse("reports:month-close", args=[SEPTEMBER.next()]),
            reverse("scoring:score-list"),
            score,
            reverse("scoring:score-detail", args=[county(city, "三台县").code, SEPTEMBER]),
            reverse("scoring:score-detail", args=[county(city, "江油市").code, SEPTEMBER]),
            reverse("scoring:score-detail", args=[place.code, SEPTEMBER.next()]),
            reverse("scoring:clause-detail", args=[place.code, SEPTEMBER, "E1"]),
            reverse("scoring:rubric"),
            reverse("scoring:duty-detail", args=[duty.pk]),
            *(reverse(f"enforcement:{name}-list") for name, _, _ in measures),
            *(reverse(f"enforcement:{name}-detail", args=[row.pk]) for name, row, _ in measures),
            *(reverse(f"enforcement:{name}-act", args=[row.pk, verb]) for name, row, verb in measures),
        ],
        Role.COUNTY_REPORTER: [
            reverse("home"),
            score,
            reverse("enforcement:interview-detail", args=[interview.pk]),
        ],
        Role.ASSISTANT: [reverse("home")],
        Role.SYSTEM_ADMIN: [reverse("home")],
    }


def test_every_page_is_accessible_on_a_desk(
    browser_page: Page, addresses: dict[Role, list[str]], sign_in: SignIn
) -> None:
    look_at_all(browser_page, sign_in, addresses, assert_accessible, assert_no_sideways_scroll)


def test_every_page_fits_a_tablet_and_fingers(
    tablet_page: Page, addresses: dict[Role, list[str]], sign_in: SignIn
) -> None:
    def assert_fingers_can_hit(page: Page) -> None:
        assert small_targets(page) == []

    look_at_all(tablet_page, sign_in, addresses, assert_no_sideways_scroll, assert_fingers_can_hit)


@pytest.mark.usefixtures("addresses")
def test_from_the_dashboard_to_the_record_by_keyboard(browser_page: Page, sign_in: SignIn) -> None:
    serve_product(browser_page, sign_in(Role.BUREAU_CHIEF))
    browser_page.goto(ORIGIN + reverse("home"))

    with (
        browser_page.expect_navigation()
    ):  # to the end: the next key is for the script of the page that comes
        browser_page.keyboard.press("ArrowLeft")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("2023年8月")
    browser_page.keyboard.press("ArrowRight")
    expect(browser_page.get_by_role("heading", level=1)).to_have_text("2023年9月")
    browser_page.get_by_role("link", name="北川县 9月 74.0 分").press("Enter")
    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("北川县 · 2023年9月 · 74.0 分")
    browser_page.locator("#item-E1").get_by_role("link", name="WT-").first.press("Enter")

    expect(browser_page.get_by_role("heading", level=1)).to_contain_text("WT-")


@pytest.mark.usefixtures("addresses")
def test_interview_is_approved_without_a_script(scriptless_page: Page, city: City, sign_in: SignIn) -> None:
    serve_product(scriptless_page, sign_in(Role.BUREAU_LEADER))
    scriptless_page.goto(ORIGIN + reverse("enforcement:interview-list"))

    scriptless_page.get_by_role("link", name="YT-").click()
    scriptless_page.get_by_role("link", name="批准约谈").click()
    scriptless_page.get_by_role("button", name="批准约谈").click()

    expect(scriptless_page.get_by_role("link", name="安排时间地点")).to_be_visible()
    with city_scope(city.id):
        assert Interview.objects.get().state == InterviewState.APPROVED


@pytest.mark.usefixtures("addresses")
def test_close_is_asked_for_without_a_script(scriptless_page: Page, city: City, sign_in: SignIn) -> None:
    serve_product(scriptless_page, sign_in(Role.BUREAU_SUPERVISOR))
    scriptless_page.goto(ORIGIN + reverse("reports:month", args=[SEPTEMBER.next()]))

    scriptless_page.get_by_role("link", name="结账2023年10月").click()
    scriptless_page.get_by_role("button", name="开始结账").click()

    expect(scriptless_page.get_by_text("正在排队，轮到后自动开始。")).to_be_visible()
    with city_scope(city.id):
        assert Job.objects.filter(kind="close_month", key="2023-10").count() == 1
