"""Marks on a photo as SVG: drawn beside the picture, which itself never changes.

The same look as on the tablet: a white rim under each line, so that a mark is seen on every ground. Presentation
attributes only: a strict CSP blocks styles, and the PDF engine does not bring the page's classes into SVG.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

COLOURS: Final = {
    "red": "#d6241b",
    "yellow": "#f2c200",
    "blue": "#1668c7",
    "white": "#ffffff",
    "black": "#111111",
}
_RIM, _DARK_RIM = "#ffffff", "#111111"
_LINE_PART, _LETTER_PART = 130, 26
"""Thickness of a line and height of a letter as parts of the picture's longer side."""
_HEAD = 5
_WING = 0.5
"""Length of an arrow's head in thicknesses; its opening to either side in radians."""


def annotation_svg(
    marks: Sequence[Mapping[str, Any]],
    width: int,
    height: int,
    *,
    picture: str = "",
    font: str = "sans-serif",
) -> str:
    """The marks over `width` × `height` pixels; picture: the address of the image to draw under them; font: of texts.

    The marks are those of the record's leaf `photos/<id>/annotation` (docs/field-protocol.md), already checked. Every
    text and address is escaped; the result is safe to be put into a page as it is.

    >>> annotation_svg([{"kind": "text", "points": [0.5, 0.5], "text": "<b>"}], 260, 100).count("&lt;b&gt;")
    1
    """
    drawn = "".join(_mark(mark, width, height) for mark in marks)
    under = f'<image href="{escape(picture)}" width="{width}" height="{height}"/>' if picture else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        f' preserveAspectRatio="xMinYMin" font-family="{escape(font)}"'
        f' aria-label="{escape(annotation_words(marks))}">{under}{drawn}</svg>'
    )


def annotation_words(marks: Sequence[Mapping[str, Any]]) -> str:
    """For a reader who does not see the marks: how many, and what is written.

    >>> annotation_words([{"kind": "box", "points": [0, 0, 1, 1]}, {"kind": "text", "points": [0, 0], "text": "裂缝"}])
    '2 处标注：裂缝'
    """
    written = [str(mark["text"]) for mark in marks if mark.get("text")]
    return f"{len(marks)} 处标注" + (f"：{'、'.join(written)}" if written else "")


def _mark(mark: Mapping[str, Any], width: int, height: int) -> str:
    sides = (width, height)
    scaled = [float(part) * sides[index % 2] for index, part in enumerate(mark["points"])]
    (x1, y1), (x2, y2) = scaled[:2], scaled[-2:]
    colour = COLOURS.get(str(mark.get("colour")), COLOURS["red"])
    if mark["kind"] == "text":
        return _text(str(mark.get("text", "")), x1, y1, colour, max(sides) / _LETTER_PART)
    thick = max(sides) / _LINE_PART
    if mark["kind"] == "box":
        return _line(f"M{x1:.1f} {y1:.1f}H{x2:.1f}V{y2:.1f}H{x1:.1f}Z", colour, thick)
    angle = math.atan2(y2 - y1, x2 - x1)
    left, right = (
        f"L{x2 - thick * _HEAD * math.cos(angle + turn):.1f} {y2 - thick * _HEAD * math.sin(angle + turn):.1f}"
        for turn in (_WING, -_WING)
    )
    tip = f"{x2:.1f} {y2:.1f}"
    return _line(f"M{x1:.1f} {y1:.1f}L{tip}{left}M{tip}{right}", colour, thick)


def _rim(colour: str) -> str:
    return _DARK_RIM if colour == COLOURS["white"] else _RIM


def _line(path: str, colour: str, thick: float) -> str:
    rim, line = (
        f'<path d="{path}" fill="none" stroke="{paint}" stroke-width="{wide:.1f}" stroke-linecap="round"'
        ' stroke-linejoin="round"/>'
        for paint, wide in ((_rim(colour), thick * 2.2), (colour, thick))
    )
    return rim + line


def _text(words: str, x: float, y: float, colour: str, letter: float) -> str:
    # Twice instead of paint-order: the PDF engine does not know that.
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{letter:.1f}" font-weight="600"'
    under = _rim(colour)
    rim = f' stroke="{under}" stroke-width="{letter / 5:.1f}" stroke-linejoin="round"'
    shown = escape(words)
    return f'<text {place} fill="{under}"{rim}>{shown}</text><text {place} fill="{colour}">{shown}</text>'
