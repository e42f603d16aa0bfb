"""Photos of the field: declared with the record, brought in parts, put together, checked, kept.

Bytes come to the disk first (a file under its hash, synced), the row follows in the transaction of the request: a process
or a machine that dies in between leaves a file that the next try finds, never a row without its bytes.
"""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db import transaction

from audit.services import record
from core import clamav, filestore
from core.canonical import file_sha256
from core.errors import DomainError
from core.faultpoint import faultpoint
from inspections.enums import PhotoState
from inspections.models import Device, Inspection, Photo, PhotoChunk
from inspections.rules.declared_exif import Fact
from inspections.rules.perceptual import perceptual_hash
from inspections.rules.photo_time import check_time
from inspections.selectors.photos import (
    CHUNK_BYTES,
    ORIGINAL,
    ORIGINAL_AREA,
    STAMPED_AREA,
    VIEW_AREA,
    chunk_count,
    earlier_use,
    expected,
    is_copy_stored,
)
from inspections.services.images import NotAPicture, Rendered, picture_facts, render
from inspections.services.incoming import incoming_place, part_name
from inspections.services.projection import attach_photo_evidence
from inspections.services.time_tokens import read_time_token
from tenancy.scope import city_scope

MAX_BYTES = 25 * 1024 * 1024


class PhotoRefused(DomainError):
    """What was sent for a photo does not fit what was declared: sending it again would not help."""


class ChunkDiffers(DomainError):
    """Other bytes lie at this place already."""


class WholeDiffers(DomainError):
    """All parts are here and together they are not the declared file; they were dropped, to be sent anew."""


@dataclass(frozen=True)
class Declared:
    """One photo of a submission's manifest, checked for form. Times are aware; position in decimal texts.

    exif: what the tablet read from the camera's file (rules/declared_exif.py).
    """

    id: uuid.UUID
    finding: uuid.UUID | None
    sha256: str
    byte_count: int
    taken_at: dt.datetime
    time_token: str = ""
    title: str = ""
    stamped_sha256: str = ""
    stamped_byte_count: int | None = None
    position: Mapping[str, str | None] = field(default_factory=dict)
    exif: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """One part of a copy as it was sent. start, total: from Content-Range; sha256: what the sender says of it."""

    copy: str
    position: int
    start: int
    total: int
    sha256: str
    data: bytes


def declare_photos(
    *,
    inspection: Inspection,
    manifest: Collection[Declared],
    device: Device | None,
    clock_offset_ms: int | None,
    author: uuid.UUID,
    author_name: str,
) -> None:
    """Write the rows of a submission's photos once; part of taking the submission, whose audit line covers it.

    Raises PhotoRefused: an identifier that is taken by other bytes or by another inspection.
    """
    rows = [
        Photo(
            id=one.id,
            city_id=inspection.city_id,
            jurisdiction_id=inspection.jurisdiction_id,
            inspection=inspection,
            finding_key=one.finding,
            device=device,
            title=one.title[:200],
            sha256=one.sha256,
            byte_count=one.byte_count,
            stamped_sha256=one.stamped_sha256,
            stamped_byte_count=one.stamped_byte_count,
            taken_at=one.taken_at,
            clock_offset_ms=clock_offset_ms,
            token_at=read_time_token(one.time_token, device_id=device.pk if device else None),
            latitude=_degrees(one.position.get("lat"), 90),
            longitude=_degrees(one.position.get("lon"), 180),
            accuracy_m=_metres(one.position.get("accuracy")),
            exif=dict(one.exif),
            taken_by=author,
            taken_by_name=author_name,
        )
        for one in manifest
    ]
    Photo.objects.bulk_create(rows, ignore_conflicts=True)
    present = {photo.pk: photo for photo in Photo.objects.filter(pk__in=[one.id for one in manifest])}
    for one in manifest:
        photo = present.get(one.id)
        if photo is None or (photo.sha256, photo.inspection_id) != (one.sha256, inspection.pk):
            raise PhotoRefused(f"照片标识 {one.id} 已用于另一张照片，请在平板上重新拍摄或重新登记这张照片。")


def _degrees(text: str | None, limit: int) -> Decimal | None:
    """Six decimals, as the column; outside of the sphere nothing is said."""
    value = Decimal(text).quantize(Decimal("0.000001")) if text else None
    return value if value is not None and abs(value) <= limit else None


def _metres(text: str | None) -> Decimal | None:
    return Decimal(text).quantize(Decimal("0.1")) if text and not text.startswith("-") else None


def _place(photo: Photo, copy: str) -> Path:
    return incoming_place(photo.city_id, photo.pk) / copy


def _part_path(photo: Photo, copy: str, position: int, sha256: str) -> Path:
    return _place(photo, copy) / part_name(position, sha256)


def put_chunk(*, photo: Photo, part: Part, by: Any, at: dt.datetime) -> bool:
    """Take one part; when it was the last one, put the file together. Returns whether the part was new.

    Raises PhotoRefused, ChunkDiffers, WholeDiffers, ScannerUnavailable.
    """
    _check_part(photo, part)
    path = _part_path(photo, part.copy, part.position, part.sha256)
    filestore.keep_durably(path, part.data)
    faultpoint("photo.part_on_disk")
    # One at a time for one photo: two last parts must not both put it together.
    photo = Photo.objects.select_for_update(of=("self",)).get(pk=photo.pk)
    if is_copy_stored(photo, part.copy) and not _is_lost(photo, part.copy, by=by, at=at):
        path.unlink(missing_ok=True)
        return _again(photo, part)
    # Once more: while this one waited for the row, an old file of the same name may have been swept.
    filestore.keep_durably(path, part.data)
    is_new = _write_row(photo, part)
    rows = list(photo.chunks.filter(copy=part.copy).order_by("position"))
    if len(rows) == chunk_count(part.total):
        _assemble(photo, part.copy, rows, by=by, at=at)
    faultpoint("photo.before_commit")
    return is_new


def _check_part(photo: Photo, part: Part) -> None:
    wanted = expected(photo, part.copy)
    if wanted is None:
        raise PhotoRefused("这张照片没有登记这种文件，请随记录一起登记后再传。")
    if photo.state == PhotoState.REFUSED:
        raise PhotoRefused(f"照片已拒收：{photo.refused_reason}")
    total = wanted[1]
    if part.total != total or not 0 <= part.position < chunk_count(total):
        raise PhotoRefused(
            f"登记的大小是 {total} 字节，与所传的 {part.total} 字节第 {part.position} 段不符。"
        )
    start = part.position * CHUNK_BYTES
    if part.start != start or len(part.data) != min(CHUNK_BYTES, total - start):
        raise PhotoRefused(
            f"第 {part.position} 段应从第 {start} 字节起，每段 {CHUNK_BYTES} 字节，最后一段到文件末尾。"
        )
    if file_sha256(part.data) != part.sha256:
        raise PhotoRefused(f"第 {part.position} 段的内容与其 SHA-256 不符，请重新传这一段。")


def _kept_as(photo: Photo, copy: str) -> tuple[str, str]:
    return (ORIGINAL_AREA, photo.sha256) if copy == ORIGINAL else (STAMPED_AREA, photo.stamped_sha256)


def _is_lost(photo: Photo, copy: str, *, by: Any, at: dt.datetime) -> bool:
    """The row says stored and the disk has nothing: the photo is asked for again, as long as a tablet still has it."""
    area, sha256 = _kept_as(photo, copy)
    if filestore.is_kept(area=area, city_id=photo.city_id, sha256=sha256):
        return False
    photo.state = PhotoState.DECLARED
    photo.save(update_fields=["state"])
    record(action="inspections.photo.lose", subject=photo, by=by, at=at, after={"sha256": sha256})
    return True


def _again(photo: Photo, part: Part) -> bool:
    area, sha256 = _kept_as(photo, part.copy)
    with filestore.path_of(area, photo.city_id, sha256).open("rb") as whole:
        whole.seek(part.start)
        if whole.read(len(part.data)) != part.data:
            raise ChunkDiffers("照片已送达，这一段与已送达的内容不同。")
    return False


def _write_row(photo: Photo, part: Part) -> bool:
    row = PhotoChunk(
        city_id=photo.city_id,
        jurisdiction_id=photo.jurisdiction_id,
        photo=photo,
        copy=part.copy,
        position=part.position,
        sha256=part.sha256,
        byte_count=len(part.data),
    )
    present = photo.chunks.filter(copy=part.copy, position=part.position).first()
    if present is None:
        row.save(force_insert=True)  # the photo's row is locked: nobody else writes this place
        return True
    if present.sha256 != part.sha256:
        raise ChunkDiffers(f"第 {part.position} 段已收到另一份内容（SHA-256 {present.sha256[:12]}…）。")
    return False


def _assemble(photo: Photo, copy: str, rows: list[PhotoChunk], *, by: Any, at: dt.datetime) -> None:
    paths = [_part_path(photo, copy, row.position, row.sha256) for row in rows]
    lost = [row.pk for row, path in zip(rows, paths, strict=True) if not path.is_file()]
    if lost:
        # Dropped together with an earlier try while this part was on its way: those places are asked for again.
        photo.chunks.filter(pk__in=lost).delete()
        return
    data = b"".join(path.read_bytes() for path in paths)
    sha256 = photo.sha256 if copy == ORIGINAL else photo.stamped_sha256
    photo.chunks.filter(copy=copy).delete()
    place = _place(photo, copy)
    transaction.on_commit(lambda: shutil.rmtree(place, ignore_errors=True))
    if file_sha256(data) != sha256:
        raise WholeDiffers("各段合起来与登记的 SHA-256 不符，已收各段作废，请重新上传这张照片。")
    malware = clamav.scan(data)
    if malware:
        _refuse(photo, copy, f"病毒扫描发现 {malware}", by=by, at=at)
        return
    try:
        _keep(photo, copy, data, by=by, at=at)
    except (NotAPicture, filestore.WrongFile) as fault:
        _refuse(photo, copy, str(fault), by=by, at=at)


def _keep(photo: Photo, copy: str, data: bytes, *, by: Any, at: dt.datetime) -> None:
    facts = picture_facts(data)
    if copy != ORIGINAL:
        _store(photo, data, STAMPED_AREA)
        return
    rendered = render(data)
    _store(photo, data, ORIGINAL_AREA)
    faultpoint("photo.original_kept")
    photo.width, photo.height = facts.width, facts.height
    # What the server reads outweighs what was declared; of a photo made smaller on the tablet it reads nothing.
    photo.exif = {**photo.exif, **facts.exif}
    photo.view_sha256 = _store(photo, rendered.jpeg, VIEW_AREA)
    # Brought again after its file was lost: when it first came, and what it repeated then, stays.
    is_first = photo.received_at is None
    photo.received_at, photo.state = photo.received_at or at, PhotoState.STORED
    photo.time_check = check_time(
        taken_at=photo.taken_at,
        clock_offset_ms=photo.clock_offset_ms,
        token_at=photo.token_at,
        received_at=photo.received_at,
    )
    if is_first:
        _look_for_reuse(photo, rendered)
    photo.save()
    after = {"sha256": photo.sha256, "time_check": photo.time_check, "reuse_of": photo.reuse_of_id}
    record(action="inspections.photo.store", subject=photo, by=by, at=at, after=after)
    attach_photo_evidence(photo=photo)


def _store(photo: Photo, data: bytes, area: str) -> str:
    kept = filestore.store(
        data, area=area, city_id=photo.city_id, allowed=filestore.IMAGES, max_bytes=MAX_BYTES
    )
    return kept.sha256


def _look_for_reuse(photo: Photo, rendered: Rendered) -> None:
    photo.perceptual_hash = perceptual_hash(rendered.grey)
    # A county sees its own photos only; a photo of another county's site is just as much a repeated one.
    with city_scope(photo.city_id):
        found = earlier_use(photo, photo.perceptual_hash)
    if found is not None:
        photo.reuse_of_id, photo.reuse_distance = found.photo_id, found.distance


def _refuse(photo: Photo, copy: str, reason: str, *, by: Any, at: dt.datetime) -> None:
    """The original: the photo is refused, for everybody to see. A stamped copy goes alone: it only repeats the original."""
    photo.refused_reason = reason[:200]
    if copy == ORIGINAL:
        photo.state = PhotoState.REFUSED
    else:
        photo.stamped_sha256, photo.stamped_byte_count = "", None
    photo.save(update_fields=["refused_reason", "state", "stamped_sha256", "stamped_byte_count"])
    record(
        action="inspections.photo.refuse", subject=photo, by=by, at=at, after={"reason": photo.refused_reason}
    )
