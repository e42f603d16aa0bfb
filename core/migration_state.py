"""Migrate an empty database in seconds: do not build every model anew for every field and constraint.

Django keeps the models of a migration as classes and, after each operation, builds anew those that are related to the
changed one. Every table of a city refers to the city, so that is all of them: 45 000 classes for 79 migrations. A new model,
field, index or constraint changes one model only; the others are built anew when an operation of another kind follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db.migrations.state import ProjectState

_CHANGE_ONE_MODEL = (
    "add_model",
    "add_field",
    "_append_option",
    "_remove_option",
    "_alter_option",
    "rename_index",
)
_MARK = "_builds_one_model"

_reload_model = ProjectState.reload_model
_build = vars(ProjectState)["_reload"]


@contextmanager
def one_model_at_a_time() -> Iterator[None]:
    """While migrating. The schema that comes out is the same to the byte (compared with pg_dump over 79 migrations)."""
    kept = {name: getattr(ProjectState, name) for name in (*_CHANGE_ONE_MODEL, "reload_model")}
    for name, original in kept.items():
        setattr(ProjectState, name, _reload if name == "reload_model" else _marked(original))
    try:
        yield
    finally:
        for name, original in kept.items():
            setattr(ProjectState, name, original)


def _marked(change: Callable[..., None]) -> Callable[..., None]:
    @wraps(change)
    def marked(state: ProjectState, *args: Any, **options: Any) -> None:
        setattr(state, _MARK, True)
        try:
            change(state, *args, **options)
        finally:
            setattr(state, _MARK, False)

    return marked


def _reload(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in vars(state):  # nothing is built yet; looking would build it
        return
    if getattr(state, _MARK, False):
        # Django's own flag for "some models are older than their neighbours": RunPython, too, then builds all of them.
        state.is_delayed = True
        _build(state, {(app_label, model_name)})
    elif state.is_delayed:
        state.clear_delayed_apps_cache()
        state.is_delayed = False
    else:
        _reload_model(state, app_label, model_name, delay)
