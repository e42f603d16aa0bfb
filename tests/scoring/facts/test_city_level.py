"""H1, H2, bonuses, penalties, red lines."""

from decimal import Decimal

import pytest

from core.month import ReportingMonth
from scoring.rules.errors import UnknownFact
from scoring.rules.scorecard import score
from tests import factories as f
from tests.scoring.facts.reading import day, evidence, facts, ids, moment, unit, window


def both(here, *, county_found_on, code="C-900", county_code=None):
    """A city finding of 5 September, and a county finding of the same project."""
    project = f.project(jurisdiction=here)
    item = f.catalogue_item(code=code)
    other = item if county_code is None else f.catalogue_item(code=county_code)
    city = f.finding(project=project, catalogue_item=item)
    f.finding(project=project, catalogue_item=other, found_by_level="COUNTY", found_on=county_found_on)
    return city


@pytest.mark.parametrize(
    ("county_found_on", "alone"),
    [
        pytest.param(day(7, 1), 0, id="first day of the look-back"),
        pytest.param(day(6, 30), 1, id="before the look-back"),
        pytest.param(day(9, 5), 0, id="same day"),
        pytest.param(day(9, 6), 1, id="only afterwards"),
    ],
)
def test_a_city_finding_that_the_county_had_found(scope, county_found_on, alone):
    both(unit(), county_found_on=county_found_on)

    assert facts().get("city_only_general", 0) == alone


def test_the_code_decides_not_the_edition_of_the_catalogue(scope):
    old = f.catalogue_item(code="C-901")
    new = f.catalogue_item(code="C-901")
    project = f.project(jurisdiction=unit())
    f.finding(project=project, catalogue_item=new)
    f.finding(project=project, catalogue_item=old, found_by_level="COUNTY", found_on=day(8, 1))

    assert facts().get("city_only_general", 0) == 0


def test_another_code_or_another_project_does_not_excuse(scope):
    city = both(unit(), county_found_on=day(9, 1), county_code="C-902")

    assert evidence("city_only_general") == ids(city)


def sheet(here, points, **fields):
    row = f.duty_inspection(jurisdiction=here, inspected_on=day(1, 1, 2022), **fields)
    f.duty_inspection_item(duty_inspection=row, max_points=50, points=50)
    f.duty_inspection_item(duty_inspection=row, max_points=50, points=Decimal(points) - 50, fact="不足")
    return row


def test_the_latest_duty_inspection_of_twelve_months(scope):
    here = unit()
    sheet(here, "60", concluded_on=day(10, 1, 2022))
    latest = sheet(here, "78.5", concluded_on=day(9, 30))
    sheet(here, "90", concluded_on=day(10, 1))
    f.duty_inspection(jurisdiction=here, concluded_on=day(9, 30))

    name = "latest_duty_inspection_score_within_12_months"

    assert facts()[name] == Decimal("78.5")
    assert evidence(name) == ids(latest)


def test_a_duty_inspection_of_thirteen_months_ago_is_forgotten(scope):
    sheet(unit(), "78", concluded_on=day(9, 30, 2022))

    assert "latest_duty_inspection_score_within_12_months" not in facts()


def test_bonuses_and_penalties_are_counted(scope):
    here = unit()
    rows = [
        f.adjustment_fact(jurisdiction=here, item="P1", count=2),
        f.adjustment_fact(jurisdiction=here, item="P1"),
    ]
    f.adjustment_fact(jurisdiction=here, item="N2", month=day(8, 1))

    assert facts()["P1"] == 3
    assert "N2" not in facts()
    assert evidence("P1") == ids(*rows)


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        pytest.param({"grade": "ORDINARY"}, {"R3"}, id="一般"),
        pytest.param({"grade": "MAJOR"}, {"R2"}, id="较大"),
        pytest.param({"grade": "SEVERE"}, {"R1"}, id="重大"),
        pytest.param({"grade": "EXTREME"}, {"R1"}, id="特大"),
        pytest.param({"grade": "ORDINARY", "is_concealed": True}, {"R3", "R4"}, id="瞒报"),
        pytest.param({"occurred_on": day(8, 31)}, set(), id="last month"),
    ],
)
def test_accidents_are_red_lines(scope, fields, lines):
    f.accident(jurisdiction=unit(), **fields)

    assert {name for name in facts() if name.startswith("R")} == lines


def test_recorded_red_lines(scope):
    row = f.red_line_fact(jurisdiction=unit(), red_line="R8")
    f.red_line_fact(jurisdiction=unit("三台县"), red_line="R8", month=day(8, 1))

    assert facts()["R8"] is True
    assert evidence("R8") == ids(row)
    assert "R8" not in facts("三台县")


@pytest.mark.parametrize(
    ("due_on", "extended", "hit"),
    [
        # 60 calendar days before 30 September: 1 August.
        pytest.param(day(8, 1), False, False, id="60 days overdue"),
        pytest.param(day(7, 31), False, True, id="61 days overdue"),
        pytest.param(day(7, 31), True, False, id="extended"),
    ],
)
def test_a_grave_finding_long_overdue(scope, due_on, extended, hit):
    finding = f.finding(
        project=f.project(jurisdiction=unit()), severity="GRAVE", found_on=day(6, 1), due_on=due_on
    )
    if extended:
        f.deadline_extension(
            finding=finding,
            requested_on=day(7, 1),
            old_due_on=day(7, 15),
            new_due_on=due_on,
            approved_on=day(7, 5),
            approved_by_name="批准人",
        )

    assert facts().get("R6", False) is hit


def test_two_months_without_a_return(scope):
    f.monthly_return(jurisdiction=unit("三台县"), month=day(8, 1), first_submitted_at=moment(9, 4))
    f.monthly_return(jurisdiction=unit("江油市"), month=day(9, 1), first_submitted_at=moment(10, 4))
    f.monthly_return(jurisdiction=unit("平武县"), month=day(9, 1), first_submitted_at=moment(10, 9))

    assert facts("北川县")["R9"] is True
    assert "R9" not in facts("三台县")
    assert "R9" not in facts("江油市")
    assert facts("平武县")["R9"] is True, "what came after the freeze is no return of the month"


def test_months_before_the_citys_first_return_are_not_missing(scope):
    f.monthly_return(jurisdiction=unit("三台县"), month=day(9, 1), first_submitted_at=moment(10, 4))

    assert "R9" not in facts("北川县")


def test_a_red_line_that_the_rubric_does_not_know_is_refused_not_lost(scope):
    f.red_line_fact(jurisdiction=unit(), red_line="R99")

    found = facts()

    assert found["R99"] is True
    with pytest.raises(UnknownFact, match="R99"):
        score(window().rubric, found)


def test_the_window_of_a_year_end(scope):
    f.training(jurisdiction=unit(), held_on=day(11, 1))

    assert facts(month=ReportingMonth(2024, 1))["trainings_in_rolling_quarter"] == 1
