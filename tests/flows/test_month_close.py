"""A month from the operator's command to the published result, in a database where commits are real."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command

from accounts.roles import Role
from reports.models import Document
from reports.services.documents import request_sign_off, review_document, submit_document
from reports.services.publishing import CircularMissing, publish_month
from scoring.models import CountyScore, ScoreRun
from scoring.services.runs import confirm_run, request_correction
from tenancy.jobs import run_job
from tenancy.models import Job
from tenancy.scope import city_scope
from tests.cast import make_city, person
from tests.scoring.facts.reading import moment, unit
from tests.scoring.month_records import make_failing_county, make_vector_county


@pytest.fixture(autouse=True)
def without_bell(monkeypatch):
    monkeypatch.setattr("tenancy.jobs.ring", lambda job: None)


def test_from_the_command_to_the_correction(fresh_database, capsys):
    city = make_city()
    supervisor = person(city, Role.BUREAU_SUPERVISOR, name="监督员甲")
    chief = person(city, Role.BUREAU_CHIEF, name="科长乙")
    leader = person(city, Role.BUREAU_LEADER, name="局领导丙")
    with city_scope(city.id):
        make_vector_county(unit("北川县"))
        make_failing_county(unit("平武县"))
    arguments = ("--by", supervisor.username, "--at", "2023-10-09T09:00", "--inline")

    call_command("close_month", "mianyang", "2023-09", *arguments)

    line = json.loads(capsys.readouterr().out)
    assert (line["counties"], line["interviews"], line["revision"]) == (14, 1, 1)
    with city_scope(city.id):
        run = ScoreRun.objects.get()
        assert (run.snapshot_sha256, run.computed_by) == (line["sha256"], supervisor.id)
        finals = dict(
            CountyScore.objects.filter(rank__isnull=False).values_list("jurisdiction__short_name", "rank")
        )
        assert finals == {"北川县": 1, "平武县": 2}
        assert {document.kind for document in Document.objects.all()} == {"CIRCULAR", "CRITICISM"}
    with pytest.raises(CommandError, match="已经结账"):
        call_command("close_month", "510700", "2023-09", *arguments)

    with city_scope(city.id):
        confirm_run(run_id=run.id, by=chief, at=moment(10, 13))
        with pytest.raises(CircularMissing):
            publish_month(run_id=run.id, by=chief, at=moment(10, 16))
    issue_circular(city, supervisor, chief, leader)
    with city_scope(city.id):
        publish_month(run_id=run.id, by=chief, at=moment(10, 16))
        job = request_correction(
            month=run_month(run), reason="平武县台账录入有误", by=supervisor, at=moment(10, 20)
        )
    run_job(city.id, job.id)

    with city_scope(city.id):
        assert [(one.revision, one.state) for one in ScoreRun.objects.order_by("revision")] == [
            (1, "SUPERSEDED"),
            (2, "COMPUTED"),
        ]
        assert Job.objects.get(pk=job.id).result["revision"] == 2
        draft = Job.objects.get(kind="draft_documents", key="2023-09-r2")
    run_job(city.id, draft.id)
    call_command("recompute_month", "mianyang", "2023-09")
    assert [json.loads(text)["same"] for text in capsys.readouterr().out.splitlines()] == [True, True]
    call_command("verify_invariants")
    broken = [json.loads(text)["broken"] for text in capsys.readouterr().out.splitlines()]
    assert len(broken) > 10
    assert set(broken) == {0}


def issue_circular(city, author, reviewer, signer):
    """Draft → review → sign-off, printed by a job."""
    with city_scope(city.id):
        circular = Document.objects.get(kind="CIRCULAR")
        submit_document(document_id=circular.id, by=author, at=moment(10, 14))
        review_document(document_id=circular.id, by=reviewer, at=moment(10, 15))
        at = moment(10, 16)
        job = request_sign_off(document_id=circular.id, dated_on=at.date(), by=signer, at=at)
    done = run_job(city.id, job.id)
    assert (done.state, done.result["number"]) == ("DONE", "绵水〔2023〕1号")


def run_month(run):
    from core.month import ReportingMonth

    return ReportingMonth.from_first_day(run.month)
