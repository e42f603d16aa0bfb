"""The life of an uploaded workbook: received, read by a job, put right on the page, written at once, taken back."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction

from audit.services import record
from core.errors import DomainError
from core.garbage import collection_paused
from core.text import without_controls
from projects.models import MonthlyReturn
from projects.rules.returns import HEADER_FIELD, LINE_FIELD, ReturnField, field_text, parse_field
from projects.services.returns.drafts import label_of, lock_return
from projects.services.returns.errors import ReturnLocked
from projects.services.returns.filling import LineChange, LinesRefused, change_lines
from reports.enums import UploadState
from reports.ledger.batches import quiet
from reports.ledger.checking import Progress
from reports.ledger.marking import mark
from reports.ledger.problems import UnreadableWorkbook
from reports.models import ReturnUpload
from reports.returns.checking import Content, ReadRow, check_book
from reports.returns.ground import Ground, load_ground
from reports.returns.layout import check_signature
from reports.returns.reading import read_return_book
from reports.returns.review import Review, review
from tenancy.jobs import enqueue
from tenancy.models import Job

JOB_KIND = "read_return_workbook"
MOST_TEXT = 400
"""Characters of a corrected cell; the field's own limit is below it."""


class UploadChanged(DomainError):
    """What was shown is no longer what would be written."""


class UploadStandsFast(DomainError):
    """The upload cannot be taken back; `reasons` says what stands in the way."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(f"这次写入不能撤销：{'；'.join(reasons[:20])}。")
        self.reasons = reasons


def receive_upload(
    *, return_id: uuid.UUID, data: bytes, file_name: str, by: Any, at: dt.datetime
) -> ReturnUpload:
    """Keep an uploaded workbook of a return that is being filled in.

    Raises ReturnLocked, with the reason, where nothing is open.
    """
    return_ = MonthlyReturn.objects.select_related("jurisdiction").get(pk=return_id)
    ground = load_ground(return_, at=at)
    if not ground.open.is_editable:
        raise ReturnLocked(f"{label_of(return_)}{ground.open.reason}。")
    upload = ReturnUpload.objects.create(
        city_id=return_.city_id,
        jurisdiction_id=return_.jurisdiction_id,
        monthly_return=return_,
        file_name=_file_name(file_name),
        sha256=hashlib.sha256(data).hexdigest(),
        workbook=data,
        uploaded_at=at,
        uploaded_by=by.id,
        uploaded_by_name=by.display_name,
    )
    record(
        action="reports.return.upload",
        subject=return_,
        by=by,
        at=at,
        after={"file": upload.file_name, "sha256": upload.sha256},
    )
    return upload


def enqueue_reading(*, upload: ReturnUpload, by: Any, at: dt.datetime) -> Job:
    """Have a worker read it."""
    return enqueue(
        kind=JOB_KIND,
        key=str(upload.pk),
        title=f"读取月报工作簿：{upload.file_name}"[:120],
        payload={"upload": str(upload.pk)},
        by=by,
        at=at,
        jurisdiction_id=upload.jurisdiction_id,
    )


def _file_name(text: str) -> str:
    name = text.replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(character for character in name if character.isprintable()).strip()[-200:] or "月报.xlsx"


@collection_paused()
def read_book(data: bytes, ground: Ground, *, progress: Progress = quiet) -> Content:
    """The file's differences and errors against the draft.

    Raises UnreadableWorkbook: not a workbook, not the template, another county's, another month's, an old one.
    """
    progress(10, "正在读取工作簿")
    book = read_return_book(data)
    check_signature(book.signature, ground.return_, ground.version)
    progress(50, "正在逐格核对")
    return check_book(book, ground)


@transaction.atomic
def process_upload(*, upload_id: uuid.UUID, at: dt.datetime, progress: Progress = quiet) -> ReturnUpload:
    """Read a waiting workbook; one that was read is left as it is."""
    upload = _locked(upload_id)
    if upload.state != UploadState.UPLOADED:
        return upload
    return_ = MonthlyReturn.objects.select_related("jurisdiction").get(pk=upload.monthly_return_id)
    try:
        content = read_book(bytes(upload.workbook), load_ground(return_, at=at), progress=progress)
    except UnreadableWorkbook as refusal:
        upload.state, upload.refusal = UploadState.REFUSED, str(refusal)[:500]
    else:
        upload.state, upload.content = UploadState.READ, content.as_json()
    upload.read_at = at
    upload.save(update_fields=["state", "refusal", "content", "read_at"])
    progress(100, "完成")
    return upload


def _locked(upload_id: uuid.UUID) -> ReturnUpload:
    return ReturnUpload.objects.select_for_update(of=("self",)).get(pk=upload_id)


def _must_be_read(upload: ReturnUpload) -> None:
    if upload.state != UploadState.READ:
        raise DomainError(f"“{upload.file_name}”{upload.get_state_display()}，不能再修改或写入。")


def review_of(upload: ReturnUpload, *, at: dt.datetime) -> Review:
    """What the upload would do now."""
    return_ = MonthlyReturn.objects.select_related("jurisdiction").get(pk=upload.monthly_return_id)
    return review(Content.of_json(upload.content), load_ground(return_, at=at))


def marked_workbook(upload: ReturnUpload, *, at: dt.datetime) -> bytes:
    """The same workbook back, its wrong cells marked and commented."""
    return mark(bytes(upload.workbook), review_of(upload, at=at).problems())


@transaction.atomic
def correct_upload(
    *,
    upload_id: uuid.UUID,
    texts: Mapping[tuple[int, str], str],
    dropped: Collection[int] = (),
    by: Any,
    at: dt.datetime,
) -> ReturnUpload:
    """Put cells right on the page: (row of the workbook, field) → text. `dropped` rows are left out.

    Unknown rows and fields are ignored: the form shows only those that there are.
    """
    upload = _locked(upload_id)
    _must_be_read(upload)
    content = Content.of_json(upload.content)
    out = [row for row in content.rows if row.number in dropped and not row.is_head]
    gone = {row.code for row in out}
    content.rows = [row for row in content.rows if row.is_head or row.number not in dropped]
    put_right: list[dict[str, Any]] = []
    for row in content.rows:
        put_right += _put_right(row, texts)
        twins = [other for other in content.rows if other.code == row.code and not other.is_head]
        if row.code in gone and row.project and len(twins) == 1:
            row.fault = ""
    upload.content = content.as_json()
    upload.save(update_fields=["content"])
    record(
        action="reports.return.correct",
        subject=upload.monthly_return,
        by=by,
        at=at,
        after={"file": upload.file_name, "cells": put_right, "dropped_rows": [row.number for row in out]},
    )
    return upload


def _put_right(row: ReadRow, texts: Mapping[tuple[int, str], str]) -> list[dict[str, Any]]:
    """Write the row's new texts into it; returns those that differ from what the workbook held."""
    changed = []
    fields = HEADER_FIELD if row.is_head else LINE_FIELD
    for (number, name), text in texts.items():
        if number != row.number or name not in fields:
            continue
        before, after = row.cells.get(name, ""), without_controls(text)[:MOST_TEXT].strip()
        row.cells[name] = after
        row.odd.pop(name, None)
        if before != after:
            changed.append({"row": number, "field": name, "before": before, "after": after})
    return changed


@transaction.atomic
def apply_upload(*, upload_id: uuid.UUID, digest: str, by: Any, at: dt.datetime) -> ReturnUpload:
    """Write what was shown, all of it or nothing. Rows with errors stay out.

    Raises UploadChanged when the draft changed since, LinesRefused and ReturnLocked as `change_lines` does.
    """
    upload = _locked(upload_id)
    _must_be_read(upload)
    return_ = lock_return(upload.monthly_return_id)
    ground = load_ground(return_, at=at)
    found = review(Content.of_json(upload.content), ground)
    if found.digest != digest:
        raise UploadChanged("核对之后月报草稿或本次内容又有改动，请重新核对下面的改动后再写入。")
    if not found.change_count:
        raise DomainError("没有可以写入的改动。")
    change_lines(return_id=return_.pk, changes=found.line_changes(), by=by, at=at)
    upload.state = UploadState.APPLIED
    upload.applied_at, upload.applied_by_name = at, by.display_name
    upload.written = [
        {"project": row.row.project, "field": cell.field.name, "before": cell.stored, "after": cell.text}
        for row in found.changed_rows
        for cell in row.changes
    ]
    upload.save(update_fields=["state", "applied_at", "applied_by_name", "written"])
    _tell("reports.return.apply", upload, return_, by, at)
    return upload


@transaction.atomic
def undo_upload(*, upload_id: uuid.UUID, by: Any, at: dt.datetime) -> ReturnUpload:
    """Put back what every field held before, all of them or none.

    Raises UploadStandsFast: handed over or submitted since, or a field was changed by somebody since.
    """
    upload = _locked(upload_id)
    if upload.state != UploadState.APPLIED:
        raise UploadStandsFast([f"它的状态是“{upload.get_state_display()}”"])
    return_ = lock_return(upload.monthly_return_id)
    ground = load_ground(return_, at=at)
    if not ground.open.is_editable:
        raise UploadStandsFast([ground.open.reason])
    reasons = list(_changed_since(upload, ground))
    if reasons:
        raise UploadStandsFast(reasons)
    try:
        change_lines(return_id=return_.pk, changes=_restoring(upload), by=by, at=at)
    except LinesRefused as refused:
        raise UploadStandsFast([cell.sentence.rstrip("。") for cell in refused.cells]) from refused
    upload.state = UploadState.UNDONE
    upload.undone_at, upload.undone_by_name = at, by.display_name
    upload.save(update_fields=["state", "undone_at", "undone_by_name"])
    _tell("reports.return.undo", upload, return_, by, at)
    return upload


def _changed_since(upload: ReturnUpload, ground: Ground) -> list[str]:
    reasons = []
    for one in upload.written:
        line = ground.by_project.get(one["project"])
        if one["project"] and line is None:
            reasons.append("有一个工程已从月报中移出")
            continue
        field = (LINE_FIELD if line else HEADER_FIELD)[one["field"]]
        held = field_text(field, line.values[field.name] if line else ground.head.get(field.name))
        if held != _written_text(field, one["after"]):
            name = line.name if line else "月报表头"
            reasons.append(f"“{name}”的“{field.title}”写入后又改成了“{held or '空白'}”")
    return list(dict.fromkeys(reasons))


def _written_text(field: ReturnField, text: str) -> str:
    """What the draft held right after the write."""
    return field_text(field, parse_field(field, text))


def _restoring(upload: ReturnUpload) -> list[LineChange]:
    texts: dict[str, dict[str, str]] = {}
    for one in upload.written:
        texts.setdefault(one["project"], {})[one["field"]] = one["before"]
    return [LineChange(uuid.UUID(key) if key else None, fields) for key, fields in texts.items()]


def _tell(action: str, upload: ReturnUpload, return_: MonthlyReturn, by: Any, at: dt.datetime) -> None:
    record(
        action=action,
        subject=return_,
        by=by,
        at=at,
        after={"file": upload.file_name, "sha256": upload.sha256, "fields": len(upload.written)},
    )
