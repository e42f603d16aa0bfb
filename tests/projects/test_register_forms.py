"""Bad input, decreases, overtaken forms, what may not go: each answered at its field, nothing half written."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from projects.enums import WorkLevel
from projects.models import (
    Attendance,
    ContractSection,
    FilingType,
    Project,
    QualityFiling,
    SectionProgress,
    SupervisionRegistration,
    WorkItem,
)
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county
from tests.pages import assert_no_inline_code, queries, queries_after
from tests.projects.test_register_story import NEW, add, project_form

SignIn = Callable[..., Client]


@pytest.fixture
def project(city: City) -> Project:
    with city_scope(city.id):
        owner = factories.organization(name="北川县水利建设服务中心")
        return factories.project(jurisdiction=county(city), legal_person=owner)


@pytest.fixture
def clerk(sign_in: SignIn) -> Client:
    return sign_in(Role.COUNTY_REPORTER)


def errors(answer: Any) -> dict[str, str]:
    """field → sentence, as the page shows them; "" for the form."""
    assert answer.status_code == 422
    return {
        "" if name == "__all__" else name: "".join(lines)
        for name, lines in answer.context["form"].errors.items()
    }


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"name": ""}, "name", "请填写工程名称"),
        ({"name": "甲\u202e乙"}, "name", "不可见的格式字符"),
        ({"name": "长" * 201}, "name", "不超过 200 字"),
        ({"category": "X"}, "category", "工程类别没有“X”这一项"),
        ({"approved_estimate_wan_yuan": "3862.5万"}, "approved_estimate_wan_yuan", "不是数字"),
        ({"approved_estimate_wan_yuan": "1.234"}, "approved_estimate_wan_yuan", "最多 2 位小数"),
        ({"approved_estimate_wan_yuan": "9" * 13}, "approved_estimate_wan_yuan", "最多 12 位整数"),
        ({"approved_estimate_wan_yuan": "9" * 40}, "approved_estimate_wan_yuan", "最多 12 位整数"),
        ({"approved_estimate_wan_yuan": "0." + "3" * 40}, "approved_estimate_wan_yuan", "最多 2 位小数"),
        ({"approved_duration_days": "9" * 5000}, "approved_duration_days", "整数最多30位"),
        ({"approved_duration_days": "1.5"}, "approved_duration_days", "不是整数"),
        ({"started_on": "2023-02-30"}, "started_on", "应写成 2023-10-12 的形式"),
        ({"started_on": "0023-02-03"}, "started_on", "年份不对"),
        ({"longitude": "31.8", "latitude": "104.4"}, "longitude", "填反了"),
        ({"legal_person": "没有的单位"}, "legal_person", "没有找到“没有的单位”"),
        ({"funding_source": ["彩票"]}, "funding_source", "资金来源没有“彩票”这一项"),
        ({"site_standing": ""}, "site_standing", "须说明标准化工地"),
        ({"status": "PLANNED", "started_on": "", "finished_on": "2024-01-01"}, "finished_on", "建设状态应为"),
    ],
)
def test_bad_input_of_a_project(
    change: dict[str, Any], field: str, words: str, city: City, project: Project, clerk: Client
) -> None:
    answer = clerk.post(NEW, project_form(project.legal_person, **change))

    assert words in errors(answer)[field]
    assert answer.text.count(f"{words}") >= 1
    with city_scope(city.id):
        assert Project.objects.count() == 1


def test_taken_code_and_name_are_told_at_their_fields(project: Project, clerk: Client) -> None:
    code = clerk.post(NEW, project_form(project.legal_person, code=project.code))
    name = clerk.post(NEW, project_form(project.legal_person, name=project.name))

    assert "已被本市另一个工程使用" in errors(code)["code"]
    assert "同一县区已有同名的工程" in errors(name)["name"]


def test_the_legal_person_is_found_by_initials_and_chosen_among_several(
    city: City, project: Project, clerk: Client
) -> None:
    with city_scope(city.id):
        other = factories.organization(name="北川县水利工程建设管理局")
        factories.project(jurisdiction=county(city), legal_person=other)
    form = project_form(project.legal_person, legal_person="北川县水利")
    asked = clerk.post(NEW, form)
    assert "有 2 家单位符合" in errors(asked)["legal_person"]
    assert other.uscc in asked.text
    assert clerk.post(NEW, {**form, "legal_person_pick": other.uscc}).status_code == 302
    by_initials = project_form(other, legal_person="bcxsljsfwzx", code="B2", name="另一工程")
    assert clerk.post(NEW, by_initials).status_code == 302
    with city_scope(city.id):
        assert Project.objects.get(code="BC-2023-01").legal_person == other
        assert Project.objects.get(code="B2").legal_person == project.legal_person


def test_an_overtaken_form_writes_nothing(city: City, project: Project, clerk: Client) -> None:
    address = reverse("projects:project-edit", args=[project.pk])
    page = clerk.get(address)
    assert_no_inline_code(page)
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', page.text)
    assert seen is not None
    form = project_form(project.legal_person, code=project.code, name=project.name, seen=seen[1])
    assert clerk.post(address, {**form, "scale": "甲"}).status_code == 302

    late = clerk.post(address, {**form, "scale": "乙"})

    assert "刚被他人修改过" in errors(late)[""]
    with city_scope(city.id):
        assert Project.objects.get().scale == "甲"


def test_progress_of_a_section_month_by_month(city: City, project: Project, clerk: Client) -> None:
    with city_scope(city.id):
        section = factories.contract_section(project=project)
    address = reverse("projects:section-progress", args=[section.pk])

    def send(month: str, percent: str, invested: str, reason: str = "") -> Any:
        form = {"month": month, "progress_percent": percent, "invested_wan_yuan": invested}
        return clerk.post(address, {**form, "decrease_reason": reason})

    assert send("2023-07", "20", "500").status_code == 302
    assert send("2023-09", "40", "900").status_code == 302
    less = errors(send("2023-10", "39.5", "900"))
    assert "少于 2023-09 的 40" in less["progress_percent"]
    assert "多于后一个月 2023-09" in errors(send("2023-08", "41", "800"))["progress_percent"]
    assert "不能大于 100" in errors(send("2023-10", "101", "900"))["progress_percent"]
    assert "还没有到" in errors(send("2099-01", "50", "900"))["month"]
    assert "不是有效的月份" in errors(send("2023-13", "50", "900"))["month"]
    assert send("2023-10", "39.5", "900", "复核工程量核减").status_code == 302
    assert send("2023-09", "41", "900").status_code == 302
    page = clerk.get(address, {"month": "2023-10"}).text
    assert "复核工程量核减" in page
    assert "row-warn" in page
    with city_scope(city.id):
        rows = SectionProgress.objects.order_by("month").values_list("progress_percent", flat=True)
        assert [float(one) for one in rows] == [20, 41, 39.5]


def test_rows_with_history_stay_unused_ones_go(city: City, project: Project, clerk: Client) -> None:
    with city_scope(city.id):
        used, unused = (factories.contract_section(project=project) for _ in range(2))
        factories.section_progress(section=used)
        unit_work = factories.work_item(project=project)
        division = factories.work_item(project=project, level=WorkLevel.DIVISION, parent=unit_work)
        accepted = factories.key_work(project=project, accepted_on=dt.date(2023, 9, 1))

    def remove(kind: str, row: Any) -> Any:
        return clerk.post(reverse("projects:record-remove", args=[kind, row.pk]))

    for answer, words in (
        (remove("sections", used), "请填写合同完工日期"),
        (remove("works", unit_work), "下已有分部工程"),
        (remove("key-works", accepted), "已有实际验收日期"),
        (clerk.post(reverse("projects:project-remove", args=[project.pk])), "不能删除"),
    ):
        assert answer.status_code == 409
        assert words in answer.text
    assert remove("sections", unused).status_code == remove("works", division).status_code == 302
    assert clerk.get(reverse("projects:record-remove", args=["acceptances", project.pk])).status_code == 404
    with city_scope(city.id):
        assert list(ContractSection.objects.all()) == [used]
        assert list(WorkItem.objects.all()) == [unit_work]


def test_each_record_says_what_is_wrong(city: City, project: Project, clerk: Client) -> None:
    with city_scope(city.id):
        taken = factories.contract_section(project=project)
        elsewhere = factories.work_item(project=factories.project(jurisdiction=project.jurisdiction))
        old = factories.filing_type(effective_to=dt.date(2023, 1, 31))
        now = factories.filing_type()

    def told(record: str, /, **form: str) -> dict[str, str]:
        return errors(add(clerk, project, record, **form))

    assert "相同编号的标段" in told("sections", code=taken.code, name="乙标")["code"]
    dates = {"starts_on": "2023-09-02", "ends_on": "2023-09-01"}
    assert "合同完工日期早于合同开工日期" in told("sections", code="X", name="乙", **dates)["ends_on"]
    assert (
        "不能小于" in told("sections", code="X", name="乙", award_price_wan_yuan="0")["award_price_wan_yuan"]
    )
    division = {"level": "DIVISION", "code": "1-1", "name": "甲"}
    assert "分部工程要选所属的单位工程" in told("works", **division)["parent"]
    assert "不存在或不在可选范围" in told("works", **division, parent=str(elsewhere.pk))["parent"]
    key_work = {"name": "甲", "kind": "CRITICAL", "accepted_on": "2099-01-01"}
    assert "实际验收日期 2099-01-01 还没有到" in told("key-works", **key_work)["accepted_on"]
    register = {"number": "J1", "registered_on": "2023-09-02", "plan_on": "2023-09-01"}
    assert "监督计划印发日期早于办理日期" in told("registrations", **register)["plan_on"]
    acceptance = {"kind": "DIVISION", "subject": "甲", "notified_on": "2023-09-02", "held_on": "2023-09-01"}
    assert "验收日期早于通知日期" in told("acceptances", **acceptance)["held_on"]
    report = {**acceptance, "held_on": "2023-09-03", "report_number": "报告1号"}
    assert "没有列席的验收不出监督报告" in told("acceptances", **report)["report_number"]
    filing = {"subject": "甲", "received_on": "2023-09-01"}
    assert "不在可选范围" in told("filings", **filing, type=str(old.pk))["type"]
    future = {"subject": "甲", "received_on": "2099-09-01", "type": str(now.pk)}
    assert "收到日期 2099-09-01 还没有到" in told("filings", **future)["received_on"]
    defect = {"part": "甲", "description": "乙", "found_on": "2023-09-02", "filed_on": "2023-09-01"}
    assert "备案日期早于发现日期" in told("defects", **defect)["filed_on"]
    assert add(clerk, project, "registrations", number="J1", registered_on="2023-09-02").status_code == 302
    again = told("registrations", number="J2", registered_on="2023-09-02")
    assert "已经登记监督手续" in again[""]
    with city_scope(city.id):
        assert SupervisionRegistration.objects.count() == 1


def test_terms_follow_the_configuration_of_their_day(city: City, project: Project, sign_in: SignIn) -> None:
    chief, clerk = sign_in(Role.BUREAU_CHIEF), sign_in(Role.COUNTY_REPORTER)
    listed = reverse("projects:filing-type-list")
    assert clerk.get(listed).status_code == 403
    assert "分部工程质量评定核备" in chief.get(listed).text
    with city_scope(city.id):
        old = FilingType.objects.get(kind="DIVISION")
    edit = reverse("projects:filing-type-edit", args=[old.pk])
    form = {"kind": "DIVISION", "label": old.label, "term_workdays": "15", "effective_from": "2008-01-01"}
    assert chief.post(edit, {**form, "effective_to": "2023-08-31"}).status_code == 302
    new = {**form, "label": "分部工程备查", "term_workdays": "5", "effective_from": "2023-09-01"}
    assert chief.post(reverse("projects:filing-type-new"), new).status_code == 302
    bad = chief.post(reverse("projects:filing-type-new"), {**new, "term_workdays": "0"})
    assert "应在 1 至 120 之间" in errors(bad)["term_workdays"]
    assert "已经有了" in errors(chief.post(reverse("projects:filing-type-new"), new))["label"]
    with city_scope(city.id):
        kind = FilingType.objects.get(label="分部工程备查")
    answer = add(clerk, project, "filings", type=str(kind.pk), subject="甲", received_on="2023-09-01")
    assert answer.status_code == 302
    with city_scope(city.id):
        assert QualityFiling.objects.get().due_on == dt.date(2023, 9, 8)
    fixed = reverse("projects:filing-type-edit", args=[kind.pk])
    assert "已有核备按这个事项办理" in errors(chief.post(fixed, {**new, "term_workdays": "9"}))[""]


def test_a_point_is_picked_on_the_sheet_without_a_script(city: City, project: Project, clerk: Client) -> None:
    with city_scope(city.id):
        factories.project(
            jurisdiction=project.jurisdiction, longitude="104.40", latitude="31.90", name="邻近工程"
        )
    address = reverse("projects:project-position", args=[project.pk])
    page = clerk.get(address)
    assert_no_inline_code(page)
    sheet = {"lon": "104.400000", "lat": "31.900000", "span": "1.2"}

    picked = clerk.get(address, {**sheet, "pick.x": "320", "pick.y": "230"})

    assert 'value="104.400000"' in picked.text
    assert "尚未保存" in picked.text
    assert "尚未保存" not in clerk.get(address, {**sheet, "pick.x": "0", "pick.y": "0"}).text
    assert clerk.get(address, {"lon": "x", "lat": "NaN", "span": "-1", "pick.x": "9" * 30}).status_code == 200
    picture = clerk.get(reverse("projects:project-position-map", args=[project.pk]), sheet)
    assert picture["Content-Type"] == "image/svg+xml"
    assert "邻近工程" in picture.text
    swapped = clerk.post(address, {"longitude": "31.9", "latitude": "104.4"})
    assert "填反了" in errors(swapped)["longitude"]
    assert clerk.post(address, {"longitude": "104°24′", "latitude": "31.9"}).status_code == 302
    detail = clerk.get(reverse("projects:project-detail", args=[project.pk])).text
    assert "东经 104°24′00.0″" in detail
    assert clerk.post(address, {"longitude": "", "latitude": ""}).status_code == 302
    with city_scope(city.id):
        assert Project.objects.get(pk=project.pk).longitude is None


def test_files_are_attached_and_taken_off(
    project: Project, clerk: Client, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    address = reverse("projects:attachment-add", args=[project.pk])

    def send(data: bytes) -> Any:
        form = {"kind": "DOCUMENT", "title": "批复", "file": SimpleUploadedFile("批复.pdf", data)}
        return clerk.post(address, form)

    assert "的内容不是可以接收的格式" in errors(send(b"<html>"))["file"]
    assert send(b"%PDF-1.7 a").status_code == 302
    assert "完全相同" in errors(send(b"%PDF-1.7 a"))[""]
    page = clerk.get(reverse("projects:project-detail", args=[project.pk])).text
    remove = re.search(r'href="(/projects/attachments/[^"]+/remove)"', page)
    assert remove is not None
    assert "请填写原因" in errors(clerk.post(remove[1], {"reason": ""}))["reason"]
    assert clerk.post(remove[1], {"reason": "传错"}).status_code == 302
    with city_scope(project.city_id):
        scan = factories.attachment(
            project=project, commitment=factories.lifelong_commitment(project=project)
        )
    stays = reverse("projects:attachment-remove", args=[scan.pk])
    assert clerk.get(stays).status_code == 404
    assert stays not in clerk.get(reverse("projects:project-detail", args=[project.pk])).text


def test_the_list_of_filings_and_its_todo(city: City, project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        late = factories.quality_filing(project=project, subject="逾期分部")
        factories.quality_filing(
            project=project, subject="办结分部", reviewed_on=dt.date(2023, 9, 20), result="AGREED"
        )
    chief, supervisor = sign_in(Role.BUREAU_CHIEF), sign_in(Role.COUNTY_SUPERVISOR)
    listed = reverse("projects:filing-list")

    def shown(**params: str) -> set[str]:
        text = chief.get(listed, params).text
        return {words for words in ("逾期分部", "办结分部") if words in text}

    assert shown() == {"逾期分部", "办结分部"}
    assert shown(state="overdue") == shown(state="open") == {"逾期分部"}
    assert shown(state="done") == {"办结分部"}
    assert shown(state="late") == set()
    review = reverse("projects:filing-review", args=[late.pk])
    assert review in supervisor.get(reverse("todos")).text
    assert review not in chief.get(reverse("todos")).text
    assert_no_inline_code(chief.get(listed))
    more = lambda: [factories.quality_filing(project=project) for _ in range(2)]  # noqa: E731
    assert queries(chief, listed) == queries_after(city, chief, listed, more)


def test_what_a_projects_file_lacks_is_a_filter(city: City, project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        whole = factories.project(
            name="资料齐全工程",
            jurisdiction=project.jurisdiction,
            longitude="104.4",
            latitude="31.9",
            construction_cost_wan_yuan=1000,
            risk_class="C",
        )
        factories.contract_section(project=whole)
    chief, listed = sign_in(Role.BUREAU_CHIEF), reverse("projects:project-list")

    def shown(**params: str) -> set[str]:
        text = chief.get(listed, params).text
        return {one.name for one in (project, whole) if one.name in text}

    assert shown(lacking="position") == shown(lacking="sections") == shown(risk="none") == {project.name}
    assert shown(lacking="plaque") == {project.name, whole.name}
    assert shown(risk="C") == shown(site="due") == {whole.name}
    assert shown(site="NAMED") == set()


def test_attendance_of_a_unit_is_recorded_put_right_and_removed(
    city: City, project: Project, clerk: Client, sign_in: SignIn
) -> None:
    with city_scope(city.id):
        unit = factories.participating_unit(project=project)
        foreign = factories.participating_unit()

    def send(**change: str) -> Any:
        form = {"unit": str(unit.pk), "month": "2023-09", "rate_percent": "92.5"}
        return add(clerk, project, "attendance", **{**form, **change})

    assert send().status_code == 302
    assert "已经登记" in errors(send())["month"]
    assert "还没有到" in errors(send(month="2099-01"))["month"]
    assert "不能大于 100" in errors(send(month="2023-08", rate_percent="100.01"))["rate_percent"]
    assert "不在可选范围" in errors(send(unit=str(foreign.pk)))["unit"]
    with city_scope(city.id):
        row = Attendance.objects.get()
        assert (row.unit, row.month, str(row.rate_percent)) == (unit, dt.date(2023, 9, 1), "92.50")
    address = reverse("projects:record-edit", args=["attendance", row.pk])
    form = clerk.get(address)
    assert 'value="2023-09"' in form.text
    seen = re.search(r'name="seen" value="([0-9a-f]{16})"', form.text)
    assert seen is not None
    change = {
        "unit": str(unit.pk),
        "month": "2023-09",
        "rate_percent": "60",
        "is_fraud": "on",
        "seen": seen[1],
    }
    assert sign_in(Role.COUNTY_REPORTER, where="三台县").post(address, change).status_code == 404
    assert clerk.post(address, change).status_code == 302
    page = clerk.get(reverse("projects:project-detail", args=[project.pk])).text
    assert "弄虚作假" in page[page.index('id="people"') : page.index('id="lifelong"')]
    assert clerk.post(reverse("projects:record-remove", args=["attendance", row.pk])).status_code == 302
    with city_scope(city.id):
        assert not Attendance.objects.exists()
