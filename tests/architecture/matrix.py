"""The world that the matrix is walked in: two cities, three counties, one object of each kind in each relation."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.models import RoleAssignment
from accounts.roles import COUNTY_ROLES, ORGANIZATION_ROLES, Role
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, make_city, person

OWN, SIBLING, OTHER_CITY, NOWHERE = "own", "sibling county", "other city", "does not exist"
RELATIONS = (OWN, SIBLING, OTHER_CITY, NOWHERE)


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Every named address of the resolver."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list[Any], namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, inner)
        else:
            yield f"{namespace}{pattern.name}", pattern


@dataclass
class Place:
    """One county of the world, with its organization and one object of each kind."""

    city: City
    county: Jurisdiction
    objects: dict[str, models.Model] = field(default_factory=dict)
    organization: Any = None


Maker = Callable[[Place], models.Model]


def _project(place: Place) -> models.Model:
    return factories.project(jurisdiction=place.county, legal_person=place.organization)


def _finding(place: Place) -> models.Model:
    return factories.finding(
        jurisdiction=place.county, project=place.objects["project"], organization=place.organization
    )


def _notice(place: Place) -> models.Model:
    return factories.notice(
        jurisdiction=place.county, project=place.objects["project"], addressee=place.organization
    )


MAKERS: dict[str, Maker] = {"project": _project, "finding": _finding, "notice": _notice}
"""Kinds of objects in the order in which they are made; later ones may use earlier ones."""


class World:
    """Two cities and a signed-in client for each role; nothing in the walk may change it."""

    def __init__(self) -> None:
        self.city, self.other = make_city(), make_city("duizhao")
        self.places = {
            OWN: self._place(self.city, "北川县"),
            SIBLING: self._place(self.city, "平武县"),
            OTHER_CITY: self._place(self.other, "甲县"),
        }
        self.clients = {role: self._client(role) for role in Role}
        self.anonymous = Client()

    def _place(self, city: City, name: str) -> Place:
        place = Place(city=city, county=county(city, name))
        with city_scope(city.id):
            place.organization = factories.organization()
            for kind, make in MAKERS.items():
                place.objects[kind] = make(place)
        return place

    def _client(self, role: Role) -> Client:
        uscc = self.places[OWN].organization.uscc if role in ORGANIZATION_ROLES else ""
        return client_of(person(self.city, role, organization_uscc=uscc))

    def arguments(self, pattern: URLPattern, subject: str, relation: str) -> dict[str, Any]:
        """The arguments that name the object in this relation."""
        if relation == NOWHERE:
            target: Any = uuid.uuid4()
        else:
            target = self.places[relation].objects[subject].pk
        names = list(pattern.pattern.converters)
        return dict.fromkeys(names[:1], target)

    def digest(self) -> dict[str, int]:
        """How many rows each tenant table holds, both cities together (counted city by city)."""
        counts: dict[str, int] = {}
        for city in (self.city, self.other):
            with city_scope(city.id), connection.cursor() as cursor:
                for table in _tables():
                    cursor.execute(
                        f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t.id)) FROM \"{table}\" t"
                    )
                    counts[f"{city.slug}.{table}"] = cursor.fetchone()
        return counts


def _tables() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE policyname = 'city_wall' AND tablename <> 'audit_auditevent'"
        )
        return [name for (name,) in cursor.fetchall()]


def reaches(role: Role, relation: str) -> bool:
    """Whether the relation lies inside what the role may see: its city, its county, its organization."""
    if relation == OWN:
        return True
    return relation == SIBLING and role not in COUNTY_ROLES | ORGANIZATION_ROLES


__all__ = ["RoleAssignment", "World", "reaches", "routes"]
