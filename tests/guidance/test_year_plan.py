"""The year plan: written, issued as a document, its tasks done, returned, accepted; and who may see what of it."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.roles import Role
from guidance.models import Task, TaskAssignment, YearPlan
from guidance.services.answering import accept_answer, return_answer, submit_answer
from guidance.services.plans import edit_plan
from guidance.services.writing import GuidanceRefused, WrongState
from guidance.tasks import remind_tasks
from messaging.models import Message
from reports.models import Document
from reports.services.documents import discard_draft, review_document, sign_off, submit_document
from reports.services.subjects import SubjectNotReady
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.guidance.conftest import Cast, moment, pdf, posted, refused
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

LIST = reverse("guidance:assignment-list")
TASK = {
    "title": "开展重要隐蔽工程专项检查",
    "content": "对在建水库工程逐项核查。",
    "audience": "ALL_COUNTIES",
    "due_on": "2023-09-20",
    "evidence": "检查记录",
}


def page(name: str, row: Any) -> str:
    return reverse(f"guidance:{name}", args=[row.pk])


def written(cast: Cast) -> YearPlan:
    """A plan with a task of the counties and one of the bureau, through the pages."""
    chief = cast.as_(cast.chief)
    form = {
        "year": "2023",
        "title": "2023年度水利建设质量监督要点",
        "overall": "坚持质量第一。",
        "requirements": "抓好落实。",
    }
    posted(chief, reverse("guidance:plan-new"), **form)
    assert "2023年度的要点已经存在" in refused(chief, reverse("guidance:plan-new"), **form)
    with city_scope(cast.city.id):
        plan = YearPlan.objects.get()
    add = page("plan-task-add", plan)
    posted(chief, add, **TASK)
    bureau = {**TASK, "title": "修订监督检查细则", "audience": "BUREAU", "evidence": ""}
    assert "请选择责任角色" in refused(chief, add, **bureau)
    assert "不在2023年内" in refused(chief, add, **{**TASK, "due_on": "2024-01-10"})
    assert "请至少选择一个" in refused(chief, add, **{**TASK, "audience": "CHOSEN_COUNTIES"})
    text = posted(chief, add, **bureau, owner_role="BUREAU_SUPERVISOR")
    assert "各县（市、区）" in text
    assert "市局监督员" in text
    return plan


def drafted(cast: Cast, plan: YearPlan) -> Document:
    """The document drafted, submitted and reviewed."""
    subject = reverse("reports:document-for-subject", args=["guidance.yearplan", plan.pk])
    posted(cast.as_(cast.supervisor), subject)
    at = moment("2023-02-01")
    with city_scope(cast.city.id):
        document = Document.objects.exclude(state="DISCARDED").get()
        submit_document(document_id=document.pk, by=cast.supervisor, at=at)
        return review_document(document_id=document.pk, by=cast.legal, at=at)


def issued(cast: Cast) -> YearPlan:
    cast.on("2023-02-01")
    plan = written(cast)
    document = drafted(cast, plan)
    at = moment("2023-02-01")
    with city_scope(cast.city.id):
        sign_off(document_id=document.pk, dated_on=at.date(), by=cast.leader, at=at)
        return YearPlan.objects.get(pk=plan.pk)


def of(cast: Cast, title: str = TASK["title"], short_name: str = "北川县") -> TaskAssignment:
    with city_scope(cast.city.id):
        rows = TaskAssignment.objects.filter(task__title=title)
        return rows.select_related("task").get(jurisdiction__short_name=short_name)


def test_a_task_of_the_issued_plan_is_done_returned_and_accepted(cast: Cast) -> None:
    plan = issued(cast)

    # Issued under the number of its document; every county has its task, the bureau its own.
    assert (plan.state, plan.number) == ("ISSUED", "绵水〔2023〕1号")
    with city_scope(cast.city.id):
        counties = len(county(cast.city).__class__.objects.counties().filter(is_active=True))
        assert TaskAssignment.objects.filter(task__title=TASK["title"]).count() == counties
        assert Message.objects.filter(recipient=cast.reporter, kind="TASK_ASSIGNED").count() == 1
        with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
            Task.objects.filter(plan=plan).update(title="改一改")
        with pytest.raises(WrongState):
            edit_plan(
                plan_id=plan.pk,
                title="x",
                overall="x",
                requirements="x",
                by=cast.chief,
                at=moment("2023-02-02"),
            )

    # It waits in the county's to-dos with its day, and the neighbour's stays unseen.
    row, other = of(cast), of(cast, short_name="三台县")
    reporter = cast.as_(cast.reporter)
    todos = reporter.get(reverse("todos")).text
    assert TASK["title"] in todos
    assert "2023-09-20" in todos
    assert reporter.get(LIST).text.count(TASK["title"]) == 1
    assert reporter.get(page("assignment-detail", other)).status_code == 404
    assert reporter.get(page("plan-detail", plan)).status_code == 200
    supervisor_todos = cast.as_(cast.supervisor).get(reverse("todos")).text
    assert "修订监督检查细则" in supervisor_todos
    assert "修订监督检查细则" not in cast.as_(cast.chief).get(reverse("todos")).text

    # Evidence is asked for; then the answer goes in.
    answer = page("assignment-answer", row)
    assert "请先上传再提交" in refused(reporter, answer, answer="已完成检查。")
    posted(reporter, page("evidence-add", row), title="检查记录", file=pdf())
    same = {"title": "又一份", "file": pdf("同样.pdf")}
    assert "不必重复上传" in refused(reporter, page("evidence-add", row), **same)
    posted(reporter, answer, answer="已完成检查，共8处。")
    with city_scope(cast.city.id):
        evidence = row.evidence.get()
    file = reporter.get(page("evidence-file", evidence))
    assert (file.status_code, file.content) == (200, b"%PDF-1.7 self-check")
    assert cast.as_(cast.neighbour).get(page("evidence-file", evidence)).status_code == 404

    # The bureau returns it with a reason and accepts what comes then.
    chief = cast.as_(cast.chief)
    assert TASK["title"] in chief.get(reverse("todos")).text
    posted(chief, page("assignment-return", row), reason="缺平武标段的记录。")
    assert "缺平武标段的记录" in reporter.get(page("assignment-detail", row)).text
    posted(reporter, answer, answer="已补充。")
    posted(chief, page("assignment-accept", row))
    row = of(cast)
    assert (row.state, row.answered_by, row.decided_by) == ("ACCEPTED", cast.reporter.pk, cast.chief.pk)
    assert TASK["title"] not in reporter.get(reverse("todos")).text
    text = chief.get(page("plan-detail", plan)).text
    assert "北川县“开展重要隐蔽工程专项检查”：共1项，已办结1项" in text
    assert "已办结1项" in text


def test_a_plan_that_changed_after_its_draft_is_not_signed(cast: Cast) -> None:
    cast.on("2023-02-01")
    plan = written(cast)
    document = drafted(cast, plan)
    posted(cast.as_(cast.chief), page("plan-task-add", plan), **{**TASK, "title": "后加的任务"})
    at = moment("2023-02-01")

    with city_scope(cast.city.id), pytest.raises(SubjectNotReady, match="重新起草"):
        sign_off(document_id=document.pk, dated_on=at.date(), by=cast.leader, at=at)
    with city_scope(cast.city.id):
        discard_draft(document_id=document.pk, reason="重起", by=cast.chief, at=at)
    nobody = {**TASK, "title": "重点对象自查", "audience": "KEY_LEGAL_PERSONS"}
    posted(cast.as_(cast.chief), page("plan-task-add", plan), **nobody)
    again = drafted(cast, plan)
    with city_scope(cast.city.id), pytest.raises(GuidanceRefused, match="“重点对象自查”没有责任对象"):
        sign_off(document_id=again.pk, dated_on=at.date(), by=cast.leader, at=at)
    with city_scope(cast.city.id):
        factories.project(is_key_object=True, jurisdiction=cast.here)
    with city_scope(cast.city.id):
        signed = sign_off(document_id=again.pk, dated_on=at.date(), by=cast.leader, at=at)

    assert "后加的任务" in signed.content
    assert of(cast, "重点对象自查").organization_id is not None


def test_nobody_accepts_the_own_answer_and_late_is_shown(cast: Cast) -> None:
    issued(cast)
    row = of(cast, "修订监督检查细则", "绵阳市")
    supervisor = cast.as_(cast.supervisor)
    posted(supervisor, page("assignment-answer", row), answer="已修订。")
    assert supervisor.get(page("assignment-accept", row)).status_code == 302
    assert page("assignment-accept", row) not in supervisor.get(page("assignment-detail", row)).text
    # returned and answered again by somebody else: the first answer stays the supervisor's own
    with city_scope(cast.city.id):
        now = moment("2023-09-10")
        return_answer(assignment_id=row.pk, reason="不全", by=cast.chief, at=now)
        submit_answer(assignment_id=row.pk, answer="已修订，附全文。", by=cast.leader, at=now)
        with pytest.raises(GuidanceRefused, match="由您提交"):
            accept_answer(assignment_id=row.pk, by=cast.supervisor, at=now)
    posted(cast.as_(cast.chief), page("assignment-accept", row))

    # The day comes nearer: those who still must act are told, each step once.
    for day, told in (("2023-09-16", 0), ("2023-09-17", 3), ("2023-09-20", 3), ("2023-09-21", 3)):
        cast.on(day)
        assert (remind_tasks(), remind_tasks()) == (told, 0), day
    with city_scope(cast.city.id):
        titles = Message.objects.filter(recipient=cast.reporter, kind="TASK_DUE").values_list(
            "title", flat=True
        )
        assert {title.split("：")[0] for title in titles} == {
            "任务还有3天到期",
            "任务今天到期",
            "任务已经逾期",
        }

    cast.on("2023-09-23")
    chief = cast.as_(cast.chief)
    text = chief.get(page("assignment-detail", of(cast))).text
    assert "已逾期" in text
    late = chief.get(LIST, {"overdue": "yes"}).text
    assert "逾期 3 天" in late
    assert "修订监督检查细则" not in late
    values = assert_no_formula(chief.get(LIST, {"export": "xlsx"}), "工作任务")
    assert TASK["title"] in values


def test_a_draft_is_the_bureaus_and_strangers_find_nothing(cast: Cast, other_city: City) -> None:
    cast.on("2023-02-01")
    plan = written(cast)
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    assert cast.as_(cast.reporter).get(page("plan-detail", plan)).status_code == 404
    assert plan.title not in cast.as_(cast.reporter).get(reverse("guidance:plan-list")).text
    for name in ("plan-detail", "plan-edit", "plan-task-add"):
        assert stranger.get(page(name, plan)).status_code == 404
    assert stranger.post(page("plan-edit", plan), {"title": "x"}).status_code == 404
    nothing = reverse("guidance:assignment-detail", args=[uuid.uuid4()])
    assert stranger.get(nothing).status_code == 404
    with city_scope(cast.city.id):
        task = Task.objects.get(number=1)
    posted(cast.as_(cast.chief), page("task-edit", task), **{**TASK, "title": "改名的任务"})
    text = posted(cast.as_(cast.chief), page("task-discard", task))
    assert "改名的任务" not in text
    with city_scope(cast.city.id):
        assert [one.number for one in Task.objects.all()] == [1]


def test_pages_cost_the_same_for_one_row_and_for_three(cast: Cast) -> None:
    plan = issued(cast)
    row = of(cast)
    chief = cast.as_(cast.chief)
    urls = [LIST, reverse("guidance:plan-list"), page("plan-detail", plan), reverse("todos")]
    before = {url: queries(chief, url) for url in urls}

    def more() -> None:
        for n in range(2):
            campaign = factories.campaign(state="LAUNCHED", launched_on=factories.DAY)
            project = factories.project()
            factories.task_assignment(
                task=factories.task(campaign=campaign),
                project=project,
                organization=project.legal_person,
                jurisdiction=project.jurisdiction,
                state="ANSWERED",
                answer="无此问题",
                answered_at=factories.MOMENT,
            )
            factories.year_plan(year=2030 + n)

    for url in urls:
        assert queries_after(cast.city, chief, url, more if url == LIST else lambda: None) <= before[url] + 2
        assert_no_inline_code(chief.get(url))
    assert_no_inline_code(chief.get(page("assignment-detail", row)))
    assert_no_inline_code(chief.get(page("plan-task-add", plan), follow=True))
