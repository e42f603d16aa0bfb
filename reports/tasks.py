"""Job handlers of documents and ledgers. The couriers themselves are tenancy.tasks."""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from typing import Any

from celery import shared_task
from django.utils import timezone

from accounts.models import User
from audit.services import verify_chain
from reports.ledger.batches import Uploader, process_batch
from reports.ledger.exporting import export_workbook
from reports.returns.uploads import JOB_KIND as RETURN_WORKBOOK
from reports.returns.uploads import process_upload
from reports.selectors.invariants import CITY_INVARIANTS, long_transactions, sessions_of_disabled_users
from reports.services.arranging_sheets import print_inspection_form
from reports.services.documents import sign_off
from reports.services.duty_sheets import print_duty_sheet
from reports.services.ledger_files import keep_export
from reports.services.month_documents import draft_month_documents
from reports.services.previews import store_preview
from reports.services.project_files import print_project_file
from tenancy.jobs import Progress, job_handler
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tenancy.tasks import SystemTask

logger = logging.getLogger(__name__)


@job_handler("draft_documents")
def draft_documents(job: Job, progress: Progress) -> dict[str, Any]:
    """After a close: the circular and the criticisms. Payload: run, at."""
    progress(10, "汇总当月数据，起草通报")
    documents = draft_month_documents(
        run_id=uuid.UUID(job.payload["run"]), by="系统", at=dt.datetime.fromisoformat(job.payload["at"])
    )
    return {"documents": [str(document.id) for document in documents]}


@job_handler("preview_document", queue="pdf")
def preview_document(job: Job, progress: Progress) -> dict[str, Any]:
    """Print a draft. Payload: document."""
    progress(20, "正在排版")
    preview = store_preview(document_id=uuid.UUID(job.payload["document"]))
    return {"pages": preview.page_count}


@job_handler("issue_document", queue="pdf")
def issue_document(job: Job, progress: Progress) -> dict[str, Any]:
    """Sign off: number, print, hash, deliver. Payload: document, dated_on, at, by."""
    progress(20, "正在编号、排版")
    document = sign_off(
        document_id=uuid.UUID(job.payload["document"]),
        dated_on=dt.date.fromisoformat(job.payload["dated_on"]),
        by=User.objects.get(pk=job.payload["by"]),
        at=dt.datetime.fromisoformat(job.payload["at"]),
    )
    return {"document": str(document.id), "number": document.number, "sha256": document.pdf_sha256}


@job_handler("print_project_file", queue="pdf")
def print_file_of_project(job: Job, progress: Progress) -> dict[str, Any]:
    """一项一档. Payload: project."""
    progress(20, "正在汇总、排版")
    by = Uploader(id=job.created_by, display_name=job.created_by_name)
    printed = print_project_file(project_id=uuid.UUID(job.payload["project"]), by=by, at=timezone.now())
    return {"sha256": printed.sha256, "pages": printed.pages}


@job_handler("print_inspection_form", queue="pdf")
def print_form_of_inspection(job: Job, progress: Progress) -> dict[str, Any]:
    """检查审批表, 检查通知书. Payload: sheet, row."""
    progress(20, "正在排版")
    by = Uploader(id=job.created_by, display_name=job.created_by_name)
    sheet, row_id = job.payload["sheet"], uuid.UUID(job.payload["row"])
    printed = print_inspection_form(sheet=sheet, row_id=row_id, by=by, at=timezone.now())
    return {"sha256": printed.sha256, "pages": printed.pages}


@job_handler("print_duty_sheet", queue="pdf")
def print_sheet_of_duty(job: Job, progress: Progress) -> dict[str, Any]:
    """履职检查评分表. Payload: duty."""
    progress(20, "正在排版")
    by = Uploader(id=job.created_by, display_name=job.created_by_name)
    printed = print_duty_sheet(duty_id=uuid.UUID(job.payload["duty"]), by=by, at=timezone.now())
    return {"sha256": printed.sha256, "pages": printed.pages}


@job_handler("verify_audit")
def verify_audit(job: Job, progress: Progress) -> dict[str, Any]:
    """Walk the city's whole trail; the page shows the answer."""
    progress(10, "逐条核对摘要")
    count, broken = verify_chain(job.city_id)
    return {
        "count": count,
        "broken_seq": broken.seq if broken else None,
        "reason": broken.reason if broken else "",
    }


@job_handler("import_ledger")
def import_ledger(job: Job, progress: Progress) -> dict[str, Any]:
    """Check an uploaded workbook and write it when everything is right. Payload: batch."""
    batch_id = uuid.UUID(job.payload["batch"])
    by = Uploader(id=job.created_by, display_name=job.created_by_name)
    batch = process_batch(batch_id=batch_id, by=by, at=timezone.now(), progress=progress)
    return {"batch": str(batch.id), "state": batch.state, "errors": batch.error_count}


@job_handler(RETURN_WORKBOOK)
def read_return_workbook(job: Job, progress: Progress) -> dict[str, Any]:
    """Read a workbook of a monthly return and hold it against the draft. Payload: upload."""
    upload = process_upload(upload_id=uuid.UUID(job.payload["upload"]), at=timezone.now(), progress=progress)
    return {"upload": str(upload.pk), "state": upload.state}


@job_handler("export_ledger")
def export_ledger(job: Job, progress: Progress) -> dict[str, Any]:
    """Write the whole city's ledger and keep the file."""
    by = Uploader(id=job.created_by, display_name=job.created_by_name)
    file = keep_export(data=export_workbook(progress=progress), by=by, at=timezone.now())
    return {"file": str(file.id), "bytes": file.byte_count}


@shared_task(base=SystemTask, name="reports.tasks.verify_invariants")
def verify_invariants(**_: Any) -> int:
    """Every night: what must always hold, the audit chain among it. One error line for each that does not.

    Returns how many records break something; their names stay out of the log (`manage.py verify_invariants` shows them).
    """
    at = timezone.now()
    broken = 0
    for city in City.objects.all():
        for invariant in CITY_INVARIANTS:
            with city_scope(city.id):
                found = len(list(invariant.check(city, at)))
            broken += _complain(city.slug, invariant.name, found)
    broken += _complain("", "sessions_of_disabled_users", len(sessions_of_disabled_users(at)))
    return broken + _complain("", "transactions_open_too_long", len(long_transactions()))


def _complain(city: str, name: str, found: int) -> int:
    if found:
        logger.error("invariant %s is broken in %s: %d", name, city or "the installation", found)
    return found
