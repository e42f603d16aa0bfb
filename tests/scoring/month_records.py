"""Records of September 2023 that make one county's month, down to the last digit the vector of scoring.md §5."""

from __future__ import annotations

from fractions import Fraction

from inspections.enums import Aspect
from tenancy.models import Jurisdiction
from tests import factories as f
from tests.scoring.facts.reading import day, moment

EARNED = (
    Fraction("3") + 3 + 2  # A
    + 3 + Fraction("3.2") + Fraction("1.5") + 2  # B
    + 3 + Fraction(7, 3) + Fraction("2.625")  # C
    + Fraction("4.5") + (Fraction(9, 11) - Fraction("0.4")) / Fraction("0.6") * 4 + 4 + Fraction("2.5")  # D
    + 5 + 2 + Fraction("2.4") + 2  # E
    + 4 + Fraction("2.2")  # F
    + Fraction("2.4") + 1  # G
    + Fraction("5.3") + Fraction(78 - 60, 35) * 6  # H
)  # fmt: skip
AVAILABLE = 93


def make_vector_county(here: Jurisdiction) -> None:
    """The county's whole month: 20 projects, its return, 7 inspections, 45 findings and what belongs to them."""
    projects = _projects(here)
    _return(here, projects)
    _inspections(here, projects)
    _findings(projects)
    for number in range(10):
        f.quality_filing(
            project=projects[0],
            due_on=day(9, 26),
            reviewed_on=day(9, 27) if number == 9 else day(9, 20),
            result="AGREED",
        )
    for _ in range(4):
        f.supervisory_test(project=projects[0], organizer_level="COUNTY")
    duty = f.duty_inspection(jurisdiction=here, inspected_on=day(5, 8), concluded_on=day(5, 10))
    f.duty_inspection_item(duty_inspection=duty, max_points=100, points=78, fact="专职人员不足")


def _projects(here):
    """C: 18 of 20 registered, one of them in September, after the start; 16 complete; 19 committed."""
    f.supervision_body(
        jurisdiction=here,
        institution_document="北编〔2020〕1号",
        funding_document="北财〔2023〕1号",
        full_time_supervisors=3,
    )
    f.training(jurisdiction=here)
    projects = [
        f.project(jurisdiction=here, plaque_on=None if number == 0 else day(3, 1)) for number in range(20)
    ]
    for project in projects:
        f.lifelong_commitment(unit=f.participating_unit(project=project))
    for number, project in enumerate(projects[:18]):
        complete = {"certificate_on": day(9, 11), "plan_on": day(9, 12), "briefing_on": day(9, 13)}
        f.supervision_registration(
            project=project,
            registered_on=day(9, 10) if number == 0 else day(3, 1),
            **(complete if number < 16 else {}),
        )
    return projects


def _return(here, projects):
    """B: one working day late, 144 of 150 fields, one return and one wrong field, both legal persons in time."""
    given = f.monthly_return(jurisdiction=here, first_submitted_at=moment(10, 8))
    version = f.return_version(monthly_return=given, submitted_at=moment(10, 8))
    filled = {
        "award_price_wan_yuan": 100,
        "approved_duration_days": 300,
        "unit_count": 5,
        "key_person_count": 4,
        "key_work_count": 2,
        "registration_number": "ZJ",
    }
    more = [f.project(jurisdiction=here, status="PLANNED", started_on=None) for _ in range(5)]
    for number, project in enumerate([*projects, *more]):
        gap = {"key_work_count": None} if number < 6 else {}
        f.return_line(version=version, project=project, **{**filled, **gap})
    f.return_remark(monthly_return=given, kind="RETURNED", noted_on=day(10, 8))
    f.return_remark(monthly_return=given, kind="FIELD_ERROR", noted_on=day(10, 8))
    for _ in range(2):
        f.legal_person_report(jurisdiction=here, submitted_on=day(10, 5))


def _inspections(here, projects):
    """D: 7 of 8 inspections, 9 aspects, 2 of 20 drawn and published, one record unsigned. Two projects in all."""
    f.month_plan(jurisdiction=here, inspection_count=8, test_batch_count=4)
    draw = f.draw(jurisdiction=here, drawn_on=day(7, 3), result_formed_on=day(7, 20), published_on=day(7, 25))
    for project in projects[:2]:
        f.drawn_project(draw=draw, project=project)
        f.inspection(project=project, organizer_level="CITY")
    for number in range(7):
        row = f.inspection(project=projects[number % 2], counterparty_signed=number > 0)
        for officer in range(2):
            f.inspection_officer(inspection=row, enforcement_id=f"川{officer}")
    for aspect in list(Aspect)[:9]:
        f.inspection_aspect(inspection=row, aspect=aspect)
    f.finding(  # the one without evidence; not due before October
        project=row.project,
        inspection=row,
        catalogue_item=f.catalogue_item(code="K-1"),
        found_by_level="COUNTY",
        due_on=day(10, 20),
    )


def _findings(projects):
    """E, F3, H1: 40 due and 34 in time; 4 + 1 overdue; 9 of 10 noticed; 3 + 1 entity; 2 + 1 of the city alone."""
    project = projects[0]
    own = f.catalogue_item(code="K-2")
    old = {"project": project, "catalogue_item": own, "found_by_level": "COUNTY", "found_on": day(8, 1)}
    for _ in range(30):
        f.finding(**old, due_on=day(9, 10), state="CLOSED", closed_on=day(9, 8))
    f.finding(**old, due_on=day(9, 10), state="CLOSED", closed_on=day(9, 12))
    for _ in range(4):
        f.finding(**old, due_on=day(9, 10))
    serious = {**old, "found_on": day(9, 5), "severity": "SERIOUS"}
    closed = [f.finding(**serious, state="CLOSED", closed_on=day(9, 20)) for _ in range(4)]
    for finding in closed[:2]:
        f.recheck(finding=finding)
    later = {"due_on": day(10, 20)}
    tenth = f.finding(**serious, **later)
    noticed = [*closed, f.finding(**serious), *(f.finding(**serious, **later) for _ in range(2))]
    noticed.append(f.finding(**serious, **later, kind="PHYSICAL_DEFECT"))
    city = {**later, "project": project, "catalogue_item": f.catalogue_item(code="K-3")}
    noticed.append(f.finding(**city, severity="SERIOUS"))
    for finding in noticed:
        f.notice_finding(finding=finding, notice=f.notice(project=project))
    assert tenth not in noticed
    for _ in range(2):
        f.finding(**city)
    for _ in range(3):
        f.finding(**{**old, "found_on": day(9, 5)}, **later, kind="PHYSICAL_DEFECT")


def make_failing_county(here: Jurisdiction) -> None:
    """The fewest records that give a score far under every line: an interview and a criticism."""
    project = f.project(jurisdiction=here)
    f.participating_unit(project=project)
    f.inspection(project=project)
    f.finding(project=project)
    f.monthly_return(jurisdiction=here)
