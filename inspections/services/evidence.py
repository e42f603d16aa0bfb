"""佐证材料: a file of a finding, kept on the server under the hash of its content."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction

from audit.services import record
from core import filestore
from core.errors import DomainError
from core.uuid7 import uuid7
from inspections.enums import EvidenceKind, FindingState
from inspections.models import Evidence, Finding

AREA = "evidence"
MAX_BYTES = filestore.MAX_BYTES
TYPES = filestore.EVIDENCE_TYPES
_ENDED = (FindingState.CLOSED, FindingState.WITHDRAWN)


class FindingHasEnded(DomainError):
    """A closed or withdrawn finding takes no more evidence."""


class EvidenceAlreadyAttached(DomainError):
    """The same bytes again."""


def takes_evidence(finding: Finding) -> bool:
    """Until it is closed or withdrawn."""
    return finding.state not in _ENDED


@transaction.atomic
def attach_evidence(*, finding_id: uuid.UUID, title: str, data: bytes, by: Any, at: dt.datetime) -> Evidence:
    """Keep the file and attach it. To attach is to help: the state of the finding stays as it is.

    Raises WrongFile, FindingHasEnded, EvidenceAlreadyAttached.
    """
    filestore.check(data, allowed=TYPES)
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding_id)
    if not takes_evidence(finding):
        raise FindingHasEnded(f"问题{finding.get_state_display()}，不能再附佐证材料。")
    file = filestore.store(data, area=AREA, city_id=finding.city_id, allowed=TYPES)
    if finding.evidence.filter(sha256=file.sha256).exists():
        raise EvidenceAlreadyAttached("同一个文件已经附在这个问题上。")
    key = uuid7()
    evidence = Evidence(
        id=key,
        city_id=finding.city_id,
        jurisdiction_id=finding.jurisdiction_id,
        finding=finding,
        number=f"PZ-{key.hex[-12:].upper()}",
        kind=EvidenceKind.PHOTO if file.type.is_image else EvidenceKind.DOCUMENT,
        title=title,
        sha256=file.sha256,
        taken_at=at,
        byte_count=file.byte_count,
    )
    evidence.save(force_insert=True)
    after = {"finding": finding.number, "number": evidence.number, "title": title, "sha256": file.sha256}
    record(action="inspections.evidence.attach", subject=evidence, by=by, at=at, after=after)
    return evidence


def is_kept(evidence: Evidence) -> bool:
    """Whether the file is on this server; a ledger names files by their hash alone."""
    return filestore.is_kept(area=AREA, city_id=evidence.city_id, sha256=evidence.sha256)


def kept_file(evidence: Evidence) -> tuple[bytes, filestore.FileType] | None:
    """The bytes and their type; None when the file is not on this server or is not what its hash says."""
    return filestore.read(area=AREA, city_id=evidence.city_id, sha256=evidence.sha256, allowed=TYPES)
