"""What the services of tests, bidding checks and clues share: lock, refusals, numbers, one way to write with a trace."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils import timezone

from audit.services import record
from core import display
from core.errors import DomainError
from tenancy.models import Jurisdiction, TenantModel
from tenancy.writing import M, WrongState, locked, name_of, need_state, plain, write

__all__ = [
    "CheckRefused",
    "WrongState",
    "create",
    "locked",
    "name_of",
    "need_state",
    "next_number",
    "not_before",
    "not_later_than_today",
    "plain",
    "said",
    "write",
]


class CheckRefused(DomainError):
    """The act lacks something that it must say, or says what cannot be."""


def create(row: M, action: str, by: Any, at: dt.datetime, **told: Any) -> M:
    """Save a new row and leave a trace; told: what the trail says besides the number."""
    row.save(force_insert=True)
    after = {"number": getattr(row, "number", ""), **{name: plain(value) for name, value in told.items()}}
    record(action=action, subject=row, by=by, at=at, after=after)
    return row


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
