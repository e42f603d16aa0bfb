"""Uploads that were never finished: their parts are dropped in the end, and asked for again by whoever comes back.

A part counts as long as a row names it. So the rows go first, in a transaction of their own: from then on the tablet is
told truthfully that every part is missing. The files follow, and only those that no row names: what came meanwhile stays.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import uuid
from collections.abc import Collection
from pathlib import Path

from django.conf import settings

from inspections.models import Photo, PhotoChunk
from inspections.selectors.photos import COPIES
from tenancy.scope import city_scope

logger = logging.getLogger(__name__)
INCOMING = "incoming"
PARTS_KEPT = dt.timedelta(days=60)
"""Since the last part came. A tablet that stays away longer keeps its photos itself and begins those uploads again."""


def incoming_place(city_id: uuid.UUID, photo_id: uuid.UUID) -> Path:
    """Where the parts of a photo wait to be put together, in a folder for each copy."""
    return Path(settings.MEDIA_ROOT) / INCOMING / str(city_id) / photo_id.hex


def part_name(position: int, sha256: str) -> str:
    """Under its own hash: other bytes for the same place never touch these."""
    return f"{position}.{sha256}"


def sweep_incoming(*, city_id: uuid.UUID, at: dt.datetime) -> int:
    """Drop what has waited longer than PARTS_KEPT; returns how many files. Opens its own transactions."""
    before = (at - PARTS_KEPT).timestamp()
    root = Path(settings.MEDIA_ROOT) / INCOMING / str(city_id)
    swept = 0
    for place in sorted(root.glob("[0-9a-f]" * 32)):
        try:
            swept += _sweep(city_id, uuid.UUID(hex=place.name), before)
        except FileNotFoundError:
            logger.info("photo %s was put together while its parts were looked at", place.name)
    return swept


def _sweep(city_id: uuid.UUID, photo_id: uuid.UUID, before: float) -> int:
    place = incoming_place(city_id, photo_id)
    folders = [place / copy for copy in COPIES if _is_stale(place / copy, before)]
    if not folders:
        return 0
    with city_scope(city_id):
        _lock(photo_id)
        still = [folder.name for folder in folders if _is_stale(folder, before)]
        PhotoChunk.objects.filter(photo=photo_id, copy__in=still).delete()
    with city_scope(city_id):
        _lock(photo_id)
        unnamed = [path for path in _unnamed(photo_id, folders) if path.stat().st_mtime < before]
        for path in unnamed:
            path.unlink()
    for folder in (*folders, place):
        # Refused by the system when something has come meanwhile.
        with contextlib.suppress(OSError):
            folder.rmdir()
    return len(unnamed)


def _is_stale(folder: Path, before: float) -> bool:
    """Nothing has come into it for so long; the folder itself counts, a part may be on its way into it."""
    if not folder.is_dir():
        return False
    return all(path.stat().st_mtime < before for path in (folder, *folder.iterdir()))


def _lock(photo_id: uuid.UUID) -> None:
    """As whoever brings a part does. No row is here when the submission that announced it was rolled back."""
    Photo.objects.select_for_update(of=("self",)).filter(pk=photo_id).first()


def _unnamed(photo_id: uuid.UUID, folders: Collection[Path]) -> list[Path]:
    rows = PhotoChunk.objects.filter(photo=photo_id).values_list("copy", "position", "sha256")
    named = {(copy, part_name(position, sha256)) for copy, position, sha256 in rows}
    paths = [path for folder in folders for path in folder.iterdir()]
    return [path for path in paths if (path.parent.name, path.name) not in named]
