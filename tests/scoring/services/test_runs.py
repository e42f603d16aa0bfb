"""Confirmation, publication, correction, recomputation."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from enforcement.models import CriticismProposal, Interview
from inspections.models import Finding
from projects.models import Organization, Project
from scoring.models import CountyScore, ScoreRun
from scoring.services.closing import close_month
from scoring.services.recompute import against_records, replay
from scoring.services.runs import RunRefused, confirm_run, correct_run, publish_run, request_correction
from tests.cast import person
from tests.scoring.facts.reading import SEPTEMBER, day, moment, unit
from tests.scoring.month_records import make_failing_county, make_vector_county

AFTER = moment(10, 13)


@pytest.fixture
def chief(city):
    return person(city, Role.BUREAU_CHIEF, name="科长乙")


@pytest.fixture
def supervisor(city):
    return person(city, Role.BUREAU_SUPERVISOR, name="监督员甲")


@pytest.fixture
def run(scope, supervisor):
    make_failing_county(unit())
    return close_month(month=SEPTEMBER, by=supervisor, at=moment(10, 9))


def reread(run):
    return ScoreRun.objects.select_related("rubric").get(pk=run.pk)


def test_confirmed_by_a_second_person_after_the_window(run, chief):
    confirmed = confirm_run(run_id=run.id, by=chief, at=AFTER)

    assert (confirmed.state, confirmed.confirmed_by, confirmed.confirmed_by_name) == (
        "CONFIRMED",
        chief.id,
        "科长乙",
    )


def test_not_within_the_objection_window(run, chief):
    with pytest.raises(RunRefused, match="异议期至2023年10月12日止"):
        confirm_run(run_id=run.id, by=chief, at=moment(10, 12, 23))


def test_not_by_whoever_computed(run, supervisor):
    with pytest.raises(RunRefused, match="计算人不能核定"):
        confirm_run(run_id=run.id, by=supervisor, at=AFTER)


def test_a_namesake_is_another_person(run, city):
    namesake = person(city, Role.BUREAU_LEADER, name="监督员甲")

    assert confirm_run(run_id=run.id, by=namesake, at=AFTER).confirmed_by == namesake.id


def test_not_by_a_nameless_command(run):
    with pytest.raises(RunRefused, match="本人"):
        confirm_run(run_id=run.id, by="运维命令", at=AFTER)


def test_not_twice_and_published_only_when_confirmed(run, chief):
    with pytest.raises(RunRefused, match="核定后才能公布"):
        publish_run(run_id=run.id, by=chief, at=AFTER)
    confirm_run(run_id=run.id, by=chief, at=AFTER)
    with pytest.raises(RunRefused, match="不能核定"):
        confirm_run(run_id=run.id, by=chief, at=AFTER)

    published = publish_run(run_id=run.id, by=chief, at=moment(10, 16))

    assert (published.state, published.published_by_name) == ("PUBLISHED", "科长乙")


def test_a_correction_is_a_new_revision_and_the_old_one_stays(run, chief, supervisor):
    confirm_run(run_id=run.id, by=chief, at=AFTER)
    before = CountyScore.objects.get(run=run, jurisdiction=unit())
    Finding.objects.update(state="CLOSED", closed_on=day(9, 20))

    new = correct_run(month=SEPTEMBER, reason=" 销号日期更正 ", by=supervisor, at=moment(10, 17))

    assert (new.revision, new.reason, new.state, new.frozen_at) == (
        2,
        "销号日期更正",
        "COMPUTED",
        run.frozen_at,
    )
    assert reread(run).state == "SUPERSEDED"
    after = CountyScore.objects.get(run=new, jurisdiction=unit())
    assert after.final > before.final
    assert CountyScore.objects.get(run=run, jurisdiction=unit()).snapshot == before.snapshot
    assert replay(reread(run)) == []
    assert replay(reread(new)) == []
    interview = Interview.objects.get()
    assert interview.triggers[0]["score"] == str(after.final)


def test_an_undecided_proposal_that_no_longer_holds_is_declined_with_the_reason(run, supervisor):
    CountyScore.objects.get(run=run, is_interview=True)
    project = Project.objects.get()
    project.status, project.started_on = "PLANNED", None
    project.save()
    Finding.objects.update(state="WITHDRAWN", withdrawn_reason="异议成立")

    correct_run(month=SEPTEMBER, reason="异议成立", by=supervisor, at=moment(10, 17))

    interview, criticism = Interview.objects.get(), CriticismProposal.objects.get()
    assert (interview.state, interview.decline_reason) == ("DECLINED", "更正后的评分不再触发。")
    assert criticism.state == "DECLINED"


def test_what_people_decided_on_is_not_touched(run, supervisor):
    Interview.objects.update(state="APPROVED")
    triggers = Interview.objects.get().triggers
    project = Project.objects.get()
    project.status, project.started_on = "PLANNED", None
    project.save()
    Finding.objects.update(state="WITHDRAWN", withdrawn_reason="异议成立")

    correct_run(month=SEPTEMBER, reason="异议成立", by=supervisor, at=moment(10, 17))

    assert (Interview.objects.get().state, Interview.objects.get().triggers) == ("APPROVED", triggers)


@pytest.mark.parametrize("reason", ["", "  "])
def test_a_correction_says_why(run, supervisor, reason):
    with pytest.raises(RunRefused, match="原因"):
        request_correction(month=SEPTEMBER, reason=reason, by=supervisor, at=AFTER)


def test_an_open_month_needs_no_correction(scope, supervisor):
    with pytest.raises(RunRefused, match="尚未结账"):
        correct_run(month=SEPTEMBER, reason="更正", by=supervisor, at=AFTER)


def test_the_database_refuses_to_change_a_computed_month(run):
    from django.db import DatabaseError, transaction

    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        ScoreRun.objects.filter(pk=run.pk).update(snapshot_sha256="0" * 64)
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        CountyScore.objects.update(final=100)


def test_replay_gives_the_same_bytes_whatever_happens_to_the_records(scope):
    make_vector_county(unit())
    run = close_month(month=SEPTEMBER, by="甲", at=moment(10, 9))
    assert replay(reread(run)) == []
    assert against_records(reread(run)) == []

    Finding.objects.filter(closed_on=day(9, 8)).update(closed_on=day(9, 30))
    Project.objects.update(grade="Ⅲ")
    Organization.objects.update(name="改名")

    assert replay(reread(run)) == []
    changed = against_records(reread(run))
    assert [(one.where, one.what, one.stored, one.computed) for one in changed][:2] == [
        ("北川县", "事实findings_due_closed_on_time", "34", "4"),
        ("北川县", "E1得分", "5", "0"),
    ]


def test_replay_finds_a_change_of_one_digit(run, monkeypatch):
    kept = CountyScore.objects.get(jurisdiction=unit())
    facts = json.loads(kept.snapshot)
    facts["facts"]["findings_due_closed_on_time"] = 1
    kept.snapshot = json.dumps(facts, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    rows = [row if row.pk != kept.pk else kept for row in CountyScore.objects.all()]
    monkeypatch.setattr(CountyScore.objects, "filter", lambda **_: rows)

    found = {one.what for one in replay(reread(run)) if one.where == "北川县"}

    assert {"快照", "快照摘要", "得分"} <= found


def test_the_command_says_same_and_exits_with_the_difference(run, city, capsys):
    call_command("recompute_month", "mianyang", "2023-09")
    line = json.loads(capsys.readouterr().out)
    assert (line["same"], line["sha256"]) == (True, run.snapshot_sha256)

    Finding.objects.update(closed_on=day(9, 20), state="CLOSED")
    with pytest.raises(SystemExit) as stop:
        call_command("recompute_month", "510700", "2023-09", "--from-records")

    output = capsys.readouterr()
    assert stop.value.code == 1
    assert "北川县 事实findings_due_closed_on_time：原为0，现为1" in output.err
    assert json.loads(output.out)["same"] is False


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(("nowhere", "2023-09"), "没有城市", id="city"),
        pytest.param(("mianyang", "2023-9"), "不是有效的月份", id="month"),
        pytest.param(("mianyang", "2023-08"), "尚未结账", id="open"),
    ],
)
def test_the_commands_sentences(run, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("recompute_month", *arguments)


def test_a_real_city_cannot_date_a_close_back(scope, city):
    city.is_demo = False
    city.save()

    with pytest.raises(CommandError, match="只有演示城市"):
        call_command("close_month", "mianyang", "2023-09", "--at", "2023-10-09T09:00")
    with pytest.raises(CommandError, match="没有用户"):
        call_command("close_month", "mianyang", "2023-09", "--by", "nobody")
