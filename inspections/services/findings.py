"""What happens to findings from outside: they are notified, and get their term."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from audit.services import record
from inspections.enums import FindingState
from inspections.models import Finding


@transaction.atomic
def notify_findings(
    *,
    finding_ids: Sequence[uuid.UUID],
    due_on: dt.date,
    by: Any,
    at: dt.datetime,
    terms: Mapping[uuid.UUID, dt.date] | None = None,
) -> int:
    """Confirmed → notified; a finding without a term gets its own of `terms`, at most `due_on`.

    Later states stay. Returns how many moved.
    """
    rows = Finding.objects.select_for_update(of=("self",)).filter(
        pk__in=finding_ids, state=FindingState.CONFIRMED
    )
    moved = 0
    for finding in rows.order_by("pk"):
        finding.state = FindingState.NOTIFIED
        if finding.due_on is None:
            term = min((terms or {}).get(finding.pk, due_on), due_on)
            finding.original_due_on = finding.due_on = max(term, finding.found_on)
        finding.save(update_fields=["state", "original_due_on", "due_on"])
        record(
            action="inspections.finding.notify",
            subject=finding,
            by=by,
            at=at,
            after={"due_on": finding.due_on},
        )
        moved += 1
    return moved
