"""Charts as SVG text, for the screen and for documents alike.

Every colour is a presentation attribute: a strict CSP blocks style attributes, and WeasyPrint does not
apply the page's classes to inline SVG. The colours of the score bands are those of
static/css/tokens.css; a test compares them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from core import display

FONT = "PingFang SC, HarmonyOS Sans SC, Source Han Sans SC, Noto Sans CJK SC, Microsoft YaHei, sans-serif"
INK = "#1b2733"
INK_2 = "#4b5a68"
LINE = "#d3dae1"
CONTROL = "#6f7d8a"
PAGE = "#f3f6f9"
CARD = "#ffffff"
BRAND = "#0b4f8a"
LINK = "#0b57a4"
BAD = "#a8201a"

NO_SCORE = 0
BAND_COLOURS: dict[int, tuple[str, str]] = {
    NO_SCORE: (CARD, INK_2),
    1: ("#e6f3f1", "#0d3b31"),
    2: ("#b3d9e2", "#0b3140"),
    3: ("#e6c04f", "#3a2900"),
    4: ("#cf6a24", "#170c00"),
    5: ("#6f1020", "#ffffff"),
}
"""Tone of a band → (fill, text). Lightness falls with the score, so that a grey print keeps the order."""


@dataclass(frozen=True)
class Band:
    """Scores from `minimum` up to the next better band. `tone` 1 (best) to 5 picks the colours."""

    tone: int
    minimum: Decimal
    label: str


@dataclass(frozen=True)
class ScoreScale:
    """The bands of one rubric version, best first."""

    bands: tuple[Band, ...]

    @classmethod
    def from_thresholds(
        cls, *, grades: Iterable[tuple[Decimal, str]], interview: Decimal, unqualified: Decimal
    ) -> ScoreScale:
        """Cut the rubric's grades at its two lines.

        `grades` are (minimum, name) of the rubric, in any order. Below `interview` stands 约谈 and below
        `unqualified` 不合格, whatever the grades say there: these two are what the reader must see.
        """
        ordered = sorted(grades, reverse=True)
        passing = [(minimum, name) for minimum, name in ordered if minimum > interview]
        at_line = next((name for minimum, name in ordered if minimum <= interview), "合格")
        passing.append((interview, at_line))
        last = len(passing) - 1
        bands = [
            Band(1 + round(2 * index / last) if last else 2, minimum, name)
            for index, (minimum, name) in enumerate(passing)
        ]
        if unqualified < interview:
            bands.append(Band(4, unqualified, "约谈"))
        bands.append(Band(5, Decimal(0), "不合格"))
        return cls(tuple(bands))

    def band_of(self, score: Decimal | None) -> Band | None:
        """The band of a final score; None where there is no score."""
        if score is None:
            return None
        return next((band for band in self.bands if score >= band.minimum), self.bands[-1])

    def tone_of(self, score: Decimal | None) -> int:
        """The number behind the `band-n` classes and the SVG colours; 0 where there is no score."""
        band = self.band_of(score)
        return band.tone if band else NO_SCORE

    def legend(self, no_score: str = "未检查 / 未报") -> list[tuple[int, str]]:
        """(tone, words) of every band and of the missing score. Scores have one decimal."""
        rows: list[tuple[int, str]] = []
        upper: Decimal | None = None
        for band in self.bands:
            low = display.number(band.minimum.normalize())
            if upper is None:
                span = f"{low} 分及以上"
            elif band is self.bands[-1]:
                span = f"{display.number(upper.normalize())} 分以下"
            else:
                span = f"{low}～{display.number(upper - Decimal('0.1'))}"
            rows.append((band.tone, f"{span} {band.label}"))
            upper = band.minimum
        return [*rows, (NO_SCORE, no_score)]


@dataclass(frozen=True)
class Tile:
    """One county of the tile map. Rows 0, 2, 4 … stand half a tile to the right of the odd rows."""

    name: str
    col: int
    row: int
    text: str
    tone: int = NO_SCORE
    url: str = ""
    label: str = ""


@dataclass(frozen=True)
class TrendPoint:
    """One month of a line; `value` None leaves a gap."""

    label: str
    value: Decimal | float | None
    url: str = ""


@dataclass(frozen=True)
class Stage:
    """One step of the closure funnel."""

    label: str
    count: int
    url: str = ""


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _text(
    x: float,
    y: float,
    body: str,
    *,
    size: int = 13,
    fill: str = INK,
    anchor: str = "start",
    bold: bool = False,
) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{_n(x)}" y="{_n(y)}" font-size="{size}" fill="{fill}" text-anchor="{anchor}"{weight}>'
        f"{escape(body)}</text>"
    )


def _linked(url: str, label: str, body: str) -> str:
    if not url:
        return body
    return f'<a href="{escape(url)}" aria-label="{escape(label)}">{body}</a>'


def _svg(
    width: float,
    height: float,
    label: str,
    parts: Iterable[str],
    *,
    has_links: bool = False,
    css: str = "chart",
) -> SafeString:
    """The frame. Without links it is one image; with links a group, or they could not be reached."""
    role = "group" if has_links else "img"
    return mark_safe(  # noqa: S308 -- every text inside went through escape()
        f'<svg class="{css}" xmlns="http://www.w3.org/2000/svg" width="{_n(width)}" height="{_n(height)}" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" role="{role}" aria-label="{escape(label)}" '
        f'font-family="{FONT}">'
        f"{''.join(parts)}</svg>"
    )


def hex_map(
    tiles: Sequence[Tile], *, label: str, caption: str = "等面积示意，不表示行政区划界线。"
) -> SafeString:
    """Counties as equal hexagons: a diagram without borders, and it says so under the tiles."""
    radius, gap, margin = 46.0, 3.0, 4.0
    across = radius * math.sqrt(3)
    columns = 1 + max((tile.col + (0.5 if tile.row % 2 == 0 else 0) for tile in tiles), default=0)
    rows = 1 + max((tile.row for tile in tiles), default=0)
    width = columns * across + 2 * margin
    tiles_height = (rows - 1) * radius * 1.5 + 2 * radius + 2 * margin
    parts = []
    for tile in tiles:
        x = margin + across * (tile.col + (1.0 if tile.row % 2 == 0 else 0.5))
        y = margin + radius * (1 + 1.5 * tile.row)
        parts.append(_tile(tile, x, y, radius - gap / 2))
    width = max(width, len(caption) * 13 + 2 * margin)
    parts.append(_text(margin, tiles_height + 14, caption, size=12, fill=INK_2))
    return _svg(width, tiles_height + 22, label, parts, has_links=any(tile.url for tile in tiles))


def _tile(tile: Tile, x: float, y: float, radius: float) -> str:
    fill, ink = BAND_COLOURS[tile.tone]
    corners = (math.radians(60 * i - 90) for i in range(6))
    points = " ".join(f"{_n(x + radius * math.cos(a))},{_n(y + radius * math.sin(a))}" for a in corners)
    dashes = ' stroke-dasharray="4 3"' if tile.tone == NO_SCORE else ""
    body = f'<polygon points="{points}" fill="{fill}" stroke="{INK_2}" stroke-width="1"{dashes}/>'
    # A long name (自治县, 园区) is set in two lines, whole: a shortened one could be another county's.
    size = 14 if len(tile.name) <= 4 else 12
    half = len(tile.name) if len(tile.name) <= 6 else -(-len(tile.name) // 2)
    lines = [tile.name[:half], tile.name[half:]] if tile.name[half:] else [tile.name]
    for line, up in zip(lines, (20, 6) if len(lines) == 2 else (6,), strict=True):
        body += _text(x, y - up, line, size=size, fill=ink, anchor="middle")
    score_size = 18 if len(tile.text) <= 5 else 14
    body += _text(x, y + 17, tile.text, size=score_size, fill=ink, anchor="middle", bold=True)
    return _linked(tile.url, tile.label or f"{tile.name} {tile.text}", body)


@dataclass(frozen=True)
class _Plot:
    """Where a month and a score lie on the picture."""

    width: float
    height: float
    count: int
    low: float
    high: float
    left: float = 34.0
    right: float = 12.0
    top: float = 12.0
    bottom: float = 26.0

    @property
    def step(self) -> float:
        return (self.width - self.left - self.right) / max(self.count, 1)

    def x(self, index: int) -> float:
        return self.left + self.step * (index + 0.5)

    def y(self, value: float) -> float:
        return self.top + (self.height - self.top - self.bottom) * (self.high - value) / (
            self.high - self.low
        )

    def level(self, value: float, attributes: str) -> str:
        """A horizontal line at a value."""
        y = _n(self.y(value))
        return (
            f'<line x1="{_n(self.left)}" x2="{_n(self.width - self.right)}" y1="{y}" y2="{y}" {attributes}/>'
        )


def trend_line(
    points: Sequence[TrendPoint],
    *,
    label: str,
    threshold: Decimal | None = None,
    threshold_label: str = "约谈线",
    width: int = 440,
    height: int = 190,
) -> SafeString:
    """Scores over months and the line that must not be crossed. Missing months are gaps, not joined over."""
    known = [float(point.value) for point in points if point.value is not None]
    low, high = _range([*known, *([float(threshold)] if threshold is not None else [])])
    plot = _Plot(width, height, len(points), low, high)
    parts = [_grid(plot)]
    if threshold is not None:
        parts.append(
            plot.level(float(threshold), f'stroke="{BAD}" stroke-width="1.5" stroke-dasharray="5 4"')
        )
        words = f"{threshold_label} {display.number(threshold.normalize())}"
        parts.append(_text(plot.left + 4, plot.y(float(threshold)) + 15, words, size=12, fill=BAD))
    parts += _segments(points, plot)
    parts += [_mark(point, plot, index, threshold) for index, point in enumerate(points)]
    parts += _last_value(points, plot)
    parts += _month_labels(points, plot)
    spoken = "、".join(f"{p.label} {display.score(p.value) if p.value is not None else '无'}" for p in points)
    return _svg(width, height, f"{label}：{spoken}", parts, has_links=any(point.url for point in points))


def _range(values: Sequence[float]) -> tuple[float, float]:
    """Tens around the values, at least 20 apart, within 0–100."""
    if not values:
        return 0.0, 100.0
    low = max(0.0, math.floor((min(values) - 4) / 10) * 10)
    high = min(100.0, math.ceil((max(values) + 4) / 10) * 10)
    return (low, high) if high - low >= 20 else (max(0.0, high - 20), max(high, 20.0))


def _grid(plot: _Plot) -> str:
    step = 10 if plot.high - plot.low <= 60 else 20
    levels = range(int(plot.low), int(plot.high) + 1, step)
    return "".join(
        plot.level(value, f'stroke="{LINE}"')
        + _text(plot.left - 6, plot.y(value) + 4, str(value), size=12, fill=INK_2, anchor="end")
        for value in levels
    )


def _segments(points: Sequence[TrendPoint], plot: _Plot) -> list[str]:
    """One polyline for each unbroken run of months."""
    runs: list[list[str]] = [[]]
    for index, point in enumerate(points):
        if point.value is None:
            runs.append([])
        else:
            runs[-1].append(f"{_n(plot.x(index))},{_n(plot.y(float(point.value)))}")
    line = f'fill="none" stroke="{BRAND}" stroke-width="2.5" stroke-linejoin="round"'
    return [f'<polyline points="{" ".join(run)}" {line}/>' for run in runs if len(run) > 1]


def _mark(point: TrendPoint, plot: _Plot, index: int, threshold: Decimal | None) -> str:
    """A dot; a square below the line."""
    if point.value is None:
        return ""
    value = float(point.value)
    x, y = plot.x(index), plot.y(value)
    if threshold is not None and value < float(threshold):
        body = f'<rect x="{_n(x - 4)}" y="{_n(y - 4)}" width="8" height="8" fill="{BAD}"/>'
    else:
        body = f'<circle cx="{_n(x)}" cy="{_n(y)}" r="4" fill="{BRAND}"/>'
    return _linked(point.url, f"{point.label} {display.score(point.value)} 分", body)


def _last_value(points: Sequence[TrendPoint], plot: _Plot) -> list[str]:
    """The last month in figures: under its dot when the line came from above, else over it."""
    if not points or points[-1].value is None:
        return []
    value = float(points[-1].value)
    before = points[-2].value if len(points) > 1 else None
    x, y = min(plot.x(plot.count - 1), plot.width - 20), plot.y(value)
    is_falling = before is not None and float(before) > value
    has_room_below = y + 22 < plot.height - plot.bottom
    has_room_above = y - 22 > 0
    is_below = (is_falling and has_room_below) or not has_room_above
    return [
        _text(x, y + (20 if is_below else -10), display.score(value), size=14, anchor="middle", bold=True)
    ]


def _month_labels(points: Sequence[TrendPoint], plot: _Plot) -> list[str]:
    """As many month names as fit, counted back from the last."""
    every = max(1, math.ceil(32 / plot.step))
    return [
        _text(plot.x(index), plot.height - 7, point.label, size=12, fill=INK_2, anchor="middle")
        for index, point in enumerate(points)
        if (len(points) - 1 - index) % every == 0
    ]


def funnel(stages: Sequence[Stage], *, label: str, width: int = 420) -> SafeString:
    """How many of the found problems have come how far; each number leads to its list."""
    row, left, right = 36.0, 84.0, 66.0
    most = max((stage.count for stage in stages), default=0)
    space = width - left - right
    parts = []
    for index, stage in enumerate(stages):
        y = index * row
        length = space * stage.count / most if most else 0.0
        parts.append(_text(0, y + 23, stage.label, size=14))
        parts.append(f'<rect x="{_n(left)}" y="{_n(y + 9)}" width="{_n(space)}" height="18" fill="{PAGE}"/>')
        parts.append(
            f'<rect x="{_n(left)}" y="{_n(y + 9)}" width="{_n(length)}" height="18" fill="{BRAND}"/>'
        )
        figure = _text(
            width - 4, y + 23, display.number(stage.count), size=14, anchor="end", bold=True, fill=LINK
        )
        parts.append(_linked(stage.url, f"{stage.label} {stage.count}", figure))
    has_links = any(stage.url for stage in stages)
    return _svg(width, len(stages) * row, label, parts, has_links=has_links)


def sparkline(
    values: Sequence[Decimal | float | None], *, label: str, threshold: Decimal | None = None, width: int = 96
) -> SafeString:
    """A line the height of a table row; its label says first and last."""
    height = 24.0
    known = [float(value) for value in values if value is not None]
    low, high = _range([*known, *([float(threshold)] if threshold is not None else [])])
    plot = _Plot(width, height, len(values), low, high, left=2, right=6, top=3, bottom=3)
    parts = []
    if threshold is not None:
        parts.append(plot.level(float(threshold), f'stroke="{BAD}" stroke-dasharray="3 3"'))
    points = [TrendPoint("", value) for value in values]
    parts += _segments(points, plot)
    if values and values[-1] is not None:
        last = len(values) - 1
        parts.append(f'<circle cx="{_n(plot.x(last))}" cy="{_n(plot.y(known[-1]))}" r="3" fill="{BRAND}"/>')
    ends = f"，{display.score(known[0])} 至 {display.score(known[-1])}" if known else "，无数据"
    return _svg(width, height, f"{label}{ends}", parts, css="chart spark")
