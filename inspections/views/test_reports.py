"""Registering the report of a test. The term of a failure is the rubric's: the address hands it in."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.act_pages import ActPage, act_page, bound
from accounts.decorators import ScopedRequest, requires
from accounts.roles import Capability
from inspections.enums import Verdict
from inspections.forms.tests import ReportForm
from inspections.models import SupervisoryTest
from inspections.selectors.supervisory_tests import visible_tests
from inspections.services.test_reports import record_report
from inspections.views.ownership import is_own
from inspections.views.tests import crumbs, test_url


@requires(Capability.TEST_EDIT)
@require_http_methods(["GET", "POST"])
def report(request: ScopedRequest, pk: uuid.UUID, term: Callable[[dt.date], int]) -> HttpResponse:
    """The report with the result of each sample, and its PDF. term: working days to handle a failure on a day."""
    test = get_object_or_404(visible_tests().select_related("commission"), pk=pk)
    if test.verdict != Verdict.PENDING or not is_own(request, Capability.TEST_EDIT, test):
        return redirect(test_url(test))
    form = bound(request, ReportForm, {"fee_yuan": _fee_left(test)}, test=test)

    def save(data: dict[str, Any]) -> None:
        record_report(
            test_id=pk,
            report=form.report,
            failure_workdays=term(data["reported_on"]),
            by=request.user,
            at=timezone.now(),
        )

    page = ActPage(
        title="登记检测报告",
        submit="登记",
        done="检测报告已登记。",
        back=test_url(test),
        note=test.number,
        facts=[("工程", test.project.name), ("检测机构", test.agency.name), ("检测项目", test.item)],
        warning="有一个样品不合格，整份检测即为不合格：系统自动草拟问题，并开始计算处置期限。",
        crumbs=crumbs(test),
        has_file=True,
    )
    return act_page(request, page, form, save)


def _fee_left(test: SupervisoryTest) -> Decimal:
    if test.commission is None:
        return test.fee_yuan
    told = test.commission.tests.exclude(pk=test.pk).aggregate(total=Sum("fee_yuan"))["total"]
    return test.commission.fee_yuan - (told or Decimal(0))
