"""A legal person's quality report from the opening to the score, as the people of the cast live it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from core.month import ReportingMonth
from messaging.models import Message
from projects.enums import ReportState
from projects.models import LegalPersonReport
from projects.rules.legal_person_form import check_marks, clean_field, missing_fields
from projects.selectors.legal_person_forms import form_for
from projects.services.legal_person_reports import (
    FieldsRefused,
    ReportRefused,
    assess_report,
    open_legal_person_reports,
    save_section,
    submit_report,
)
from scoring.services.return_opening import open_month
from tenancy.scope import city_scope
from tests import factories as f
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.scoring.facts.reading import facts

SEPTEMBER = ReportingMonth(2023, 9)
DUE = dt.date(2023, 10, 7)
OPENED = dt.datetime(2023, 10, 1, 0, 30, tzinfo=f.SHANGHAI)
FORM = form_for(SEPTEMBER)


def filled(section):
    """Valid text for every field of a section."""
    return {field.id: "无" if field.kind in ("text", "line") else "12" for field in section.fields}


@pytest.fixture
def firm(city):
    with city_scope(city.id):
        return f.organization(name="北川县禹泉水利建设管理有限公司")


@pytest.fixture
def report(city, firm):
    """Opened for the legal person of a key object under way in 北川县."""
    with city_scope(city.id):
        here = county(city)
        f.project(jurisdiction=here, legal_person=firm, is_key_object=True, name="北川县石泉水库工程")
        f.project(jurisdiction=here, is_key_object=True, status="PLANNED", started_on=None)
        f.project(jurisdiction=here, is_key_object=False)
        (opened,) = open_legal_person_reports(month=SEPTEMBER, due_on=DUE, by="系统", at=OPENED)
        assert open_legal_person_reports(month=SEPTEMBER, due_on=DUE, by="系统", at=OPENED) == []
    return opened


def url(report, name="report-detail", *further):
    return reverse(f"legal_person_reports:{name}", args=[report.pk, *further])


def reread(city, report):
    with city_scope(city.id):
        return LegalPersonReport.objects.get(pk=report.pk)


def fill(city, report, by):
    with city_scope(city.id):
        for section in FORM.sections:
            save_section(report_id=report.pk, section=section.id, values=filled(section), by=by, at=OPENED)


@time_machine.travel(dt.datetime(2023, 10, 6, 12, 0, tzinfo=f.SHANGHAI), tick=False)
def test_from_the_opening_to_the_score(city, firm, report):
    writer = person(city, Role.LEGAL_PERSON_REPORTER, organization_uscc=firm.uscc, name="法人填报员")
    clerk = person(city, Role.BUREAU_SUPERVISOR, name="监督员甲")
    owner, bureau = client_of(writer), client_of(clerk)

    # section by section; a slip is told beside its field, and gaps keep the report at home
    page = owner.post(
        url(report, "report-section", "progress"), {"done": "坝体填筑", "progress_percent": "146"}
    )
    assert page.status_code == 422
    assert "不能大于100" in page.text
    page = owner.post(
        url(report, "report-section", "progress"), {"done": "坝体填筑", "progress_percent": "４６％"}
    )
    assert page["Location"] == url(report, "report-section", "system")
    assert reread(city, report).content["sections"]["progress"]["progress_percent"] == "46"
    refused = owner.post(url(report, "report-submit"))
    assert refused.status_code == 422
    assert "“工程进展”中的“累计完成投资（万元）”等" in refused.text
    for section in FORM.sections:
        owner.post(url(report, "report-section", section.id), filled(section))
    owner.post(url(report, "report-attach"), {"title": "试块报告", "file": _upload(b"%PDF-1.7 report")})
    assert "试块报告" in owner.get(url(report)).text
    assert owner.post(url(report, "report-submit"))["Location"] == url(report)
    filed = reread(city, report)
    assert (filed.state, filed.submitted_on) == (ReportState.SUBMITTED, dt.date(2023, 10, 6))
    assert (filed.filler_name, filed.is_filed_by_county) == ("法人填报员", False)

    # sent back: the day of the first submission stays, whenever it comes again
    bureau.post(url(report, "report-return"), {"reason": "检测批次与监理月报不符"})
    assert "检测批次与监理月报不符" in owner.get(url(report)).text
    with time_machine.travel(dt.datetime(2023, 10, 9, 9, 0, tzinfo=f.SHANGHAI), tick=False):
        client_of(writer).post(url(report, "report-submit"))
    assert reread(city, report).submitted_on == dt.date(2023, 10, 6)

    # the sheet: every deduction with its reason, the sum is the score, and it is final
    marks = {f"points_{item.id}": str(item.full) for item in FORM.sheet}
    page = bureau.post(url(report, "report-assess"), {**marks, "points_testing": "15.5"})
    assert page.status_code == 422
    assert "扣了4.5分，请写明扣分理由" in page.text
    bureau.post(
        url(report, "report-assess"), {**marks, "points_testing": "15.5", "reason_testing": "平行检测不足"}
    )
    done = reread(city, report)
    assert (done.state, done.score, done.assessed_by_name) == (
        ReportState.ASSESSED,
        Decimal("95.5"),
        "监督员甲",
    )
    page = owner.get(url(report))
    assert_no_inline_code(page)
    assert "平行检测不足" in page.text
    assert bureau.post(url(report, "report-return"), {"reason": "再看"}).status_code == 302
    assert reread(city, report).state == ReportState.ASSESSED

    with city_scope(city.id):
        told = list(Message.objects.filter(recipient=writer).values_list("kind", flat=True))
    assert sorted(told) == ["REPORT_ASSESSED", "REPORT_DUE"]  # the account is younger than the opening


def _upload(data):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("report.pdf", data, "application/pdf")


def test_a_county_files_for_the_legal_person_and_says_so(city, report):
    reporter = person(city, Role.COUNTY_REPORTER)
    fill(city, report, reporter)
    page = client_of(reporter).get(url(report, "report-submit"))
    assert "县级代报" in page.text
    client_of(reporter).post(url(report, "report-submit"))

    assert reread(city, report).is_filed_by_county is True


def test_the_month_opens_with_the_counties_returns_and_feeds_b4(city, firm):
    """Due by the rubric's day; a late one counts in the month as due and not as on time."""
    with city_scope(city.id):
        f.project(jurisdiction=county(city), legal_person=firm, is_key_object=True)
        f.project(jurisdiction=county(city), is_key_object=True)
        open_month(month=SEPTEMBER, by="系统", at=OPENED)
        first, second = LegalPersonReport.objects.order_by("legal_person__name_pinyin")
        assert {first.due_on, second.due_on} == {DUE}
        for row, day in ((first, DUE), (second, DUE + dt.timedelta(days=1))):
            row.submitted_on = day
            row.save()
        values = facts()

    assert (values["key_owner_reports_due"], values["key_owner_reports_on_time"]) == (2, 1)


def test_nobody_else_finds_it(city, other_city, firm, report):
    with city_scope(city.id):
        other = f.organization()
    strangers = (
        person(city, Role.LEGAL_PERSON_REPORTER, organization_uscc=other.uscc),
        person(city, Role.COUNTY_REPORTER, where="平武县"),
        person(other_city, Role.BUREAU_CHIEF),
    )
    for stranger in strangers:
        client = client_of(stranger)
        assert client.get(url(report)).status_code == 404
        assert firm.name not in client.get(reverse("legal_person_reports:report-list")).text


def test_who_becomes_a_key_object_after_the_due_day_reports_from_the_next_month_on(city, firm):
    with city_scope(city.id):
        f.project(legal_person=firm, is_key_object=True)
        late = dt.datetime(2023, 10, 8, 0, 30, tzinfo=f.SHANGHAI)

        assert open_legal_person_reports(month=SEPTEMBER, due_on=DUE, by="系统", at=late) == []
        assert len(open_legal_person_reports(month=SEPTEMBER, due_on=DUE, by="系统", at=OPENED)) == 1


def test_what_is_filed_is_not_written_any_more(city, report):
    clerk = person(city, Role.BUREAU_CHIEF)
    fill(city, report, clerk)
    with city_scope(city.id):
        with pytest.raises(ReportRefused, match="不能这样办理"):
            assess_report(report_id=report.pk, marks={}, note="", by=clerk, at=OPENED)
        submit_report(report_id=report.pk, is_filed_by_county=True, by=clerk, at=OPENED)
        with pytest.raises(ReportRefused, match="不能这样办理"):
            save_section(report_id=report.pk, section="progress", values={}, by=clerk, at=OPENED)
        with pytest.raises(FieldsRefused, match="请填写"):
            assess_report(report_id=report.pk, marks={}, note="", by=clerk, at=OPENED)


def test_list_and_page_ask_as_much_for_three_as_for_one(city, firm, report):
    client = client_of(person(city, Role.BUREAU_CHIEF))
    address = reverse("legal_person_reports:report-list")

    def more():
        for month in (7, 8):
            f.legal_person_report(
                jurisdiction=report.jurisdiction,
                legal_person=firm,
                month=dt.date(2023, month, 1),
                state="ASSESSED",
                submitted_on=f.DAY,
                score=Decimal("80"),
                assessed_on=f.DAY,
                assessed_by_name="甲",
            )

    of_list, of_page = queries(client, address), queries(client, url(report))
    assert queries_after(city, client, address, more) == of_list
    assert queries(client, url(report)) == of_page
    page = client.get(url(report)).text
    assert "<svg" in page  # two scores make a trend
    assert_no_inline_code(client.get(address))
    cells = assert_no_formula(client.get(address, {"export": "xlsx"}), "项目法人质量管理月报")
    assert firm.name in str(cells)
    assert "是否按时" in cells
    assert {"按期", "迟报", "逾期未报"} & set(cells)


def test_the_form_is_whole(city):
    assert sum(item.full for item in FORM.sheet) == 100
    assert [section.title for section in FORM.sections][:2] == ["工程进展", "质量管理体系与人员到岗"]
    assert len(list(missing_fields(FORM, {}))) > 20
    counted = FORM.section("materials").fields[0]
    assert clean_field(counted, " １２ ") == "12"
    with pytest.raises(ValueError, match="应填整数"):
        clean_field(counted, "十二")
    marks = {item.id: (str(item.full), "") for item in FORM.sheet}
    assert check_marks(FORM, marks)[1] == {}
    for bad in ("20.3", "21", "-1", "", "1e1"):
        assert set(check_marks(FORM, {**marks, "system": (bad, "理由")})[1]) == {"system"}
