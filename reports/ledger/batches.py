"""Importing a workbook: received, checked whole, written whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from audit.services import record
from core.errors import DomainError
from reports.enums import BatchState
from reports.ledger.checking import Plan, Progress, check_workbook
from reports.ledger.marking import mark
from reports.ledger.problems import Problem, UnreadableWorkbook
from reports.ledger.writing import write_plan
from reports.models import ImportBatch
from tenancy.jobs import enqueue
from tenancy.models import Job
from tenancy.scope import current_scope

JOB_KIND = "import_ledger"
MAX_TOLD = 10_000
"""Errors kept on the batch; `error_count` is always the true number."""
_LOCK = 7


@dataclass(frozen=True)
class Uploader:
    """Who uploaded, as a job knows it later."""

    id: uuid.UUID | None
    display_name: str


def quiet(percent: int, text: str) -> None:
    """Progress that nobody watches."""


def receive_workbook(*, data: bytes, file_name: str, dry_run: bool, by: Any, at: dt.datetime) -> ImportBatch:
    """Keep an uploaded workbook as a batch that waits to be processed.

    Raises DomainError when the scope is a single county's: a ledger is the whole city's.
    """
    scope = current_scope()
    if scope.county_id is not None or scope.organization_uscc:
        raise DomainError("台账由市级导入，县区账号不能导入，请把工作簿交市级人员上传。")
    return ImportBatch.objects.create(
        city_id=scope.city_id,
        file_name=_file_name(file_name),
        sha256=hashlib.sha256(data).hexdigest(),
        workbook=data,
        is_dry_run=dry_run,
        state=BatchState.UPLOADED,
        uploaded_at=at,
        uploaded_by=getattr(by, "id", None),
        uploaded_by_name=getattr(by, "display_name", str(by)),
    )


def enqueue_import(*, batch: ImportBatch, by: Any, at: dt.datetime) -> Job:
    """Have a worker process the batch."""
    return enqueue(
        kind=JOB_KIND,
        key=str(batch.id),
        title=f"{'检查' if batch.is_dry_run else '导入'}台账：{batch.file_name}"[:120],
        payload={"batch": str(batch.id)},
        by=by,
        at=at,
    )


def import_workbook(
    *, data: bytes, file_name: str, dry_run: bool, by: Any, at: dt.datetime, progress: Progress = quiet
) -> ImportBatch:
    """Import (or only check) a workbook into the city of the scope, in one transaction.

    Returns the batch: IMPORTED, CHECKED (dry run) or REFUSED with all errors and the marked workbook.
    """
    with transaction.atomic():
        batch = receive_workbook(data=data, file_name=file_name, dry_run=dry_run, by=by, at=at)
        return process_batch(batch_id=batch.id, by=by, at=at, progress=progress)


def process_batch(
    *, batch_id: uuid.UUID, by: Any, at: dt.datetime, progress: Progress = quiet
) -> ImportBatch:
    """Check a waiting batch and write it when everything is right. A batch that was processed is left as it is."""
    with transaction.atomic():
        _one_import_at_a_time()
        batch = ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch_id)
        if batch.state != BatchState.UPLOADED:
            return batch
        data = bytes(batch.workbook)
        try:
            plan = check_workbook(data, progress=progress)
        except UnreadableWorkbook as refusal:
            right = "按提示处理后重新上传"
            plan = Plan(problems=[Problem("", 0, 0, "", batch.file_name, str(refusal).rstrip("。"), right)])
        else:
            if plan.problems:
                progress(90, "正在标注错误")
                batch.marked_workbook = mark(data, plan.problems)
        _conclude(batch, plan, at, progress)
        _audit(batch, by, at)
        progress(100, "完成")
        return batch


def _one_import_at_a_time() -> None:
    """Two imports of one city would check against data that the other is about to change."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [str(current_scope().city_id), _LOCK]
        )


def _conclude(batch: ImportBatch, plan: Plan, at: dt.datetime, progress: Progress) -> None:
    if plan.problems:
        batch.state = BatchState.REFUSED
    elif batch.is_dry_run:
        batch.state = BatchState.CHECKED
    else:
        write_plan(plan, batch, progress=progress)
        batch.state = BatchState.IMPORTED
    batch.error_count = len(plan.problems)
    batch.errors = [problem.as_json() for problem in plan.problems[:MAX_TOLD]]
    batch.counts = {"sheets": plan.counts, "remarks": plan.remarks}
    batch.finished_at = at
    batch.save(update_fields=["state", "error_count", "errors", "counts", "finished_at", "marked_workbook"])


def _audit(batch: ImportBatch, by: Any, at: dt.datetime) -> None:
    record(
        action="reports.ledger.import",
        subject=batch,
        by=by,
        at=at,
        after={
            "file": batch.file_name,
            "sha256": batch.sha256,
            "state": batch.state,
            "errors": batch.error_count,
            "counts": batch.counts.get("sheets", {}),
        },
    )


def _file_name(text: str) -> str:
    name = text.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(character for character in name if character.isprintable()).strip()
    return shown[-200:] or "台账.xlsx"
