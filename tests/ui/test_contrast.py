"""Contrast (WCAG 2.2) and separation for colour-blind readers, computed from the style sheet itself."""

import itertools
import math
import re
from pathlib import Path

import pytest

from core import svg

CSS = Path(__file__).parents[2] / "static" / "css"
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", (CSS / "tokens.css").read_text()))

TEXT = 4.5
COMFORT = 7.0
CONTROL = 3.0

PAIRS = [
    ("ink", "card", COMFORT),
    ("ink", "page", COMFORT),
    ("ink", "brand-soft", COMFORT),
    ("ink", "bad-soft", COMFORT),
    ("ink", "warn-soft", COMFORT),
    ("ink-2", "card", COMFORT),
    ("ink-2", "page", TEXT),
    ("ink-2", "bad-soft", TEXT),
    ("ink-2", "warn-soft", TEXT),
    ("ink-2", "idle-soft", TEXT),
    ("ink-2", "brand-soft", TEXT),
    ("link", "card", COMFORT),
    ("link", "page", TEXT),
    ("link", "bad-soft", TEXT),
    ("link", "warn-soft", TEXT),
    ("card", "brand", COMFORT),
    ("card", "brand-deep", COMFORT),
    ("brand", "card", COMFORT),
    ("brand", "brand-soft", COMFORT),
    ("control", "card", CONTROL),
    ("control", "page", CONTROL),
    ("brand", "page", CONTROL),
    ("ok", "ok-soft", TEXT),
    ("ok", "card", TEXT),
    ("warn", "warn-soft", TEXT),
    ("bad", "bad-soft", TEXT),
    ("bad", "card", TEXT),
    ("info", "info-soft", TEXT),
    ("idle", "idle-soft", TEXT),
    ("general", "general-soft", COMFORT),
    ("serious", "serious-soft", COMFORT),
    ("grave", "grave-soft", COMFORT),
    ("redlist", "redlist-soft", TEXT),
    ("blacklist", "blacklist-soft", COMFORT),
    ("ink", "focus", COMFORT),
    *((f"band-{n}-ink", f"band-{n}", TEXT) for n in range(1, 6)),
]

# Machado, Oliveira & Fernandes 2009, severity 1.0
VISION = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritan": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def linear(colour: str) -> list[float]:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]


def luminance(colour: str) -> float:
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def ratio(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def lab(rgb: list[float]) -> tuple[float, float, float]:
    r, g, b = rgb
    x = (0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047
    y = 0.2126729 * r + 0.7151522 * g + 0.072175 * b
    z = (0.0193339 * r + 0.119192 * g + 0.9503041 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116 for t in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def seen(colour: str, kind: str) -> tuple[float, float, float]:
    rgb = linear(colour)
    return lab([min(1, max(0, sum(m * c for m, c in zip(row, rgb, strict=True)))) for row in VISION[kind]])


def closest(colours: list[str], kind: str) -> float:
    """CIE76 of the nearest pair: coarser than CIEDE2000, enough to notice two colours growing together."""
    return min(math.dist(seen(a, kind), seen(b, kind)) for a, b in itertools.combinations(colours, 2))


@pytest.mark.parametrize(("fore", "back", "least"), PAIRS, ids=[f"{f} on {b}" for f, b, _ in PAIRS])
def test_pair_has_contrast(fore, back, least):
    assert ratio(TOKENS[fore], TOKENS[back]) >= least


def test_every_colour_token_is_in_a_pair_that_is_checked():
    used = {name for fore, back, _ in PAIRS for name in (fore, back)}

    assert set(TOKENS) - used == {"line"}, "a line between rows carries no meaning"


def test_every_text_and_ground_of_one_rule_is_a_checked_pair():
    """A rule that sets both colours from tokens sets a pair that stands in the table above."""
    checked = {(fore, back) for fore, back, _ in PAIRS}
    rules = re.findall(r"\{([^{}]*)\}", "".join(path.read_text() for path in sorted(CSS.glob("*.css"))))
    found = set()
    for rule in rules:
        fore = re.search(r"(?<![\w-])color:\s*var\(--([\w-]+)\)", rule)
        back = re.search(r"background(?:-color)?:\s*var\(--([\w-]+)\)", rule)
        if fore and back:
            found.add((fore[1], back[1]))

    assert len(found) > 15
    assert found - checked == set()


def test_bands_darken_as_the_score_falls():
    lightness = [luminance(TOKENS[f"band-{n}"]) for n in range(1, 6)]

    assert lightness == sorted(lightness, reverse=True)


@pytest.mark.parametrize("kind", VISION)
def test_bands_and_severities_stay_apart_for_every_eye(kind):
    assert closest([TOKENS[f"band-{n}"] for n in range(1, 6)], kind) > 8
    assert closest([TOKENS[f"{name}-soft"] for name in ("general", "serious", "grave")], kind) > 25
    assert closest([TOKENS["redlist-soft"], TOKENS["blacklist-soft"]], kind) > 60


def test_charts_use_the_colours_of_the_style_sheet():
    assert {tone: (TOKENS[f"band-{tone}"], TOKENS[f"band-{tone}-ink"]) for tone in range(1, 6)} == {
        tone: colours for tone, colours in svg.BAND_COLOURS.items() if tone != svg.NO_SCORE
    }
    assert svg.BAND_COLOURS[svg.NO_SCORE] == (TOKENS["card"], TOKENS["ink-2"])
    named = {
        "INK": "ink",
        "INK_2": "ink-2",
        "LINE": "line",
        "PAGE": "page",
        "BRAND": "brand",
        "LINK": "link",
        "BAD": "bad",
    }
    assert {name: getattr(svg, name) for name in named} == {
        name: TOKENS[token] for name, token in named.items()
    }
