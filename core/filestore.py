"""Files that people attach: told by their first bytes, kept on the server under the hash of their content.

A name says nothing about a content, so a name decides nothing here. The rows that point at a file live in the apps; a
file whose row was rolled back stays: it harms nobody and is found again by its hash.
"""

from __future__ import annotations

import io
import os
import uuid
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse

from core.canonical import file_sha256
from core.errors import DomainError

MAX_BYTES = 10 * 1024 * 1024
_MEGABYTE = 1024 * 1024
_OFFICE = b"PK\x03\x04"


@dataclass(frozen=True)
class FileType:
    """A kind of file that may be taken. label: how sentences call it. part: what tells one office file from another."""

    magic: bytes
    suffix: str
    mime: str
    label: str
    part: str = ""

    @property
    def is_image(self) -> bool:
        """A page may show it."""
        return self.mime.startswith("image/")


JPEG = FileType(b"\xff\xd8\xff", ".jpg", "image/jpeg", "JPEG 图片")
PNG = FileType(b"\x89PNG\r\n\x1a\n", ".png", "image/png", "PNG 图片")
PDF = FileType(b"%PDF-", ".pdf", "application/pdf", "PDF 文件")
XLSX = FileType(
    _OFFICE,
    ".xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xlsx 工作簿",
    "xl/workbook.xml",
)
DOCX = FileType(
    _OFFICE,
    ".docx",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "docx 文档",
    "word/document.xml",
)
IMAGES = (JPEG, PNG)
EVIDENCE_TYPES = (JPEG, PNG, PDF)
ATTACHMENT_TYPES = (JPEG, PNG, PDF, XLSX, DOCX)


class WrongFile(DomainError):
    """A file that is not taken: empty, too big or of another type."""


@dataclass(frozen=True)
class StoredFile:
    """What the row of the app remembers of the file. sha256: lower-case hex."""

    sha256: str
    byte_count: int
    type: FileType


def type_of(data: bytes, allowed: Collection[FileType] = EVIDENCE_TYPES) -> FileType | None:
    """The type by its first bytes, for office files by their parts; None for what is not allowed."""
    return next((one for one in allowed if data.startswith(one.magic) and _has_part(data, one)), None)


def _has_part(data: bytes, kind: FileType) -> bool:
    """An office file without macros, with the part that makes it a workbook or a document."""
    if not kind.part:
        return True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    return kind.part in names and not any(name.lower().endswith("vbaproject.bin") for name in names)


def accept_of(allowed: Collection[FileType]) -> str:
    """For the `accept` of a file field."""
    suffixes = [one.suffix for one in allowed]
    return ",".join([*suffixes, ".jpeg"] if ".jpg" in suffixes else suffixes)


def words_of(allowed: Collection[FileType]) -> str:
    """“JPEG 图片、PDF 文件”."""
    return "、".join(one.label for one in allowed)


def check(
    data: bytes, *, allowed: Collection[FileType] = EVIDENCE_TYPES, max_bytes: int = MAX_BYTES, name: str = ""
) -> FileType:
    """The type of a file that may be taken.

    Raises WrongFile with one sentence: which file, what is wrong, what is allowed.
    """
    shown = f"“{name}”" if name else "文件"
    if not data:
        raise WrongFile(f"{shown}是空的（0 字节），请重新选择文件。")
    if len(data) > max_bytes:
        raise WrongFile(
            f"{shown}有 {len(data) / _MEGABYTE:.1f} MB，超过 {max_bytes // _MEGABYTE} MB 的上限，请压缩或拆分后再传。"
        )
    found = type_of(data, allowed)
    if found is None:
        raise WrongFile(f"{shown}的内容不是可以接收的格式，只收{words_of(allowed)}。")
    return found


def store(
    data: bytes,
    *,
    area: str,
    city_id: uuid.UUID,
    allowed: Collection[FileType] = EVIDENCE_TYPES,
    max_bytes: int = MAX_BYTES,
    name: str = "",
) -> StoredFile:
    """Keep a file, whole or not at all; the same bytes are kept once.

    area: the folder of the app's files, such as "evidence". name: what the person called it, for the sentence only.
    Raises WrongFile.
    """
    found = check(data, allowed=allowed, max_bytes=max_bytes, name=name)
    sha256 = file_sha256(data)
    keep_durably(path_of(area, city_id, sha256), data)
    return StoredFile(sha256=sha256, byte_count=len(data), type=found)


def path_of(area: str, city_id: uuid.UUID, sha256: str) -> Path:
    """Where the bytes lie."""
    return Path(settings.MEDIA_ROOT) / area / str(city_id) / sha256[:2] / sha256


def keep_durably(path: Path, data: bytes) -> None:
    """Write a file so that after a power cut it is there whole or not at all; one that is there stays as it is."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, delete=False) as part:
        part.write(data)
        part.flush()
        os.fsync(part.fileno())
    Path(part.name).replace(path)
    # The name too: a receipt is given for this file, and the tablet then forgets its own.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def is_kept(*, area: str, city_id: uuid.UUID, sha256: str) -> bool:
    """Whether the file is on this server."""
    return path_of(area, city_id, sha256).is_file()


def read(
    *, area: str, city_id: uuid.UUID, sha256: str, allowed: Collection[FileType] = EVIDENCE_TYPES
) -> tuple[bytes, FileType] | None:
    """The bytes and their type; None when the file is not on this server or is not what its hash says."""
    path = path_of(area, city_id, sha256)
    if not path.is_file():
        return None
    data = path.read_bytes()
    found = type_of(data, allowed)
    return (data, found) if found is not None and file_sha256(data) == sha256 else None


def file_response(data: bytes, kind: FileType, name: str) -> HttpResponse:
    """The file as it came, to be saved: never run or shown as a page inside this site.

    name: without suffix; the suffix follows the content. An <img> of our own pages may still show an image.
    """
    response = HttpResponse(data, content_type=kind.mime)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name + kind.suffix)}"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
