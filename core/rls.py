"""Row-level security and composite foreign keys as migration operations.

The wall between cities stands in the database (ADR 0003): every table with a `city_id` column gets FORCED
row-level security, and every reference between two such tables is `(city_id, x_id) → (city_id, id)`, because PostgreSQL
checks foreign keys without row-level security and would let one city point at another city's row.
"""

from __future__ import annotations

from typing import Any

from django.apps.registry import Apps
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

APP_ROLE = "anlan_app"
CITY = "nullif(current_setting('app.city', true), '')::uuid"
COUNTY = "nullif(current_setting('app.county', true), '')::uuid"
USER = "nullif(current_setting('app.user', true), '')::uuid"


def city_policy(table: str) -> list[str]:
    """Statements that wall a table by city; a session without `app.city` sees and writes nothing."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'DROP POLICY IF EXISTS city_wall ON "{table}"',
        # (SELECT …) makes the setting an InitPlan: evaluated once, and the city index is used.
        f'CREATE POLICY city_wall ON "{table}" USING (city_id = (SELECT {CITY})) '
        f"WITH CHECK (city_id = (SELECT {CITY}))",
    ]


def county_policy(table: str, column: str = "jurisdiction_id") -> list[str]:
    """A second, restrictive policy: a session that acts for one county sees only that county's rows."""
    return [
        f'DROP POLICY IF EXISTS county_wall ON "{table}"',
        # CASE is guessed to let every second row pass, `IS NULL OR` one in a hundred: with that guess a list of a whole
        # city was joined and sorted row by row instead of being read from its index.
        f'CREATE POLICY county_wall ON "{table}" AS RESTRICTIVE '
        f"USING (CASE WHEN (SELECT {COUNTY}) IS NULL THEN true ELSE {column} = (SELECT {COUNTY}) END)",
    ]


def _columns(model: type[models.Model]) -> set[str]:
    return {field.column for field in model._meta.concrete_fields if field.column}


def is_tenant(model: type[models.Model]) -> bool:
    """A tenant model is one whose table carries `city_id`."""
    return "city_id" in _columns(model)


def composite_keys(model: type[models.Model]) -> list[tuple[str, str, str]]:
    """`(constraint name, column, target table)` of each reference from this tenant table to another one."""
    keys = []
    for field in model._meta.concrete_fields:
        target = field.related_model
        if isinstance(field, models.ForeignKey) and isinstance(target, type) and is_tenant(target):
            keys.append(
                (f"{model._meta.db_table}_{field.column}_wall"[:63], field.column, target._meta.db_table)
            )
    return keys


class ProtectTenantTables(Operation):
    """Wall every tenant table of the app: policies, grants, composite keys. Safe to repeat."""

    reduces_to_sql = True
    reversible = True

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The wall is not part of Django's model state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Apply to the tables as they stand after this migration."""
        apps: Apps = to_state.apps
        tenant_models = [m for m in apps.get_app_config(app_label).get_models() if is_tenant(m)]
        for model in tenant_models:
            self._wall(schema_editor, model)
        for model in tenant_models:
            self._keys(schema_editor, model)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Nothing to undo by itself: the tables go with the migrations that made them."""

    def describe(self) -> str:
        """Shown by `migrate`."""
        return "Wall the app's tenant tables (row-level security, composite keys)"

    def _wall(self, schema_editor: BaseDatabaseSchemaEditor, model: type[models.Model]) -> None:
        table = model._meta.db_table
        statements = city_policy(table)
        if "jurisdiction_id" in _columns(model):
            statements += county_policy(table)
        unique = f"{table}_city_id_wall"[:63]
        # Never dropped to be made again: the references of other apps' tables hang on it.
        is_missing = f"NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conname = '{unique}')"  # noqa: S608
        add = f'ALTER TABLE "{table}" ADD CONSTRAINT "{unique}" UNIQUE (city_id, id)'
        statements.append(f"DO $$ BEGIN IF {is_missing} THEN {add}; END IF; END $$")
        for statement in statements:
            schema_editor.execute(statement)

    def _keys(self, schema_editor: BaseDatabaseSchemaEditor, model: type[models.Model]) -> None:
        table = model._meta.db_table
        for name, column, target in composite_keys(model):
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
            schema_editor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{name}" FOREIGN KEY (city_id, "{column}") '
                f'REFERENCES "{target}" (city_id, id) DEFERRABLE INITIALLY DEFERRED'
            )


class RunStatements(Operation):
    """Plain SQL statements in order (functions, triggers, grants), without Django's semicolon splitting."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, statements: list[str], reverse: list[str] | None = None) -> None:
        self.statements = statements
        self.reverse = reverse or []

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        """For Django's migration writer."""
        return (self.__class__.__qualname__, [self.statements, self.reverse], {})

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the statements."""
        for statement in self.statements:
            schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Run the reverse statements."""
        for statement in self.reverse:
            schema_editor.execute(statement)
