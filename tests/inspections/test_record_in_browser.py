"""Pages of an inspection in a real browser, by turns desk and tablet: they fit, can be read, and the forms are whole."""

from __future__ import annotations

import itertools

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from accounts.roles import Role
from inspections.models import Inspection
from inspections.services.concluding import conclude
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.records import AT, a_finding, an_inspection, op, send, whole_record
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser


def _disputed(city: City) -> tuple[Inspection, Inspection]:
    """One under way with a dispute, one that waits for its review."""
    inspector = person(city, Role.COUNTY_SUPERVISOR, name="王检")
    project = factories.project(jurisdiction=county(city), name="北川县都坝河堤防加固工程")
    unit = factories.participating_unit(project=project)
    open_one, ended = (an_inspection(project=project) for _ in range(2))
    for inspection in (open_one, ended):
        send(inspection, inspector, *whole_record(inspection, unit))
        send(
            inspection,
            inspector,
            *a_finding(unit, text="施工日志缺 8 月 12 日记录", kind="MANAGEMENT_VIOLATION"),
        )
        finding = inspection.findings.first()
        factories.photo(inspection=inspection, finding_key=finding.pk, title="闸墩下游面")
    send(open_one, inspector, op("opinion/text", "对第二个问题有异议，8 月 12 日停工未施工"))
    conclude(inspection_id=ended.pk, by=inspector, at=AT)
    return open_one, ended


def test_pages_fit_and_can_be_read(browser_page: Page, tablet_page: Page, city: City) -> None:
    """The list, an inspection, its record (two parts), its disputes, the review, a checklist, the catalogue."""
    with city_scope(city.id):
        open_one, ended = _disputed(city)
    reader = person(city, Role.BUREAU_SUPERVISOR)
    record = reverse("visits:record", args=[open_one.pk])
    addresses = (
        reverse("visits:inspection-list"),
        reverse("visits:inspection-detail", args=[ended.pk]),
        f"{record}?part=measurements",
        f"{record}?part=findings",
        f"{record}?part=TESTING",
        reverse("visits:conflicts", args=[open_one.pk]),
        reverse("visits:review", args=[ended.pk]),
        reverse("visits:checklist-list") + f"?edition={ended.checklist_id}",
        reverse("visits:catalogue") + "?q=hnt",
    )
    for page in (browser_page, tablet_page):
        serve_product(page, client_of(reader))
    for address, page in zip(addresses, itertools.cycle((tablet_page, browser_page)), strict=False):
        page.goto(ORIGIN + address)
        assert_no_sideways_scroll(page)
        assert_accessible(page)
