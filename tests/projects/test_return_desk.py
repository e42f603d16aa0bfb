"""The clerk's desk: all counties of a month, one return, many at once, whom to call, corrections to decide."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.month import ReportingMonth
from projects.models import MonthlyReturn, ReturnReopening, ReturnVersion
from projects.services.returns.accepting import FieldComment, accept_return, return_for_correction
from projects.services.returns.filling import change_field
from projects.services.returns.opening import open_returns
from projects.services.returns.reopening import request_reopening, submit_reopened
from projects.services.returns.submitting import hand_over, submit_return
from reports.selectors.todos import todo_groups
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.projects.open_month import SEPTEMBER, OpenMonth, open_month

AT = dt.datetime(2023, 10, 8, 2, 0, tzinfo=dt.UTC)


@pytest.fixture
def month(city: City) -> OpenMonth:
    return open_month(city, 2)


@pytest.fixture
def clerk(city: City) -> Client:
    return client_of(person(city, Role.BUREAU_SUPERVISOR, name="受理人丙"))


def change(month: OpenMonth, field: str, text: str, seen: str) -> None:
    with city_scope(month.city.id):
        change_field(
            return_id=month.return_.pk,
            project_id=month.projects[0].pk,
            field=field,
            text=text,
            seen=seen,
            by=month.reporter,
            at=AT,
        )


def submit(month: OpenMonth) -> None:
    with city_scope(month.city.id):
        hand_over(return_id=month.return_.pk, by=month.reporter, at=AT, phone="0816-2345678")
        submit_return(return_id=month.return_.pk, by=month.reviewer, at=AT)


def at(name: str, month: OpenMonth) -> str:
    return reverse(f"returns:{name}", args=[month.return_.pk])


def todos(city: City, user: Any) -> dict[str, list[str]]:
    with city_scope(city.id):
        assignment = user.assignments.select_related("jurisdiction").get()
        groups = todo_groups(assignment, as_of=dt.date(2023, 10, 8))
        return {group.label: [f"{item.verb} {item.url}" for item in group.items] for group in groups}


def test_the_month_at_a_glance(city: City, month: OpenMonth, clerk: Client) -> None:
    change(month, "progress_percent", "55", "40")
    change(month, "unit_count", "", "5")
    with city_scope(city.id):
        factories.data_doubt(jurisdiction=county(city))
    submit(month)

    assert clerk.get(reverse("returns:desk")).context["month"] == SEPTEMBER
    url = reverse("returns:desk-month", args=[SEPTEMBER])
    page = clerk.get(url)

    assert_no_inline_code(page)
    desk = page.context["desk"]
    assert len(desk.rows) == page.context["listing"].total == 14
    told = desk.rows[month.return_.pk]
    assert (told.changed, told.errors, told.warnings, told.doubts) == (2, 0, 1, 1)
    assert (told.completeness.filled, told.completeness.total, told.timing.label) == (11, 12, "按时报送")
    assert "11/12（91.6%）" in page.text
    assert "填报员甲 / 审核人乙" in page.text  # under the county
    assert "已受理 0，待受理 1，退回未改 0，填报中 13" in page.text
    assert "逾期未报" in page.text  # the other thirteen

    values = assert_no_formula(clerk.get(url, {"export": "xlsx"}), "月报受理")
    assert {"北川县", "按时报送", "11/12（91.6%）"} <= set(values)
    assert clerk.get(url, {"state": "SUBMITTED"}).context["listing"].total == 1


def test_the_desk_takes_as_many_queries_for_many_returns_as_for_one(city: City, clerk: Client) -> None:
    month = open_month(city, 1)
    submit(month)
    url = reverse("returns:desk-month", args=[SEPTEMBER])
    one = queries(clerk, url)

    def more() -> None:
        for name in ("三台县", "江油市"):
            row = MonthlyReturn.objects.get(jurisdiction__short_name=name, month=SEPTEMBER.first)
            draft = ReturnVersion.objects.get(monthly_return=row)
            for _ in range(2):
                factories.return_line(version=draft, project=factories.project(jurisdiction=row.jurisdiction))

    assert queries_after(city, clerk, url, more) == one
    calls = reverse("returns:desk-calls", args=[SEPTEMBER])
    before = queries(clerk, calls)
    with city_scope(city.id):
        MonthlyReturn.objects.filter(jurisdiction__short_name="平武县", month=SEPTEMBER.first).delete()
    assert queries(clerk, calls) == before
    review = queries(clerk, at("desk-return", month))
    with city_scope(city.id):
        submitted = MonthlyReturn.objects.get(jurisdiction__short_name="三台县", month=SEPTEMBER.first)
        ReturnVersion.objects.filter(monthly_return=submitted).update(submitted_at=AT)
    assert queries(clerk, reverse("returns:desk-return", args=[submitted.pk])) <= review


def test_only_what_changed_is_shown_and_sent_back_with_comments(
    city: City, month: OpenMonth, clerk: Client
) -> None:
    change(month, "award_price_wan_yuan", "880", "860")
    url = at("desk-return", month)
    assert "尚未报送" in clerk.get(url).text
    submit(month)

    page = clerk.get(url)
    assert_no_inline_code(page)
    (row,) = page.context["rows"]
    assert [looked.cell.name for looked in row.fields] == ["award_price_wan_yuan"]
    assert "另有 1 个工程与上月一致" in page.text
    assert len(clerk.get(url, {"all": "1"}).context["rows"]) == 3

    box = row.fields[0].box
    refused = clerk.post(at("desk-send-back", month), {box: "与合同不符", "note": ""})
    assert refused.status_code == 422
    assert "请填写退回的理由。" in refused.text
    assert 'value="与合同不符"' in refused.text
    sent = clerk.post(
        at("desk-send-back", month), {box: "与合同不符", "c:x:y": "z", "note": "请改"}, follow=True
    )
    assert "意见1条" in sent.text
    with city_scope(city.id):
        assert month.fresh().state == "RETURNED"
        assert month.fresh().versions.get(number=1).comments.get().note == "与合同不符"
    assert "已退回：与合同不符" in clerk.get(url).text


def test_the_clerk_sees_the_files_and_counts_that_contradict_the_records(
    city: City, month: OpenMonth, clerk: Client
) -> None:
    with city_scope(city.id):
        factories.training(jurisdiction=county(city), held_on=dt.date(2023, 9, 5))
        file = factories.attachment(monthly_return=month.return_, title="签到表", uploaded_at=AT)
        change_field(
            return_id=month.return_.pk,
            project_id=None,
            field="trainings",
            text="3",
            seen="0",
            by=month.reporter,
            at=AT,
        )
    submit(month)

    page = clerk.get(at("desk-return", month))
    (head,) = page.context["rows"]
    assert [(one.cell.name, one.cell.text, one.cell.register_text) for one in head.fields] == [
        ("trainings", "3", "1")
    ]
    assert "与本系统的记录不一致" in page.text
    assert reverse("projects:attachment-file", args=[file.pk]) in page.text


def test_a_large_county_is_sent_back_with_every_box_of_its_page(
    city: City, month: OpenMonth, clerk: Client
) -> None:
    """Seventy projects of twenty fields: more boxes than Django takes by itself."""
    submit(month)
    boxes = {f"c:{uuid.uuid4()}:unit_count": "" for _ in range(1500)}
    written = {f"c:{month.projects[0].pk}:unit_count": "应为6家"}
    sent = clerk.post(at("desk-send-back", month), {**boxes, **written, "note": "请改"}, follow=True)
    assert "意见1条" in sent.text
    assert month.fresh().state == "RETURNED"


def test_accepted_after_a_question_and_remarks(city: City, month: OpenMonth, clerk: Client) -> None:
    submit(month)
    asked = clerk.get(at("desk-accept", month))
    assert "工程台账的进度、投资、状态和日期随本月报更新" in asked.text
    assert clerk.post(at("desk-accept", month), follow=True).status_code == 200
    assert month.fresh().state == "ACCEPTED"
    again = clerk.post(at("desk-accept", month))
    assert again.status_code == 422
    assert "现为“已受理”，不能受理" in again.text
    url = at("desk-remark", month)
    wrong = clerk.post(url, {"kind": "FIELD_ERROR", "project": "", "field": "", "note": "不符"})
    assert wrong.status_code == 422
    assert "请选择有错误的栏目。" in wrong.text
    given = {
        "kind": "FIELD_ERROR",
        "project": str(month.projects[0].pk),
        "field": "unit_count",
        "note": "应为6家",
    }
    assert "计入B3" in clerk.post(url, given, follow=True).text
    assert "参建单位数：应为6家" in clerk.get(at("desk-return", month)).text


def test_many_at_once_after_a_preview(city: City, month: OpenMonth, clerk: Client) -> None:
    submit(month)
    with city_scope(city.id):
        open_ = MonthlyReturn.objects.get(jurisdiction__short_name="三台县", month=SEPTEMBER.first)
    url = reverse("returns:desk-bulk", args=[SEPTEMBER])
    chosen = {"pk": [str(month.return_.pk), str(open_.pk)]}

    preview = clerk.get(url, {**chosen, "action": "return"})
    assert "将退回补正 1 份月报（选中 2 份）" in preview.text
    assert "不办理：现为“填报中”" in preview.text
    assert month.fresh().state == "SUBMITTED"
    assert clerk.post(url, {**chosen, "action": "return", "note": ""}).status_code == 422
    done = clerk.post(url, {**chosen, "action": "return", "note": "表头不符"}, follow=True)
    assert "已退回补正1份月报。" in done.text
    submit(month)
    accepted = clerk.post(url, {**chosen, "action": "accept"}, follow=True)
    assert "已受理1份月报。" in accepted.text
    assert month.fresh().state == "ACCEPTED"
    assert "没有选中任何一行" in clerk.get(url, {"action": "accept"}, follow=True).text
    assert "再选择要办理的事项" in clerk.get(url, chosen, follow=True).text


def test_whom_to_call(city: City, month: OpenMonth, clerk: Client) -> None:
    submit(month)
    with city_scope(city.id):
        clerk_user = person(city, Role.BUREAU_CHIEF)
        return_for_correction(return_id=month.return_.pk, comments=[], note="请改", by=clerk_user, at=AT)
    person(city, Role.COUNTY_REPORTER, where="三台县", name="三台填报员")
    page = clerk.get(reverse("returns:desk-calls", args=[SEPTEMBER]))
    assert page.context["listing"].total == 14  # sent back, or not submitted long after the term
    assert "0816-2345678" in page.text
    assert "三台填报员" in page.text
    values = assert_no_formula(
        clerk.get(reverse("returns:desk-calls", args=[SEPTEMBER]), {"export": "xlsx"}),
        "2023年9月月报催报名单",
    )
    assert "三台填报员" in values


def test_a_correction_is_decided_and_accepted_by_named_people(
    city: City, month: OpenMonth, clerk: Client
) -> None:
    submit(month)
    chief = person(city, Role.BUREAU_CHIEF, name="科长丁")
    with city_scope(city.id):
        accept_return(return_id=month.return_.pk, by=chief, at=AT)
        row = request_reopening(
            return_id=month.return_.pk,
            fields=[(month.projects[0].pk, "progress_percent"), (None, "trainings")],
            reason="进度填错",
            by=month.reporter,
            at=timezone.now(),
        )
    url = reverse("returns:desk-reopening", args=[row.pk])
    assert todos(city, chief)["待审批的补正"] == [f"审批 {url}"]
    assert "进度填错" in clerk.get(reverse("returns:desk-reopenings")).text
    mine = clerk.get(url)  # may look, may not decide
    assert mine.context["form"] is None
    assert clerk.post(url, {"decision": "approve", "workdays": 2, "note": ""}).status_code == 422
    deciding = client_of(chief)
    page = deciding.get(url)
    assert_no_inline_code(page)
    assert "表头：培训次数（次）" in page.text
    refused = deciding.post(url, {"decision": "refuse", "workdays": 2, "note": ""})
    assert refused.status_code == 422
    assert "不批准时请写明理由。" in refused.text
    assert (
        deciding.post(url, {"decision": "approve", "workdays": 2, "note": "同意"}, follow=True).status_code
        == 200
    )
    assert [key for key in todos(city, month.reporter) if "补正" in key] == ["已批准的补正"]
    change_at = timezone.now()
    with city_scope(city.id):
        change_field(
            return_id=month.return_.pk,
            project_id=month.projects[0].pk,
            field="progress_percent",
            text="66",
            seen="40",
            by=month.reporter,
            at=change_at,
        )
        submit_reopened(reopening_id=row.pk, by=month.reviewer, at=change_at)
    shown = clerk.get(url)
    assert ">66<" in shown.text
    refused = clerk.post(url, {"decision": "reject", "note": ""})
    assert refused.status_code == 422
    assert "不予受理时请写明理由。" in refused.text
    assert clerk.post(url, {"decision": "accept", "note": ""}, follow=True).status_code == 200
    with city_scope(city.id):
        assert ReturnReopening.objects.get(pk=row.pk).state == "ACCEPTED"
        month.projects[0].refresh_from_db()
    assert month.projects[0].progress_percent == 66


def test_what_waits_for_whom(city: City, month: OpenMonth) -> None:
    clerk = person(city, Role.BUREAU_SUPERVISOR)
    detail, desk = at("return-detail", month), at("desk-return", month)
    assert todos(city, month.reporter)["待填报的月报"][0].startswith("填报 ")
    with city_scope(city.id):
        hand_over(return_id=month.return_.pk, by=month.reporter, at=AT)
    assert todos(city, month.reviewer)["待审核的月报"] == [f"审核 {detail}"]
    with city_scope(city.id):
        submit_return(return_id=month.return_.pk, by=month.reviewer, at=AT)
    assert todos(city, clerk)["待受理的月报"] == [f"受理 {desk}"]
    with city_scope(city.id):
        comment = FieldComment(month.projects[0].pk, "unit_count", "错")
        return_for_correction(return_id=month.return_.pk, comments=[comment], note="错", by=clerk, at=AT)
    assert f"补正 {detail}" in todos(city, month.reporter)["被退回的月报"]
    assert "待受理的月报" not in todos(city, clerk)


def test_the_list_of_corrections_takes_as_many_queries_for_three_as_for_one(
    city: City, clerk: Client
) -> None:
    url = reverse("returns:desk-reopenings")

    def ask(place: str) -> None:
        row = factories.monthly_return(jurisdiction=county(city, place), state="ACCEPTED")
        factories.return_reopening(monthly_return=row)

    with city_scope(city.id):
        ask("北川县")
    one = queries(clerk, url)

    def ask_more() -> None:
        ask("三台县")
        ask("江油市")

    assert queries_after(city, clerk, url, ask_more) == one
    assert_no_formula(clerk.get(url, {"export": "xlsx"}), "补正申请")


def test_another_citys_return_is_not_there(city: City, other_city: City, clerk: Client) -> None:
    with city_scope(other_city.id):
        (first, *_) = open_returns(
            month=ReportingMonth(2023, 9), due_on=dt.date(2023, 10, 7), by="系统", at=AT
        )
    for name in ("desk-return", "desk-accept", "desk-remark"):
        assert clerk.get(reverse(f"returns:{name}", args=[first.pk])).status_code == 404
    assert clerk.post(reverse("returns:desk-send-back", args=[first.pk]), {"note": "x"}).status_code == 404
