"""What of a photo is here, which earlier photo it repeats, and what a receipt says of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils import timezone

from core import filestore
from core.month import SHANGHAI
from inspections.enums import PhotoState, TimeCheck
from inspections.models import Photo, PhotoChunk
from inspections.rules.perceptual import NEAR

CHUNK_BYTES = 256 * 1024
ORIGINAL, STAMPED = "original", "stamped"
COPIES = (ORIGINAL, STAMPED)
ORIGINAL_AREA, STAMPED_AREA, VIEW_AREA = "evidence", "photo-stamped", "photo-view"
LOOK_BACK = 20_000
"""Near duplicates are looked for among the city's newest photos: about two years of a city, 0.05 s."""


@dataclass(frozen=True)
class CopyState:
    """One file of a photo. state: missing, stored or refused (with the reason)."""

    copy: str
    sha256: str
    byte_count: int
    state: str
    chunks_missing: list[int] = field(default_factory=list)
    reason: str = ""

    @property
    def is_stored(self) -> bool:
        """A receipt may name it as delivered."""
        return self.state == "stored"


def chunk_count(byte_count: int) -> int:
    """Into how many parts a file of this size is cut."""
    return -(-byte_count // CHUNK_BYTES)


def visible_photos() -> QuerySet[Photo]:
    """Photos of the scope."""
    return Photo.objects.select_related("inspection", "device")


REUSED = Q(reuse_of__isnull=False)
WRONG_TIME = Q(time_check__in=[TimeCheck.EARLY, TimeCheck.LATE])
REFUSED = Q(state=PhotoState.REFUSED)
_SHOWN_MONTHS = 36


def doubtful() -> Q:
    """Photos that a person should look at: repeated, of an impossible time, or refused."""
    return REUSED | WRONG_TIME | REFUSED


def doubts_of(photo: Photo) -> list[str]:
    """The same for one photo, in words; empty when nothing is doubtful."""
    words = []
    if photo.reuse_of_id is not None:
        words.append(f"疑似重复，差 {photo.reuse_distance or 0} 位")
    if photo.time_check in (TimeCheck.EARLY, TimeCheck.LATE):
        words.append(f"时间{photo.get_time_check_display()}")
    if photo.state == PhotoState.REFUSED:
        words.append(f"拒收：{photo.refused_reason}")
    return words


def months_of_photos() -> list[dt.date]:
    """First days of the months in which photos of the scope were taken, newest first."""
    months = Photo.objects.datetimes("taken_at", "month", order="DESC", tzinfo=SHANGHAI)
    return [timezone.localdate(month, SHANGHAI) for month in months[:_SHOWN_MONTHS]]


def expected(photo: Photo, copy: str) -> tuple[str, int] | None:
    """Hash and size that the tablet declared for a copy; None when it declared none."""
    if copy == ORIGINAL:
        return photo.sha256, photo.byte_count
    if copy == STAMPED and photo.stamped_sha256 and photo.stamped_byte_count:
        return photo.stamped_sha256, photo.stamped_byte_count
    return None


def is_copy_stored(photo: Photo, copy: str) -> bool:
    """The original by its state (it passed every check), the stamped copy by its file."""
    if copy == ORIGINAL:
        return photo.state == PhotoState.STORED
    return bool(photo.stamped_sha256) and filestore.is_kept(
        area=STAMPED_AREA, city_id=photo.city_id, sha256=photo.stamped_sha256
    )


def copy_states(photos: Collection[Photo]) -> dict[uuid.UUID, list[CopyState]]:
    """For each photo what of its copies is here; one query for the parts of all."""
    waiting = [photo.pk for photo in photos if not all(is_copy_stored(photo, copy) for copy in COPIES)]
    present: dict[tuple[uuid.UUID, str], set[int]] = defaultdict(set)
    if waiting:
        for photo_id, copy, position in PhotoChunk.objects.filter(photo__in=waiting).values_list(
            "photo_id", "copy", "position"
        ):
            present[photo_id, copy].add(position)
    return {photo.pk: list(_states(photo, present)) for photo in photos}


def _states(photo: Photo, present: Mapping[tuple[uuid.UUID, str], set[int]]) -> Iterable[CopyState]:
    for copy in COPIES:
        wanted = expected(photo, copy)
        if wanted is None:
            continue
        sha256, byte_count = wanted
        if is_copy_stored(photo, copy):
            yield CopyState(copy, sha256, byte_count, "stored")
        elif photo.state == PhotoState.REFUSED:
            yield CopyState(copy, sha256, byte_count, "refused", reason=photo.refused_reason)
        else:
            missing = [n for n in range(chunk_count(byte_count)) if n not in present[photo.pk, copy]]
            yield CopyState(copy, sha256, byte_count, "missing", missing)


@dataclass(frozen=True)
class Reuse:
    """An earlier photo of the city that shows the same. distance: bits that differ, 0 for the very same bytes."""

    photo_id: uuid.UUID
    distance: int


def earlier_use(photo: Photo, perceptual_hash: str) -> Reuse | None:
    """The nearest earlier photo; must run in the whole city's scope. Two queries, the second over LOOK_BACK rows.

    Photos of the same inspection show the same place by their nature: among them only the very same bytes count.
    """
    stored = Photo.objects.filter(state=PhotoState.STORED).exclude(pk=photo.pk)
    same = stored.filter(sha256=photo.sha256).order_by("received_at").values_list("pk", flat=True).first()
    if same is not None:
        return Reuse(same, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, differs FROM (SELECT id, bit_count(('x' || perceptual_hash)::bit(256) # ('x' || %s)::bit(256))"
            " AS differs FROM (SELECT id, perceptual_hash FROM inspections_photo WHERE city_id = %s AND state = 'STORED'"
            " AND perceptual_hash <> '' AND inspection_id <> %s AND id <> %s ORDER BY received_at DESC LIMIT %s) AS newest"
            " OFFSET 0) AS measured WHERE differs <= %s ORDER BY differs LIMIT 1",
            [perceptual_hash, photo.city_id, photo.inspection_id, photo.pk, LOOK_BACK, NEAR],
        )
        row: tuple[Any, ...] | None = cursor.fetchone()
    return Reuse(row[0], int(row[1])) if row else None
