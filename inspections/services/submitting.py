"""A submission is taken whole: its changes and the rows of its photos, in one transaction, from a tablet or a bundle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.models import RoleAssignment
from core.errors import DomainError
from core.faultpoint import faultpoint
from inspections.enums import OfficerRole
from inspections.models import Device, Inspection
from inspections.selectors.visit_access import field_part, field_refusal
from inspections.services.photos import Declared, declare_photos
from inspections.services.record import Applied, IncomingSubmission, keep_submission, note_submission


class MayNotRecord(DomainError):
    """The author has no part in the inspection; nothing was kept here, everything stays where it was written."""


@transaction.atomic
def take_submission(
    *,
    submission: IncomingSubmission,
    photos: Collection[Declared],
    device: Device | None,
    roles: Collection[RoleAssignment],
    by: Any,
    at: dt.datetime,
    sent_by: Any = None,
) -> Applied:
    """Keep and apply it; the same one again changes nothing. by: its author; roles: what he acts as; sent_by: whom the
    trail names when that is somebody else.

    An inspection that has ended still takes it (the changes are held). Raises Inspection.DoesNotExist, MayNotRecord,
    BadSubmission, SubmissionDiffers, PhotoRefused; then nothing of it was kept.
    """
    applied = keep_submission(
        submission=submission,
        device=device,
        is_assistant=lambda inspection: _part_of(inspection, roles) == OfficerRole.ASSISTANT,
        by=by,
        at=at,
    )
    if applied.is_new and photos:
        declare_photos(
            inspection=applied.submission.inspection,
            manifest=photos,
            device=device,
            clock_offset_ms=submission.clock_offset_ms,
            author=applied.submission.author,
            author_name=applied.submission.author_name,
        )
    note_submission(applied, by=sent_by or by, at=at)
    faultpoint("submission.before_commit")
    return applied


def _part_of(inspection: Inspection, roles: Collection[RoleAssignment]) -> OfficerRole:
    parts = {field_part(inspection, role) for role in roles}
    for part in (OfficerRole.OFFICER, OfficerRole.ASSISTANT):
        if part in parts:
            return part
    raise MayNotRecord(field_refusal(inspection))
