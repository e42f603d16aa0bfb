"""The report of a supervisory test: verdicts by sample; a failure drafts a finding and starts a clock."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Sum

from core.filestore import PDF
from core.services import database_calendar
from inspections.enums import CommissionState, EvidenceKind, FindingKind, FindingState, Verdict
from inspections.models import Finding, SupervisoryTest, SupervisoryTestCommission, SupervisoryTestSample
from inspections.rules.test_failure import proposed_severity
from inspections.services.check_evidence import attach_to_check
from inspections.services.check_writing import (
    CheckRefused,
    WrongState,
    create,
    locked,
    name_of,
    next_number,
    not_before,
    not_later_than_today,
    said,
    write,
)
from projects.enums import UnitRole
from projects.models import ParticipatingUnit


@dataclass(frozen=True)
class SampleResult:
    """What the report says of one sample."""

    value: str
    has_passed: bool


@dataclass(frozen=True, kw_only=True)
class Report:
    """A report as it came. results: sample id → result. fee_yuan: its part of the commission's fee.

    is_failed: the verdict of a test that came without samples (from the ledger). unit_id: the contractor that answers
    for a failure; needed only then.
    """

    number: str
    reported_on: dt.date
    results: Mapping[uuid.UUID, SampleResult]
    fee_yuan: Decimal
    pdf: bytes
    is_failed: bool = False
    unit_id: uuid.UUID | None = None


def responsible_contractors(test: SupervisoryTest) -> QuerySet[ParticipatingUnit]:
    """The contractors of the project on the day of sampling."""
    day = test.sampled_on
    rows = ParticipatingUnit.objects.filter(project_id=test.project_id, role=UnitRole.CONTRACTOR).filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )
    return rows.select_related("organization").order_by("organization__name_pinyin")


@transaction.atomic
def record_report(
    *, test_id: uuid.UUID, report: Report, failure_workdays: int, by: Any, at: dt.datetime
) -> SupervisoryTest:
    """Register the report of a test that waits for it. One failed sample fails the test: a finding is drafted and
    must be handled within `failure_workdays` working days after the report.

    Raises CheckRefused, WrongState, WrongFile.
    """
    test = locked(SupervisoryTest, test_id)
    if test.verdict != Verdict.PENDING:
        raise WrongState("这项检测的报告已经登记，不能再次登记；请刷新页面查看。")
    not_later_than_today(report.reported_on, "报告日期", at)
    not_before(report.reported_on, "报告日期", test.sampled_on, "取样日期")
    samples = _write_results(test, report, by, at)
    _check_fee(test, report.fee_yuan)
    has_failed = any(sample.verdict == Verdict.FAILED for sample in samples) if samples else report.is_failed
    changes: dict[str, Any] = {
        "report_number": said(report.number, "请填写报告编号。"),
        "reported_on": report.reported_on,
        "verdict": Verdict.FAILED if has_failed else Verdict.PASSED,
        "fee_yuan": report.fee_yuan,
    }
    if has_failed:
        changes["failure_due_on"] = database_calendar().add_workdays(report.reported_on, failure_workdays)
        changes["finding"] = _draft_finding(test, samples, report, by, at)
    write(test, "inspections.test.report", changes, by, at)
    title = f"检测报告 {test.report_number}"
    kind = EvidenceKind.TEST_REPORT
    attach_to_check(owner=test, title=title, data=report.pdf, kind=kind, allowed=(PDF,), by=by, at=at)
    _finish_commission(test, by, at)
    return test


@transaction.atomic
def record_handling(
    *, test_id: uuid.UUID, handled_on: dt.date, handling: str, by: Any, at: dt.datetime
) -> SupervisoryTest:
    """What was done on site about a failure, and when: the clock stops (F2). Raises CheckRefused, WrongState."""
    test = locked(SupervisoryTest, test_id)
    if test.verdict != Verdict.FAILED or test.reported_on is None:
        raise WrongState("只有检测不合格的才需要登记处置情况。")
    if test.handled_on is not None:
        raise WrongState("处置情况已经登记，不能再次登记；请刷新页面查看。")
    not_later_than_today(handled_on, "处置日期", at)
    not_before(handled_on, "处置日期", test.reported_on, "报告日期")
    changes = {"handled_on": handled_on, "handling": said(handling, "请写明处置情况。")}
    return write(test, "inspections.test.handle", changes, by, at)


@transaction.atomic
def review_test_finding(
    *, test_id: uuid.UUID, is_confirmed: bool, severity: str, reason: str, by: Any, at: dt.datetime
) -> Finding:
    """Confirm the drafted finding with its severity, or withdraw it with a reason; never by who recorded it.

    Raises CheckRefused, WrongState.
    """
    test = locked(SupervisoryTest, test_id)
    if test.finding_id is None:
        raise WrongState("这项检测没有形成问题，不需要认定。")
    finding = locked(Finding, test.finding_id, FindingState.DRAFT)
    if finding.recorded_by == by.id:
        raise CheckRefused("登记检测报告的人不能认定由此形成的问题，请由其他人员认定。")
    if not is_confirmed:
        changes: dict[str, Any] = {
            "state": FindingState.WITHDRAWN,
            "withdrawn_reason": said(reason, "撤销问题必须写明原因。"),
        }
        return write(finding, "inspections.finding.withdraw", changes, by, at)
    if severity != finding.proposed_severity:
        reason = said(reason, "认定的严重程度与建议不同，请写明理由。")
    changes = {
        "state": FindingState.CONFIRMED,
        "severity": severity,
        "severity_reason": reason.strip() or finding.severity_reason,
        "confirmed_at": at,
        "confirmed_by": by.id,
        "confirmed_by_name": name_of(by),
    }
    return write(finding, "inspections.finding.confirm", changes, by, at)


def _write_results(
    test: SupervisoryTest, report: Report, by: Any, at: dt.datetime
) -> list[SupervisoryTestSample]:
    samples = list(test.samples.select_for_update(of=("self",)).order_by("number"))
    for sample in samples:
        result = report.results.get(sample.pk)
        if result is None or not result.value.strip():
            raise CheckRefused(f"样品{sample.number}没有填写检测值，请按报告逐个填写。")
        changes = {
            "result_value": result.value.strip(),
            "verdict": Verdict.PASSED if result.has_passed else Verdict.FAILED,
        }
        write(sample, "inspections.sample.report", changes, by, at)
    return samples


def _check_fee(test: SupervisoryTest, fee_yuan: Decimal) -> None:
    if test.commission_id is None:
        return
    # Two reports of one commission wait for each other: each must see what the other costs.
    commission = locked(SupervisoryTestCommission, test.commission_id)
    others = commission.tests.exclude(pk=test.pk).aggregate(total=Sum("fee_yuan"))["total"] or Decimal(0)
    if others + fee_yuan > commission.fee_yuan:
        raise CheckRefused(
            f"各份报告的检测费合计{others + fee_yuan:,}元，超过委托的{commission.fee_yuan:,}元，请核对检测费。"
        )


def _draft_finding(
    test: SupervisoryTest, samples: list[SupervisoryTestSample], report: Report, by: Any, at: dt.datetime
) -> Finding:
    unit = responsible_contractors(test).filter(pk=report.unit_id).first() if report.unit_id else None
    if unit is None:
        raise CheckRefused("检测不合格须选择责任施工单位；没有可选的，请先在工程台账登记施工单位。")
    failed = [sample for sample in samples if sample.verdict == Verdict.FAILED]
    severity, reason = proposed_severity(test.tested_object)
    parts = list(dict.fromkeys(sample.location for sample in failed if sample.location))
    finding = Finding(
        city_id=test.city_id,
        jurisdiction_id=test.jurisdiction_id,
        project_id=test.project_id,
        unit=unit,
        organization_id=unit.organization_id,
        number=next_number(Finding, "WT", test.jurisdiction, report.reported_on),
        kind=FindingKind.PHYSICAL_DEFECT,
        severity=severity,
        proposed_severity=severity,
        severity_reason=reason,
        text=_words(test, failed, report.number)[:500],
        part="、".join(parts)[:200],
        basis="、".join(dict.fromkeys(sample.standard for sample in failed if sample.standard))[:300],
        found_on=report.reported_on,
        found_by_level=test.organizer_level,
        state=FindingState.DRAFT,
        recorded_by=by.id,
        recorded_by_name=name_of(by),
    )
    return create(finding, "inspections.finding.draft", by, at, text=finding.text, test=test.number)


def _words(test: SupervisoryTest, failed: list[SupervisoryTestSample], report_number: str) -> str:
    lines = [
        f"样品{sample.number}{'设计值' + sample.design_value + '，' if sample.design_value else ''}"
        f"检测值{sample.result_value}"
        for sample in failed
    ]
    detail = f"：{'；'.join(lines)}" if lines else ""
    return f"监督检测{test.item}不合格{detail}（检测报告{report_number.strip()}）"


def _finish_commission(test: SupervisoryTest, by: Any, at: dt.datetime) -> None:
    """The last report ends the commission."""
    if test.commission_id is None:
        return
    commission = locked(SupervisoryTestCommission, test.commission_id)
    waiting = commission.tests.filter(verdict=Verdict.PENDING).exists()
    if not waiting and not commission.samples.filter(sampled_on__isnull=True).exists():
        write(commission, "inspections.commission.finish", {"state": CommissionState.REPORTED}, by, at)
