"""Uploaded ledgers for screens."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from core.components import Tone
from reports.enums import BatchState
from reports.ledger.batches import JOB_KIND
from reports.ledger.sheets import LEDGER
from reports.models import ExportFile, ImportBatch
from tenancy.enums import JobState
from tenancy.models import Job

STATE_TONES: dict[str, Tone] = {
    BatchState.UPLOADED: Tone.IDLE,
    BatchState.REFUSED: Tone.BAD,
    BatchState.CHECKED: Tone.OK,
    BatchState.IMPORTED: Tone.OK,
    BatchState.UNDONE: Tone.WARN,
}
ERRORS_SHOWN = 50
EXPORT_KIND = "export_ledger"


def batches() -> QuerySet[ImportBatch]:
    """Newest first, without the files themselves."""
    return ImportBatch.objects.defer("workbook", "marked_workbook", "errors", "counts")


def uploaders() -> list[str]:
    """Who uploaded, by name."""
    rows = ImportBatch.objects.order_by("uploaded_by_name")
    return list(rows.values_list("uploaded_by_name", flat=True).distinct())


def has_marked(batch: ImportBatch) -> bool:
    """Whether there is a marked copy; asks without reading its bytes."""
    return ImportBatch.objects.filter(pk=batch.pk, marked_workbook__isnull=False).exists()


def exports() -> QuerySet[ExportFile]:
    """The kept exports, newest first, without their bytes."""
    return ExportFile.objects.defer("workbook")


def job_of(batch: ImportBatch) -> Job | None:
    """The job that processes the batch."""
    return Job.objects.filter(kind=JOB_KIND, key=str(batch.pk)).first()


def running_export(user_id: uuid.UUID) -> Job | None:
    """The person's newest export while it is not done."""
    rows = Job.objects.filter(kind=EXPORT_KIND, created_by=user_id).order_by("-created_at")
    newest = rows.first()
    return None if newest is None or newest.state == JobState.DONE else newest


@dataclass(frozen=True)
class SheetCount:
    """What happened to the rows of one sheet."""

    title: str
    new: int
    changed: int
    unchanged: int


def sheet_counts(batch: ImportBatch) -> list[SheetCount]:
    """Rows by sheet, in the workbook's order (the database keeps the keys in its own)."""
    sheets: dict[str, dict[str, int]] = batch.counts.get("sheets", {})
    order = [sheet.title for sheet in LEDGER.sheets if sheet.title in sheets]
    rows = [(title, sheets[title]) for title in [*order, *(set(sheets) - set(order))]]
    return [
        SheetCount(title, n.get("new", 0), n.get("changed", 0), n.get("unchanged", 0)) for title, n in rows
    ]


@dataclass(frozen=True)
class ErrorPage:
    """A page of the errors of one sheet, or of all. `sheets`: (title, number of kept errors), 整个文件 when empty."""

    rows: list[dict[str, Any]]
    sheets: list[tuple[str, int]]
    sheet: str
    total: int
    page: int
    page_count: int

    @property
    def first(self) -> int:
        return 0 if self.total == 0 else (self.page - 1) * ERRORS_SHOWN + 1

    @property
    def last(self) -> int:
        return min(self.page * ERRORS_SHOWN, self.total)

    @property
    def previous_page(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next_page(self) -> int | None:
        return self.page + 1 if self.page < self.page_count else None


def error_page(batch: ImportBatch, *, sheet: str, page: int) -> ErrorPage:
    """One page of the batch's errors; a page or sheet that does not exist becomes the nearest that does."""
    counts: dict[str, int] = {}
    for row in batch.errors:
        counts[row["sheet"]] = counts.get(row["sheet"], 0) + 1
    asked = sheet if sheet in counts else ""
    rows = [row for row in batch.errors if not asked or row["sheet"] == asked]
    page_count = max(1, -(-len(rows) // ERRORS_SHOWN))
    number = min(max(page, 1), page_count)
    start = (number - 1) * ERRORS_SHOWN
    shown = rows[start : start + ERRORS_SHOWN]
    return ErrorPage(shown, list(counts.items()), asked, len(rows), number, page_count)
