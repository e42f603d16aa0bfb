"""`core.kept_query` inside the wall: the conditions of city, county and organization as in every query set of the scope."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import CharField, QuerySet, UUIDField

from core.kept_query import KeptQuery, Slot
from tenancy.models import TenantModel
from tenancy.scope import WHOLE_CITY, Scope, assumed_scope, current_scope

M = TypeVar("M", bound=TenantModel)

_CITY, _COUNTY, _ORGANIZATION = "scope city", "scope county", "scope organization"


class ScopedQuery(Generic[M]):
    """Rows of the scope in force. `build` starts from `Model.objects`; one statement is kept for each kind of scope."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._kept: dict[tuple[bool, bool], KeptQuery[M]] = {}

    def rows(self, **given: Any) -> list[M]:
        """The objects that the scope may see. Raises ScopeMissing."""
        scope = current_scope()
        kind = (scope.county_id is not None, bool(scope.organization_uscc))
        kept = self._kept.get(kind)
        if kept is None:
            kept = self._kept[kind] = KeptQuery(partial(_built, self._build, *kind))
        of_scope = {
            _CITY: scope.city_id,
            _COUNTY: scope.county_id,
            _ORGANIZATION: scope.organization_uscc,
        }
        return kept.rows(**given, **of_scope)


def _built(build: Callable[[], QuerySet[M]], has_county: bool, has_organization: bool) -> QuerySet[M]:
    """The query set in a scope that holds marks instead of values."""
    city: Any = Slot(_CITY, UUIDField())
    county: Any = Slot(_COUNTY, UUIDField()) if has_county else WHOLE_CITY
    organization: Any = Slot(_ORGANIZATION, CharField()) if has_organization else ""
    with assumed_scope(Scope(city_id=city, county=county, organization_uscc=organization)):
        return build()
