"""The cast of characters that all tests share: one city, its counties, a stranger's city, a person for each role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import RoleAssignment, User
from accounts.roles import CITY_ROLES, COUNTY_ROLES, Role
from accounts.services import create_user, grant_role
from core.uuid7 import uuid7
from reports.services.founding import CITIES, found_city
from tenancy.models import City, Jurisdiction
from tenancy.scope import Scope, city_scope

AT = dt.datetime(2023, 9, 1, 9, 0, tzinfo=dt.UTC)
PASSWORD = "Shui-li-2023"


def make_city(slug: str = "mianyang") -> City:
    """A founded city without records."""
    return found_city(description=Path(CITIES / f"{slug}.yaml"), by="测试", at=AT, is_demo=True)


@pytest.fixture
def city(db: None) -> City:
    """绵阳市."""
    return make_city()


@pytest.fixture
def other_city(db: None) -> City:
    """对照市: the strangers."""
    return make_city("duizhao")


@pytest.fixture
def scope(city: City) -> Iterator[Scope]:
    """The whole city's scope, open for the whole test."""
    with city_scope(city.id) as opened:
        yield opened


def county(city: City, short_name: str = "北川县") -> Jurisdiction:
    """A county by its short name; opens its own scope."""
    with city_scope(city.id):
        return Jurisdiction.objects.get(short_name=short_name)


def person(
    city: City, role: Role, *, where: str | None = None, organization_uscc: str = "", name: str = ""
) -> User:
    """A person with one role; county roles default to 北川县 (or the city's first county)."""
    with city_scope(city.id):
        if role in CITY_ROLES:
            place = Jurisdiction.objects.get(parent__isnull=True)
        elif where is not None:
            place = Jurisdiction.objects.get(short_name=where)
        else:
            default = Jurisdiction.objects.filter(short_name="北川县").first()
            place = default or Jurisdiction.objects.counties()[0]
        user = create_user(
            username=f"{role.value.lower()}-{uuid7().hex[-8:]}".replace("_", "."),
            display_name=name or f"{role.label}甲",
            password=PASSWORD,
            by="测试",
            at=timezone.now(),  # a password set in 2023 would have to be changed first
            must_change_password=False,
        )
        grant_role(
            user=user, role=role, jurisdiction=place, by="测试", at=AT, organization_uscc=organization_uscc
        )
    return user


def client_of(user: User) -> Client:
    """A signed-in browser."""
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


@pytest.fixture
def sign_in(city: City) -> Callable[..., Client]:
    """`sign_in(Role.BUREAU_CHIEF)` → a client of such a person of 绵阳市."""

    def make(role: Role, **options: str) -> Client:
        return client_of(person(city, role, **options))

    return make


__all__ = ["AT", "COUNTY_ROLES", "PASSWORD", "RoleAssignment", "client_of", "county", "make_city", "person"]
