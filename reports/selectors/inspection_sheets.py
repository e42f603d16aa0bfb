"""What the 执法检查登记表 and the 检查记录 say: the record of an inspection on paper (handbook §5.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import filestore
from core.filestore import JPEG
from core.qr import qr_svg
from inspections.enums import FindingState, PhotoState
from inspections.models import Finding, Inspection, Photo
from inspections.rules.annotation import annotation_svg
from inspections.rules.record import Row
from inspections.selectors.annotations import marks_of, view_size
from inspections.selectors.photos import VIEW_AREA
from inspections.selectors.visit_page import RecordView, record_view, units_of
from reports.selectors.arranging_sheets import SheetInspection, sheet_inspection

MAX_PHOTOS = 24
_MARGIN = 20
_FONT = "GW Latin, GW HeiTi, GW Rare"


@dataclass(frozen=True)
class SignedName:
    """A signature as it was drawn."""

    name: str
    side: str
    drawing: SafeString
    signed_at: Any


@dataclass(frozen=True)
class PhotoPrint:
    """A photo on paper: `asset` names its picture for the engine, "" when it is not here.

    `marked` is the picture with the marks of the record over it, "" without marks; `marks` is how many there are.
    `address` leads to the page that verifies it; `qr` is the same for a camera, "" where the product's own address is not
    set (ANLAN_SITE_URL).
    """

    photo: Photo
    number: int
    asset: str
    address: str
    qr: SafeString | str
    marks: int = 0
    marked: SafeString | str = ""


@dataclass(frozen=True)
class InspectionSheet:
    """Both sheets read from it."""

    about: SheetInspection
    view: RecordView
    findings: Sequence[Finding]
    photos: Sequence[PhotoPrint]
    photos_of: dict[Any, list[int]]
    officers: Sequence[SignedName]
    units: Sequence[SignedName]
    assets: dict[str, tuple[str, bytes]] = field(default_factory=dict)


def inspection_sheet(inspection: Inspection) -> InspectionSheet:
    """As the record stands; removed and withdrawn findings stay out."""
    view = record_view(inspection, units_of(inspection))
    findings = list(
        inspection.findings.exclude(state=FindingState.WITHDRAWN)
        .select_related("organization", "catalogue_item")
        .order_by("pk")
    )
    rows = list(inspection.photos.filter(state=PhotoState.STORED).order_by("taken_at")[:MAX_PHOTOS])
    marks = marks_of(rows)
    assets: dict[str, tuple[str, bytes]] = {}
    photos = [
        _photo(photo, number, marks.get(photo.pk, []), assets) for number, photo in enumerate(rows, start=1)
    ]
    photos_of: dict[Any, list[int]] = {}
    for one in photos:
        photos_of.setdefault(one.photo.finding_key, []).append(one.number)
    return InspectionSheet(
        about=sheet_inspection(inspection),
        view=view,
        findings=findings,
        photos=photos,
        photos_of=photos_of,
        officers=[_signed(row) for row in view.record.signed_by("OFFICER")],
        units=[_signed(row) for row in view.record.signed_by("UNIT")],
        assets=assets,
    )


def _photo(
    photo: Photo, number: int, marks: Sequence[dict[str, Any]], assets: dict[str, tuple[str, bytes]]
) -> PhotoPrint:
    found = None
    if photo.view_sha256:
        found = filestore.read(
            area=VIEW_AREA, city_id=photo.city_id, sha256=photo.view_sha256, allowed=(JPEG,)
        )
    name = ""
    if found is not None:
        name = f"photo-{photo.pk.hex}"
        assets[name] = ("image/jpeg", found[0])
    address = f"{settings.ANLAN_SITE_URL}{reverse('devices:photo', args=[photo.pk])}"
    size = view_size(photo) if name and marks else None
    drawing = annotation_svg(marks, *size, picture=f"gongwen:{name}", font=_FONT) if size else ""
    return PhotoPrint(
        photo,
        number,
        name,
        address,
        qr=qr_svg(address) if settings.ANLAN_SITE_URL else "",
        marks=len(marks),
        marked=mark_safe(drawing),  # noqa: S308 -- every text in it is escaped
    )


def _signed(row: Row) -> SignedName:
    return SignedName(
        row.text("name"), row.text("side"), signature_svg(row.leaves["strokes"]), row.moment("signed_at")
    )


def signature_svg(strokes: Sequence[Sequence[Sequence[float]]]) -> SafeString:
    """The strokes as lines, cut to what was drawn; a dot where the pen only touched."""
    points = [point for stroke in strokes for point in stroke]
    left, top = (min(point[axis] for point in points) - _MARGIN for axis in (0, 1))
    width, height = (
        max(point[axis] for point in points) - low + _MARGIN for axis, low in ((0, left), (1, top))
    )
    path = " ".join(_line(stroke) for stroke in strokes)
    return format_html(
        '<svg class="signature" xmlns="http://www.w3.org/2000/svg" viewBox="{} {} {} {}" role="img" aria-label="手写签名">'
        '<path d="{}" fill="none" stroke="#000" stroke-width="10" stroke-linecap="round" stroke-linejoin="round"/></svg>',
        *(f"{number:.0f}" for number in (left, top, width, height)),
        path,
    )


def _line(stroke: Sequence[Sequence[float]]) -> str:
    (x, y), *rest = stroke
    moves = rest or [(x + 1, y + 1)]
    return f"M{x:.0f} {y:.0f} " + " ".join(f"L{a:.0f} {b:.0f}" for a, b in moves)
