"""The register's pages: who sees what, how many queries it takes, what the export holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.month import ReportingMonth
from projects.enums import ProjectStatus, UnitRole, WorkLevel
from projects.models import Project
from projects.selectors.project_page import project_page
from projects.services.register.projects import change_project
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SignIn = Callable[..., Client]
MOMENT_OF_CHANGE = dt.datetime(2023, 9, 20, 2, 0, tzinfo=dt.UTC)
LIST = reverse("projects:project-list")


def detail(project: Project) -> str:
    return reverse("projects:project-detail", args=[project.pk])


@pytest.fixture
def beichuan(city: City) -> Jurisdiction:
    return county(city)


@pytest.fixture
def project(city: City, beichuan: Jurisdiction) -> Project:
    with city_scope(city.id):
        return factories.project(jurisdiction=beichuan, name="涪江六峡水闸除险加固工程", code="MY-001")


@pytest.fixture
def full_project(city: City, project: Project) -> Project:
    """One of everything that hangs on a project."""
    with city_scope(city.id):
        hang_everything_on(project)
    return project


def hang_everything_on(project: Project) -> None:
    section = factories.contract_section(project=project)
    factories.section_progress(section=section)
    unit_work = factories.work_item(project=project)
    factories.work_item(project=project, level=WorkLevel.DIVISION, parent=unit_work)
    factories.attachment(project=project)
    month = ReportingMonth(2022, 1).shift(project.return_lines.count()).first
    returned = factories.monthly_return(jurisdiction=project.jurisdiction, month=month)
    factories.return_line(project=project, version=factories.return_version(monthly_return=returned))
    unit = factories.participating_unit(project=project, section=section)
    factories.key_person(unit=unit, phone="13812345678")
    factories.attendance(unit=unit)
    factories.lifelong_commitment(unit=unit)
    factories.key_work(project=project)
    factories.quality_filing(project=project)
    factories.acceptance(project=project)
    factories.defect_filing(project=project)
    factories.accident(project=project)
    factories.inspection(project=project)
    finding = factories.finding(project=project, organization=unit.organization)
    factories.notice_finding(finding=finding)
    factories.supervisory_test(project=project)


def test_bureau_sees_every_county(city: City, project: Project, sign_in: SignIn) -> None:
    answer = sign_in(Role.BUREAU_SUPERVISOR).get(LIST)

    assert answer.status_code == 200
    assert project.name in answer.text
    assert "北川县" in answer.text


def test_county_sees_its_own_and_not_its_neighbours(city: City, project: Project, sign_in: SignIn) -> None:
    own = sign_in(Role.COUNTY_REPORTER)
    neighbour = sign_in(Role.COUNTY_REPORTER, where="三台县")

    assert own.get(detail(project)).status_code == 200
    assert neighbour.get(detail(project)).status_code == 404
    assert project.name not in neighbour.get(LIST).text


def test_another_city_gets_the_same_404_as_for_nothing(project: Project, other_city: City) -> None:
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))
    nothing = reverse("projects:project-detail", args=["01890000-0000-7000-8000-000000000000"])

    theirs, none = stranger.get(detail(project)), stranger.get(nothing)

    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content


def test_unit_sees_only_projects_it_takes_part_in(city: City, full_project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        other = factories.project(jurisdiction=full_project.jurisdiction)
        uscc = full_project.units.get().organization.uscc

    contact = sign_in(Role.UNIT_CONTACT, organization_uscc=uscc)

    assert contact.get(detail(full_project)).status_code == 200
    assert contact.get(detail(other)).status_code == 404


def test_the_inspected_side_reads_of_completed_checks_and_confirmed_findings_only(
    city: City, full_project: Project, sign_in: SignIn
) -> None:
    """An arranged inspection surprises nobody whose project's page lists it."""
    with city_scope(city.id):
        done, uscc = full_project.inspections.get(), full_project.units.get().organization.uscc
        states = ("PLANNED", "NOTIFIED", "UNDER_WAY", "CONCLUDED", "VOID")
        rows = {state: factories.inspection(project=full_project, state=state) for state in states}
        draft = factories.finding(project=full_project, inspection=done, state="DRAFT")
        page = project_page(full_project, as_of=factories.DAY)
        assert (page.inspections, page.arranged) == ([done], [])
        assert page.inspections[0].finding_count == 0

    contact = sign_in(Role.UNIT_CONTACT, organization_uscc=uscc).get(detail(full_project)).text
    clerk = sign_in(Role.COUNTY_REPORTER).get(detail(full_project)).text

    assert done.number in clerk
    assert draft.number not in contact
    assert draft.number not in clerk
    assert [state for state, row in rows.items() if row.number in contact] == []
    assert [state for state, row in rows.items() if row.number not in clerk] == ["VOID"]


def test_administrators_see_no_business_data(project: Project, sign_in: SignIn) -> None:
    answer = sign_in(Role.SYSTEM_ADMIN).get(detail(project))

    assert answer.status_code == 403
    assert project.name not in answer.text


def test_signed_out_is_sent_to_the_log_in(project: Project, client: Client) -> None:
    answer = client.get(detail(project))

    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("accounts:login"))


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("水闸除险", id="Chinese substring"),
        pytest.param("liuxia", id="pinyin"),
        pytest.param("lxsz", id="initials"),
        pytest.param("MY-001", id="code"),
        pytest.param("ｍｙ-001", id="full-width code"),
    ],
)
def test_search_finds_by(words: str, city: City, project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        other = factories.project(name="平通河堤防")

    text = sign_in(Role.BUREAU_CHIEF).get(LIST, {"q": words}).text

    assert project.name in text
    assert other.name not in text


def test_filters_narrow_the_list(city: City, project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        planned = factories.project(name="拟建工程甲", status=ProjectStatus.PLANNED, started_on=None)
        done = factories.project(name="已办手续乙", is_key_object=True)
        factories.supervision_registration(project=done)
    chief = sign_in(Role.BUREAU_CHIEF)

    def names(**params: str) -> set[str]:
        text = chief.get(LIST, params).text
        return {p.name for p in (project, planned, done) if p.name in text}

    assert names() == {project.name, planned.name, done.name}
    assert names(registration="missing") == {project.name}
    assert names(registration="done") == {done.name}
    assert names(key="yes") == {done.name}
    assert names(status="PLANNED") == {planned.name}
    assert names(county=project.jurisdiction.code) == {project.name}


def test_county_person_is_not_asked_for_the_county(project: Project, sign_in: SignIn) -> None:
    assert 'name="county"' not in sign_in(Role.COUNTY_REPORTER).get(LIST).text
    assert 'name="county"' in sign_in(Role.BUREAU_CHIEF).get(LIST).text


def test_list_takes_as_many_queries_for_three_rows_as_for_one(
    city: City, project: Project, sign_in: SignIn
) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    assert queries(chief, LIST) == queries_after(
        city, chief, LIST, lambda: [factories.project() for _ in range(2)]
    )


def test_page_takes_as_many_queries_for_three_of_everything(
    city: City, full_project: Project, sign_in: SignIn
) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    url = detail(full_project)

    def more() -> None:
        hang_everything_on(full_project)
        hang_everything_on(full_project)

    assert queries(chief, url) == queries_after(city, chief, url, more)


def test_missing_registration_is_said_on_top(city: City, project: Project, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    before = chief.get(detail(project)).text
    with city_scope(city.id):
        factories.supervision_registration(project=project)
    after = chief.get(detail(project)).text

    assert 'id="registration-missing"' in before
    assert 'id="registration-missing"' not in after


def test_page_shows_what_hangs_on_the_project(full_project: Project, sign_in: SignIn) -> None:
    text = sign_in(Role.BUREAU_CHIEF).get(detail(full_project)).text

    for anchor in ("units", "findings", "notices", "tests", "reviews", "defects", "accidents"):
        assert f'id="{anchor}"' in text
        assert f'href="#{anchor}"' in text
    assert "核备与验收 2" in text
    assert "860.00" in text
    assert "138****5678" in text
    assert "13812345678" not in text
    accidents = text[text.index('id="accidents"') : text.index('id="files"')]
    assert "一般质量事故" in accidents
    assert "混凝土强度不足返工" in accidents
    assert "发生一般质量事故" in text[text.index('id="timeline"') :]
    assert len(text.encode()) < 150_000


def test_progress_is_measured_against_the_days_gone_by(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        late = factories.project(
            started_on=dt.date(2023, 1, 1),
            planned_finish_on=dt.date(2023, 7, 19),
            approved_duration_days=200,
            progress_percent=100,
            finished_on=dt.date(2023, 7, 29),
            status=ProjectStatus.COMPLETED,
        )
        slow = factories.project(started_on=dt.date(2020, 1, 1), progress_percent=35)
        factories.contract_section(project=slow, contract_duration_days=300)
    chief = sign_in(Role.BUREAU_CHIEF)

    assert "与工期同步（工期已过 100.0%），超过计划完工日期 10 天" in chief.get(detail(late)).text
    assert "落后 65 个百分点（工期已过 100.0%）" in chief.get(detail(slow)).text


def test_missing_commitment_is_named(city: City, project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.participating_unit(project=project, role=UnitRole.DESIGNER)
        factories.participating_unit(project=project, role=UnitRole.TESTING_AGENCY)

    text = sign_in(Role.BUREAU_CHIEF).get(detail(project)).text

    units = text[text.index('id="units"') : text.index('id="people"')]
    assert units.count("缺承诺书") == 1


def test_export_holds_the_filtered_rows_and_no_formula(city: City, project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.project(name="=HYPERLINK(1)", code="=1+1")

    answer = sign_in(Role.BUREAU_CHIEF).get(LIST, {"export": "xlsx"})

    cells = assert_no_formula(answer, "工程台账")
    assert "=HYPERLINK(1)" in cells


def test_writing_methods_are_refused(project: Project, sign_in: SignIn) -> None:
    assert sign_in(Role.BUREAU_CHIEF).post(detail(project)).status_code == 405


def test_no_page_carries_inline_style_or_script(full_project: Project, sign_in: SignIn) -> None:
    assert_no_inline_code(sign_in(Role.BUREAU_CHIEF).get(detail(full_project)))


def test_what_changed_since_last_month_and_the_line_of_one_kind(
    city: City, project: Project, sign_in: SignIn
) -> None:
    with city_scope(city.id):
        for month, percent in ((8, 30), (9, 45)):
            returned = factories.monthly_return(
                jurisdiction=project.jurisdiction, month=ReportingMonth(2023, month).first
            )
            version = factories.return_version(monthly_return=returned)
            factories.return_line(project=project, version=version, progress_percent=percent)
        draft = factories.return_version(monthly_return=returned, number=2, submitted_at=None)
        factories.return_line(project=project, version=draft, progress_percent=99)
        finding = factories.finding(project=project, text="新发现的裂缝")
        chief = person(city, Role.BUREAU_CHIEF, name="王科长")
        change_project_scale(project, by=chief)
    url = detail(project)
    page = sign_in(Role.COUNTY_REPORTER).get(url).text
    block = page[page.index('id="changes"') : page.index('id="position"')]

    assert "2023年9月" in block
    assert "<del>30</del>" in block
    assert "<ins>45</ins>" in block
    assert "99" not in block
    assert finding.number in block
    assert "王科长" in block
    assert "<ins>堤防三公里</ins>" in block
    with city_scope(city.id):
        uscc = project.legal_person.uscc
    unit = sign_in(Role.UNIT_CONTACT, organization_uscc=uscc).get(url).text
    assert "王科长" not in unit
    alone = sign_in(Role.BUREAU_CHIEF).get(url, {"kind": "returns"}).text
    line = alone[alone.index('id="timeline"') :]
    assert "2023-09 月报报送" in line
    assert "新发现的裂缝" not in line[: line.index("</section>")]


def change_project_scale(project: Project, *, by: object) -> None:
    """One act on the register, noted in the trail."""
    facts = {
        "status": project.status,
        "started_on": project.started_on,
        "scale": "堤防三公里",
        "site_standing": project.site_standing,
    }
    change_project(project_id=project.pk, facts=facts, by=by, at=MOMENT_OF_CHANGE)


def test_issued_documents_stand_on_the_one_time_line(city: City, project: Project, sign_in: SignIn) -> None:
    with city_scope(city.id):
        notice = factories.notice(project=project)
        other = factories.notice(project=factories.project())
        about = {"subject_kind": "enforcement.rectificationnotice", "kind": "RECTIFICATION_NOTICE"}
        for of, title in ((notice, "关于本工程的整改通知"), (other, "关于别的工程的整改通知")):
            made = factories.issued_document(**about, subject_id=of.pk, title=title)
            factories.delivery(document=made, jurisdiction=project.jurisdiction)
        factories.document(**{**about, "kind": "REMINDER_LETTER"}, subject_id=notice.pk, title="未签发的稿")
        entry = factories.key_object_entry(project=project)
        factories.issued_document(
            subject_kind="scoring.keyobjectlist",
            subject_id=entry.key_list_id,
            kind="KEY_OBJECT_LIST",
            title="重点监管对象名单",
        )

    def line(role: Role) -> str:
        text = sign_in(role).get(detail(project), {"kind": "documents"}).text
        return text[text.index('id="timeline"') : text.index('id="returns"')]

    bureau, county_line = line(Role.BUREAU_CHIEF), line(Role.COUNTY_REPORTER)
    assert "公文 2" in bureau
    assert "印发公文：重点监管对象名单" in bureau
    assert "公文 1" in county_line
    for text in (bureau, county_line):
        assert "印发公文：关于本工程的整改通知" in text
        assert "别的工程" not in text
        assert "未签发的稿" not in text
