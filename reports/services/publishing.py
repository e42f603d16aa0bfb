"""Publishing a month: the score becomes public with its circular, never before it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from core.errors import DomainError
from reports.enums import DocumentKind, DocumentState
from reports.models import Document
from scoring.models import ScoreRun
from scoring.services.runs import publish_run


class CircularMissing(DomainError):
    """The month has no issued circular."""


@transaction.atomic
def publish_month(*, run_id: uuid.UUID, by: Any, at: dt.datetime) -> ScoreRun:
    """Publish a confirmed month whose circular was issued (scoring.md §7). Raises CircularMissing, RunRefused."""
    issued = Document.objects.filter(
        kind=DocumentKind.CIRCULAR,
        subject_kind="scoring.scorerun",
        subject_id=run_id,
        state=DocumentState.ISSUED,
    )
    if not issued.select_for_update(of=("self",)).exists():
        raise CircularMissing("通报尚未印发，印发后才能公布。")
    return publish_run(run_id=run_id, by=by, at=at)
