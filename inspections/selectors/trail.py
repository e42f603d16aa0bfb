"""What happened to a record, from the trail."""

from __future__ import annotations

from collections.abc import Collection

from audit.models import AuditEvent
from audit.presenters import action_label
from core.components import Entry
from tenancy.models import TenantModel


def trail_of(*rows: TenantModel, without: Collection[str] = ()) -> list[Entry]:
    """The acts on the rows, newest first; without: acts that the caller tells himself. One query."""
    if not rows:
        return []
    kinds = {row._meta.label_lower for row in rows}
    events = AuditEvent.objects.filter(
        city_id=rows[0].city_id, subject_kind__in=kinds, subject_id__in=[str(row.pk) for row in rows]
    ).order_by("-seq")
    told = [event for event in events if event.action not in without]
    return [Entry(event.at, action_label(event.action), by=event.actor_name) for event in told]
