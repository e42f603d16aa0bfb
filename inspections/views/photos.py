"""Photos of the field in the office: the page that verifies one, and its files behind the wall of the tenant."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import filestore
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.listing import ListSpec
from inspections.enums import PhotoState, TimeCheck
from inspections.filters.photos import ANY, PhotoFilter
from inspections.models import Photo
from inspections.selectors.photo_page import Integrity, PhotoPage, photo_page
from inspections.selectors.photos import (
    ORIGINAL_AREA,
    STAMPED_AREA,
    VIEW_AREA,
    doubts_of,
    months_of_photos,
    visible_photos,
)
from inspections.views.visit_parts import crumbs_of, detail_url
from inspections.visit_chips import photo_chip, photo_word

TIME_TONES: dict[str, Tone] = {
    TimeCheck.PLAUSIBLE: Tone.OK,
    TimeCheck.EARLY: Tone.BAD,
    TimeCheck.LATE: Tone.BAD,
    TimeCheck.NO_TOKEN: Tone.WARN,
}
_INTEGRITY_TONES = {
    Integrity.SAME: Tone.OK,
    Integrity.CHANGED: Tone.BAD,
    Integrity.MISSING: Tone.BAD,
    Integrity.WAITING: Tone.IDLE,
    Integrity.REFUSED: Tone.BAD,
}


PHOTOS: ListSpec[Photo] = ListSpec(
    title="现场照片",
    key="photos",
    columns=(
        Column(
            "title", "照片", value=str, link=lambda p: reverse("devices:photo", args=[p.pk]), css="col-name"
        ),
        Column(
            "inspection",
            "检查编号",
            value="inspection.number",
            sort=("inspection__number",),
            link=lambda p: detail_url(p.inspection),
            note=lambda p: p.inspection.project.name,
            css="col-name",
        ),
        Column(
            "state",
            "状态",
            value=photo_word,
            render=photo_chip,
            css="nowrap",
        ),
        Column("doubt", "疑点", value=lambda p: "；".join(doubts_of(p)), css="col-wide"),
        Column("taken", "拍摄", value="taken_at", kind=Kind.MOMENT, sort=("taken_at",)),
        Column("by", "拍摄人", value="taken_by_name", sort=("taken_by_name",), css="nowrap"),
        Column("county", "县（市、区）", value="jurisdiction.short_name", sort=("jurisdiction__unit_order",)),
        Column(
            "received", "送达", value="received_at", kind=Kind.MOMENT, sort=("received_at",), is_shown=False
        ),
        Column("sha256", "原图 SHA-256", value="sha256", is_shown=False),
    ),
    default_sort="-taken",
    filterset=PhotoFilter,
    search=("inspection__number__icontains", "title__icontains", "taken_by_name__icontains"),
    search_label="检查编号、照片名称或拍摄人",
    row_css=lambda p: "row-warn" if doubts_of(p) else "",
    empty=Empty("还没有照片", "照片由平板随检查记录送达。"),
)


@requires(Capability.INSPECTION_VIEW)
@require_safe
def photo_list(request: ScopedRequest) -> HttpResponse:
    """All photos of the scope; which of them somebody should look at."""
    rows = visible_photos().select_related("inspection__project", "jurisdiction")
    listing = PHOTOS.build(request.GET, rows, scope=request.scope, months=months_of_photos())
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    context = {"listing": listing, "crumbs": crumbs_of()}
    return render(request, "inspections/devices/photo_list.html", context)


def _chip(photo: Photo, page: PhotoPage) -> SafeString:
    if photo.state != PhotoState.STORED:
        tone = Tone.BAD if photo.state == PhotoState.REFUSED else Tone.IDLE
        return chip(tone, photo.get_state_display())
    broken = any(check.integrity in (Integrity.CHANGED, Integrity.MISSING) for check in page.checks)
    return chip(Tone.BAD, "不一致") if broken or not page.is_chain_whole else chip(Tone.OK, "一致")


@requires(Capability.INSPECTION_VIEW)
@require_safe
def photo_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Are these the bytes of the capture; who, when, where, with which tablet."""
    photo = get_object_or_404(visible_photos(), pk=pk)
    page = photo_page(photo)
    time_tone = TIME_TONES.get(photo.time_check)
    context = {
        "photo": photo,
        "page": page,
        "chip": _chip(photo, page),
        "time_chip": chip(time_tone, photo.get_time_check_display()) if time_tone else "",
        "checks": [
            (check, chip(_INTEGRITY_TONES[check.integrity], check.integrity.value)) for check in page.checks
        ],
        "crumbs": crumbs_of(photo.inspection),
        "actions": [
            Link("检查", detail_url(photo.inspection)),
            Link("照片疑点", f"{reverse('devices:photo-list')}?doubt={ANY}"),
        ],
        "is_same_file": page.reuse is not None and page.reuse.sha256 == photo.sha256,
    }
    return render(request, "inspections/devices/photo.html", context)


@requires(Capability.INSPECTION_VIEW)
@require_safe
def photo_file(request: ScopedRequest, pk: uuid.UUID, copy: str) -> HttpResponse:
    """A copy to be saved; an <img> of our own pages shows the view copy, which was drawn anew from the pixels."""
    photo = get_object_or_404(visible_photos(), pk=pk)
    places = {
        "original": (ORIGINAL_AREA, photo.sha256 if photo.state == PhotoState.STORED else ""),
        "stamped": (STAMPED_AREA, photo.stamped_sha256),
        "view": (VIEW_AREA, photo.view_sha256),
    }
    area, sha256 = places.get(copy, ("", ""))
    if not sha256:
        raise Http404
    found = filestore.read(area=area, city_id=photo.city_id, sha256=sha256, allowed=filestore.IMAGES)
    if found is None:
        raise Http404
    data, kind = found
    response = filestore.file_response(
        data, kind, f"{photo.inspection.number}-{photo.title or '照片'}-{copy}"
    )
    if copy == "view":
        response["Content-Disposition"] = "inline"
    return response
