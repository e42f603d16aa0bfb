"""The cockpit of the month: what blocks the close, who may do what, and the whole way from open to published."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from core.month import ReportingMonth
from inspections.enums import FindingState
from reports.enums import DocumentKind
from reports.models import Document
from scoring.enums import ListColour, RunState
from scoring.models import ScoreRun
from tenancy.enums import JobState
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.scoring.months import SEPTEMBER, closed_month
from tests.scoring.rules.builders import VECTOR

SignIn = Callable[..., Client]
LIST = reverse("reports:month-list")
DETAIL = reverse("reports:month", args=[SEPTEMBER])
LOW = {**VECTOR, "findings_due_closed_on_time": 0, "inspections_done": 0}


def act(name: str, month: ReportingMonth = SEPTEMBER) -> str:
    return reverse(f"reports:month-{name}", args=[month])


@pytest.fixture
def filed(city: City) -> None:
    """September is open and one county has filed."""
    with city_scope(city.id):
        factories.monthly_return(jurisdiction=county(city))


@pytest.fixture
def run(city: City) -> ScoreRun:
    """September is computed; its objection window ended on 2023-10-20."""
    with city_scope(city.id):
        run = closed_month({"北川县": VECTOR, "三台县": LOW})
        factories.listing(run=run, jurisdiction=county(city), reasons=["月度得分95.0分，不低于90分"])
        return run


def state_of(city: City) -> str:
    with city_scope(city.id):
        return ScoreRun.objects.get(month=SEPTEMBER.first).state


def issue_circular(city: City, run: ScoreRun) -> Document:
    with city_scope(city.id):
        return factories.issued_document(
            kind=DocumentKind.CIRCULAR, subject_kind="scoring.scorerun", subject_id=run.id
        )


@pytest.mark.usefixtures("filed")
def test_open_month_says_what_is_missing_and_who_must_act(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.finding(state=FindingState.DRAFT)

    text = sign_in(Role.BUREAU_SUPERVISOR).get(DETAIL).text

    assert "个县区截至数据冻结未报送月报" in text
    assert "县局填报员、审核人" in text
    assert "1个问题仍为草稿，不计入统计和评分。" in text
    assert "state=DRAFT" in text
    assert "结账2023年9月" in text
    assert text.count("btn-primary") == 1


@pytest.mark.usefixtures("filed")
def test_close_is_confirmed_and_becomes_a_job(city: City, sign_in: SignIn) -> None:
    supervisor = sign_in(Role.BUREAU_SUPERVISOR)

    asked, answer = supervisor.get(act("close")), supervisor.post(act("close"))
    page = supervisor.get(DETAIL).text

    assert "冻结2023年9月的数据并计算各县（市、区）得分" in asked.text
    assert answer.status_code == 302
    with city_scope(city.id):
        job = Job.objects.get(kind="close_month", key="2023-09")
    assert reverse("reports:job-progress", args=[job.pk]) in page
    assert act("close") not in page


@pytest.mark.usefixtures("filed")
def test_asking_twice_makes_one_job(city: City, sign_in: SignIn) -> None:
    supervisor = sign_in(Role.BUREAU_SUPERVISOR)

    supervisor.post(act("close"))
    supervisor.post(act("close"))

    with city_scope(city.id):
        assert Job.objects.filter(kind="close_month").count() == 1


@pytest.mark.usefixtures("filed")
def test_too_early_a_close_is_refused_with_its_reason(city: City, sign_in: SignIn) -> None:
    with time_machine.travel("2023-10-06T01:00:00Z", tick=False):
        supervisor = sign_in(Role.BUREAU_SUPERVISOR)
        page, asked, answer = (
            supervisor.get(DETAIL),
            supervisor.get(act("close")),
            supervisor.post(act("close")),
        )

    assert "此后才能结账" in page.text
    assert act("close") not in page.text
    assert "现在不能结账" in asked.text
    assert answer.status_code == 422
    with city_scope(city.id):
        assert not Job.objects.exists()


@pytest.mark.usefixtures("filed")
def test_failed_job_is_shown_with_its_reason(city: City, sign_in: SignIn) -> None:
    supervisor = sign_in(Role.BUREAU_SUPERVISOR)
    supervisor.post(act("close"))
    with city_scope(city.id):
        Job.objects.update(state=JobState.FAILED, error="数据库重启。", finished_at=factories.MOMENT)

    text = supervisor.get(DETAIL).text

    assert "数据库重启。" in text
    assert "重试" in text


def test_closed_month_shows_table_lists_and_proposals(city: City, run: ScoreRun, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.listing(
            run=run, jurisdiction=county(city, "三台县"), colour=ListColour.BLACK, reasons=["低于70分"]
        )
        interview = factories.interview(
            jurisdiction=county(city, "三台县"),
            triggers=[{"source": "MONTHLY_SCORE", "sentence": "月度得分低。"}],
        )
        factories.criticism_proposal(jurisdiction=county(city, "三台县"))
        letter = factories.reminder_letter(jurisdiction=county(city))

    text = sign_in(Role.BUREAU_CHIEF).get(DETAIL).text

    assert "74.0" in text
    assert "月度得分95.0分，不低于90分" in text
    assert reverse("enforcement:interview-detail", args=[interview.pk]) in text
    assert reverse("enforcement:letter-detail", args=[letter.pk]) in text
    assert "月度得分低" in text
    assert reverse("reports:document-for-subject", args=["scoring.scorerun", run.pk]) in text


def test_confirm_publish_correct(city: City, run: ScoreRun, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    confirmed = chief.post(act("confirm"))
    after_confirm = chief.get(DETAIL).text
    too_early = chief.post(act("publish"))
    issue_circular(city, run)
    with_circular = chief.get(DETAIL).text
    published = chief.post(act("publish"))

    assert confirmed.status_code == published.status_code == 302
    assert "通报尚未印发，印发后才能公布。" in after_confirm
    assert act("publish") not in after_confirm
    assert too_early.status_code == 422
    assert "通报尚未印发" in too_early.text
    assert act("publish") in with_circular
    assert state_of(city) == RunState.PUBLISHED


def test_who_computed_gets_a_sentence_and_no_button(city: City) -> None:
    chief = person(city, Role.BUREAU_CHIEF)
    with city_scope(city.id):
        closed_month({"北川县": VECTOR}, computed_by=chief.id, computed_by_name=chief.display_name)
    client = client_of(chief)

    page, answer = client.get(DETAIL).text, client.post(act("confirm"))

    assert "您是本次计算人，须由他人核定。" in page
    assert act("confirm") not in page
    assert answer.status_code == 422
    assert "计算人不能核定" in answer.text
    assert state_of(city) == RunState.COMPUTED


@pytest.mark.usefixtures("run")
def test_no_confirmation_within_the_objection_window(city: City, sign_in: SignIn) -> None:
    with time_machine.travel("2023-10-20T01:00:00Z", tick=False):
        leader = sign_in(Role.BUREAU_LEADER)
        page, answer = leader.get(DETAIL).text, leader.post(act("confirm"))

    assert "异议期至2023年10月20日止，期满后才能核定。" in page
    assert act("confirm") not in page
    assert answer.status_code == 422
    assert state_of(city) == RunState.COMPUTED


@pytest.mark.usefixtures("run")
def test_correction_needs_a_reason_and_becomes_a_job(city: City, sign_in: SignIn) -> None:
    supervisor = sign_in(Role.BUREAU_SUPERVISOR)

    silent = supervisor.post(act("correct"), {"reason": " "})
    stated = supervisor.post(act("correct"), {"reason": "补录三次检查"})

    assert silent.status_code == 422
    assert "请写明原因。" in silent.text
    assert stated.status_code == 302
    with city_scope(city.id):
        job = Job.objects.get(kind="correct_month")
    assert job.payload["reason"] == "补录三次检查"
    assert reverse("reports:job-progress", args=[job.pk]) in supervisor.get(DETAIL).text


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize(
    ("role", "name"),
    [
        (Role.BUREAU_LEADER, "close"),
        (Role.BUREAU_LEADER, "correct"),
        (Role.BUREAU_LEADER, "publish"),
        (Role.BUREAU_SUPERVISOR, "confirm"),
        (Role.BUREAU_SUPERVISOR, "publish"),
        (Role.BUREAU_LEGAL, "confirm"),
        (Role.DISCIPLINE_INSPECTOR, "close"),
        (Role.COUNTY_REVIEWER, "confirm"),
    ],
)
def test_acts_of_others_are_403(role: Role, name: str, city: City, sign_in: SignIn) -> None:
    client = sign_in(role)

    assert client.get(act(name)).status_code == 403
    assert client.post(act(name)).status_code == 403
    assert state_of(city) == RunState.COMPUTED


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("role", [Role.COUNTY_REPORTER, Role.ASSISTANT, Role.AUDIT_ADMIN])
def test_cockpit_is_the_bureaus(role: Role, sign_in: SignIn) -> None:
    assert sign_in(role).get(DETAIL).status_code == 403
    assert sign_in(role).get(LIST).status_code == 403


@pytest.mark.usefixtures("run")
def test_discipline_inspection_reads_and_gets_no_button(sign_in: SignIn) -> None:
    text = sign_in(Role.DISCIPLINE_INSPECTOR).get(DETAIL).text

    assert "74.0" in text
    assert "btn-primary" not in text
    assert act("correct") not in text


@pytest.mark.usefixtures("run")
def test_another_city_sees_its_own_open_month(other_city: City) -> None:
    stranger: User = person(other_city, Role.BUREAU_CHIEF)

    text = client_of(stranger).get(DETAIL).text

    assert "北川县" not in text
    assert "未结账" in text
    assert client_of(stranger).post(act("confirm")).status_code == 404


def test_acts_on_an_open_month_that_need_a_run_are_404(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    for name in ("confirm", "publish", "correct"):
        assert chief.get(act(name)).status_code == 404


def test_list_shows_open_and_closed_months(city: City, run: ScoreRun, sign_in: SignIn) -> None:
    issue_circular(city, run)
    with city_scope(city.id):
        number = Document.objects.get().number
        factories.interview(jurisdiction=county(city))
        factories.monthly_return(jurisdiction=county(city), month=SEPTEMBER.next().first)

    text = sign_in(Role.BUREAU_CHIEF).get(LIST).text

    assert "未结账的月份" in text
    assert reverse("reports:month", args=[SEPTEMBER.next()]) in text
    assert number in text


@pytest.mark.usefixtures("run")
def test_list_filters_and_export(sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    assert "2023年9月" in chief.get(LIST, {"year": "2023"}).text
    assert "没有符合条件的记录" in chief.get(LIST, {"state": "PUBLISHED"}).text
    assert "已计算（异议期）" in assert_no_formula(chief.get(LIST, {"export": "xlsx"}), "月结")


@pytest.mark.usefixtures("run")
def test_query_count_does_not_grow_with_records(city: City, run: ScoreRun, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    factories_of = (
        factories.interview,
        factories.criticism_proposal,
        factories.reminder_letter,
        factories.month_plan,
        factories.monthly_return,
    )

    def more(*names: str) -> None:
        for place in (county(city, name) for name in names):
            for make in factories_of:
                make(jurisdiction=place)
            factories.listing(run=run, jurisdiction=place, position=9, subject="PARTICIPANT")
            factories.finding(jurisdiction=place)
            factories.draw(jurisdiction=place)

    with city_scope(city.id):
        more("游仙区")
    assert queries(chief, DETAIL) == queries_after(city, chief, DETAIL, lambda: more("盐亭县", "安州区"))


@pytest.mark.usefixtures("run")
def test_list_takes_as_many_queries_for_three_rows_as_for_one(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    def more() -> None:
        closed_month({"北川县": VECTOR}, month=SEPTEMBER.next())
        closed_month({"北川县": VECTOR}, month=SEPTEMBER.shift(2))

    assert queries(chief, LIST) == queries_after(city, chief, LIST, more)


@pytest.mark.usefixtures("run")
def test_pages_are_clean_and_small(sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    for url in (LIST, DETAIL, act("confirm"), act("publish"), act("correct"), act("close")):
        assert_no_inline_code(chief.get(url))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("2023-09", ["2023-09"]),
        ("2023年9月", ["2023-09"]),
        ("２０２３年９月", ["2023-09"]),
        ("202308", ["2023-08"]),
        ("9月", ["2023-09"]),
        ("2023", ["2023-09", "2023-08"]),
        ("九月", []),
        ("2023-13", []),
    ],
)
def test_list_finds_a_month_as_people_write_it(
    written: str, found: list[str], city: City, sign_in: SignIn
) -> None:
    with city_scope(city.id):
        for month in (8, 9):
            factories.score_run(month=dt.date(2023, month, 1))

    text = sign_in(Role.BUREAU_CHIEF).get(LIST, {"month": written}).text

    listed = [reverse("reports:month", args=[one]) for one in ("2023-09", "2023-08")]
    assert [url.strip("/")[-7:] for url in listed if f'href="{url}"' in text] == found
