"""An inspection ends when nothing is missing, and counts when another person has reviewed it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from inspections.enums import Aspect, FindingState, InspectionState, OfficerRole
from inspections.models import Finding, Inspection, RecordConflict
from inspections.services.approvals import decide_approval, request_approval
from inspections.services.concluding import ConclusionRefused, Decision, NotReady, conclude, review
from inspections.services.record import apply_submission, own_submission
from projects.enums import UnitRole
from projects.models import ParticipatingUnit
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.records import AT, a_finding, an_inspection, answers, ending, measurements, op, send, whole_record


@pytest.fixture
def inspector(city: City) -> User:
    return person(city, Role.COUNTY_SUPERVISOR, name="王检")


@pytest.fixture
def reviewer(city: City) -> User:
    return person(city, Role.COUNTY_REVIEWER, name="赵审")


@pytest.fixture
def inspection(city: City) -> Iterator[Inspection]:
    with city_scope(city.id):
        yield an_inspection(jurisdiction=county(city))


@pytest.fixture
def unit(inspection: Inspection) -> ParticipatingUnit:
    return factories.participating_unit(project=inspection.project)


def missing(inspection: Inspection, by: User) -> str:
    with pytest.raises(NotReady) as refused:
        conclude(inspection_id=inspection.pk, by=by, at=AT)
    return "\n".join(refused.value.missing)


def test_everything_that_is_missing_is_named_at_once(
    inspection: Inspection, inspector: User, unit: ParticipatingUnit
) -> None:
    text = missing(inspection, inspector)
    for words in (
        "到场时间",
        "离场时间",
        "“质量核备”还有 4 项",
        "在场人员",
        "签字不足 2 人",
        "没有签字",
        "意见",
    ):
        assert words in text
    send(
        inspection, inspector, *answers(inspection, GX_04="PROBLEM", HB_01="NA"), *ending(unit, refuses=True)
    )
    text = missing(inspection, inspector)
    for words in ("答“不适用”没有写原因：HB-01", "没有记录问题：GX-04", "没有实测数据：GX-05、GX-06、TZ-02"):
        assert words in text
    assert "签字" not in text
    send(
        inspection,
        inspector,
        *a_finding(unit, severity="GRAVE", catalogue_code="E-005"),
        op("refusal/witness", ""),
    )
    assert "与建议的不同" in missing(inspection, inspector)
    assert inspection.findings.get().proposed_severity == "GENERAL"


def test_an_assistant_never_ends_an_inspection(city: City, inspection: Inspection) -> None:
    helper = person(city, Role.ASSISTANT)
    factories.inspection_officer(inspection=inspection, role=OfficerRole.ASSISTANT, user=helper.pk)
    with pytest.raises(ConclusionRefused, match="辅助人员"):
        conclude(inspection_id=inspection.pk, by=helper, at=AT)


@pytest.mark.parametrize(
    ("stated", "offset", "ended"),
    [
        ("2023-09-05T16:55:00+08:00", None, "2023-09-05T08:55:00+00:00"),
        ("2023-09-05T17:55:00+08:00", -3_600_000, "2023-09-05T08:55:00+00:00"),
        ("2099-01-01T00:00:00+08:00", None, "2023-09-05T09:00:00+00:00"),
        ("2001-01-01T00:00:00+08:00", None, "2023-09-05T01:10:00+00:00"),
        ("2023-09-05T16:55:00+08:00", 2**52, "2023-09-05T09:00:00+00:00"),
    ],
)
def test_a_tablet_ends_it_when_nothing_is_missing(
    city: City,
    inspection: Inspection,
    inspector: User,
    unit: ParticipatingUnit,
    stated: str,
    offset: int | None,
    ended: str,
) -> None:
    """What is missing comes from the other tablet; the inspection ends in the name of him who ended it, on our clock."""
    other = person(city, Role.COUNTY_SUPERVISOR, name="李查")
    last = replace(own_submission(inspection.pk, [op("conclude/at", stated)], at=AT), clock_offset_ms=offset)
    apply_submission(submission=last, device=None, by=inspector, at=AT)
    inspection.refresh_from_db()
    assert inspection.state == InspectionState.UNDER_WAY
    send(inspection, other, *whole_record(inspection, unit))
    inspection.refresh_from_db()
    assert (inspection.state, inspection.concluded_by) == (InspectionState.CONCLUDED, inspector.pk)
    assert inspection.concluded_at is not None
    assert inspection.concluded_at.isoformat() == ended


def test_the_day_of_arrival_counts_and_not_the_arranged_one(
    inspection: Inspection, inspector: User, unit: ParticipatingUnit
) -> None:
    Inspection.objects.filter(pk=inspection.pk).update(inspected_on=dt.date(2023, 8, 31))
    send(inspection, inspector, *whole_record(inspection, unit))
    assert inspection.findings.get().found_on == dt.date(2023, 8, 31)
    entered = inspection.values.get(path="header/entered_at")
    tomorrow = op("header/entered_at", "2023-09-06T00:10:00+08:00", entered.operation_id)
    send(inspection, inspector, tomorrow)
    assert "2023-09-06还没有到" in missing(inspection, inspector)
    send(inspection, inspector, op("header/entered_at", entered.value, tomorrow.id))
    done = conclude(inspection_id=inspection.pk, by=inspector, at=AT)
    assert (done.inspected_on, done.findings.get().found_on) == (AT.date(), AT.date())
    event = AuditEvent.objects.filter(action="inspections.inspection.conclude").latest("seq")
    assert ("2023-08-31" in event.payload, "2023-09-05" in event.payload) == (True, True)


def test_review_is_another_persons_word_on_every_finding(
    inspection: Inspection, inspector: User, reviewer: User, unit: ParticipatingUnit
) -> None:
    second = a_finding(unit, text="施工日志缺页", kind="MANAGEMENT_VIOLATION")
    send(inspection, inspector, *whole_record(inspection, unit), *second)
    factories.inspection_officer(inspection=inspection, name="孙缺席")
    conclude(inspection_id=inspection.pk, by=inspector, at=AT)
    one, two = Finding.objects.filter(inspection=inspection).order_by("text")
    decisions = {one.pk: Decision(True, "影响结构耐久", "SERIOUS"), two.pk: Decision(False, "当场补齐")}
    refusals = [
        (inspector, decisions, "由其他人办理"),
        (reviewer, {one.pk: decisions[one.pk]}, "还没有审核意见"),
        (reviewer, {**decisions, two.pk: Decision(False)}, "须写明原因"),
        (reviewer, {**decisions, one.pk: Decision(True, "", "GRAVE")}, "须写明理由"),
    ]
    for by, given, words in refusals:
        with pytest.raises(ConclusionRefused, match=words):
            review(inspection_id=inspection.pk, decisions=given, by=by, at=AT)
    send(inspection, inspector, op("header/weather", "雨"))
    with pytest.raises(ConclusionRefused, match="未裁定"):
        review(inspection_id=inspection.pk, decisions=decisions, by=reviewer, at=AT)
    RecordConflict.objects.all().delete()

    done = review(inspection_id=inspection.pk, decisions=decisions, by=reviewer, at=AT)

    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.state, one.severity, one.confirmed_by) == (FindingState.CONFIRMED, "SERIOUS", reviewer.pk)
    assert (two.state, two.withdrawn_reason) == (FindingState.WITHDRAWN, "当场补齐")
    assert (done.state, done.reviewed_by) == (InspectionState.COMPLETED, reviewer.pk)
    assert done.counterparty_signed
    assert done.opinion.startswith("对检查发现的问题无异议")
    assert set(done.officers.values_list("name", flat=True)) == {"王检", "李查"}
    assert done.aspects.count() == len(Aspect)
    assert not done.aspects.filter(is_checked=False).exists()
    with pytest.raises(ConclusionRefused, match="已完成"):
        review(inspection_id=inspection.pk, decisions=decisions, by=reviewer, at=AT)


def test_what_was_never_approved_is_made_up_for_before_the_review(
    inspection: Inspection, inspector: User, reviewer: User, unit: ParticipatingUnit, city: City
) -> None:
    inspection.approvals.all().delete()
    send(inspection, inspector, *whole_record(inspection, unit))
    conclude(inspection_id=inspection.pk, by=inspector, at=AT)
    decisions = {inspection.findings.get().pk: Decision(True)}
    with pytest.raises(ConclusionRefused, match="审批尚未批准"):
        review(inspection_id=inspection.pk, decisions=decisions, by=reviewer, at=AT)
    own, page = client_of(inspector), reverse("visits:inspection-detail", args=[inspection.pk])
    assert "没有申请检查审批" in own.get(page).text
    assert "补办审批" in own.get(page).text
    sheet = client_of(reviewer).get(reverse("visits:review", args=[inspection.pk])).text
    assert "待补审批" in sheet
    assert "审核完成" not in sheet, "no button that would be refused"

    with city_scope(city.id, county=inspection.jurisdiction_id):
        asked = request_approval(
            inspection_id=inspection.pk, reason="补办", is_urgent=False, by=inspector, at=AT
        )
        assert asked.is_urgent, "asked for after the site was entered"
        with pytest.raises(ConclusionRefused, match="审批尚未批准"):
            review(inspection_id=inspection.pk, decisions=decisions, by=reviewer, at=AT)
        decide_approval(approval_id=asked.pk, is_approved=True, note="", by=reviewer, at=AT)
        assert "待补审批" not in own.get(page).text
        done = review(inspection_id=inspection.pk, decisions=decisions, by=reviewer, at=AT)
    assert (done.state, done.approval_number) == (InspectionState.COMPLETED, asked.number)


def test_a_refusal_needs_its_witness_and_is_written_down(
    inspection: Inspection, inspector: User, unit: ParticipatingUnit
) -> None:
    not_applicable = [op("answers/HB-01/reason", "小型工程，未划分")]
    codes = {f"HB_0{n}": "NA" for n in range(1, 5)}
    reasons = [op(f"answers/HB-0{n}/reason", "小型工程，未划分") for n in range(2, 5)]
    send(
        inspection,
        inspector,
        *answers(inspection, **codes),
        *not_applicable,
        *reasons,
        *measurements(inspection),
        *ending(unit, refuses=True),
    )
    done = conclude(inspection_id=inspection.pk, by=inspector, at=AT)
    assert (done.counterparty_signed, done.refusal_witness) == (False, "村委会赵见证")
    filing = done.aspects.get(aspect=Aspect.FILING)
    assert (filing.is_checked, filing.reason) == (False, "小型工程，未划分")


def test_a_fact_of_two_units_is_proved_for_both(
    inspection: Inspection, inspector: User, reviewer: User, unit: ParticipatingUnit
) -> None:
    other = factories.participating_unit(project=inspection.project, role=UnitRole.SUPERVISING_ENGINEER)
    send(inspection, inspector, *whole_record(inspection, unit))
    first = inspection.findings.get()
    sibling = a_finding(other, catalogue_code="E-005", same_fact=str(first.pk))
    send(inspection, inspector, op(f"findings/{first.pk}/same_fact", str(first.pk)), *sibling)
    factories.evidence(finding=first, inspection=inspection)
    conclude(inspection_id=inspection.pk, by=inspector, at=AT)
    decisions = {finding.pk: Decision(True) for finding in inspection.findings.all()}

    review(inspection_id=inspection.pk, decisions=decisions, by=reviewer, at=AT)

    assert [finding.evidence.count() for finding in inspection.findings.all()] == [1, 1]
    assert (
        len({proof.sha256 for finding in inspection.findings.all() for proof in finding.evidence.all()}) == 1
    )
