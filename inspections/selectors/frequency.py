"""How often firms were inspected in a year, over all levels and counties of the city."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F, Func, IntegerField, JSONField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from inspections.enums import InspectionState, OrganizerLevel
from inspections.models import FrequencyCap, Inspection
from inspections.rules.frequency import Counts, Presence, count_visits
from projects.enums import OrganizationKind, UnitRole
from projects.models import Organization, ParticipatingUnit, Project
from tenancy.scope import city_scope, current_scope

FIRM_ROLES = (
    UnitRole.CONTRACTOR,
    UnitRole.SUPERVISING_ENGINEER,
    UnitRole.DESIGNER,
    UnitRole.TESTING_AGENCY,
)
"""Parties that a check of the site is a check of (handbook §4.3); a 项目法人 is supervised, not checked as a firm."""
FIRM_KINDS = (OrganizationKind.FIRM, OrganizationKind.OTHER)
"""机关、事业单位 are no firms: checks of them are internal supervision."""
MADE_STATES = (InspectionState.UNDER_WAY, InspectionState.CONCLUDED, InspectionState.COMPLETED)
ARRANGED_STATES = (InspectionState.PLANNED, InspectionState.NOTIFIED, *MADE_STATES)
"""What the cap counts: an arranged check takes its place at once; a void one gives it back."""


def cap_of(year: int) -> FrequencyCap | None:
    """The cap that was published for the year."""
    return FrequencyCap.objects.filter(year=year).first()


def firm_units(project: Project, day: dt.date) -> QuerySet[ParticipatingUnit]:
    """The firms that take part in the project on the day."""
    return (
        ParticipatingUnit.objects.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gte=day),
            project=project,
            role__in=FIRM_ROLES,
            organization__kind__in=FIRM_KINDS,
        )
        .select_related("organization")
        .order_by("role", "organization__name_pinyin")
    )


def firms_of(project: Project, day: dt.date) -> list[Organization]:
    """Each firm once."""
    return list({unit.organization_id: unit.organization for unit in firm_units(project, day)}.values())


def firm_counts(
    year: int,
    *,
    firms: Collection[uuid.UUID] | None = None,
    states: Iterable[str] = ARRANGED_STATES,
    until: dt.date | None = None,
    without: Collection[uuid.UUID] = (),
) -> dict[Any, Counts]:
    """Visits of the year by firm: numbers only, so that a county learns how often, never where, others went.

    firms: only these. until: nothing after that day. without: inspections that are not counted. One query.
    """
    with city_scope(current_scope().city_id):
        rows = _presence_rows(year, list(states), firms)
        return count_visits(
            Presence(firm, inspection, visit, level == OrganizerLevel.CITY)
            for firm, inspection, visit, level, day, begins, ends in rows
            if inspection not in without
            and (until is None or day <= until)
            and (begins is None or begins <= day)
            and (ends is None or ends >= day)
        )


def _presence_rows(
    year: int, states: list[str], firms: Collection[uuid.UUID] | None
) -> list[tuple[Any, ...]]:
    wanted = {} if firms is None else {"project__units__organization__in": list(firms)}
    rows = Inspection.objects.filter(
        inspected_on__range=(dt.date(year, 1, 1), dt.date(year, 12, 31)),
        state__in=states,
        concerns_firms=True,
        project__units__role__in=FIRM_ROLES,
        project__units__organization__kind__in=FIRM_KINDS,
        **wanted,
    )
    return list(
        rows.order_by().values_list(
            "project__units__organization_id",
            "pk",
            "visit",
            "organizer_level",
            "inspected_on",
            "project__units__valid_from",
            "project__units__valid_to",
        )
    )


def counted_firms(visible: QuerySet[Organization], counts: Mapping[Any, Counts]) -> QuerySet[Organization]:
    """The visible ones of the counted firms, with `visits_city`, `visits_county` and `visits`."""
    return (
        visible.select_related(None)
        .filter(pk__in=list(counts))
        .annotate(
            visits_city=_number_by_firm({pk: one.city for pk, one in counts.items()}),
            visits_county=_number_by_firm({pk: one.county for pk, one in counts.items()}),
            visits=_number_by_firm({pk: one.total for pk, one in counts.items()}),
        )
    )


def _number_by_firm(numbers: Mapping[Any, int]) -> Func:
    # One value for all firms: a branch or a parameter for each of three thousand takes Django a second to write.
    table = Value({str(pk): number for pk, number in numbers.items()}, output_field=JSONField())
    return Func(
        table,
        Cast("pk", TextField()),
        template="COALESCE((%(expressions)s)::integer, 0)",
        arg_joiner=" ->> ",
        output_field=IntegerField(),
    )


def visits_of_firm(firm: Organization, year: int, states: Iterable[str]) -> list[Inspection]:
    """The firm's inspections of the year that the reader may see."""
    rows = Inspection.objects.filter(
        Q(project__units__valid_from__isnull=True) | Q(project__units__valid_from__lte=F("inspected_on")),
        Q(project__units__valid_to__isnull=True) | Q(project__units__valid_to__gte=F("inspected_on")),
        inspected_on__range=(dt.date(year, 1, 1), dt.date(year, 12, 31)),
        state__in=list(states),
        concerns_firms=True,
        project__units__organization=firm,
        project__units__role__in=FIRM_ROLES,
    )
    return list(rows.select_related("project__jurisdiction").order_by("inspected_on", "number").distinct())
