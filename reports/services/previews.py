"""Prints of drafts: made by a worker, replaced at every change, worth nothing."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from core import canonical
from reports.models import Document, DocumentPreview
from reports.rendering import render_document
from reports.services.documents import content_of
from tenancy.jobs import enqueue
from tenancy.models import Job


def preview_is_current(document: Document) -> bool:
    """Whether the stored preview shows the draft as it stands."""
    preview = (
        DocumentPreview.objects.filter(document=document).values_list("content_sha256", flat=True).first()
    )
    return preview == canonical.sha256(content_of(document).to_json())


def request_preview(*, document: Document, by: Any, at: dt.datetime) -> Job:
    """Ask a worker to print the draft; one job per wording."""
    digest = canonical.sha256(content_of(document).to_json())
    return enqueue(
        kind="preview_document",
        # A moment in the key: going back to a former wording must print again.
        key=f"{document.id}-{digest[:16]}-{at:%Y%m%d%H%M%S}",
        title=f"生成预览《{document.title}》",
        payload={"document": str(document.id)},
        by=by,
        at=at,
    )


@transaction.atomic
def store_preview(*, document_id: uuid.UUID) -> DocumentPreview:
    """Print the draft and keep the print (worker only)."""
    document = Document.objects.get(pk=document_id)
    content = content_of(document)
    artefact = render_document(content)
    preview, _ = DocumentPreview.objects.update_or_create(
        city_id=document.city_id,
        document=document,
        defaults={
            "content_sha256": canonical.sha256(content.to_json()),
            "page_count": artefact.pages,
            "pdf": artefact.pdf,
        },
    )
    return preview
