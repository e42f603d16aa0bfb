"""Pages of scores: every lost point with its clause and records, and who may see what of whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from inspections.models import Finding
from scoring.enums import RunState
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.scoring.months import SEPTEMBER, closed_month
from tests.scoring.rules.builders import VECTOR

SignIn = Callable[..., Client]
LIST = reverse("scoring:score-list")
LOW = {**VECTOR, "findings_due_closed_on_time": 0, "inspections_done": 0}


def detail(city: City, name: str = "北川县", month: object = SEPTEMBER) -> str:
    return reverse("scoring:score-detail", args=[county(city, name).code, month])


@pytest.fixture
def late(city: City) -> Finding:
    with city_scope(city.id):
        return factories.finding(jurisdiction=county(city))


@pytest.fixture
def september(city: City, late: Finding) -> None:
    with city_scope(city.id):
        closed_month(
            {"北川县": VECTOR, "三台县": LOW, "江油市": {}},
            evidence={"北川县": {"findings_due": [str(late.pk)]}},
        )


@pytest.mark.usefixtures("september")
def test_page_explains_every_lost_point(city: City, late: Finding, sign_in: SignIn) -> None:
    text = sign_in(Role.BUREAU_SUPERVISOR).get(detail(city)).text

    assert "74.0 分" in text
    assert "E1 到期问题按期闭环率" in text
    assert "到期问题40个，按期闭环34个，比例85.0%（100%得满分，60%及以下不得分），得5.00分。" in text
    assert "按期闭环÷到期问题：达100%得满分，60%及以下不得分，其间按比例" in text
    assert reverse("inspections:finding-detail", args=[late.pk]) in text
    assert "不适用的条款（3 项" in text
    assert "实得68.8319 ÷ 应得93 × 100 = 74.0128" in text


@pytest.mark.usefixtures("september")
def test_own_county_works_sibling_and_strangers_get_404(
    city: City, other_city: City, sign_in: SignIn
) -> None:
    own = sign_in(Role.COUNTY_REPORTER)
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    assert own.get(detail(city)).status_code == 200
    assert own.get(detail(city, "三台县")).status_code == 404
    assert stranger.get(detail(city)).status_code == 404
    assert (
        sign_in(Role.UNIT_CONTACT, organization_uscc="91510700MA00000001").get(detail(city)).status_code
        == 403
    )
    assert sign_in(Role.SYSTEM_ADMIN).get(LIST).status_code == 403
