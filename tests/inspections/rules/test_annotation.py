"""Marks of a photo as SVG."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from inspections.rules.annotation import COLOURS, annotation_svg, annotation_words

SVG = "{http://www.w3.org/2000/svg}"


def drawn(*marks: dict[str, Any], **options: str) -> ElementTree.Element:
    return ElementTree.fromstring(annotation_svg(marks, 1300, 650, **options))


def test_a_box_an_arrow_and_a_text_lie_where_they_were_drawn() -> None:
    box, arrow, text = (
        {"kind": "box", "points": [0.1, 0.2, 0.5, 0.6], "colour": "blue"},
        {"kind": "arrow", "points": [0, 0, 1, 0], "colour": "yellow"},
        {"kind": "text", "points": [0.5, 0.5], "text": "裂缝 3 mm"},
    )

    root = drawn(box, arrow, text)

    assert root.get("viewBox") == "0 0 1300 650"
    assert root.get("aria-label") == "3 处标注：裂缝 3 mm"
    paths = [(one.get("d"), one.get("stroke"), one.get("stroke-width")) for one in root.iter(f"{SVG}path")]
    assert paths[:2] == [
        ("M130.0 130.0H650.0V390.0H130.0Z", "#ffffff", "22.0"),
        ("M130.0 130.0H650.0V390.0H130.0Z", COLOURS["blue"], "10.0"),
    ]
    assert paths[3][:2] == ("M0.0 0.0L1300.0 0.0L1256.1 -24.0M1300.0 0.0L1256.1 24.0", COLOURS["yellow"])
    letters = list(root.iter(f"{SVG}text"))[-1]
    assert (letters.get("x"), letters.get("y"), letters.get("fill")) == ("650.0", "325.0", COLOURS["red"])
    assert letters.text == "裂缝 3 mm"


def test_nothing_of_a_mark_becomes_markup() -> None:
    evil = '"><script>alert(1)</script>'
    text = annotation_svg(
        [{"kind": "text", "points": [0, 0], "text": evil, "colour": evil}], 100, 100, picture=f"/a?b&{evil}"
    )

    assert "<script" not in text
    assert " style=" not in text
    root = ElementTree.fromstring(text)
    assert {one.tag for one in root.iter()} == {f"{SVG}svg", f"{SVG}image", f"{SVG}text"}
    assert root[0].get("href") == f"/a?b&{evil}"


@pytest.mark.parametrize(("kind", "points"), [("box", [0.5, 0.5]), ("arrow", [0.5, 0.5, 0.5, 0.5])])
def test_a_mark_that_was_only_touched_is_still_drawn(kind: str, points: list[float]) -> None:
    assert len(list(drawn({"kind": kind, "points": points}).iter(f"{SVG}path"))) == 2


def test_a_white_mark_is_seen_on_white() -> None:
    rim, line = drawn({"kind": "box", "points": [0, 0, 1, 1], "colour": "white"}).iter(f"{SVG}path")
    assert (rim.get("stroke"), line.get("stroke")) == ("#111111", "#ffffff")


def test_a_reader_hears_how_many_there_are() -> None:
    assert annotation_words([]) == "0 处标注"
    assert annotation_words([{"kind": "arrow", "points": [0, 0, 1, 1], "text": ""}]) == "1 处标注"
