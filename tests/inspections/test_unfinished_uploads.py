"""Parts of photos that nobody goes on with: swept in the end, told truthfully, and brought anew."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.roles import Role
from config.celery import app
from core import filestore
from inspections.models import Photo, PhotoChunk
from inspections.selectors.photos import CHUNK_BYTES
from inspections.services.incoming import PARTS_KEPT, incoming_place
from inspections.tasks import sweep_incoming_parts
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county, person
from tests.inspections.tablet import Shot, Tablet, enrolled, padded, picture


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def tablet(city: City) -> Tablet:
    inspector = person(city, Role.COUNTY_SUPERVISOR)
    return Tablet(inspector, enrolled(city, county(city), at=timezone.now())[1])


def announced(city: City, tablet: Tablet, *shots: Shot) -> dict[str, Any]:
    with city_scope(city.id):
        inspection = factories.inspection(jurisdiction=county(city), state="NOTIFIED")
    body = tablet.submission(inspection.pk, photos=[shot.entry() for shot in shots])
    assert tablet.put_submission(body).status_code == 201
    return body


def age(place: Path, days: int) -> None:
    """As if nothing had come into this folder for so long."""
    moment = (timezone.now() - dt.timedelta(days=days)).timestamp()
    for path in (*place.rglob("*"), place):
        os.utime(path, (moment, moment))


def parts_of(city: City, shot: Shot, copy: str = "original") -> list[str]:
    place = incoming_place(city.id, shot.id) / copy
    return sorted(path.name.partition(".")[0] for path in place.iterdir()) if place.is_dir() else []


def test_a_tablet_that_comes_back_after_months_begins_the_upload_again(city, tablet):
    photo = padded(picture(1), 2 * CHUNK_BYTES + 10)
    old, young = Shot(photo, padded(picture(2), CHUNK_BYTES + 10)), Shot(padded(picture(3), CHUNK_BYTES + 10))
    body = announced(city, tablet, old, young)
    for n in (0, 1):
        tablet.put_chunk(old, "original", old.data, n)
    tablet.put_chunk(old, "stamped", old.stamped, 0)
    tablet.put_chunk(young, "original", young.data, 0)
    for shot, days in ((old, PARTS_KEPT.days + 1), (young, PARTS_KEPT.days - 1)):
        age(incoming_place(city.id, shot.id), days)
    nobody = incoming_place(city.id, uuid.uuid4()) / "original" / "0.rest"
    filestore.keep_durably(nobody, b"a submission that was rolled back")
    age(nobody.parent, PARTS_KEPT.days + 1)
    elsewhere = Path(settings.MEDIA_ROOT) / "incoming" / str(city.id) / "a-folder-of-somebody-else"
    elsewhere.mkdir()
    # The stamped copy goes on today: only the original is given up.
    (incoming_place(city.id, old.id) / "stamped" / "1.new").write_bytes(b"on its way")

    assert sweep_incoming_parts() == 3
    assert sweep_incoming_parts() == 0

    assert (parts_of(city, old), parts_of(city, old, "stamped"), parts_of(city, young)) == (
        [],
        ["0", "1"],
        ["0"],
    )
    assert elsewhere.is_dir()
    assert not nobody.parent.exists()
    told = {
        (file["id"], file["copy"]): file["chunks_missing"]
        for file in tablet.put_submission(body).json()["receipt"]["files"]
    }
    assert told == {
        (str(old.id), "original"): [0, 1, 2],
        (str(old.id), "stamped"): [1],
        (str(young.id), "original"): [1],
    }
    assert tablet.put_chunk(old, "original", old.data, 2).json()["chunks_missing"] == [0, 1]
    for shot in (old, young):
        assert tablet.put_photo(shot).json()["complete"] is True
    with city_scope(city.id):
        assert (Photo.objects.filter(state="STORED").count(), PhotoChunk.objects.count()) == (2, 0)


def test_a_part_that_is_swept_while_its_row_is_waited_for_is_written_again(city, tablet, monkeypatch):
    shot = Shot(padded(picture(4), CHUNK_BYTES + 10))
    announced(city, tablet, shot)
    kept = filestore.keep_durably
    swept: list[Path] = []

    def keep(path: Path, data: bytes) -> None:
        kept(path, data)
        if not swept:
            path.unlink()
            swept.append(path)

    monkeypatch.setattr(filestore, "keep_durably", keep)
    assert tablet.put_chunk(shot, "original", shot.data, 0).status_code == 201

    assert len(swept) == 1
    assert parts_of(city, shot) == ["0"]


def test_a_part_of_a_photo_that_is_here_leaves_nothing_behind(city, tablet):
    shot = Shot(padded(picture(5), CHUNK_BYTES + 10))
    announced(city, tablet, shot)
    tablet.put_photo(shot)

    assert tablet.put_chunk(shot, "original", shot.data, 0).status_code == 202

    assert "0" not in parts_of(city, shot)


def test_it_is_done_every_night():
    entry = settings.CELERY_BEAT_SCHEDULE["sweep-incoming-parts"]
    assert app.tasks[entry["task"]].name == sweep_incoming_parts.name
