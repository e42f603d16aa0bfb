"""The HTTP of the tablet (docs/field-protocol.md): receipts, replays, refusals, parts of photos in any order."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import uuid
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from core.uuid7 import uuid7
from inspections.enums import InspectionState, PhotoState, TimeCheck
from inspections.models import (
    Device,
    Evidence,
    Finding,
    Inspection,
    Photo,
    PhotoChunk,
    RecordConflict,
    RecordOperation,
    Submission,
)
from inspections.rules.merge import Operation
from inspections.rules.perceptual import NEAR
from inspections.selectors.photos import CHUNK_BYTES, STAMPED_AREA, VIEW_AREA, visible_photos
from inspections.selectors.record_state import is_genuine
from inspections.services.devices import create_code, hold_device, release_device, revoke_device
from inspections.services.record import apply_submission, own_submission
from projects.models import ParticipatingUnit
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import PASSWORD, client_of, county, make_city, person
from tests.inspections.tablet import (
    Shot,
    Tablet,
    enrolled,
    finding_ops,
    op,
    padded,
    picture,
    sha,
)

TABLES = (Submission, RecordOperation, RecordConflict, Photo, PhotoChunk, Finding, Evidence, AuditEvent)


@dataclass
class Site:
    """A county's inspector with a tablet at an inspection."""

    city: City
    inspector: User
    device: Device
    tablet: Tablet
    inspection: Inspection
    unit: ParticipatingUnit

    def counts(self) -> list[int]:
        with city_scope(self.city.id):
            return [model._default_manager.count() for model in TABLES]

    def finding(self, *shots: Shot, text: str = "闸墩蜂窝麻面") -> dict[str, Any]:
        key = uuid7()
        for shot in shots:
            shot.finding = key
        photos = [shot.entry() for shot in shots]
        return self.tablet.submission(
            self.inspection.pk,
            *finding_ops(key, self.unit, text),
            photos=photos,
            author=str(self.inspector.pk),
        )


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def site(city: City) -> Site:
    inspector = person(city, Role.COUNTY_SUPERVISOR, name="王检")
    place = county(city)
    device, token = enrolled(city, place, at=timezone.now())
    with city_scope(city.id):
        inspection = factories.inspection(jurisdiction=place, state=InspectionState.NOTIFIED)
        factories.inspection_officer(inspection=inspection, user=inspector.pk)
        unit = factories.participating_unit(project=inspection.project)
    return Site(city, inspector, device, Tablet(inspector, token), inspection, unit)


def test_a_finding_with_photos_arrives_once_however_often_it_is_sent(site):
    shots = [
        Shot(padded(picture(1), 600_000), padded(picture(11), 300_000)),
        Shot(padded(picture(2), CHUNK_BYTES)),
    ]
    body = json.dumps(site.finding(*shots)).encode()

    first = site.tablet.put_submission(body)
    assert first.status_code == 201, first.content
    receipt = first.json()["receipt"]
    assert (receipt["sha256"], receipt["complete"]) == (hashlib.sha256(body).hexdigest(), False)
    assert [(f["copy"], f["state"], f["chunks_missing"]) for f in receipt["files"]] == [
        ("original", "missing", [0, 1, 2]),
        ("stamped", "missing", [0, 1]),
        ("original", "missing", [0]),
    ]
    for shot in shots:
        assert site.tablet.put_photo(shot).json() == {
            "state": "stored",
            "chunks_missing": [],
            "complete": True,
            "reason": "",
        }
    before = site.counts()

    for _ in range(100):
        again = site.tablet.put_submission(body)
        assert again.status_code == 202
    for _ in range(5):
        for shot in shots:
            site.tablet.put_photo(shot)

    assert site.counts() == before
    receipt = again.json()["receipt"]
    assert receipt["complete"] is True
    assert {f["sha256"] for f in receipt["files"]} == {
        sha(data) for shot in shots for _, data in shot.copies()
    }
    assert is_genuine(receipt)
    assert not is_genuine({**receipt, "complete": False})
    answer = site.tablet.get(f"receipts/{receipt['submission']}")
    assert answer.json()["receipt"]["complete"] is True
    with city_scope(site.city.id):
        finding = Finding.objects.get()
        assert sorted(e.sha256 for e in finding.evidence.all()) == sorted(sha(shot.data) for shot in shots)
        photo = Photo.objects.get(pk=shots[0].id)
        assert (photo.state, photo.device_id, str(photo.latitude)) == ("STORED", site.device.pk, "31.456789")
        assert PhotoChunk.objects.count() == 0


def test_a_small_submission_costs_twenty_statements_however_long_the_record_is(site):
    """Each one counts: a hundred a second on two cores leave 20 ms for all of them (docs/benchmarks.md)."""

    def cost(*operations: dict[str, Any]) -> list[str]:
        with CaptureQueriesContext(connection) as captured:
            body = site.tablet.submission(site.inspection.pk, *operations)
            assert site.tablet.put_submission(body).status_code == 201
        return [query["sql"] for query in captured]

    cost(op("header/weather", "晴"))
    one = cost(op("header/progress", "浇筑"))
    many = cost(*(op(f"people/{uuid7()}/name", "张三") for _ in range(5)))

    assert len(one) == len(many) <= 21, one
    assert sum("set_config" in sql for sql in one) == 3, (
        "two of the request and one that gives back to the test"
    )
    (trail,) = [n for n, sql in enumerate(one) if "audit_auditevent" in sql]
    assert [sql for sql in one[trail + 1 :] if not sql.startswith(("RELEASE", "SELECT set_config"))] == [], (
        "the whole city waits from the trail on"
    )


def test_other_bytes_under_a_known_identifier_leave_both_versions(site):
    body = site.finding()
    assert site.tablet.put_submission(body).status_code == 201
    other = {**body, "app_version": "other"}

    answer = site.tablet.put_submission(other)

    assert answer.status_code == 409
    told = answer.json()
    assert told["code"] == "differs"
    assert json.loads(told["stored"]["body"]) == body
    assert told["sent_sha256"] == hashlib.sha256(json.dumps(other).encode()).hexdigest()


def test_parts_come_in_any_order_twice_and_wrong(site):
    data = padded(picture(3), 5 * CHUNK_BYTES - 1000)
    shot = Shot(data)
    site.tablet.put_submission(site.finding(shot))
    order = [0, 1, 2, 3, 4, 2, 0]
    random.Random(7).shuffle(order)
    seen: set[int] = set()
    for n in order[:-1]:
        answer = site.tablet.put_chunk(shot, "original", data, n)
        assert answer.status_code == (202 if n in seen else 201)
        seen.add(n)
        if len(seen) < 5:
            assert answer.json()["chunks_missing"] == sorted(set(range(5)) - seen)
    wrong = site.tablet.put_chunk(shot, "original", data, 0, **{"X-Chunk-SHA256": "0" * 64})
    assert wrong.status_code == 422
    for n in set(range(5)) - seen:
        site.tablet.put_chunk(shot, "original", data, n)
    told = site.tablet.get(f"photos/{shot.id}").json()

    assert told["copies"]["original"]["complete"] is True
    changed = bytearray(data)
    changed[10] ^= 1
    assert site.tablet.put_chunk(shot, "original", bytes(changed), 0).status_code == 409
    assert site.tablet.put_chunk(shot, "original", data + b"x", 0).status_code == 422
    assert site.tablet.put_chunk(shot, "stamped", data, 0).status_code == 422
    assert site.tablet.put_chunk(shot, "thumb", data, 0).status_code == 404


def test_a_whole_that_is_not_what_was_declared_is_asked_for_again(site):
    data = padded(picture(4), CHUNK_BYTES + 500)
    shot = Shot(data)
    body = site.finding(shot)
    body["photos"][0]["sha256"] = "0" * 64
    site.tablet.put_submission(body)
    site.tablet.put_chunk(shot, "original", data, 0)

    answer = site.tablet.put_chunk(shot, "original", data, 1)

    assert answer.status_code == 422
    assert "SHA-256" in answer.json()["message"]
    told = site.tablet.get(f"photos/{shot.id}").json()["copies"]["original"]
    assert (told["state"], told["chunks_missing"]) == ("missing", [0, 1])


def test_what_cannot_be_kept_is_refused_with_its_place(site):
    body = site.finding()
    cases: list[tuple[dict[str, Any], str]] = [
        ({"operations": [{"id": "x", "path": "header/weather", "value": "雨"}]}, "operations/0/id"),
        ({"operations": [op("header/nothing", "x")]}, "header/nothing"),
        ({"device_at": "gestern"}, "device_at"),
        ({"device_at": "0001-01-01T00:00:00Z"}, "device_at"),
        ({"clock_offset_ms": 2**50}, "clock_offset_ms"),
        ({"photos": [{**Shot(b"x").entry(), "taken_at": "9999-12-31T23:59:59Z"}]}, "photos/0/taken_at"),
        ({"photos": [{"id": str(uuid.uuid4())}]}, "photos/0/sha256"),
        ({"id": str(uuid.uuid4())}, "id"),
        ({"schema": 99}, "schema"),
    ]
    for change, path in cases:
        answer = site.tablet.put_submission({**body, **change}, key=body["id"])

        assert answer.status_code == 422
        assert path in {fault["path"] for fault in answer.json()["fields"]}
    with city_scope(site.city.id):
        assert Submission.objects.count() == 0


def test_a_photo_whose_identifier_is_taken_takes_its_submission_with_it(site):
    shot = Shot(picture(5))
    site.tablet.put_submission(site.finding(shot))
    other = Shot(picture(6), id=shot.id)

    assert site.tablet.put_submission(site.finding(other)).status_code == 422

    with city_scope(site.city.id):
        assert (Submission.objects.count(), Finding.objects.count()) == (1, 1)


_HOSTILE = {
    "nul": b'{"id":"\\u0000"}',
    "nul in a key": b'{"a\\u0000":1}',
    "half a pair": b'{"id":"\\ud800"}',
    "depth": b"[" * 20_000 + b"]" * 20_000,
    "depth in objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "twice": b'{"id":1,"id":2}',
    "nan": b'{"id":NaN}',
    "infinity": b'{"clock_offset_ms":1e999}',
    "digits": b'{"schema":' + b"9" * 5000 + b"}",
    "not utf-8": b'{"id":"\xff"}',
    "cut": b'{"id":"x',
    "list": b"[]",
    "empty": b"",
}


def test_hostile_json_is_refused_and_never_a_fault(site):
    for path, method in ((f"submissions/{uuid.uuid4()}", "PUT"), ("devices/state", "POST")):
        for name, raw in _HOSTILE.items():
            answer = site.tablet.ask(method, path, raw)
            assert answer.status_code == 422, (path, name, answer.content[:300])


def test_too_much_at_once_is_413(site):
    answer = site.tablet.ask("PUT", f"submissions/{uuid.uuid4()}", b" " * (2 * 1024 * 1024 + 1))
    assert answer.status_code == 413
    shot = Shot(picture(1))
    site.tablet.put_submission(site.finding(shot))
    big = site.tablet.client.generic(
        "PUT",
        f"/api/v1/photos/{shot.id}/original/0",
        b"x" * (CHUNK_BYTES + 1),
        content_type="application/octet-stream",
    )
    assert big.status_code == 413


def test_who_may_not_send_is_told_why(site, sign_in):
    body = site.finding()
    nobody = Tablet(None, site.tablet.token)
    assert nobody.put_submission(body).status_code == 401
    colleague = Tablet(person(site.city, Role.COUNTY_SUPERVISOR, name="李检"), site.tablet.token)
    refused = colleague.put_submission(body)
    assert (refused.status_code, refused.json()["code"]) == (403, "author")
    clerk = Tablet(None, site.tablet.token, sign_in(Role.COUNTY_REPORTER))
    refused = clerk.put_submission(body)
    assert (refused.status_code, refused.json()["code"]) == (403, "role")
    bare = Tablet(None, "", client_of(site.inspector))
    assert bare.put_submission(body).json()["code"] == "unknown"
    site.inspector.must_change_password = True
    site.inspector.save()
    refused = site.tablet.put_submission(body)
    assert (refused.status_code, refused.json()["code"]) == (403, "password")


def test_a_held_tablet_gets_nothing_until_it_is_found_and_a_revoked_one_never(site):
    body = site.finding(Shot(picture(1)))
    with city_scope(site.city.id):
        hold_device(device_id=site.device.pk, reason="遗失", by="测试", at=timezone.now())
    for answer in (site.tablet.put_submission(body), site.tablet.get("package"), site.tablet.get("schema/")):
        if answer.status_code != 200:
            assert (answer.status_code, answer.json()["code"]) == (403, "held")
            assert "遗失" in answer.json()["message"]
    stranger = Client(headers={"X-Anlan-Device": site.tablet.token})
    told = stranger.get("/api/v1/session").json()
    assert (told["user"], told["device"]["state"], told["device"]["reason"]) == (None, "HELD", "遗失")
    assert told["time_token"] == ""
    with city_scope(site.city.id):
        release_device(device_id=site.device.pk, by="测试", at=timezone.now())
    assert site.tablet.put_submission(body).status_code == 201
    with city_scope(site.city.id):
        revoke_device(device_id=site.device.pk, reason="报废", by="测试", at=timezone.now())
    refused = site.tablet.put_submission(body)
    assert (refused.status_code, refused.json()["code"]) == (403, "revoked")


def test_strangers_find_nothing(site):
    shot = Shot(picture(1))
    body = site.finding(shot)
    site.tablet.put_submission(body)
    sibling = Tablet(person(site.city, Role.COUNTY_SUPERVISOR, where="平武县"), site.tablet.token)
    abroad = make_city("duizhao")
    _, token = enrolled(abroad, county(abroad, "甲县"), at=timezone.now())
    foreigner = Tablet(person(abroad, Role.COUNTY_SUPERVISOR, where="甲县"), token)
    for stranger in (sibling, foreigner):
        mine = {**body, "author": None}
        assert stranger.put_submission({**mine, "id": str(uuid.uuid4())}).status_code == 404
        assert stranger.get(f"inspections/{site.inspection.pk}/record").status_code == 404
        assert stranger.get(f"receipts/{body['id']}").status_code == 404
        assert stranger.get(f"photos/{shot.id}").status_code == 404
        assert stranger.put_chunk(shot, "original", shot.data, 0).status_code == 404
        assert stranger.get("package?date=2023-09-05").json()["inspections"] == []
    stolen = Tablet(None, site.tablet.token, foreigner.client)
    assert stolen.get("package").json()["code"] == "unknown"


def test_the_package_is_everything_and_few_queries(site):
    day = site.inspection.inspected_on.isoformat()
    with city_scope(site.city.id):
        factories.key_person(unit=site.unit)
        factories.finding(project=site.inspection.project, text="旧问题")
        factories.finding(project=site.inspection.project, text="别人的草稿", state="DRAFT")
    site.tablet.put_submission(site.finding(Shot(picture(1))))
    url = f"package?date={day}"

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert site.tablet.get(url).status_code == 200
        return len(captured)

    cost()
    one = cost()
    answer = site.tablet.get(url)
    package = answer.json()
    (inspection,) = package["inspections"]
    assert (inspection["approval"], inspection["notified"]) == ("NONE", False)
    assert inspection["team"][0]["user"] == str(site.inspector.pk)
    assert inspection["units"][0]["id"] == str(site.unit.pk)
    assert {value["path"].split("/")[0] for value in inspection["values"]} == {"findings"}
    assert [f["text"] for f in inspection["previous_findings"]] == ["旧问题"]
    assert inspection["catalogue_id"] == package["catalogues"][0]["id"]
    assert {"code", "text", "initials", "severity"} <= set(package["catalogues"][0]["items"][0])
    assert "id_number" not in answer.content.decode()
    assert len(package["people"]) == 1
    same = site.tablet.get(url, **{"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    with city_scope(site.city.id):
        for _ in range(2):
            more = factories.inspection(jurisdiction=site.inspection.jurisdiction, state="PLANNED")
            factories.inspection_officer(inspection=more, user=site.inspector.pk)
            factories.participating_unit(project=more.project)
            factories.finding(project=more.project)
            factories.inspection_approval(inspection=more, is_urgent=True)
            factories.inspection_notice(inspection=more)
    assert cost() == one
    told = [(row["approval"], row["notified"]) for row in site.tablet.get(url).json()["inspections"]]
    assert sorted(told) == [("NONE", False), ("URGENT", True), ("URGENT", True)]
    assert len(site.tablet.get(url).json()["inspections"]) == 3
    assert site.tablet.get(url, **{"If-None-Match": answer["ETag"]}).status_code == 200
    assert site.tablet.get("package?date=1/2").status_code == 422


def test_two_tablets_disagree_and_a_person_decides(site):
    colleague = Tablet(person(site.city, Role.COUNTY_SUPERVISOR, name="李检"), site.tablet.token)
    key = site.inspection.pk
    site.tablet.put_submission(site.tablet.submission(key, op("header/weather", "晴")))
    answer = colleague.put_submission(colleague.submission(key, op("header/weather", "雨")))
    (conflict,) = answer.json()["conflicts"]
    assert (conflict["kept"]["value"], conflict["other"]["value"]) == ("晴", "雨")
    record = site.tablet.get(f"inspections/{key}/record?since=1").json()
    assert [c["id"] for c in record["conflicts"]] == [conflict["id"]]
    assert [o["value"] for o in record["operations"]] == ["雨"]

    decision = {"operation": {"id": str(uuid7()), "path": "header/weather", "value": "雨"}}
    settled = site.tablet.ask("POST", f"conflicts/{conflict['id']}/settle", decision)

    assert settled.status_code == 200, settled.content
    assert settled.json()["conflicts"] == []
    assert settled.json()["values"][0]["value"] == "雨"
    assert site.tablet.ask("POST", f"conflicts/{conflict['id']}/settle", decision).status_code == 200
    assert site.tablet.ask("POST", f"conflicts/{uuid.uuid4()}/settle", decision).status_code == 404
    assert site.tablet.get(f"inspections/{key}/record?since=-1").status_code == 422

    with city_scope(site.city.id):
        Inspection.objects.filter(pk=key).update(state=InspectionState.CONCLUDED)
    late = site.tablet.put_submission(site.tablet.submission(key, op("header/weather", "雪")))
    assert late.status_code == 201, "what is sent after the end is taken and held"
    (held,) = late.json()["conflicts"]
    refused = site.tablet.ask(
        "POST",
        f"conflicts/{held['id']}/settle",
        {"operation": {"id": str(uuid7()), "path": "header/weather", "value": "雪"}},
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "refused")
    assert "由审核人在办公端裁定" in refused.json()["message"]
    again = site.tablet.ask("POST", f"conflicts/{conflict['id']}/settle", decision)
    assert again.status_code == 200, "what was decided before stays decided"


def test_an_assistant_sends_photos_and_concludes_nothing(site):
    person_ = person(site.city, Role.ASSISTANT)
    helper = Tablet(person_, site.tablet.token)
    shot = Shot(picture(1))
    with city_scope(site.city.id):
        factories.inspection_officer(inspection=site.inspection, role="ASSISTANT", user=person_.pk)
    sent = helper.put_submission(helper.submission(site.inspection.pk, photos=[shot.entry()]))
    assert sent.status_code == 201, sent.content
    assert helper.put_photo(shot).json()["complete"] is True
    refused = helper.put_submission(helper.submission(site.inspection.pk, op("opinion/text", "同意")))
    assert refused.status_code == 422


def test_who_has_no_part_in_an_inspection_is_refused_and_keeps_his_work(site):
    """The same rule as on the office's pages: the organizing level and the team; an assistant only on the team."""
    day = site.inspection.inspected_on.isoformat()
    with city_scope(site.city.id):
        of_city = factories.inspection(
            jurisdiction=site.inspection.jurisdiction, organizer_level="CITY", state="UNDER_WAY"
        )
    helper_ = person(site.city, Role.ASSISTANT)
    helper = Tablet(helper_, site.tablet.token)
    shot = Shot(picture(1))
    photo = helper.submission(site.inspection.pk, photos=[shot.entry()])
    mine = site.tablet.submission(of_city.pk, op("header/weather", "晴"))
    for tablet, body in ((site.tablet, mine), (helper, photo)):
        answer = tablet.put_submission(body)
        assert (answer.status_code, answer.json()["code"]) == (403, "role"), answer.content
        assert body["inspection"] not in str(tablet.get(f"package?date={day}").json()["inspections"])
    with city_scope(site.city.id):
        assert not Submission.objects.exists()
        seats = [
            factories.inspection_officer(inspection=of_city, user=site.inspector.pk),
            factories.inspection_officer(inspection=site.inspection, role="ASSISTANT", user=helper_.pk),
        ]
    for tablet, body in ((site.tablet, mine), (helper, photo)):
        assert tablet.put_submission(body).status_code == 201
        assert body["inspection"] in str(tablet.get(f"package?date={day}").json()["inspections"])
    with city_scope(site.city.id):
        bureau = person(site.city, Role.BUREAU_SUPERVISOR)
        for seat in seats:
            seat.delete()
        conflict = another_weather(of_city, bureau)
    assert site.tablet.put_submission(mine).status_code == 202, "the very same bytes are here"
    assert helper.put_photo(shot).json()["complete"] is True, "declared while he was of the team"
    assert site.tablet.put_chunk(shot, "original", shot.data, 0).status_code == 202
    decision = {"operation": {"id": str(uuid7()), "path": "header/weather", "value": "雨"}}
    refused = site.tablet.ask("POST", f"conflicts/{conflict.pk}/settle", decision)
    assert (refused.status_code, refused.json()["code"]) == (403, "role")


def another_weather(inspection: Inspection, by: User) -> RecordConflict:
    """The bureau's own man writes another weather."""
    changed = Operation(uuid7(), "header/weather", "雨", None)
    incoming = own_submission(inspection.pk, [changed], at=timezone.now())
    return apply_submission(submission=incoming, device=None, by=by, at=timezone.now()).conflicts[0]


def test_enrolment_works_once_within_its_time(site):
    fresh = Tablet(site.inspector, "")
    with city_scope(site.city.id):
        place = county(site.city)
        old = create_code(
            name="旧码", jurisdiction=place, by="测试", at=timezone.now() - dt.timedelta(minutes=16)
        )
        code = create_code(name="平板二号", jurisdiction=place, by="测试", at=timezone.now())
        assert code.text not in str(list(code.enrolment.__dict__.values()))
    typed = code.text.lower().replace("-", " ")
    assert fresh.ask("POST", "devices/enrol", {"code": old.text, "name": ""}).status_code == 422
    made = fresh.ask("POST", "devices/enrol", {"code": typed, "name": "坝上平板"})
    assert made.status_code == 201
    again = fresh.ask("POST", "devices/enrol", {"code": typed, "name": "坝上平板"})
    assert again.status_code == 422
    assert "登记码" in again.json()["message"]
    with city_scope(site.city.id):
        device = Device.objects.get(pk=made.json()["device_id"])
        assert device.name == "坝上平板"
        assert made.json()["token"] not in str(list(device.__dict__.values()))
    tablet = Tablet(site.inspector, made.json()["token"])
    told = tablet.get("session").json()
    assert (told["device"]["state"], told["user"]["name"]) == ("ACTIVE", "王检")
    report = {"waiting_count": 3, "app_version": "1.2", "storage": {"used": 5, "persisted": True}}
    assert tablet.ask("POST", "devices/state", report).json() == {"state": "ACTIVE"}
    with city_scope(site.city.id):
        device.refresh_from_db()
        assert (device.waiting_count, device.app_version) == (3, "1.2")


def test_log_in_from_the_tablet_by_the_rules_of_the_office(site):
    client = Client(enforce_csrf_checks=True)
    tablet = Tablet(None, site.tablet.token, client)
    csrf = {"X-CSRFToken": tablet.get("session").json()["csrf"]}
    name = {"username": site.inspector.username.upper(), "password": PASSWORD}
    assert tablet.ask("POST", "session/login", name).json()["code"] == "csrf"
    wrong = tablet.ask("POST", "session/login", {**name, "password": "x"}, **csrf)
    assert (wrong.status_code, "锁定" in wrong.json()["message"]) == (400, True)
    answer = tablet.ask("POST", "session/login", name, **csrf)
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert (told["user"]["name"], told["user"]["role"]) == ("王检", "COUNTY_SUPERVISOR")
    assert tablet.get("package").status_code == 200
    assert tablet.ask("POST", "session/logout", {}).json()["code"] == "csrf"
    assert tablet.ask("POST", "session/logout", {}, **{"X-CSRFToken": told["csrf"]}).status_code == 200
    assert tablet.get("package").status_code == 401
    csrf = {"X-CSRFToken": tablet.get("session").json()["csrf"]}
    codes = [
        tablet.ask("POST", "session/login", {**name, "password": "x"}, **csrf).status_code for _ in range(6)
    ]
    assert codes[-1] == 429
    assert tablet.ask("POST", "session/login", name, **csrf).json()["code"] == "locked"


def test_the_time_of_a_photo_is_checked_and_nothing_is_changed_by_it(site):
    token = site.tablet.get("session").json()["time_token"]
    now = timezone.now()
    other = enrolled(site.city, county(site.city), at=now, name="平板三号")[1]
    foreign = Tablet(site.inspector, other).get("session").json()["time_token"]
    site.tablet = Tablet(site.inspector, site.tablet.token)
    cases = [
        (token, now, TimeCheck.PLAUSIBLE),
        (token, now - dt.timedelta(days=1), TimeCheck.EARLY),
        (token, now + dt.timedelta(days=1), TimeCheck.LATE),
        (token, dt.datetime(1970, 1, 1, tzinfo=dt.UTC), TimeCheck.EARLY),  # a battery that was empty
        ("", now, TimeCheck.NO_TOKEN),
        (foreign, now, TimeCheck.NO_TOKEN),
        (token.replace(".1", ".2", 1), now, TimeCheck.NO_TOKEN),
    ]
    shots = [Shot(picture(n), taken_at=at, time_token=given) for n, (given, at, _) in enumerate(cases, 20)]
    assert site.tablet.put_submission(site.finding(*shots)).status_code == 201
    for shot in shots:
        site.tablet.put_photo(shot)

    with city_scope(site.city.id):
        found = {photo.pk: photo for photo in Photo.objects.all()}
    assert [found[shot.id].time_check for shot in shots] == [check for *_, check in cases]
    assert [found[shot.id].taken_at for shot in shots] == [shot.taken_at for shot in shots]


def test_a_repeated_photo_is_found_in_the_whole_city(site):
    early = Shot(picture(31, size=(640, 480)))
    site.tablet.put_submission(site.finding(early))
    site.tablet.put_photo(early)
    elsewhere = person(site.city, Role.COUNTY_SUPERVISOR, where="平武县")
    place = county(site.city, "平武县")
    _, token = enrolled(site.city, place, at=timezone.now())
    with city_scope(site.city.id):
        other = factories.inspection(jurisdiction=place, state=InspectionState.NOTIFIED)
    again = Shot(padded(early.data, len(early.data)))
    near = Shot(picture(31, size=(640, 480), quality=35))
    new = Shot(picture(77, size=(640, 480)))
    tablet = Tablet(elsewhere, token)
    tablet.put_submission(tablet.submission(other.pk, photos=[s.entry() for s in (again, near, new)]))
    for shot in (again, near, new):
        tablet.put_photo(shot)

    with city_scope(site.city.id):
        found = {photo.pk: photo for photo in visible_photos()}
    assert (found[again.id].reuse_of_id, found[again.id].reuse_distance) == (early.id, 0)
    assert found[near.id].reuse_of_id == early.id
    assert found[near.id].reuse_distance <= NEAR
    assert found[near.id].sha256 != early.entry()["sha256"]
    assert found[new.id].reuse_of_id is None
    assert found[early.id].reuse_of_id is None
    with city_scope(site.city.id, county=place.id):
        assert not visible_photos().filter(pk=early.id).exists(), "the other county's photo stays unseen"


def test_a_file_that_vanished_from_the_disk_is_asked_for_again(site):
    data = padded(picture(12), CHUNK_BYTES + 500)
    shot = Shot(data)
    body = site.finding(shot)
    site.tablet.put_submission(body)
    site.tablet.put_photo(shot)
    with city_scope(site.city.id):
        before = Photo.objects.get()
        evidence = Evidence.objects.count()
    path = settings.MEDIA_ROOT / "evidence" / str(site.city.id) / sha(data)[:2] / sha(data)
    path.unlink()

    again = site.tablet.put_chunk(shot, "original", data, 0)

    assert (again.status_code, again.json()["chunks_missing"]) == (201, [1]), again.content
    (file,) = site.tablet.put_submission(body).json()["receipt"]["files"]
    assert (file["state"], file["chunks_missing"]) == ("missing", [1])
    assert site.tablet.put_chunk(shot, "original", data, 1).json()["complete"] is True
    assert path.read_bytes() == data
    with city_scope(site.city.id):
        after = Photo.objects.get()
        assert (after.state, after.received_at) == (PhotoState.STORED, before.received_at)
        assert Evidence.objects.count() == evidence
        assert AuditEvent.objects.filter(action="inspections.photo.lose").count() == 1


def test_every_file_is_kept_under_its_hash(site):
    shot = Shot(picture(8, size=(2400, 1200)), picture(9))
    site.tablet.put_submission(site.finding(shot))
    site.tablet.put_photo(shot)

    with city_scope(site.city.id):
        photo = Photo.objects.get()
    root = settings.MEDIA_ROOT
    for area, wanted in (
        ("evidence", sha(shot.data)),
        (STAMPED_AREA, sha(shot.stamped)),
        (VIEW_AREA, photo.view_sha256),
    ):
        path = root / area / str(site.city.id) / wanted[:2] / wanted
        assert sha(path.read_bytes()) == wanted
    assert (photo.width, photo.height, photo.state) == (2400, 1200, PhotoState.STORED)
    assert len(photo.perceptual_hash) == 64


def test_a_county_works_with_a_tablet_of_the_bureau(site):
    with city_scope(site.city.id):
        bureau = Jurisdiction.objects.get(parent__isnull=True)
    device, token = enrolled(site.city, bureau, at=timezone.now(), name="局里的平板")
    tablet = Tablet(site.inspector, token)
    shot = Shot(picture(1))
    body = tablet.submission(site.inspection.pk, photos=[shot.entry()])

    assert tablet.get("session").json()["device"]["state"] == "ACTIVE"
    day = site.inspection.inspected_on.isoformat()
    assert len(tablet.get(f"package?date={day}").json()["inspections"]) == 1
    sent = tablet.put_submission(body)
    assert sent.status_code == 201, sent.content
    assert tablet.put_photo(shot).json()["complete"] is True
    report = {"waiting_count": 4, "app_version": "1.3"}
    assert tablet.ask("POST", "devices/state", report).json() == {"state": "ACTIVE"}

    with city_scope(site.city.id):
        device.refresh_from_db()
        assert (device.waiting_count, device.app_version, device.last_seen_at is not None) == (4, "1.3", True)
        assert Submission.objects.get().device_id == device.pk
