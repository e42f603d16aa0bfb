"""The pages of the county and of the bureau in a real browser, at both sizes."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.month import ReportingMonth
from guidance.models import TaskAssignment
from tenancy.scope import city_scope
from tests import factories
from tests.guidance.conftest import Cast
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser


def given(cast: Cast) -> TaskAssignment:
    """An issued plan and a launched self-check, each with a task of the county."""
    with city_scope(cast.city.id):
        plan = factories.year_plan(state="ISSUED", number="1号", issued_on=factories.DAY)
        factories.task_assignment(task=factories.task(plan=plan), jurisdiction=cast.here)
        check = factories.task(campaign=factories.campaign(state="LAUNCHED", launched_on=factories.DAY))
        factories.supervision_body(jurisdiction=cast.here)
        factories.training(jurisdiction=cast.here)
        factories.plan_sheet(jurisdiction=cast.here)
        return factories.task_assignment(task=check, jurisdiction=cast.here)


def test_pages_are_accessible_and_fit_both_sizes(browser_page: Page, tablet_page: Page, cast: Cast) -> None:
    row = given(cast)
    cast.on("2023-09-15")
    plan = row.task.campaign
    urls = [
        reverse("guidance:assignment-list"),
        reverse("guidance:assignment-detail", args=[row.pk]),
        reverse("guidance:campaign-detail", args=[plan.pk]),
        reverse("guidance:month-plan-list"),
        reverse("guidance:month-plan", args=[cast.here.code, ReportingMonth(2023, 9)]),
        reverse("guidance:training-list"),
    ]
    for page in (browser_page, tablet_page):
        serve_product(page, cast.as_(cast.chief))
        for url in urls:
            page.goto(ORIGIN + url)
            assert_accessible(page)
            assert_no_sideways_scroll(page)


def test_a_county_answers_its_self_check_in_the_browser(tablet_page: Page, cast: Cast) -> None:
    row = given(cast)
    cast.on("2023-09-15")
    serve_product(tablet_page, cast.as_(cast.reporter))
    tablet_page.goto(ORIGIN + reverse("guidance:assignment-detail", args=[row.pk]))
    tablet_page.get_by_role("link", name="提交办理情况").click()
    tablet_page.get_by_label("自查情况").fill("逐座检查闸门3扇。")
    tablet_page.get_by_label("发现问题（处）").fill("0")
    tablet_page.get_by_role("button", name="提交").click()

    expect(tablet_page.get_by_text("无此问题")).to_be_visible()
    with city_scope(cast.city.id):
        assert TaskAssignment.objects.get(pk=row.pk).state == "ANSWERED"
