"""A submission is taken whole: its changes and the rows of its photos, in one transaction, from a tablet or a bundle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from core.faultpoint import faultpoint
from inspections.models import Device
from inspections.services.photos import Declared, declare_photos
from inspections.services.record import Applied, IncomingSubmission, apply_submission


@transaction.atomic
def take_submission(
    *,
    submission: IncomingSubmission,
    photos: Collection[Declared],
    device: Device | None,
    as_assistant: bool,
    by: Any,
    at: dt.datetime,
) -> Applied:
    """Keep and apply it; the same one again changes nothing. by: its author.

    Raises Inspection.DoesNotExist, BadSubmission, SubmissionDiffers, PhotoRefused; then nothing of it was kept.
    """
    applied = apply_submission(submission=submission, device=device, as_assistant=as_assistant, by=by, at=at)
    if applied.is_new:
        declare_photos(
            inspection=applied.submission.inspection,
            manifest=photos,
            device=device,
            clock_offset_ms=submission.clock_offset_ms,
            author=applied.submission.author,
            author_name=applied.submission.author_name,
        )
    faultpoint("submission.before_commit")
    return applied
