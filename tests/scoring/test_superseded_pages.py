"""The pages of a run that was corrected: for the bureau, and saying so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from scoring.enums import RunState
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import county
from tests.scoring.months import SEPTEMBER, closed_month
from tests.scoring.rules.builders import VECTOR

SignIn = Callable[..., Client]
BANNER = "已被第2次计算更正"


@pytest.fixture
def page(city: City) -> str:
    """Two runs of the month: the first lost more points and was corrected."""
    with city_scope(city.id):
        closed_month({"北川县": {**VECTOR, "findings_due_closed_on_time": 0}}, state=RunState.SUPERSEDED)
        closed_month({"北川县": VECTOR}, revision=2, reason="更正逾期问题")
    return reverse("scoring:score-detail", args=[county(city).code, SEPTEMBER])


def test_bureau_reads_the_corrected_run_and_is_told(page: str, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    before, now = chief.get(f"{page}?revision=1").text, chief.get(page).text
    clause = chief.get(f"{page}items/E1?revision=1").text

    assert BANNER in before
    assert BANNER in clause
    assert BANNER not in now
    assert "按期闭环0个" in before
    assert "按期闭环0个" in clause
    assert "按期闭环34个" in now
    assert f'href="{page}items/E1?revision=1"' in before
    assert f'href="{page}items/E1"' in now
    assert f'href="{page}?revision=1"' in clause


def test_month_page_leads_to_the_corrected_run(page: str, sign_in: SignIn) -> None:
    month = sign_in(Role.BUREAU_CHIEF).get(reverse("reports:month", args=[SEPTEMBER])).text

    assert f'href="{page}?revision=1"' in month
    assert f'href="{page}?revision=2"' not in month


@pytest.mark.parametrize("revision", ["0", "3", "x", "", "99999999999"])
def test_what_is_no_run_is_404(page: str, revision: str, sign_in: SignIn) -> None:
    assert sign_in(Role.BUREAU_CHIEF).get(page, {"revision": revision}).status_code == 404


def test_county_reads_only_what_is_in_force(page: str, sign_in: SignIn) -> None:
    own = sign_in(Role.COUNTY_REPORTER)

    assert own.get(page).status_code == 200
    assert own.get(f"{page}?revision=1").status_code == 404
    assert own.get(f"{page}items/E1?revision=1").status_code == 404
