"""Inspections of 绵阳市 to look at: a directory of officers, the year's plan and cap, today's visits ready for a tablet,
and what the office did in the weeks before: draws, visits, tests, duty inspections, bidding checks, clues.

Made through the services that the pages call, by the people who would do it. What is there already is left alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from inspections.enums import CapMode, InspectionKind, OrganizerLevel, PlanKind
from inspections.models import FrequencyCap, Inspection, InspectionItem, InspectionYearPlan, Officer
from inspections.services.approvals import decide_approval, request_approval
from inspections.services.arranging import Purpose, arrange
from inspections.services.items import set_cap
from inspections.services.notices import issue_notices
from inspections.services.officers import OfficerText, add_officer
from inspections.services.teams import Team
from inspections.services.year_plans import publish_year_plan, write_grid
from projects.enums import ProjectStatus, SupervisionLevel
from projects.models import Project
from reports.demo.casework import make_bidding_checks, make_clues, make_duty_inspections
from reports.demo.draws import make_draws
from reports.demo.past import Past
from reports.demo.past import user as _user
from reports.demo.people import CHIEF, DEPUTY, SUPERVISOR
from reports.demo.supervisory_tests import make_supervisory_tests
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope

_CITY, _COUNTY = "510700", "510726"
_INSPECTOR, _APPROVER = "beichuan.supervisor", "beichuan.reviewer"
_CITY_YEAR = (
    (PlanKind.JOINT_PATROL, range(1, 13)),
    (PlanKind.DEMONSTRATION, range(1, 13)),
    (PlanKind.LAW_ENFORCEMENT, (3, 6, 9, 12)),
    (PlanKind.CROSS_COUNTY, (7, 8)),
    (PlanKind.DUTY, range(1, 13)),
    (PlanKind.TEST, range(1, 13)),
    (PlanKind.BIDDING, (3, 6, 9, 12)),
)
"""One of each in each of these months (source document §三)."""
_COUNTY_YEAR = ((PlanKind.ROUTINE, range(1, 13)), (PlanKind.TEST, (3, 6, 9, 12)))
_CAP = 8
"""The visits below count too: whoever tries the product still has some left."""


@transaction.atomic
def make_field_work(*, city: City, at: dt.datetime) -> None:
    """Everything that is missing, or nothing when it fails; quick when nothing is missing."""
    with city_scope(city.id):
        bureau = Jurisdiction.objects.get(code=_CITY)
        place = Jurisdiction.objects.get(code=_COUNTY)
        past = Past(city, bureau, place, at)
        year = timezone.localdate(at).year
        if not Officer.objects.exists():
            _officers(bureau, (SUPERVISOR, CHIEF), at)
            _officers(place, (_INSPECTOR,), at)
        if not InspectionYearPlan.objects.filter(year=year).exists():
            _year(bureau, year, _CITY_YEAR, _user(CHIEF), at)
            _year(place, year, _COUNTY_YEAR, _user(_INSPECTOR), at)
        if not FrequencyCap.objects.filter(year=year).exists():
            set_cap(
                year=year,
                cap=_CAP,
                mode=CapMode.BLOCK,
                source="演示：年度涉企检查频次上限公告",
                published_on=dt.date(year, 1, 10),
                by=_user(CHIEF),
                at=at,
            )
        arranged = set(
            Inspection.objects.filter(checklist__isnull=False).values_list("organizer_level", flat=True)
        )
        make_draws(past)
        make_supervisory_tests(past)
        make_duty_inspections(past)
        make_bidding_checks(past)
        make_clues(past)
        if OrganizerLevel.CITY not in arranged:
            _visit(bureau, InspectionKind.DEMONSTRATION, SUPERVISOR, DEPUTY, at)
    if OrganizerLevel.COUNTY not in arranged:
        with city_scope(city.id, county=place.id):
            _visit(place, InspectionKind.ROUTINE, _INSPECTOR, _APPROVER, at)


def _officers(place: Jurisdiction, usernames: Sequence[str], at: dt.datetime) -> None:
    accounts = [_user(name) for name in usernames]
    names = [f"{place.short_name}检查员{mark}（演示）" for mark in "甲乙丙"]
    people: list[tuple[str, User | None]] = [(one.display_name, one) for one in accounts]
    people += [(name, None) for name in names]
    for number, (name, user) in enumerate(people, start=1):
        text = OfficerText(
            name=name,
            enforcement_id=f"YS{place.code}{number:02d}",
            id_valid_until=dt.date(timezone.localdate(at).year + 2, 12, 31),
            post="监督员",
            user_id=user.pk if user is not None else None,
        )
        add_officer(text=text, jurisdiction=place, by="演示数据", at=at)


def _year(
    place: Jurisdiction,
    year: int,
    works: Sequence[tuple[PlanKind, Sequence[int]]],
    by: User,
    at: dt.datetime,
) -> None:
    this_month = timezone.localdate(at).month  # the demo began today: what was before owes nothing
    grid = {(month, str(kind)): 1 for kind, months in works for month in months if month >= this_month}
    plan = write_grid(jurisdiction=place, year=year, grid=grid, note="演示计划", by=by, at=at)
    publish_year_plan(plan_id=plan.pk, by=by, at=at)


def _visit(place: Jurisdiction, kind: InspectionKind, inspector: str, approver: str, at: dt.datetime) -> None:
    """Arranged for today, approved by another, the firms told."""
    county = Jurisdiction.objects.get(code=_COUNTY)
    under_way = Project.objects.filter(jurisdiction=county, status=ProjectStatus.UNDER_WAY)
    level = SupervisionLevel.CITY if place.code == _CITY else SupervisionLevel.COUNTY
    project = (under_way.filter(supervision_level=level).first() or under_way[0]).pk
    officers = list(Officer.objects.filter(jurisdiction=place).order_by("enforcement_id"))[:2]
    purpose = Purpose(
        kind=kind,
        inspected_on=timezone.localdate(at),
        item_ids=[InspectionItem.objects.filter(withdrawn_on__isnull=True).order_by("code")[0].pk],
    )
    team = Team(officers=[one.pk for one in officers], leader=officers[0].pk)
    by = _user(inspector)
    inspection = arrange(project_id=project, purpose=purpose, team=team, by=by, at=at).inspection
    approval = request_approval(
        inspection_id=inspection.pk, reason="按年度计划开展检查（演示）", is_urgent=False, by=by, at=at
    )
    decide_approval(approval_id=approval.pk, is_approved=True, note="同意", by=_user(approver), at=at)
    issue_notices(inspection_id=inspection.pk, by=by, at=at)
