"""佐证材料: a file of a finding, kept on the server under the hash of its content."""

from __future__ import annotations

import datetime as dt
import os
import uuid
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.services import record
from core.canonical import file_sha256
from core.errors import DomainError
from core.uuid7 import uuid7
from inspections.enums import EvidenceKind, FindingState
from inspections.models import Evidence, Finding

MAX_BYTES = 10 * 1024 * 1024


@dataclass(frozen=True)
class FileType:
    """What may be attached, told by its first bytes: a name says nothing about the content."""

    magic: bytes
    suffix: str
    mime: str
    kind: EvidenceKind


FILE_TYPES = (
    FileType(b"\xff\xd8\xff", ".jpg", "image/jpeg", EvidenceKind.PHOTO),
    FileType(b"\x89PNG\r\n\x1a\n", ".png", "image/png", EvidenceKind.PHOTO),
    FileType(b"%PDF-", ".pdf", "application/pdf", EvidenceKind.DOCUMENT),
)
_ENDED = (FindingState.CLOSED, FindingState.WITHDRAWN)


class WrongEvidenceFile(DomainError):
    """Not a file that can be evidence."""


class FindingHasEnded(DomainError):
    """A closed or withdrawn finding takes no more evidence."""


class EvidenceAlreadyAttached(DomainError):
    """The same bytes again."""


def takes_evidence(finding: Finding) -> bool:
    """Until it is closed or withdrawn."""
    return finding.state not in _ENDED


def type_of(data: bytes) -> FileType | None:
    """The type by the first bytes; None for what is not accepted."""
    return next((one for one in FILE_TYPES if data.startswith(one.magic)), None)


@transaction.atomic
def attach_evidence(*, finding_id: uuid.UUID, title: str, data: bytes, by: Any, at: dt.datetime) -> Evidence:
    """Keep the file and attach it. To attach is to help: the state of the finding stays as it is.

    Raises WrongEvidenceFile, FindingHasEnded, EvidenceAlreadyAttached.
    """
    kind = _checked(data)
    finding = Finding.objects.select_for_update(of=("self",)).get(pk=finding_id)
    if not takes_evidence(finding):
        raise FindingHasEnded(f"问题{finding.get_state_display()}，不能再附佐证材料。")
    sha256 = file_sha256(data)
    if finding.evidence.filter(sha256=sha256).exists():
        raise EvidenceAlreadyAttached("同一个文件已经附在这个问题上。")
    _keep(_path(finding.city_id, sha256), data)
    key = uuid7()
    evidence = Evidence(
        id=key,
        city_id=finding.city_id,
        jurisdiction_id=finding.jurisdiction_id,
        finding=finding,
        number=f"PZ-{key.hex[-12:].upper()}",
        kind=kind,
        title=title,
        sha256=sha256,
        taken_at=at,
        byte_count=len(data),
    )
    evidence.save(force_insert=True)
    after = {"finding": finding.number, "number": evidence.number, "title": title, "sha256": sha256}
    record(action="inspections.evidence.attach", subject=evidence, by=by, at=at, after=after)
    return evidence


def _checked(data: bytes) -> EvidenceKind:
    if len(data) > MAX_BYTES:
        raise WrongEvidenceFile(f"文件超过 {MAX_BYTES // 1024 // 1024} MB 的上限。")
    found = type_of(data)
    if found is None:
        raise WrongEvidenceFile("只能附 JPEG、PNG 图片或 PDF 文件。")
    return found.kind


def _path(city_id: uuid.UUID, sha256: str) -> Path:
    return Path(settings.MEDIA_ROOT) / "evidence" / str(city_id) / sha256[:2] / sha256


def _keep(path: Path, data: bytes) -> None:
    """Whole or not at all. A file whose row was rolled back stays: it harms nobody and is found again by its hash."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)


def is_kept(evidence: Evidence) -> bool:
    """Whether the file is on this server; a ledger names files by their hash alone."""
    return _path(evidence.city_id, evidence.sha256).is_file()


def kept_file(evidence: Evidence) -> tuple[bytes, FileType] | None:
    """The bytes and their type; None when the file is not on this server or is not what its hash says."""
    path = _path(evidence.city_id, evidence.sha256)
    if not path.is_file():
        return None
    data = path.read_bytes()
    found = type_of(data)
    return (data, found) if found is not None and file_sha256(data) == evidence.sha256 else None
