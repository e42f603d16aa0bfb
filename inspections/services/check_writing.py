"""What the services of tests, bidding checks and clues share: lock, refusals, numbers, one way to write with a trace."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, TypeVar, cast

from django.utils import timezone

from audit.services import record
from core import display
from core.errors import DomainError
from tenancy.models import Jurisdiction, TenantModel

M = TypeVar("M", bound=TenantModel)


class WrongState(DomainError):
    """The record is not in the state that the act needs."""


class CheckRefused(DomainError):
    """The act lacks something that it must say, or says what cannot be."""


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


def create(row: M, action: str, by: Any, at: dt.datetime, **told: Any) -> M:
    """Save a new row and leave a trace; told: what the trail says besides the number."""
    row.save(force_insert=True)
    after = {"number": getattr(row, "number", ""), **{name: plain(value) for name, value in told.items()}}
    record(action=action, subject=row, by=by, at=at, after=after)
    return row


def plain(value: Any) -> Any:
    """As the trail keeps it: members of enums as their codes, rows as their names."""
    if isinstance(value, str):
        return str(value)
    return str(value) if isinstance(value, TenantModel) else value


def name_of(by: Any) -> str:
    """The name that a row remembers of the person."""
    return str(getattr(by, "display_name", by))


def said(text: str, sentence: str) -> str:
    """The text without space around it. Raises CheckRefused with the sentence when there is none."""
    if not text.strip():
        raise CheckRefused(sentence)
    return text.replace("\r\n", "\n").strip()


def not_later_than_today(day: dt.date, label: str, at: dt.datetime) -> None:
    """A day that has come. Raises CheckRefused."""
    if day > timezone.localdate(at):
        raise CheckRefused(f"{label}{display.day_cn(day)}晚于今天，请核对日期。")


def not_before(day: dt.date, label: str, earliest: dt.date, what: str) -> None:
    """A day that follows another one. Raises CheckRefused."""
    if day < earliest:
        raise CheckRefused(f"{label}{display.day_cn(day)}早于{what}{display.day_cn(earliest)}，请核对日期。")


def next_number(model: type[TenantModel], prefix: str, jurisdiction: Jurisdiction, day: dt.date) -> str:
    """The next free number of the day, such as `ZB-510726-20230905-1`."""
    # The row of the jurisdiction serializes two records of one day.
    Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)
    stem = f"{prefix}-{jurisdiction.code}-{day:%Y%m%d}"
    rows: Any = model._default_manager  # the base class knows no number
    taken = set(rows.filter(number__startswith=f"{stem}-").values_list("number", flat=True))
    return next(f"{stem}-{n}" for n in range(1, len(taken) + 2) if f"{stem}-{n}" not in taken)
