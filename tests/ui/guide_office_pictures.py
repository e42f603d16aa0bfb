"""The pictures of docs/guide/office.md, taken of the demo city. Not a test: run it after a page has changed.

    python -m pytest tests/ui/guide_office_pictures.py

Writes docs/guide/img/office-*.png. The clock of the pictures stands on a Monday of September 2026, when the bureau has a
frozen draw that waits for its witnesses and an inspection that waits for its review.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from inspections.enums import DrawState, InspectionState
from inspections.models import Draw, Inspection
from inspections.services.draw_witnesses import commit_draw, register_witness, reveal_secret
from inspections.services.drawing import run_draw
from reports.demo.draws import WITNESSES
from reports.demo.people import CHIEF, DEPUTY, SUPERVISOR
from reports.demo.seeding import seed_demo
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import client_of
from tests.ui.guide_pictures import FOLDER, SHANGHAI, Camera

pytestmark = pytest.mark.browser

MONDAY = dt.datetime(2026, 9, 21, 10, 0, tzinfo=SHANGHAI)
MOST_BYTES = 120_000


@pytest.fixture
def demo(
    fresh_database: None, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[City]:
    """The demo city as it stands that Monday."""
    monkeypatch.setattr(timezone, "now", lambda: MONDAY)
    settings.DATA_DIR = settings.MEDIA_ROOT = tmp_path
    seed_demo(at=MONDAY, say=lambda text: None)
    city = City.objects.get(slug="mianyang")
    with city_scope(city.id):
        yield city


def client(username: str) -> Client:
    """Signed in as a demo login."""
    return client_of(User.objects.get(username=username))


def test_pictures_of_the_office_chapter(browser_page: Page, demo: City, faults: list[str]) -> None:
    camera = Camera(browser_page)
    supervisor, deputy = client(SUPERVISOR), client(DEPUTY)
    camera.go(supervisor, reverse("plans:year-plan", args=["510700", MONDAY.year]))
    camera.take("office-plan", height=760)
    draw = Draw.objects.get(state=DrawState.FROZEN)
    camera.go(supervisor, reverse("draws:draw-candidates", args=[draw.pk]))
    camera.take("office-candidates", height=760)
    camera.go(client(WITNESSES[0][0]), reverse("draws:draw-witness", args=[draw.pk]))
    camera.take("office-witness", height=860)
    _draw(draw)
    camera.go(supervisor, reverse("draws:draw-screen", args=[draw.pk], query={"step": "result"}))
    browser_page.wait_for_timeout(4000)
    camera.take("office-screen", height=810)
    seen = Inspection.objects.get(state=InspectionState.CONCLUDED)
    camera.go(supervisor, reverse("visits:inspection-detail", args=[seen.pk]))
    camera.take("office-visit", height=1000)
    camera.go(deputy, reverse("visits:review", args=[seen.pk]))
    camera.take("office-review", height=900)
    camera.go(client(CHIEF), reverse("draws:draw-publish", args=[draw.pk]))
    camera.take("office-publish", height=900)
    published = Draw.objects.filter(published_on__isnull=False, number__startswith="CQ-").get()
    camera.go(Client(), reverse("public:draw-detail", args=[demo.slug, published.number]))
    camera.take("office-public", height=1000)
    taken = {path.name: path.stat().st_size for path in FOLDER.glob("office-*.png")}
    assert {name: size for name, size in taken.items() if size > MOST_BYTES} == {}
    faults.clear()


def _draw(draw: Draw) -> None:
    """What the witnesses do on their own accounts, and the supervisor on his."""
    each: list[tuple[User, str, str]] = [
        (User.objects.get(username=name), unit, secret) for name, unit, secret in WITNESSES
    ]
    for place, (who, unit, secret) in enumerate(each, start=1):
        register_witness(
            draw_id=draw.pk,
            name=who.display_name,
            unit=unit,
            secret=secret,
            digest="",
            position=place,
            user_id=who.pk,
            by=who,
            at=MONDAY,
        )
    by = User.objects.get(username=SUPERVISOR)
    commit_draw(draw_id=draw.pk, by=by, at=MONDAY)
    for who, _, secret in each:
        reveal_secret(draw_id=draw.pk, secret=secret, by=who, at=MONDAY)
    run_draw(draw_id=draw.pk, secrets={}, by=by, at=MONDAY)
