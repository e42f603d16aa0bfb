"""Organizations, participating units and key people as their pages tell it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import AuditEvent
from core.id_number import check_character
from core.uscc import fictitious_uscc
from inspections.enums import FindingState
from projects.enums import OrganizationKind, ProjectStatus
from projects.models import KeyPerson, Organization, OrganizationMerge, ParticipatingUnit
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

LIST = reverse("organizations:organization-list")
PEOPLE = reverse("organizations:person-list")
NUMBER = "51070319900101123" + check_character("51070319900101123")


def page(name, row, **query):
    return reverse(f"organizations:{name}", args=[row.pk], query=query or None)


def fresh(city, row):
    with city_scope(city.id):
        return type(row).objects.get(pk=row.pk)


@pytest.fixture
def beichuan(city):
    return county(city)


@pytest.fixture
def project(city, beichuan):
    with city_scope(city.id):
        return factories.project(jurisdiction=beichuan, name="演示堤防工程")


def test_a_county_registers_a_firm_once_for_the_city(city, beichuan, sign_in):
    reporter, neighbour = sign_in(Role.COUNTY_REPORTER), sign_in(Role.COUNTY_REPORTER, where="三台县")
    code = fictitious_uscc(77)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code.lower())

    form = reporter.get(reverse("organizations:organization-new"))
    answer = reporter.post(
        reverse("organizations:organization-new"),
        {"uscc": f" {wide} ", "name": "示例水利工程有限公司", "kind": "", "phone": "0816-2345678"},
        follow=True,
    )
    again = neighbour.post(
        reverse("organizations:organization-new"), {"uscc": code, "name": "示例水利", "kind": ""}
    )

    assert_no_inline_code(form)
    assert "示例水利工程有限公司" in answer.text
    with city_scope(city.id):
        made = Organization.objects.get(uscc=code)
        assert (made.kind, made.registered_in, made.name_initials) == (
            OrganizationKind.FIRM,
            beichuan,
            "slslgcyxgs",
        )
    assert again.status_code == 422
    assert "已登记为“示例水利工程有限公司”，同一代码全市只登记一次" in again.text
    # once per city, but each county opens only what its own records name
    assert neighbour.get(page("organization-detail", made)).status_code == 404
    assert "示例水利工程有限公司" not in neighbour.get(LIST).text


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("91510700TEMP00O139", "第15位的“O”可能是数字0"),
        ("9151070", "应为18位，现为7位"),
        (fictitious_uscc(5)[:-1] + ("0" if fictitious_uscc(5)[-1] != "0" else "1"), "校验不通过"),
    ],
)
def test_a_wrong_code_is_refused_with_what_would_be_right(city, sign_in, code, sentence):
    answer = sign_in(Role.BUREAU_CHIEF).post(
        reverse("organizations:organization-new"), {"uscc": code, "name": "示例水利", "kind": ""}
    )

    assert answer.status_code == 422
    assert sentence in answer.text


def test_the_name_of_a_firm_is_the_bureaus_matter(city, project, sign_in):
    with city_scope(city.id):
        unit = factories.participating_unit(
            project=project, organization=factories.organization(name="示例甲公司")
        )
    firm = unit.organization
    reporter, chief = sign_in(Role.COUNTY_REPORTER), sign_in(Role.BUREAU_CHIEF)
    change = {"name": "示例乙公司", "kind": "FIRM", "legal_representative": "张三", "phone": ""}

    asked = reporter.get(page("organization-edit", firm))
    by_county = reporter.post(page("organization-edit", firm), change)
    firm = fresh(city, firm)

    assert 'name="name"' not in asked.text
    assert by_county.status_code == 302
    assert (firm.name, firm.legal_representative) == ("示例甲公司", "张三")
    assert chief.post(page("organization-edit", firm), change).status_code == 302
    firm = fresh(city, firm)
    assert firm.name == "示例乙公司"
    with city_scope(city.id):
        names = AuditEvent.objects.filter(action="projects.organization.change").order_by("seq")
        assert [event.actor_name for event in names] == ["县局填报员甲", "市局科长甲"]


def test_the_page_of_a_firm_tells_its_life_across_projects(city, beichuan, project, sign_in):
    with city_scope(city.id):
        firm = factories.organization(name="示例施工公司")
        unit = factories.participating_unit(project=project, organization=firm)
        factories.key_person(unit=unit, name="王五")
        factories.lifelong_commitment(unit=unit, person_name="王五")
        item = factories.catalogue_item(text="混凝土试块缺失")
        for _ in range(2):
            factories.finding(
                project=project, organization=firm, catalogue_item=item, due_on=dt.date(2023, 9, 20)
            )
        elsewhere = factories.project(jurisdiction=county(city, "三台县"), name="三台演示工程")
        factories.participating_unit(project=elsewhere, organization=firm)
        factories.finding(project=elsewhere, organization=firm, state=FindingState.CONFIRMED)

    own = sign_in(Role.COUNTY_REPORTER).get(page("organization-detail", firm))
    bureau = sign_in(Role.BUREAU_CHIEF).get(page("organization-detail", firm))

    for text in ("演示堤防工程", "王五", "混凝土试块缺失", "共 2 个，未销号 2 个", "逾期 2 个"):
        assert text in own.text
    assert "三台演示工程" not in own.text
    assert "三台演示工程" in bureau.text
    assert "共 3 个" in bureau.text
    assert_no_inline_code(own)


def one_more_person():
    factories.key_person(unit=factories.participating_unit())


def test_lists_cost_the_same_for_three_rows_as_for_one(city, beichuan, sign_in):
    def grow():
        for n in range(2):
            unit = factories.participating_unit(jurisdiction=beichuan)
            factories.key_person(unit=unit)
            factories.lifelong_commitment(unit=unit)
            factories.finding(project=unit.project, organization=unit.organization)
            factories.organization(name=f"示例公司（{n}）", uscc=fictitious_uscc(900 + n))

    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        grow()
        firm = Organization.objects.filter(participations__isnull=False)[0]
        worker = KeyPerson.objects.all()[0]
    for url in (
        LIST,
        PEOPLE,
        reverse("organizations:duplicate-list"),
        reverse("organizations:liability-list"),
        page("organization-detail", firm),
        page("person-detail", worker),
    ):
        before = queries(chief, url)
        assert queries_after(city, chief, url, one_more_person) == before, url
    exported = assert_no_formula(chief.get(LIST, {"export": "xlsx"}), "单位")
    assert firm.name in exported


def test_a_unit_joins_a_project_and_an_unknown_firm_is_registered_on_the_way(city, project, sign_in):
    reporter = sign_in(Role.COUNTY_REPORTER)
    code = fictitious_uscc(123)
    form = {"organization": code, "role": "CONTRACTOR", "section": "", "valid_from": "2023-03-01"}

    without_name = reporter.post(page("unit-new", project), form)
    joined = reporter.post(
        page("unit-new", project), {**form, "new_name": "示例新公司", "qualification": "总承包二级"}
    )
    twice = reporter.post(page("unit-new", project), {**form, "organization": "示例新公司"})

    assert "尚未登记，请填写单位名称" in without_name.text
    assert joined.status_code == 302
    assert joined["Location"].endswith("#units")
    assert "已登记为整个工程的施工单位" in twice.text
    shown = reporter.get(joined["Location"].partition("#")[0]).text
    assert "示例新公司" in shown
    assert "总承包二级" in shown
    with city_scope(city.id):
        assert ParticipatingUnit.objects.get().organization.uscc == code


def test_a_refused_unit_leaves_no_half_registered_firm(city, project, sign_in):
    form = {
        "organization": fictitious_uscc(9),
        "new_name": "示例新公司",
        "role": "LEGAL_PERSON",
        "section": "",
    }

    answer = sign_in(Role.COUNTY_REPORTER).post(page("unit-new", project), form)

    assert "不能再登记“示例新公司”" in answer.text
    with city_scope(city.id):
        assert not Organization.objects.filter(name="示例新公司").exists()


def test_contractor_and_supervising_engineer_are_never_one_firm(city, project, sign_in):
    with city_scope(city.id):
        unit = factories.participating_unit(
            project=project, organization=factories.organization(name="示例施工公司")
        )
    form = {"organization": unit.organization.uscc, "role": "SUPERVISING_ENGINEER", "section": ""}

    answer = sign_in(Role.COUNTY_REPORTER).post(page("unit-new", project), form)

    assert answer.status_code == 422
    assert "“示例施工公司”已是“演示堤防工程”的施工单位" in answer.text
    assert "不能同时作为监理单位" in answer.text


def test_a_unit_leaves_or_is_withdrawn_only_when_nothing_hangs_on_it(city, project, sign_in):
    with city_scope(city.id):
        full = factories.participating_unit(project=project, valid_from=dt.date(2023, 3, 1))
        factories.key_person(unit=full)
        empty = factories.participating_unit(project=project)
    reporter = sign_in(Role.COUNTY_REPORTER)

    early = reporter.post(page("unit-end", full), {"valid_to": "2023-02-01"})
    kept = reporter.post(page("unit-withdraw", full), {"reason": "登记错误重复"})
    ended = reporter.post(page("unit-end", full), {"valid_to": "2023-08-31"})
    gone = reporter.post(page("unit-withdraw", empty), {"reason": "登记错误重复"})
    short = reporter.post(page("unit-withdraw", full), {"reason": "错"})

    assert "早于起始日期2023-03-01" in early.text
    assert "名下已有1条记录" in kept.text
    assert ended.status_code == gone.status_code == 302
    assert "至少写5个字" in short.text
    with city_scope(city.id):
        assert ParticipatingUnit.objects.get() == full
        assert ParticipatingUnit.objects.get().valid_to == dt.date(2023, 8, 31)
        event = AuditEvent.objects.get(action="projects.unit.withdraw")
        assert "登记错误重复" in event.payload


def test_a_manager_of_two_active_projects_is_shown_everywhere(city, beichuan, project, sign_in):
    with city_scope(city.id):
        first = factories.participating_unit(project=project)
        factories.key_person(unit=first, name="李经理", certificate_number="JZ-1")
        factories.key_person(
            unit=first, name="赵过期", post="质检员", certificate_valid_until=dt.date(2020, 1, 1)
        )
        other = factories.participating_unit(
            project=factories.project(jurisdiction=beichuan, name="演示水库工程")
        )
        done = factories.participating_unit(
            project=factories.project(
                jurisdiction=beichuan, status=ProjectStatus.COMPLETED, finished_on=dt.date(2023, 8, 1)
            )
        )
        factories.key_person(unit=done, name="李经理", certificate_number="JZ-1")
    reporter = sign_in(Role.COUNTY_REPORTER)
    assert "李经理" not in reporter.get(PEOPLE, {"concern": "multi"}).text

    entered = reporter.post(
        page("person-new", other),
        {"name": "李经理", "post": "项目经理", "certificate_number": "jz-1", "phone": "13812345678"},
        follow=True,
    )

    assert "还是北川县“演示堤防工程”的项目经理" in entered.text
    assert "项目经理多项目" in reporter.get(reverse("projects:project-detail", args=[project.pk])).text
    listed = reporter.get(PEOPLE, {"concern": "multi"}).text
    assert listed.count("李经理") >= 2
    assert "赵过期" not in listed
    assert "赵过期" in reporter.get(PEOPLE, {"concern": "expired"}).text
    with city_scope(city.id):
        manager = KeyPerson.objects.get(unit=other)
    told = reporter.get(page("person-detail", manager)).text
    assert told.count("演示堤防工程") >= 2  # the warning and the line of posts
    neighbour = sign_in(Role.COUNTY_REPORTER, where="三台县")
    assert neighbour.get(page("person-detail", manager)).status_code == 404
    ended = reporter.post(page("person-end", manager), {"valid_to": "2023-01-31"})
    assert "已登记“李经理”离岗" in reporter.get(ended["Location"]).text
    assert "李经理" not in reporter.get(PEOPLE, {"concern": "multi"}).text


def test_an_identity_number_is_sealed_and_read_only_with_a_reason(city, project, sign_in):
    with city_scope(city.id):
        unit = factories.participating_unit(project=project)
    reporter, reviewer = sign_in(Role.COUNTY_REPORTER), sign_in(Role.COUNTY_REVIEWER)
    form = {"name": "王五", "post": "项目经理", "id_number": NUMBER}

    wrong = reporter.post(page("person-new", unit), {**form, "id_number": NUMBER[:-1] + "X"})
    saved = reporter.post(page("person-new", unit), form)
    with city_scope(city.id):
        worker = KeyPerson.objects.get()
    shown = [
        reporter.get(page("person-detail", worker)),
        reporter.get(page("person-edit", worker)),
        reviewer.get(page("person-detail", worker)),
        reviewer.get(page("person-reveal", worker)),
        reviewer.post(page("person-reveal", worker), {"reason": "查"}),
    ]
    revealed = reviewer.post(page("person-reveal", worker), {"reason": "核对终身责任信息表"})

    assert wrong.status_code == 422
    assert NUMBER[:-1] not in wrong.text
    assert saved.status_code == 302
    assert worker.id_number_masked == f"510***********{NUMBER[-4:]}"
    assert NUMBER not in worker.id_number_sealed + worker.id_number_digest
    assert all(NUMBER not in answer.text for answer in shown)
    assert NUMBER in revealed.text
    assert "no-store" in revealed["Cache-Control"]
    with city_scope(city.id):
        event = AuditEvent.objects.get(action="projects.identity.reveal")
        everything = "".join(AuditEvent.objects.values_list("payload", flat=True))
    assert "核对终身责任信息表" in event.payload
    assert event.actor_name == "县局审核人甲"
    assert NUMBER not in everything
    # nobody else: not whoever typed it, not the next county, not another city
    assert reporter.post(page("person-reveal", worker), {"reason": "核对终身责任信息表"}).status_code == 403
    strangers = [sign_in(Role.COUNTY_REVIEWER, where="三台县")]
    assert [
        one.post(page("person-reveal", worker), {"reason": "核对信息表"}).status_code for one in strangers
    ] == [404]


def test_one_person_is_known_by_the_number_whatever_the_name_is_written(city, beichuan, project, sign_in):
    reporter = sign_in(Role.COUNTY_REPORTER)
    with city_scope(city.id):
        units = [
            factories.participating_unit(project=project),
            factories.participating_unit(jurisdiction=beichuan),
        ]
    for name, unit in zip(("欧阳 明", "欧阳明"), units, strict=True):
        reporter.post(page("person-new", unit), {"name": name, "post": "项目经理", "id_number": NUMBER})

    with city_scope(city.id):
        first = KeyPerson.objects.get(unit=units[0])
    text = reporter.get(page("person-detail", first)).text

    assert "项目经理多项目" in text
    assert units[1].project.name in text
    # leaving the field empty keeps the number
    reporter.post(page("person-edit", first), {"name": "欧阳明", "post": "项目经理", "id_number": ""})
    with city_scope(city.id):
        assert KeyPerson.objects.get(pk=first.pk).id_number_digest == first.id_number_digest != ""


def test_the_bureau_folds_a_duplicate_and_everybody_is_led_to_the_kept_one(city, beichuan, project, sign_in):
    with city_scope(city.id):
        kept = factories.organization(name="示例水利工程有限公司", uscc=fictitious_uscc(501))
        folded = factories.organization(name="示例水利工程（有限责任公司", uscc=fictitious_uscc(502))
        unit = factories.participating_unit(project=project, organization=folded)
        factories.finding(project=project, organization=folded)
        contact = person(city, Role.UNIT_CONTACT, organization_uscc=folded.uscc)
    chief, reporter = sign_in(Role.BUREAU_CHIEF), sign_in(Role.COUNTY_REPORTER)

    pairs = chief.get(reverse("organizations:duplicate-list"))
    unknown = chief.get(page("organization-merge", folded, into=fictitious_uscc(999)))
    preview = chief.get(page("organization-merge", folded, into=kept.uscc))
    no_reason = chief.post(page("organization-merge", folded, into=kept.uscc), {"reason": ""})
    merged = chief.post(
        page("organization-merge", folded, into=kept.uscc), {"reason": "同一家公司登记两次"}, follow=True
    )

    assert "名称只差括号、空格、全半角或公司形式" in pairs.text
    assert "尚未登记" in unknown.text
    for text in ("参建单位（单位）", "问题（责任单位）", "合并，移动 2 条记录", "有 1 个账号绑定在并入单位"):
        assert text in preview.text
    assert no_reason.status_code == 422
    assert "共移动2条记录" in merged.text
    assert fresh(city, unit).organization_id == kept.pk
    # the folded record is read, not used
    old = reporter.get(page("organization-detail", folded))
    assert f"{kept.name}（{kept.uscc}）" in old.text
    assert "修改" not in re.findall(r'<div class="page-head">.*?</div>\s*</div>', old.text, re.DOTALL)[0]
    assert folded.name not in chief.get(LIST).text
    assert (
        "已并入“示例水利工程有限公司”"
        in reporter.post(
            page("unit-new", project), {"organization": folded.uscc, "role": "DESIGNER", "section": ""}
        ).text
    )
    assert chief.post(page("organization-edit", folded), {"name": "别名", "kind": "FIRM"}).status_code == 422
    assert chief.get(page("organization-merge", folded, into=kept.uscc)).status_code == 409
    assert client_of(contact).get(page("organization-detail", kept)).status_code == 200
    with city_scope(city.id):
        assert OrganizationMerge.objects.get().merged_by_name == "市局科长甲"


def test_a_county_never_merges(city, project, sign_in):
    assert (
        sign_in(Role.COUNTY_REPORTER).get(page("organization-merge", project.legal_person)).status_code == 403
    )


def test_another_citys_bureau_finds_nothing(city, other_city, project):
    with city_scope(city.id):
        worker = factories.key_person(unit=factories.participating_unit(project=project))
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    for name, row in [
        ("organization-detail", project.legal_person),
        ("organization-merge", project.legal_person),
        ("person-reveal", worker),
        ("person-detail", worker),
        ("unit-new", project),
        ("liability-register", project),
    ]:
        assert stranger.get(page(name, row)).status_code == 404, name
    assert project.legal_person.name not in stranger.get(LIST).text
    assert timezone.localdate() > dt.date(2023, 1, 1)


def test_a_legal_person_shows_its_last_twelve_quality_reports(city, beichuan, project, sign_in):
    with city_scope(city.id):
        owner = project.legal_person
        months = [dt.date(2022 + n // 12, n % 12 + 1, 1) for n in range(13)]
        rows = [
            factories.legal_person_report(jurisdiction=beichuan, legal_person=owner, month=month)
            for month in months
        ]
        elsewhere = factories.legal_person_report(
            jurisdiction=county(city, "三台县"), legal_person=owner, month=dt.date(2023, 2, 1)
        )
    clerk = sign_in(Role.COUNTY_REPORTER)
    text = clerk.get(page("organization-detail", owner)).text

    def links(body):
        return [
            r
            for r in (*rows, elsewhere)
            if reverse("legal_person_reports:report-detail", args=[r.pk]) in body
        ]

    assert links(text) == rows[1:]
    assert "逾期未报" in text[text.index('id="quality-reports"') :]
    assert elsewhere in links(sign_in(Role.BUREAU_CHIEF).get(page("organization-detail", owner)).text)
