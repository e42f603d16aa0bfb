"""Exported ledgers: made by a job, kept until newer ones push them out."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from audit.services import record
from core import display
from reports.models import ExportFile
from reports.selectors.batches import EXPORT_KIND
from tenancy.jobs import enqueue
from tenancy.models import City, Job
from tenancy.scope import current_scope

KEPT = 5


def enqueue_export(*, by: Any, at: dt.datetime) -> Job:
    """Have a worker write the whole city's ledger; asking twice within a minute is asking once."""
    return enqueue(
        kind=EXPORT_KIND,
        key=f"{at:%Y%m%dT%H%M}-{getattr(by, 'id', by)}",
        title="导出全市台账",
        payload={},
        by=by,
        at=at,
    )


def keep_export(*, data: bytes, by: Any, at: dt.datetime) -> ExportFile:
    """Store a written ledger, note it in the trail, drop all but the newest `KEPT`."""
    city = City.objects.get(pk=current_scope().city_id)
    file = ExportFile.objects.create(
        city=city,
        file_name=f"{city.name}台账_{display.day(at)}.xlsx",
        sha256=hashlib.sha256(data).hexdigest(),
        byte_count=len(data),
        workbook=data,
        made_at=at,
        made_by_name=getattr(by, "display_name", str(by)),
    )
    newest = ExportFile.objects.order_by("-made_at", "-id").values_list("pk", flat=True)[:KEPT]
    ExportFile.objects.exclude(pk__in=list(newest)).delete()
    record(
        action="reports.ledger.export",
        subject=file,
        by=by,
        at=at,
        after={"file": file.file_name, "sha256": file.sha256, "bytes": file.byte_count},
    )
    return file
