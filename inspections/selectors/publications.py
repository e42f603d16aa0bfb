"""What everybody may read: the frozen publications of one city, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from inspections.models import DrawPublication
from tenancy.models import City
from tenancy.scope import city_scope

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class PublicList:
    """A page of the published draws, newest first."""

    rows: list[dict[str, Any]]
    page: int
    has_more: bool


def public_city(slug: str) -> City | None:
    """The city of an address; the registry of cities holds names only."""
    return City.objects.filter(slug=slug).first()


@contextmanager
def _publications(city: City) -> Iterator[Any]:
    with city_scope(city.id):
        # The base of every answer is this one table, and of it only what was frozen for the public.
        yield DrawPublication.objects.order_by("-published_at", "pk")


def published_draws(city: City, page: int) -> PublicList:
    """One page. Two pages' worth of rows never load: one more row tells whether there is a next page."""
    first = (page - 1) * PAGE
    with _publications(city) as rows:
        found = list(rows.values_list("content", flat=True)[first : first + PAGE + 1])
    return PublicList(rows=found[:PAGE], page=page, has_more=len(found) > PAGE)


def published_draw(city: City, number: str) -> tuple[dict[str, Any], str] | None:
    """(content, SHA-256) of one; None for a number that does not exist and for one that is not public alike."""
    with _publications(city) as rows:
        found = rows.filter(content__number=number).values_list("content", "sha256").first()
    return (found[0], found[1]) if found else None
