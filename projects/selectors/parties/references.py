"""Every column of every table that names organizations, read from the models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, models
from django.db.models import ForeignKey, QuerySet

from audit.presenters import subject_kind_label
from projects.models import Organization, OrganizationMerge

_FROZEN_TRIGGERS = ("frozen", "immutable")
"""Triggers under which a row is history: it is not moved when two organizations become one."""


@dataclass(frozen=True)
class Reference:
    """One column of one table that names organizations."""

    model: type[models.Model]
    field: str
    is_history: bool

    @property
    def label(self) -> str:
        """Table and column in words: 问题（责任单位）."""
        column = self.model._meta.get_field(self.field)
        table = subject_kind_label(self.model._meta.label_lower)
        return f"{table}（{getattr(column, 'verbose_name', self.field)}）"

    @property
    def key(self) -> str:
        """`app.model.column`, as the trace names it."""
        return f"{self.model._meta.label_lower}.{self.field}"

    def rows(self, organization: Organization) -> QuerySet[Any]:
        """The rows that name it, whatever the scope's organization, inside the open city."""
        return self.model._base_manager.filter(city_id=organization.city_id, **{self.field: organization})


def references() -> list[Reference]:
    """Every foreign key to an organization, read from the models; the merges' own trace apart."""
    tables = _history_tables()
    found = []
    for relation in Organization._meta.get_fields(include_hidden=True):
        column = getattr(relation, "field", None)
        model = getattr(relation, "related_model", None)
        if not isinstance(column, ForeignKey) or model is None or model is OrganizationMerge:
            continue
        found.append(Reference(model, column.name, model._meta.db_table in tables))
    return sorted(found, key=lambda one: one.key)


def history_of(organization: Organization) -> list[tuple[str, int]]:
    """Tables of history that still name the organization, with how many rows."""
    counts = [(one.label, one.rows(organization).count()) for one in references() if one.is_history]
    return [(label, count) for label, count in counts if count]


def _history_tables() -> set[str]:
    """Tables of which a trigger refuses every change of a finished row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal AND t.tgname = ANY(%s)",
            [list(_FROZEN_TRIGGERS)],
        )
        return {name for (name,) in cursor.fetchall()}
