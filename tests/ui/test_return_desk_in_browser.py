"""The clerk's desk in a browser at both sizes: readable, reachable, nothing runs out of the page."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.roles import Role
from projects.services.returns.accepting import accept_return
from projects.services.returns.filling import change_field
from projects.services.returns.reopening import request_reopening
from projects.services.returns.submitting import hand_over, submit_return
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import client_of, person
from tests.projects.open_month import SEPTEMBER, open_month
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

AT = dt.datetime(2023, 10, 8, 2, 0, tzinfo=dt.UTC)
SHOTS = os.environ.get("ANLAN_SHOTS", "")


def look(page: Page, url: str, name: str) -> None:
    page.goto(f"{ORIGIN}{url}")
    assert_accessible(page)
    assert_no_sideways_scroll(page)
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{page.viewport_size['width']}.png"), full_page=True)


@pytest.mark.browser
def test_the_clerk_looks_at_the_month_and_sends_one_back(
    browser_page: Page, tablet_page: Page, city: City
) -> None:
    month = open_month(city, 3)
    done = open_month(city, 1, where="三台县")
    clerk, chief = person(city, Role.BUREAU_SUPERVISOR, name="受理人丙"), person(city, Role.BUREAU_CHIEF)
    with city_scope(city.id):
        key: dict[str, Any] = {"return_id": month.return_.pk, "by": month.reporter, "at": AT}
        for field, text, seen in (("award_price_wan_yuan", "880", "860"), ("unit_count", "", "5")):
            change_field(project_id=month.projects[0].pk, field=field, text=text, seen=seen, **key)
        change_field(project_id=month.projects[1].pk, field="progress_percent", text="52", seen="40", **key)
        for one in (month, done):
            hand_over(return_id=one.return_.pk, by=one.reporter, at=AT, phone="0816-2345678")
            submit_return(return_id=one.return_.pk, by=one.reviewer, at=AT)
        accept_return(return_id=done.return_.pk, by=chief, at=AT)
        asked = request_reopening(
            return_id=done.return_.pk,
            fields=[(None, "trainings")],
            reason="培训次数漏填，附签到册",
            by=done.reporter,
            at=AT,
        )
    desk, review = (
        reverse("returns:desk-month", args=[SEPTEMBER]),
        reverse("returns:desk-return", args=[month.return_.pk]),
    )
    for page, person_ in ((browser_page, clerk), (tablet_page, chief)):
        serve_product(page, client_of(person_))
        look(page, desk, "desk")
        look(page, review, "review")
        look(page, reverse("returns:desk-calls", args=[SEPTEMBER]), "calls")
        look(page, reverse("returns:desk-reopening", args=[asked.pk]), "reopening")
        look(page, reverse("returns:desk-remark", args=[month.return_.pk]), "remark")

    browser_page.goto(f"{ORIGIN}{desk}")
    browser_page.get_by_role("row", name="北川县").get_by_role("checkbox").check()
    browser_page.get_by_role("button", name="退回补正…").click()
    browser_page.get_by_text("将退回补正 1 份月报").wait_for()
    if SHOTS:
        browser_page.screenshot(path=str(Path(SHOTS) / "bulk.png"), full_page=True)
    browser_page.goto(f"{ORIGIN}{review}")
    browser_page.get_by_label("演示堤防工程001 中标价 退回意见").fill("与合同不符")
    browser_page.get_by_label("退回理由").fill("请按合同更正")
    browser_page.get_by_role("button", name="退回补正").click()
    browser_page.get_by_text("已退回：与合同不符").wait_for()
