"""Official documents that are about a project's notices."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from reports.enums import DocumentState
from reports.models import Document

SHOWN = 30
_NOTICE = "enforcement.rectificationnotice"


def documents_of_notices(notice_ids: Sequence[uuid.UUID]) -> list[Document]:
    """Newest first; drafts only for those whose scope sees drafts, discarded ones for nobody. One query."""
    rows = Document.objects.filter(subject_kind=_NOTICE, subject_id__in=list(notice_ids))
    return list(
        rows.exclude(state=DocumentState.DISCARDED)
        .defer("facts", "prose", "content")
        .order_by("-drafted_at")[:SHOWN]
    )
