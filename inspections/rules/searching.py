"""Finding an item of the catalogue by words, 拼音 initials or code: one ranking for the office and the tablet.

The query is cut at blanks; every part must be found in an item, by one of these, and the item's rank is the sum:

* 40  the code equals the part;          30  the code begins with it;
* 20  the text begins with it;           15  the text contains it;
* 10  the initials of the text begin with it;   6  the initials contain it (two letters or more);
*  4  the category, the role or the basis contains it.

Letters count the same in both cases. Higher ranks first; equal ranks in the order of codes. An empty query finds all.
Where nothing matches so, the texts that contain at least half of the neighbouring pairs of characters of every part are
found, those with more pairs first. The tablet's side is static/field/engine/catalogue.js; one test vector holds for both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

MIN_INITIALS = 2


class Searchable(Protocol):
    """What an item must tell."""

    @property
    def code(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def initials(self) -> str: ...

    @property
    def more(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Entry:
    """An item as the search reads it. initials: lower-case first letters of the text. more: category, role, basis."""

    code: str
    text: str
    initials: str
    more: str


S = TypeVar("S", bound=Searchable)


def rank(item: Searchable, parts: Sequence[str]) -> int:
    """The sum for all parts; 0 when one of them is not found (and for an empty query)."""
    total = 0
    for part in parts:
        points = _points(item, part.lower())
        if not points:
            return 0
        total += points
    return total


def _points(item: Searchable, part: str) -> int:
    code, text, initials = item.code.lower(), item.text.lower(), item.initials.lower()
    cases = (
        (code == part, 40),
        (code.startswith(part), 30),
        (text.startswith(part), 20),
        (part in text, 15),
        (initials.startswith(part), 10),
        (len(part) >= MIN_INITIALS and part in initials, 6),
        (part in item.more.lower(), 4),
    )
    return next((points for holds, points in cases if holds), 0)


def pairs_found(item: Searchable, parts: Sequence[str]) -> int:
    """How many neighbouring pairs of the parts the text contains; 0 when it has less than half of a part's."""
    total = 0
    for part in (part.lower() for part in parts):
        pairs = [part[at : at + 2] for at in range(len(part) - 1)]
        hits = sum(pair in item.text.lower() for pair in pairs)
        if not hits or hits * 2 < len(pairs):
            return 0
        total += hits
    return total


def search(items: Iterable[S], query: str) -> list[S]:
    """The items that match, best first.

    >>> one = Entry("E-005", "混凝土：表面麻面", "hntbmmm", "施工单位 施工工序")
    >>> two = Entry("E-010", "钢筋：保护层厚度", "gjbhchd", "施工单位 施工工序")
    >>> [item.code for item in search([two, one], "hnt")], [item.code for item in search([two, one], "施工 E-01")]
    (['E-005'], ['E-010'])
    """
    parts = query.split()
    ordered = sorted(items, key=lambda item: item.code)
    if not parts:
        return ordered
    return _ranked(ordered, parts, rank) or _ranked(ordered, parts, pairs_found)


def _ranked(items: Sequence[S], parts: Sequence[str], judge: Callable[[S, Sequence[str]], int]) -> list[S]:
    judged = [(judge(item, parts), item) for item in items]
    return [item for points, item in sorted(judged, key=lambda pair: -pair[0]) if points]
