"""A tablet for bench/sync: plain HTTP over one kept connection, nothing of the product's code."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

CHUNK = 256 * 1024
_MOMENT = "2023-09-05T10:00:00+08:00"


@dataclass(frozen=True)
class Photo:
    """The bytes of one photo, and its identifier."""

    data: bytes
    id: uuid.UUID = field(default_factory=uuid.uuid4)


class Tablet:
    """Signed in by a session cookie, known by a token."""

    def __init__(
        self, port: int, cookie_name: str, cookie: str, token: str, inspection: uuid.UUID, unit: uuid.UUID
    ) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookies = {cookie_name: cookie}
        self._headers = {"X-Anlan-Device": token}
        self._inspection, self._unit = str(inspection), str(unit)
        self._is_open = False

    def _ask(self, method: str, path: str, body: bytes = b"", **more: str) -> tuple[int, Any]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        headers = {"Content-Type": "application/json", **self._headers, **more, "Cookie": cookies}
        self._line.request(method, f"/api/v1/{path}", body, headers)
        answer = self._line.getresponse()
        told = answer.read()
        for given in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = given.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        return answer.status, json.loads(told)

    def _open(self) -> None:
        if not self._is_open:
            _, told = self._ask("GET", "session")
            self._headers["X-CSRFToken"] = told["csrf"]
            self._is_open = True

    def _submit(self, operations: list[dict[str, Any]], photos: list[Photo]) -> None:
        key = str(uuid.uuid4())
        body = {
            "id": key,
            "inspection": self._inspection,
            "schema": 1,
            "app_version": "bench",
            "device_at": _MOMENT,
            "clock_offset_ms": 0,
            "operations": operations,
            "photos": [
                {
                    "id": str(photo.id),
                    "finding": None,
                    "sha256": hashlib.sha256(photo.data).hexdigest(),
                    "byte_count": len(photo.data),
                    "taken_at": _MOMENT,
                    "title": "坝顶",
                }
                for photo in photos
            ],
        }
        status, told = self._ask("PUT", f"submissions/{key}", json.dumps(body).encode())
        if status != 201:
            raise RuntimeError(f"{status} {told}")

    def send_small(self, number: int) -> float:
        """One change; seconds. Each change is of a path of its own, so none waits for a decision."""
        self._open()
        began = time.perf_counter()
        self._submit([_operation(f"people/{uuid.uuid4()}/name", f"测算{number}")], [])
        return time.perf_counter() - began

    def send_finding(self, photos: list[Photo]) -> float:
        """A finding with its photos, until the last byte is stored; seconds."""
        self._open()
        began = time.perf_counter()
        key = uuid.uuid4()
        leaves = {
            "text": "闸墩蜂窝麻面",
            "severity": "GENERAL",
            "unit_id": self._unit,
            "kind": "PHYSICAL_DEFECT",
        }
        self._submit([_operation(f"findings/{key}/{leaf}", value) for leaf, value in leaves.items()], photos)
        for photo in photos:
            self._upload(photo)
        return time.perf_counter() - began

    def _upload(self, photo: Photo) -> None:
        told: Any = {}
        for n in range(-(-len(photo.data) // CHUNK)):
            part = photo.data[n * CHUNK : (n + 1) * CHUNK]
            headers = {
                "Content-Type": "application/octet-stream",
                "Content-Range": f"bytes {n * CHUNK}-{n * CHUNK + len(part) - 1}/{len(photo.data)}",
                "X-Chunk-SHA256": hashlib.sha256(part).hexdigest(),
            }
            status, told = self._ask("PUT", f"photos/{photo.id}/original/{n}", part, **headers)
            if status != 201:
                raise RuntimeError(f"{status} {told}")
        if not told.get("complete"):
            raise RuntimeError(f"not stored: {told}")


def _operation(path: str, value: str) -> dict[str, Any]:
    return {"id": str(uuid.uuid4()), "path": path, "value": value, "base": None}
