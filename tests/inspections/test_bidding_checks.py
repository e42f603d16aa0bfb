"""招投标核查: a check by nine matters, its problem, and the notice that the bureau issues."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from enforcement.enums import NoticeState, NoticeSubject
from enforcement.models import RectificationNotice
from enforcement.services.bidding_notices import draft_bidding_notice
from enforcement.services.notices import NoticeRefused
from inspections.enums import BiddingMatter
from inspections.models import BiddingCheck
from inspections.selectors.bidding import matter_table
from inspections.services.bidding import BiddingText, edit_bidding_check, record_bidding_check
from inspections.services.check_writing import CheckRefused
from reports.gongwen.builders import build
from reports.services.documents import facts_of
from reports.services.month_documents import draft_rectification_notice
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries

SignIn = Callable[..., Client]
AT = dt.datetime(2023, 9, 20, 9, 0, tzinfo=factories.SHANGHAI)
DAY = dt.date(2023, 9, 12)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def text(**given: Any) -> BiddingText:
    values: dict[str, Any] = {
        "project": None,
        "matter": BiddingMatter.CONDITIONS,
        "source": "SPOT_CHECK",
        "source_note": "",
        "checked_on": DAY,
        "checked_by": "陈某、李某",
        "has_problem": True,
        "result": "将注册资本金作为加分条件",
        "handling": "立即改正招标文件并通报",
    }
    return BiddingText(**{**values, **given})


def test_a_problem_leads_to_a_notice_about_bidding(city: City) -> None:
    chief, place = person(city, Role.BUREAU_CHIEF), county(city)
    act: dict[str, Any] = {"by": chief, "at": AT}
    with city_scope(city.id):
        project = factories.project(jurisdiction=place, name="安昌河堤防工程")
        elsewhere = factories.project(jurisdiction=county(city, "平武县"))
        for wrong, words in (
            ({"handling": " "}, "处理意见"),
            ({"result": ""}, "核查结果"),
            ({"source": "COMPLAINT"}, "来源的文号"),
            ({"project": elsewhere}, "不在北川县"),
            ({"checked_on": dt.date(2023, 9, 21)}, "晚于今天"),
        ):
            with pytest.raises(CheckRefused, match=words):
                record_bidding_check(county=place, level="CITY", text=text(**wrong), **act)
        clean = record_bidding_check(
            county=place, level="COUNTY", text=text(has_problem=False, result="", handling=""), **act
        )
        row = record_bidding_check(county=place, level="CITY", text=text(project=project), **act)
        due: dict[str, Any] = {"addressee": project.legal_person, "due_on": dt.date(2023, 10, 20), **act}
        with pytest.raises(NoticeRefused, match="没有发现问题"):
            draft_bidding_notice(check_id=clean.pk, **due)
        notice = draft_bidding_notice(check_id=row.pk, **due)
        assert (notice.subject, notice.state) == (NoticeSubject.BIDDING, NoticeState.DRAFT)
        with pytest.raises(NoticeRefused, match="已经起草"):
            draft_bidding_notice(check_id=row.pk, **due)
        with pytest.raises(CheckRefused, match="不能再修改"):
            edit_bidding_check(check_id=row.pk, text=text(), **act)
        document = draft_rectification_notice(notice_id=notice.pk, **act)
        content = build(facts_of(document), {})
        words = str(content)
        assert "安昌河堤防工程招标投标问题的整改通知书" in words.replace("\\n", "").replace("\u2060", "")
        for told in (
            "将注册资本金作为加分条件",
            "立即改正招标文件并通报",
            "《中华人民共和国招标投标法》",
            row.number,
        ):
            assert told in words
        assert "水利工程质量管理规定" not in words
        table = matter_table(DAY, list(Jurisdiction.objects.counties()))
        line = next(one for one in table.rows if one.place == place)
        assert (line.total.count, line.total.problems) == (2, 1)
        assert line.cells[BiddingMatter.values.index("CONDITIONS")].problems == 1
        assert len(table.matters) == 9


def test_the_whole_walk_by_the_pages(city: City, other_city: City, sign_in: SignIn, media: Path) -> None:
    own, chief = sign_in(Role.COUNTY_SUPERVISOR), sign_in(Role.BUREAU_CHIEF)
    today, listed = timezone.localdate(), reverse("bidding:list")
    with city_scope(city.id):
        project = factories.project(jurisdiction=county(city))
    data = {
        "project": project.pk,
        "matter": "COLLUSION",
        "source": "COMPLAINT",
        "source_note": "信访〔2023〕8号",
        "checked_on": today,
        "checked_by": "陈某",
        "has_problem": "yes",
        "result": "两家投标文件错误一致",
    }
    refused = own.post(reverse("bidding:new"), data)
    assert "必须写明处理意见" in refused.text
    page = own.post(reverse("bidding:new"), data | {"handling": "移送并整改"})["Location"]
    pk = page.rsplit("/", 1)[1]
    with (media / "x.pdf").open("wb+") as file:
        file.write(b"%PDF-1.7 bids")
        file.seek(0)
        form = {"title": "投标文件", "file": file}
        assert own.post(reverse("bidding:evidence-add", args=[pk]), form).status_code == 302
    edit = reverse("bidding:edit", args=[pk])
    assert_no_inline_code(own.get(edit))
    assert own.post(edit, data | {"handling": "移送、整改"}).status_code == 302
    with city_scope(city.id):
        row = BiddingCheck.objects.get()
        assert (row.handling, row.organizer_level) == ("移送、整改", "COUNTY")
        file_url = reverse("bidding:file", args=[row.evidence.get().pk])
    assert own.get(file_url).content == b"%PDF-1.7 bids"
    draft = reverse("enforcement:notice-of-bidding", args=[pk])
    assert sign_in(Role.COUNTY_REPORTER).get(draft).status_code == 403
    form = {"addressee": project.legal_person.uscc, "due_on": today}
    notice_url = chief.post(draft, form)["Location"]
    with city_scope(city.id):
        assert RectificationNotice.objects.get().bidding_check == row
    assert row.number in chief.get(notice_url).text
    for url in (page, listed, draft):
        assert_no_inline_code(chief.get(url))
    assert chief.post(edit, data | {"handling": "不予处理"}).status_code == 302
    assert edit not in chief.get(page).text, "the office that checked puts it right"
    with city_scope(city.id):
        assert BiddingCheck.objects.get().handling == "移送、整改"
    assert row.number in assert_no_formula(chief.get(listed, {"export": "xlsx"}), "招投标核查")
    assert row.number in chief.get(listed, {"problem": "True", "matter": "COLLUSION"}).text
    assert row.number not in chief.get(listed, {"problem": "False"}).text
    for stranger in (
        sign_in(Role.COUNTY_SUPERVISOR, where="三台县"),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ):
        assert [stranger.get(url).status_code for url in (page, edit, file_url)] == [404] * 3
        assert row.number not in stranger.get(listed).text


def test_list_and_page_take_a_fixed_number_of_queries(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        project = factories.project()
        row = factories.bidding_check(jurisdiction=project.jurisdiction, project=project)
        factories.notice(bidding_check=row)
    pages = [reverse("bidding:list"), reverse("bidding:detail", args=[row.pk])]
    before = [queries(chief, url) for url in pages]
    with city_scope(city.id):
        for _ in range(2):
            factories.bidding_check(project=factories.project())
            factories.notice(bidding_check=row)
    assert [queries(chief, url) for url in pages] == before
