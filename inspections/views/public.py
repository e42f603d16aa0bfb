"""Pages for everybody, without log-in: published draws of a city, and commitments before the draw. Nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.decorators import public
from inspections.selectors.publications import commitments, public_city, published_draw, published_draws
from tenancy.models import City

_SECONDS = 300
_NUMBER = re.compile(r"[0-9A-Za-z-]{1,40}")
_PAGE_DIGITS = 5


def _city_of(slug: str) -> City:
    city = public_city(slug)
    if city is None:
        raise Http404
    return city


@public
@require_safe
@cache_control(public=True, max_age=_SECONDS)
def public_draw_list(request: HttpRequest, city: str) -> HttpResponse:
    """Published draws and commitments, newest first."""
    where = _city_of(city)
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < _PAGE_DIGITS else 1
    context = {"city": where, "list": published_draws(where, page), "committed": commitments(where, page)}
    return render(request, "inspections/draws/public_list.html", context)


@public
@require_safe
@cache_control(public=True, max_age=_SECONDS)
def public_draw_detail(request: HttpRequest, city: str, number: str) -> HttpResponse:
    """One published draw; what is not public answers like what does not exist."""
    where = _city_of(city)
    found = published_draw(where, number) if _NUMBER.fullmatch(number) else None
    if found is None:
        raise Http404
    context = {"city": where, "content": found[0], "sha256": found[1]}
    return render(request, "inspections/draws/public_detail.html", context)


_FILES = ("replay_draw.py", "draw.md", "draw-example.json")
"""Of docs/: what somebody outside needs to repeat a draw."""


@public
@require_safe
@cache_control(public=True, max_age=_SECONDS)
def public_draw_rules(request: HttpRequest) -> HttpResponse:
    """How a draw is made, so that a witness can compute his hash elsewhere and anyone can repeat the draw."""
    return render(request, "inspections/draws/public_rules.html", {"files": _FILES})


@public
@require_safe
@cache_control(public=True, max_age=_SECONDS)
def public_draw_file(request: HttpRequest, name: str) -> FileResponse:
    """One of the files that the rules name."""
    if name not in _FILES:
        raise Http404
    path = Path(settings.BASE_DIR) / "docs" / name
    return FileResponse(path.open("rb"), as_attachment=True, filename=name)
