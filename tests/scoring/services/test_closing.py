"""The close of a month: its result to the last digit, what it writes, what it refuses."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import AuditEvent
from core.month import ReportingMonth
from enforcement.models import CriticismProposal, Interview, ReminderLetter
from projects.models import MonthlyReturn
from scoring.models import CountyScore, Listing, ScoreRun, SubjectScore
from scoring.selectors.months import close_blockers
from scoring.services.closing import CloseRefused, close_month, request_close
from tenancy.models import Job, Jurisdiction
from tenancy.scope import city_scope
from tests import factories as f
from tests.cast import county
from tests.scoring.facts.reading import SEPTEMBER, day, moment, unit
from tests.scoring.month_records import AVAILABLE, EARNED, make_failing_county, make_vector_county

AT = moment(10, 9)


def close(month=SEPTEMBER, at=AT, by="甲"):
    return close_month(month=month, by=by, at=at)


def score_of(short_name="北川县", run=None):
    rows = CountyScore.objects.filter(jurisdiction__short_name=short_name)
    return rows.get(run=run) if run else rows.get()


def test_a_whole_month_of_records_gives_the_vector_to_the_last_digit(scope):
    make_vector_county(unit())

    run = close()

    score = score_of()
    card = json.loads(score.snapshot)["scorecard"]
    assert Fraction(card["earned"]) == EARNED
    assert Fraction(card["available"]) == AVAILABLE
    assert Fraction(card["raw"]) == 100 * EARNED / AVAILABLE
    assert (score.final, score.grade, score.rank, score.is_interview) == (Decimal("74.0"), "C", 1, False)
    assert [item["id"] for item in card["items"] if item["na"]] == ["E5", "F2", "G2"]
    letter = ReminderLetter.objects.get()
    assert letter.jurisdiction == unit()
    assert letter.reasons[0]["action"] == "ACT3"
    assert letter.reasons[0]["sentence"].startswith("月度得分74.0分，不低于70分且低于75分")
    assert not Interview.objects.exists()
    assert run.objection_until == day(10, 12)
    assert MonthlyReturn.objects.get().state == "FROZEN"


def test_every_county_has_one_score_and_those_without_data_no_rank(scope):
    make_vector_county(unit())

    run = close()

    assert CountyScore.objects.filter(run=run).count() == Jurisdiction.objects.counties().count()
    others = CountyScore.objects.exclude(jurisdiction=unit())
    assert {(one.status, one.rank) for one in others} == {("INSUFFICIENT", None)}
    assert not Listing.objects.filter(subject="COUNTY").exists()


def test_a_failing_county_is_interviewed_criticized_and_listed_once(scope):
    make_failing_county(unit())

    run = close()

    score = score_of()
    assert score.is_interview
    assert score.is_unqualified
    interview = Interview.objects.get()
    assert interview.number == "YT-202309-510726"
    assert [one["source"] for one in interview.triggers] == ["MONTHLY_SCORE"]
    assert CriticismProposal.objects.get().jurisdiction == unit()
    black = Listing.objects.get(subject="COUNTY")
    assert (black.colour, black.jurisdiction, black.score) == ("BLACK", unit(), score.final)
    assert run.statistics["interviews"][0]["county"] == "北川县"
    assert Job.objects.get(kind="draft_documents").key == "2023-09-r1"
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {
        "scoring.run.compute",
        "enforcement.interview.propose",
        "enforcement.criticism.propose",
    } <= actions


def test_both_scores_trigger_one_interview(scope):
    make_failing_county(unit())
    duty = f.duty_inspection(jurisdiction=unit(), concluded_on=day(9, 30))
    f.duty_inspection_item(duty_inspection=duty, max_points=100, points=65, fact="监督空白")

    close()

    interview = Interview.objects.get()
    assert [one["source"] for one in interview.triggers] == ["MONTHLY_SCORE", "DUTY_INSPECTION"]
    assert interview.triggers[1]["sentence"] == "质量监督履职检查得分65.0分，低于70分。"


def test_a_duty_inspection_alone_triggers_too(scope):
    duty = f.duty_inspection(jurisdiction=unit(), inspected_on=day(8, 30), concluded_on=day(9, 1))
    f.duty_inspection_item(duty_inspection=duty, max_points=100, points=Decimal("69.9"), fact="监督空白")
    before = f.duty_inspection(jurisdiction=unit("三台县"), inspected_on=day(8, 1), concluded_on=day(8, 31))
    f.duty_inspection_item(duty_inspection=before, max_points=100, points=50, fact="监督空白")

    close()

    assert Interview.objects.get().jurisdiction == unit()


def test_an_interview_recorded_by_hand_gets_the_triggers_that_it_lacks(scope):
    make_failing_county(unit())
    by_hand = f.interview(jurisdiction=unit(), triggers=["群众投诉"], state="APPROVED")

    close()

    by_hand.refresh_from_db()
    assert Interview.objects.count() == 1
    assert by_hand.state == "APPROVED"
    assert by_hand.triggers[0] == "群众投诉"
    assert by_hand.triggers[1]["source"] == "MONTHLY_SCORE"


def test_two_months_in_a_row_propose_the_next_level(scope):
    make_failing_county(unit())
    f.monthly_return(jurisdiction=unit(), month=day(10, 1), first_submitted_at=moment(11, 3))
    f.inspection(project=unit().projects.get(), inspected_on=day(10, 10), organizer_level="CITY")
    f.finding(project=unit().projects.get(), found_on=day(10, 10), due_on=day(10, 20))
    close()

    close(ReportingMonth(2023, 10), at=moment(11, 9))

    october = Interview.objects.get(month=day(10, 1))
    assert [one["action"] for one in october.triggers] == ["ACT1", "ACT4"]
    assert october.triggers[1]["sentence"].startswith("提级约谈县政府分管负责同志建议：连续2个月月度得分")


def test_lists_of_units_and_legal_persons(scope):
    here = unit()
    good = f.project(jurisdiction=here)
    f.supervision_registration(project=good, registered_on=day(3, 1))
    f.legal_person_report(jurisdiction=here, legal_person=good.legal_person, submitted_on=day(10, 5))
    builder = f.participating_unit(project=good)
    f.attendance(unit=builder)
    f.inspection(project=good)
    bad = f.project(jurisdiction=here)
    guilty = f.participating_unit(project=bad)
    f.inspection(project=bad)
    grave = f.finding(project=bad, unit=guilty, severity="GRAVE", kind="PHYSICAL_DEFECT")
    f.project(jurisdiction=here)  # not inspected: neither praised nor blamed

    close()

    listed = {
        (one.colour, one.subject, one.organization_id) for one in Listing.objects.exclude(subject="COUNTY")
    }
    assert listed == {
        ("RED", "LEGAL_PERSON", good.legal_person_id),
        ("RED", "PARTICIPANT", builder.organization_id),
        ("BLACK", "LEGAL_PERSON", bad.legal_person_id),
        ("BLACK", "PARTICIPANT", grave.organization_id),
    }
    assert SubjectScore.objects.get(organization=guilty.organization).score == 92
    assert SubjectScore.objects.count() == 4


def test_a_repeated_finding_costs_half_as_much_again_and_a_self_reported_half(scope):
    here = unit()
    project = f.project(jurisdiction=here)
    builder = f.participating_unit(project=project)
    item = f.catalogue_item()
    given = {"project": project, "unit": builder, "catalogue_item": item, "severity": "SERIOUS"}
    f.finding(**given, found_on=day(9, 10, 2022), due_on=day(9, 30, 2022))
    f.finding(**given, found_on=day(9, 9))  # a year less a day after: 2 × 1.5
    f.finding(
        project=project, unit=builder, is_self_reported=True, state="CLOSED", found_on=day(9, 4)
    )  # 0.5 × 0.5
    f.finding(project=project, unit=builder, is_self_reported=True, found_on=day(9, 4))  # not rectified: 0.5

    close()

    assert SubjectScore.objects.get(subject="PARTICIPANT").facts["avg_project_score"] == "385/4"


def test_a_unit_that_fails_a_test_of_the_works_body_is_listed(scope):
    project = f.project(jurisdiction=unit())
    builder = f.participating_unit(project=project)
    f.participating_unit(project=project, role="DESIGNER")
    f.supervisory_test(
        project=project, tested_object="WORKS_BODY", verdict="FAILED", reported_on=day(9, 20), finding=None
    )

    close()

    black = Listing.objects.get(colour="BLACK")
    assert black.organization == builder.organization
    assert black.score is None


def test_the_circulars_totals(scope):
    make_vector_county(unit())

    totals = close().statistics["totals"]

    assert totals["projects_under_way"] == 20
    assert totals["projects_planned"] == 5
    assert (totals["city_inspections"], totals["county_inspections"]) == (2, 7)
    assert (totals["general_findings"], totals["serious_findings"], totals["grave_findings"]) == (6, 10, 0)
    assert totals["management_findings"] + totals["physical_findings"] == 16
    assert (totals["findings_due"], totals["findings_closed_on_time"]) == (40, 34)
    assert totals["overdue_findings"] == 5
    assert (totals["returns_due"], totals["returns_on_time"]) == (14, 0)
    assert totals["notices_issued"] == 9


def test_a_closed_month_cannot_be_closed_again(scope):
    close()

    with pytest.raises(CloseRefused, match="已经结账"):
        close()
    with pytest.raises(CloseRefused, match="已经结账"):
        request_close(month=SEPTEMBER, by="乙", at=AT)
    assert ScoreRun.objects.count() == 1


def test_a_month_closes_after_its_freeze_and_not_before(scope):
    freeze = moment(10, 8).replace(hour=23, minute=59, second=59)

    with pytest.raises(CloseRefused, match="2023年10月8日24:00冻结"):
        close(at=freeze)

    assert close(at=moment(10, 9, 0)).revision == 1


def test_an_unknown_red_line_is_refused_by_name(scope):
    row = f.red_line_fact(jurisdiction=unit(), red_line="R77")

    with pytest.raises(CloseRefused, match=f"{row.number}.*R77"):
        close()


def test_a_month_beyond_the_calendar_is_refused(scope):
    with pytest.raises(CloseRefused, match="工作日历"):
        close(ReportingMonth(2029, 1), at=moment(10, 9).replace(year=2029, month=3))


def test_a_month_before_the_first_rubric_is_refused(scope):
    with pytest.raises(CloseRefused, match="没有已生效的评分细则"):
        close(ReportingMonth(2022, 12), at=AT)


def test_what_informs_before_the_close(scope):
    f.monthly_return(jurisdiction=unit("三台县"), state="RETURNED")
    f.monthly_return(jurisdiction=unit("江油市"), state="SUBMITTED")
    f.finding(state="DRAFT")
    close(ReportingMonth(2023, 7), at=AT)

    found = {blocker.code: blocker for blocker in close_blockers(SEPTEMBER, at=AT)}

    assert set(found) == {"missing", "returned", "waiting", "drafts", "gap"}
    assert not any(blocker.is_hard for blocker in found.values())
    assert found["missing"].count == 12
    assert found["returned"].counties == ("三台县",)
    assert found["waiting"].counties == ("江油市",)


def test_a_late_return_is_not_frozen_into_the_month(scope):
    late = f.monthly_return(jurisdiction=unit(), first_submitted_at=moment(10, 9))

    close(at=moment(10, 10))

    late.refresh_from_db()
    assert late.state == "SUBMITTED"


def test_another_citys_records_are_never_counted(city, other_city):
    with city_scope(other_city.id):
        for stranger in Jurisdiction.objects.counties():
            make_failing_county(stranger)
    with city_scope(city.id):
        run = close()

        assert run.statistics["totals"]["projects_under_way"] == 0
        assert not Interview.objects.exists()
        assert not SubjectScore.objects.exists()
    with city_scope(other_city.id):
        assert not ScoreRun.objects.exists()
        assert MonthlyReturn.objects.filter(state="FROZEN").count() == 0
        assert close().statistics["totals"]["projects_under_way"] == Jurisdiction.objects.counties().count()


def test_a_county_sees_its_own_score_only(city):
    with city_scope(city.id):
        close()
    here = county(city)

    with city_scope(city.id, county=here.id):
        seen = CountyScore.objects.values_list("jurisdiction_id", flat=True)
        assert list(seen) == [here.id]
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM scoring_countyscore")
            assert cursor.fetchone() == (1,)


def queries_of_a_close(city, *, counties):
    with city_scope(city.id):
        units = list(Jurisdiction.objects.counties())
        Jurisdiction.objects.filter(pk__in=[one.pk for one in units[counties:]]).update(is_active=False)
        for one in units[:counties]:
            make_failing_county(one)
        with CaptureQueriesContext(connection) as queries:
            run = close()
        assert CountyScore.objects.filter(run=run).count() == counties
        trail = sum('INSERT INTO "audit_auditevent"' in query["sql"] for query in queries)
    return len(queries) - trail, trail


def test_the_number_of_queries_does_not_depend_on_counties(city, other_city):
    """But for the trail, which has one event for each act: interview, criticism and letter of every county."""
    few, few_events = queries_of_a_close(other_city, counties=2)
    many, many_events = queries_of_a_close(city, counties=14)

    assert few == many
    assert (few_events, many_events) == (3 * 2 + 1, 3 * 14 + 1)
