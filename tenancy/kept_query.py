"""`core.kept_query` inside the wall: the conditions of city, county and organization as in every query set of the scope."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import CharField, QuerySet, UUIDField

from core.kept_query import KeptQuery, KeptTuples, Slot
from tenancy.models import TenantModel
from tenancy.scope import WHOLE_CITY, Scope, assumed_scope, current_scope

M = TypeVar("M", bound=TenantModel)
K = TypeVar("K")
Q = TypeVar("Q")

_CITY, _COUNTY, _ORGANIZATION = "scope city", "scope county", "scope organization"


class ScopedQuery(Generic[M]):
    """Rows of the scope in force. `build` starts from `Model.objects`; one statement is kept for each kind of scope."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._kept = _EachKind(build, KeptQuery[M])

    def rows(self, **given: Any) -> list[M]:
        """The objects that the scope may see. Raises ScopeMissing."""
        kept, of_scope = self._kept.now()
        return kept.rows(**given, **of_scope)


class ScopedTuples:
    """The same for a query set that ends in `values_list`."""

    def __init__(self, build: Callable[[], QuerySet[Any, Any]]) -> None:
        self._kept = _EachKind(build, KeptTuples)

    def rows(self, **given: Any) -> list[Sequence[Any]]:
        """The columns of what the scope may see. Raises ScopeMissing."""
        kept, of_scope = self._kept.now()
        return kept.rows(**given, **of_scope)


class _EachKind(Generic[K]):
    """A kept query for the whole city, one for a county, one for an organization."""

    def __init__(self, build: Callable[[], Any], keep: Callable[[Callable[[], Any]], K]) -> None:
        self._build = build
        self._keep = keep
        self._kept: dict[tuple[bool, bool], K] = {}

    def now(self) -> tuple[K, dict[str, Any]]:
        """The one of the scope in force and what fills its marks."""
        scope = current_scope()
        kind = (scope.county_id is not None, bool(scope.organization_uscc))
        kept = self._kept.get(kind)
        if kept is None:
            kept = self._kept[kind] = self._keep(partial(_built, self._build, *kind))
        of_scope = {
            _CITY: scope.city_id,
            _COUNTY: scope.county_id,
            _ORGANIZATION: scope.organization_uscc,
        }
        return kept, of_scope


def _built(build: Callable[[], Q], has_county: bool, has_organization: bool) -> Q:
    """The query set in a scope that holds marks instead of values."""
    city: Any = Slot(_CITY, UUIDField())
    county: Any = Slot(_COUNTY, UUIDField()) if has_county else WHOLE_CITY
    organization: Any = Slot(_ORGANIZATION, CharField()) if has_organization else ""
    with assumed_scope(Scope(city_id=city, county=county, organization_uscc=organization)):
        return build()
