"""How the rubric reads a county's organization and trainings today (items A1, A3): the month's own queries, run early."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.errors import DomainError
from core.month import ReportingMonth
from scoring.facts.family import CountyFacts, read_family
from scoring.facts.responsibility import BODY, TRAININGS
from scoring.facts.window import Window, open_window
from scoring.selectors.rubrics import rubric_of_version, version_in_force
from tenancy.scope import current_scope


@dataclass(frozen=True)
class Responsibility:
    """A1's three answers with the numbers behind them, and A3's count. None where nothing is recorded."""

    has_institution_doc: bool
    staff_ratio_ok: bool
    funding_in_place: bool
    has_body: bool
    projects: int
    ratio_max: Decimal
    trainings: int
    quarter_first: dt.date
    quarter_last: dt.date


def responsibility_in(jurisdiction_id: uuid.UUID, as_of: dt.date) -> Responsibility | None:
    """One county as the month of the day would be scored now; None without a rubric or a calendar to read it by."""
    try:
        window = _window(as_of)
    except DomainError:
        return None
    return _read(_facts(window).get(jurisdiction_id, CountyFacts()), window)


def trainings_of(as_of: dt.date) -> tuple[Mapping[uuid.UUID, int], dt.date, dt.date] | None:
    """Trainings of each county in the rolling quarter of the day, its first and its last day; None as above."""
    try:
        window = _window(as_of)
    except DomainError:
        return None
    counts = {place: int(str(value)) for place, _, value, _ in read_family(TRAININGS, window)}
    return counts, window.parameters["quarter_first"], window.month.last


def _window(as_of: dt.date) -> Window:
    month = ReportingMonth.of(as_of)
    rubric = rubric_of_version(version_in_force(month))
    return open_window(city_id=current_scope().city_id, month=month, rubric=rubric)


def _facts(window: Window) -> dict[uuid.UUID, CountyFacts]:
    counties: dict[uuid.UUID, CountyFacts] = {}
    for family in (BODY, TRAININGS):
        for jurisdiction_id, name, value, ids in read_family(family, window):
            counties.setdefault(jurisdiction_id, CountyFacts()).put(name, value, ids)
    return counties


def _read(facts: CountyFacts, window: Window) -> Responsibility:
    values = facts.values
    # The evidence of the ratio is the profile itself and every project that it is divided by.
    counted = len(facts.evidence.get("staff_ratio_ok", ()))
    return Responsibility(
        has_institution_doc=values.get("has_institution_doc") is True,
        staff_ratio_ok=values.get("staff_ratio_ok") is True,
        funding_in_place=values.get("funding_in_place") is True,
        has_body="staff_ratio_ok" in values,
        projects=max(counted - 1, 0),
        ratio_max=Decimal(str(window.parameters["staff_ratio_max"])),
        trainings=int(str(values.get("trainings_in_rolling_quarter", 0))),
        quarter_first=window.parameters["quarter_first"],
        quarter_last=window.month.last,
    )
