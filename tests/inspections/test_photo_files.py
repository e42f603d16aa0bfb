"""What a photo may be: pictures that lie, files with malware, a scanner that is silent."""

from __future__ import annotations

import io
import socket
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.utils import timezone
from PIL import ExifTags, Image, ImageFile

from accounts.roles import Role
from core import clamav
from core.clamav import ScannerUnavailable
from inspections.models import Photo
from inspections.services.images import NotAPicture, picture_facts, render
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county, person
from tests.inspections.tablet import Shot, Tablet, enrolled, picture


def with_exif() -> bytes:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "演示\x00厂"
    exif[ExifTags.Base.Model] = "T1"
    exif[ExifTags.Base.Orientation] = 6
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner[ExifTags.Base.DateTimeOriginal] = "2023:09:05 10:00:00"
    inner[ExifTags.Base.OffsetTimeOriginal] = "+08:00"
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitude] = (31.0, 27.0, 24.0)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLongitude] = (104.0, 45.0, 36.0)
    gps[ExifTags.GPS.GPSLongitudeRef] = "E"
    return picture(3, size=(640, 480), exif=exif, comment=b"<script>alert(1)</script>")


def test_exif_goes_into_fields_and_nothing_of_it_into_the_view_copy():
    data = with_exif() + b"<?php system($_GET[0]); ?>PK\x03\x04"

    facts, shown = picture_facts(data), render(data)

    assert (facts.width, facts.height) == (640, 480)
    assert facts.exif["taken_at"] == "2023-09-05T10:00:00+08:00"
    assert (facts.exif["model"], facts.exif["orientation"]) == ("T1", "6")
    assert (facts.exif["latitude"], facts.exif["longitude"]) == ("31.456667", "104.760000")
    assert "\x00" not in facts.exif["make"]
    copy = Image.open(io.BytesIO(shown.jpeg))
    assert copy.size == (480, 640), "upright"
    assert dict(copy.getexif()) == {}
    assert "comment" not in copy.info
    for word in (b"<script", b"<?php", b"Exif", b"PK\x03\x04"):
        assert word not in shown.jpeg


def bomb_png(width: int, height: int) -> bytes:
    """A header that promises a huge picture; only the header is ever read."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack("!L", len(body)) + kind + body + struct.pack("!L", zlib.crc32(kind + body))

    head = struct.pack("!2L5B", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "data",
    [
        bomb_png(12_000, 12_000),
        bomb_png(60_000, 60_000),
        bomb_png(4_000, 4_000),
        b"GIF89a" + b"\0" * 50,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xff\xd8\xff\xe0 not a picture",
        b"",
    ],
    ids=["144 MP", "3600 MP", "16 MP PNG", "gif", "svg", "broken", "empty"],
)
def test_what_is_no_photo_is_refused_from_its_header(data):
    with pytest.raises(NotAPicture):
        picture_facts(data)


def test_a_picture_that_breaks_off_is_refused(monkeypatch):
    # As it stands in a process that has printed a PDF.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = picture(4, size=(640, 480))
    with pytest.raises(NotAPicture, match="不完整"):
        render(data[: len(data) // 2])


@pytest.fixture
def tablet(city: Any, settings: Any, tmp_path: Any) -> Tablet:
    settings.MEDIA_ROOT = tmp_path / "media"
    inspector = person(city, Role.COUNTY_SUPERVISOR)
    return Tablet(inspector, enrolled(city, county(city), at=timezone.now())[1])


def sent(city: Any, tablet: Tablet, shot: Shot) -> Any:
    with city_scope(city.id):
        inspection = factories.inspection(jurisdiction=county(city), state="UNDER_WAY")
    answer = tablet.put_submission(tablet.submission(inspection.pk, photos=[shot.entry()]))
    assert answer.status_code == 201
    return answer.json()["receipt"]["submission"]


def test_a_file_that_is_no_photo_is_refused_with_its_reason_and_stays_refused(city, tablet):
    shot = Shot(bomb_png(12_000, 12_000))
    submission = sent(city, tablet, shot)

    answer = tablet.put_photo(shot).json()

    assert (answer["state"], answer["complete"]) == ("refused", False)
    assert "万像素" in answer["reason"]
    receipt = tablet.get(f"receipts/{submission}").json()["receipt"]
    assert (receipt["files"][0]["state"], receipt["complete"]) == ("refused", False)
    assert tablet.put_chunk(shot, "original", shot.data, 0).status_code == 422


def test_a_stamped_copy_that_is_no_photo_leaves_the_original(city, tablet):
    shot = Shot(picture(5), b"\xff\xd8\xff nothing")
    submission = sent(city, tablet, shot)
    tablet.put_photo(shot)

    files = tablet.get(f"receipts/{submission}").json()["receipt"]["files"]

    assert [(file["copy"], file["state"]) for file in files] == [
        ("original", "stored"),
        ("stamped", "refused"),
    ]


EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


@contextmanager
def scanner(path: str, answers: list[bytes] | None = None) -> Iterator[list[bytes]]:
    """A daemon that speaks INSTREAM: what it was given goes to the list; it finds the test signature."""
    received: list[bytes] = []
    server = socket.socket(socket.AF_UNIX)
    server.bind(path)
    server.listen()

    def serve() -> None:
        while True:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                body = b""
                while size := struct.unpack("!L", stream.read(4))[0]:
                    body += stream.read(size)
                received.append(body)
                verdict = b"stream: Eicar-Signature FOUND\0" if EICAR in body else b"stream: OK\0"
                line.sendall(answers.pop(0) if answers else verdict)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join(timeout=5)


@pytest.mark.enable_socket
def test_the_scanner_is_asked_and_its_silence_is_no_verdict(settings, tmp_path):
    address = str(tmp_path / "clamd")
    settings.ANLAN_CLAMAV = ""
    assert clamav.scan(EICAR) == ""
    settings.ANLAN_CLAMAV = address
    with pytest.raises(ScannerUnavailable):
        clamav.scan(b"x")
    answers = [b"stream: OK\0", b"INSTREAM size limit exceeded. ERROR\0", b""]
    with scanner(address, answers) as received:
        assert clamav.scan(b"y" * 200_000) == ""
        assert received == [b"y" * 200_000]
        for _ in range(2):
            with pytest.raises(ScannerUnavailable):
                clamav.scan(b"z")
        assert clamav.scan(EICAR) == "Eicar-Signature"


@pytest.mark.enable_socket
def test_nothing_is_accepted_unscanned(city, tablet, settings, tmp_path):
    settings.ANLAN_CLAMAV = str(tmp_path / "clamd")
    clean, infected = Shot(picture(6)), Shot(picture(7) + EICAR)
    for shot in (clean, infected):
        sent(city, tablet, shot)

    waiting = tablet.put_chunk(clean, "original", clean.data, 0)

    assert (waiting.status_code, waiting.json()["code"]) == (503, "scanner")
    assert tablet.get(f"photos/{clean.id}").json()["copies"]["original"]["state"] == "missing"
    with scanner(settings.ANLAN_CLAMAV):
        assert tablet.put_photo(clean).json()["state"] == "stored"
        refused = tablet.put_photo(infected).json()
    assert refused["state"] == "refused"
    assert "Eicar-Signature" in refused["reason"]
    with city_scope(city.id):
        assert {photo.state for photo in Photo.objects.all()} == {"STORED", "REFUSED"}
