"""Set filters of a list in words, for the tags above the list and the notes of an export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, QuerySet

from core import display


def filter_text(form_field: Any, value: Any) -> str:
    """A set filter in words; empty when it is not set."""
    if value is None or value in ("", [], ()) or (isinstance(value, QuerySet) and not value):
        return ""
    if isinstance(value, slice):
        parts = (_plain(value.start), _plain(value.stop))
        return "～".join(parts) if any(parts) else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    labels = (
        {str(key): str(label) for key, label in _flat(getattr(form_field, "choices", ()))}
        if not _is_model(value)
        else {}
    )
    many = value if isinstance(value, (list, tuple, set, QuerySet)) else [value]
    return "、".join(labels.get(str(one), _plain(one)) for one in many)


def _is_model(value: Any) -> bool:
    return isinstance(value, (Model, QuerySet))


def _flat(choices: Iterable[Any]) -> Iterable[tuple[Any, Any]]:
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            yield from label
        else:
            yield key, label


def _plain(value: Any) -> str:
    if isinstance(value, (dt.date, dt.datetime)):
        return display.day(value)
    return "" if value is None else str(value)
