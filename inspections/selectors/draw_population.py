"""What a draw draws from: projects under way with weight and exclusion, counties, officers, recusals; what the year owes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, Count, ExpressionWrapper, Max, OuterRef, Q, QuerySet, Subquery

from core import display
from core.month import ReportingMonth
from inspections.enums import DrawKind, DrawState, DutyState, InspectionState
from inspections.models import DrawnProject, DutyInspection, Inspection, Officer, OfficerTie
from inspections.rules import draw as rules
from inspections.rules.draw_parameters import Parameters, weigh
from projects.enums import ProjectStatus, SupervisionLevel
from projects.models import MonthlyReturn, ParticipatingUnit, Project
from tenancy.models import Jurisdiction

CITY_STRATUM, WHOLE = "CITY", "ALL"
DRAWN_LEVELS = (SupervisionLevel.CITY, SupervisionLevel.COUNTY)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A project of the population as the rule sees it."""

    project: Project
    stratum: str
    weight: int
    weight_reason: str
    exclusion: str
    checked_on: dt.date | None


def under_way(day: dt.date) -> Q:
    """在建 as docs/facts.md counts it: begun, and not finished before the day's month."""
    is_open = Q(finished_on__isnull=True, status__in=[ProjectStatus.UNDER_WAY, ProjectStatus.SUSPENDED])
    return Q(started_on__lte=day) & (is_open | Q(finished_on__gte=ReportingMonth.of(day).first))


def projects_to_draw(
    day: dt.date, levels: Iterable[str] = DRAWN_LEVELS, county: uuid.UUID | None = None
) -> QuerySet[Project]:
    """Projects under way of these supervision levels; of one county when one is given."""
    rows = Project.objects.filter(under_way(day), supervision_level__in=list(levels))
    if county is not None:
        rows = rows.filter(jurisdiction=county)
    return rows.select_related("jurisdiction").order_by("code")


def stratum_of(project: Project, *, is_whole: bool = False) -> str:
    """市级 is one stratum, the county-supervised projects of each county are another; or all are one."""
    if is_whole:
        return WHOLE
    is_city = project.supervision_level == SupervisionLevel.CITY
    return CITY_STRATUM if is_city else f"COUNTY/{project.jurisdiction.code}"


def stratum_name(key: str, names: dict[str, str]) -> str:
    """As people read it; names: short names of counties by code."""
    if key == WHOLE:
        return "不分层"
    if key == CITY_STRATUM:
        return "市级监管"
    return f"县级监管·{names.get(key.removeprefix('COUNTY/'), key)}"


def nil_counties(day: dt.date, parameters: Parameters) -> set[uuid.UUID]:
    """零报告: counties that stated zero at least so often in the months before; silence is no zero."""
    first = ReportingMonth.of(day).shift(-parameters.nil_return_months).first
    rows = MonthlyReturn.objects.filter(
        is_nil=True,
        first_submitted_at__isnull=False,
        month__gte=first,
        month__lt=ReportingMonth.of(day).first,
    )
    counted = rows.order_by().values("jurisdiction").annotate(n=Count("pk"))
    found: Any = counted.filter(n__gte=parameters.nil_returns_least).values_list("jurisdiction", flat=True)
    return set(found)


def last_checks(projects: Iterable[Project], day: dt.date) -> dict[uuid.UUID, dt.date]:
    """The day of each project's latest completed inspection, by whichever level. One query."""
    rows = Inspection.objects.filter(
        project__in=[one.pk for one in projects], state=InspectionState.COMPLETED, inspected_on__lte=day
    )
    return dict(rows.order_by().values_list("project").annotate(Max("inspected_on")))


def entries(
    projects: Sequence[Project], day: dt.date, parameters: Parameters, *, is_whole: bool = False
) -> list[Entry]:
    """Weight and exclusion of each, with the reasons. Two queries, whatever their number."""
    nil, checked = nil_counties(day, parameters), last_checks(projects, day)
    found = []
    for one in projects:
        weight, reason = weigh(
            parameters,
            risk_class=one.risk_class,
            is_nil_county=one.jurisdiction_id in nil,
            is_key_object=one.is_key_object,
        )
        found.append(
            Entry(
                project=one,
                stratum=stratum_of(one, is_whole=is_whole),
                weight=weight,
                weight_reason=reason,
                exclusion=exclusion_of(one, checked.get(one.pk), day, parameters),
                checked_on=checked.get(one.pk),
            )
        )
    return found


def exclusion_of(project: Project, checked_on: dt.date | None, day: dt.date, parameters: Parameters) -> str:
    """Why the rule leaves the project out; empty: it takes part."""
    if project.finished_on is not None and project.finished_on <= day:
        return f"已于{display.day(project.finished_on)}完工"
    if checked_on is None or project.risk_class == parameters.always_drawn_class:
        return ""
    if checked_on <= _months_before(day, parameters.checked_within_months):
        return ""
    return f"{parameters.checked_within_months}个月内已检查（{display.day(checked_on)}）"


def _months_before(day: dt.date, months: int) -> dt.date:
    month = ReportingMonth.of(day).shift(-months)
    return min(month.first.replace(day=1) + dt.timedelta(days=day.day - 1), month.last)


def with_checks(rows: QuerySet[Project], day: dt.date, parameters: Parameters) -> QuerySet[Any]:
    """For a list: `checked_on` and `in_nil_county`, so that each row can be weighed by itself."""
    done = Inspection.objects.filter(
        project=OuterRef("pk"), state=InspectionState.COMPLETED, inspected_on__lte=day
    )
    nil = Q(jurisdiction__in=nil_counties(day, parameters))
    return rows.annotate(
        checked_on=Subquery(done.order_by("-inspected_on").values("inspected_on")[:1]),
        in_nil_county=ExpressionWrapper(nil, output_field=BooleanField()),
    )


def counties_to_draw(day: dt.date, parameters: Parameters) -> list[rules.Candidate]:
    """Every county; one whose work was inspected within the period is left out, with the reason."""
    first = _months_before(day, parameters.county_again_months)
    done = DutyInspection.objects.filter(
        state=DutyState.CONCLUDED, inspected_on__gt=first, inspected_on__lte=day
    )
    last = dict(done.order_by().values_list("jurisdiction").annotate(Max("inspected_on")))
    found = []
    for one in Jurisdiction.objects.counties().filter(is_active=True):
        checked = last.get(one.pk)
        why = f"{parameters.county_again_months}个月内已履职检查（{display.day(checked)}）" if checked else ""
        found.append(
            rules.Candidate(
                id=one.code,
                name=one.name,
                stratum=WHOLE,
                county=one.code,
                weight=100,
                weight_reason="各县区相同",
                excluded=why,
            )
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Owed:
    """What the rolling year asks of one stratum: so many of so many drawn, so many still to draw."""

    key: str
    name: str
    population: int
    ratio: int
    wanted: int
    drawn: int

    @property
    def left(self) -> int:
        return max(0, self.wanted - self.drawn)


def owed_in_year(
    projects: Sequence[Project], organizer: Jurisdiction, day: dt.date, parameters: Parameters
) -> list[Owed]:
    """Per stratum: ceil(ratio × N) less the distinct projects that the organizer drew in the rolling year."""
    first = ReportingMonth.of(day).shift(1 - parameters.rolling_year_months).first
    rows = DrawnProject.objects.filter(
        draw__jurisdiction=organizer,
        draw__kind=DrawKind.PROJECT,
        draw__state=DrawState.DRAWN,
        draw__void_reason="",
        draw__drawn_on__range=(first, day),
    )
    drawn = set(rows.values_list("project_id", flat=True))
    groups: dict[str, list[Project]] = {}
    for one in projects:
        groups.setdefault(stratum_of(one), []).append(one)
    names = county_names()
    return [
        Owed(
            key=key,
            name=stratum_name(key, names),
            population=len(own),
            ratio=(ratio := parameters.ratio_of_level[own[0].supervision_level]),
            wanted=rules.quota_of(ratio, len(own)),
            drawn=sum(one.pk in drawn for one in own),
        )
        for key, own in sorted(groups.items())
    ]


def county_names() -> dict[str, str]:
    """Short names by code."""
    return dict(Jurisdiction.objects.values_list("code", "short_name"))


def officers_of(organizer: Jurisdiction, *, whole_city: bool) -> QuerySet[Officer]:
    """The directory that a draw takes its teams from: the organizer's own people, or everybody's."""
    rows = Officer.objects.filter(is_active=True).select_related("jurisdiction")
    return rows if whole_city else rows.filter(jurisdiction=organizer)


def members(officers: Iterable[Officer]) -> list[rules.Member]:
    """As the frozen text names them."""
    return [
        rules.Member(
            id=one.enforcement_id, name=one.name, county=one.jurisdiction.code, valid_until=one.id_valid_until
        )
        for one in officers
    ]


def recusals(officers: Iterable[Officer], projects: Iterable[Project], day: dt.date) -> list[rules.Recusal]:
    """回避: declared ties that last on the day, to the project or to any organization that takes part in it."""
    code_of = {one.pk: one.code for one in projects}
    ties = OfficerTie.objects.filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day),
        officer__in=[one.pk for one in officers],
        declared_on__lte=day,
    ).select_related("officer", "organization")
    involved = _involved(code_of)
    found = set()
    for tie in ties:
        ours = [tie.project_id] if tie.project_id else involved.get(tie.organization_id, ())
        about = tie.organization.name if tie.organization is not None else "本工程"
        for project_id in ours:
            if project_id in code_of:
                words = f"与{about}有{tie.get_kind_display()}"
                found.add((tie.officer.enforcement_id, code_of[project_id], words))
    return [rules.Recusal(officer=a, object=b, reason=c) for a, b, c in sorted(found)]


def _involved(code_of: dict[uuid.UUID, str]) -> dict[Any, set[uuid.UUID]]:
    """Organization → the projects that it takes part in, as legal person or as a unit."""
    found: dict[Any, set[uuid.UUID]] = {}
    owners = Project.objects.filter(pk__in=code_of).values_list("legal_person_id", "pk")
    units = ParticipatingUnit.objects.filter(project__in=code_of).values_list("organization_id", "project_id")
    for organization, project in [*owners, *units]:
        found.setdefault(organization, set()).add(project)
    return found
