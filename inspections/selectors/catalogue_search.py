"""Searching the catalogue in force, for pages; the ranking is `rules.searching`."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from inspections.models import CatalogueItem
from inspections.rules.searching import search

MAX_SHOWN = 30


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An item as the search reads it, with its row."""

    item: CatalogueItem
    code: str
    text: str
    initials: str
    more: str


def search_catalogue(version: uuid.UUID | None, query: str) -> list[CatalogueItem]:
    """The best items of an edition for a query; at most 30."""
    if version is None:
        return []
    entries = [
        FoundItem(
            item,
            item.code,
            item.text,
            item.text_initials,
            f"{item.category} {item.get_responsible_role_display()} {item.basis} {item.official_code}",
        )
        for item in CatalogueItem.objects.filter(version_id=version)
    ]
    return [entry.item for entry in search(entries, query)[:MAX_SHOWN]]
