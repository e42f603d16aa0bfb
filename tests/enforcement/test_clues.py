"""线索: drafted from a finding, transferred within its term, receipted; nothing is ever deleted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from accounts.roles import Role
from core.month import ReportingMonth
from enforcement.models import Clue
from enforcement.selectors.clues import late_on, visible_clues
from enforcement.services.clues import ClueText, edit_clue, record_clue, record_receipt, transfer_clue
from inspections.enums import FindingState
from inspections.services.check_writing import CheckRefused, WrongState
from scoring.facts.month import read_facts
from scoring.facts.window import open_window
from scoring.selectors.scales import rubric_in_force
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries

SignIn = Callable[..., Client]
AT = dt.datetime(2023, 9, 26, 9, 0, tzinfo=factories.SHANGHAI)
FOUND = dt.date(2023, 9, 7)


def text(**given: Any) -> ClueText:
    values: dict[str, Any] = {
        "kind": "UNLAWFUL_ASSIGNMENT",
        "summary": "现场管理人员均非中标单位人员",
        "identified_on": FOUND,
        "project": None,
        "organization": None,
    }
    return ClueText(**{**values, **given})


def test_a_clue_is_transferred_within_its_term(city: City) -> None:
    clerk, place = person(city, Role.COUNTY_SUPERVISOR), county(city)
    act: dict[str, Any] = {"by": clerk, "at": AT}
    with city_scope(city.id, county=place.pk):
        finding = factories.finding(jurisdiction=place, found_on=FOUND)
        gone = factories.finding(jurisdiction=place, state=FindingState.WITHDRAWN, withdrawn_reason="重复")
        with pytest.raises(CheckRefused, match="已撤销"):
            record_clue(county=place, level="COUNTY", text=text(), finding=gone, **act)
        early = text(identified_on=dt.date(2023, 9, 1))
        with pytest.raises(CheckRefused, match="早于问题发现日期"):
            record_clue(county=place, level="COUNTY", text=early, finding=finding, **act)
        clue = record_clue(county=place, level="COUNTY", text=text(), finding=finding, **act)
        other = record_clue(county=place, level="COUNTY", text=text(kind="OTHER"), **act)
        assert clue.number != other.number
        shown: Any = visible_clues(7).get(pk=clue.pk)
        assert shown.due_on == dt.date(2023, 9, 18), "Thursday and seven working days"
        assert set(visible_clues(7).filter(late_on(dt.date(2023, 9, 19)))) == {clue, other}
        assert not visible_clues(7).filter(late_on(dt.date(2023, 9, 18))).exists()
        with pytest.raises(WrongState, match="还没有移送"):
            record_receipt(clue_id=clue.pk, receipt="已受理", **act)
        for day, words in ((dt.date(2023, 9, 6), "早于发现日期"), (dt.date(2023, 9, 27), "晚于今天")):
            with pytest.raises(CheckRefused, match=words):
                transfer_clue(clue_id=clue.pk, receiver="市住建局", transferred_on=day, **act)
        transfer_clue(clue_id=clue.pk, receiver="市住建局", transferred_on=dt.date(2023, 9, 18), **act)
        transfer_clue(clue_id=other.pk, receiver="市住建局", transferred_on=dt.date(2023, 9, 19), **act)
        record_receipt(clue_id=clue.pk, receipt="已受理，案号 12", **act)
        with pytest.raises(WrongState, match="不能再修改"):
            edit_clue(clue_id=clue.pk, text=text(), **act)
        assert list(visible_clues(7).filter(late_on(dt.date(2023, 9, 26)))) == [other]
    month = ReportingMonth(2023, 9)
    with city_scope(city.id):
        window = open_window(city_id=city.id, month=month, rubric=rubric_in_force(month))
        facts = read_facts(window, [place])[place.pk].values
    assert (facts["clues_identified"], facts["clues_transferred_in_7wd"]) == (2, 1), "E5 counts the same term"


def test_the_whole_walk_by_the_pages(city: City, other_city: City, sign_in: SignIn) -> None:
    own, chief = sign_in(Role.COUNTY_SUPERVISOR), sign_in(Role.BUREAU_CHIEF)
    today, listed = timezone.localdate(), reverse("clues:list")
    with city_scope(city.id):
        finding = factories.finding(jurisdiction=county(city), text="劳务全部由他人组织")
    start = reverse("clues:of-finding", args=[finding.pk])
    assert start in own.get(reverse("inspections:finding-detail", args=[finding.pk])).text
    assert "劳务全部由他人组织" in own.get(start).text
    form = {"kind": "UNLAWFUL_SUBCONTRACTING", "summary": "疑似违法分包", "identified_on": today}
    page = own.post(start, form | {"organization": finding.organization.uscc})["Location"]
    pk = page.rsplit("/", 1)[1]
    with city_scope(city.id):
        clue = Clue.objects.get()
        assert (clue.finding, clue.project, clue.organization) == (
            finding,
            finding.project,
            finding.organization,
        )
    assert "疑似违法分包" in own.get(reverse("todos")).text
    assert "还有" in own.get(page).text
    edit, transfer = reverse("clues:edit", args=[pk]), reverse("clues:transfer", args=[pk])
    assert own.post(edit, form | {"summary": "疑似违法分包（劳务）"}).status_code == 302
    assert chief.get(transfer).status_code == 302, "whoever identifies a clue transfers it"
    assert own.post(transfer, {"receiver": "", "transferred_on": today}).status_code == 422
    assert own.post(transfer, {"receiver": "县住建局", "transferred_on": today}).status_code == 302
    receipt = reverse("clues:receipt", args=[pk])
    assert own.post(receipt, {"receipt": "已受理"}).status_code == 302
    with city_scope(city.id):
        clue.refresh_from_db()
        assert (clue.summary, clue.receiver, clue.receipt) == ("疑似违法分包（劳务）", "县住建局", "已受理")
    with pytest.raises(NoReverseMatch):
        reverse("clues:remove", args=[pk])
    new = reverse("clues:new")
    assert chief.post(new, form | {"county": county(city).pk}).status_code == 302
    for url in (page, listed, start, new, receipt):
        assert_no_inline_code(own.get(url))
    assert clue.number in assert_no_formula(chief.get(listed, {"export": "xlsx"}), "线索")
    assert clue.number not in chief.get(listed, {"transfer": "open"}).text
    for stranger in (
        sign_in(Role.COUNTY_SUPERVISOR, where="三台县"),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ):
        assert [stranger.get(url).status_code for url in (page, start, transfer)] == [404] * 3
        assert clue.number not in stranger.get(listed).text


def test_list_takes_a_fixed_number_of_queries(city: City, sign_in: SignIn) -> None:
    chief, listed = sign_in(Role.BUREAU_CHIEF), reverse("clues:list")
    with city_scope(city.id):
        factories.clue(project=factories.project(), organization=factories.organization())
    before = queries(chief, listed)
    with city_scope(city.id):
        for _ in range(2):
            factories.clue(project=factories.project(), organization=factories.organization())
    assert queries(chief, listed) == before
