"""A1, A2, A3."""

from tests import factories as f
from tests.scoring.facts.reading import day, evidence, facts, ids, unit


def test_body_of_the_latest_year_speaks(scope):
    here = unit()
    f.supervision_body(
        jurisdiction=here,
        year=2021,
        institution_document="旧文",
        funding_document="旧文",
        full_time_supervisors=9,
    )
    body = f.supervision_body(jurisdiction=here, year=2023, full_time_supervisors=1, funding_wan_yuan=0)
    f.supervision_body(jurisdiction=here, year=2024, institution_document="来年", confirmed_on=day(9, 1))

    found = facts()

    assert found["has_institution_doc"] is False
    assert found["funding_in_place"] is False
    assert found["staff_ratio_ok"] is True
    assert evidence("has_institution_doc") == ids(body)


def test_funding_by_document_or_by_amount(scope):
    f.supervision_body(jurisdiction=unit("北川县"), funding_document="绵财〔2023〕1号")
    f.supervision_body(jurisdiction=unit("三台县"), funding_wan_yuan=3)

    assert facts("北川县")["funding_in_place"] is True
    assert facts("三台县")["funding_in_place"] is True


def test_eight_projects_a_supervisor_are_enough_and_nine_are_not(scope):
    here = unit()
    f.supervision_body(jurisdiction=here, full_time_supervisors=1)
    for _ in range(8):
        f.project(jurisdiction=here)
    f.project(jurisdiction=here, supervision_level="CITY")
    f.project(jurisdiction=here, status="PLANNED", started_on=None)
    assert facts()["staff_ratio_ok"] is True

    f.project(jurisdiction=here)

    assert facts()["staff_ratio_ok"] is False


def test_nobody_is_enough_only_for_no_project(scope):
    here = unit()
    f.supervision_body(jurisdiction=here, full_time_supervisors=0)
    assert facts()["staff_ratio_ok"] is True

    f.project(jurisdiction=here)

    assert facts()["staff_ratio_ok"] is False


def test_a_body_that_nobody_confirmed_is_absent(scope):
    assert "has_institution_doc" not in facts()


def test_plan_must_be_out_before_the_first_day(scope):
    f.month_plan(jurisdiction=unit("北川县"), published_on=day(8, 31))
    f.month_plan(jurisdiction=unit("三台县"), published_on=day(9, 1))
    f.month_plan(jurisdiction=unit("江油市"), month=day(8, 1), published_on=day(7, 1))

    assert facts("北川县")["monthly_plan_published_before_month_start"] is True
    assert facts("三台县")["monthly_plan_published_before_month_start"] is False
    assert "monthly_plan_published_before_month_start" not in facts("江油市")


def test_trainings_of_this_month_and_two_before(scope):
    here = unit()
    counted = [f.training(jurisdiction=here, held_on=held) for held in (day(7, 1), day(9, 30))]
    f.training(jurisdiction=here, held_on=day(6, 30))
    f.training(jurisdiction=here, held_on=day(10, 1))

    assert facts()["trainings_in_rolling_quarter"] == 2
    assert evidence("trainings_in_rolling_quarter") == ids(*counted)
