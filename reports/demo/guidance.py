"""Guidance of 绵阳市 to look at: a year plan in the making, a self-check under way, a meeting with its decisions.

Made through the services that the pages call, by the people who would do it. What is there already is left alone.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accounts.models import User
from guidance.enums import Audience
from guidance.models import Campaign, TaskAssignment, YearPlan
from guidance.services.answering import accept_answer, submit_answer
from guidance.services.campaigns import create_campaign, launch_campaign
from guidance.services.meetings import MeetingText, create_meeting, issue_meeting
from guidance.services.plans import OVERALL, REQUIREMENTS, create_plan
from guidance.services.tasks import TaskText, add_task
from reports.demo.people import CHIEF, SUPERVISOR
from tenancy.models import City
from tenancy.scope import city_scope

_PLAN_TASKS = (
    (
        "压实项目法人首要责任",
        "督促项目法人健全质量管理体系，按月报送质量管理月报，对未按期报送的逐一约见。",
        Audience.ALL_COUNTIES,
        "质量管理月报",
    ),
    (
        "开展重要隐蔽工程专项检查",
        "对在建水库、水闸工程的重要隐蔽单元工程逐项核查，形成问题清单并跟踪闭环。",
        Audience.ALL_COUNTIES,
        "检查记录、问题清单",
    ),
    (
        "组织质量管理规定宣贯培训",
        "每季度至少组织一次宣贯培训，覆盖在建工程参建单位主要管理人员。",
        Audience.ALL_COUNTIES,
        "签到表、课件",
    ),
)
_CHECKED = (
    ("beichuan.reporter", "510726", 2, "更换止水材料，9月底前由施工单位完成、监理复核。"),
    ("santai.reporter", "510722", 0, ""),
)


def make_guidance(*, city: City, at: dt.datetime) -> None:
    """Everything that is missing; quick when nothing is."""
    with city_scope(city.id):
        chief = User.objects.get(username=CHIEF)
        if not YearPlan.objects.exists():
            _plan(chief, at)
        if not Campaign.objects.exists():
            _campaign(chief, User.objects.get(username=SUPERVISOR), at)
            _meeting(chief, at)


def _plan(by: User, at: dt.datetime) -> None:
    year = timezone.localdate(at).year
    plan = create_plan(
        year=year,
        title=f"{year}年度水利建设质量监督要点",
        overall=OVERALL,
        requirements=REQUIREMENTS,
        by=by,
        at=at,
    )
    for title, content, audience, evidence in _PLAN_TASKS:
        text = TaskText(
            title=title,
            content=content,
            audience=audience,
            due_on=dt.date(year, 12, 20),
            evidence=evidence,
        )
        add_task(source=plan, text=text, by=by, at=at)


def _campaign(by: User, checker: User, at: dt.datetime) -> None:
    """Launched today; two counties have answered, one answer is accepted."""
    text = TaskText(
        title="穿堤建筑物止水质量自查（演示）",
        content="逐座检查穿堤建筑物与堤身结合部的止水、回填质量，查阅隐蔽工程验收记录。",
        audience=Audience.ALL_COUNTIES,
        due_on=timezone.localdate(at) + dt.timedelta(days=20),
    )
    campaign = create_campaign(
        source_text="省级巡查发现穿堤涵管止水带搭接长度不足、回填不密实。",
        finding=None,
        text=text,
        by=by,
        at=at,
    )
    launch_campaign(campaign_id=campaign.pk, by=by, at=at)
    rows = {row.jurisdiction.code: row for row in _assignments(campaign)}
    for username, code, count, measures in _CHECKED:
        submit_answer(
            assignment_id=rows[code].pk,
            answer="已对在建堤防工程的穿堤建筑物逐座检查，查阅了隐蔽工程验收记录。",
            problem_count=count,
            measures=measures,
            by=User.objects.get(username=username),
            at=at,
        )
    accept_answer(assignment_id=rows[_CHECKED[1][1]].pk, by=checker, at=at)


def _assignments(campaign: Campaign) -> list[TaskAssignment]:
    rows = TaskAssignment.objects.filter(task__campaign=campaign)
    return list(rows.select_related("jurisdiction"))


def _meeting(by: User, at: dt.datetime) -> None:
    today = timezone.localdate(at)
    meeting = create_meeting(
        text=MeetingText(
            title="水利建设质量监督工作例会（演示）",
            held_on=today,
            place="市水利局三楼会议室",
            host_name="演示分管负责人",
            attendees="各县（市、区）质量监督机构负责人，市局质量监督科",
            agenda="一、通报上月评分情况\n二、研究问题整改闭环",
            minutes="会议通报了上月质量监督评分情况，分析了逾期未闭环问题的原因，议定事项如下，请按期落实。",
        ),
        by=by,
        at=at,
    )
    text = TaskText(
        title="清理逾期未闭环问题",
        content="对逾期未闭环问题逐项制定销号计划，明确责任人和时间。",
        audience=Audience.ALL_COUNTIES,
        due_on=today + dt.timedelta(days=30),
        evidence="销号计划",
    )
    add_task(source=meeting, text=text, by=by, at=at)
    issue_meeting(meeting_id=meeting.pk, by=by, at=at)
