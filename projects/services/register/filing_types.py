"""核备事项: what has to be filed, how it is called, how many working days it takes, from when to when."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from projects.enums import FilingKind
from projects.models import FilingType
from projects.services.register import writing
from tenancy.scope import current_scope

DEFAULT_TERM_WORKDAYS = 15
DEFAULT_FROM = dt.date(2008, 1, 1)
_DEFAULT_BASIS = "SL 176-2007；期限为系统默认值，请按本地规定核定"


def add_filing_type(*, facts: Mapping[str, Any], by: Any, at: dt.datetime) -> FilingType:
    """A new kind of filing, or a new name or term from a day on. Raises RegisterRefused."""
    row = FilingType(city_id=current_scope().city_id, **facts)
    return writing.insert(row, action="projects.filing_type.add", by=by, at=at, facts=facts)


@transaction.atomic
def change_filing_type(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> FilingType:
    """Put one right. What filings already hang on keeps kind, term and first day: it is ended and followed by another.

    Raises RegisterRefused, ChangedMeanwhile.
    """
    row = writing.locked(FilingType, row_id)
    fixed = ("kind", "term_workdays", "effective_from")
    if row.filings.exists() and any(facts[name] != getattr(row, name) for name in fixed):
        raise writing.refuse(
            "", "已有核备按这个事项办理，类型、期限和启用日期不能改；请填写停用日期，再登记一个新的事项。"
        )
    writing.rewrite(row, facts, action="projects.filing_type.change", by=by, at=at, seen=seen)
    return row


@transaction.atomic
def load_default_filing_types(*, by: Any, at: dt.datetime) -> int:
    """One type of each kind with the default term, where the city has none at all; returns how many were made."""
    if FilingType.objects.exists():
        return 0
    for kind in FilingKind:
        if kind != FilingKind.OTHER:
            facts = {
                "kind": kind,
                "label": kind.label,
                "term_workdays": DEFAULT_TERM_WORKDAYS,
                "basis": _DEFAULT_BASIS,
                "effective_from": DEFAULT_FROM,
            }
            add_filing_type(facts=facts, by=by, at=at)
    return FilingType.objects.count()
