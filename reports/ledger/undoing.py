"""Undoing a batch: what it made is removed, what it changed is put back, while nothing was built on it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.db import models, transaction

from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from projects.enums import ReturnState
from reports.enums import BatchState
from reports.ledger.checking import touched_months
from reports.ledger.sheets import LEDGER
from reports.ledger.spec import Sheet
from reports.ledger.writing import restored
from reports.models import BatchRow, ImportBatch
from scoring.models import ScoreRun
from tenancy.models import TenantModel

_IMMUTABLE = ("versions", "lines")
MAX_SHOWN = 20


class BatchStandsFast(DomainError):
    """The batch cannot be undone; the sentence lists what stands in the way, `reasons` each of it."""

    def __init__(self, reasons: list[str]) -> None:
        self.reasons = reasons
        shown = "；".join(reasons[:MAX_SHOWN])
        more = f"；另有{len(reasons) - MAX_SHOWN}项" if len(reasons) > MAX_SHOWN else ""
        super().__init__(f"这次导入不能撤销：{shown}{more}。")


def undo_batch(*, batch_id: uuid.UUID, by: Any, at: dt.datetime) -> ImportBatch:
    """Take back an imported batch as a whole.

    Raises:
        BatchStandsFast: records changed since, other records refer to them, a return was frozen, or a month was
        computed after the import.
    """
    with transaction.atomic():
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        if batch.state != BatchState.IMPORTED:
            raise BatchStandsFast([f"它的状态是“{batch.get_state_display()}”"])
        rows = {sheet.name: _rows_of(batch, sheet) for sheet in LEDGER.sheets}
        reasons = [*_computed_since(batch, rows), *_all_obstacles(rows)]
        if reasons:
            raise BatchStandsFast(reasons)
        for sheet in reversed(LEDGER.sheets):
            _take_back(sheet, rows[sheet.name])
        batch.state = BatchState.UNDONE
        batch.undone_at = at
        batch.undone_by_name = getattr(by, "display_name", str(by))
        batch.save(update_fields=["state", "undone_at", "undone_by_name"])
        record(
            action="reports.ledger.undo",
            subject=batch,
            by=by,
            at=at,
            after={"file": batch.file_name, "records": sum(len(own) for own in rows.values())},
        )
        return batch


def _rows_of(batch: ImportBatch, sheet: Sheet) -> list[BatchRow]:
    return list(
        BatchRow.objects.filter(batch=batch, model=sheet.model._meta.label_lower).order_by("position")
    )


def _all_obstacles(rows: Mapping[str, list[BatchRow]]) -> Iterator[str]:
    made = {
        sheet.model: {r.record_id for r in rows[sheet.name] if r.before is None} for sheet in LEDGER.sheets
    }
    for sheet in LEDGER.sheets:
        if rows[sheet.name]:
            yield from _changed_since(sheet, rows[sheet.name])
            yield from _referred_to(sheet, made)


def _changed_since(sheet: Sheet, rows: list[BatchRow]) -> Iterator[str]:
    found = {item.pk: item for item in sheet.model.objects.filter(id__in=[row.record_id for row in rows])}
    for row in rows:
        item = found.get(row.record_id)
        if item is None:
            yield f"“{sheet.title}”有一条记录已被删除"
        elif any(getattr(item, name) != value for name, value in restored(sheet.model, row.after).items()):
            yield f"“{sheet.title}”的“{item}”导入后又有改动"
        elif getattr(item, "state", "") == ReturnState.FROZEN and sheet.name == "returns":
            yield f"“{sheet.title}”的“{item}”已随月结冻结"


def _referred_to(sheet: Sheet, made: Mapping[type[TenantModel], set[uuid.UUID]]) -> Iterator[str]:
    ids = made[sheet.model]
    if not ids:
        return
    for relation in sheet.model._meta.get_fields(include_hidden=True):
        if not isinstance(relation, models.ManyToOneRel):
            continue
        model: Any = relation.related_model
        name = relation.field.name
        others = model.objects.filter(**{f"{name}__in": ids}).exclude(pk__in=made.get(model, set()))
        for other in others.select_related(name)[:3]:
            yield f"“{sheet.title}”的“{getattr(other, name)}”已被{model._meta.verbose_name}“{other}”引用"


def _computed_since(batch: ImportBatch, rows: Mapping[str, list[BatchRow]]) -> Iterator[str]:
    """Months that were computed with what the batch wrote: the touched ones and all later ones (rolling windows)."""
    months: set[ReportingMonth] = set()
    for sheet in LEDGER.sheets:
        for row in rows[sheet.name]:
            for values in (row.before or {}, row.after):
                months |= touched_months(restored(sheet.model, values))
    runs = ScoreRun.objects.filter(computed_at__gte=batch.finished_at).order_by("month", "revision")
    for run in runs:
        month = ReportingMonth.from_first_day(run.month)
        if months and month >= min(months):
            yield f"{month.label}在导入之后进行了得分计算"


def _take_back(sheet: Sheet, rows: Iterable[BatchRow]) -> None:
    made = [row.record_id for row in rows if row.before is None]
    if made:
        mine = sheet.model.objects.filter(id__in=made)
        for reference in sheet.references:
            if reference.sheet == sheet.name:
                mine.filter(**{f"{reference.field}__isnull": False}).delete()
        mine.delete()
    for row in rows:
        if row.before is not None:
            sheet.model.objects.filter(pk=row.record_id).update(**_by_name(sheet.model, row.before))


def _by_name(model: type[TenantModel], values: Mapping[str, Any]) -> dict[str, Any]:
    names = {f.attname: f for f in model._meta.concrete_fields}
    return {
        (f.attname if isinstance(f := names[name], models.ForeignKey) else f.name): value
        for name, value in restored(model, values).items()
    }
