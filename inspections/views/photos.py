"""Photos of the field in the office: the page that verifies one, and its files behind the wall of the tenant."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core import filestore
from core.components import Tone, chip
from inspections.enums import PhotoState, TimeCheck
from inspections.models import Photo
from inspections.selectors.photo_page import Integrity, PhotoPage, photo_page
from inspections.selectors.photos import ORIGINAL_AREA, STAMPED_AREA, VIEW_AREA, visible_photos
from inspections.views.visits import crumbs_of

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
