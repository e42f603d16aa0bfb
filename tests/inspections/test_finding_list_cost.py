"""What the list of findings asks of the database: the page's rows alone are joined, nothing is counted twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from inspections.enums import FindingState
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories

SignIn = Callable[..., Client]
LIST = reverse("inspections:finding-list")


@pytest.fixture
def client(city: City, sign_in: SignIn) -> Client:
    with city_scope(city.id):
        factories.finding(project=factories.project(name="石盘水库", name_initials="spsk"), number="WT-1")
        factories.finding(number="WT-2", state=FindingState.DRAFT)
        factories.finding(number="WT-3", organization=factories.organization(name="石盘水利公司"))
    return sign_in(Role.BUREAU_CHIEF)


def asked(client: Client, url: str) -> tuple[set[str], list[str]]:
    """(numbers on the page, its statements on findings outside the menu)."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        text = client.get(url).text
    statements = [query["sql"] for query in captured.captured_queries]
    on_findings = [
        one for one in statements if ' FROM "inspections_finding"' in one and "COALESCE" not in one
    ]
    return set(re.findall(r">(WT-\d+)</a>", text)), on_findings


def test_a_list_without_a_stage_is_counted_by_its_funnel(client: Client) -> None:
    numbers, statements = asked(client, LIST)

    assert numbers == {"WT-1", "WT-2", "WT-3"}
    assert len(statements) == 2  # the funnel, the rows


def test_a_stage_is_counted_beside_the_funnel(client: Client) -> None:
    numbers, statements = asked(client, f"{LIST}?state=DRAFT")

    assert numbers == {"WT-2"}
    assert len(statements) == 3


@pytest.mark.parametrize(
    ("term", "found"), [("石盘", {"WT-1", "WT-3"}), ("spsk", {"WT-1"}), ("wt-2", {"WT-2"})]
)
def test_search_looks_into_references_without_joining_them(
    client: Client, term: str, found: set[str]
) -> None:
    numbers, (funnel, rows) = asked(client, f"{LIST}?q={term}")

    assert numbers == found
    assert " JOIN " not in funnel
    assert "LIMIT" in rows.split(" IN (SELECT ", 1)[1]


@pytest.mark.parametrize(("term", "folds"), [("石盘", False), ("WT", True)])
def test_only_letters_are_folded(client: Client, term: str, folds: bool) -> None:
    _, (funnel, _) = asked(client, f"{LIST}?q={term}")

    assert ("UPPER(" in funnel) is folds
