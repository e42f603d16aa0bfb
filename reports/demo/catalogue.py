"""The finding catalogue as a deck to deal from."""

from __future__ import annotations

import csv
from dataclasses import dataclass

from inspections.enums import Aspect, FindingKind, Severity
from inspections.services.catalogue import DEFAULT_CATALOGUE
from projects.enums import UnitRole
from reports.demo.rows import Dice

_KINDS = {"management": FindingKind.MANAGEMENT_VIOLATION, "entity": FindingKind.PHYSICAL_DEFECT}
_SEVERITIES = {"general": Severity.GENERAL, "serious": Severity.SERIOUS, "grave": Severity.GRAVE}
_ROLES = {str(role.label): role for role in UnitRole}
_ASPECTS = {str(aspect.label): aspect for aspect in Aspect}


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of finding."""

    code: str
    role: UnitRole
    aspect: Aspect
    kind: FindingKind
    severity: Severity
    text: str
    basis: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a finding shall be, before a catalogue item is chosen for it."""

    kind: FindingKind
    role: UnitRole
    severity: Severity


class Deck:
    """Catalogue items by what they are."""

    def __init__(self) -> None:
        self._items: dict[Card, list[Item]] = {}
        with DEFAULT_CATALOGUE.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                self._take(row)

    def _take(self, row: dict[str, str]) -> None:
        """Only the eleven aspects; a county's own failings and site safety are not dealt."""
        if row["kind"] not in _KINDS or row["category"] not in _ASPECTS:
            return
        item = Item(
            code=row["code"],
            role=_ROLES[row["subject"]],
            aspect=_ASPECTS[row["category"]],
            kind=_KINDS[row["kind"]],
            severity=_SEVERITIES[row["severity"]],
            text=row["text"],
            basis=row["basis"],
        )
        self._items.setdefault(Card(item.kind, item.role, item.severity), []).append(item)

    def has(self, card: Card) -> bool:
        """Whether the catalogue knows such a finding."""
        return card in self._items

    def draw(self, card: Card, dice: Dice, used: set[str]) -> Item:
        """An item that was not used on this visit where there is one left."""
        items = self._items[card]
        fresh = [item for item in items if item.code not in used]
        return dice.pick(fresh or items)
