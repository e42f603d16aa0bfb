"""Verbs that services share: lock a row, refuse one that has moved on, write what differs and leave a trace."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TypeVar, cast

from audit.services import record
from core.errors import DomainError
from tenancy.models import TenantModel

M = TypeVar("M", bound=TenantModel)


class WrongState(DomainError):
    """The row is not in the state that the act needs."""


def locked(model: type[M], pk: uuid.UUID, *states: str) -> M:
    """The row of the scope, locked; in one of the states when any are given. Raises WrongState."""
    row = cast("M", model._default_manager.select_for_update(of=("self",)).get(pk=pk))
    if states:
        need_state(row, *states)
    return row


def need_state(row: Any, *states: str) -> None:
    """Refuse when the row has moved on. Raises WrongState."""
    if row.state not in states:
        raise WrongState(
            f"当前状态为“{row.get_state_display()}”，不能进行该操作，请刷新页面，按当前状态办理。"
        )


def write(row: M, action: str, changes: dict[str, Any], by: Any, at: dt.datetime) -> M:
    """Set the fields that differ and leave a trace of them; nothing differs, nothing is written."""
    differing = {name: value for name, value in changes.items() if getattr(row, name) != value}
    if not differing:
        return row
    before = {name: plain(getattr(row, name)) for name in differing}
    for name, value in differing.items():
        setattr(row, name, value)
    row.save(update_fields=list(differing))
    after = {name: plain(value) for name, value in differing.items()}
    record(action=action, subject=row, by=by, at=at, before=before, after=after)
    return row


def plain(value: Any) -> Any:
    """As the trail keeps it: members of enums as their codes, rows as their names."""
    if isinstance(value, str):
        return str(value)
    return str(value) if isinstance(value, TenantModel) else value


def name_of(by: Any) -> str:
    """The name that a row remembers of the person."""
    return str(getattr(by, "display_name", by))
