"""监督检测: from the year's money to a failed report, its finding and its clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import AuditEvent
from core.month import ReportingMonth
from inspections.enums import CommissionState, FindingKind, FindingState, OrganizerLevel, Severity, Verdict
from inspections.models import Finding, SupervisoryTest, SupervisoryTestCommission
from inspections.selectors.independence import dependence_of
from inspections.services import test_commissions as commissions
from inspections.services.check_writing import CheckRefused, WrongState
from inspections.services.test_budgets import record_budget
from inspections.services.test_reports import Report, SampleResult, record_handling, record_report
from projects.enums import UnitRole
from projects.models import Organization, Project
from scoring.facts.month import read_facts
from scoring.facts.window import open_window
from scoring.selectors.scales import rubric_in_force
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SignIn = Callable[..., Client]
AT = dt.datetime(2023, 9, 20, 9, 0, tzinfo=factories.SHANGHAI)
REPORTED = dt.date(2023, 9, 12)
PDF = b"%PDF-1.7 report"


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def a_project(place: Jurisdiction) -> tuple[Project, Organization]:
    """A project with a contractor, in the open scope."""
    project = factories.project(jurisdiction=place, name="安昌河堤防工程")
    builder = factories.organization(name="四川江河水电公司")
    factories.participating_unit(project=project, organization=builder, role=UnitRole.CONTRACTOR)
    return project, builder


def a_sample(**given: Any) -> commissions.SampleText:
    text = {
        "tested_object": "WORKS_BODY",
        "item": "混凝土抗压强度",
        "standard": "SL/T 352-2020",
        "batch_count": 2,
        "location": "左岸挡墙 0+120",
        "design_value": "C25",
    }
    return commissions.SampleText(**{**text, **given})


def drafted(project: Project, by: Any, fee: str = "4800", **given: Any) -> SupervisoryTestCommission:
    agency = given.pop("agency", None) or factories.organization(name="绵阳精检检测公司")
    row = commissions.draft_commission(
        project=project, agency=agency, level="COUNTY", fee_yuan=Decimal(fee), note="", by=by, at=AT
    )
    commissions.plan_sample(commission_id=row.pk, text=a_sample(**given), by=by, at=AT)
    return row


def sampled(row: SupervisoryTestCommission, by: Any) -> SupervisoryTest:
    day = dt.date(2023, 9, 6)
    commissions.issue_commission(commission_id=row.pk, commissioned_on=day, by=by, at=AT)
    samples = list(row.samples.values_list("pk", flat=True))
    taken: dict[str, Any] = {"sampled_on": day, "sampled_by": "张三", "witness": "李四"}
    return commissions.take_samples(commission_id=row.pk, sample_ids=samples, **taken, by=by, at=AT)[0]


def money(place: Jurisdiction, by: Any, amount: str = "10000") -> None:
    record_budget(jurisdiction=place, year=2023, amount_yuan=Decimal(amount), source="财建5号", by=by, at=AT)


def test_a_failed_report_drafts_a_finding_and_starts_the_clock(city: City) -> None:
    clerk, place = person(city, Role.COUNTY_SUPERVISOR, name="王监督"), county(city)
    with city_scope(city.id, county=place.pk):
        project, builder = a_project(place)
        money(place, clerk)
        test = sampled(drafted(project, clerk), clerk)
        assert (test.verdict, test.batch_count) == (Verdict.PENDING, 2)
        sample, unit = test.samples.get(), project.units.get()
        report = Report(
            number="BG-77",
            reported_on=REPORTED,
            results={sample.pk: SampleResult("19.8 MPa", has_passed=False)},
            fee_yuan=Decimal(4800),
            pdf=PDF,
            unit_id=unit.pk,
        )
        test = record_report(test_id=test.pk, report=report, failure_workdays=3, by=clerk, at=AT)
        with pytest.raises(WrongState):
            record_report(test_id=test.pk, report=report, failure_workdays=3, by=clerk, at=AT)
        finding = Finding.objects.get()
        assert (finding.state, finding.kind) == (FindingState.DRAFT, FindingKind.PHYSICAL_DEFECT)
        assert (finding.organization, finding.unit, finding.found_on) == (builder, unit, REPORTED)
        assert (finding.severity, finding.part) == (Severity.GRAVE, "左岸挡墙 0+120")
        for words in ("混凝土抗压强度不合格", "C25", "19.8 MPa", "BG-77", sample.number):
            assert words in finding.text
        assert test.failure_due_on == dt.date(2023, 9, 15), "Tuesday and three working days"
        assert test.evidence.get().get_kind_display() == "检测报告"
        assert SupervisoryTestCommission.objects.get().state == CommissionState.REPORTED
        assert AuditEvent.objects.filter(action="inspections.test.report").count() == 1
    month = ReportingMonth(2023, 9)
    with city_scope(city.id):
        factories.month_plan(jurisdiction=place, test_batch_count=4)
        window = open_window(city_id=city.id, month=month, rubric=rubric_in_force(month))
        for handled in (False, True):
            facts = read_facts(window, [place])[place.pk].values
            assert (facts["test_batches_planned"], facts["test_batches_done"]) == (4, 2)
            assert (facts["failed_tests"], facts["failed_tests_handled_in_3wd"]) == (1, int(handled))
            if not handled:
                with pytest.raises(CheckRefused, match="早于报告日期"):
                    record_handling(
                        test_id=test.pk, handled_on=dt.date(2023, 9, 1), handling="x", by=clerk, at=AT
                    )
                day = dt.date(2023, 9, 15)
                record_handling(
                    test_id=test.pk, handled_on=day, handling="凿除返工，重新浇筑", by=clerk, at=AT
                )


def test_an_agency_must_be_independent_of_every_party(city: City) -> None:
    with city_scope(city.id):
        project, builder = a_project(county(city))
        elsewhere = factories.project(jurisdiction=county(city, "平武县"), name="平武堤防")
        agency, free = factories.organization(name="甲检测"), factories.organization(name="乙检测")
        day = dt.date(2023, 9, 6)
        assert dependence_of(agency, project, day) == ""
        assert "项目法人" in dependence_of(project.legal_person, project, day)
        assert "施工单位" in dependence_of(builder, project, day)
        factories.participating_unit(project=elsewhere, organization=agency, role=UnitRole.TESTING_AGENCY)
        assert dependence_of(agency, project, day) == "", "it serves nobody of this project yet"
        factories.participating_unit(project=elsewhere, organization=builder, role=UnitRole.CONTRACTOR)
    clerk = person(city, Role.COUNTY_SUPERVISOR)
    with city_scope(city.id, county=county(city).pk):
        reason = dependence_of(agency, project, day)
        assert "四川江河水电公司" in reason
        assert "平武" not in reason, "a county learns nothing about the projects of the next one"
        with pytest.raises(commissions.AgencyNotIndependent):
            drafted(project, clerk, agency=agency)
        assert dependence_of(free, project, day) == ""
    with city_scope(city.id):
        Project.objects.filter(pk=elsewhere.pk).update(finished_on=dt.date(2023, 9, 1))
        assert dependence_of(agency, project, day) == "", "a finished project binds nobody"


def test_money_is_taken_once_and_given_back(city: City) -> None:
    clerk, place = person(city, Role.COUNTY_SUPERVISOR), county(city)
    with city_scope(city.id, county=place.pk):
        project, _ = a_project(place)
        first = drafted(project, clerk, "6000")
        second = drafted(project, clerk, "6000", agency=first.agency)
        day = dt.date(2023, 9, 6)
        act: dict[str, Any] = {"commissioned_on": day, "by": clerk, "at": AT}
        with pytest.raises(CheckRefused, match="经费还没有登记"):
            commissions.issue_commission(commission_id=first.pk, **act)
        money(place, clerk)
        commissions.issue_commission(commission_id=first.pk, **act)
        with pytest.raises(CheckRefused, match="余额4,000"):
            commissions.issue_commission(commission_id=second.pk, **act)
        with pytest.raises(CheckRefused, match="不能少于"):
            money(place, clerk, "5000")
        commissions.cancel_commission(commission_id=first.pk, reason="工程停工", by=clerk, at=AT)
        commissions.issue_commission(commission_id=second.pk, **act)
        with pytest.raises(CheckRefused, match="不能是同一人"):
            commissions.take_samples(
                commission_id=second.pk,
                sample_ids=list(second.samples.values_list("pk", flat=True)),
                sampled_on=day,
                sampled_by="张三",
                witness="张三",
                by=clerk,
                at=AT,
            )


def _post(client: Client, name: str, pk: Any, **data: Any) -> None:
    answer = client.post(reverse(name, args=[pk] if pk else []), data)
    assert answer.status_code == 302, answer.content.decode()[-3000:]


def test_the_whole_walk_by_the_pages(city: City, other_city: City, sign_in: SignIn, media: Path) -> None:
    """A county's clerk commissions, samples, registers; another person confirms; strangers see nothing."""
    place, today = county(city), timezone.localdate()
    with city_scope(city.id):
        project, _ = a_project(place)
        agency = factories.organization(name="绵阳精检检测公司")
    clerk, reviewer = sign_in(Role.COUNTY_SUPERVISOR), sign_in(Role.COUNTY_REVIEWER)
    _post(reviewer, "tests:budget-edit", None, year=today.year, amount_yuan="280000", source="财建5号")
    answer = clerk.post(
        reverse("tests:commission-new"), {"project": project.pk, "agency": agency.uscc, "fee_yuan": "4800"}
    )
    row_url = answer["Location"]
    pk = row_url.rsplit("/", 1)[1]
    text = {"tested_object": "WORKS_BODY", "item": "抗压强度", "batch_count": "1", "design_value": "C25"}
    _post(clerk, "tests:commission-sample", pk, **text)
    _post(clerk, "tests:commission-issue", pk, commissioned_on=today)
    with city_scope(city.id):
        sample = SupervisoryTestCommission.objects.get().samples.get()
    taken = {"sample_ids": sample.pk, "sampled_on": today, "sampled_by": "张三", "witness": "李四"}
    _post(clerk, "tests:commission-sampling", pk, **taken)
    with city_scope(city.id):
        test, unit = SupervisoryTest.objects.get(), project.units.get().pk
    with (media / "r.pdf").open("wb+") as file:
        file.write(PDF)
        file.seek(0)
        results = {"value_0": "19.8 MPa", "verdict_0": "FAILED", "unit": unit}
        form = {"number": "BG-77", "reported_on": today, "fee_yuan": "4800", "file": file}
        _post(clerk, "test_reports:report", test.pk, **results, **form)
    page, listed = reverse("tests:test-detail", args=[test.pk]), reverse("tests:test-list")
    assert "处置期限" in clerk.get(page).text
    assert "待处置的检测不合格" in clerk.get(reverse("todos")).text
    refused = clerk.post(
        reverse("tests:review", args=[test.pk]), {"decision": "confirm", "severity": "GRAVE"}
    )
    assert "不能认定" in refused.text
    assert refused.status_code == 422
    chief, review = sign_in(Role.BUREAU_CHIEF), reverse("tests:review", args=[test.pk])
    _post(chief, "tests:review", test.pk, decision="withdraw", severity="GRAVE", reason="不算")
    assert review not in chief.get(page).text, "whose test it is confirms what it found"
    assert "待认定" not in chief.get(reverse("todos")).text
    assert "待认定" in reviewer.get(reverse("todos")).text
    _post(reviewer, "tests:review", test.pk, decision="confirm", severity="GRAVE")
    _post(clerk, "tests:handle", test.pk, handled_on=today, handling="凿除返工")
    with city_scope(city.id):
        test.refresh_from_db()
        assert (test.finding.state, test.handled_on) == (FindingState.CONFIRMED, today)
        file_url = reverse("tests:file", args=[test.evidence.get().pk])
    assert chief.get(file_url).content == PDF
    for url in (page, row_url, listed, reverse("tests:budget-list"), reverse("tests:commission-list")):
        assert_no_inline_code(clerk.get(url))
    assert test.number in assert_no_formula(chief.get(listed, {"export": "xlsx"}), "监督检测")
    for stranger in (
        sign_in(Role.COUNTY_SUPERVISOR, where="三台县"),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ):
        assert [stranger.get(url).status_code for url in (page, row_url, file_url)] == [404] * 3
        assert test.number not in stranger.get(listed).text
    assert chief.post(reverse("tests:commission-edit", args=[pk])).status_code == 302, "not the bureau's own"


def test_lists_take_a_fixed_number_of_queries(city: City, sign_in: SignIn) -> None:
    chief: Client = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        row = factories.test_commission(jurisdiction=county(city))
        test = factories.supervisory_test(project=row.project, commission=row)
        factories.test_sample(commission=row, test=test)
        factories.test_budget(jurisdiction=Jurisdiction.objects.get(parent__isnull=True))

    def more() -> None:
        for _ in range(2):
            other = factories.test_commission(organizer_level=OrganizerLevel.CITY)
            factories.supervisory_test(project=other.project, commission=row)
            factories.test_sample(commission=row, test=test)

    pages = [reverse(f"tests:{name}-list") for name in ("test", "commission")]
    pages += [
        reverse("tests:test-detail", args=[test.pk]),
        reverse("tests:commission-detail", args=[row.pk]),
    ]
    before = [queries(chief, url) for url in pages]
    with city_scope(city.id):
        more()
    assert [queries(chief, url) for url in pages] == before
    assert queries_after(city, chief, pages[0], lambda: None) == before[0]
