"""What a confirmed 重点监管对象名单 leaves on the register."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from audit.services import record
from projects.models import Project
from tenancy.models import TenantModel
from tenancy.scope import current_scope

REASON_LENGTH = Project._meta.get_field("key_object_reason").max_length or 0


@dataclass(frozen=True, slots=True)
class KeyMark:
    """What the list says of one project. reason: why it is a key object; empty where it is none."""

    project_id: uuid.UUID
    risk_class: str
    is_key_object: bool
    reason: str


@transaction.atomic
def mark_key_objects(*, marks: Sequence[KeyMark], source: TenantModel, by: Any, at: dt.datetime) -> int:
    """Write risk class and key object of every project that the list names; every other project is a key object no more.

    One statement for the city, one event on the trail that names the list (`source`), because the list itself keeps what
    was said of each project. Returns how many projects changed.
    """
    marked = {mark.project_id: mark for mark in marks}
    given = [
        [str(mark.project_id), mark.risk_class, mark.is_key_object, mark.reason[:REASON_LENGTH]]
        for mark in marked.values()
    ]
    with connection.cursor() as cursor:
        # Rows are locked in one order, so that a form in hand and this never wait for each other in a circle.
        cursor.execute(
            "SELECT id FROM projects_project WHERE city_id = %s ORDER BY id FOR UPDATE",
            [current_scope().city_id],
        )
        cursor.execute(_UPDATE, [*_columns(given), current_scope().city_id])
        changed = int(cursor.rowcount)
    after = {"projects": changed, "key_objects": sum(mark.is_key_object for mark in marked.values())}
    record(action="projects.project.mark", subject=source, by=by, at=at, after=after)
    return changed


_UPDATE = """
WITH given AS (
    SELECT * FROM unnest(%s::uuid[], %s::text[], %s::boolean[], %s::text[]) AS t (id, risk_class, is_key, reason)
), wanted AS (
    SELECT p.id, coalesce(g.risk_class, p.risk_class) AS risk_class, coalesce(g.is_key, false) AS is_key,
           coalesce(g.reason, '') AS reason
    FROM projects_project p LEFT JOIN given g ON g.id = p.id WHERE p.city_id = %s
)
UPDATE projects_project p
SET risk_class = w.risk_class, is_key_object = w.is_key, key_object_reason = w.reason
FROM wanted w
WHERE w.id = p.id
  AND (p.risk_class, p.is_key_object, p.key_object_reason) IS DISTINCT FROM (w.risk_class, w.is_key, w.reason)
"""


def _columns(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Rows turned into columns; four empty ones where there is none."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]
