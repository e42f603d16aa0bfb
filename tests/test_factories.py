"""Every model has a factory, and what it makes satisfies every constraint of the database."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import pytest
from django.apps import apps
from django.db import connection, models

from tenancy.enums import Level
from tenancy.models import City, Jurisdiction, TenantModel
from tenancy.scope import city_scope
from tests import factories

FACTORIES: dict[str, Callable[..., models.Model]] = {
    name: function
    for name, function in inspect.getmembers(factories, inspect.isfunction)
    if not name.startswith("_") and function.__module__ == factories.__name__ and name != "a_county"
}
BY_HAND = {"Job", "Jurisdiction", "RoleAssignment", "NumberCounter"}
"""Made by their services (jobs, founding, roles, sign-off)."""


@pytest.fixture
def bare_city(db: None) -> Iterator[City]:
    city = City.objects.create(slug="factories", code="519900", name="工厂市", bureau_name="工厂市水利局")
    with city_scope(city.id):
        common = {"city": city, "name_pinyin": "x", "name_initials": "x", "department_name": "水利局"}
        top = Jurisdiction.objects.create(
            **common, level=Level.CITY, code="519900", name="工厂市", short_name="工厂", unit_order=0
        )
        Jurisdiction.objects.create(
            **common,
            parent=top,
            level=Level.COUNTY,
            code="519901",
            name="甲县",
            short_name="甲县",
            unit_order=1,
        )
        yield city


@pytest.mark.parametrize("name", sorted(FACTORIES))
def test_factory_makes_a_valid_row(name: str, bare_city: City) -> None:
    row = FACTORIES[name]()

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert type(row)._base_manager.filter(pk=row.pk).exists()


def test_every_tenant_model_of_the_trade_has_a_factory() -> None:
    made = {
        str(inspect.signature(function).return_annotation).split(".")[-1] for function in FACTORIES.values()
    }
    expected = {model.__name__ for model in apps.get_models() if issubclass(model, TenantModel)}

    assert len(expected) > 40
    assert expected - BY_HAND == made
