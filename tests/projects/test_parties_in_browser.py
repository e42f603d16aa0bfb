"""The pages of organizations, people and commitments in a real browser, at both sizes and on paper."""

from __future__ import annotations

import datetime as dt
import io
import unicodedata
from collections.abc import Callable

import pdfplumber
import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page

from accounts.roles import Role
from core.uscc import fictitious_uscc
from projects.enums import Responsibility, UnitRole
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

SignIn = Callable[..., Client]
A4_LONG, A4_SHORT = 842, 595
"""Points."""


@pytest.fixture
def addresses(city: City) -> dict[str, str]:
    """Every page with something on it."""
    with city_scope(city.id):
        project = factories.project(
            jurisdiction=county(city), name="平通河堤防工程", plaque_on=dt.date(2023, 2, 25)
        )
        firm = factories.organization(
            name="示例江河水利工程有限公司", uscc=fictitious_uscc(700_001), legal_representative="钱董"
        )
        twin = factories.organization(name="示例江河水利工程 有限责任公司", uscc=fictitious_uscc(700_002))
        unit = factories.participating_unit(
            project=project, organization=firm, valid_from=dt.date(2023, 2, 1)
        )
        engineer = factories.participating_unit(project=project, role=UnitRole.SUPERVISING_ENGINEER)
        manager = factories.key_person(
            unit=unit,
            name="李经理",
            certificate_number="JZ-1",
            certificate_valid_until=dt.date(2024, 5, 1),
            phone="13812345678",
            id_number_masked="510***********1234",
            id_number_sealed="v1.x",
        )
        elsewhere = factories.participating_unit(
            project=factories.project(jurisdiction=county(city), name="演示水库工程"), organization=twin
        )
        factories.key_person(unit=elsewhere, name="李经理", certificate_number="JZ-1")
        former = factories.lifelong_commitment(
            unit=unit,
            person_name="孙前任",
            responsibility=Responsibility.PROJECT_LEADER,
            signed_on=dt.date(2023, 2, 20),
        )
        former.replaced_by = factories.lifelong_commitment(
            unit=unit,
            person_name="李经理",
            certificate_number="JZ-1",
            phone="13812345678",
            id_number_masked="510***********1234",
            responsibility=Responsibility.PROJECT_LEADER,
            signed_on=dt.date(2023, 6, 1),
        )
        former.replaced_on = dt.date(2023, 6, 1)
        former.save()
        item = factories.catalogue_item(text="混凝土试块缺失")
        for _ in range(2):
            factories.finding(project=project, organization=firm, catalogue_item=item)
        factories.notice(project=project, addressee=firm)
    return {
        "organizations": reverse("organizations:organization-list"),
        "organization": reverse("organizations:organization-detail", args=[firm.pk]),
        "duplicates": reverse("organizations:duplicate-list"),
        "merge": reverse("organizations:organization-merge", args=[twin.pk], query={"into": firm.uscc}),
        "unit": reverse("organizations:unit-new", args=[project.pk]),
        "person form": reverse("organizations:person-edit", args=[manager.pk]),
        "people": reverse("organizations:person-list", query={"concern": "multi"}),
        "person": reverse("organizations:person-detail", args=[manager.pk]),
        "reveal": reverse("organizations:person-reveal", args=[manager.pk]),
        "lifelong": reverse("organizations:liability-list"),
        "register": reverse("organizations:liability-register", args=[project.pk]),
        "sign": reverse("organizations:commitment-new", args=[engineer.pk]),
        "table on paper": reverse("organizations:liability-print", args=[project.pk]),
        "letter on paper": reverse("organizations:commitment-print", args=[former.replaced_by.pk]),
        "blank letter": reverse("organizations:commitment-blank", args=[engineer.pk]),
    }


def test_pages_at_both_sizes(
    browser_page: Page, tablet_page: Page, addresses: dict[str, str], sign_in: SignIn
) -> None:
    client = sign_in(Role.BUREAU_CHIEF)
    for page in (browser_page, tablet_page):
        serve_product(page, client)
        for address in addresses.values():
            page.goto(ORIGIN + address)
            assert page.locator("h1").count() == 1, address
            assert_accessible(page)
            assert_no_sideways_scroll(page)


@pytest.mark.parametrize(
    ("name", "width", "words"),
    [
        ("table on paper", A4_LONG, ("水利工程质量终身责任信息表", "孙前任", "项目法人(盖章)")),
        (
            "letter on paper",
            A4_SHORT,
            ("水利工程质量终身责任承诺书", "李经理", "承诺人(签名)", "2023年6月1日"),
        ),
        ("blank letter", A4_SHORT, ("水利工程质量终身责任承诺书", "监理单位", "____")),
    ],
)
def test_forms_fit_on_one_sheet_of_a4(
    browser_page: Page,
    addresses: dict[str, str],
    sign_in: SignIn,
    name: str,
    width: int,
    words: tuple[str, ...],
) -> None:
    serve_product(browser_page, sign_in(Role.BUREAU_CHIEF))
    browser_page.goto(ORIGIN + addresses[name])

    with pdfplumber.open(io.BytesIO(browser_page.pdf(prefer_css_page_size=True))) as pdf:
        sheets = [(round(sheet.width), sheet.extract_text()) for sheet in pdf.pages]

    assert len(sheets) == 1
    assert abs(sheets[0][0] - width) <= 1
    # The PDF writes some characters as their look-alike radicals.
    text = unicodedata.normalize("NFKC", sheets[0][1]).replace(" ", "").replace("\n", "")
    assert all(word in text for word in words), text
    assert "按Ctrl+P" not in text
    assert "主导航" not in text
