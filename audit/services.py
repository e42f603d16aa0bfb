"""Writing and verifying the trail."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.db import models

from audit.models import AuditEvent
from core import canonical
from core.kept_insert import insert_rows
from core.uuid7 import uuid7


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the edge knows about the request in hand."""

    request_id: str = ""
    ip: str | None = None
    role: str = ""


_NO_REQUEST = RequestFacts()
_request: ContextVar[RequestFacts] = ContextVar("anlan_request", default=_NO_REQUEST)


def set_request(facts: RequestFacts) -> Any:
    """Remember the request for the events written during it; returns the token for `clear_request`."""
    return _request.set(facts)


def clear_request(token: Any) -> None:
    """Forget it."""
    _request.reset(token)


def request_facts() -> RequestFacts:
    """The request in hand; empty outside of one."""
    return _request.get()


def record(
    *,
    action: str,
    subject: models.Model,
    by: Any,
    at: dt.datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    city_id: uuid.UUID | None = None,
) -> AuditEvent:
    """Append one event in the caller's transaction: if the trail cannot be written, neither is the change.

    action: `app.noun.verb`. by: a user (id, display_name) or a plain name such as "系统". before/after: the changed
    fields only. city_id: needed when the subject itself carries none.
    """
    facts = _request.get()
    county_id = getattr(subject, "jurisdiction_id", None)
    event = AuditEvent(
        id=uuid7(),
        city_id=city_id or getattr(subject, "city_id"),  # noqa: B009 -- tenant models carry it
        at=at,
        actor_id=getattr(by, "id", None),
        actor_name=getattr(by, "display_name", str(by)),
        actor_role=facts.role,
        action=action,
        subject_kind=subject._meta.label_lower,
        subject_id=str(subject.pk),
        subject_label=str(subject)[:200],
        county_id=county_id,
        request_id=facts.request_id,
        ip=facts.ip,
    )
    event.payload = canonical.dumps(payload_of(event, before or {}, after or {})).decode()
    insert_rows([event])
    return event


def payload_of(event: AuditEvent, before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The content that the chain protects."""
    return {
        "id": event.id,
        "city": event.city_id,
        "at": event.at,
        "actor": [event.actor_id, event.actor_name, event.actor_role],
        "action": event.action,
        "subject": [event.subject_kind, event.subject_id, event.subject_label],
        "county": event.county_id,
        "request": [event.request_id, event.ip],
        "before": dict(before),
        "after": dict(after),
    }


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """The first place where the chain does not hold."""

    seq: int
    reason: str


def verify_chain(city_id: uuid.UUID) -> tuple[int, BrokenLink | None]:
    """Walk the city's chain; returns (events verified, the first broken place or None). Needs the city's scope."""
    previous, expected, count = "", 1, 0
    for row in _links(city_id):
        reason = _fault(row, previous, expected)
        if reason:
            return count, BrokenLink(seq=row["seq"], reason=reason)
        previous, expected, count = row["hash"], expected + 1, count + 1
    return count, None


def _links(city_id: uuid.UUID) -> Iterator[dict[str, Any]]:
    fields = (
        "seq",
        "payload",
        "prev_hash",
        "hash",
        "at",
        "actor_name",
        "action",
        "subject_kind",
        "subject_id",
    )
    yield from (
        AuditEvent.objects.filter(city_id=city_id).order_by("seq").values(*fields).iterator(chunk_size=2000)
    )


def _fault(row: Mapping[str, Any], previous: str, expected: int) -> str:
    if row["seq"] != expected:
        return f"序号应为{expected}，实为{row['seq']}：有记录被删除或插入"
    if row["prev_hash"] != previous:
        return "与上一条记录的摘要不衔接"
    digest = hashlib.sha256(f"{row['prev_hash']}|{row['seq']}|{row['payload']}".encode()).hexdigest()
    if digest != row["hash"]:
        return "内容与摘要不符：记录被改动"
    payload = json.loads(row["payload"])
    shown = [
        row["action"],
        row["actor_name"],
        row["subject_kind"],
        row["subject_id"],
        json.loads(canonical.dumps(row["at"])),
    ]
    kept = [payload["action"], payload["actor"][1], *payload["subject"][:2], payload["at"]]
    return "" if shown == kept else "列内容与受保护内容不符：记录被改动"


def link_holds(event: AuditEvent) -> bool:
    """Whether one event's hash fits its content and its predecessor's hash as it stands."""
    digest = hashlib.sha256(f"{event.prev_hash}|{event.seq}|{event.payload}".encode()).hexdigest()
    return digest == event.hash


def head(city_id: uuid.UUID) -> tuple[int, str]:
    """The newest (seq, hash): printed outside the database it anchors everything before it."""
    row = AuditEvent.objects.filter(city_id=city_id).order_by("-seq").values_list("seq", "hash").first()
    return row or (0, "")
