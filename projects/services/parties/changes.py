"""What the services of this package share: writing changed fields with their trace, reading typed values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from audit.services import record
from core.errors import DomainError
from core.text import clean_text
from tenancy.models import TenantModel


class PartyRefused(DomainError):
    """A rule about organizations, roles or people does not allow it."""


def cleaned(label: str, text: str, *, most: int, least: int = 0) -> str:
    """Readable text within its bounds; the sentence names the field."""
    try:
        value = clean_text(text)
    except DomainError as error:
        raise PartyRefused(f"{label}：{error}") from error
    if least and len(value) < least:
        raise PartyRefused(f"请填写{label}。" if least == 1 else f"{label}至少写{least}个字。")
    if len(value) > most:
        raise PartyRefused(f"{label}有{len(value)}个字，超过{most}个字，请精简。")
    return value


def parsed(label: str, text: str, parse: Callable[[str], str]) -> str:
    """The stored form of a code or number; empty stays empty; the sentence names the field."""
    if not text.strip():
        return ""
    try:
        return parse(text)
    except DomainError as error:
        raise PartyRefused(f"{label}：{error}") from error


def check_period(start_label: str, start: dt.date | None, end_label: str, end: dt.date | None) -> None:
    """A period ends on or after the day on which it begins."""
    if start is not None and end is not None and end < start:
        raise PartyRefused(f"{end_label}{end:%Y-%m-%d}早于{start_label}{start:%Y-%m-%d}，请核对两个日期。")


def told(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as the trail keeps them."""
    return {
        name: value.isoformat()
        if isinstance(value, dt.date)
        else str(value.pk)
        if hasattr(value, "pk")
        else value
        for name, value in values.items()
        if not name.endswith(("_sealed", "_digest"))
    }


def write_changes(
    row: TenantModel, values: Mapping[str, Any], *, action: str, by: Any, at: dt.datetime
) -> list[str]:
    """Save the fields that differ and record them before and after; returns their names. Secrets are never recorded."""
    before = {name: getattr(row, name) for name in values}
    changed = [name for name, value in values.items() if before[name] != value]
    if not changed:
        return []
    for name in changed:
        setattr(row, name, values[name])
    row.save(update_fields=changed)
    record(
        action=action,
        subject=row,
        by=by,
        at=at,
        before=told({name: before[name] for name in changed}),
        after=told({name: values[name] for name in changed}),
    )
    return changed
