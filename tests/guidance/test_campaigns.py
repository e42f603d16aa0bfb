"""举一反三 and meetings: from a superior's finding to a summary, from a decision to a task."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.roles import Role
from guidance.models import Campaign, Meeting, TaskAssignment
from messaging.models import Message
from projects.models import Project
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.guidance.conftest import Cast, pdf, posted, refused
from tests.pages import assert_no_inline_code, queries

CHECK = {
    "title": "闸门锈蚀自查",
    "source_text": "省厅巡查发现闸门锈蚀。",
    "content": "逐座检查闸门防腐层。",
    "audience": "PROJECTS",
    "category": "SLUICE_REINFORCEMENT",
    "due_on": "2023-09-20",
}


def page(name: str, row: Any) -> str:
    return reverse(f"guidance:{name}", args=[row.pk])


def projects(cast: Cast) -> list[Project]:
    """One 水闸 project in each of two counties, one that is not begun, one of another kind."""
    with city_scope(cast.city.id):
        rows = [
            factories.project(jurisdiction=county(cast.city, name), category=CHECK["category"])
            for name in ("北川县", "三台县")
        ]
        factories.project(
            jurisdiction=cast.here, category=CHECK["category"], status="PLANNED", started_on=None
        )
        factories.project(jurisdiction=cast.here)
    return rows


def of(cast: Cast, project: Project) -> TaskAssignment:
    with city_scope(cast.city.id):
        return TaskAssignment.objects.get(project=project)


def test_a_superiors_finding_is_looked_for_in_every_project_and_summed_up(cast: Cast) -> None:
    here, there = projects(cast)
    uscc = here.legal_person.uscc
    unit = person(cast.city, Role.LEGAL_PERSON_REPORTER, organization_uscc=uscc)
    with city_scope(cast.city.id):
        finding = factories.finding(project=there, text="闸门锈蚀严重")
    cast.on("2023-09-10")
    chief = cast.as_(cast.chief)
    new = f"{reverse('guidance:campaign-new')}?finding={finding.pk}"
    assert "闸门锈蚀严重" in chief.get(new).text
    posted(chief, new, **CHECK)
    with city_scope(cast.city.id):
        campaign = Campaign.objects.get()
    assert campaign.finding_id == finding.pk
    assert client_of(unit).get(page("campaign-detail", campaign)).status_code == 404
    assert "2 个" in chief.get(page("campaign-launch", campaign)).text
    posted(chief, page("campaign-launch", campaign))

    # The legal person answers for its project, the other county on behalf of the one without an account.
    mine, theirs = of(cast, here), of(cast, there)
    with city_scope(cast.city.id):
        assert set(Message.objects.values_list("recipient", flat=True)) == {unit.pk, cast.neighbour.pk}
    legal_person = cast.as_(unit)
    assert CHECK["title"] in legal_person.get(reverse("todos")).text
    assert legal_person.get(page("assignment-detail", theirs)).status_code == 404
    text = legal_person.get(page("campaign-detail", campaign)).text
    assert finding.number not in text
    assert there.name not in text
    answer = page("assignment-answer", mine)
    assert "请填写发现问题" in refused(legal_person, answer, answer="已检查。")
    found = {"answer": "已检查3扇闸门。", "problem_count": "2"}
    assert "请写明整改措施" in refused(legal_person, answer, **found)
    posted(legal_person, answer, **found, measures="9月底前重新防腐，张工负责。")

    # A reminder reaches only who has not answered, and once a day.
    posted(chief, page("campaign-remind", campaign))
    with city_scope(cast.city.id):
        reminded = Message.objects.filter(kind="TASK_DUE")
        assert set(reminded.values_list("recipient", flat=True)) == {cast.neighbour.pk}
    assert "今天已经催办过" in refused(chief, page("campaign-remind", campaign))

    # The summary waits until what came in is judged.
    assert "还有1份自查结果待确认" in refused(chief, page("campaign-close", campaign), summary="完成。")
    posted(chief, page("assignment-accept", mine))
    clean = {"answer": "无此问题。", "problem_count": "0"}
    posted(cast.as_(cast.neighbour), page("assignment-answer", theirs), **clean)
    posted(chief, page("assignment-accept", theirs))
    assert "有1个责任对象发现同类问题，共2处" in chief.get(page("campaign-close", campaign)).text
    posted(chief, page("campaign-close", campaign), summary="全市共查出2处。")
    paper = chief.get(page("campaign-print", campaign)).text
    assert "全市共查出2处。" in paper
    assert "9月底前重新防腐" in paper
    county_paper = cast.as_(cast.neighbour).get(page("campaign-print", campaign)).text
    assert "9月底前重新防腐" not in county_paper


def test_a_self_check_for_nobody_or_of_yesterday_is_not_launched(cast: Cast) -> None:
    cast.on("2023-09-10")
    chief = cast.as_(cast.chief)
    posted(chief, reverse("guidance:campaign-new"), **CHECK)
    with city_scope(cast.city.id):
        campaign = Campaign.objects.get()
    launch = page("campaign-launch", campaign)

    assert "没有责任对象" in refused(chief, launch)
    early = {**CHECK, "audience": "ALL_COUNTIES", "category": "", "due_on": "2023-09-01"}
    posted(chief, page("campaign-edit", campaign), **early)
    assert "已过，请先修改期限" in refused(chief, launch)
    with city_scope(cast.city.id):
        assert Campaign.objects.get().state == "DRAFT"
        assert not TaskAssignment.objects.exists()


def test_decisions_of_a_meeting_are_tasks_once_its_minutes_are_issued(cast: Cast, other_city: City) -> None:
    cast.on("2023-09-10")
    chief = cast.as_(cast.chief)
    form = {
        "title": "质量监督工作例会",
        "held_on": "2023-09-08",
        "place": "三楼会议室",
        "host_name": "李局长",
        "attendees": "各县质量监督机构负责人",
    }
    posted(chief, reverse("guidance:meeting-new"), **form)
    with city_scope(cast.city.id):
        meeting = Meeting.objects.get()
    add, issue = page("meeting-task-add", meeting), page("meeting-issue", meeting)
    task: dict[str, Any] = {
        "title": "完善检测方案",
        "content": "月底前完善。",
        "audience": "CHOSEN_COUNTIES",
        "evidence": "",
    }
    task |= {"county_codes": [cast.here.code], "due_on": "2023-09-30"}
    assert "不能早于会议日期" in refused(chief, add, **{**task, "due_on": "2023-09-01"})
    posted(chief, add, **task)
    assert "请先填写会议纪要" in refused(chief, issue)
    assert "请先修改该事项的期限" in refused(
        chief, page("meeting-edit", meeting), **{**form, "held_on": "2023-10-08"}
    )
    posted(chief, page("meeting-edit", meeting), **form, minutes="议定：完善检测方案。")
    reporter = cast.as_(cast.reporter)
    assert reporter.get(page("meeting-detail", meeting)).status_code == 404
    posted(chief, page("meeting-file-add", meeting), title="签到表", file=pdf())
    posted(chief, issue)

    assert "完善检测方案" in reporter.get(reverse("todos")).text
    assert "议定：完善检测方案。" in reporter.get(page("meeting-detail", meeting)).text
    with city_scope(cast.city.id):
        paper = meeting.files.get()
    assert reporter.get(page("meeting-file", paper)).status_code == 200
    assert cast.as_(cast.neighbour).get(page("meeting-detail", meeting)).status_code == 404
    assert cast.as_(cast.neighbour).get(page("meeting-file", paper)).status_code == 404
    assert (
        client_of(person(other_city, Role.BUREAU_CHIEF)).get(page("meeting-file", paper)).status_code == 404
    )
    assert chief.get(page("meeting-edit", meeting)).status_code == 302


def test_lists_and_results_cost_the_same_for_one_row_and_for_three(cast: Cast) -> None:
    cast.on("2023-09-10")
    chief = cast.as_(cast.chief)

    def more() -> Campaign:
        with city_scope(cast.city.id):
            campaign = factories.campaign(state="LAUNCHED", launched_on=factories.DAY)
            meeting = factories.meeting()
            for source in ({"campaign": campaign}, {"meeting": meeting}):
                factories.task(**source)
        return campaign

    def answers(campaign: Campaign, count: int) -> None:
        with city_scope(cast.city.id):
            for _ in range(count):
                project = factories.project()
                factories.task_assignment(
                    task=campaign.tasks.get(),
                    project=project,
                    organization=project.legal_person,
                    jurisdiction=project.jurisdiction,
                    state="ACCEPTED",
                    answer="有",
                    problem_count=1,
                    measures="改",
                    answered_at=factories.MOMENT,
                    decided_at=factories.MOMENT,
                )

    campaign = more()
    answers(campaign, 1)
    urls = [
        reverse("guidance:campaign-list"),
        reverse("guidance:meeting-list"),
        page("campaign-detail", campaign),
    ]
    before = {url: queries(chief, url) for url in urls}
    more()
    more()
    answers(campaign, 2)

    for url in urls:
        assert queries(chief, url) <= before[url]
        assert_no_inline_code(chief.get(url))
