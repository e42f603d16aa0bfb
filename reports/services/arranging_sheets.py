"""检查审批表, 检查通知书, 登记表 and 检查记录 on paper: printed by a job and kept by their hash."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.template.loader import render_to_string

from audit.services import record
from core import filestore
from core.filestore import PDF
from inspections.models import Inspection, InspectionApproval, InspectionNotice
from reports.rendering import Artefact, print_sheet
from reports.selectors.arranging_sheets import (
    APPROVAL,
    NOTICE,
    REGISTER,
    SHEET_KIND,
    TITLES,
    approval_sheet,
    notice_sheet,
)
from reports.selectors.inspection_sheets import inspection_sheet
from tenancy.jobs import enqueue
from tenancy.models import Job

AREA = "inspection-forms"
MAX_BYTES = 10 * 1024 * 1024
_STYLE = "inspection_form.css"
Sheet = InspectionApproval | InspectionNotice | Inspection
_ABOUT = ("project__jurisdiction", "project__legal_person", "jurisdiction", "draw")


def sheet_of(sheet: str, pk: uuid.UUID) -> Sheet:
    """The row that a sheet is printed of; raises DoesNotExist outside of the scope."""
    about = [f"inspection__{name}" for name in _ABOUT]
    if sheet == APPROVAL:
        return InspectionApproval.objects.select_related(*about).get(pk=pk)
    if sheet == NOTICE:
        return InspectionNotice.objects.select_related(*about, "organization").get(pk=pk)
    return Inspection.objects.select_related(*_ABOUT, "checklist").get(pk=pk)


def enqueue_sheet(*, sheet: str, row: Sheet, by: Any, at: dt.datetime) -> Job:
    """Have a worker print it; asking twice within a minute is asking once."""
    return enqueue(
        kind=SHEET_KIND,
        key=f"{sheet}:{row.pk}:{at:%Y%m%dT%H%M}",
        title=f"{TITLES[sheet]}：{row.number}",
        payload={"sheet": sheet, "row": str(row.pk)},
        by=by,
        at=at,
        jurisdiction_id=row.jurisdiction_id,
    )


def print_inspection_form(*, sheet: str, row_id: uuid.UUID, by: Any, at: dt.datetime) -> Artefact:
    """Print it as it stands and keep the file; the trail notes its hash."""
    row = sheet_of(sheet, row_id)
    html, assets = sheet_html(sheet, row, at=at)
    artefact = print_sheet(html, _STYLE, assets)
    filestore.store(
        artefact.pdf,
        area=AREA,
        city_id=row.city_id,
        allowed=(PDF,),
        max_bytes=MAX_BYTES,
        name=TITLES[sheet],
    )
    after = {"sha256": artefact.sha256, "pages": artefact.pages}
    record(action="reports.inspection_form.print", subject=row, by=by, at=at, after=after)
    return artefact


def sheet_html(sheet: str, row: Sheet, *, at: dt.datetime) -> tuple[str, dict[str, tuple[str, bytes]]]:
    """The page for the engine, and the pictures that it names."""
    if isinstance(row, InspectionApproval):
        context = {"sheet": approval_sheet(row), "at": at}
        return render_to_string("reports/gongwen/inspection_approval.html", context), {}
    if isinstance(row, InspectionNotice):
        context = {"sheet": notice_sheet(row), "at": at}
        return render_to_string("reports/gongwen/inspection_notice.html", context), {}
    facts = inspection_sheet(row)
    name = "inspection_register" if sheet == REGISTER else "inspection_record"
    return render_to_string(f"reports/gongwen/{name}.html", {"sheet": facts, "at": at}), facts.assets
