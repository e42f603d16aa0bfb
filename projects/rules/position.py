"""Coordinates as people write them: decimal degrees or 度分秒, checked against China, a swap is told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from core.text import half_width, quoted
from projects.rules.register import Problem

LONGITUDES = (Decimal(73), Decimal(136))
LATITUDES = (Decimal(3), Decimal(54))
"""From the west to the east and from the south to the north end of China, in degrees."""

_PLACES = Decimal("0.000001")
_DECIMAL = re.compile(r"\d{1,3}(\.\d+)?")
_SEXAGESIMAL = re.compile(
    r"(?P<d>\d{1,3})\s*[°度]\s*(?:(?P<m>\d{1,2}(?:\.\d+)?)\s*[′'’分]\s*(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:″|\"|”|''|秒)?)?)?"
)
_SIDES = re.compile(r"^(东经|北纬|经度|纬度|[EeNn])?\s*(.*?)\s*([EeNn])?$", re.DOTALL)


@dataclass(frozen=True)
class Position:
    """A point in degrees, six places (about 0.1 m)."""

    longitude: Decimal
    latitude: Decimal


def parse_degrees(text: str) -> Decimal | None:
    """Degrees of one coordinate: `104.4512`, `104°27′04.3″`, `东经104度27分4秒`, `N31°50'`; None when it is neither."""
    match = _SIDES.match(half_width(text).strip())
    plain = match[2] if match else ""
    if _DECIMAL.fullmatch(plain):
        return Decimal(plain).quantize(_PLACES)
    parts = _SEXAGESIMAL.fullmatch(plain)
    if parts is None:
        return None
    minutes, seconds = Decimal(parts["m"] or 0), Decimal(parts["s"] or 0)
    if minutes >= 60 or seconds >= 60:
        return None
    return (Decimal(parts["d"]) + minutes / 60 + seconds / 3600).quantize(_PLACES)


def read_position(longitude: str, latitude: str) -> tuple[Position | None, list[Problem]]:
    """The point, or None with what is wrong. Two empty texts are no point and no problem."""
    if not longitude.strip() and not latitude.strip():
        return None, []
    problems = [
        Problem(field, _unreadable(label, text))
        for field, label, text in (("longitude", "经度", longitude), ("latitude", "纬度", latitude))
        if parse_degrees(text) is None
    ]
    if problems:
        return None, problems
    east, north = parse_degrees(longitude), parse_degrees(latitude)
    assert east is not None and north is not None  # noqa: S101, PT018 -- both were read above
    if _within(north, LONGITUDES) and _within(east, LATITUDES):
        sentence = f"经度 {east:f} 和纬度 {north:f} 像是填反了：经度在 73 至 136 之间，请对调两项。"
        return None, [Problem("longitude", sentence)]
    if not _within(east, LONGITUDES):
        problems.append(Problem("longitude", f"经度 {east:f} 不在 73 至 136 之间，请核对。"))
    if not _within(north, LATITUDES):
        problems.append(Problem("latitude", f"纬度 {north:f} 不在 3 至 54 之间，请核对。"))
    return (None, problems) if problems else (Position(east, north), [])


def _unreadable(label: str, text: str) -> str:
    if not text.strip():
        return f"请填写{label}；经度和纬度应同时填写或同时不填。"
    return f"{quoted(text)}不是{label}，应写成 104.451200 或 104°27′04.3″ 的形式。"


def _within(value: Decimal, bounds: tuple[Decimal, Decimal]) -> bool:
    return bounds[0] <= value <= bounds[1]


def sexagesimal(value: Decimal) -> str:
    """度分秒 with a tenth of a second, for reading aloud."""
    tenths = int((value * 36000).to_integral_value())
    degrees, rest = divmod(tenths, 36000)
    minutes, seconds = divmod(rest, 600)
    return f"{degrees}°{minutes:02d}′{seconds // 10:02d}.{seconds % 10}″"
