"""Query sets that know the wall."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models

from tenancy.scope import Scope, current_scope

if TYPE_CHECKING:
    from tenancy.models import TenantModel

M = TypeVar("M", bound="TenantModel", covariant=True)


class TenantQuerySet(models.QuerySet[M]):
    """Rows of one city. The application layer's half of the wall; the other half is row-level security."""

    def for_scope(self, scope: Scope) -> Self:
        """Only what the scope may see: its city, its county, its organization."""
        rows = self.filter(city_id=scope.city_id)
        if scope.county_id is not None:
            rows = rows.in_county(scope)
        if scope.organization_uscc:
            rows = rows.of_organization(scope)
        return rows

    def in_county(self, scope: Scope) -> Self:
        """Narrow to the county of the scope. Tables without a jurisdiction override this or stay city-wide."""
        if any(field.attname == "jurisdiction_id" for field in self.model._meta.concrete_fields):
            return self.filter(jurisdiction_id=scope.county_id)
        return self

    def of_organization(self, scope: Scope) -> Self:
        """Narrow to one organization. A table that says nothing about organizations shows them nothing.

        The path follows references forward only, so no row comes twice and the rows can be locked (no DISTINCT).
        """
        path: str = self.model.ORGANIZATION_PATH
        if path == "*":
            return self
        return self.filter(**{path: scope.organization_uscc}) if path else self.none()


class TenantManager(models.Manager[M]):
    """The default manager of tenant models: raises without a scope, filters with one."""

    use_in_migrations = False

    def get_queryset(self) -> models.QuerySet[M]:
        """Everything that the current scope may see."""
        queryset = super().get_queryset()
        if not isinstance(queryset, TenantQuerySet):
            queryset = TenantQuerySet(self.model, using=self._db)
        return queryset.for_scope(current_scope())
