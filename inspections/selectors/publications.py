"""What everybody may read of one city: the frozen publications, and the commitments of draws. Nothing else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from inspections.enums import DrawState
from inspections.models import Draw, DrawCandidate, DrawPublication, DrawWitness, Officer
from inspections.rules.redaction import redacted
from projects.models import KeyPerson
from tenancy.models import City
from tenancy.scope import city_scope

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class PublicList:
    """A page of the published draws, newest first."""

    rows: list[dict[str, Any]]
    page: int
    has_more: bool


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """The hash that was made public before the draw, so that whoever reads it then can hold the result against it."""

    number: str
    title: str
    sha256: str
    committed_at: dt.datetime
    state: str
    is_void: bool


@dataclass(frozen=True, kw_only=True)
class CommitmentList:
    """A page of commitments, newest first."""

    rows: list[Commitment]
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


_COMMITTED = (DrawState.COMMITTED, DrawState.DRAWN, DrawState.VOID)


def commitments(city: City, page: int) -> CommitmentList:
    """One page, in six queries at most. A void draw stays, so that nobody draws until it suits, unseen."""
    first = (page - 1) * PAGE
    with city_scope(city.id):
        rows = (
            Draw.objects.filter(state__in=_COMMITTED, committed_at__isnull=False)
            .exclude(commitment_sha256="")
            .only("number", "title", "state", "commitment_sha256", "committed_at", "started_by_name")
        )
        found = list(rows.order_by("-committed_at", "pk")[first : first + PAGE + 1])
        names = _names_around(found) if found else set()
    made = [
        Commitment(
            number=draw.number,
            title=redacted(draw.title, names),
            sha256=draw.commitment_sha256,
            committed_at=draw.committed_at,
            state=draw.get_state_display(),
            is_void=draw.state == DrawState.VOID,
        )
        for draw in found[:PAGE]
        if draw.committed_at is not None
    ]
    return CommitmentList(rows=made, has_more=len(found) > PAGE)


def _names_around(draws: list[Draw]) -> set[str]:
    """Everybody whose name could stand in a title: who started it, the witnesses, the directory, people of the sites."""
    sites = DrawCandidate.objects.filter(draw__in=draws).values("project")
    people = (
        DrawWitness.objects.filter(draw__in=draws),
        Officer.objects.all(),
        KeyPerson.objects.filter(project__in=sites),
    )
    found = {draw.started_by_name for draw in draws}
    return found.union(*(rows.values_list("name", flat=True) for rows in people))
