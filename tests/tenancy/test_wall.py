"""The wall between cities and counties, tried from the application and by hand in SQL."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from tenancy.models import Jurisdiction
from tenancy.scope import ScopeMismatch, ScopeMissing, city_scope
from tests.cast import make_city


def test_nothing_is_visible_without_a_scope(city):
    with pytest.raises(ScopeMissing):
        list(Jurisdiction.objects.all())

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_jurisdiction")
        assert cursor.fetchone() == (0,)


def test_a_city_sees_only_itself(city, other_city):
    with city_scope(city.id):
        mine = set(Jurisdiction.objects.values_list("city_id", flat=True))
        everything = set(Jurisdiction._base_manager.values_list("city_id", flat=True))

    assert mine == {city.id}
    assert everything == {city.id}, "row-level security must hold without the application's filter"


def test_a_row_cannot_point_into_another_city(city, other_city):
    with city_scope(other_city.id):
        foreign = Jurisdiction.objects.get(parent__isnull=True)
    with pytest.raises(IntegrityError):
        _adopt(city, parent_id=foreign.id)


def _adopt(city, *, parent_id):
    with transaction.atomic(), city_scope(city.id), connection.cursor() as cursor:
        cursor.execute("UPDATE tenancy_jurisdiction SET parent_id = %s WHERE code = '510703'", [parent_id])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_scopes_of_two_cities_do_not_nest(city, other_city):
    with city_scope(city.id), pytest.raises(ScopeMismatch), city_scope(other_city.id):
        raise AssertionError("unreachable")


def test_the_setting_ends_with_the_transaction(fresh_database):
    city = make_city()
    with city_scope(city.id):
        assert Jurisdiction.objects.count() > 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM tenancy_jurisdiction")
        assert cursor.fetchone() == (0,)
