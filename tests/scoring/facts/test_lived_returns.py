"""B1, B2, B3 from a return that was lived through the services; the freeze; what comes after it; the opening job."""

from __future__ import annotations

import datetime as dt
import json
import random
import threading
from fractions import Fraction
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.roles import Role
from core.faultpoint import ENVIRONMENT
from core.month import ReportingMonth
from projects.enums import RemarkKind, ReopeningState
from projects.models import MonthlyReturn
from projects.rules.returns import REQUIRED_FIELDS, completeness
from projects.selectors.returns.versions import draft_of, line_values, newest_submitted
from projects.services.returns.accepting import (
    FieldComment,
    accept_return,
    record_remark,
    return_for_correction,
)
from projects.services.returns.filling import change_field
from projects.services.returns.reopening import decide_reopening, request_reopening
from projects.services.returns.submitting import hand_over, submit_return
from scoring.models import CountyScore, ScoreRun
from scoring.rules.scorecard import score
from scoring.services.closing import close_month
from scoring.services.recompute import replay
from scoring.services.return_opening import months_to_open, open_month, report_due_on, request_opening
from scoring.tasks import end_reopenings, open_due_returns
from tenancy.jobs import run_job
from tenancy.models import Job
from tenancy.scope import city_scope
from tests import factories as f
from tests.cast import county, make_city, person
from tests.faults.months import close_connections, sweep, worker
from tests.scoring.facts.reading import day, evidence, facts, ids, moment, unit, window

AUGUST = ReportingMonth(2023, 8)
"""Its return is due on Tuesday 5 September; the freeze is 24:00 of Friday 8 September."""
FULL: dict[str, Any] = {
    "status": "UNDER_WAY",
    "award_price_wan_yuan": 860,
    "approved_duration_days": 400,
    "started_on": day(3, 1),
    "unit_count": 5,
    "key_person_count": 9,
    "key_work_count": 4,
    "registration_number": "ZJ-0001",
    "progress_percent": 40,
    "invested_wan_yuan": 300,
}


class County:
    """北川县 with two projects reported in July, its people and the bureau's; August opened on 1 September."""

    def __init__(self, city: Any) -> None:
        self.here = county(city)
        self.projects = [f.project(jurisdiction=self.here, name=f"演示工程{n}") for n in (1, 2)]
        july = f.monthly_return(jurisdiction=self.here, month=day(7, 1), state="ACCEPTED")
        for project in self.projects:
            f.return_line(version=f_version(july), project=project, **FULL)
        self.filler = person(city, Role.COUNTY_REPORTER, name="填报员甲")
        self.reviewer = person(city, Role.COUNTY_REVIEWER, name="审核人乙")
        self.clerk = person(city, Role.BUREAU_SUPERVISOR, name="受理人丙")
        self.chief = person(city, Role.BUREAU_CHIEF, name="科长丁")
        open_month(month=AUGUST, by="系统", at=moment(9, 1))
        self.key = MonthlyReturn.objects.get(jurisdiction=self.here, month=AUGUST.first).pk

    @property
    def row(self) -> MonthlyReturn:
        return MonthlyReturn.objects.get(pk=self.key)

    def change(self, field: str, text: str, seen: str, at: dt.datetime, index: int = 0) -> None:
        change_field(
            return_id=self.key,
            project_id=self.projects[index].pk,
            field=field,
            text=text,
            seen=seen,
            by=self.filler,
            at=at,
        )

    def submit(self, at: dt.datetime) -> None:
        hand_over(return_id=self.key, by=self.filler, at=at)
        submit_return(return_id=self.key, by=self.reviewer, at=at)

    def send_back(self, at: dt.datetime, *fields: str) -> None:
        return_for_correction(
            return_id=self.key,
            comments=[FieldComment(self.projects[0].pk, name, "与佐证不符") for name in fields],
            note="三处不符",
            by=self.clerk,
            at=at,
        )


def f_version(row: MonthlyReturn) -> Any:
    return row.versions.first() or f.return_version(monthly_return=row)


def points(item: str) -> Fraction:
    rubric = window(AUGUST).rubric
    return score(rubric, facts(month=AUGUST), allow_unknown=True).item(item).points


def test_the_whole_month_gives_exactly_these_points_and_nothing_after_the_freeze_changes_them(
    city: Any, scope: Any
) -> None:
    story = County(city)
    assert story.row.due_on == report_due_on(AUGUST) == day(9, 5)
    story.change("award_price_wan_yuan", "880", "860", moment(9, 5))
    story.change("key_person_count", "", "9", moment(9, 5), index=1)
    story.submit(moment(9, 7, 15))  # two working days late
    story.send_back(moment(9, 7, 16), "award_price_wan_yuan", "progress_percent", "unit_count")
    assert (
        facts(month=AUGUST)["required_fields_filled"] == 11
    )  # sent back: the submitted version still counts
    story.change("award_price_wan_yuan", "861.5", "880", moment(9, 8, 9))
    story.submit(moment(9, 8, 10))
    accept_return(return_id=story.key, by=story.clerk, at=moment(9, 8, 11))
    wrong = record_remark(
        return_id=story.key,
        kind=RemarkKind.FIELD_ERROR,
        project_id=story.projects[0].pk,
        field="unit_count",
        note="现场为6家",
        by=story.clerk,
        at=moment(9, 8, 12),
    )

    given = facts(month=AUGUST)
    assert given["workdays_late"] == 2
    assert (given["required_fields_total"], given["required_fields_filled"]) == (12, 11)
    assert (points("B1"), points("B2"), points("B3")) == (1, Fraction(7, 3), Fraction(3, 2))
    newest = newest_submitted(story.row)
    assert newest is not None
    assert evidence("workdays_late", month=AUGUST) == ids(story.row)
    assert evidence("required_fields_total", month=AUGUST) == ids(*newest.lines.all())
    assert evidence("report_returned", month=AUGUST) == ids(story.row.remarks.get(kind="RETURNED"))
    assert evidence("verified_field_error", month=AUGUST) == ids(wrong)

    run = close_month(month=AUGUST, by="甲", at=moment(9, 11))
    assert story.row.state == "FROZEN"
    frozen = CountyScore.objects.get(run=run, jurisdiction=story.here).snapshot
    before = (run.snapshot_sha256, frozen)

    asked = request_reopening(
        return_id=story.key,
        fields=[(story.projects[1].pk, "key_person_count")],
        reason="漏填，附花名册",
        by=story.filler,
        at=moment(9, 12),
    )
    decided = decide_reopening(
        reopening_id=asked.pk, approve=True, note="", by=story.chief, at=moment(9, 12), workdays=1
    )
    story.change("key_person_count", "9", "", moment(9, 12, 10), index=1)
    assert draft_of(story.row) is not None
    assert facts(month=AUGUST)["required_fields_filled"] == 11  # a draft is no version
    assert decided.expires_at == dt.datetime(2023, 9, 13, 16, tzinfo=dt.UTC)
    end_reopenings()
    asked.refresh_from_db()
    assert (asked.state, draft_of(story.row)) == (ReopeningState.EXPIRED, None)
    run = ScoreRun.objects.get(pk=run.pk)
    frozen = CountyScore.objects.get(run=run, jurisdiction=story.here).snapshot
    assert (run.snapshot_sha256, frozen) == before
    assert replay(run) == []


def test_what_was_sent_back_at_the_freeze_counts_as_it_was_submitted_and_comes_again_outside(
    city: Any, scope: Any
) -> None:
    story = County(city)
    story.change("key_person_count", "", "9", moment(9, 4))
    story.submit(moment(9, 5))
    story.send_back(moment(9, 8), "key_person_count")
    story.change("key_person_count", "9", "", moment(9, 8))
    close_month(month=AUGUST, by="甲", at=moment(9, 11))
    assert story.row.state == "RETURNED"
    story.submit(moment(9, 11, 10))
    accept_return(return_id=story.key, by=story.clerk, at=moment(9, 11, 11))

    given = facts(month=AUGUST)
    assert (given["workdays_late"], given["required_fields_filled"]) == (0, 11)
    assert story.row.state == "ACCEPTED"


def test_completeness_is_counted_as_the_fact_counts_it(scope: Any) -> None:
    dice = random.Random(12)
    given: dict[str, list[Any]] = {"number": [None, 0, 1, 40], "text": ["", "ZJ-1", "未办理"]}
    for name in ("北川县", "三台县", "江油市", "平武县"):
        version = f.return_version(
            monthly_return=f.monthly_return(jurisdiction=unit(name), month=AUGUST.first)
        )
        lines = []
        for _ in range(12):
            values = {
                field.name: dice.choice(given["text" if field.kind == "text" else "number"])
                for field in REQUIRED_FIELDS
            }
            project = f.project(jurisdiction=unit(name))
            lines.append(f.return_line(version=version, project=project, **values))
        told = completeness(line_values(line) for line in lines)
        fact = facts(name, AUGUST)
        assert (told.filled, told.total) == (fact["required_fields_filled"], fact["required_fields_total"])
        assert 0 < told.filled < told.total == 72


def test_months_open_by_themselves_and_an_outage_is_caught_up(scope: Any) -> None:
    assert months_to_open(moment(9, 1, 0)) == [AUGUST]
    assert months_to_open(moment(8, 31, 23)) == [ReportingMonth(2023, 7)]
    f.training(jurisdiction=unit(), held_on=day(8, 31))
    opened = open_month(month=AUGUST, by="系统", at=moment(9, 1))
    (own,) = (row for row in opened if row.jurisdiction_id == unit().pk)
    assert own.versions.get().header["trainings"] == 1, "proposed from the county's own records"
    assert months_to_open(moment(9, 30)) == []
    # nothing ran in October and November
    assert [str(month) for month in months_to_open(moment(12, 4))] == ["2023-09", "2023-10", "2023-11"]


def test_the_command_opens_what_is_missing_and_refuses_a_month_that_runs(city: Any, db: None) -> None:
    out = StringIO()
    call_command("open_returns", "mianyang", "2023-08", stdout=out)
    assert len(json.loads(out.getvalue())["opened"]) == 14
    again = StringIO()
    call_command("open_returns", "mianyang", "2023-08", stdout=again)
    assert json.loads(again.getvalue())["opened"] == []
    with pytest.raises(CommandError, match="尚未结束"):
        call_command("open_returns", "mianyang", f"{ReportingMonth.of(timezone.now())}")


def test_an_opening_that_is_killed_in_the_middle_is_done_once(fresh_database: str) -> None:
    city = make_city()
    with city_scope(city.id):
        job = request_opening(month=AUGUST, by="系统", at=moment(9, 1))
    assert worker(fresh_database, city.id, job.id, **{ENVIRONMENT: "returns.opened"}) == -9
    with city_scope(city.id):
        assert MonthlyReturn.objects.count() == 0
    assert sweep(city) == 1
    with city_scope(city.id):
        assert MonthlyReturn.objects.filter(opened_at=moment(9, 1)).count() == 14
        assert Job.objects.get(pk=job.pk).state == "DONE"
        assert request_opening(month=AUGUST, by="系统", at=moment(9, 1)).pk == job.pk
    assert run_job(city.id, job.id) is None
    last = ReportingMonth.of(timezone.now()).previous()
    asked = open_due_returns()
    with city_scope(city.id):
        months = set(Job.objects.filter(kind="open_returns").values_list("payload__month", flat=True))
    assert asked == 12
    assert str(last) in months


def test_a_first_submission_in_flight_is_waited_for(fresh_database: str) -> None:
    """Submitted in time but not committed when the close begins: in the month, not lost between the two."""
    city = make_city()
    with city_scope(city.id):
        story = County(city)
        hand_over(return_id=story.key, by=story.filler, at=moment(9, 8))
    held, closed = threading.Event(), threading.Event()
    waited = []

    def submit() -> None:
        with city_scope(city.id):
            submit_return(return_id=story.key, by=story.reviewer, at=moment(9, 8, 23))
            held.set()
            waited.append(not closed.wait(timeout=1.5))
        close_connections()

    reviewer = threading.Thread(target=submit)
    reviewer.start()
    assert held.wait(timeout=60)
    with city_scope(city.id):
        run = close_month(month=AUGUST, by="甲", at=moment(9, 11))
    closed.set()
    reviewer.join(timeout=60)

    with city_scope(city.id):
        assert waited == [True]
        assert story.row.state == "FROZEN"
        assert facts(month=AUGUST)["workdays_late"] == 3
        assert replay(run) == []
        snapshot = CountyScore.objects.get(run=run, jurisdiction=story.here).snapshot
        assert json.loads(snapshot)["facts"]["workdays_late"] == 3
