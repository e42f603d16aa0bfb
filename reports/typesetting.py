"""Chinese line composition: 禁则 (what may not begin or end a line), 标点挤压 and full justification.

The PDF engine justifies only at spaces and knows no Chinese punctuation rules, so the lines are broken
here and each is printed with one letter-spacing of its own. Everything is in em of the text's size.
Spacing is in whole thousandths of an em because the PDF writer truncates anything finer.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from math import floor
from pathlib import Path

ADVANCES = Path(__file__).parent / "fonts" / "advances.json"

OPEN = frozenset("（《〈「『【〔〖｛［“‘([{")
"""May not end a line; the left half of a full-width cell is blank."""
_RIGHT_BLANK = frozenset("、。，．）》〉」』】〕〗｝］”’")
CLOSE = _RIGHT_BLANK | frozenset("；：？！…—％%℃‰·,.;:?!)]}")
"""May not begin a line."""

_TOKEN = re.compile(r"[0-9A-Za-z²³](?:[0-9A-Za-z²³.,:/+\-]*[0-9A-Za-z²³])?[%％℃‰]?|——|……|.", re.DOTALL)
_WORD_PART = re.compile(r"[^\-/]*[\-/]|[^\-/]+")
_LONG_TOKEN_EM, _LONGEST_TOKEN_EM = 3.5, 10.0
"""Above the first a word may be parted after a hyphen or slash, above the second anywhere."""
_PARTED_WORD_COST = 0.06
"""In em of spacing: a word is parted only where the line would else gape by more than this."""
_FULL_CELL_EM = 0.95
_SQUEEZE_EM = 0.5
_MOST_SQUEEZED_EM = 0.03
"""How far below the normal pitch a line may be pressed together before a character is moved on instead."""


@dataclass(frozen=True, slots=True)
class Measure:
    """The line to fill: ``cells`` of ``pitch_em`` each, first line indented by ``indent`` cells.

    ``pitch_em`` is the distance from one full-width character to the next over the size of the type:
    1.0 sets solid, the 28-cell grid of the standard is a little tighter. ``face`` names the logical family.
    Lines that are not justified keep the normal pitch and end where they end.
    """

    cells: float
    pitch_em: float = 1.0
    indent: float = 0
    face: str = "GW FangSong"
    is_justified: bool = True

    @property
    def normal_spacing(self) -> float:
        return self.pitch_em - 1

    def room(self, *, is_first: bool) -> float:
        """Width to fill in em: the last character takes its own width, not a whole pitch."""
        return (self.cells - (self.indent if is_first else 0)) * self.pitch_em - self.normal_spacing

    def most_full_cells(self, *, is_first: bool) -> int:
        return floor(self.cells - (self.indent if is_first else 0) + 1e-9)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of one line up to a squeeze: ``squeeze`` is "r" or "l", the blank half its last mark gives up."""

    text: str
    squeeze: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One composed line. ``spacing`` is in 1/1000 em; ``is_full`` lines reach the right edge."""

    pieces: tuple[Piece, ...]
    spacing: int
    is_full: bool
    natural_em: float

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@lru_cache(maxsize=1)
def _advances() -> dict[str, dict[str, float]]:
    table: dict[str, dict[str, float]] = json.loads(ADVANCES.read_text("utf-8"))
    return table


def width(text: str, face: str = "GW FangSong") -> float:
    """Natural width in em, without spacing or squeezing."""
    odd = _advances()[face]
    return sum(odd.get(character, 1.0) for character in text)


def tokens(text: str, face: str = "GW FangSong") -> list[str]:
    """Split into what is better not broken: a number or word with its unit sign, a double dash, a character."""
    return [token for token, _ in _tokens(text, face)]


def _tokens(text: str, face: str) -> list[tuple[str, bool]]:
    """Tokens, each with whether it goes on with the word before it."""
    result: list[tuple[str, bool]] = []
    for word in _TOKEN.findall(text):
        parts = [word] if width(word, face) <= _LONG_TOKEN_EM else _WORD_PART.findall(word)
        small = [
            piece for part in parts for piece in (part if width(part, face) > _LONGEST_TOKEN_EM else [part])
        ]
        result.extend((piece, index > 0) for index, piece in enumerate(small))
    return result


class _Paragraph:
    """The tokens of one paragraph with their widths; answers what a line from ``i`` to ``j`` measures."""

    def __init__(self, text: str, measure: Measure) -> None:
        self.measure = measure
        words = _tokens(text, measure.face)
        self.tokens = [token for token, _ in words]
        self.goes_on = [goes_on for _, goes_on in words]
        odd = _advances()[measure.face]
        self.widths = [sum(odd.get(character, 1.0) for character in token) for token in self.tokens]
        self.full_cells = [
            sum(odd.get(character, 1.0) >= _FULL_CELL_EM for character in token) for token in self.tokens
        ]

    def squeeze(self, index: int, start: int, end: int) -> str:
        """Which blank half of the mark at ``index`` is given up inside the line ``start:end``."""
        token = self.tokens[index]
        if token in _RIGHT_BLANK and index + 1 < end:
            following = self.tokens[index + 1]
            if following in _RIGHT_BLANK or following in OPEN:
                return "r"
        if token in OPEN and index > start and self.tokens[index - 1] in OPEN and self.widths[index] == 1.0:
            return "l"
        return ""

    def may_break_before(self, index: int) -> bool:
        if index >= len(self.tokens):
            return True
        before, after = self.tokens[index - 1], self.tokens[index]
        return after[0] not in CLOSE and before[-1] not in OPEN and before != " "

    def break_cost(self, index: int) -> float:
        """What it costs to break before ``index``, in em of spacing."""
        return _PARTED_WORD_COST if index < len(self.tokens) and self.goes_on[index] else 0.0

    def pieces(self, start: int, end: int) -> tuple[Piece, ...]:
        result: list[Piece] = []
        run = ""
        for index in range(start, end):
            kind = self.squeeze(index, start, end)
            if kind:
                if run:
                    result.append(Piece(run))
                result.append(Piece(self.tokens[index], kind))
                run = ""
            else:
                run += self.tokens[index]
        if run:
            result.append(Piece(run))
        return tuple(result)

    def natural(self, start: int, end: int) -> float:
        """Width in em without letter-spacing, squeezes taken off."""
        squeezed = sum(1 for index in range(start, end) if self.squeeze(index, start, end))
        return sum(self.widths[start:end]) - _SQUEEZE_EM * squeezed

    def gaps(self, start: int, end: int) -> int:
        """Places that take letter-spacing: the engine puts none after the last character of a line."""
        return max(sum(len(token) for token in self.tokens[start:end]) - 1, 1)


def _candidates(paragraph: _Paragraph, start: int, *, is_first: bool) -> list[tuple[int, float]]:
    """Ends of a line from ``start`` that fit, each with the spacing that fills the line."""
    measure = paragraph.measure
    room = measure.room(is_first=is_first)
    least = measure.normal_spacing - _MOST_SQUEEZED_EM
    most_full = measure.most_full_cells(is_first=is_first)
    found: list[tuple[int, float]] = []
    full = 0
    for end in range(start + 1, len(paragraph.tokens) + 1):
        full += paragraph.full_cells[end - 1]
        spacing = (room - paragraph.natural(start, end)) / paragraph.gaps(start, end)
        if end > start + 1 and (full > most_full or spacing < least - 0.5 / paragraph.gaps(start, end)):
            break
        if spacing >= least or end == start + 1:
            found.append((end, spacing))
    return found


def _best_end(paragraph: _Paragraph, start: int, *, is_first: bool) -> tuple[int, float]:
    """Where the line from ``start`` ends: the legal break whose spacing is nearest to the normal one."""
    ends = _candidates(paragraph, start, is_first=is_first)
    if ends[-1][0] == len(paragraph.tokens):
        return ends[-1]
    legal = [end for end in ends if paragraph.may_break_before(end[0])]
    if not legal or not paragraph.measure.is_justified:
        return (legal or ends)[-1]
    normal = paragraph.measure.normal_spacing
    return min(legal, key=lambda end: abs(end[1] - normal) + paragraph.break_cost(end[0]))


def compose(text: str, measure: Measure) -> list[Line]:
    """Break one paragraph into lines. The last line keeps the normal pitch unless it had to be pressed."""
    paragraph = _Paragraph(text.strip(" "), measure)
    lines: list[Line] = []
    start, count = 0, len(paragraph.tokens)
    while start < count:
        end, spacing = _best_end(paragraph, start, is_first=not lines)
        is_pressed = spacing < measure.normal_spacing
        is_full = is_pressed or (end < count and measure.is_justified)
        lines.append(
            Line(
                pieces=paragraph.pieces(start, end),
                spacing=floor((spacing if is_full else measure.normal_spacing) * 1000 + 1e-6),
                is_full=is_full,
                natural_em=paragraph.natural(start, end),
            )
        )
        start = end
        while start < count and paragraph.tokens[start] == " ":
            start += 1
    return lines


def wrap(text: str, cells: float, face: str = "GW FangSong") -> list[Line]:
    """Break ragged text set solid, as in a table cell; author line feeds are kept."""
    measure = Measure(cells=cells, face=face, is_justified=False)
    return [line for part in text.split("\n") for line in compose(part, measure)]
