"""B1–B4."""

import datetime as dt

import pytest

from core.month import SHANGHAI
from tests import factories as f
from tests.scoring.facts.reading import day, evidence, facts, ids, moment, unit


@pytest.mark.parametrize(
    ("submitted", "late"),
    [
        pytest.param(moment(10, 5), 0, id="on the 5th, a day off"),
        pytest.param(
            dt.datetime(2023, 10, 7, 23, 59, 59, tzinfo=SHANGHAI), 0, id="last second of the due day"
        ),
        pytest.param(dt.datetime(2023, 10, 8, 0, 0, tzinfo=SHANGHAI), 1, id="first second after it"),
        pytest.param(
            dt.datetime(2023, 10, 8, 23, 59, 59, tzinfo=SHANGHAI), 1, id="last second before the freeze"
        ),
        pytest.param(dt.datetime(2023, 10, 9, 0, 0, tzinfo=SHANGHAI), None, id="at the freeze"),
        # 2023-10-07 16:30 UTC is already the 8th in Shanghai.
        pytest.param(dt.datetime(2023, 10, 7, 16, 30, tzinfo=dt.UTC), 1, id="Shanghai decides the day"),
    ],
)
def test_lateness_in_working_days(scope, submitted, late):
    f.monthly_return(jurisdiction=unit(), first_submitted_at=submitted)

    assert facts().get("workdays_late") == late


def test_an_act_on_a_day_off_counts_on_the_next_working_day(scope):
    # August's return is due on Tuesday 5 September; the freeze is Friday 8 September.
    from core.month import ReportingMonth

    f.monthly_return(jurisdiction=unit(), month=day(8, 1), first_submitted_at=moment(9, 8))

    assert facts(month=ReportingMonth(2023, 8))["workdays_late"] == 3


def test_a_nil_return_is_a_return_and_silence_is_none(scope):
    f.monthly_return(
        jurisdiction=unit("三台县"), is_nil=True, nil_statement="本月无在建工程。", nil_signed_on=day(10, 4)
    )
    f.monthly_return(jurisdiction=unit("江油市"), state="DRAFT", first_submitted_at=None)

    assert facts("三台县")["workdays_late"] == 0
    assert "workdays_late" not in facts("江油市")
    assert "workdays_late" not in facts("北川县")


def test_six_fields_of_every_line_of_the_latest_version(scope):
    here = unit()
    given = f.monthly_return(jurisdiction=here)
    old = f.return_version(monthly_return=given, number=1, submitted_at=moment(10, 5))
    f.return_line(version=old)
    new = f.return_version(monthly_return=given, number=2, submitted_at=moment(10, 7))
    full = f.return_line(
        version=new,
        award_price_wan_yuan=100,
        approved_duration_days=300,
        unit_count=5,
        key_person_count=4,
        key_work_count=0,
        registration_number="ZJ-1",
    )
    gaps = f.return_line(version=new, award_price_wan_yuan=100, unit_count=0)
    too_late = f.return_version(monthly_return=given, number=3, submitted_at=moment(10, 9))
    f.return_line(version=too_late)
    times = {"decided_at": moment(10, 7), "decided_by_name": "科长丁", "expires_at": moment(10, 12)}
    for number, ended in ((4, {"state": "SUBMITTED"}), (5, {"state": "ACCEPTED", "ended_at": moment(10, 9)})):
        asked = f.return_reopening(monthly_return=given, **times, **ended)
        pending = f.return_version(
            monthly_return=given, number=number, submitted_at=moment(10, 8), reopening=asked
        )
        f.return_line(version=pending)  # a correction that was not accepted by the freeze counts nothing

    found = facts()

    assert (found["required_fields_total"], found["required_fields_filled"]) == (12, 7)
    assert evidence("required_fields_total") == ids(full, gaps)
    assert evidence("required_fields_filled") == ids(full)


def test_remarks_by_kind_until_the_freeze(scope):
    here = unit()
    given = f.monthly_return(jurisdiction=here)
    returned = f.return_remark(monthly_return=given, kind="RETURNED", noted_on=day(10, 8))
    f.return_remark(monthly_return=given, kind="FIELD_ERROR", noted_on=day(10, 7))
    f.return_remark(monthly_return=given, kind="FIELD_ERROR", noted_on=day(10, 7))
    f.return_remark(monthly_return=given, kind="OMITTED_PROJECT", noted_on=day(10, 9))
    last_month = f.monthly_return(jurisdiction=here, month=day(8, 1))
    f.return_remark(monthly_return=last_month, kind="RETURNED", noted_on=day(9, 7))

    found = facts()

    assert (found["report_returned"], found["verified_field_error"], found["omitted_project"]) == (1, 2, 0)
    assert evidence("report_returned") == ids(returned)


def test_legal_persons_reports(scope):
    here = unit()
    on_time = f.legal_person_report(jurisdiction=here, submitted_on=day(10, 5))
    late = f.legal_person_report(jurisdiction=here, submitted_on=day(10, 6))
    missing = f.legal_person_report(jurisdiction=here)
    f.legal_person_report(jurisdiction=here, month=day(8, 1), submitted_on=day(9, 1))

    assert evidence("key_owner_reports_due") == ids(on_time, late, missing)
    assert evidence("key_owner_reports_on_time") == ids(on_time)
