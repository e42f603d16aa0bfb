"""The record of an inspection as a tablet asks for it, and the receipt of what it has sent."""

from __future__ import annotations

import hmac
import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from core import canonical, sealing
from core.safe_json import parse
from inspections.enums import RECORDABLE_STATES
from inspections.models import Inspection, Photo, RecordConflict, RecordOperation, RecordValue, Submission
from inspections.rules.record import Record
from inspections.selectors.photos import copy_states
from inspections.selectors.record import checklist_items, missing_of

_PURPOSE = "receipt"


def record_state(inspection: Inspection, *, since: int) -> dict[str, Any]:
    """Values in force, open conflicts, the changes after `since`: three queries.

    `missing`: why an inspection that its inspector has ended is still open; three queries more, only then.
    """
    values = list(
        RecordValue.objects.filter(inspection=inspection).select_related("operation").order_by("path")
    )
    conflicts = RecordConflict.objects.filter(inspection=inspection, resolution__isnull=True)
    operations = RecordOperation.objects.filter(inspection=inspection, seq__gt=since).order_by("seq")
    return {
        "record_seq": inspection.record_seq,
        "state": inspection.state,
        "values": [_value_row(row) for row in values],
        "conflicts": conflict_rows(conflicts.select_related("kept", "other").order_by("path", "pk")),
        "operations": [operation_row(row) for row in operations],
        "missing": _missing(inspection, {row.path: row.value for row in values}),
    }


def _value_row(row: RecordValue) -> dict[str, Any]:
    """A value in force, with who wrote it and when: a person who decides a conflict chooses against this one."""
    author, at = row.operation.author_name, row.operation.device_at
    return {"path": row.path, "value": row.value, "operation": row.operation_id, "author": author, "at": at}


def _missing(inspection: Inspection, values: Mapping[str, Any]) -> list[str]:
    if not values.get("conclude/at") or inspection.state not in RECORDABLE_STATES:
        return []
    return missing_of(inspection, Record.from_values(values), checklist_items(inspection))


def conflict_rows(conflicts: Iterable[RecordConflict]) -> list[dict[str, Any]]:
    """Both sides of each; `kept` is None where a value arrived after the record had ended without one."""
    return [
        {
            "id": row.pk,
            "path": row.path,
            "kept": operation_row(row.kept) if row.kept is not None else None,
            "other": operation_row(row.other),
        }
        for row in conflicts
    ]


def operation_row(row: RecordOperation) -> dict[str, Any]:
    """One change, with who and when."""
    return {
        "id": row.pk,
        "seq": row.seq,
        "path": row.path,
        "value": row.value,
        "base": row.base,
        "state": row.state,
        "author": row.author_name,
        "at": row.device_at,
        "received_at": row.received_at,
    }


def receipt_of(
    submission: Submission, *, manifest_as_sent: Iterable[Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """What is here of a submission and of its files now, signed; `complete` only when every file is stored.

    manifest_as_sent: its photos, of a caller that has read them already; else they are read from the words that came.
    """
    if manifest_as_sent is None:
        manifest_as_sent = parse(submission.body.encode()).get("photos") or ()
    manifest = _manifest(manifest_as_sent)
    keys = [key for key, _ in manifest]
    photos = {photo.pk: photo for photo in Photo.objects.filter(pk__in=keys)} if keys else {}
    states = copy_states(photos.values())
    files = []
    for key, wanted in manifest:
        found = {state.copy: state for state in states.get(key, [])}
        for copy, sha256 in wanted:
            state = found.get(copy)
            # A stamped copy that was refused is no longer asked for: its photo's row has forgotten it.
            known = state is not None and state.sha256 == sha256
            photo = photos.get(key)
            files.append(
                {
                    "id": key,
                    "copy": copy,
                    "sha256": sha256,
                    "state": state.state if state is not None and known else "refused",
                    "chunks_missing": state.chunks_missing if state is not None and known else [],
                    "reason": photo.refused_reason if photo is not None else "",
                }
            )
    receipt = {
        "number": submission.receipt_number,
        "submission": submission.pk,
        "sha256": submission.body_sha256,
        "received_at": submission.received_at,
        "files": files,
        "complete": all(file["state"] == "stored" for file in files),
    }
    # As it will be read: texts, so that the signature can be checked from the receipt alone.
    plain: dict[str, Any] = json.loads(canonical.dumps(receipt))
    return {**plain, "signature": sign(plain)}


def sign(receipt: Mapping[str, Any]) -> str:
    """HMAC-SHA256 over the canonical JSON of the receipt without its signature."""
    plain = {name: value for name, value in receipt.items() if name != "signature"}
    return sealing.digest(canonical.dumps(plain).decode(), purpose=_PURPOSE)


def is_genuine(receipt: Mapping[str, Any]) -> bool:
    """Whether this server gave the receipt as it stands."""
    return hmac.compare_digest(sign(receipt), str(receipt.get("signature", "")))


def _manifest(photos: Iterable[Mapping[str, Any]]) -> list[tuple[uuid.UUID, list[tuple[str, str]]]]:
    """Each photo of a submission with the copies that it announces."""
    found = []
    for entry in photos:
        copies = [("original", entry["sha256"])]
        if entry.get("stamped"):
            copies.append(("stamped", entry["stamped"]["sha256"]))
        found.append((uuid.UUID(entry["id"]), copies))
    return found


def own_delivery(*, key: uuid.UUID, sha256: str, author: uuid.UUID) -> Submission | None:
    """The submission of this identifier and these very bytes, if this person sent it."""
    rows = Submission.objects.filter(pk=key, body_sha256=sha256, author=author)
    return rows.select_related("inspection").first()


def submission_of_photo(photo: Photo) -> Submission | None:
    """The sending that announced the photo: its words name the photo's identifier."""
    rows = Submission.objects.filter(inspection_id=photo.inspection_id, body__contains=str(photo.pk))
    return rows.order_by("received_at").first()
