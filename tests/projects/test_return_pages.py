"""The county's pages of a return: filled in field by field, checked, handed over, submitted, sent back, corrected."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from projects.models import Attachment, Project, ReturnReopening
from projects.services.returns.accepting import FieldComment, accept_return, return_for_correction
from projects.services.returns.filling import add_line, change_field
from projects.services.returns.reopening import decide_reopening
from projects.services.returns.submitting import hand_over
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_inline_code, queries
from tests.projects.open_month import OpenMonth, open_month

PDF = b"%PDF-1.7 report"
AT = dt.datetime(2023, 10, 8, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def month(city: City) -> OpenMonth:
    return open_month(city, 2)


def at(name: str, month: OpenMonth, *more: object) -> str:
    return reverse(f"returns:{name}", args=[month.return_.pk, *more])


def save(client: Client, month: OpenMonth, *changes: dict[str, object]) -> Any:
    return client.post(
        at("return-save", month), json.dumps({"changes": changes}), content_type="application/json"
    )


def change(month: OpenMonth, field: str, text: str, seen: str, index: int | None = 0) -> dict[str, object]:
    project = "" if index is None else str(month.projects[index].pk)
    return {"project": project, "field": field, "text": text, "seen": seen}


def post(client: Client, url: str, **data: object) -> Any:
    return client.post(url, data, follow=True)


def hand_over_and_submit(month: OpenMonth) -> None:
    assert post(month.client, at("return-check", month), phone="0816-2345678").status_code == 200
    assert post(month.reviewing, at("return-check", month)).status_code == 200
    assert month.fresh().state == "SUBMITTED"


def test_fields_save_themselves_and_are_counted(month: OpenMonth) -> None:
    client = month.client
    saved = save(client, month, change(month, "progress_percent", " ４５.５０ ", "40"))
    assert saved.status_code == 200
    assert saved.json()["results"] == [
        {"status": 200, "text": "45.5", "problems": saved.json()["results"][0]["problems"]}
    ]
    assert (saved.json()["filled"], saved.json()["total"]) == (12, 12)
    assert [one["field"] for one in saved.json()["results"][0]["problems"]] == ["invested_wan_yuan"]
    assert month.line().progress_percent == 45.5

    blank = save(client, month, change(month, "award_price_wan_yuan", "", "860")).json()
    assert (blank["filled"], blank["total"]) == (11, 12)
    page = client.get(at("return-detail", month))
    assert_no_inline_code(page)
    assert "上月 860" in page.text
    assert "11 / 12" in page.text
    assert "未填" in page.text

    header = save(client, month, change(month, "trainings", "2", "0", None))
    assert header.status_code == 200
    assert "台账 0" in client.get(at("return-header", month)).text


def test_what_is_refused_is_told_at_the_field(month: OpenMonth) -> None:
    client = month.client
    wrong = save(client, month, change(month, "award_price_wan_yuan", "3862.5万", "860"))
    assert wrong.status_code == 422
    assert "“中标价（万元）”应填数字" in wrong.json()["results"][0]["sentence"]

    save(client, month, change(month, "unit_count", "6", "5"))
    conflict = save(client, month, change(month, "unit_count", "7", "5"))
    assert conflict.status_code == 409
    told = conflict.json()["results"][0]
    assert told["stored"] == "6"
    assert told["by"] == "填报员甲"
    assert "改为“6”" in told["sentence"]
    assert month.line().unit_count == 6

    block = save(
        client,
        month,
        change(month, "unit_count", "8", "6"),
        change(month, "key_person_count", "多", "9"),
        change(month, "unit_count", "9", "5", 1),
    )
    assert [one["status"] for one in block.json()["results"]] == [200, 422, 200]
    assert (month.line(0).unit_count, month.line(1).unit_count) == (8, 9)

    for bad in ("[]", "[" * 100_000):
        assert client.post(at("return-save", month), bad, content_type="application/json").status_code == 400
    for text in ("1" * 40, "9" * 5000, "0." + "3" * 40):
        for name in ("award_price_wan_yuan", "unit_count"):
            long = save(client, month, change(month, name, text, ""))
            assert long.status_code == 422, text
            assert long.json()["results"][0]["sentence"].startswith("“"), text
    stranger = factories_project(month.city, "平武县")
    foreign = save(client, month, {**change(month, "unit_count", "1", ""), "project": str(stranger.pk)})
    assert foreign.status_code == 422
    assert "没有这个工程" in foreign.json()["results"][0]["sentence"]


def factories_project(city: City, where: str) -> Project:
    with city_scope(city.id):
        return factories.project(jurisdiction=county(city, where))


def test_strangers_find_nothing_and_readers_write_nothing(month: OpenMonth) -> None:
    other = client_of(person(month.city, Role.COUNTY_REPORTER, where="平武县"))
    for name in (
        "return-detail",
        "return-header",
        "return-check",
        "return-history",
        "return-print",
        "line-add",
    ):
        assert other.get(at(name, month)).status_code == 404
    assert save(other, month, change(month, "unit_count", "7", "5")).status_code == 404
    assert str(month.return_.pk) not in other.get(reverse("returns:return-list")).text

    bureau = client_of(person(month.city, Role.BUREAU_SUPERVISOR))
    page = bureau.get(at("return-detail", month))
    assert page.status_code == 200
    assert "<return-grid" not in page.text
    assert "核对并送审" not in page.text
    assert save(bureau, month, change(month, "unit_count", "7", "5")).status_code == 403
    assert month.line().unit_count == 5


def test_from_the_filler_to_the_reviewer_to_the_bureau_and_back(month: OpenMonth) -> None:
    reporter, reviewer = month.client, month.reviewing
    save(reporter, month, change(month, "progress_percent", "30", "40"))
    check = reporter.get(at("return-check", month))
    assert "由上月的40减少为30" in check.text
    refused = reporter.post(at("return-check", month), {"phone": "0816-2345678"})
    assert refused.status_code == 422
    assert "还有1处错误" in refused.text
    save(reporter, month, change(month, "decrease_reason", "复核后更正", ""))

    assert "核对并报送" not in reviewer.get(at("return-detail", month)).text
    post(reporter, at("return-check", month), phone="0816-2345678")
    locked = save(reporter, month, change(month, "unit_count", "7", "5"))
    assert locked.status_code == 422
    assert "送审" in locked.json()["results"][0]["sentence"]
    assert "<return-grid" not in reporter.get(at("return-detail", month)).text

    back = post(reviewer, at("return-send-back", month), note="演示堤防工程001的参建单位应为6个")
    assert "已退回填报人" in back.text
    assert "参建单位应为6个" in reporter.get(at("return-detail", month)).text
    save(reporter, month, change(month, "unit_count", "6", "5"))
    hand_over_and_submit(month)
    assert month.fresh().filler_name == "填报员甲"
    assert "第 1 版报送市局" in reporter.get(at("return-history", month)).text


def submitted_and_returned(month: OpenMonth) -> None:
    hand_over_and_submit(month)
    clerk = person(month.city, Role.BUREAU_SUPERVISOR, name="受理人丙")
    comments = [
        FieldComment(month.projects[0].pk, "award_price_wan_yuan", "与合同不一致"),
        FieldComment(None, "trainings", "与培训记录不一致"),
    ]
    with city_scope(month.city.id):
        return_for_correction(return_id=month.return_.pk, comments=comments, note="请更正", by=clerk, at=AT)


def test_a_returned_month_opens_only_what_was_asked_for(month: OpenMonth) -> None:
    submitted_and_returned(month)
    client = month.client

    page = client.get(at("return-detail", month)).text
    assert "市局退回补正" in page
    # the project stands in two versions now
    assert client.get(at("line-remove", month, month.projects[0].pk)).status_code == 200
    assert "意见：与合同不一致" in page
    assert "is-locked" in page
    assert f"{at('return-row', month, month.projects[0].pk)}#f-award_price_wan_yuan" in page
    assert save(client, month, change(month, "unit_count", "7", "5")).status_code == 422
    assert save(client, month, change(month, "award_price_wan_yuan", "870", "860")).status_code == 200
    hand_over_and_submit(month)
    compared = client.get(at("return-compare", month), {"a": 1, "b": 2}).text
    assert "<del>860</del>" in compared
    assert "<ins>870</ins>" in compared
    assert "860" in client.get(at("return-version", month, 1)).text
    history = client.get(at("return-history", month)).text
    assert "与培训记录不一致" in history
    assert "退回补正" in history
    assert client.get(at("return-compare", month), {"a": 1, "b": 9}).status_code == 404


def test_a_correction_is_asked_for_granted_and_expires(month: OpenMonth) -> None:
    hand_over_and_submit(month)
    clerk, chief = (person(month.city, role) for role in (Role.BUREAU_SUPERVISOR, Role.BUREAU_CHIEF))
    with city_scope(month.city.id):
        accept_return(return_id=month.return_.pk, by=clerk, at=AT)
    client, url = month.client, at("return-reopen", month)
    assert "申请补正" in client.get(at("return-history", month)).text

    half = client.post(url, {"reason": "录入有误", "line_fields": ["unit_count"]})
    assert half.status_code == 422
    assert "工程和栏目都要选" in half.text
    choice = {"reason": "录入有误", "line_fields": ["unit_count"], "projects": [str(month.projects[0].pk)]}
    assert "申请已提交" in post(client, url, **choice).text
    assert "已有一份未办结" in client.post(url, choice).text
    with city_scope(month.city.id):
        reopening = ReturnReopening.objects.get()
        long_ago = AT + dt.timedelta(days=1)
        decide_reopening(reopening_id=reopening.pk, approve=True, note="", by=chief, at=long_ago)

    page = client.get(at("return-detail", month)).text
    assert "补正期限已于" in page, "the term of 2023 is over"
    assert save(client, month, change(month, "unit_count", "7", "5")).status_code == 422
    refused = month.reviewing.post(at("return-check", month))
    assert refused.status_code == 422
    assert "届满" in refused.text


def test_a_nil_return_is_signed_by_the_reviewer(city: City) -> None:
    month = open_month(city, 0)
    post(month.client, at("return-check", month), phone="0816-2345678")
    reviewer = month.reviewing
    page = reviewer.get(at("return-check", month)).text
    assert "签署并报送零报告" in page
    empty = reviewer.post(at("return-check", month), {"statement": "本月没有在建工程。"})
    assert empty.status_code == 422
    assert "请选择零报告涵盖的事项" in empty.text
    post(reviewer, at("return-check", month), statement="本月没有在建工程。", covers=["projects", "tests"])
    row = month.fresh()
    assert row.is_nil
    assert row.reviewer_name == "审核人乙"
    assert "零报告" in month.client.get(at("return-detail", month)).text
    assert "本月没有在建工程" in month.client.get(at("return-print", month)).text


def test_lines_come_and_go_with_a_reason(month: OpenMonth) -> None:
    client = month.client
    new = factories_project(month.city, "北川县")
    assert new.name in client.get(at("line-add", month)).text
    post(client, at("line-add", month), project=str(new.pk))
    assert new.name in client.get(at("return-detail", month)).text

    remove = at("line-remove", month, new.pk)
    assert client.post(remove, {"reason": ""}).status_code == 422
    post(client, remove, reason="本月尚未开工")
    assert new.name not in client.get(at("return-detail", month)).text
    assert client.get(at("line-remove", month, factories_project(month.city, "平武县").pk)).status_code == 404


def test_files_come_and_go_while_the_return_is_open(month: OpenMonth) -> None:
    client, url = month.client, at("return-files", month)
    file = SimpleUploadedFile("签到表.pdf", PDF)
    assert "附件已上传" in client.post(url, {"title": "培训签到表", "file": file}, follow=True).text
    with city_scope(month.city.id):
        attachment = Attachment.objects.get()
    assert client.get(reverse("projects:attachment-file", args=[attachment.pk])).content == PDF
    wrong = client.post(url, {"title": "程序", "file": SimpleUploadedFile("a.exe", b"MZ\x90")})
    assert wrong.status_code == 422
    assert "不是可以接收的格式" in wrong.text
    assert "附件已移除" in post(client, at("return-file-remove", month, attachment.pk), reason="传错了").text

    hand_over_and_submit(month)
    late = client.post(url, {"title": "补充", "file": SimpleUploadedFile("b.pdf", PDF)})
    assert late.status_code == 422
    with city_scope(month.city.id):
        assert not Attachment.objects.exists()


def test_a_page_that_was_overtaken_by_the_handing_over_changes_no_file(
    month: OpenMonth, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, url = month.client, at("return-files", month)
    post(client, url, title="培训签到表", file=SimpleUploadedFile("签到表.pdf", PDF))
    with city_scope(month.city.id):
        attachment = Attachment.objects.get()
        hand_over(return_id=month.return_.pk, by=month.reporter, at=timezone.now())
    monkeypatch.setattr("projects.views.return_record.is_editable", lambda *args: True)

    late = client.post(url, {"title": "补充", "file": SimpleUploadedFile("b.pdf", PDF + b"2")})
    gone = client.post(at("return-file-remove", month, attachment.pk), {"reason": "传错了"})

    for refused in (late, gone):
        assert refused.status_code == 422
        assert "送审，审核人退回后才能修改。" in refused.text
    with city_scope(month.city.id):
        assert Attachment.objects.get() == attachment


def test_a_file_that_was_submitted_stays_with_its_version(month: OpenMonth) -> None:
    client, url = month.client, at("return-files", month)
    post(client, url, title="培训签到表", file=SimpleUploadedFile("签到表.pdf", PDF))
    submitted_and_returned(month)
    post(client, url, title="更正说明", file=SimpleUploadedFile("更正.pdf", PDF + b"2"))
    with city_scope(month.city.id):
        first, second = Attachment.objects.order_by("uploaded_at")

    assert client.get(url).text.count(">移除</a>") == 1
    refused = client.post(at("return-file-remove", month, first.pk), {"reason": "传错了"})
    assert refused.status_code == 422
    assert "“培训签到表”已随第1版报送，不能移除" in refused.text
    paper = client.get(at("return-version", month, 1)).text
    assert "培训签到表" in paper
    assert "更正说明" not in paper, "it came after the first version"
    assert "更正说明" in client.get(at("return-print", month)).text
    assert "附件已移除" in post(client, at("return-file-remove", month, second.pk), reason="传错了").text


def test_without_a_script_a_row_is_a_form(month: OpenMonth) -> None:
    client = month.client
    row = at("return-row", month, month.projects[0].pk)
    page = client.get(row)
    assert_no_inline_code(page)
    assert 'name="seen-unit_count" value="5"' in page.text
    post(client, row, **{"unit_count": "6", "seen-unit_count": "5", "note": "", "seen-note": ""})
    assert month.line().unit_count == 6

    data = {
        "unit_count": "很多",
        "seen-unit_count": "6",
        "key_person_count": "10",
        "seen-key_person_count": "9",
    }
    refused = client.post(row, data)
    assert refused.status_code == 422
    assert "没有保存" in refused.text
    assert 'value="很多"' in refused.text
    assert month.line().key_person_count == 10, "what is right is saved"
    stale = client.post(row, {"unit_count": "9", "seen-unit_count": "5"})
    assert stale.status_code == 422
    assert "改为“6”" in stale.text

    header = at("return-header", month)
    post(client, header, **{"trainings": "3", "seen-trainings": "0"})
    assert 'value="3"' in client.get(header).text


def test_filters_show_the_rows_that_need_work(month: OpenMonth) -> None:
    client = month.client
    save(client, month, change(month, "award_price_wan_yuan", "", "860", 1))
    first, second = (project.name for project in month.projects)
    url = at("return-detail", month)
    missing = client.get(url, {"show": "missing"}).text
    assert second in missing
    assert first not in missing
    assert first not in client.get(url, {"show": "changed", "q": "002"}).text
    scored = client.get(url, {"cols": "scored"}).text
    assert 'data-columns="award_price_wan_yuan ' in scored
    assert "下月重要隐蔽" not in scored.split("<tbody>")[0].split("<thead>")[1]
    assert client.get(url, {"page": "99", "show": "x", "cols": "y"}).status_code == 200


def test_pages_cost_the_same_whatever_the_number_of_projects(city: City) -> None:
    month = open_month(city, 1)
    names = (
        "return-detail",
        "return-header",
        "return-check",
        "return-history",
        "return-files",
        "return-print",
    )
    urls = [*(at(name, month) for name in names), at("return-row", month, month.projects[0].pk)]
    listed = reverse("returns:return-list")
    few = [queries(month.client, url) for url in (*urls, listed)]
    with city_scope(city.id):
        for number in (5, 6, 7):
            factories.monthly_return(jurisdiction=county(city), month=dt.date(2023, number, 1))
            project = factories.project(jurisdiction=county(city))
            add_line(return_id=month.return_.pk, project_id=project.pk, by=month.reporter, at=AT)

    assert [queries(month.client, url) for url in (*urls, listed)] == few


def test_two_hundred_projects_stay_light(city: City) -> None:
    month = open_month(city, 200, progress_percent=None)
    page = month.client.get(at("return-detail", month))
    assert_no_inline_code(page)
    assert page.text.count("<tr id=") == 50
    assert month.client.get(at("return-detail", month), {"page": 4}).text.count("<tr id=") == 50


def test_the_county_home_begins_with_the_open_return(month: OpenMonth) -> None:
    def home(client: Client) -> str:
        return client.get(reverse("home")).text

    text = home(month.client)
    assert "2023年9月月报待填报" in text
    assert text.index(at("return-detail", month)) < text.index("个问题逾期")
    post(month.client, at("return-check", month), phone="0816-2345678")
    assert "2023年9月月报待审核人报送" in home(month.reviewing)
    post(month.reviewing, at("return-check", month))
    assert "2023年9月月报待" not in home(month.client)


def test_the_list_tells_how_each_month_stands(month: OpenMonth) -> None:
    page = month.client.get(reverse("returns:return-list"))
    assert_no_inline_code(page)
    assert "2023年9月" in page.text
    assert "逾期未报" in page.text
    assert "#item-B1" in page.text


def test_a_change_by_another_hand_is_in_the_answer(month: OpenMonth) -> None:
    second = person(month.city, Role.COUNTY_REPORTER, where="北川县", name="填报员丁")
    with city_scope(month.city.id):
        change_field(
            return_id=month.return_.pk,
            project_id=month.projects[0].pk,
            field="key_work_count",
            text="7",
            seen="4",
            by=second,
            at=AT,
        )
    told = save(month.client, month, change(month, "key_work_count", "5", "4"))
    assert told.status_code == 409
    assert told.json()["results"][0]["by"] == "填报员丁"


def test_a_pasted_block_reads_the_draft_once(month: OpenMonth) -> None:
    cells = [
        change(month, "unit_count", "6", "5"),
        change(month, "key_person_count", "x", "9"),
        change(month, "note", "停工", ""),
    ]
    with CaptureQueriesContext(connection) as ran:
        answer = save(month.client, month, *cells)
    assert [one["status"] for one in answer.json()["results"]] == [200, 422, 200]
    assert sum("FOR UPDATE" in one["sql"] and "monthlyreturn" in one["sql"] for one in ran) == 1
