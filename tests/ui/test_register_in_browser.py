"""The register's forms in a real browser: usable at both sizes, a point picked by a click without a script."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.roles import Role
from projects.models import FilingType, Project
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county
from tests.projects.test_project_pages import hang_everything_on
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll, small_targets
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

SignIn = Callable[..., Client]
PICTURES = os.environ.get("ANLAN_PICTURES", "")
"""A folder for pictures of the pages, for those who want to look at them."""


@pytest.fixture
def project(city: City) -> Project:
    with city_scope(city.id):
        project = factories.project(
            jurisdiction=county(city),
            name="安昌河永昌段堤防加固工程",
            longitude="104.451194",
            latitude="31.833300",
            construction_cost_wan_yuan=3100,
            unit_work_count=2,
        )
        factories.project(
            jurisdiction=county(city), name="邻近堤防", longitude="104.55", latitude="31.80", code="LJ-1"
        )
        hang_everything_on(project)
        section = project.sections.get()
        for month, percent in ((7, 20), (8, 31), (10, 52)):
            factories.section_progress(
                section=section,
                month=dt.date(2023, month, 1),
                progress_percent=percent,
                invested_wan_yuan=percent * 10,
            )
        return project


def addresses(city: City, project: Project) -> dict[str, str]:
    with city_scope(city.id):
        section, filing = project.sections.get(), project.quality_filings.get()
        kind = FilingType.objects.first()
        assert kind is not None
        return {
            "detail": reverse("projects:project-detail", args=[project.pk]),
            "new": reverse("projects:project-new"),
            "edit": reverse("projects:project-edit", args=[project.pk]),
            "position": reverse("projects:project-position", args=[project.pk]),
            "progress": reverse("projects:section-progress", args=[section.pk]),
            "section": reverse("projects:record-edit", args=["sections", section.pk]),
            "work": reverse("projects:record-add", args=[project.pk, "works"]),
            "filing": reverse("projects:record-add", args=[project.pk, "filings"]),
            "review": reverse("projects:filing-review", args=[filing.pk]),
            "filings": reverse("projects:filing-list"),
            "types": reverse("projects:filing-type-list"),
            "type": reverse("projects:filing-type-edit", args=[kind.pk]),
            "attach": reverse("projects:attachment-add", args=[project.pk]),
            "remove": reverse("projects:project-remove", args=[project.pk]),
            "file": reverse("reports:project-file", args=[project.pk]),
        }


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


def look(page: Page, client: Client, pages: dict[str, str], size: str) -> None:
    serve_product(page, client)
    faults = []
    for name, address in pages.items():
        answer = page.goto(ORIGIN + address)
        assert answer is not None
        assert answer.status == 200, address
        picture(page, f"{size}-{name}")
        try:
            assert_accessible(page)
            assert_no_sideways_scroll(page)
            assert size == "desk" or small_targets(page) == []
        except AssertionError as fault:
            faults.append(f"{name}: {fault}")
    assert faults == []


def test_on_a_desk(browser_page: Page, city: City, project: Project, sign_in: SignIn) -> None:
    look(browser_page, sign_in(Role.BUREAU_CHIEF), addresses(city, project), "desk")


def test_on_a_tablet(tablet_page: Page, city: City, project: Project, sign_in: SignIn) -> None:
    look(tablet_page, sign_in(Role.BUREAU_CHIEF), addresses(city, project), "tablet")


def test_a_click_on_the_sheet_picks_a_point_without_a_script(
    scriptless_page: Page, city: City, project: Project, sign_in: SignIn
) -> None:
    serve_product(scriptless_page, sign_in(Role.COUNTY_REPORTER))
    scriptless_page.goto(ORIGIN + addresses(city, project)["position"])
    before = scriptless_page.locator("#id_longitude").input_value()

    scriptless_page.locator("input[type=image]").click(position={"x": 420, "y": 120})

    assert "尚未保存" in scriptless_page.content()
    after = scriptless_page.locator("#id_longitude").input_value()
    assert before == "104.451194"
    # 100 of 640 pixels to the east on a sheet of 0.6 degrees.
    assert abs(float(after) - 104.451194 - 0.6 * 100 / 640) < 0.002
    scriptless_page.get_by_role("button", name="保存位置").click()
    with city_scope(city.id):
        assert str(Project.objects.get(pk=project.pk).longitude) == after
