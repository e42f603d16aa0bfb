"""The engine and the product's own interface: from the first log-in to a settled conflict and a lost tablet."""

from __future__ import annotations

import contextvars
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from accounts.models import User
from accounts.roles import Role
from inspections.enums import InspectionState, PhotoState
from inspections.forms.submission import read_submission
from inspections.models import Device, Finding, Photo, RecordConflict, RecordOperation, Submission
from inspections.services.bundles import import_bundle, read_bundle
from inspections.services.devices import create_code, hold_device
from tenancy.scope import city_scope
from tests import factories
from tests.cast import PASSWORD, county, person
from tests.field.conftest import PIN, Tablet, exported
from tests.field.office import Office
from tests.field.test_engine_record import ON
from tests.field.test_engine_sending import PHOTO, SEND, encoded, item, jpeg
from tests.inspections.tablet import Tablet as Other
from tests.inspections.tablet import enrolled, op

pytestmark = pytest.mark.browser


class Product(Office):
    """The same door as the server in memory; behind it stands the product, asked with its request token."""

    def __init__(self) -> None:
        super().__init__()
        self.client = Client(enforce_csrf_checks=True)
        self.context = contextvars.Context()

    def stand_here(self) -> None:
        """Answer in the test's own context: Playwright calls back in another, where Django would open another connection.

        Called once the test's connection is open.
        """
        self.context = contextvars.copy_context()

    def answer(self, method: str, path: str, headers: dict[str, str], body: bytes) -> tuple[int, Any]:
        """Ask the product."""
        kept = ("x-csrftoken", "x-anlan-device", "content-range", "x-chunk-sha256", "if-none-match")
        given = {name: value for name, value in headers.items() if name in kept}
        kind = headers.get("content-type", "application/json")
        response = self.context.run(
            self.client.generic, method, f"/api/v1/{path}", body, content_type=kind, headers=given
        )
        self.etag = response.headers.get("ETag", "")
        self.log.append((method, urlsplit(path).path, response.status_code))
        return response.status_code, response.json() if response.content else ""


@pytest.fixture
def office(settings: Any, tmp_path: Any) -> Product:
    """The product instead of the server in memory."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return Product()


def test_an_inspection_goes_through_the_products_interface(tablet: Tablet, office: Product, city):
    office.stand_here()
    inspector = person(city, Role.COUNTY_SUPERVISOR, name="王检")
    colleague = person(city, Role.COUNTY_SUPERVISOR, name="李检")
    place = county(city)
    now = timezone.now()
    with city_scope(city.id):
        inspection = factories.inspection(
            jurisdiction=place, state=InspectionState.NOTIFIED, inspected_on=timezone.localdate()
        )
        for one in (inspector, colleague):
            factories.inspection_officer(inspection=inspection, user=one.pk)
        unit = factories.participating_unit(project=inspection.project)
        code = create_code(name="平板九号", jurisdiction=place, by="测试", at=now).text
    check = str(inspection.pk)

    page = tablet.page()

    def on(script: str, *rest: Any) -> Any:
        return page.evaluate(ON % script, [check, *rest])

    page.evaluate("([name, word]) => engine.login(name, word)", [inspector.username, PASSWORD])
    page.evaluate("(code) => engine.enrol(code, '平板九号')", code)
    page.evaluate("async (pin) => { await engine.setPin(pin); await engine.package.download(); }", PIN)
    assert page.evaluate("engine.state.device.state") == "ACTIVE"
    assert page.evaluate("engine.package.inspections().map((one) => one.id)") == [check]
    assert page.evaluate("async () => (await engine.package.download()).changed") is False

    tablet.cut = True
    leaves = {
        "text": "闸墩蜂窝麻面",
        "severity": "GENERAL",
        "kind": "PHYSICAL_DEFECT",
        "unit_id": str(unit.pk),
    }
    finding = on("return record.add('findings', rest[0])", leaves)
    content = jpeg(900, 700)
    photo = page.evaluate(PHOTO, [check, encoded(content), finding])
    on("record.set('header/weather', '晴')")
    first = on("return record.save()")
    kept = read_bundle(exported(page)[1][0]["text"].encode())
    assert (kept.author, kept.number, kept.count, len(kept.files)) == (inspector.pk, 1, 1, 2)
    # Meanwhile a colleague writes the same line on another tablet.
    other = Other(colleague, enrolled(city, place, at=now)[1])
    there = other.submission(inspection.pk, op("header/weather", "大雨"), author=str(colleague.pk))
    assert other.put_submission(there).status_code == 201

    tablet.cut = False
    assert page.evaluate(SEND) == "done", office.log
    shown = item(page, first)
    assert (shown["word"], bool(shown["receipt"])) == ("已送达", True)
    with city_scope(city.id):
        assert Submission.objects.count() == 2
        assert Photo.objects.get().state == PhotoState.STORED
        assert Photo.objects.get().sha256 == photo["sha256"]
        assert Finding.objects.get(pk=finding).text == "闸墩蜂窝麻面"
        assert RecordConflict.objects.get().other.value == "晴"
    conflict = on("return record.conflicts[0]")
    assert on("return record.get('header/weather')") == "大雨" == conflict["kept"]["value"]
    forced = on("return record.inForce('header/weather')")
    assert (forced["value"], forced["author"]) == ("大雨", conflict["kept"]["author"])
    on("await record.settle(rest[0], '晴', rest[1])", conflict["id"], forced["operation"])
    assert on("return [record.get('header/weather'), record.conflicts]") == ["晴", []]

    # A value that the record's rules refuse: shown with its path, edited, sent anew.
    on("record.set('orders/' + crypto.randomUUID() + '/term', '后天')")
    bad = on("return record.save()")
    page.evaluate(SEND)
    assert item(page, bad)["state"] == "refused"
    assert item(page, bad)["fields"][0]["message"]
    before = office.count("PUT", f"submissions/{bad}")
    page.evaluate(SEND)
    assert office.count("PUT", f"submissions/{bad}") == before == 1

    with city_scope(city.id):
        device = Device.objects.get(name="平板九号")
        assert device.waiting_count == 1
        hold_device(device_id=device.pk, reason="遗失在平武", by="测试", at=timezone.now())
    tablet.cut = True
    on("record.set('header/progress', '坝体填筑')")
    shots = [page.evaluate(PHOTO, [check, encoded(jpeg(320, 240)), None])["id"] for _ in range(2)]
    with city_scope(city.id):
        come_as_files(page, inspector, shots)
        operations = RecordOperation.objects.count()
    tablet.cut = False
    assert page.evaluate(SEND) == "held"
    assert "遗失在平武" in page.evaluate("engine.state.denied.reason")
    with city_scope(city.id):
        assert RecordOperation.objects.count() == operations


def come_as_files(page: Page, author: User, shots: list[str]) -> None:
    """One photo in each file, the second one first: the office takes each and says what is missing."""
    told = []
    for one in reversed(exported(page, most=1)[1]):
        bundle = read_bundle(one["text"].encode())
        done = import_bundle(bundle=bundle, reader=_read, may_for_others=False, by=author, at=timezone.now())
        told.append((done.number, done.count, done.missing, done.missing_in))
    assert told == [(2, 2, 1, [1]), (1, 2, 0, [])]
    assert Photo.objects.filter(pk__in=shots, state=PhotoState.STORED).count() == 2


def _read(raw: bytes) -> Any:
    sent = read_submission(raw)
    return sent.incoming, sent.photos, sent.author
