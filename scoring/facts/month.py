"""All facts of a month."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from scoring.facts import (
    adjustments,
    city_level,
    inspections,
    procedures,
    quality,
    rectification,
    responsibility,
    returns,
)
from scoring.facts.family import CountyFacts, read_family
from scoring.facts.window import Window
from scoring.rules.facts import known_facts
from tenancy.models import Jurisdiction

FAMILIES = (
    *responsibility.FAMILIES,
    *returns.FAMILIES,
    *procedures.FAMILIES,
    *inspections.FAMILIES,
    *rectification.FAMILIES,
    *quality.FAMILIES,
    *city_level.FAMILIES,
    *adjustments.FAMILIES,
)


def scored_counties() -> list[Jurisdiction]:
    """The scored units of the current city in official order."""
    return list(Jurisdiction.objects.counties().filter(is_active=True))


def read_facts(window: Window, counties: list[Jurisdiction]) -> Mapping[uuid.UUID, CountyFacts]:
    """Facts with evidence of each county. The number of queries does not depend on the number of counties.

    A fact that this version of the rubric does not ask for is left out. Bonuses, penalties and red lines are kept
    whatever their id, so that one that the rubric does not know is refused by the scorecard and never lost.
    """
    facts = {county.id: CountyFacts() for county in counties}
    asked = known_facts(window.rubric)
    for family in FAMILIES:
        for jurisdiction_id, name, value, ids in read_family(family, window):
            county = facts.get(jurisdiction_id)
            if county is not None and (family.is_named or name in asked):
                county.put(name, value, ids)
    return facts
