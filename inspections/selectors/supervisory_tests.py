"""Supervisory tests and their commissions: rows of lists and single pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from core import display
from core.components import Step
from inspections.enums import CommissionState, Verdict
from inspections.models import (
    Evidence,
    SupervisoryTest,
    SupervisoryTestCommission,
    SupervisoryTestSample,
)

S = CommissionState


def open_failures() -> Q:
    """Failed, and nobody recorded what was done."""
    return Q(verdict=Verdict.FAILED, handled_on__isnull=True)


def late_failures_on(as_of: dt.date) -> Q:
    """Open failures whose term is over."""
    return open_failures() & Q(failure_due_on__lt=as_of)


def visible_tests() -> QuerySet[SupervisoryTest]:
    """The scope's tests with what a line shows."""
    return SupervisoryTest.objects.select_related("jurisdiction", "project", "agency")


def visible_commissions() -> QuerySet[SupervisoryTestCommission]:
    """The scope's commissions with `batches`."""
    rows = SupervisoryTestCommission.objects.annotate(batches=Coalesce(Sum("samples__batch_count"), 0))
    return rows.select_related("jurisdiction", "project", "agency")


@dataclass(frozen=True)
class TestPage:
    """One test."""

    facts: list[tuple[str, object]]
    samples: list[SupervisoryTestSample]
    evidence: list[Evidence]


@dataclass(frozen=True)
class CommissionPage:
    """One commission with its samples and tests."""

    facts: list[tuple[str, object]]
    samples: list[SupervisoryTestSample]
    tests: list[SupervisoryTest]
    steps: list[Step]


def test_page(test: SupervisoryTest) -> TestPage:
    """Read the page of a test that was fetched through the scope."""
    facts: list[tuple[str, object]] = [
        ("县（市、区）", test.jurisdiction.name),
        ("检测机构", test.agency.name),
        ("委托编号", test.commission.number if test.commission else ""),
        ("委托层级", test.get_organizer_level_display()),
        ("检测对象", test.get_tested_object_display()),
        ("检测项目", test.item),
        ("批次", f"{test.batch_count} 批"),
        ("取样日期", display.day(test.sampled_on)),
        ("报告编号", test.report_number),
        ("报告日期", display.day(test.reported_on)),
        ("检测费", f"{display.number(test.fee_yuan)} 元"),
    ]
    if test.verdict == Verdict.FAILED:
        facts += [
            ("处置期限", display.day(test.failure_due_on)),
            ("处置日期", display.day(test.handled_on)),
            ("处置情况", test.handling),
        ]
    return TestPage(facts, list(test.samples.all()), list(test.evidence.all()))


def commission_page(row: SupervisoryTestCommission) -> CommissionPage:
    """Read the page of a commission that was fetched through the scope."""
    facts: list[tuple[str, object]] = [
        ("县（市、区）", row.jurisdiction.name),
        ("检测机构", f"{row.agency.name}（{row.agency.uscc}）"),
        ("委托层级", row.get_organizer_level_display()),
        ("委托日期", display.day(row.commissioned_on)),
        ("检测费", f"{display.number(row.fee_yuan)} 元"),
        ("经办人", row.created_by_name),
        ("说明", row.note),
    ]
    return CommissionPage(facts, list(row.samples.select_related("test")), list(row.tests.all()), _steps(row))


def _steps(row: SupervisoryTestCommission) -> list[Step]:
    if row.state == S.CANCELLED:
        return []
    order = [S.DRAFT, S.COMMISSIONED, S.SAMPLED, S.REPORTED]
    at = order.index(S(row.state))
    words = ("拟委托", "委托", "取样", "报告")
    return [
        Step(word, "done" if index < at or row.state == S.REPORTED else "now" if index == at else "next")
        for index, word in enumerate(words)
    ]
