"""The grid of a year plan and the approval in a real browser: without script, on a desk and on a tablet."""

from __future__ import annotations

import os

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.roles import Role
from inspections.enums import PlanKind
from inspections.models import InspectionApproval, PlannedWork
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.inspections.planning import ground
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser


def _kept(page: Page, name: str) -> None:
    """A picture for whoever wants to look: ANLAN_SHOTS names the folder."""
    if folder := os.environ.get("ANLAN_SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_plan_is_written_and_an_inspection_approved(
    browser_page: Page, tablet_page: Page, city: City
) -> None:
    asks, decides = person(city, Role.BUREAU_SUPERVISOR), person(city, Role.BUREAU_CHIEF)
    today = timezone.localdate()
    with city_scope(city.id):
        own = Jurisdiction.objects.get(parent__isnull=True)
        site = ground(county(city), own)
        factories.frequency_cap(year=today.year)
        factories.inspection(project=site.project, inspected_on=today)
        plan = factories.inspection_year_plan(
            jurisdiction=own, year=today.year, state="PUBLISHED", published_on=today
        )
        for kind in PlanKind:
            factories.planned_work(plan=plan, kind=kind, month=today.replace(day=1))
    address = [own.code, today.year]

    serve_product(browser_page, client_of(asks))
    browser_page.goto(ORIGIN + reverse("plans:year-plan-edit", args=address))
    browser_page.get_by_label("2月季度执法检查", exact=True).fill("3")
    _kept(browser_page, "grid-desk")
    assert_accessible(browser_page)
    assert_no_sideways_scroll(browser_page)
    browser_page.get_by_role("button", name="保存草稿").click()
    expect(browser_page.get_by_text("第 2 版草稿已保存")).to_be_visible()
    with city_scope(city.id):
        assert PlannedWork.objects.get(month__month=2, kind="LAW_ENFORCEMENT").planned_count == 3

    browser_page.goto(f"{ORIGIN}{reverse('visits:arrange')}?project={site.project.pk}")
    browser_page.get_by_label("检查类型").select_option("ROUTINE")
    browser_page.get_by_label("SL-01").check()
    for one in site.officers:
        browser_page.get_by_label(f"{one.name}（").check()
    browser_page.get_by_label("组长").select_option(str(site.officers[0].pk))
    _kept(browser_page, "arrange-desk")
    browser_page.get_by_role("button", name="安排检查").click()
    browser_page.get_by_role("link", name="提交审批").click()
    browser_page.get_by_label("检查事由").fill("按月度计划开展日常监督检查。")
    browser_page.get_by_role("button", name="提交审批").click()
    _kept(browser_page, "detail-desk")
    assert_accessible(browser_page)

    with city_scope(city.id):
        approval = InspectionApproval.objects.get()
    serve_product(tablet_page, client_of(decides))
    tablet_page.goto(ORIGIN + reverse("visits:approval-decide", args=[approval.pk]))
    tablet_page.get_by_label("审批意见", exact=True).select_option("yes")
    _kept(tablet_page, "approval-tablet")
    assert_accessible(tablet_page)
    assert_no_sideways_scroll(tablet_page)
    tablet_page.get_by_role("button", name="提交意见").click()
    expect(tablet_page.get_by_text("已批准").first).to_be_visible()
    for name, url in (
        ("grid", reverse("plans:year-plan-edit", args=address)),
        ("year-plan", reverse("plans:year-plan", args=address)),
        ("overview", reverse("plans:overview")),
        ("coverage", reverse("plans:coverage")),
        ("frequency", f"{reverse('plans:frequency')}?year={today.year}"),
    ):
        tablet_page.goto(ORIGIN + url)
        _kept(tablet_page, f"{name}-tablet")
        assert_accessible(tablet_page)
        assert_no_sideways_scroll(tablet_page)
