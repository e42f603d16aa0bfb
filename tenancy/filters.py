"""Filters that every list of county records shares."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import ChoiceFilter, FilterSet

from tenancy.models import Jurisdiction
from tenancy.scope import Scope

ALL = "全部"


class CountyFilterSet(FilterSet):
    """A filter set with 县（市、区） first; a person of one county is not asked for it.

    The county stands in the address bar by its code, so that a link can be read and kept.
    """

    county = ChoiceFilter(label="县（市、区）", field_name="jurisdiction__code", empty_label=ALL)

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if scope.county_id is not None:
            del self.filters["county"]
        else:
            self.filters["county"].extra["choices"] = county_choices()


def county_choices() -> list[tuple[str, str]]:
    """(code, short name) of the scored units, in the bureau's order."""
    counties: QuerySet[Jurisdiction] = Jurisdiction.objects.counties()
    return [(county.code, county.short_name) for county in counties]
