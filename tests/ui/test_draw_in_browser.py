"""The draw in a real browser: the list, the projector at 1920×1080, the commitment, the public page."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from accounts.roles import Role
from inspections.models import Draw
from inspections.rules.draw_parameters import shipped
from inspections.services.draw_freezing import freeze_draw
from inspections.services.draw_publication import publish_draw
from inspections.services.draw_witnesses import commit_draw, register_witness, reveal_secret
from inspections.services.drawing import run_draw
from inspections.services.draws import DrawPlan, start_draw, void_draw
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.ui.browser import assert_accessible, assert_no_sideways_scroll
from tests.ui.through_client import ORIGIN, serve_product

pytestmark = pytest.mark.browser

SECRETS = ("涪江水清两岸青山2023", "shan gao shui chang 2023")
SHOTS = os.environ.get("ANLAN_SHOTS", "")
"""A folder to look at the pages in; tests need none."""
NAMES = (
    "白草河防洪治理工程",
    "都坝河生态护岸工程",
    "擂鼓镇供水工程",
    "漩坪水库除险加固工程",
    "平通河堤防工程",
)
PEOPLE = ("赵建国", "钱卫东", "孙晓梅", "李长江", "周文", "吴海燕")


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=str(Path(SHOTS) / f"{name}.png"))


def _draws(city: City) -> tuple[str, str]:
    """(address of the draw that was made, number); another one is void."""
    at = timezone.now()
    bureau = Jurisdiction.objects.get(parent__isnull=True)
    for place, name in zip(("北川县", "平武县", "江油市", "北川县", "平武县"), NAMES, strict=True):
        factories.project(
            jurisdiction=county(city, place),
            name=name,
            supervision_level="COUNTY",
            status="UNDER_WAY",
            started_on=dt.date(2023, 1, 10),
            risk_class="C",
        )
    for place, name in zip(("北川县", "平武县", "江油市") * 2, PEOPLE, strict=True):
        factories.officer(jurisdiction=county(city, place), name=name)
    plan = DrawPlan(
        kind="PROJECT", title="全市双随机抽查", levels=["CITY", "COUNTY"], whole_city=True, cross=True
    )
    acts: dict[str, Any] = {"by": "测试", "at": at}
    first = start_draw(plan=plan, organizer=bureau, parameters=shipped(), **acts)
    void_draw(draw_id=first.pk, reason="名录缺少新开工工程", **acts)
    draw = start_draw(plan=plan, organizer=bureau, parameters=shipped(), **acts)
    freeze_draw(draw_id=draw.pk, **acts)
    own = [SimpleNamespace(id=uuid.uuid4(), display_name=name) for name in ("王见证", "李见证")]
    people = (("王见证", "驻局纪检监察组"), ("李见证", "市水利局"))
    for place_, ((name, unit), secret) in enumerate(zip(people, SECRETS, strict=True), 1):
        register_witness(
            draw_id=draw.pk,
            name=name,
            unit=unit,
            secret=secret,
            digest="",
            position=place_,
            user_id=own[place_ - 1].id,
            **acts,
        )
    commit_draw(draw_id=draw.pk, **acts)
    for witness, secret in zip(own, SECRETS, strict=True):
        reveal_secret(draw_id=draw.pk, secret=secret, by=witness, at=at)
    run_draw(draw_id=draw.pk, secrets={}, **acts)
    return f"{ORIGIN}/draws/{draw.pk}", draw.number


def test_draw_pages(browser_page: Page, city: City) -> None:
    """Each can be read and used; the result appears line by line, and at once where motion is unwelcome."""
    with city_scope(city.id):
        url, number = _draws(city)
    page = browser_page
    serve_product(page, client_of(person(city, Role.BUREAU_SUPERVISOR)))
    pages = {"detail": url, "record": f"{url}/record", "publish": f"{url}/publish"}
    if SHOTS:
        pages |= {name: f"{url}/{name}" for name in ("candidates", "commitment")}
        pages |= {"list": f"{ORIGIN}/draws/"}
        pages |= {name: f"{ORIGIN}/draws/{name}" for name in ("new", "officers", "objects")}
    for name, address in pages.items():
        page.goto(address)
        assert_accessible(page)
        assert_no_sideways_scroll(page)
        _shot(page, f"draw-{name}")

    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(f"{url}/screen")
    for step in ("number", "population", "commitment", "witnesses", "seed"):
        if SHOTS or step == "population":
            assert_accessible(page)
        assert_no_sideways_scroll(page)
        assert (
            float(page.locator(".beamer main h1").evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))
            >= 48
        )
        _shot(page, f"draw-screen-{step}")
        with page.expect_navigation():
            page.keyboard.press("ArrowRight")
    lines = page.locator(".beamer-list li")
    assert lines.count() == 3
    assert lines.nth(0).is_visible()
    assert not lines.nth(2).is_visible(), "one after the other"
    lines.nth(2).wait_for(state="visible")
    _shot(page, "draw-screen-result")
    page.emulate_media(reduced_motion="reduce")
    page.reload()
    assert lines.nth(2).is_visible()

    with city_scope(city.id):
        draw = Draw.objects.get(number=number)
        for one in draw.drawn_projects.all():
            inspection = factories.inspection(
                jurisdiction=one.jurisdiction,
                project=one.project,
                draw=draw,
                inspected_on=timezone.localdate(),
            )
            factories.finding(
                jurisdiction=one.jurisdiction, project=one.project, inspection=inspection, state="CONFIRMED"
            )
        publish_draw(draw_id=draw.pk, note="", by="测试", at=timezone.now())
    page.unroute_all()
    serve_product(page, Client())
    for width, height in ((1440, 900), (834, 1194)):
        page.set_viewport_size({"width": width, "height": height})
        for name, address in (
            ("list", "/public/mianyang/draws/"),
            ("detail", f"/public/mianyang/draws/{number}"),
        ):
            page.goto(f"{ORIGIN}{address}")
            if width == 834:
                assert_accessible(page)
            assert_no_sideways_scroll(page)
            _shot(page, f"draw-public-{name}-{width}")
    assert not any(name in page.content() for name in (*PEOPLE, "王见证", "李见证"))
