"""One photo to be verified: are the bytes still those of the capture, who and what stands behind them."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from audit.models import AuditEvent
from audit.presenters import action_label
from audit.services import link_holds
from core import display, filestore
from core.canonical import file_sha256
from core.components import Entry
from inspections.enums import PhotoState
from inspections.models import Photo
from inspections.rules.annotation import annotation_svg
from inspections.rules.declared_exif import CAMERA_BYTES, CAMERA_SHA256
from inspections.rules.photo_time import corrected
from inspections.selectors.annotations import marks_of, view_size
from inspections.selectors.photos import ORIGINAL_AREA, STAMPED_AREA, VIEW_AREA
from inspections.selectors.record_state import submission_of_photo


class Integrity(enum.Enum):
    """What the recomputed hash says."""

    SAME = "一致"
    CHANGED = "不一致"
    MISSING = "文件不在"
    WAITING = "尚未送达"
    REFUSED = "已拒收"


@dataclass(frozen=True)
class CopyCheck:
    """One file: what was declared, what lies on the disk now."""

    label: str
    sha256: str
    found: str
    integrity: Integrity


@dataclass(frozen=True)
class PhotoPage:
    """What the page says. chain: the acts on the photo; is_chain_whole: each of their hashes fits.

    marked: the copy for viewing with the marks of the record drawn over it, "" without marks or picture.
    """

    checks: list[CopyCheck]
    facts: list[tuple[str, object]]
    chain: list[Entry]
    is_chain_whole: bool
    reuse: Photo | None
    is_reuse_elsewhere: bool
    reused_by: list[Photo]
    marks: Sequence[dict[str, Any]]
    marked: SafeString | str


def photo_page(photo: Photo) -> PhotoPage:
    """Read the files anew; five queries."""
    events = list(
        AuditEvent.objects.filter(
            city_id=photo.city_id, subject_kind=Photo._meta.label_lower, subject_id=str(photo.pk)
        ).order_by("-seq")
    )
    reuse = (
        Photo.objects.filter(pk=photo.reuse_of_id).select_related("inspection").first()
        if photo.reuse_of_id
        else None
    )
    marks = marks_of([photo]).get(photo.pk, [])
    return PhotoPage(
        checks=_checks(photo),
        facts=_facts(photo),
        chain=[
            Entry(event.at, action_label(event.action), by=event.actor_name, note=f"审计第 {event.seq} 条")
            for event in events
        ],
        is_chain_whole=all(link_holds(event) for event in events),
        reuse=reuse,
        is_reuse_elsewhere=photo.reuse_of_id is not None and reuse is None,
        reused_by=list(photo.reused_by.select_related("inspection").order_by("received_at")[:20]),
        marks=marks,
        marked=_marked(photo, marks),
    )


def _marked(photo: Photo, marks: Sequence[dict[str, Any]]) -> SafeString | str:
    size = view_size(photo) if marks else None
    if size is None:
        return ""
    picture = reverse("devices:photo-file", args=[photo.pk, "view"])
    return mark_safe(annotation_svg(marks, *size, picture=picture))  # noqa: S308 -- every text in it is escaped


def _checks(photo: Photo) -> list[CopyCheck]:
    wanted = [("原图", ORIGINAL_AREA, photo.sha256), ("水印图", STAMPED_AREA, photo.stamped_sha256)]
    if photo.view_sha256:
        wanted.append(("浏览图", VIEW_AREA, photo.view_sha256))
    return [_check(photo, *one) for one in wanted if one[2]]


def _check(photo: Photo, label: str, area: str, sha256: str) -> CopyCheck:
    path = filestore.path_of(area, photo.city_id, sha256)
    if not path.is_file():
        missing = (
            Integrity.MISSING if photo.state == PhotoState.STORED and label != "水印图" else Integrity.WAITING
        )
        return CopyCheck(
            label, sha256, "", Integrity.REFUSED if photo.state == PhotoState.REFUSED else missing
        )
    found = file_sha256(path.read_bytes())
    return CopyCheck(label, sha256, found, Integrity.SAME if found == sha256 else Integrity.CHANGED)


def _joined(photo: Photo, between: str, *names: str) -> str:
    return between.join(str(photo.exif[name]) for name in names if photo.exif.get(name))


def _reduced(photo: Photo) -> str:
    """Said by the tablet alone: the camera's own file was not sent."""
    camera = photo.exif.get(CAMERA_SHA256)
    if not camera:
        return ""
    size = photo.exif.get(CAMERA_BYTES)
    shown = f"（{display.number(size)} 字节）" if isinstance(size, int) else ""
    return f"平板缩小，相机原图 SHA-256 {display.spaced_hash(camera)}{shown}；EXIF 由平板读自相机原图"


def _facts(photo: Photo) -> list[tuple[str, object]]:
    submission = submission_of_photo(photo)
    where = f"{photo.latitude}，{photo.longitude}" if photo.latitude is not None else ""
    accuracy = f"（精度 {photo.accuracy_m} 米）" if where and photo.accuracy_m is not None else ""
    offset = f"{photo.clock_offset_ms / 1000:+.1f} 秒" if photo.clock_offset_ms is not None else ""
    facts: list[tuple[str, object]] = [
        ("检查", photo.inspection.number),
        ("拍摄人", photo.taken_by_name),
        ("设备", photo.device.name if photo.device else ""),
        ("拍摄时间（平板）", display.moment(photo.taken_at)),
        ("与服务器时钟相差", offset),
        ("拍摄时间（按服务器时钟）", display.moment(corrected(photo.taken_at, photo.clock_offset_ms))),
        ("时间凭证签发", display.moment(photo.token_at)),
        ("送达时间", display.moment(photo.received_at)),
        ("时间核对", photo.get_time_check_display()),
        ("位置（WGS-84）", where + accuracy),
        (
            "尺寸",
            f"{photo.width} × {photo.height} 像素，{display.number(photo.byte_count)} 字节"
            if photo.width
            else "",
        ),
        ("平板处理", _reduced(photo)),
        ("EXIF 拍摄时间", photo.exif.get("taken_at", "")),
        ("EXIF 设备", _joined(photo, " ", "make", "model")),
        ("EXIF 位置", _joined(photo, "，", "latitude", "longitude")),
        ("回执号", submission.receipt_number if submission else ""),
        ("拒收原因", photo.refused_reason),
    ]
    return [(label, value) for label, value in facts if value]
