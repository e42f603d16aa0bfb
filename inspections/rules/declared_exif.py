"""What a tablet says about the camera's file: kept as it was said, flat and bounded.

When the tablet made a photo smaller, its EXIF and the hash of the camera's own file are in nobody's bytes any more: only
this says them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

MAX_FACTS: Final = 32
MAX_TEXT: Final = 120
CAMERA_SHA256: Final = "reduced.camera_sha256"
CAMERA_BYTES: Final = "reduced.camera_byte_count"
_NAMES: Final = {"taken": "taken_at", "lat": "latitude", "lon": "longitude"}
"""The tablet's name → the server's own for the same."""
_NAME = re.compile(r"[A-Za-z][0-9A-Za-z_]{0,39}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_NUMBER = 2**53

Fact = str | int | float


def declared_facts(exif: Mapping[str, Any]) -> dict[str, Fact]:
    """Texts and numbers, one level of groups as `group.name`; whatever else was sent stays in the submission's body.

    >>> declared_facts({"make": "演示", "taken": "2023-09-05T10:00:00", "reduced": {"edge": 2048, "x": [1]}})
    {'make': '演示', 'taken_at': '2023-09-05T10:00:00', 'reduced.edge': 2048}
    >>> declared_facts({"reduced": {"camera_sha256": "not a hash"}})
    {}
    """
    found: dict[str, Fact] = {}
    for name, value in _flat(exif):
        fact = _fact(name, value)
        if fact is not None and len(found) < MAX_FACTS:
            found[name] = fact
    return found


def _flat(exif: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in exif.items():
        if _NAME.fullmatch(name) is None:
            continue
        if not isinstance(value, Mapping):
            yield _NAMES.get(name, name), value
            continue
        for inner, part in value.items():
            if isinstance(inner, str) and _NAME.fullmatch(inner):
                yield f"{name}.{inner}", part


def _fact(name: str, value: object) -> Fact | None:
    if name == CAMERA_SHA256:
        return value if isinstance(value, str) and _SHA256.fullmatch(value) else None
    if isinstance(value, str):
        return "".join(character for character in value if character.isprintable()).strip()[:MAX_TEXT] or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if math.isfinite(value) and abs(value) <= _MAX_NUMBER else None
