"""Before a draw the public reads its commitment; after it the page leads to the inspections that follow from it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from inspections.enums import DrawKind, DrawState
from inspections.models import Draw
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_inline_code, queries

PUBLIC = "/public/mianyang/draws/"


def committed(**given: Any) -> Draw:
    values = {
        "commitment_sha256": "ab" * 32,
        "committed_at": dt.datetime(2023, 9, 4, 9, 30, tzinfo=factories.SHANGHAI),
        "started_by_name": "钱发起",
        "frozen_text": "{}",
        "state": DrawState.COMMITTED,
    }
    return factories.draw(**values | given)


def test_the_commitment_is_public_before_the_draw_and_stays(city: City, other_city: City) -> None:
    place = county(city)
    with city_scope(city.id):
        factories.officer(jurisdiction=place, name="赵建国")
        open_one = committed(jurisdiction=place, title="赵建国负责、钱发起发起的九月抽查 13890123456")
        factories.draw_witness(draw=open_one, name="孙见证", unit="某局")
        void = committed(
            jurisdiction=place, state=DrawState.VOID, void_reason="孙见证未到场", title="八月抽查"
        )
        unfinished = [
            factories.draw(jurisdiction=place, state=state, frozen_text="{}", title=f"未承诺{state}")
            for state in (DrawState.DRAFT, DrawState.FROZEN, DrawState.DRAWN)
        ]
    page = Client().get(PUBLIC)

    assert_no_inline_code(page)
    assert page.text.count("ab" * 32) == 2
    for words in (
        open_one.number,
        void.number,
        "九月抽查",
        "八月抽查",
        "承诺已公布",
        "已作废",
        "2023-09-04 09:30",
    ):
        assert words in page.text, words
    for hidden in ("赵建国", "钱发起", "孙见证", "13890123456", *(one.number for one in unfinished)):
        assert hidden not in page.text, hidden
    assert open_one.number not in Client().get("/public/duizhao/draws/").text
    assert Client().get(f"{PUBLIC}{open_one.number}").status_code == 404, "the result comes after the draw"
    before = queries(Client(), PUBLIC)
    with city_scope(city.id):
        for n in range(3):
            committed(jurisdiction=place, title=f"抽查{n}")
    assert queries(Client(), PUBLIC) == before


def test_a_draw_of_a_ledger_leads_to_no_public_page(city: City) -> None:
    with city_scope(city.id):
        formed, published = dt.date(2023, 9, 6), dt.date(2023, 9, 20)
        brought = factories.draw(
            jurisdiction=county(city), result_formed_on=formed, published_on=published, state="DRAWN"
        )
    client = client_of(person(city, Role.COUNTY_SUPERVISOR))

    page = client.get(reverse("draws:draw-detail", args=[brought.pk])).text

    assert "2023-09-20 公开" in page
    assert "公开页面" not in page, "it was published elsewhere"
    assert "抽中的对象没有登记" in page
    assert "还没有抽取" not in page


def test_a_drawn_project_is_arranged_from_one_link_as_long_as_one_is_left(city: City) -> None:
    place = county(city)
    with city_scope(city.id):
        project = factories.project(jurisdiction=place)
        drawn = factories.drawn_project(draw=factories.draw(jurisdiction=place), project=project)
    client = client_of(person(city, Role.COUNTY_SUPERVISOR))
    page = reverse("draws:draw-detail", args=[drawn.draw_id])
    link = reverse("visits:arrange-draw", args=[drawn.draw_id])
    assert client.get(page).text.count(link) == 1
    with city_scope(city.id):
        factories.inspection(jurisdiction=place, project=drawn.project, draw=drawn.draw)
    assert link not in client.get(page).text


def test_a_drawn_county_leads_to_its_duty_inspection(city: City) -> None:
    place = county(city)
    result = {"result": [{"object": place.code}]}
    frozen = {"candidates": [{"id": place.code, "name": place.short_name, "excluded": ""}], "strata": []}
    with city_scope(city.id):
        made, waiting = (
            factories.draw(
                kind=DrawKind.COUNTY,
                jurisdiction=place.parent,
                state=state,
                frozen_text=json.dumps(frozen),
                record_text=text,
            )
            for state, text in ((DrawState.DRAWN, json.dumps(result)), (DrawState.COMMITTED, ""))
        )
    chief = client_of(person(city, Role.BUREAU_CHIEF))
    link = f"{reverse('duty:new')}?draw={made.pk}"
    assert link in chief.get(reverse("draws:draw-detail", args=[made.pk])).text
    assert "建立履职检查" not in chief.get(reverse("draws:draw-detail", args=[waiting.pk])).text

    form = chief.get(link).context["form"]

    assert (form["draw"].value(), form["county"].value()) == (made.pk, place.pk)
    assert f"{made.number}（{made.drawn_on:%Y-%m-%d}）" in chief.get(link).text
    assert waiting.number not in chief.get(link).text
    for other in (waiting.pk, "x"):
        assert chief.get(reverse("duty:new"), {"draw": str(other)}).status_code == 404
