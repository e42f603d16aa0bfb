"""Migrations that build one model at a time leave nothing out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, migrations, models
from django.db.migrations.state import ModelState, ProjectState

from core.migration_state import one_model_at_a_time


def _in_database(table: str) -> tuple[set[str], set[str]]:
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
        return columns, set(connection.introspection.get_constraints(cursor, table))


def test_the_migrated_database_has_every_column_constraint_and_index(db: None) -> None:
    missing = []
    looked_at = 0
    for model in apps.get_models():
        columns, names = _in_database(model._meta.db_table)
        wanted = {field.column for field in model._meta.local_concrete_fields}
        named = {one.name for one in (*model._meta.constraints, *model._meta.indexes)}
        looked_at += len(wanted) + len(named)
        if columns != wanted or named - names:
            missing.append((model._meta.label, columns ^ wanted, named - names))

    assert looked_at > 1000
    assert missing == []


def _state() -> ProjectState:
    """A city that three tables refer to."""
    state = ProjectState()
    state.add_model(ModelState("tenancy", "City", [("id", models.AutoField(primary_key=True))]))
    for name in ("Project", "Finding", "Notice"):
        fields: list[tuple[str, models.Field[Any, Any]]] = [
            ("id", models.AutoField(primary_key=True)),
            ("city", models.ForeignKey("tenancy.City", models.CASCADE)),
        ]
        state.add_model(ModelState("tenancy", name, fields))
    return state


def _built(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> list[str]:
    """The models that are built while something is done."""
    names: list[str] = []
    render = ModelState.render

    def noted(self: ModelState, made: Any) -> Any:
        names.append(self.name)
        return render(self, made)

    with monkeypatch.context() as patch:
        patch.setattr(ModelState, "render", noted)
        act()
    return names


_NOTE = migrations.AddField("Notice", "note", models.TextField(default=""))


def test_a_new_field_builds_its_own_model_and_the_next_look_all_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    state = _state()
    assert len(state.apps.get_models()) == 4

    with one_model_at_a_time():
        assert _built(monkeypatch, lambda: _NOTE.state_forwards("tenancy", state)) == ["Notice"]
        rename = migrations.RenameField("City", "id", "number")

        def rename_and_look() -> None:
            rename.state_forwards("tenancy", state)
            assert len(state.apps.get_models()) == 4

        after = _built(monkeypatch, rename_and_look)

    assert sorted(after) == ["City", "Finding", "Notice", "Project"]
    assert {one.name for one in state.apps.get_model("tenancy", "City")._meta.related_objects} == {
        "project",
        "finding",
        "notice",
    }


def test_elsewhere_django_builds_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with one_model_at_a_time():
        pass
    state = _state()
    assert len(state.apps.get_models()) == 4

    assert len(_built(monkeypatch, lambda: _NOTE.state_forwards("tenancy", state))) == 4
