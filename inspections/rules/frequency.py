"""涉企检查频次: how often each firm was inspected in a year, and what the published cap says to one more visit.

国办发〔2024〕54号: the cap counts visits to a firm by all levels together; checks that are made in one visit
(综合查一次) count once. Whether a check concerns firms at all is said by the items that it cites.
"""

from __future__ import annotations

import enum
from collections.abc import Hashable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Presence:
    """One firm that one inspection concerns. visit: shared by the inspections made in one visit; None when alone."""

    firm: Hashable
    inspection: Hashable
    visit: Hashable | None
    is_city: bool

    @property
    def occasion(self) -> Hashable:
        """What counts once."""
        return ("visit", self.visit) if self.visit is not None else ("inspection", self.inspection)


@dataclass(frozen=True)
class Counts:
    """Visits to one firm. A visit made by both levels together is the city's."""

    city: int = 0
    county: int = 0

    @property
    def total(self) -> int:
        """Over all levels."""
        return self.city + self.county


def count_visits(presences: Iterable[Presence]) -> dict[Hashable, Counts]:
    """Visits by firm; the order of the input does not matter and a row given twice counts once."""
    with_city: dict[Hashable, dict[Hashable, bool]] = {}
    for one in presences:
        of_firm = with_city.setdefault(one.firm, {})
        of_firm[one.occasion] = of_firm.get(one.occasion, False) or one.is_city
    return {
        firm: Counts(city=sum(occasions.values()), county=len(occasions) - sum(occasions.values()))
        for firm, occasions in with_city.items()
    }


class Judgement(enum.Enum):
    """What the cap says to one more visit."""

    WITHIN = "WITHIN"
    WARNED = "WARNED"
    BLOCKED = "BLOCKED"
    EXCEPTED = "EXCEPTED"


def judge(*, before: int, cap: int | None, is_blocking: bool, has_exception: bool) -> Judgement:
    """before: visits of the year without this one. cap: None where none was published.

    A stated lawful exception is kept whatever the mode; without one a blocking cap refuses and another one warns.
    """
    if cap is None or before < cap:
        return Judgement.WITHIN
    if has_exception:
        return Judgement.EXCEPTED
    return Judgement.BLOCKED if is_blocking else Judgement.WARNED
