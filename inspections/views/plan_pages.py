"""What the pages of plans share: the year asked for, the tabs, the places of the reader."""

from __future__ import annotations

import datetime as dt

from django.http import Http404
from django.urls import reverse

from accounts.decorators import ScopedRequest
from accounts.roles import Capability
from core.components import Link
from inspections.filters.items import FIRST_YEAR, LAST_YEAR, YEARS
from tenancy.models import Jurisdiction

VIEW, PLAN = Capability.INSPECTION_VIEW, Capability.INSPECTION_PLAN
_YEARS = dict(YEARS)
_TABS = (
    ("年度计划", "plans:overview"),
    ("检查方面", "plans:coverage"),
    ("检查事项清单", "plans:item-list"),
    ("检查频次", "plans:frequency"),
    ("频次上限", "plans:cap-list"),
)


def tabs_of(view: str) -> list[Link]:
    """The tabs, with the page's own marked."""
    return [Link(label, reverse(name), is_current=name == view) for label, name in _TABS]


def year_asked(request: ScopedRequest, today: dt.date) -> int:
    """?year=, this year without one."""
    asked = request.GET.get("year", "")
    return int(asked) if asked in _YEARS else today.year


def place_asked(request: ScopedRequest, code: str, year: int) -> Jurisdiction:
    """The jurisdiction of an address; what the reader's scope does not reach is not there."""
    found = Jurisdiction.objects.filter(code=code).first()
    reach = request.scope.county_id
    if found is None or (reach is not None and reach != found.pk) or not FIRST_YEAR <= year <= LAST_YEAR:
        raise Http404
    return found


def is_own(request: ScopedRequest, place: Jurisdiction) -> bool:
    """The city and each county make their own plan."""
    return request.assignment.allows(PLAN) and request.assignment.jurisdiction_id == place.pk


def year_links(year: int) -> dict[str, str]:
    """Back and forth."""
    return {"previous_url": f"?year={year - 1}", "next_url": f"?year={year + 1}"}
