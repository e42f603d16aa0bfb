"""履职检查评分表 on paper: printed by a job and kept by its hash."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.template.loader import render_to_string

from audit.services import record
from core import filestore
from core.filestore import PDF
from inspections.enums import DutyState
from inspections.models import DutyInspection
from reports.rendering import Artefact, print_sheet
from scoring.selectors.duty_page import duty_page, visible_duties
from tenancy.jobs import enqueue
from tenancy.models import City, Job

KIND = "print_duty_sheet"
AREA = "duty-sheets"
_TEMPLATE = "reports/gongwen/duty_sheet.html"
_STYLE = "inspection_form.css"


def enqueue_duty_sheet(*, row: DutyInspection, by: Any, at: dt.datetime) -> Job:
    """Have a worker print it; asking twice within a minute is asking once."""
    return enqueue(
        kind=KIND,
        key=f"{row.pk}:{at:%Y%m%dT%H%M}",
        title=f"履职检查评分表：{row.number}",
        payload={"duty": str(row.pk)},
        by=by,
        at=at,
        jurisdiction_id=row.jurisdiction_id if row.state == DutyState.CONCLUDED else None,
    )


def print_duty_sheet(*, duty_id: uuid.UUID, by: Any, at: dt.datetime) -> Artefact:
    """Print the sheet as it stands and keep the file; the trail notes its hash."""
    row = visible_duties().get(pk=duty_id)
    artefact = print_sheet(duty_sheet_html(row, at=at), _STYLE)
    filestore.store(artefact.pdf, area=AREA, city_id=row.city_id, allowed=(PDF,), name="履职检查评分表")
    after = {"sha256": artefact.sha256, "pages": artefact.pages}
    record(action="reports.duty_sheet.print", subject=row, by=by, at=at, after=after)
    return artefact


def duty_sheet_html(row: DutyInspection, *, at: dt.datetime) -> str:
    """The sheet as one page of HTML, for the engine."""
    city = City.objects.get(pk=row.city_id)
    is_draft = row.state == DutyState.DRAFT
    context = {"row": row, "page": duty_page(row), "is_draft": is_draft, "city": city, "at": at}
    return render_to_string(_TEMPLATE, context)
