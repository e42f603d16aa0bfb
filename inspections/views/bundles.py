"""导入导出包: what could not be sent by a tablet comes as a file."""

from __future__ import annotations

import uuid
from collections import Counter

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.act_pages import ActPage, bound, show_act
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link, Tone, chip
from core.errors import DomainError
from inspections.forms.devices import BundleForm
from inspections.forms.submission import read_submission
from inspections.services.bundles import (
    DIFFERS,
    KNOWN,
    NEW,
    REFUSED,
    Imported,
    import_bundle,
    read_bundle,
)
from inspections.services.photos import Declared
from inspections.services.record import IncomingSubmission

_TONES = {NEW: Tone.OK, KNOWN: Tone.INFO, DIFFERS: Tone.WARN, REFUSED: Tone.BAD}


def _reader(raw: bytes) -> tuple[IncomingSubmission, tuple[Declared, ...], uuid.UUID | None]:
    sent = read_submission(raw)
    return sent.incoming, sent.photos, sent.author


@requires(Capability.FIELD_USE, Capability.DEVICE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def bundle_import(request: ScopedRequest) -> HttpResponse:
    """Upload an exported outbox; the result names each record and file."""
    form = bound(request, BundleForm)
    error = ""
    if request.method == "POST" and form.is_valid():
        try:
            done = import_bundle(
                bundle=read_bundle(form.cleaned_data["file"].read()),
                reader=_reader,
                may_for_others=request.assignment.allows(Capability.DEVICE_MANAGE),
                by=request.user,
                at=timezone.now(),
            )
        except DomainError as refusal:
            error = str(refusal)
        else:
            return render(request, "inspections/devices/bundle.html", _result(request, done))
    page = ActPage(
        title="导入导出包",
        submit="导入",
        done="",
        back=reverse("devices:device-list") if _may_manage(request) else reverse("home"),
        note="平板无法联网送达时，在平板“待传箱”中导出，拿到办公端导入；分成几份的要全部导入，先后不限。已送达的不会重复。",
        crumbs=_crumbs(request),
        has_file=True,
    )
    return show_act(request, page, form, error)


def _may_manage(request: ScopedRequest) -> bool:
    return request.assignment.allows(Capability.DEVICE_MANAGE)


def _crumbs(request: ScopedRequest) -> list[Link]:
    return [Link("外业设备", reverse("devices:device-list"))] if _may_manage(request) else []


def _result(request: ScopedRequest, done: Imported) -> dict[str, object]:
    counts = Counter(item.outcome for item in done.items)
    return {
        "rows": [(item, chip(_TONES[item.outcome], item.outcome)) for item in done.items],
        "sentence": "，".join(f"{word} {counts[word]} 项" for word in _TONES if counts[word])
        or "文件里没有内容",
        "part": f"第 {done.number} 份，共 {done.count} 份" if done.count > 1 else "",
        "missing": done.missing,
        "missing_in": "、".join(str(number) for number in done.missing_in),
        "crumbs": _crumbs(request),
    }
