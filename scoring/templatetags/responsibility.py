"""How the rubric reads a county today, for pages of lower apps: `{% load responsibility %}`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django import template

from scoring.selectors.responsibility import Responsibility, responsibility_in, trainings_of
from tenancy.models import Jurisdiction

register = template.Library()


@dataclass(frozen=True)
class Quarter:
    """The rolling quarter: who held a training in it, who did not."""

    first: dt.date
    last: dt.date
    counties: list[tuple[Jurisdiction, int]]

    @property
    def trained(self) -> int:
        """Counties with a training."""
        return sum(1 for _, count in self.counties if count)

    @property
    def missing(self) -> list[str]:
        """Names of those without."""
        return [place.short_name for place, count in self.counties if not count]


@register.simple_tag
def responsibility(jurisdiction: Jurisdiction, as_of: dt.date) -> Responsibility | None:
    """A1 and A3 of a county as they would be scored today."""
    return responsibility_in(jurisdiction.pk, as_of)


@register.simple_tag
def training_quarter(as_of: dt.date, county: Jurisdiction | None = None) -> Quarter | None:
    """A3 of every county (or of one)."""
    found = trainings_of(as_of)
    if found is None:
        return None
    counts, first, last = found
    places = [county] if county is not None else list(Jurisdiction.objects.counties().filter(is_active=True))
    return Quarter(first, last, [(place, counts.get(place.pk, 0)) for place in places])
