"""What the records say beside the counts of the head of a return."""

from __future__ import annotations

import datetime as dt

from django.db import connection
from django.test.utils import CaptureQueriesContext

from inspections.enums import FindingKind, FindingState, Severity
from projects.enums import ProjectStatus
from projects.selectors.returns.head_counts import recorded_counts
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county
from tests.projects.open_month import SEPTEMBER

AUGUST = dt.date(2023, 8, 20)


def test_each_count_is_that_of_the_records_of_the_month(city: City) -> None:
    place, other = county(city), county(city, "平武县")
    with city_scope(city.id):
        project = factories.project(jurisdiction=place, started_on=dt.date(2023, 9, 2))
        factories.project(jurisdiction=place, status=ProjectStatus.PLANNED, started_on=None)
        own = {"project": project, "found_by_level": "COUNTY"}
        factories.finding(**own, kind=FindingKind.PHYSICAL_DEFECT, severity=Severity.GRAVE)
        factories.finding(**own, found_on=AUGUST, state=FindingState.NOTIFIED, due_on=factories.DAY)
        factories.finding(**own, state=FindingState.WITHDRAWN, withdrawn_reason="误录")
        factories.finding(**own, severity=Severity.GENERAL, state=FindingState.DRAFT)
        factories.finding(project=project, found_by_level="CITY")
        inspection = factories.inspection(project=project, inspected_on=factories.DAY)
        factories.inspection(project=project, inspected_on=AUGUST)
        factories.inspection(project=project, organizer_level="CITY")
        factories.inspection_officer(inspection=inspection)
        factories.inspection_officer(inspection=inspection)
        factories.training(jurisdiction=place, held_on=factories.DAY)
        test = {"project": project, "organizer_level": "COUNTY", "sampled_on": factories.DAY}
        factories.supervisory_test(**test, batch_count=3)
        factories.supervisory_test(**test, batch_count=2, verdict="FAILED", reported_on=factories.DAY)
        factories.notice(project=project, organizer_level="COUNTY", issued_on=factories.DAY)
        with CaptureQueriesContext(connection) as one:
            counts = recorded_counts(SEPTEMBER, [place.pk])
        with CaptureQueriesContext(connection) as two:
            both = recorded_counts(SEPTEMBER, [place.pk, other.pk])

    found = counts[place.pk]
    assert {
        name: found.get(name, 0)
        for name in (
            "projects_under_way",
            "projects_planned",
            "projects_started",
            "findings_physical",
            "findings_general",
            "findings_grave",
            "findings_overdue",
            "inspections",
            "person_times",
            "trainings",
            "test_batches",
            "test_batches_failed",
        )
    } == {
        "projects_under_way": 1,
        "projects_planned": 1,
        "projects_started": 1,
        "findings_physical": 1,
        "findings_general": 0,
        "findings_grave": 1,
        "findings_overdue": 2,
        "inspections": 1,
        "person_times": 2,
        "trainings": 1,
        "test_batches": 5,
        "test_batches_failed": 2,
    }
    assert both[other.pk] == {}
    assert len(one) == len(two)
