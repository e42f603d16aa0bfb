"""C1–C3."""

import pytest

from tests import factories as f
from tests.scoring.facts.reading import day, evidence, facts, ids, unit

ROLES = ("LEGAL_PERSON", "SURVEYOR", "DESIGNER", "CONTRACTOR", "SUPERVISING_ENGINEER")


@pytest.mark.parametrize(
    ("fields", "counts"),
    [
        pytest.param({"started_on": day(9, 30)}, True, id="begun on the last day"),
        pytest.param({"started_on": day(10, 1)}, False, id="begun after the month"),
        pytest.param({"status": "SUSPENDED"}, True, id="suspended"),
        pytest.param({"status": "COMPLETED", "finished_on": day(9, 1)}, True, id="finished on the first day"),
        pytest.param(
            {"status": "COMPLETED", "finished_on": day(8, 31)}, False, id="finished before the month"
        ),
        pytest.param(
            {"status": "ACCEPTED", "finished_on": day(12, 1)}, True, id="finished later: under way then"
        ),
        pytest.param({"status": "COMPLETED"}, False, id="completed without a day"),
        pytest.param({"status": "PLANNED", "started_on": None}, False, id="planned"),
        pytest.param({"supervision_level": "CITY"}, True, id="supervised by the city"),
    ],
)
def test_which_projects_are_under_way(scope, fields, counts):
    f.project(jurisdiction=unit(), **fields)

    assert facts().get("started_projects", 0) == int(counts)


def test_registration_by_the_months_end(scope):
    here = unit()
    done, late, none = (f.project(jurisdiction=here) for _ in range(3))
    registration = f.supervision_registration(project=done, registered_on=day(9, 30))
    f.supervision_registration(project=late, registered_on=day(10, 1))

    assert evidence("started_projects") == ids(done, late, none)
    assert evidence("started_projects_with_procedure") == ids(done)
    assert evidence("procedures_done") == ids(registration)


def test_certificate_plan_and_briefing_all_three(scope):
    here = unit()
    all_three = {"certificate_on": day(9, 1), "plan_on": day(9, 2), "briefing_on": day(9, 30)}
    complete = f.supervision_registration(project=f.project(jurisdiction=here), **all_three)
    f.supervision_registration(project=f.project(jurisdiction=here), **{**all_three, "briefing_on": None})
    f.supervision_registration(project=f.project(jurisdiction=here), **{**all_three, "plan_on": day(10, 1)})

    assert facts()["procedures_done"] == 3
    assert evidence("projects_with_book_plan_briefing") == ids(complete)


def test_registration_after_the_start_counts_in_its_month(scope):
    here = unit()
    after = f.supervision_registration(
        project=f.project(jurisdiction=here, started_on=day(8, 20)), registered_on=day(9, 1)
    )
    f.supervision_registration(
        project=f.project(jurisdiction=here, started_on=day(9, 5)), registered_on=day(9, 5)
    )
    f.supervision_registration(
        project=f.project(jurisdiction=here, started_on=day(8, 20)), registered_on=day(8, 31)
    )

    assert evidence("procedure_after_start") == ids(after)


PLAQUE = day(9, 1)


def committed_project(here, *, skip=None, plaque_on=PLAQUE):
    project = f.project(jurisdiction=here, plaque_on=plaque_on)
    for role in ROLES:
        unit_ = f.participating_unit(project=project, role=role)
        if role != skip:
            f.lifelong_commitment(unit=unit_)
    f.participating_unit(project=project, role="SUPPLIER")
    return project


def test_commitments_of_the_five_parties_and_the_plaque(scope):
    here = unit()
    good = committed_project(here)
    committed_project(here, skip="SURVEYOR")
    committed_project(here, plaque_on=None)
    f.project(jurisdiction=here, plaque_on=day(9, 1))

    assert facts()["started_projects"] == 4
    assert evidence("projects_with_all_commitments") == ids(good)


def test_a_replaced_person_must_be_followed_by_a_new_commitment(scope):
    here = unit()
    project = f.project(jurisdiction=here, plaque_on=day(9, 1))
    contractor = f.participating_unit(project=project, role="CONTRACTOR")
    f.lifelong_commitment(unit=contractor, signed_on=day(3, 1), replaced_on=day(9, 30))
    assert facts()["projects_with_all_commitments"] == 0

    f.lifelong_commitment(unit=contractor, signed_on=day(9, 30))

    assert facts()["projects_with_all_commitments"] == 1


def test_a_unit_that_has_left_owes_nothing(scope):
    project = committed_project(unit())
    f.participating_unit(project=project, role="DESIGNER", valid_from=day(1, 1), valid_to=day(9, 29))

    assert facts()["projects_with_all_commitments"] == 1
