"""Look-ups whose SQL is made once see what the same look-up through the manager sees, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection
from django.db.models import CharField, F, QuerySet, UUIDField
from django.db.models.sql.compiler import SQLCompiler
from django.http import HttpResponse
from django.test import RequestFactory

from accounts.middleware import TenancyMiddleware
from accounts.roles import Role
from accounts.session_store import SessionStore
from core.kept_query import AnyOf, KeptQuery, Shelf, Slot
from inspections.models import Device
from projects.models import Organization
from tenancy.kept_query import ScopedQuery
from tenancy.models import City
from tenancy.scope import ScopeMissing, TransactionAborted, city_scope
from tests import factories
from tests.cast import county, make_city, person


def test_a_kept_query_stands_behind_the_same_wall(city, monkeypatch):
    abroad = make_city("duizhao")
    places = [county(city, "北川县"), county(city, "平武县"), county(abroad, "甲县")]
    rows = []
    for place in places:
        with city_scope(place.city_id):
            rows.append(factories.device(jurisdiction=place))
    wanted = [row.pk for row in rows]
    marked = AnyOf(F("id"), Slot("keys", ArrayField(UUIDField())))
    kept = ScopedQuery(
        lambda: Device.objects.filter(marked).select_related("city").order_by("enrolled_at", "pk")
    )
    scopes = [
        {"city_id": city.pk},
        {"city_id": abroad.pk},
        *({"city_id": place.city_id, "county": place.pk} for place in places),
        {"city_id": city.pk, "organization_uscc": "91510700000000000X"},
    ]
    expected = []
    for scope in scopes:
        with city_scope(**scope):
            through_manager = list(Device.objects.filter(pk__in=wanted).order_by("enrolled_at", "pk"))
            expected.append([(row.pk, row.token_sha256, row.enrolled_at) for row in through_manager])
            kept.rows(keys=wanted)
    assert [len(found) for found in expected] == [2, 1, 1, 1, 1, 0]

    def never(*_: object) -> None:
        raise AssertionError("it was compiled again")

    monkeypatch.setattr(SQLCompiler, "as_sql", never)
    for scope, found in zip(scopes, expected, strict=True):
        with city_scope(**scope):
            assert [(row.pk, row.token_sha256, row.enrolled_at) for row in kept.rows(keys=wanted)] == found
            assert {row.city.pk for row in kept.rows(keys=wanted)} <= {scope["city_id"]}
            assert kept.rows(keys=[]) == []
    with pytest.raises(ScopeMissing):
        kept.rows(keys=wanted)


def test_a_slot_is_filled_each_time_and_never_from_the_last_one(city):
    kept = KeptQuery(lambda: City.objects.filter(slug=Slot("slug", CharField())).order_by())

    assert [found.pk for found in kept.rows(slug=city.slug)] == [city.pk]
    assert kept.rows(slug="' OR true --") == []
    with pytest.raises(KeyError):
        kept.rows()


def test_a_database_error_that_a_view_swallows_is_no_success(city):
    """COMMIT of a transaction that the database has given up rolls back without a word."""
    request = RequestFactory().get("/")
    request.user, request.session = person(city, Role.BUREAU_CHIEF), SessionStore()

    def view(request: object) -> HttpResponse:
        factories.organization(name="不会留下的公司")
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1/0")
        except DatabaseError:
            pass
        return HttpResponse("已保存")

    with pytest.raises(TransactionAborted):
        TenancyMiddleware(view)(request)

    with city_scope(city.pk):
        assert not Organization.objects.filter(name="不会留下的公司").exists()


def test_a_shelf_gives_each_key_its_own_statement_and_lets_the_oldest_go(city):
    there = county(city, "北川县")
    shelf, built = Shelf(most=2), []

    def names(slug: str) -> list[str]:
        def build() -> QuerySet[City, Any]:
            built.append(slug)
            return City.objects.filter(slug=slug).values_list("name")

        return [name for (name,) in shelf.rows(slug, build)]

    assert [names(slug) for slug in (city.slug, "nowhere", city.slug)] == [[city.name], [], [city.name]]
    assert names("elsewhere") == names("elsewhere") == []
    assert built == [city.slug, "nowhere", "elsewhere"]
    assert names(city.slug) == [city.name]
    assert names("nowhere") == []
    assert built == [city.slug, "nowhere", "elsewhere", "nowhere"]
    with city_scope(city.pk):
        for _ in range(2):
            factories.device(jurisdiction=there)
        assert shelf.count("devices", lambda: Device.objects.values_list("pk")) == 2
        assert shelf.count("none", lambda: Device.objects.none().values_list("pk")) == 0
