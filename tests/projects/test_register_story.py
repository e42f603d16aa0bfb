"""A county registers a project from nothing; the month's facts C1–C3 and G1–G3 follow from what was done here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from projects.enums import UnitRole
from projects.models import (
    ContractSection,
    DefectFiling,
    FilingType,
    Organization,
    Project,
    QualityFiling,
    WorkItem,
)
from projects.services.register.projects import change_project
from projects.services.register.writing import RegisterRefused
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.scoring.facts.reading import evidence, facts

SignIn = Callable[..., Client]
NEW = reverse("projects:project-new")


def project_form(owner: Organization, **given: str) -> dict[str, Any]:
    """A complete form."""
    form = {
        "code": "BC-2023-01",
        "name": "安昌河堤防加固工程",
        "investment_code": "2209-510726-04-01-123456",
        "supervision_level": "COUNTY",
        "category": "EMBANKMENT",
        "nature": "REINFORCEMENT",
        "grade": "Ⅳ",
        "building_grade": "4",
        "location": "北川县永昌镇",
        "longitude": "104°27′04.3″",
        "latitude": "31.8333",
        "scale": "堤防2.3公里",
        "approval_number": "北水发〔2023〕8号",
        "approved_estimate_wan_yuan": "3,862.5",
        "construction_cost_wan_yuan": "３１００",
        "approved_duration_days": "540",
        "funding_source": ["增发国债", "市县资金"],
        "legal_person": owner.uscc,
        "status": "UNDER_WAY",
        "started_on": "2023-08-01",
        "planned_finish_on": "2025-01-22",
        "unit_work_count": "2",
        "division_count": "5",
        "work_element_count": "60",
        "plaque_on": "2023-08-01",
        "site_standing": "BUILDING",
        "excellence_goal": "市级优质工程",
    }
    return {**form, **given}


def add(client: Client, project: Project, record: str, /, **form: str) -> Any:
    return client.post(reverse("projects:record-add", args=[project.pk, record]), form)


@pytest.fixture
def owner(city: City) -> Organization:
    with city_scope(city.id):
        return factories.organization(name="北川县水利建设服务中心")


def test_from_nothing_to_the_months_facts(city: City, owner: Organization, sign_in: SignIn) -> None:
    clerk, supervisor = sign_in(Role.COUNTY_REPORTER), sign_in(Role.COUNTY_SUPERVISOR)
    answer = clerk.post(NEW, project_form(owner))
    assert answer.status_code == 302, re.findall(r'field-error"[^>]*>([^<]+)', answer.text)
    with city_scope(city.id):
        project = Project.objects.get()
        assert (project.jurisdiction.short_name, str(project.longitude)) == ("北川县", "104.451194")
        assert (project.funding_source, project.name_initials[:4]) == ("增发国债、市县资金", "achd")

    steps = [
        add(clerk, project, "sections", code="sg-1", name="施工1标", award_price_wan_yuan="2980"),
        add(clerk, project, "works", level="UNIT_WORK", code="1", name="左岸堤防", is_main="on"),
        add(clerk, project, "key-works", name="基槽开挖0+120", kind="CONCEALED", planned_on="2023-09-10"),
        add(
            clerk,
            project,
            "registrations",
            number="BCJD-2023-01",
            registered_on="2023-07-20",
            certificate_on="2023-07-21",
            plan_on="2023-07-25",
            briefing_on="2023-07-31",
        ),
        add(
            supervisor,
            project,
            "acceptances",
            kind="DIVISION",
            subject="基础处理分部",
            notified_on="2023-09-01",
            held_on="2023-09-15",
            is_supervised="on",
        ),
        add(clerk, project, "defects", part="左岸护坡", description="蜂窝麻面", found_on="2023-09-01"),
    ]
    with city_scope(city.id):
        unit_work = WorkItem.objects.get()
        division = FilingType.objects.get(kind="DIVISION")
    steps += [
        add(clerk, project, "works", level="DIVISION", parent=str(unit_work.pk), code="1-1", name="基础"),
        add(
            clerk, project, "filings", type=str(division.pk), subject="基础处理分部", received_on="2023-09-01"
        ),
        add(clerk, project, "filings", type=str(division.pk), subject="护坡分部", received_on="2023-09-04"),
    ]
    assert [step.status_code for step in steps] == [302] * len(steps), steps

    with city_scope(city.id):
        first, second = QualityFiling.objects.order_by("number")
        section = ContractSection.objects.get()
        assert (section.code, [first.number, second.number]) == (
            "SG-1",
            ["HB-510726-2023-001", "HB-510726-2023-002"],
        )
        # Fifteen working days from the day after receipt.
        assert first.due_on == dt.date(2023, 9, 22)
    review = reverse("projects:filing-review", args=[first.pk])
    assert clerk.get(review).status_code == 403
    returned = {"result": "RETURNED", "opinion": "", "reviewed_on": "2023-09-20"}
    assert "请写明原因和需要补正的内容" in supervisor.post(review, returned).text
    assert supervisor.post(review, {**returned, "opinion": "缺检测报告"}).status_code == 302
    with city_scope(city.id):
        defect = DefectFiling.objects.get()
        assert (defect.number, defect.due_on) == ("QX-510726-2023-001", dt.date(2023, 9, 22))
        for role in (
            UnitRole.LEGAL_PERSON,
            UnitRole.SURVEYOR,
            UnitRole.DESIGNER,
            UnitRole.CONTRACTOR,
            UnitRole.SUPERVISING_ENGINEER,
        ):
            unit = factories.participating_unit(project=project, role=role, valid_from=dt.date(2023, 7, 1))
            factories.lifelong_commitment(unit=unit, signed_on=dt.date(2023, 7, 30))

    with city_scope(city.id):
        known = facts()
        counted = {
            "started_projects": 1,
            "started_projects_with_procedure": 1,
            "projects_with_book_plan_briefing": 1,
            "projects_with_all_commitments": 1,
            "filings_received": 2,
            "filings_reviewed_on_time": 1,
            "acceptances_notified": 1,
            "acceptances_supervised": 1,
            "defect_not_filed": 1,
        }
        assert {name: known.get(name) for name in counted} == counted
        assert evidence("defect_not_filed") == {str(defect.pk)}
        assert known.get("procedure_after_start", 0) == 0
        actions = set(AuditEvent.objects.values_list("action", flat=True))
        assert {"projects.project.register", "projects.filing.review", "projects.registration.add"} <= actions
    page = clerk.get(reverse("projects:project-detail", args=[project.pk])).text
    for words in ("施工1标", "左岸堤防", "基槽开挖0+120", "BCJD-2023-01", "HB-510726-2023-001"):
        assert words in page


def test_a_county_registers_in_itself_and_changes_only_its_own(
    city: City, other_city: City, owner: Organization, sign_in: SignIn
) -> None:
    with city_scope(city.id):
        theirs = factories.project(jurisdiction=county(city, "三台县"), legal_person=owner)
        section = factories.contract_section(project=theirs)
    clerk = sign_in(Role.COUNTY_REPORTER)
    assert 'name="jurisdiction"' not in clerk.get(NEW).text
    assert 'name="jurisdiction"' in sign_in(Role.BUREAU_CHIEF).get(NEW).text
    addresses = [
        reverse("projects:project-edit", args=[theirs.pk]),
        reverse("projects:project-position", args=[theirs.pk]),
        reverse("projects:record-add", args=[theirs.pk, "sections"]),
        reverse("projects:record-edit", args=["sections", section.pk]),
        reverse("projects:section-progress", args=[section.pk]),
        reverse("projects:attachment-add", args=[theirs.pk]),
    ]
    for client in (clerk, client_of(person(other_city, Role.BUREAU_CHIEF))):
        for address in addresses:
            assert client.get(address).status_code == 404, address
            assert client.post(address, {}).status_code == 404, address
    own = sign_in(Role.COUNTY_REPORTER, where="三台县")
    assert [own.get(address).status_code for address in addresses] == [200] * len(addresses)
    assert own.get(reverse("projects:record-add", args=[theirs.pk, "nonsense"])).status_code == 404
    assert sign_in(Role.BUREAU_LEADER).get(NEW).status_code == 403


def test_supervision_level_decides_nothing(city: City, owner: Organization, sign_in: SignIn) -> None:
    with city_scope(city.id):
        project = factories.project(
            jurisdiction=county(city), supervision_level="PROVINCE", legal_person=owner
        )
    assert (
        sign_in(Role.COUNTY_REPORTER).get(reverse("projects:project-edit", args=[project.pk])).status_code
        == 200
    )


def test_who_supervises_a_project_is_the_bureaus_to_say(
    city: City, owner: Organization, sign_in: SignIn
) -> None:
    clerk, chief = sign_in(Role.COUNTY_REPORTER), sign_in(Role.BUREAU_CHIEF)
    assert '<option value="COUNTY" selected>' in clerk.get(NEW).text
    with city_scope(city.id):
        project = factories.project(jurisdiction=county(city), legal_person=owner)
    address = reverse("projects:project-edit", args=[project.pk])

    def save(client: Client, scale: str) -> str:
        page = client.get(address).text
        seen = re.search(r'name="seen" value="([0-9a-f]{16})"', page)
        assert seen is not None
        form = project_form(owner, supervision_level="CITY", scale=scale, seen=seen[1])
        assert client.post(address, form).status_code == 302
        with city_scope(city.id):
            stored = Project.objects.get(pk=project.pk)
        assert stored.scale == scale
        return f"{stored.supervision_level} {'supervision_level' in page}"

    assert save(clerk, "甲") == "COUNTY False"
    facts = {"supervision_level": "CITY", "status": "UNDER_WAY", "started_on": factories.DAY}
    with (
        city_scope(city.id, county=project.jurisdiction_id),
        pytest.raises(RegisterRefused, match="由市局确定"),
    ):
        change_project(project_id=project.pk, facts=facts, by="甲", at=factories.MOMENT)
    assert save(chief, "乙") == "CITY True"
