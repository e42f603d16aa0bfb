"""A sheet of coordinates: a net of meridians and parallels with points and equal tiles, without any outside map.

It shows where things lie to each other and nothing else: no borders, no rivers, no roads, and it says so.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core.svg import BAD, BRAND, CARD, CONTROL, FONT, INK, INK_2, LINE, PAGE

_STEPS = (20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005)
_LINES = 5
_TILE = 46.0
CAPTION = "经纬网为实际坐标；县（市、区）方块为等面积示意，不表示行政区划界线。"


@dataclass(frozen=True)
class Spot:
    """A named point in degrees. tone: "" for one of many, "here" for the one that matters."""

    longitude: float
    latitude: float
    name: str
    tone: str = ""


@dataclass(frozen=True)
class Sheet:
    """A window of `span` degrees of longitude round a centre, drawn `width` × `height` pixels, true to shape."""

    longitude: float
    latitude: float
    span: float
    width: int = 640
    height: int = 460

    @property
    def _per_pixel(self) -> float:
        return self.span / self.width

    @property
    def _squeeze(self) -> float:
        """A degree of latitude is longer than one of longitude by 1/cos(latitude)."""
        return math.cos(math.radians(self.latitude))

    def x(self, longitude: float) -> float:
        """Pixels from the left."""
        return self.width / 2 + (longitude - self.longitude) / self._per_pixel

    def y(self, latitude: float) -> float:
        """Pixels from the top."""
        return self.height / 2 - (latitude - self.latitude) / (self._per_pixel * self._squeeze)

    def at(self, x: float, y: float) -> tuple[Decimal, Decimal]:
        """(longitude, latitude) of a pixel, six places."""
        longitude = self.longitude + (x - self.width / 2) * self._per_pixel
        latitude = self.latitude - (y - self.height / 2) * self._per_pixel * self._squeeze
        return Decimal(f"{longitude:.6f}"), Decimal(f"{latitude:.6f}")

    def holds(self, spot: Spot) -> bool:
        """Whether it lies on the sheet."""
        return 0 <= self.x(spot.longitude) <= self.width and 0 <= self.y(spot.latitude) <= self.height


def grid_map(
    sheet: Sheet, *, spots: Sequence[Spot], tiles: Sequence[Spot] = (), label: str, caption: str = CAPTION
) -> SafeString:
    """The sheet with its points; tiles are the counties as equal squares under them."""
    parts = [
        f'<rect width="{sheet.width}" height="{sheet.height}" fill="{PAGE}" stroke="{LINE}"/>',
        *(_tile(sheet, tile) for tile in tiles if sheet.holds(tile)),
        *_net(sheet),
        *(_dot(sheet, spot) for spot in sorted(spots, key=lambda one: one.tone) if sheet.holds(spot)),
        _words(8, sheet.height - 8, caption, size=12) if caption else "",
    ]
    return mark_safe(  # noqa: S308 -- every text inside went through escape()
        f'<svg class="chart" xmlns="http://www.w3.org/2000/svg" width="{sheet.width}" height="{sheet.height}" '
        f'viewBox="0 0 {sheet.width} {sheet.height}" role="img" aria-label="{escape(label)}" '
        f'font-family="{FONT}">{"".join(parts)}</svg>'
    )


def _net(sheet: Sheet) -> Iterator[str]:
    step = next((one for one in _STEPS if sheet.span / one >= _LINES), _STEPS[-1])
    places = max(0, -math.floor(math.log10(step)))
    line = f'stroke="{CONTROL}" stroke-width="0.7" stroke-dasharray="2 4"'
    for value in _multiples(sheet.at(0, 0)[0], sheet.at(sheet.width, 0)[0], step):
        x = sheet.x(value)
        yield f'<line x1="{x:.1f}" y1="0" x2="{x:.1f}" y2="{sheet.height}" {line}/>'
        yield _words(x + 3, 14, f"{value:.{places}f}°E", size=12)
    for value in _multiples(sheet.at(0, sheet.height)[1], sheet.at(0, 0)[1], step):
        y = sheet.y(value)
        yield f'<line x1="0" y1="{y:.1f}" x2="{sheet.width}" y2="{y:.1f}" {line}/>'
        yield _words(4, y - 4, f"{value:.{places}f}°N", size=12)


def _multiples(low: Decimal, high: Decimal, step: float) -> Iterable[float]:
    first, last = math.ceil(float(low) / step), math.floor(float(high) / step)
    return [index * step for index in range(first, last + 1)]


def _tile(sheet: Sheet, tile: Spot) -> str:
    x, y = sheet.x(tile.longitude) - _TILE / 2, sheet.y(tile.latitude) - _TILE / 2
    words = _words(x + _TILE / 2, y + _TILE - 6, tile.name, size=12, anchor="middle")
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{_TILE}" height="{_TILE}" rx="4" fill="{CARD}" stroke="{LINE}"/>'
        f"{words}"
    )


def _dot(sheet: Sheet, spot: Spot) -> str:
    x, y = sheet.x(spot.longitude), sheet.y(spot.latitude)
    if spot.tone == "here":
        cross = f"M{x - 14:.1f} {y:.1f}H{x + 14:.1f}M{x:.1f} {y - 14:.1f}V{y + 14:.1f}"
        return (
            f'<path d="{cross}" stroke="{BAD}" stroke-width="2" fill="none"/>'
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="none" stroke="{BAD}" stroke-width="2"/>'
            + _words(x + 10, y - 10, spot.name, size=13, fill=INK)
        )
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{BRAND}"><title>{escape(spot.name)}</title></circle>'
    )


def _words(x: float, y: float, body: str, *, size: int, fill: str = INK_2, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" text-anchor="{anchor}">'
        f"{escape(body)}</text>"
    )
