"""Jobs, the trail, to-dos, search and the menu."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from audit.models import AuditEvent
from audit.presenters import changes_of
from audit.services import record
from config.navigation import MENU, navigation
from enforcement.enums import InterviewState
from inspections.enums import FindingState
from projects.enums import ReturnState
from reports.enums import DocumentState
from reports.selectors.jobs import kind_label, starters
from reports.selectors.search import number_forms
from reports.selectors.todos import todo_count, todo_groups
from reports.tasks import verify_audit
from scoring.enums import RunState
from tenancy.enums import JobState
from tenancy.jobs import registered_kinds
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import AT, client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SignIn = Callable[..., Client]
JOBS = reverse("reports:job-list")
AUDIT = reverse("reports:audit-list")
TODOS = reverse("todos")
SEARCH = reverse("search")


def make_job(city: City, **given: Any) -> Job:
    values = {
        "kind": "close_month",
        "key": f"k{Job.objects.count()}",
        "title": "月结 2023年9月",
        "payload": {"month": "2023-09"},
        "available_at": AT,
        "created_at": AT,
        "created_by_name": "甲",
    }
    return Job.objects.create(city=city, **{**values, **given})


def failed_job(city: City, **given: Any) -> Job:
    return make_job(city, state=JobState.FAILED, finished_at=AT, error="计算中断。", **given)


# jobs


def test_job_says_what_it_does_and_polls_only_while_it_lives(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        running = make_job(city, state=JobState.RUNNING, progress_percent=40, progress_text="汇总事实")
        done = make_job(city, state=JobState.DONE, finished_at=AT)
    chief = sign_in(Role.BUREAU_CHIEF)

    live, over = (chief.get(reverse("reports:job-detail", args=[j.pk])).text for j in (running, done))

    assert "汇总事实" in live
    assert 'value="40"' in live
    assert "every 2s" in live
    assert "every 2s" not in over
    assert chief.get(reverse("reports:job-progress", args=[running.pk]))["Cache-Control"].count("no-store")


def test_failed_job_is_tried_again_once_and_noted(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        job = failed_job(city)
    chief = sign_in(Role.BUREAU_CHIEF)
    url = reverse("reports:job-retry", args=[job.pk])

    by_get = chief.get(url)
    first, second = chief.post(url), chief.post(url, follow=True)

    assert by_get.status_code == 405
    assert first.status_code == 302
    assert "只有失败的任务可以重试" in second.text
    with city_scope(city.id):
        assert Job.objects.get(pk=job.pk).state == JobState.QUEUED
        assert AuditEvent.objects.filter(action="tenancy.job.retry").count() == 1


@pytest.mark.parametrize(
    ("kind", "role", "is_allowed"),
    [
        ("close_month", Role.BUREAU_SUPERVISOR, True),
        ("close_month", Role.BUREAU_LEADER, False),
        ("close_month", Role.SYSTEM_ADMIN, False),
        ("correct_month", Role.BUREAU_LEGAL, False),
        ("draft_documents", Role.BUREAU_LEADER, False),
        ("issue_document", Role.BUREAU_LEADER, True),
        ("issue_document", Role.BUREAU_CHIEF, False),
        ("preview_document", Role.BUREAU_LEGAL, True),
        ("import_ledger", Role.BUREAU_LEGAL, False),
        ("export_ledger", Role.BUREAU_LEGAL, True),
        ("verify_audit", Role.BUREAU_CHIEF, False),
    ],
)
def test_job_is_tried_again_by_those_who_may_start_it(
    kind: str, role: Role, is_allowed: bool, city: City, sign_in: SignIn
) -> None:
    with city_scope(city.id):
        job = failed_job(city, kind=kind)
    client = sign_in(role)
    url = reverse("reports:job-retry", args=[job.pk])

    page = client.get(reverse("reports:job-detail", args=[job.pk])).text
    answer = client.post(url)

    assert (url in page) is is_allowed
    assert answer.status_code == (302 if is_allowed else 403)
    with city_scope(city.id):
        expected = JobState.QUEUED if is_allowed else JobState.FAILED
        assert Job.objects.get(pk=job.pk).state == expected


def test_job_is_tried_again_by_its_creator(city: City) -> None:
    creator = person(city, Role.BUREAU_LEADER)
    with city_scope(city.id):
        job = failed_job(city, created_by=creator.pk)

    answer = client_of(creator).post(reverse("reports:job-retry", args=[job.pk]))

    assert answer.status_code == 302
    with city_scope(city.id):
        assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_every_kind_of_job_has_starters() -> None:
    kinds = [kind for kind in registered_kinds() if not kind.startswith("test")]

    assert [kind for kind in kinds if not starters(kind)] == []


def test_jobs_are_seen_by_their_county_alone(city: City, other_city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        of_city = make_job(city)
        of_beichuan = make_job(city, jurisdiction=county(city))
    reporter = sign_in(Role.COUNTY_REPORTER)
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    assert reporter.get(reverse("reports:job-detail", args=[of_beichuan.pk])).status_code == 200
    assert reporter.get(reverse("reports:job-detail", args=[of_city.pk])).status_code == 404
    assert stranger.get(reverse("reports:job-detail", args=[of_city.pk])).status_code == 404
    assert stranger.post(reverse("reports:job-retry", args=[of_city.pk])).status_code == 404
    assert sign_in(Role.AUDIT_ADMIN).get(JOBS).status_code == 403


def test_job_list_filters_exports_and_counts_its_queries(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        make_job(city, title="=1+1")

    def more() -> None:
        failed_job(city, title="失败的月结")
        make_job(city)

    assert queries(chief, JOBS) == queries_after(city, chief, JOBS, more)
    assert "失败的月结" in chief.get(JOBS, {"state": "FAILED"}).text
    assert "失败的月结" not in chief.get(JOBS, {"state": "DONE"}).text
    assert "=1+1" in assert_no_formula(chief.get(JOBS, {"export": "xlsx"}), "任务")
    assert_no_inline_code(chief.get(JOBS))


def test_drafting_leads_to_the_documents_of_its_month(city: City, sign_in: SignIn) -> None:
    payload = {"run": "0", "at": AT.isoformat()}
    with city_scope(city.id):
        job = make_job(
            city,
            kind="draft_documents",
            key="2023-09-r1",
            payload=payload,
            state=JobState.DONE,
            finished_at=AT,
        )

    page = sign_in(Role.BUREAU_CHIEF).get(reverse("reports:job-detail", args=[job.pk])).text

    assert reverse("reports:month", args=["2023-09"]) in page


def test_every_kind_of_job_has_words() -> None:
    kinds = registered_kinds()

    assert "import_ledger" in kinds
    assert [kind for kind in kinds if kind_label(kind) == kind and not kind.startswith("test")] == []


# the trail


@pytest.fixture
def event(city: City) -> AuditEvent:
    with city_scope(city.id):
        project = factories.project(name="留痕工程")
        made = record(
            action="projects.project.change",
            subject=project,
            by="李科长",
            at=AT,
            before={"name": "旧名", "is_key_object": False},
            after={"name": "<新名>", "is_key_object": True},
        )
        return AuditEvent.objects.get(pk=made.pk)


def test_trail_is_read_by_auditors_alone(
    city: City, event: AuditEvent, other_city: City, sign_in: SignIn
) -> None:
    url = reverse("reports:audit-event", args=[event.seq])
    stranger = client_of(person(other_city, Role.AUDIT_ADMIN))

    assert sign_in(Role.AUDIT_ADMIN).get(url).status_code == 200
    assert sign_in(Role.DISCIPLINE_INSPECTOR).get(AUDIT).status_code == 200
    assert sign_in(Role.BUREAU_CHIEF).get(AUDIT).status_code == 403
    assert sign_in(Role.SYSTEM_ADMIN).get(url).status_code == 403
    assert "留痕工程" not in stranger.get(url).text
    assert "留痕工程" not in stranger.get(AUDIT).text


def test_event_shows_before_and_after_escaped(event: AuditEvent, sign_in: SignIn) -> None:
    text = sign_in(Role.AUDIT_ADMIN).get(reverse("reports:audit-event", args=[event.seq])).text

    assert "<del>旧名</del>" in text
    assert "<ins>&lt;新名&gt;</ins>" in text
    assert "摘要一致" in text
    assert [(c.before, c.after) for c in changes_of(event)] == [("否", "是"), ("旧名", "<新名>")]


def test_trail_filters(city: City, event: AuditEvent, sign_in: SignIn) -> None:
    auditor = sign_in(Role.AUDIT_ADMIN)

    def is_shown(**params: str) -> bool:
        return "留痕工程" in auditor.get(AUDIT, params).text

    assert is_shown()
    assert is_shown(actor="李科长", kind="projects.project")
    assert is_shown(at_after="2023-09-01", at_before="2023-09-01")
    assert not is_shown(at_after="2023-09-02")
    assert not is_shown(actor="王")
    assert not is_shown(action="accounts.session.open")


def test_taking_a_copy_of_the_trail_is_itself_noted(city: City, event: AuditEvent, sign_in: SignIn) -> None:
    auditor = sign_in(Role.AUDIT_ADMIN)

    answer = auditor.get(AUDIT, {"export": "xlsx", "actor": "李"})

    assert "留痕工程" in assert_no_formula(answer, "审计日志")
    with city_scope(city.id):
        note = AuditEvent.objects.get(action="audit.trail.export")
    assert "操作人：李" in note.payload


def test_verification_is_a_job_and_its_answer_stands_on_the_page(
    city: City, event: AuditEvent, sign_in: SignIn
) -> None:
    auditor = sign_in(Role.AUDIT_ADMIN)
    before = auditor.get(AUDIT).text
    auditor.post(reverse("reports:audit-verify"))
    waiting = auditor.get(AUDIT).text
    with city_scope(city.id):
        job = Job.objects.get(kind="verify_audit")
        result = verify_audit(job, lambda percent, text: None)
        Job.objects.filter(pk=job.pk).update(state=JobState.DONE, finished_at=AT, result=result)
    good = auditor.get(AUDIT).text
    with city_scope(city.id):
        Job.objects.filter(pk=job.pk).update(result={"count": 1, "broken_seq": 2, "reason": "记录被改动"})
    bad = auditor.get(AUDIT).text

    assert "尚未校验" in before
    assert "排队中" in waiting
    assert result["broken_seq"] is None
    assert result["count"] >= 1
    assert "校验通过" in good
    assert "链条断裂" in bad
    assert "记录被改动" in bad


def test_trail_takes_a_fixed_number_of_queries(city: City, event: AuditEvent, sign_in: SignIn) -> None:
    auditor = sign_in(Role.AUDIT_ADMIN)

    def more() -> None:
        for _ in range(2):
            record(action="test.more", subject=city, by="甲", at=AT, city_id=city.id)

    assert queries(auditor, AUDIT) == queries_after(city, auditor, AUDIT, more)
    assert_no_inline_code(auditor.get(AUDIT))


# to-dos


def assignment_of(city: City, role: Role, **options: str) -> RoleAssignment:
    user = person(city, role, **options)
    with city_scope(city.id):
        return RoleAssignment.objects.select_related("city", "jurisdiction").get(user=user)


def waiting(city: City, assignment: RoleAssignment) -> dict[str, int]:
    """Labels and numbers of the groups, seen through the role's own scope."""
    is_city = assignment.jurisdiction.parent_id is None
    options: dict[str, Any] = {} if is_city else {"county": assignment.jurisdiction_id}
    with city_scope(city.id, organization_uscc=assignment.organization_uscc, **options):
        groups = todo_groups(assignment, as_of=timezone.localdate())
        count = todo_count(assignment)
    assert count == sum(len(group.items) for group in groups)
    return {group.label: len(group.items) for group in groups}


def test_reviewers_and_signers_are_never_asked_for_their_own(city: City) -> None:
    legal, leader = assignment_of(city, Role.BUREAU_LEGAL), assignment_of(city, Role.BUREAU_LEADER)
    with city_scope(city.id):
        factories.document(state=DocumentState.REVIEW)
        factories.document(state=DocumentState.REVIEW, drafted_by=legal.user_id)
        factories.document(state=DocumentState.REVIEWED)
        factories.document(state=DocumentState.REVIEWED, reviewed_by=leader.user_id)

    assert waiting(city, legal) == {"待审核的公文": 1}
    assert waiting(city, leader) == {"待签发的公文": 1}


def test_chief_confirms_runs_of_others_and_decides_interviews(city: City) -> None:
    chief = assignment_of(city, Role.BUREAU_CHIEF)
    with city_scope(city.id):
        factories.score_run()
        factories.score_run(month=dt.date(2023, 8, 1), computed_by=chief.user_id)
        factories.interview()
        factories.interview(month=dt.date(2023, 8, 1), state=InterviewState.APPROVED)
        failed_job(city)

    assert waiting(city, chief) == {
        "待核定的月度评分": 1,
        "待决定的约谈": 1,
        "待安排时间地点的约谈": 1,
        "失败的任务": 1,
    }


def test_acts_that_the_cockpit_does_not_offer_yet_do_not_wait(city: City) -> None:
    chief = assignment_of(city, Role.BUREAU_CHIEF)
    with city_scope(city.id):
        factories.score_run(objection_until=timezone.localdate())
        confirmed = factories.score_run(
            month=dt.date(2023, 8, 1), state=RunState.CONFIRMED, confirmed_at=AT, confirmed_by_name="乙"
        )
        unissued = waiting(city, chief)
        factories.issued_document(subject_kind="scoring.scorerun", subject_id=confirmed.pk)
        issued = waiting(city, chief)

    assert unissued == {}
    assert issued == {"待公布的月度评分": 1}


def test_leader_decides_criticisms_and_letters_too(city: City) -> None:
    leader, legal = assignment_of(city, Role.BUREAU_LEADER), assignment_of(city, Role.BUREAU_LEGAL)
    with city_scope(city.id):
        factories.criticism_proposal()
        factories.criticism_proposal(month=dt.date(2023, 8, 1), state="APPROVED")
        factories.reminder_letter()
        factories.reminder_letter(month=dt.date(2023, 8, 1), state="DECLINED", decline_reason="已整改")

    assert waiting(city, leader) == {"待决定的通报批评": 1, "待决定的提醒敦促函": 1}
    assert waiting(city, legal) == {}


def test_drafters_submit_their_own_drafts_and_the_systems(city: City) -> None:
    supervisor, legal = assignment_of(city, Role.BUREAU_SUPERVISOR), assignment_of(city, Role.BUREAU_LEGAL)
    with city_scope(city.id):
        factories.document(drafted_by=None)
        factories.document(drafted_by=supervisor.user_id)
        factories.document(drafted_by=legal.user_id)

    assert waiting(city, supervisor) == {"待送审的公文": 2}
    assert waiting(city, legal) == {}


def test_months_wait_once_for_the_close_and_returns_for_acceptance(city: City) -> None:
    supervisor = assignment_of(city, Role.BUREAU_SUPERVISOR)
    this_month = timezone.localdate().replace(day=1)
    with city_scope(city.id):
        factories.monthly_return(jurisdiction=county(city))
        factories.monthly_return(jurisdiction=county(city, "三台县"), state=ReturnState.ACCEPTED)
        factories.monthly_return(jurisdiction=county(city), month=this_month, state=ReturnState.ACCEPTED)
        factories.monthly_return(jurisdiction=county(city), month=dt.date(2023, 8, 1))
        factories.score_run(month=dt.date(2023, 8, 1))
        groups = todo_groups(supervisor, as_of=timezone.localdate())

    verbs = {group.label: [todo.verb for todo in group.items] for group in groups}
    assert verbs == {"待受理的月报": ["受理"], "待结账的月份": ["结账"]}
    assert waiting(city, supervisor) == {"待受理的月报": 1, "待结账的月份": 1}


def test_receivers_are_asked_to_acknowledge_until_they_did(city: City) -> None:
    reviewer = assignment_of(city, Role.COUNTY_SUPERVISOR)
    with city_scope(city.id):
        unit = factories.organization()
        document = factories.issued_document()
        factories.delivery(document=document, jurisdiction=county(city))
        factories.delivery(document=document, jurisdiction=None, organization=unit)
        done = factories.issued_document()
        factories.delivery(
            document=done, jurisdiction=county(city), acknowledged_at=AT, acknowledged_by_name="甲"
        )
    contact = assignment_of(city, Role.UNIT_CONTACT, organization_uscc=unit.uscc)
    neighbour = assignment_of(city, Role.COUNTY_SUPERVISOR, where="三台县")

    assert waiting(city, reviewer) == {"待签收的公文": 1}
    assert waiting(city, contact) == {"待签收的公文": 1}
    assert waiting(city, neighbour) == {}


def test_county_is_told_of_what_came_back(city: City) -> None:
    reporter = assignment_of(city, Role.COUNTY_REPORTER)
    neighbour = assignment_of(city, Role.COUNTY_REPORTER, where="三台县")
    with city_scope(city.id):
        factories.monthly_return(jurisdiction=county(city), state=ReturnState.RETURNED)
        factories.monthly_return(
            jurisdiction=county(city, "三台县"), state=ReturnState.DRAFT, first_submitted_at=None
        )

    assert waiting(city, reporter) == {"被退回的月报": 1}
    assert waiting(city, neighbour) == {"待填报的月报": 1}


def test_unit_is_told_what_it_must_rectify_and_what_is_late(city: City) -> None:
    soon = timezone.localdate() + dt.timedelta(days=3)
    with city_scope(city.id):
        late = factories.finding(state=FindingState.NOTIFIED)
        unit = late.organization
        factories.finding(state=FindingState.RECTIFYING, organization=unit, due_on=soon)
        factories.finding(state=FindingState.REPLIED, organization=unit)
        factories.finding(state=FindingState.NOTIFIED)
    contact = assignment_of(
        city, Role.UNIT_CONTACT, organization_uscc=unit.uscc, where=late.jurisdiction.short_name
    )

    assert waiting(city, contact) == {"逾期未整改的问题": 1, "待整改的问题": 1}
    page = client_of(User.objects.get(pk=contact.user_id)).get(TODOS).text
    assert ">查看<" in page
    assert ">整改<" not in page


def test_count_is_one_query_whatever_the_role(city: City) -> None:
    for role in (Role.BUREAU_CHIEF, Role.BUREAU_LEADER, Role.COUNTY_SUPERVISOR, Role.AUDIT_ADMIN):
        assignment = assignment_of(city, role)
        with city_scope(city.id), CaptureQueriesContext(connection) as captured:
            todo_count(assignment)
        assert len(captured) <= 1


def test_to_do_page(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        failed_job(city)
        factories.document(state=DocumentState.REVIEW, title="待审的通报")
    chief = sign_in(Role.BUREAU_CHIEF)

    answer = chief.get(TODOS)

    assert "待审的通报" in answer.text
    assert re.search(r'待办 <span class="count">2</span>', answer.text)
    assert_no_inline_code(answer)
    assert "没有待办" in sign_in(Role.AUDIT_ADMIN).get(TODOS).text


# search


def test_search_groups_hits_and_puts_an_exact_number_first(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        project = factories.project(name="平通河堤防工程")
        finding = factories.finding(project=project, text="平通河护坡裂缝", number="WT-77")
        factories.finding(project=project, number="WT-777")
        notice = factories.notice(project=project, number="绵水质监整〔2023〕77号")
        document = factories.issued_document(number="绵水〔2023〕7号", serial=7)
    chief = sign_in(Role.BUREAU_CHIEF)

    words = chief.get(SEARCH, {"q": "平通河"}).text
    exact = chief.get(SEARCH, {"q": "wt-77"}).text
    brackets = chief.get(SEARCH, {"q": "绵水[2023]7号"}).text

    assert project.name in words
    assert finding.text in words
    assert exact.index("编号完全一致") < exact.index("WT-777")
    assert exact.count(f"{finding.number}，") == 2
    assert document.title in brackets
    assert "编号完全一致" in brackets
    assert notice.number in chief.get(SEARCH, {"q": "整〔2023〕77"}).text


@pytest.mark.parametrize("words", ["pth", "pingtong", "平通"])
def test_search_reads_pinyin(words: str, city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.project(name="平通河堤防工程")

    assert "平通河堤防工程" in sign_in(Role.BUREAU_CHIEF).get(SEARCH, {"q": words}).text


def test_search_stays_inside_the_scope_and_the_role(city: City, other_city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.finding(project=factories.project(name="平通河堤防工程", jurisdiction=county(city)))
        factories.issued_document(title="平通河通报")
    neighbour = sign_in(Role.COUNTY_REPORTER, where="三台县").get(SEARCH, {"q": "平通河"}).text
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF)).get(SEARCH, {"q": "平通河"}).text
    assistant = sign_in(Role.ASSISTANT).get(SEARCH, {"q": "平通河"}).text

    assert "堤防工程" not in neighbour
    assert "堤防工程" not in stranger
    assert "平通河通报" not in assistant
    assert "堤防工程" in assistant
    assert sign_in(Role.SYSTEM_ADMIN).get(SEARCH, {"q": "平"}).status_code == 403


@pytest.mark.parametrize(
    "words", ["", "  ", "%", "'; DROP TABLE", "\x00", "<script>alert(1)</script>", "长" * 5000]
)
def test_search_survives_anything(words: str, sign_in: SignIn) -> None:
    answer = sign_in(Role.BUREAU_CHIEF).get(SEARCH, {"q": words})

    assert_no_inline_code(answer)


def test_numbers_are_understood_as_people_write_them() -> None:
    assert "绵水〔2023〕5号" in number_forms("绵水[2023]5号")
    assert "绵水〔2023〕5号" in number_forms("绵水（2023）5号")
    assert "WT-77" in number_forms("ｗｔ－77")


def test_search_takes_a_fixed_number_of_queries(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    url = f"{SEARCH}?q=演示"

    def more() -> None:
        for _ in range(3):
            factories.notice_finding()

    with city_scope(city.id):
        factories.notice_finding()
    assert queries(chief, url) == queries_after(city, chief, url, more)


# the menu


def test_menu_shows_what_the_role_may_open_and_every_line_opens(city: City) -> None:
    for role in Role:
        options = (
            {"organization_uscc": factory_uscc(city)}
            if role in (Role.UNIT_CONTACT, Role.LEGAL_PERSON_REPORTER)
            else {}
        )
        client = client_of(person(city, role, **options))
        text = client.get(TODOS).text
        menu = text[text.index('<div class="side">') : text.index("<main")]
        links = re.findall(r'href="([^"]+)"', menu)
        assert links, role
        for link in links:
            assert client.get(link).status_code == 200, (role, link)


def factory_uscc(city: City) -> str:
    with city_scope(city.id):
        return factories.organization().uscc


def test_menu_counts_what_is_late_in_one_query(city: City) -> None:
    chief = assignment_of(city, Role.BUREAU_CHIEF)
    with city_scope(city.id):
        factories.finding()
        factories.finding(due_on=timezone.localdate() + dt.timedelta(days=1))
        factories.notice()
        failed_job(city)
        with CaptureQueriesContext(connection) as captured:
            sections = navigation(chief, reverse("inspections:finding-list") + "x")
    items = {item.label: item for section in sections for item in section.items}

    assert len(captured) == 1
    assert (items["问题"].count, items["整改通知书"].count, items["任务"].count) == (1, 1, 1)
    assert [item.label for item in items.values() if item.is_current] == ["问题"]


def test_keys_of_the_menu_are_unique() -> None:
    keys = [entry.key for _, entries in MENU for entry in entries]

    assert len(set(keys)) == len(keys)
