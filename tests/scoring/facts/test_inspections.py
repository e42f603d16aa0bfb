"""D1–D4 and the scales of F3 and H1."""

import pytest

from inspections.enums import Aspect
from tests import factories as f
from tests.scoring.facts.reading import day, evidence, facts, ids, unit


def checked(here, *, officers=2, **fields):
    row = f.inspection(jurisdiction=here, **fields)
    for number in range(officers):
        f.inspection_officer(inspection=row, enforcement_id=f"川{number}")
    return row


def test_county_inspections_completed_in_the_month(scope):
    here = unit()
    f.month_plan(jurisdiction=here, inspection_count=8)
    first = checked(here, inspected_on=day(9, 1))
    last = checked(here, inspected_on=day(9, 30), project=first.project)
    city = checked(here, organizer_level="CITY")
    checked(here, inspected_on=day(8, 31))
    checked(here, inspected_on=day(10, 1))
    checked(here, state="PLANNED")
    checked(here, state="VOID")

    found = facts()

    assert (found["inspections_planned"], found["inspections_done"]) == (8, 2)
    assert evidence("inspections_done") == ids(first, last)
    assert evidence("inspected_projects") == ids(first.project, city.project)
    assert evidence("city_inspected_projects") == ids(city.project)


def test_two_certified_officers(scope):
    here = unit()
    checked(here)
    one = checked(here, officers=1)
    f.inspection_officer(inspection=one, role="ASSISTANT")
    expired = checked(here, officers=1)
    f.inspection_officer(inspection=expired, enforcement_id="川9", id_valid_until=day(9, 4))
    valid = checked(here, officers=1)
    f.inspection_officer(inspection=valid, enforcement_id="川9", id_valid_until=day(9, 5))
    without = checked(here, officers=1)
    f.inspection_officer(inspection=without, enforcement_id="")
    checked(here, officers=0, organizer_level="CITY")

    assert evidence("fewer_than_two_certified_officers") == ids(one, expired, without)


def test_a_refusal_with_a_witness_is_a_record(scope):
    here = unit()
    unsigned = checked(here, counterparty_signed=False)
    checked(here, counterparty_signed=False, refusal_witness="见证人")

    assert evidence("no_counterparty_signature") == ids(unsigned)


def test_findings_need_evidence_and_a_code(scope):
    here = unit()
    inspection = checked(here)
    given = {"inspection": inspection, "project": inspection.project, "found_by_level": "COUNTY"}
    bare = f.finding(**given)
    good = f.finding(**given, catalogue_item=f.catalogue_item())
    f.evidence(finding=good)
    f.finding(**given, state="DRAFT")
    f.finding(**given, state="WITHDRAWN", withdrawn_reason="误记")

    assert evidence("finding_without_evidence") == ids(bare)
    assert evidence("finding_without_catalogue_code") == ids(bare)


def test_distinct_aspects_of_three_months(scope):
    here = unit()
    july, september = checked(here, inspected_on=day(7, 1)), checked(here, inspected_on=day(9, 30))
    f.inspection_aspect(inspection=july, aspect=Aspect.MATERIALS)
    newest = f.inspection_aspect(inspection=september, aspect=Aspect.MATERIALS)
    other = f.inspection_aspect(inspection=september, aspect=Aspect.DRAWINGS)
    f.inspection_aspect(inspection=september, aspect=Aspect.FILING, is_checked=False, reason="不适用")
    f.inspection_aspect(inspection=checked(here, inspected_on=day(6, 30)), aspect=Aspect.TESTING)
    f.inspection_aspect(inspection=checked(here, organizer_level="CITY"), aspect=Aspect.CONTRACT)

    assert facts()["aspects_checked_in_rolling_quarter"] == 2
    assert evidence("aspects_checked_in_rolling_quarter") == ids(newest, other)


def drawn(here, project, **fields):
    row = f.draw(jurisdiction=here, **fields)
    f.drawn_project(draw=row, project=project)
    return row


def test_ten_per_cent_of_the_countys_own_projects(scope):
    here = unit()
    projects = [f.project(jurisdiction=here) for _ in range(10)]
    assert facts()["rolling_year_sample_ratio_ge_10pct"] is False

    drawn(here, projects[0], drawn_on=day(9, 30))
    assert facts()["rolling_year_sample_ratio_ge_10pct"] is True

    f.project(jurisdiction=here)
    assert facts()["rolling_year_sample_ratio_ge_10pct"] is False


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({"drawn_on": day(9, 30, 2022)}, id="more than a year ago"),
        pytest.param({"void_reason": "系统故障"}, id="void"),
        pytest.param({"kind": "OFFICER"}, id="officers"),
    ],
)
def test_draws_that_do_not_count(scope, fields):
    here = unit()
    drawn(here, f.project(jurisdiction=here), **fields)

    assert facts()["rolling_year_sample_ratio_ge_10pct"] is False
    assert facts()["published_within_20_workdays"] is False


@pytest.mark.parametrize(
    ("formed", "published", "in_time"),
    [
        # 20 working days from Thursday 31 August: 28 September, the last one before the holiday.
        pytest.param(day(8, 31), day(9, 28), True, id="on the last day of the term"),
        pytest.param(day(8, 31), day(9, 29), False, id="a day later"),
        pytest.param(day(8, 31), None, False, id="never"),
        pytest.param(day(9, 5), None, True, id="term still runs at the month's end"),
        pytest.param(day(7, 3), None, True, id="term ended in an earlier month, judged there"),
        pytest.param(None, None, True, id="no result yet"),
    ],
)
def test_publication_is_judged_in_the_month_in_which_its_term_ends(scope, formed, published, in_time):
    here = unit()
    drawn(
        here,
        f.project(jurisdiction=here),
        drawn_on=day(7, 1),
        result_formed_on=formed,
        published_on=published,
    )

    assert facts()["published_within_20_workdays"] is in_time


def test_a_county_without_projects_owes_no_draw(scope):
    f.project(jurisdiction=unit(), supervision_level="CITY")

    assert facts()["rolling_year_sample_ratio_ge_10pct"] is True
    assert facts()["published_within_20_workdays"] is True
