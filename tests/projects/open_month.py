"""北川县 with an accepted return of August and the open return of September, made by the service that opens months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.test import Client

from accounts.models import User
from accounts.roles import Role
from core.month import ReportingMonth
from projects.models import MonthlyReturn, Project, ReturnLine, ReturnVersion
from projects.services.returns.opening import open_returns
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person

SEPTEMBER = ReportingMonth(2023, 9)
DUE = dt.date(2023, 10, 9)
OPENED = dt.datetime(2023, 10, 1, 0, 30, tzinfo=dt.UTC)
FULL: dict[str, Any] = {
    "status": "UNDER_WAY",
    "award_price_wan_yuan": 860,
    "approved_duration_days": 400,
    "started_on": dt.date(2023, 3, 1),
    "unit_count": 5,
    "key_person_count": 9,
    "key_work_count": 4,
    "registration_number": "ZJ-0001",
    "progress_percent": 40,
    "invested_wan_yuan": 300,
}


@dataclass
class OpenMonth:
    """The county's people and its open return with `len(projects)` lines."""

    city: City
    return_: MonthlyReturn
    projects: list[Project]
    reporter: User
    reviewer: User

    @property
    def client(self) -> Client:
        """The filler's browser."""
        return client_of(self.reporter)

    @property
    def reviewing(self) -> Client:
        """The reviewer's browser."""
        return client_of(self.reviewer)

    def line(self, index: int = 0) -> ReturnLine:
        """The draft's line of a project as it is stored now."""
        with city_scope(self.city.id):
            draft = ReturnVersion.objects.get(monthly_return=self.return_, submitted_at__isnull=True)
            return ReturnLine.objects.get(version=draft, project=self.projects[index])

    def fresh(self) -> MonthlyReturn:
        """The return as it is stored now."""
        with city_scope(self.city.id):
            return MonthlyReturn.objects.get(pk=self.return_.pk)


def open_month(
    city: City, lines: int = 1, *, where: str = "北川县", names: Sequence[str] = (), **given: Any
) -> OpenMonth:
    """August was reported in full for every project; `given` overrides August's fields. names: of the projects."""
    place = county(city, where)
    with city_scope(city.id):
        called = names or [f"演示堤防工程{n + 1:03d}" for n in range(lines)]
        projects = [factories.project(jurisdiction=place, name=name) for name in called]
        august = factories.monthly_return(
            jurisdiction=place, month=SEPTEMBER.previous().first, state="ACCEPTED", accepter_name="受理人"
        )
        version = factories.return_version(monthly_return=august)
        for project in projects:
            factories.return_line(version=version, project=project, **{**FULL, **given})
        open_returns(month=SEPTEMBER, due_on=DUE, by="系统", at=OPENED)
        return_ = MonthlyReturn.objects.get(jurisdiction=place, month=SEPTEMBER.first)
    return OpenMonth(
        city=city,
        return_=return_,
        projects=projects,
        reporter=person(city, Role.COUNTY_REPORTER, where=where, name="填报员甲"),
        reviewer=person(city, Role.COUNTY_REVIEWER, where=where, name="审核人乙"),
    )
