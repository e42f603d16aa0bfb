"""What the tablet is told beyond its own record: earlier findings elsewhere, and why an ended inspection is still open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from accounts.roles import Role
from inspections.enums import FindingState, InspectionState
from inspections.models import Inspection
from inspections.selectors.package import package_of
from inspections.selectors.record_state import record_state
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county, person
from tests.records import an_inspection, op, send, whole_record


@pytest.fixture
def inspection(city: City) -> Iterator[Inspection]:
    with city_scope(city.id):
        yield an_inspection(jurisdiction=county(city))


def test_a_tablet_knows_what_its_organizations_did_elsewhere(city: City, inspection: Inspection) -> None:
    """The newest of each code within twelve months, confirmed, before the day; the project's own stay whole."""
    inspector = person(city, Role.COUNTY_SUPERVISOR)
    factories.inspection_officer(inspection=inspection, user=inspector.pk)
    unit = factories.participating_unit(project=inspection.project)
    item = factories.catalogue_item()
    day = inspection.inspected_on
    elsewhere = factories.project(jurisdiction=inspection.jurisdiction)
    about = {"organization": unit.organization, "catalogue_item": item, "project": elsewhere}
    newest = factories.finding(**about, found_on=day - dt.timedelta(days=30))
    factories.finding(**about, found_on=day - dt.timedelta(days=60))
    factories.finding(**about, found_on=day)
    factories.finding(**about, found_on=day - dt.timedelta(days=400), number="WT-OLD")
    factories.finding(
        **about,
        found_on=day - dt.timedelta(days=1),
        state=FindingState.WITHDRAWN,
        withdrawn_reason="重复登记",
    )
    factories.finding(**{**about, "catalogue_item": None}, found_on=day - dt.timedelta(days=2))
    factories.finding(catalogue_item=item, found_on=day - dt.timedelta(days=3))
    own = factories.finding(
        project=inspection.project, unit=unit, catalogue_item=item, found_on=day - dt.timedelta(days=90)
    )

    (told,) = package_of(user_id=inspector.pk, day=day)["inspections"]

    whole, brief = told["previous_findings"]
    assert (whole["id"], "project_name" in whole) == (own.pk, False)
    assert brief == {
        "number": newest.number,
        "catalogue_code": item.code,
        "severity": newest.severity,
        "found_on": newest.found_on,
        "organization_id": unit.organization_id,
        "project_name": elsewhere.name,
    }


def test_an_end_that_did_not_end_says_what_is_missing(city: City, inspection: Inspection) -> None:
    """The sentences stay until the end is taken back or nothing is missing."""
    inspector = person(city, Role.COUNTY_SUPERVISOR, name="王检")
    unit = factories.participating_unit(project=inspection.project)

    def missing() -> list[str]:
        inspection.refresh_from_db()
        told: list[str] = record_state(inspection, since=0)["missing"]
        return told

    assert missing() == []
    send(inspection, inspector, op("conclude/at", "2023-09-05T16:55:00+08:00"))
    assert "没有记到场时间。" in missing()
    base = inspection.values.get(path="conclude/at").operation_id
    send(inspection, inspector, op("conclude/at", None, base))
    assert missing() == []
    base = inspection.values.get(path="conclude/at").operation_id
    send(
        inspection,
        inspector,
        op("conclude/at", "2023-09-05T17:00:00+08:00", base),
        *whole_record(inspection, unit),
    )
    assert (missing(), inspection.state) == ([], InspectionState.CONCLUDED)
