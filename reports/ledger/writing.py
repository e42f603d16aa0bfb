"""Writing a checked plan, and remembering what was written so that it can be undone."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from django.db import models

from core.uuid7 import uuid7
from reports.ledger.checking import Plan, Progress
from reports.ledger.records import Record, stored_names
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Sheet
from reports.models import BatchRow, ImportBatch
from tenancy.models import TenantModel

_BATCH = 500


class DataChangedMeanwhile(RuntimeError):
    """Somebody changed a record between the check and the write; the job is simply run again."""


def write_plan(plan: Plan, batch: ImportBatch, *, progress: Progress) -> None:
    """Write everything in dependency order. Must run in the transaction of the check."""
    _lock_changed(plan.changed)
    position = 0
    for index, sheet in enumerate(LEDGER.sheets):
        new = [record for record in plan.new if record.sheet is sheet]
        changed = [record for record in plan.changed if record.sheet is sheet]
        if not new and not changed:
            continue
        progress(65 + 30 * index // len(LEDGER.sheets), f"正在写入“{sheet.title}”")
        create(sheet, new, batch.city_id)
        update(sheet, changed)
        rows = [_remembered(record, batch, position + step) for step, record in enumerate((*new, *changed))]
        BatchRow.objects.bulk_create(rows, batch_size=_BATCH)
        position += len(rows)


def create(sheet: Sheet, records: Iterable[Record], city_id: uuid.UUID) -> None:
    """Insert the new records of one sheet."""
    made = [sheet.model(id=record.id, city_id=city_id, **record.values) for record in records]
    sheet.model.objects.bulk_create(made, batch_size=_BATCH)


def update(sheet: Sheet, records: Iterable[Record]) -> None:
    """Write the changed fields of known records: one statement per set of fields."""

    def fields(record: Record) -> tuple[str, ...]:
        return tuple(sorted(record.changes()))

    for names, group in groupby(sorted(records, key=fields), key=fields):
        rows = [sheet.model(id=record.id, **record.values) for record in group]
        sheet.model.objects.bulk_update(
            rows, fields=[_field_name(sheet.model, n) for n in names], batch_size=_BATCH
        )


def _field_name(model: type[TenantModel], attname: str) -> str:
    return next(f.name for f in model._meta.concrete_fields if f.attname == attname)


def _lock_changed(records: list[Record]) -> None:
    for sheet in LEDGER.sheets:
        known = {record.id: record for record in records if record.sheet is sheet}
        if not known:
            continue
        names = stored_names(sheet)
        rows = (
            sheet.model.objects.filter(id__in=known).select_for_update(of=("self",)).values_list("id", *names)
        )
        found = {row_id: dict(zip(names, values, strict=True)) for row_id, *values in rows}
        if any(found.get(record_id) != record.before for record_id, record in known.items()):
            raise DataChangedMeanwhile(sheet.name)


def _remembered(record: Record, batch: ImportBatch, position: int) -> BatchRow:
    changes = record.values if record.before is None else record.changes()
    before = None if record.before is None else {name: record.before[name] for name in changes}
    return BatchRow(
        id=uuid7(),
        city_id=batch.city_id,
        batch=batch,
        position=position,
        model=record.sheet.model._meta.label_lower,
        record_id=record.id,
        before=None if before is None else plain(before),
        after=plain(changes),
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as JSON for the batch row; `restored` is the inverse."""
    return dict(json.loads(json.dumps(dict(values), default=_text)))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def restored(model: type[TenantModel], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a batch row as the model holds them."""
    fields = {f.attname: f for f in model._meta.concrete_fields}
    return {name: _python(fields[name], value) for name, value in values.items()}


def _python(model_field: Any, value: Any) -> Any:
    if isinstance(model_field, models.ForeignKey):
        return None if value is None else uuid.UUID(value)
    return value if isinstance(model_field, models.JSONField) else model_field.to_python(value)
