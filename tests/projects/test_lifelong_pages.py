"""质量终身责任: what is missing is told, what is signed is kept, whoever takes over signs again, the paper is printed."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from projects.enums import UnitRole
from projects.models import Attachment, LifelongCommitment, Project
from projects.selectors.parties.liability import liability_register
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county
from tests.pages import assert_no_inline_code

LIST = reverse("organizations:liability-list")
START = dt.date(2023, 3, 1)
PDF = b"%PDF-1.7 signed by hand"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


def page(name, row, **query):
    return reverse(f"organizations:{name}", args=[row.pk], query=query or None)


@pytest.fixture
def project(city):
    with city_scope(city.id):
        return factories.project(jurisdiction=county(city), name="演示堤防工程", started_on=START)


@pytest.fixture
def unit(city, project):
    with city_scope(city.id):
        firm = factories.organization(name="示例施工公司", legal_representative="钱董")
        unit = factories.participating_unit(project=project, organization=firm)
        factories.key_person(unit=unit, name="李经理", certificate_number="JZ-1", phone="13812345678")
        return unit


def signed(name="李经理", on="2023-02-20", **more):
    return {
        "person_name": name,
        "responsibility": "PROJECT_LEADER",
        "post": "项目经理",
        "signed_on": on,
        **more,
    }


def register_of(city, project, as_of=dt.date(2023, 9, 30)):
    with city_scope(city.id):
        return liability_register(Project.objects.get(pk=project.pk), as_of=as_of)


def test_what_is_missing_is_listed_until_it_is_signed_and_the_plaque_stands(city, project, unit, sign_in):
    reporter, neighbour = sign_in(Role.COUNTY_REPORTER), sign_in(Role.COUNTY_REPORTER, where="三台县")
    before = reporter.get(page("liability-register", project))
    assert_no_inline_code(before)
    assert "“示例施工公司”还没有有效的质量终身责任承诺书" in before.text
    assert "钱董" in before.text  # who should sign is known from the register
    assert project.name in reporter.get(LIST, {"lack": "signature"}).text
    assert project.name in reporter.get(LIST, {"lack": "plaque"}).text

    form = reporter.get(page("commitment-new", unit, **{"for": "PROJECT_LEADER"}))
    done = reporter.post(page("commitment-new", unit), signed(), follow=True)
    plaque = reporter.post(
        page("plaque-edit", project),
        {"plaque_on": "2023-03-05", "photo": SimpleUploadedFile("牌.png", PNG)},
        follow=True,
    )

    assert 'value="李经理"' in form.text
    assert 'value="JZ-1"' in form.text
    assert "承诺书签署于开工" not in done.text
    assert "质量责任公示牌 2023-03-05" in plaque.text
    assert register_of(city, project).is_complete
    assert project.name not in reporter.get(LIST, {"lack": "signature"}).text
    assert project.name in reporter.get(LIST, {"lack": "none"}).text
    assert neighbour.get(page("liability-register", project)).status_code == 404
    assert project.name not in neighbour.get(LIST).text


def test_a_project_without_parties_has_not_committed_anybody(city, project, sign_in):
    text = sign_in(Role.BUREAU_CHIEF).get(LIST, {"lack": "parties"}).text

    assert project.name in text
    assert not register_of(city, project).is_complete


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        (signed(on="2099-01-01"), "在今天以后"),
        (signed(name=" "), "请填写责任人"),
        (signed(phone="123"), "电话号码应为11位手机号"),
        (signed(responsibility=""), "请选择责任类别"),
    ],
)
def test_a_wrong_signature_is_refused_with_a_sentence(unit, sign_in, form, sentence):
    answer = sign_in(Role.COUNTY_REPORTER).post(page("commitment-new", unit), form)

    assert answer.status_code == 422
    assert sentence in answer.text


def test_who_signs_after_the_start_is_marked(city, project, unit, sign_in):
    answer = sign_in(Role.COUNTY_REPORTER).post(
        page("commitment-new", unit), signed(on="2023-04-01"), follow=True
    )

    assert "承诺书签署于开工（2023-03-01）之后" in answer.text
    assert "开工后签署" in answer.text


def test_whoever_takes_over_signs_again_and_both_are_kept(city, project, unit, sign_in):
    reporter = sign_in(Role.COUNTY_REPORTER)
    reporter.post(page("commitment-new", unit), signed())
    with city_scope(city.id):
        former = LifelongCommitment.objects.get()

    second = reporter.post(page("commitment-new", unit), signed(name="周接任", on="2023-06-01"))
    early = reporter.post(page("commitment-replace", former), signed(name="周接任", on="2023-01-01"))
    same = reporter.post(page("commitment-replace", former), signed(on="2023-06-01"))
    done = reporter.post(
        page("commitment-replace", former), signed(name="周接任", on="2023-06-01"), follow=True
    )
    again = reporter.post(page("commitment-replace", former), signed(name="吴再接", on="2023-07-01"))

    assert "换人请在该承诺书上办理“换人重签”" in second.text
    assert "早于原承诺书签署日期2023-02-20" in early.text
    assert "姓名相同" in same.text
    assert "周接任接任" in done.text
    assert "已于2023-06-01更换" in again.text
    with city_scope(city.id):
        rows = LifelongCommitment.objects.order_by("signed_on")
        assert [row.person_name for row in rows] == ["李经理", "周接任"]
        assert rows[0].replaced_by == rows[1]
        assert rows[0].replaced_on == rows[1].signed_on
        assert AuditEvent.objects.filter(action="projects.commitment.replace").count() == 1
    for day, name in [(dt.date(2023, 5, 31), "李经理"), (dt.date(2023, 6, 1), "周接任")]:
        lines = register_of(city, project, day).lines
        assert [line.name for line in lines if line.is_in_force] == [name]


def test_a_scan_is_kept_and_opened_only_by_those_who_may(city, project, unit, sign_in):
    reporter, leader = sign_in(Role.COUNTY_REPORTER), sign_in(Role.BUREAU_LEADER)
    reporter.post(page("commitment-new", unit), signed())
    with city_scope(city.id):
        commitment = LifelongCommitment.objects.get()

    wrong = reporter.post(page("commitment-scan", commitment), {"file": SimpleUploadedFile("a.pdf", b"MZ")})
    sent = reporter.post(page("commitment-scan", commitment), {"file": SimpleUploadedFile("承诺书.pdf", PDF)})

    assert wrong.status_code == 422
    assert sent.status_code == 302
    with city_scope(city.id):
        scan = Attachment.objects.get(commitment=commitment)
    file = reverse("projects:attachment-file", args=[scan.pk])
    assert reporter.get(file).content == PDF
    assert leader.get(file).status_code == 403
    assert file not in leader.get(page("liability-register", project)).text
    with city_scope(city.id):
        assert AuditEvent.objects.filter(action="projects.attachment.read").count() == 1


def test_the_forms_are_printed_with_what_is_known_and_room_to_sign(city, project, unit, sign_in):
    reporter, leader = sign_in(Role.COUNTY_REPORTER), sign_in(Role.BUREAU_LEADER)
    blank = reporter.get(page("commitment-blank", unit, **{"for": "PROJECT_LEADER"}))
    reporter.post(page("commitment-new", unit), signed(phone="13812345678"))
    with city_scope(city.id):
        commitment = LifelongCommitment.objects.get()
        supplier = factories.participating_unit(project=project, role=UnitRole.SUPPLIER)

    paper = reporter.get(page("commitment-print", commitment))
    table, seen_by_leader = (one.get(page("liability-print", project)) for one in (reporter, leader))

    for answer in (blank, paper, table):
        assert_no_inline_code(answer)
    for text in ("李经理", "示例施工公司", "演示堤防工程", "承诺人（签名）"):
        assert text in blank.text
        assert text in paper.text
    assert "2023年2月20日" in paper.text
    assert "13812345678" in table.text
    assert "13812345678" not in seen_by_leader.text  # a reader gets it masked
    assert "不在质量终身责任主体范围内" in reporter.post(page("commitment-new", supplier), signed()).text
