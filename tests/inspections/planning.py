"""Grounds that the tests of planning share: a project with its firms, certified officers, the people who act."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from core.uuid7 import uuid7
from inspections.models import InspectionItem, Officer
from inspections.services.arranging import Arranged, Purpose, arrange
from inspections.services.teams import Team
from projects.enums import UnitRole
from projects.models import Organization, Project
from tenancy.models import Jurisdiction
from tests import factories

AT = dt.datetime(2023, 9, 4, 9, 0, tzinfo=factories.SHANGHAI)
DAY = dt.date(2023, 9, 12)


def officer(place: Jurisdiction, name: str, **given: Any) -> Officer:
    """Certified until the end of the next year."""
    values = {
        "id": uuid7(),
        "city_id": place.city_id,
        "jurisdiction": place,
        "name": name,
        "enforcement_id": f"川{uuid7().hex[-8:]}",
        "id_valid_until": dt.date(2027, 12, 31),
        **given,
    }
    return Officer.objects.create(**values)


@dataclass
class Ground:
    """One site with a contractor and a supervising engineer, two officers of the city and the default item list."""

    project: Project
    contractor: Organization
    engineer: Organization
    officers: list[Officer]

    @property
    def team(self) -> Team:
        """Both officers, the first leads."""
        return Team(officers=[one.pk for one in self.officers], leader=self.officers[0].pk)

    def purpose(self, day: dt.date = DAY, **given: Any) -> Purpose:
        """A routine check by the first item of the list."""
        item = InspectionItem.objects.get(code="SL-01")
        return Purpose(**{"kind": "ROUTINE", "inspected_on": day, "item_ids": [item.pk], **given})

    def arrange(
        self, day: dt.date = DAY, *, by: Any = "测试", at: dt.datetime = AT, **given: Any
    ) -> Arranged:
        """An inspection of the site."""
        together = given.pop("together_with", None)
        team = given.pop("team", self.team)
        return arrange(
            project_id=self.project.pk,
            purpose=self.purpose(day, **given),
            team=team,
            together_with=together,
            by=by,
            at=at,
        )


def ground(place: Jurisdiction, team_of: Jurisdiction) -> Ground:
    """In the county `place`, with officers of `team_of`."""
    project = factories.project(jurisdiction=place, name="开茂水库灌区渠系工程")
    contractor = factories.organization(name="四川安澜水利工程有限公司")
    engineer = factories.organization(name="绵阳江河监理有限公司")
    factories.participating_unit(project=project, organization=contractor, role=UnitRole.CONTRACTOR)
    factories.participating_unit(project=project, organization=engineer, role=UnitRole.SUPERVISING_ENGINEER)
    return Ground(project, contractor, engineer, [officer(team_of, "王建国"), officer(team_of, "李志强")])
