"""Versioned lists: editions of checklists, and the search of the catalogue of findings."""

from __future__ import annotations

import datetime as dt

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from core.components import Link
from inspections.enums import InspectionKind
from inspections.models import ChecklistVersion
from inspections.selectors.catalogue import catalogue_on
from inspections.selectors.catalogue_search import MAX_SHOWN, search_catalogue
from inspections.views.visit_parts import crumbs_of

MAX_QUERY = 60


@requires(Capability.INSPECTION_VIEW)
@require_safe
def checklist_list(request: ScopedRequest) -> HttpResponse:
    """Every edition with its kinds and its days; `?edition=` one of them with its items. The whole city reads them."""
    versions = list(ChecklistVersion.objects.order_by("code", "-effective_from"))
    crumbs = crumbs_of()
    if "edition" in request.GET:
        return _edition(request, versions, crumbs)
    rows = [(version, _kinds(version)) for version in versions]
    return render(request, "inspections/visits/checklist_list.html", {"rows": rows, "crumbs": crumbs})


def _kinds(version: ChecklistVersion) -> str:
    return "、".join(InspectionKind(kind).label for kind in version.kinds)


def _edition(request: ScopedRequest, versions: list[ChecklistVersion], crumbs: list[Link]) -> HttpResponse:
    version = next((one for one in versions if str(one.pk) == request.GET["edition"]), None)
    if version is None:
        raise Http404
    context = {
        "version": version,
        "items": list(version.items.order_by("position")),
        "kinds": _kinds(version),
        "crumbs": [*crumbs, Link("检查清单", reverse("visits:checklist-list"))],
    }
    return render(request, "inspections/visits/checklist.html", context)


@requires(Capability.INSPECTION_VIEW)
@require_safe
def catalogue(request: ScopedRequest) -> HttpResponse:
    """Search the catalogue in force on a day (`?on=`, today) by words, 拼音 initials or code; a fragment for htmx."""
    query = request.GET.get("q", "")[:MAX_QUERY].replace("\x00", "")
    day = _day(request.GET.get("on", "")) or timezone.localdate()
    version = catalogue_on(day)
    context = {
        "query": query,
        "day": day,
        "version": version,
        "items": search_catalogue(version.pk if version else None, query),
        "most": MAX_SHOWN,
        "crumbs": crumbs_of(),
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    template = "_catalogue_items.html" if is_fragment else "catalogue.html"
    return render(request, f"inspections/visits/{template}", context)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
