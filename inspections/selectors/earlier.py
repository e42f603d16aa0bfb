"""What organizations were found to do wrong before, as briefly as a tablet needs it to see a repetition."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from inspections.enums import COUNTED_FINDING_STATES
from inspections.models import Finding, Inspection
from inspections.rules.severity import REPEAT_MONTHS, months_before

_FIELDS = ("pk", "number", "organization_id", "severity", "found_on", "catalogue_item__code", "project__name")


def findings_of_organizations(
    inspections: Sequence[Inspection], organizations: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """By organization, newest first: the rows that `repeats.proposals_for` counts. One query."""
    since = min((months_before(row.inspected_on, REPEAT_MONTHS) for row in inspections), default=dt.date.max)
    rows = Finding.objects.filter(
        organization__in=organizations,
        catalogue_item__isnull=False,
        found_on__gte=since,
        state__in=COUNTED_FINDING_STATES,
    ).order_by("-found_on", "-number")
    grouped: dict[uuid.UUID, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.values(*_FIELDS):
        grouped[row["organization_id"]].append(row)
    return grouped


def repeatable(
    inspection: Inspection,
    organizations: Iterable[uuid.UUID],
    rows: Mapping[uuid.UUID, Sequence[Mapping[str, Any]]],
    *,
    told: Collection[uuid.UUID],
) -> list[dict[str, Any]]:
    """Of each organization the newest finding of each code within the twelve months before, but for those in `told`.

    `project_name` stands only here: it tells these rows from the project's own.
    """
    since = months_before(inspection.inspected_on, REPEAT_MONTHS)
    found = []
    for organization in sorted(organizations):
        newest: dict[str, Mapping[str, Any]] = {}
        for row in rows.get(organization, ()):
            if since <= row["found_on"] < inspection.inspected_on:
                newest.setdefault(row["catalogue_item__code"], row)
        found += [_brief(row) for row in newest.values() if row["pk"] not in told]
    return found


def _brief(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": row["number"],
        "catalogue_code": row["catalogue_item__code"],
        "severity": row["severity"],
        "found_on": row["found_on"],
        "organization_id": row["organization_id"],
        "project_name": row["project__name"],
    }
