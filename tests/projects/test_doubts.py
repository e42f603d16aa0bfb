"""数据疑点: each check with and without its contradiction, the life of a doubt, its pages."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import transaction
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from core.month import ReportingMonth
from inspections.enums import FindingState
from messaging.models import Message
from projects.enums import DoubtState, ReturnState, UnitRole
from projects.models import ContractSection, DataDoubt, KeyWork, ReturnRemark
from projects.selectors.doubt_checks import CHECKS
from projects.services.doubts import (
    DoubtIsClosed,
    NoReturnToBlame,
    NothingSaid,
    clear_doubts,
    declare_error,
    explain_doubt,
    find_doubts,
    request_doubts,
)
from projects.tasks import find_doubts_daily
from tenancy.jobs import run_job
from tenancy.models import Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, make_city, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SEPTEMBER = ReportingMonth(2023, 9)
AT = dt.datetime(2023, 10, 6, 5, 30, tzinfo=factories.SHANGHAI)


def run(at: dt.datetime = AT, month: ReportingMonth = SEPTEMBER):
    return find_doubts(month=month, by="系统", at=at)


def codes() -> list[str]:
    return sorted(DataDoubt.objects.filter(state=DoubtState.OPEN).values_list("check_code", flat=True))


@pytest.fixture
def sound(scope):
    """A project that contradicts nothing: registered before its start, key works listed, a finding in the quarter."""
    project = factories.project(
        started_on=dt.date(2023, 3, 20), approved_estimate_wan_yuan=1000, progress_percent=40
    )
    factories.supervision_registration(project=project)
    factories.key_work(project=project)
    factories.finding(project=project)
    return project


def _units(project, **same):
    first, second = factories.organization(**same), factories.organization(**same)
    factories.participating_unit(project=project, organization=first)
    factories.participating_unit(project=project, organization=second, role=UnitRole.SUPERVISING_ENGINEER)


def _manager(project, **given):
    return factories.key_person(
        project=project,
        name="演示经理",
        certificate_number="川1512023",
        certificate_valid_until=dt.date(2026, 1, 1),
        **given,
    )


def _two_managers(project):
    other = factories.project(
        jurisdiction=project.jurisdiction, legal_person=project.legal_person, started_on=dt.date(2023, 3, 20)
    )
    factories.supervision_registration(project=other)
    _manager(project)
    return _manager(other)


def _line(project, month=SEPTEMBER, **given):
    return_ = factories.monthly_return(jurisdiction=project.jurisdiction, month=month.first)
    version = factories.return_version(monthly_return=return_)
    return factories.return_line(version=version, project=project, **given)


def _months(project, old, new, *, back=1, **more):
    _line(project, SEPTEMBER.shift(-back), progress_percent=old[0], invested_wan_yuan=old[1])
    _line(project, progress_percent=new[0], invested_wan_yuan=new[1], **more)


def _closed(project, rechecked):
    finding = factories.finding(project=project, state=FindingState.CLOSED, closed_on=dt.date(2023, 9, 20))
    factories.recheck(finding=finding, rechecked_on=rechecked)


def _photos(project, digests):
    for digest in digests:
        factories.evidence(finding=factories.finding(project=project), sha256=digest * 64)


PLANTS: dict[str, tuple[Callable, Callable]] = {
    "STARTED_EARLY": (
        lambda p: type(p).objects.filter(pk=p.pk).update(started_on=dt.date(2023, 3, 1)),
        lambda p: type(p).objects.filter(pk=p.pk).update(started_on=dt.date(2023, 3, 10)),
    ),
    "PRICE_ABOVE_ESTIMATE": (
        lambda p: [factories.contract_section(project=p, award_price_wan_yuan=501) for _ in "ab"],
        lambda p: [factories.contract_section(project=p, award_price_wan_yuan=500) for _ in "ab"],
    ),
    "SAME_GROUP": (
        lambda p: _units(p, legal_representative="演示某"),
        lambda p: _units(p, legal_representative=""),
    ),
    "MANAGER_TWICE": (_two_managers, lambda p: _manager(p)),
    "EXPIRED_CERTIFICATE": (
        lambda p: factories.key_person(project=p, certificate_valid_until=dt.date(2023, 9, 29)),
        lambda p: factories.key_person(
            project=p, certificate_valid_until=dt.date(2023, 9, 29), valid_to=dt.date(2023, 9, 1)
        ),
    ),
    "NO_KEY_WORKS": (
        lambda p: KeyWork.objects.all().delete(),
        lambda p: (KeyWork.objects.all().delete(), type(p).objects.update(progress_percent=9)),
    ),
    "RETURN_DIFFERS": (
        lambda p: (factories.contract_section(project=p), _line(p, award_price_wan_yuan=861)),
        lambda p: (factories.contract_section(project=p), _line(p, award_price_wan_yuan=860)),
    ),
    "DECREASED": (
        lambda p: _months(p, (40, 300), (39, 300)),
        lambda p: _months(p, (40, 300), (39, 300), decrease_reason="复核计量"),
    ),
    "FLAT_INVESTMENT": (
        lambda p: _months(p, (30, 300), (40, 300), back=3),
        lambda p: _months(p, (30, 300), (40, 301), back=3),
    ),
    "CLOSED_BEFORE_RECHECK": (
        lambda p: _closed(p, dt.date(2023, 9, 21)),
        lambda p: _closed(p, dt.date(2023, 9, 20)),
    ),
    "PHOTO_BEFORE_CHECK": (
        lambda p: factories.evidence(
            finding=p.findings.get(), taken_at=factories.MOMENT - dt.timedelta(days=1)
        ),
        lambda p: factories.evidence(finding=p.findings.get()),
    ),
    "PHOTO_TWICE": (lambda p: _photos(p, "aa"), lambda p: _photos(p, "ab")),
    "NO_FINDINGS": (
        lambda p: p.findings.update(state=FindingState.WITHDRAWN, withdrawn_reason="误登"),
        lambda p: None,
    ),
}


@pytest.mark.parametrize("code", CHECKS)
def test_each_check_finds_what_is_planted_and_nothing_else(sound, code):
    planted, not_planted = PLANTS[code]
    with transaction.atomic():
        not_planted(sound)
        run()
        assert codes() == []
        transaction.set_rollback(True)
    planted(sound)

    run()

    assert set(codes()) == {code}
    doubt = DataDoubt.objects.first()
    assert doubt.jurisdiction_id == sound.jurisdiction_id
    assert doubt.sentence.endswith("。")
    assert len(doubt.sentence) < 200


def test_a_run_is_idempotent_and_a_doubt_goes_when_its_cause_is_gone(sound, city):
    filer = person(city, Role.COUNTY_REPORTER, where=sound.jurisdiction.short_name)
    section = factories.contract_section(project=sound, award_price_wan_yuan=1200)

    assert run().found == 1
    assert (run().found, run().corrected) == (0, 0)
    assert "超过10%以上" in DataDoubt.objects.get().sentence
    assert Message.objects.get(recipient=filer).title.endswith("新发现1条数据疑点")

    ContractSection.objects.filter(pk=section.pk).update(award_price_wan_yuan=900)
    assert run().corrected == 1
    doubt = DataDoubt.objects.get()
    assert (doubt.state, doubt.corrected_at) == (DoubtState.CORRECTED, AT)
    assert AuditEvent.objects.latest("seq").action == "projects.doubt.correct"

    ContractSection.objects.filter(pk=section.pk).update(award_price_wan_yuan=1050)
    assert run(AT + dt.timedelta(days=1)).found == 1
    doubt.refresh_from_db()
    assert (doubt.state, doubt.corrected_at) == (DoubtState.OPEN, None)
    assert "1050" in doubt.sentence
    assert Message.objects.filter(recipient=filer).count() == 2


def test_what_was_settled_is_not_asked_again_next_month_unless_it_changed(sound, city):
    chief = person(city, Role.BUREAU_CHIEF)
    section = factories.contract_section(project=sound, award_price_wan_yuan=1200)
    run()

    assert run(month=SEPTEMBER.next()).found == 0, "still alive in September"
    clear_doubts(doubt_ids=[DataDoubt.objects.get().pk], judgement="概算已调整", by=chief, at=AT)
    assert run(month=SEPTEMBER.next()).found == 0
    assert run().found == 0, "what was judged stays"
    ContractSection.objects.filter(pk=section.pk).update(award_price_wan_yuan=1300)
    assert run(month=SEPTEMBER.next()).found == 1


def test_the_county_explains_and_an_error_is_an_event_of_b3(sound, city):
    filer = person(city, Role.COUNTY_REPORTER, where=sound.jurisdiction.short_name)
    chief = person(city, Role.BUREAU_CHIEF)
    factories.contract_section(project=sound, award_price_wan_yuan=1200)
    run()
    key = DataDoubt.objects.get().pk

    with pytest.raises(NothingSaid):
        explain_doubt(doubt_id=key, explanation=" ", by=filer, at=AT)
    explain_doubt(doubt_id=key, explanation="概算待调整", by=filer, at=AT)
    with pytest.raises(NoReturnToBlame, match="没有报送"):
        declare_error(doubt_id=key, judgement="未见批复", by=chief, at=AT)
    factories.monthly_return(jurisdiction=sound.jurisdiction, state=ReturnState.SUBMITTED)
    doubt = declare_error(doubt_id=key, judgement="未见批复", by=chief, at=AT)

    remark = ReturnRemark.objects.get()
    assert (remark.kind, remark.field_name, remark.project_id) == ("FIELD_ERROR", "中标价", sound.pk)
    assert (doubt.state, doubt.remark_id) == (DoubtState.ERROR, remark.pk)
    assert Message.objects.filter(recipient=filer, key=f"doubt-error:{key}").exists()
    for act in (
        lambda: explain_doubt(doubt_id=key, explanation="x", by=filer, at=AT),
        lambda: clear_doubts(doubt_ids=[key], judgement="x", by=chief, at=AT),
        lambda: declare_error(doubt_id=key, judgement="x", by=chief, at=AT),
    ):
        with pytest.raises(DoubtIsClosed, match="核实有误"):
            act()


def test_a_doubt_of_the_head_is_noted_on_the_head(sound, city):
    chief = person(city, Role.BUREAU_CHIEF)
    PLANTS["NO_FINDINGS"][0](sound)
    factories.monthly_return(jurisdiction=sound.jurisdiction)
    run()
    declare_error(doubt_id=DataDoubt.objects.get().pk, judgement="确有检查未录", by=chief, at=AT)

    remark = ReturnRemark.objects.get()
    assert (remark.field_name, remark.project_id) == ("管理违规问题数", None)


def test_every_check_is_one_query_for_the_whole_city(sound, django_assert_num_queries):
    for other in ("平武县", "三台县"):
        factories.project(jurisdiction=county(sound.city, other))
    for check in CHECKS.values():
        with django_assert_num_queries(1):
            list(check.find(SEPTEMBER))


def test_the_county_is_told_nothing_about_its_neighbour(sound, city):
    neighbour = factories.project(jurisdiction=county(city, "平武县"), started_on=dt.date(2023, 3, 20))
    factories.supervision_registration(project=neighbour)
    mine = factories.finding(project=sound)
    theirs = factories.finding(project=neighbour)
    for finding in (mine, theirs):
        factories.evidence(finding=finding, sha256="c" * 64)
    run()

    said = {d.jurisdiction_id: d.sentence for d in DataDoubt.objects.filter(check_code="PHOTO_TWICE")}
    assert mine.number in said[sound.jurisdiction_id]
    assert theirs.number not in said[sound.jurisdiction_id]
    assert theirs.number in said[neighbour.jurisdiction_id]


def test_the_job_runs_daily_and_after_a_return(fresh_database, monkeypatch):
    monkeypatch.setattr("tenancy.jobs.ring", lambda job: None)
    city = make_city()
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)
    with city_scope(city.id):
        project = factories.project(started_on=dt.date(2023, 3, 20))
        factories.monthly_return(jurisdiction=project.jurisdiction)
    assert find_doubts_daily() == 1
    assert find_doubts_daily() == 1
    with city_scope(city.id, county=project.jurisdiction_id):
        request_doubts(
            month=SEPTEMBER, reason="version:1", by="甲", at=AT, jurisdiction_id=project.jurisdiction_id
        )
    with city_scope(city.id):
        jobs = list(Job.objects.filter(kind="find_doubts").order_by("created_at", "key"))
    assert len(jobs) == 2

    for job in jobs:
        assert run_job(city.id, job.pk).state == "DONE"
    with city_scope(city.id):
        assert codes() == ["NO_FINDINGS", "STARTED_EARLY"]


# pages


@pytest.fixture
def doubts(city):
    with city_scope(city.id):
        place = county(city)
        project = factories.project(jurisdiction=place, name="=演示工程")
        return [
            factories.data_doubt(
                jurisdiction=place,
                project=project,
                sentence=f"“演示工程{n}”有疑点。",
                field_name="unit_count",
            )
            for n in range(3)
        ]


def test_the_list_counts_filters_and_exports(city, doubts):
    client = client_of(person(city, Role.BUREAU_SUPERVISOR))
    url = reverse("doubts:list")
    page = client.get(url, {"state": "OPEN", "check": "PRICE_ABOVE_ESTIMATE", "month": "2023-09"})

    assert_no_inline_code(page)
    assert page.text.count("有疑点。") >= 3
    assert "待说明 <b>3</b>" in page.text
    assert "没有符合条件的记录" in client.get(url, {"state": "ERROR"}).text
    assert_no_formula(client.get(url, {"export": "xlsx"}), "数据疑点")


def test_whose_turn_it_is_is_told_and_exported(city, doubts):
    client = client_of(person(city, Role.BUREAU_SUPERVISOR))
    url = reverse("doubts:list")
    with city_scope(city.id):
        DataDoubt.objects.filter(pk=doubts[1].pk).update(
            state="EXPLAINED", explanation="已核对", explained_by_name="甲", explained_at=AT
        )
        factories.data_doubt(sentence="已更正的疑点。", state="CORRECTED", corrected_at=AT)

    def turns(**asked):
        cells = assert_no_formula(client.get(url, {"export": "xlsx", **asked}), "数据疑点")
        return {"县局", "市局"} & set(cells)

    assert turns(state="OPEN") == {"县局"}
    assert turns(state="EXPLAINED") == {"市局"}
    assert turns(state="CORRECTED") == set()
    assert "市局</dd>" in client.get(reverse("doubts:detail", args=[doubts[1].pk])).text


def test_the_list_takes_as_many_queries_for_more_rows(city):
    client, url = client_of(person(city, Role.BUREAU_CHIEF)), reverse("doubts:list")

    def add(n=1):
        for _ in range(n):
            factories.data_doubt(project=factories.project())

    with city_scope(city.id):
        add()
    assert queries(client, url) == queries_after(city, client, url, lambda: add(2))


def test_from_the_todo_to_the_judgement(city, doubts):
    filer, clerk = client_of(person(city, Role.COUNTY_REPORTER)), client_of(person(city, Role.BUREAU_CHIEF))
    detail = reverse("doubts:detail", args=[doubts[0].pk])
    explain = reverse("doubts:explain", args=[doubts[0].pk])
    error = reverse("doubts:error", args=[doubts[0].pk])

    assert detail in filer.get(reverse("todos")).text
    page = filer.get(detail)
    assert_no_inline_code(page)
    assert explain in page.text
    assert error not in page.text
    assert filer.post(explain, {"explanation": ""}).status_code == 422
    assert filer.post(explain, {"explanation": "概算已调整"}).status_code == 302
    assert filer.post(error, {"judgement": "x"}).status_code == 403

    assert detail in clerk.get(reverse("todos")).text
    assert "概算已调整" in clerk.get(detail).text
    assert "计入月度考核B3" in clerk.get(error).text
    refused = clerk.post(error, {"judgement": "未见批复"})
    assert refused.status_code == 422
    assert "没有报送" in refused.text
    with city_scope(city.id):
        factories.monthly_return(jurisdiction=doubts[0].jurisdiction)
    assert clerk.post(error, {"judgement": "未见批复"}).status_code == 302
    assert "核实有误" in filer.get(detail).text
    assert clerk.post(reverse("doubts:clear", args=[doubts[1].pk]), {"judgement": "属实"}).status_code == 302


def test_the_clerk_asks_for_a_run(city):
    clerk, url = client_of(person(city, Role.BUREAU_CHIEF)), reverse("doubts:run")

    bare = clerk.get(reverse("doubts:list")).text
    assert ("没有疑点" in bare, "没有符合条件" in bare) == (True, False), "no filter is the reason"
    assert "还没有月报" in clerk.post(url, follow=True).text
    with city_scope(city.id):
        factories.monthly_return()
    assert "已安排检查2023年9月数据" in clerk.post(url, follow=True).text
    with city_scope(city.id):
        assert Job.objects.get(kind="find_doubts").payload["month"] == "2023-09"


def test_many_are_cleared_after_a_preview(city, doubts):
    clerk, url = client_of(person(city, Role.BUREAU_SUPERVISOR)), reverse("doubts:bulk")
    with city_scope(city.id):
        DataDoubt.objects.filter(pk=doubts[2].pk).update(state=DoubtState.CORRECTED, corrected_at=AT)
    asked = {"action": "clear", "pk": [str(d.pk) for d in doubts]}

    preview = clerk.get(url, asked)
    assert "将认可 2 条疑点（选中 3 条）" in preview.text
    assert "已办结，不改动" in preview.text
    assert clerk.post(url, asked).status_code == 422
    assert clerk.post(url, {**asked, "judgement": "已核实"}).status_code == 302
    with city_scope(city.id):
        states = DataDoubt.objects.order_by("pk").values_list("state", flat=True)
        assert list(states) == [DoubtState.CLEARED, DoubtState.CLEARED, DoubtState.CORRECTED]
    assert "没有选中任何一行" in clerk.get(url, {"action": "clear"}, follow=True).text


def test_the_neighbour_sees_nothing(city, other_city, doubts):
    detail = reverse("doubts:detail", args=[doubts[0].pk])
    for stranger in (
        client_of(person(city, Role.COUNTY_REPORTER, where="平武县")),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ):
        assert stranger.get(detail).status_code == 404
        assert "演示工程0" not in stranger.get(reverse("doubts:list")).text
