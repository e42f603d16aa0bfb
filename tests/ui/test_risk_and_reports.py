"""Lists of key objects and quality reports in a real browser, at both sizes."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.roles import Role
from core.month import ReportingMonth
from scoring.models import ProjectRisk
from scoring.services.key_list_computing import compute_list
from scoring.services.key_lists import create_list
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.scoring.test_key_lists import AS_OF, a_bad_project
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser


def test_pages_fit_and_can_be_read(browser_page: Page, tablet_page: Page, city: City) -> None:
    """A list in hand, the reasons of one project, the sheet beside a report."""
    clerk, at = person(city, Role.BUREAU_SUPERVISOR), timezone.now()
    quarter = {"first_month": ReportingMonth(2023, 10), "last_month": ReportingMonth(2023, 12)}
    with city_scope(city.id):
        project = a_bad_project(county(city))
        row = create_list(**quarter, as_of=AS_OF, reason="", by=clerk, at=at)
        compute_list(list_id=row.pk, by=clerk, at=at)
        risk = ProjectRisk.objects.get(key_list=row, project=project)
        report = factories.legal_person_report(
            jurisdiction=project.jurisdiction,
            legal_person=project.legal_person,
            state="SUBMITTED",
            submitted_on=factories.DAY,
        )
    addresses = [
        reverse("scoring:key-list-detail", args=[row.pk]),
        reverse("scoring:key-list-entry", args=[risk.pk]),
        reverse("scoring:risk-detail", args=[risk.pk]),
        reverse("scoring:risk-rules"),
        reverse("legal_person_reports:report-detail", args=[report.pk]),
        reverse("legal_person_reports:report-assess", args=[report.pk]),
    ]
    for page in (browser_page, tablet_page):
        serve_product(page, client_of(clerk))
        for address in addresses:
            page.goto(ORIGIN + address)
            assert_accessible(page)
            assert_no_sideways_scroll(page)
