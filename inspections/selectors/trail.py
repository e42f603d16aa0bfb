"""What happened to a record, from the trail."""

from __future__ import annotations

from audit.models import AuditEvent
from audit.presenters import action_label
from core.components import Entry
from tenancy.models import TenantModel


def trail_of(*rows: TenantModel) -> list[Entry]:
    """The acts on the rows, newest first. One query."""
    if not rows:
        return []
    kinds = {row._meta.label_lower for row in rows}
    events = AuditEvent.objects.filter(
        city_id=rows[0].city_id, subject_kind__in=kinds, subject_id__in=[str(row.pk) for row in rows]
    ).order_by("-seq")
    return [Entry(event.at, action_label(event.action), by=event.actor_name) for event in events]
