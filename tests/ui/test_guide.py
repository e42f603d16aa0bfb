"""The guide shows pictures that are there, light and in use."""

import re
from pathlib import Path

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
MOST_BYTES = 150_000


def test_every_picture_of_the_guide_is_there_light_and_used():
    pages = sorted(GUIDE.glob("*.md"))
    shown = {name for page in pages for name in re.findall(r"!\[[^\]]+\]\(img/([^)]+)\)", page.read_text())}
    kept = {path.name: path.stat().st_size for path in (GUIDE / "img").iterdir()}

    assert len(pages) >= 2
    assert shown == set(kept)
    assert {name: size for name, size in kept.items() if size > MOST_BYTES} == {}


def test_every_link_of_the_guide_leads_somewhere():
    links = [
        (page, link)
        for page in GUIDE.glob("*.md")
        for link in re.findall(r"(?<!!)\[[^\]]+\]\(([^)#]+)\)", page.read_text())
    ]

    assert len(links) >= 4
    assert [link for page, link in links if not (page.parent / link).exists()] == []
