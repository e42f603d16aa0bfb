"""Pages of 整改通知书."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from enforcement.enums import NoticeState
from enforcement.models import RectificationNotice
from inspections.enums import FindingState
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SignIn = Callable[..., Client]
LIST = reverse("enforcement:notice-list")


def detail(notice: RectificationNotice) -> str:
    return reverse("enforcement:notice-detail", args=[notice.pk])


@pytest.fixture
def notice(city: City) -> RectificationNotice:
    with city_scope(city.id):
        project = factories.project(jurisdiction=county(city))
        notice = factories.notice(project=project)
        fill(notice)
        return notice


def fill(notice: RectificationNotice) -> None:
    finding = factories.finding(project=notice.project)
    factories.notice_finding(notice=notice, finding=finding)
    factories.reply(finding=finding)
    factories.recheck(finding=finding, has_passed=False)


def test_own_county_works_and_strangers_get_404(
    notice: RectificationNotice, other_city: City, sign_in: SignIn
) -> None:
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    assert sign_in(Role.COUNTY_REVIEWER).get(detail(notice)).status_code == 200
    assert sign_in(Role.COUNTY_REVIEWER, where="三台县").get(detail(notice)).status_code == 404
    assert stranger.get(detail(notice)).status_code == 404
    assert notice.number not in stranger.get(LIST).text


def test_assistant_gets_403(notice: RectificationNotice, sign_in: SignIn) -> None:
    assert sign_in(Role.ASSISTANT).get(detail(notice)).status_code == 403


def test_addressee_sees_a_signed_notice_and_no_draft(
    city: City, notice: RectificationNotice, sign_in: SignIn
) -> None:
    with city_scope(city.id):
        draft = factories.notice(
            project=notice.project,
            addressee=notice.addressee,
            state=NoticeState.DRAFT,
            issued_on=None,
            served_on=None,
        )
    addressee = sign_in(Role.LEGAL_PERSON_REPORTER, organization_uscc=notice.addressee.uscc)

    assert addressee.get(detail(notice)).status_code == 200
    assert addressee.get(detail(draft)).status_code == 404


def test_page_shows_items_answers_and_lateness(notice: RectificationNotice, sign_in: SignIn) -> None:
    text = sign_in(Role.BUREAU_CHIEF).get(detail(notice)).text

    assert "限期整改并举一反三" in text
    assert "已重新报验并补做检测" in text
    assert "复查未通过" in text
    assert "已逾期" in text


def test_filters(city: City, notice: RectificationNotice, sign_in: SignIn) -> None:
    with city_scope(city.id):
        closed = factories.notice(project=notice.project, state=NoticeState.CLOSED)
    chief = sign_in(Role.BUREAU_CHIEF)

    def shown(**params: str) -> list[bool]:
        text = chief.get(LIST, params).text
        return [n.number in text for n in (notice, closed)]

    assert shown() == [True, True]
    assert shown(state="OPEN") == [True, False]
    assert shown(overdue="yes") == [True, False]
    assert shown(state="CLOSED") == [False, True]
    assert shown(issued_after="2023-10-01") == [False, False]


def test_counts_of_items(city: City, notice: RectificationNotice, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.notice_finding(
            notice=notice, finding=factories.finding(project=notice.project, state=FindingState.CLOSED)
        )

    assert "共 2 个，未销号 1 个" in sign_in(Role.BUREAU_CHIEF).get(detail(notice)).text


def test_list_and_page_take_a_fixed_number_of_queries(
    city: City, notice: RectificationNotice, sign_in: SignIn
) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    before = queries(chief, LIST), queries(chief, detail(notice))

    def more() -> None:
        for _ in range(2):
            fill(notice)
            fill(factories.notice(project=notice.project))

    assert before == (queries_after(city, chief, LIST, more), queries(chief, detail(notice)))


def test_export_and_inline_code(city: City, notice: RectificationNotice, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.notice(project=factories.project(name="=1+1"), number="+1")
    chief = sign_in(Role.BUREAU_CHIEF)

    assert notice.number in assert_no_formula(chief.get(LIST, {"export": "xlsx"}), "整改通知书")
    assert_no_inline_code(chief.get(LIST))
    assert_no_inline_code(chief.get(detail(notice)))
