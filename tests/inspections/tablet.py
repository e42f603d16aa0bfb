"""A tablet as the server knows it: enrolled, signed in, and speaking the HTTP of docs/field-protocol.md."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.test import Client
from PIL import Image, ImageDraw

from accounts.models import User
from core.uuid7 import uuid7
from inspections.models import Device
from inspections.selectors.photos import CHUNK_BYTES, chunk_count
from inspections.services.devices import create_code, enrol_device
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of

Answer = Any
AT = factories.MOMENT


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def picture(seed: int, *, size: tuple[int, int] = (320, 240), quality: int = 80, **options: Any) -> bytes:
    """A JPEG of a drawn scene; another seed shows something else."""
    image = Image.new("RGB", size, ((seed * 37) % 256, (seed * 91) % 256, (seed * 53) % 256))
    pen = ImageDraw.Draw(image)
    for n in range(12):
        a = (seed * 131 + n * 977) % size[0]
        b = (seed * 71 + n * 631) % size[1]
        tone = ((seed * n * 29) % 256, (n * 57 + seed) % 256, (seed * 7 + n * 101) % 256)
        pen.rectangle((a, b, a + 20 + n * 7, b + 15 + (seed * n) % 60), fill=tone)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **options)
    return out.getvalue()


def padded(data: bytes, size: int) -> bytes:
    """The same picture with a tail, to have as many bytes as a real photo; every reader ignores it."""
    tail = bytes((n * 31) % 251 for n in range(251))
    return (data + tail * (size // len(tail) + 1))[: max(size, len(data))]


@dataclass
class Shot:
    """A photo on the tablet."""

    data: bytes
    stamped: bytes = b""
    finding: uuid.UUID | None = None
    id: uuid.UUID = field(default_factory=uuid7)
    taken_at: dt.datetime = AT
    time_token: str = ""

    def entry(self) -> dict[str, Any]:
        stamped = {"sha256": sha(self.stamped), "byte_count": len(self.stamped)} if self.stamped else None
        return {
            "id": str(self.id),
            "finding": str(self.finding) if self.finding else None,
            "sha256": sha(self.data),
            "byte_count": len(self.data),
            "stamped": stamped,
            "taken_at": self.taken_at.isoformat(),
            "time_token": self.time_token,
            "position": {"lat": "31.4567891", "lon": "104.7654321", "accuracy": "8.4"},
            "exif": {"make": "演示"},
            "title": "坝顶",
        }

    def copies(self) -> list[tuple[str, bytes]]:
        return [("original", self.data), *([("stamped", self.stamped)] if self.stamped else [])]


class Tablet:
    """`tablet.put_submission(...)`: each call is one request and returns the answer."""

    def __init__(self, user: User | None, token: str, client: Client | None = None) -> None:
        self.user, self.token = user, token
        self.client = client or (client_of(user) if user else Client())
        self.client.defaults["HTTP_X_ANLAN_DEVICE"] = token

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Answer:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, f"/api/v1/{path}", raw, content_type="application/json", headers=headers
        )

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def submission(self, inspection: uuid.UUID, *operations: dict[str, Any], **more: Any) -> dict[str, Any]:
        return {
            "id": str(uuid7()),
            "inspection": str(inspection),
            "schema": 1,
            "app_version": "test",
            "device_at": AT.isoformat(),
            "clock_offset_ms": 0,
            "operations": list(operations),
            "photos": [],
            **more,
        }

    def put_submission(self, body: dict[str, Any] | bytes, key: str = "") -> Answer:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("PUT", f"submissions/{key or json.loads(raw)['id']}", raw)

    def put_chunk(self, shot: Shot, copy: str, data: bytes, n: int, **headers: str) -> Answer:
        start = n * CHUNK_BYTES
        part = data[start : start + CHUNK_BYTES]
        given = {
            "Content-Range": f"bytes {start}-{start + len(part) - 1}/{len(data)}",
            "X-Chunk-SHA256": sha(part),
            **headers,
        }
        return self.client.generic(
            "PUT",
            f"/api/v1/photos/{shot.id}/{copy}/{n}",
            part,
            content_type="application/octet-stream",
            headers=given,
        )

    def put_photo(self, shot: Shot) -> Answer:
        """All parts of all copies, in order; the last answer."""
        answer = None
        for copy, data in shot.copies():
            for n in range(chunk_count(len(data))):
                answer = self.put_chunk(shot, copy, data, n)
                assert answer.status_code in (201, 202), answer.content
        return answer


def op(path: str, value: Any, base: str | None = None) -> dict[str, Any]:
    return {"id": str(uuid7()), "path": path, "value": value, "base": base}


def finding_ops(key: uuid.UUID, unit: Any, text: str = "闸墩蜂窝麻面") -> list[dict[str, Any]]:
    """What a finding needs to be written at once."""
    leaves = {"text": text, "severity": "GENERAL", "unit_id": str(unit.pk), "kind": "PHYSICAL_DEFECT"}
    return [op(f"findings/{key}/{leaf}", value) for leaf, value in leaves.items()]


def enrolled(
    city: City, place: Jurisdiction, *, at: dt.datetime, name: str = "平板一号"
) -> tuple[Device, str]:
    """A tablet of the unit and its token."""
    with city_scope(city.id):
        code = create_code(name=name, jurisdiction=place, by="测试", at=at)
        made = enrol_device(code=code.text, name="", by="测试", at=at)
    return made.device, made.token
