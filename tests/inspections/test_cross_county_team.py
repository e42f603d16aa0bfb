"""交叉检查: the team of another county's inspection works on that inspection, and sees nothing else of the county."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from core.uuid7 import uuid7
from inspections.models import Finding, Inspection, InspectionOfficer, Photo, Submission
from inspections.selectors.photos import CHUNK_BYTES
from projects.models import ParticipatingUnit
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county, person
from tests.inspections.tablet import Shot, Tablet, enrolled, finding_ops, op, padded, picture

HOST, HOME = "平武县", "北川县"


@dataclass
class Visit:
    """An inspection in 平武县; its team comes from 北川县 with a tablet of its own, and from 平武县."""

    city: City
    inspection: Inspection
    unit: ParticipatingUnit
    seat: InspectionOfficer
    guest_user: User
    guest: Tablet
    host: Tablet
    day: str


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def tablet_of(city: City, user: User, where: str) -> Tablet:
    return Tablet(user, enrolled(city, county(city, where), at=timezone.now(), name=f"{where}平板")[1])


def visit_of(city: City, *, host: str, home: str) -> Visit:
    guest = person(city, Role.COUNTY_SUPERVISOR, where=home, name="来检查的")
    own = person(city, Role.COUNTY_SUPERVISOR, where=host, name="本县的")
    with city_scope(city.id):
        inspection = factories.inspection(jurisdiction=county(city, host), state="NOTIFIED")
        unit = factories.participating_unit(project=inspection.project)
        factories.inspection_officer(inspection=inspection, user=own.pk)
        seat = factories.inspection_officer(inspection=inspection, user=guest.pk)
        factories.finding(project=inspection.project, text="旧问题")
    day = inspection.inspected_on.isoformat()
    guest_tablet, host_tablet = tablet_of(city, guest, home), tablet_of(city, own, host)
    return Visit(city, inspection, unit, seat, guest, guest_tablet, host_tablet, day)


@pytest.fixture(params=[(HOST, HOME), (HOME, HOST)], ids=["there", "and back"])
def visit(city: City, request: Any) -> Visit:
    host, home = request.param
    return visit_of(city, host=host, home=home)


def test_the_team_from_the_next_county_does_the_whole_work(visit):
    (packed,) = visit.guest.get(f"package?date={visit.day}").json()["inspections"]
    assert packed["id"] == str(visit.inspection.pk)
    assert [unit["id"] for unit in packed["units"]] == [str(visit.unit.pk)]
    assert [finding["text"] for finding in packed["previous_findings"]] == ["旧问题"]
    shot = Shot(padded(picture(1), CHUNK_BYTES + 10), picture(11))
    shot.finding = uuid7()
    key = visit.inspection.pk
    operations = [*finding_ops(shot.finding, visit.unit), op("header/weather", "晴")]
    body = visit.guest.submission(key, *operations, photos=[shot.entry()])

    assert visit.guest.put_submission(body).status_code == 201
    assert visit.guest.put_submission(body).status_code == 202
    assert visit.guest.put_submission({**body, "app_version": "x"}).status_code == 409
    wrong = visit.guest.put_submission(visit.guest.submission(key, op("header/nothing", "x")))
    assert (wrong.status_code, wrong.json()["fields"][0]["path"]) == (422, "header/nothing")
    assert visit.guest.put_photo(shot).json()["complete"] is True
    told = visit.guest.get(f"photos/{shot.id}").json()["copies"]
    assert told["original"]["complete"] is told["stamped"]["complete"] is True
    assert visit.guest.get(f"receipts/{body['id']}").json()["receipt"]["complete"] is True
    sent = visit.host.put_submission(visit.host.submission(key, op("header/weather", "雨")))
    (conflict,) = sent.json()["conflicts"]
    record = visit.guest.get(f"inspections/{key}/record").json()
    assert [row["id"] for row in record["conflicts"]] == [conflict["id"]]
    decision = {"operation": {"id": str(uuid7()), "path": "header/weather", "value": "雨"}}
    settled = visit.guest.ask("POST", f"conflicts/{conflict['id']}/settle", decision)
    assert (settled.status_code, settled.json()["conflicts"]) == (200, [])

    with city_scope(visit.city.id, county=visit.inspection.jurisdiction_id):
        finding = Finding.objects.get(pk=shot.finding)
        assert (finding.recorded_by, finding.evidence.count()) == (visit.guest_user.pk, 1)
        assert Submission.objects.filter(pk=body["id"], author=visit.guest_user.pk).exists()
        assert Photo.objects.get().state == "STORED"


def test_parts_that_do_not_fit_are_dropped_for_a_guest_too(visit):
    shot = Shot(picture(2))
    entry = {**shot.entry(), "sha256": "0" * 64}
    visit.guest.put_submission(visit.guest.submission(visit.inspection.pk, photos=[entry]))

    assert visit.guest.put_chunk(shot, "original", shot.data, 0).status_code == 422

    told = visit.guest.get(f"photos/{shot.id}").json()["copies"]["original"]
    assert (told["state"], told["chunks_missing"]) == ("missing", [0])


def test_nothing_else_of_that_county_is_open(visit):
    """Another inspection of the county, its photos, receipts and conflicts: as if they were not there."""
    with city_scope(visit.city.id):
        other = factories.inspection(jurisdiction=visit.inspection.jurisdiction, state="NOTIFIED")
        factories.participating_unit(project=other.project, organization=visit.unit.organization)
        factories.finding(
            project=other.project,
            organization=visit.unit.organization,
            catalogue_item=factories.catalogue_item(),
            found_on=visit.inspection.inspected_on.replace(day=1),
        )
    shot = Shot(picture(3))
    theirs = visit.host.submission(other.pk, op("header/progress", "浇筑"), photos=[shot.entry()])
    assert visit.host.put_submission(theirs).status_code == 201
    with city_scope(visit.city.id):
        conflict = factories.record_conflict(inspection=other)
    decision = {"operation": {"id": str(uuid7()), "path": conflict.path, "value": "雨"}}
    nothing = visit.guest.get(f"inspections/{uuid7()}/record")
    answers = [
        visit.guest.get(f"inspections/{other.pk}/record"),
        visit.guest.put_submission(visit.guest.submission(other.pk, op("header/weather", "雨"))),
        visit.guest.get(f"receipts/{theirs['id']}"),
        visit.guest.get(f"photos/{shot.id}"),
        visit.guest.put_chunk(shot, "original", shot.data, 0),
        visit.guest.ask("POST", f"conflicts/{conflict.pk}/settle", decision),
    ]
    assert nothing.status_code == 404
    assert [(one.status_code, one.content) for one in answers] == [(404, nothing.content)] * len(answers)
    under_theirs = visit.guest.submission(visit.inspection.pk, op("header/weather", "雨"))
    taken = visit.guest.put_submission({**under_theirs, "id": theirs["id"]})
    assert (taken.status_code, "stored" in taken.json()) == (422, False), "their words are not told"
    package = visit.guest.get(f"package?date={visit.day}").text
    assert str(visit.inspection.pk) in package
    for word in (str(other.pk), str(other.project_id), other.project.name):
        assert word not in package
    mine = visit.host.get(f"package?date={visit.day}").text
    assert other.project.name in mine, "the county's own inspector is told what the firm did elsewhere"


def test_who_is_not_of_the_team_finds_nothing_and_who_left_it_only_what_he_sent(visit):
    shot, key = Shot(picture(4)), visit.inspection.pk
    visit.host.put_submission(visit.host.submission(key, op("header/weather", "晴")))
    body = visit.guest.submission(key, op("header/weather", "雨"), photos=[shot.entry()])
    first = visit.guest.put_submission(body)
    assert (first.status_code, len(first.json()["conflicts"])) == (201, 1)
    colleague = person(visit.city, Role.COUNTY_SUPERVISOR, where=HOME, name="同事")
    if visit.inspection.jurisdiction.short_name == HOME:
        colleague = person(visit.city, Role.COUNTY_SUPERVISOR, where=HOST, name="同事")
    stranger = Tablet(colleague, visit.guest.token)
    for path in (f"inspections/{key}/record", f"receipts/{body['id']}", f"photos/{shot.id}"):
        assert stranger.get(path).status_code == 404
    assert stranger.put_submission(stranger.submission(key)).status_code == 404
    with city_scope(visit.city.id):
        visit.seat.delete()

    assert visit.guest.get(f"inspections/{key}/record").status_code == 404
    assert visit.guest.get(f"package?date={visit.day}").json()["inspections"] == []
    assert visit.guest.put_submission(visit.guest.submission(key)).status_code == 404
    assert visit.guest.put_submission({**body, "app_version": "x"}).status_code == 404
    again = visit.guest.put_submission(body)
    assert (again.status_code, again.json()["receipt"]) == (202, first.json()["receipt"])
    assert again.json()["conflicts"] == [], "what others wrote is no longer for him"
    assert visit.guest.put_photo(shot).json()["complete"] is True
    assert visit.guest.get(f"receipts/{body['id']}").json()["receipt"]["complete"] is True
    assert stranger.put_submission({**body, "author": None}).status_code == 404


def test_a_helper_from_the_next_county_only_helps(visit):
    """A county's inspector whom the other county has put on the team as an assistant: its level is not his."""
    with city_scope(visit.city.id):
        visit.seat.role = "ASSISTANT"
        visit.seat.save()
    key = visit.inspection.pk
    assert (
        visit.guest.put_submission(visit.guest.submission(key, op("header/weather", "晴"))).status_code == 201
    )
    refused = visit.guest.put_submission(visit.guest.submission(key, op("opinion/text", "同意")))
    assert refused.status_code == 422
