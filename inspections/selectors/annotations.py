"""Marks on photos as the record has them, and the size of the picture that they lie on."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from typing import Any

from PIL import Image

from core import filestore
from inspections.models import Photo, RecordValue
from inspections.selectors.photos import VIEW_AREA

_PATH = "photos/{}/annotation"


def marks_of(photos: Collection[Photo]) -> dict[uuid.UUID, list[dict[str, Any]]]:
    """Photo → its marks in force; photos without marks are left out. One query."""
    keys = {_PATH.format(photo.pk): photo.pk for photo in photos}
    rows = RecordValue.objects.filter(
        path__in=keys, inspection_id__in={photo.inspection_id for photo in photos}
    ).values_list("path", "value")
    return {keys[path]: marks for path, marks in rows if marks}


def view_size(photo: Photo) -> tuple[int, int] | None:
    """Width and height of the copy for viewing, upright as marks are; None when it is not here or is broken."""
    if not photo.view_sha256:
        return None
    try:
        with Image.open(
            filestore.path_of(VIEW_AREA, photo.city_id, photo.view_sha256), formats=("JPEG",)
        ) as image:
            return image.size
    except OSError:
        return None
