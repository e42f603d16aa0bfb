"""Month plans, trainings and profiles: what is done on these pages is what the rubric reads (A1, A2, A3)."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.roles import Role
from core.month import ReportingMonth
from guidance.models import PlanSheet, PlanSheetChange
from inspections.models import MonthPlan
from messaging.models import Message
from projects.models import SupervisionBody, Training
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.guidance.conftest import Cast, pdf, posted, refused
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.scoring.facts.reading import evidence, facts, ids

OCTOBER = ReportingMonth(2023, 10)
A2 = "monthly_plan_published_before_month_start"
PLAN = {"inspection_count": "4", "test_batch_count": "2", "kinds": ["ROUTINE"], "content": "检查在建工程。"}
TRAINING = {
    "topic": "质量管理规定宣贯",
    "place": "县局会议室",
    "attendee_count": "3",
    "attendees": "张三、李四、王五",
}


def plan_page(cast: Cast, name: str = "month-plan", code: str = "", month: ReportingMonth = OCTOBER) -> str:
    return reverse(f"guidance:{name}", args=[code or cast.here.code, month])


def page(name: str, row: Any) -> str:
    return reverse(f"guidance:{name}", args=[row.pk])


def read(cast: Cast, month: ReportingMonth) -> dict[str, Any]:
    with city_scope(cast.city.id):
        return facts(month=month)


def freeze(cast: Cast, month: ReportingMonth) -> None:
    """The month closes for the whole city: the neighbour's return says so also to a county that never filed."""
    with city_scope(cast.city.id):
        factories.monthly_return(jurisdiction=county(cast.city, "三台县"), month=month.first, state="FROZEN")


def test_a_plan_counts_from_the_day_on_which_it_was_published(cast: Cast) -> None:
    cast.on("2023-09-28")
    reporter = cast.as_(cast.reporter)
    assert plan_page(cast) in reporter.get(reverse("guidance:month-plan-list")).text
    assert "应在 0 至 999 之间" in refused(
        reporter, plan_page(cast, "month-plan-edit"), **{**PLAN, "inspection_count": "4000"}
    )
    posted(reporter, plan_page(cast, "month-plan-edit"), **PLAN)
    assert A2 not in read(cast, OCTOBER)
    posted(reporter, plan_page(cast, "month-plan-publish"))

    found = read(cast, OCTOBER)
    assert (found[A2], found["inspections_planned"], found["test_batches_planned"]) == (True, 4, 2)
    with city_scope(cast.city.id):
        plan = MonthPlan.objects.get()
        assert evidence(A2, month=OCTOBER) == ids(plan)
    assert reporter.get(plan_page(cast, "month-plan-edit")).status_code == 302

    # A change in the month keeps the day, with its reason and what stood there before.
    cast.on("2023-10-12")
    reporter = cast.as_(cast.reporter)
    change = plan_page(cast, "month-plan-change")
    assert "请填写调整原因" in refused(reporter, change, **PLAN)
    assert "没有变化" in refused(reporter, change, **PLAN, reason="汛期")
    posted(reporter, change, **{**PLAN, "inspection_count": "5"}, reason="汛期增加检查")
    found = read(cast, OCTOBER)
    assert (found[A2], found["inspections_planned"]) == (True, 5)
    text = reporter.get(plan_page(cast)).text
    for words in ("汛期增加检查", "<del>4</del>", "<ins>5</ins>", "2023-09-28", "按时印发"):
        assert words in text
    with (
        city_scope(cast.city.id),
        pytest.raises(DatabaseError, match="stays as it was"),
        transaction.atomic(),
    ):
        PlanSheetChange.objects.update(reason="改一改")

    # A plan of the running month is late whatever it says; a frozen month takes none.
    november = ReportingMonth(2023, 11)
    cast.on("2023-11-01")
    reporter = cast.as_(cast.reporter)
    edit = plan_page(cast, "month-plan-edit", month=november)
    posted(reporter, edit, **PLAN)
    publish = plan_page(cast, "month-plan-publish", month=november)
    assert "不计为按时" in reporter.get(publish).text
    posted(reporter, publish)
    assert read(cast, november)[A2] is False
    freeze(cast, OCTOBER)
    assert "月报已经冻结" in refused(reporter, change, **PLAN, reason="再改")
    assert change not in reporter.get(plan_page(cast)).text
    strip = reporter.get(reverse("guidance:month-plan-list"), {"year": "2023"}).text
    assert "2023年10月 2023-09-28 印发，按时" in strip
    assert "2023年11月 2023-11-01 印发，迟印" in strip


def test_a_plan_belongs_to_its_county(cast: Cast, other_city: City) -> None:
    cast.on("2023-09-28")
    chief, neighbour = cast.as_(cast.chief), cast.as_(cast.neighbour)
    with city_scope(cast.city.id):
        factories.plan_sheet(jurisdiction=cast.here, month=OCTOBER.first)

    assert neighbour.get(plan_page(cast)).status_code == 404
    assert neighbour.post(plan_page(cast, "month-plan-publish")).status_code == 404
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))
    assert stranger.get(plan_page(cast)).status_code == 404
    assert chief.get(plan_page(cast)).status_code == 200
    assert chief.post(plan_page(cast, "month-plan-publish")).status_code == 302
    with city_scope(cast.city.id):
        assert not MonthPlan.objects.exists()
        sheet = PlanSheet.objects.get()
    assert sheet.plan_id is None
    # The bureau plans the city's own inspections.
    posted(chief, plan_page(cast, "month-plan-edit", code="510700"), **PLAN)
    posted(chief, plan_page(cast, "month-plan-publish", code="510700"))
    assert A2 not in read(cast, OCTOBER)


def test_trainings_count_in_the_quarter_and_never_go_back(cast: Cast) -> None:
    cast.on("2023-09-15")
    reporter = cast.as_(cast.reporter)
    new = reverse("guidance:training-new")
    assert "计为未培训" in reporter.get(reverse("guidance:training-list")).text
    assert "晚于今天" in refused(reporter, new, **TRAINING, held_on="2023-09-16")
    assert "名单有3人，参训人数填了5人" in refused(
        reporter, new, **{**TRAINING, "attendee_count": "5"}, held_on="2023-09-12"
    )
    freeze(cast, ReportingMonth(2023, 8))
    assert "2023年8月的月报已经冻结" in refused(reporter, new, **TRAINING, held_on="2023-08-20")
    posted(reporter, new, **TRAINING, held_on="2023-09-12")

    with city_scope(cast.city.id):
        training = Training.objects.get()
        assert evidence("trainings_in_rolling_quarter") == ids(training)
    assert read(cast, ReportingMonth(2023, 11))["trainings_in_rolling_quarter"] == 1
    assert "trainings_in_rolling_quarter" not in read(cast, ReportingMonth(2023, 12))
    assert "计为已培训" in reporter.get(reverse("guidance:training-list")).text
    edit = page("training-edit", training)
    assert "2023年8月的月报已经冻结" in refused(reporter, edit, **TRAINING, held_on="2023-08-31")
    posted(reporter, page("training-file-add", training), kind="签到表", file=pdf("签到.pdf"))
    text = reporter.get(page("training-detail", training)).text
    assert "签到表：签到.pdf" in text
    assert "张三、李四、王五" in text
    assert cast.as_(cast.neighbour).get(page("training-detail", training)).status_code == 404
    assert cast.as_(cast.chief).get(edit).status_code == 302
    freeze(cast, ReportingMonth(2023, 9))
    assert "月报已经冻结" in refused(reporter, edit, **TRAINING, held_on="2023-09-13")
    assert "没有的" in cast.as_(cast.chief).get(reverse("guidance:training-list")).text


def test_a_profile_is_filed_confirmed_by_another_and_read_by_the_rubric(cast: Cast) -> None:
    names = ("has_institution_doc", "staff_ratio_ok", "funding_in_place")
    with city_scope(cast.city.id):
        for _ in range(9):
            factories.project(jurisdiction=cast.here)
        factories.supervision_body(
            jurisdiction=cast.here,
            year=2022,
            institution_document="北编发〔2020〕1号",
            confirmed_on="2022-02-01",
        )
    cast.on("2023-02-06")
    reporter = cast.as_(cast.reporter)
    posted(reporter, reverse("guidance:body-open"))
    with city_scope(cast.city.id):
        body = SupervisionBody.objects.get(year=2023)
    assert body.institution_document == "北编发〔2020〕1号"
    form = {
        "institution_document": "北编发〔2020〕1号",
        "supervisors": "张三 川质监01\n李四",
        "funding_wan_yuan": "12.5",
    }
    assert "重复的人员" in refused(
        reporter, page("body-edit", body), **{**form, "supervisors": "张三 01\n张三 01"}
    )
    posted(reporter, page("body-edit", body), **form)
    text = posted(reporter, page("body-submit", body))
    assert "川质监01" in text
    assert reporter.get(page("body-edit", body)).status_code == 302

    chief = cast.as_(cast.chief)
    assert "北川县2023年度机构概况" in chief.get(reverse("todos")).text
    assert cast.as_(cast.supervisor).get(page("body-confirm", body)).status_code == 403
    posted(chief, page("body-return", body), reason="请补充经费批复文件。")
    with city_scope(cast.city.id):
        assert Message.objects.filter(recipient=cast.reporter, kind="BODY").exists()
    assert "请补充经费批复文件。" in reporter.get(page("body-detail", body)).text
    assert "北川县2023年度机构概况" in reporter.get(reverse("todos")).text
    posted(reporter, page("body-edit", body), **form, funding_document="北财〔2023〕3号")
    posted(reporter, page("body-submit", body))
    assert read(cast, ReportingMonth(2023, 2))["funding_in_place"] is False
    posted(chief, page("body-confirm", body))

    found = read(cast, ReportingMonth(2023, 2))
    assert [found[name] for name in names] == [True, True, True]
    with city_scope(cast.city.id):
        assert evidence("funding_in_place", month=ReportingMonth(2023, 2)) == ids(body)
    text = reporter.get(page("body-detail", body)).text
    assert "县级监管在建工程 0 个" in text, "the projects of this story begin in March"
    cast.on("2023-03-06")
    assert "县级监管在建工程 9 个" in cast.as_(cast.reporter).get(page("body-detail", body)).text
    assert cast.as_(cast.neighbour).get(page("body-detail", body)).status_code == 404
    again = posted(cast.as_(cast.reporter), reverse("guidance:body-open"))
    assert "已确认" in again, "a second opening leads to the same profile"


def test_lists_cost_the_same_for_one_row_and_for_three(cast: Cast) -> None:
    cast.on("2023-09-15")
    chief = cast.as_(cast.chief)
    urls = [
        reverse("guidance:training-list"),
        reverse("guidance:body-list"),
        reverse("guidance:month-plan-list"),
    ]

    def one(name: str) -> None:
        with city_scope(cast.city.id):
            place = county(cast.city, name)
            factories.training(jurisdiction=place)
            factories.supervision_body(jurisdiction=place)
            factories.plan_sheet(jurisdiction=place)
            factories.month_plan(jurisdiction=place)

    one("北川县")
    before = {url: queries(chief, url) for url in urls}
    one("三台县")
    one("平武县")

    for url in urls:
        assert queries_after(cast.city, chief, url, lambda: None) <= before[url]
        assert_no_inline_code(chief.get(url))
    assert "北川县" in assert_no_formula(chief.get(urls[1], {"export": "xlsx"}), "机构概况")
