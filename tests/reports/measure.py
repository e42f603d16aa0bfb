"""Read the geometry of a printed document back from its PDF, in millimetres from the top left corner."""

import io
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import pdfplumber
import pypdfium2  # type: ignore[import-untyped]

MM = 25.4 / 72
CELL = 156 / 28
LINE = 225 / 22


@dataclass(frozen=True)
class Glyph:
    text: str
    x0: float
    x1: float
    bottom: float
    size: float
    font: str


@dataclass(frozen=True)
class TextLine:
    """Glyphs of one size on one base line."""

    glyphs: tuple[Glyph, ...]

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def left(self) -> float:
        return self.glyphs[0].x0

    @property
    def right(self) -> float:
        return self.glyphs[-1].x1

    @property
    def bottom(self) -> float:
        return self.glyphs[0].bottom

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def full_width_count(self) -> int:
        return sum(1 for glyph in self.glyphs if ord(glyph.text[0]) > 0xFF)


@dataclass(frozen=True)
class Rule:
    """A filled bar at least 100 mm wide."""

    x0: float
    x1: float
    top: float
    bottom: float
    colour: tuple[float, ...]

    @property
    def is_red(self) -> bool:
        return self.colour[0] > 0.8 and max(self.colour[1:]) < 0.2

    @property
    def thickness(self) -> float:
        return self.bottom - self.top


class Page:
    def __init__(self, page: pdfplumber.page.Page) -> None:
        self.number = page.page_number
        self.width, self.height = float(page.width) * MM, float(page.height) * MM
        self.glyphs = [
            Glyph(
                text=char["text"],
                x0=char["x0"] * MM,
                x1=char["x1"] * MM,
                bottom=char["bottom"] * MM,
                size=char["size"],
                font=char["fontname"].split("+")[-1],
            )
            for char in page.chars
            if char["upright"]
        ]
        self.rules = sorted(
            (
                Rule(
                    x0=rect["x0"] * MM,
                    x1=rect["x1"] * MM,
                    top=rect["top"] * MM,
                    bottom=rect["bottom"] * MM,
                    colour=tuple(rect["non_stroking_color"]),
                )
                for rect in page.rects
                if rect["width"] * MM > 100 and rect["height"] * MM < 1
            ),
            key=lambda rule: rule.top,
        )
        self.text = page.extract_text() or ""

    def lines(self, size: float, tolerance: float = 0.05) -> list[TextLine]:
        """Lines of one type size, from top to bottom."""
        rows: dict[float, list[Glyph]] = defaultdict(list)
        for glyph in self.glyphs:
            if abs(glyph.size - size) <= tolerance:
                rows[round(glyph.bottom, 1)].append(glyph)
        return [TextLine(tuple(sorted(rows[bottom], key=lambda glyph: glyph.x0))) for bottom in sorted(rows)]

    def body(self) -> list[TextLine]:
        """Lines of 16 pt."""
        return self.lines(16)


def pages(pdf: bytes) -> list[Page]:
    with pdfplumber.open(io.BytesIO(pdf)) as document:
        return [Page(page) for page in document.pages]


@cache
def raster(pdf: bytes, page: int, dpi: int = 300):
    """The page as pixels, for what only ink can tell."""
    return pypdfium2.PdfDocument(pdf)[page].render(scale=dpi / 72).to_pil().convert("RGB")


def ink(pdf: bytes, page: int, *, is_red: bool, top: float, bottom: float, dpi: int = 300):
    """Left, top, right and bottom of the red or black ink in a band of the page, in mm."""
    scale = dpi / 25.4
    image = raster(pdf, page, dpi).crop(
        (0, int(top * scale), raster(pdf, page, dpi).width, int(bottom * scale))
    )
    red, green, blue = image.split()
    wanted = (lambda value: 255 if value > 180 else 0) if is_red else (lambda value: 255 if value < 90 else 0)
    mask = red.point(wanted)
    for channel in (green, blue):
        dark = channel.point(lambda value: 255 if value < 90 else 0)
        mask = _both(mask, dark)
    box = mask.getbbox()
    assert box is not None, "no such ink"
    return tuple(edge / scale + (top if index % 2 else 0) for index, edge in enumerate(box))


def _both(first, second):
    from PIL import ImageChops

    return ImageChops.darker(first, second)
