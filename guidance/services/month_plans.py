"""Month plans: worked on as a sheet, published on the day of the act, changed afterwards only with a reason."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import display
from core.month import ReportingMonth
from core.uuid7 import uuid7
from guidance.models import PlanSheet, PlanSheetChange
from guidance.selectors.months import is_month_closed
from guidance.services.writing import GuidanceRefused, locked, name_of, said, write
from inspections.enums import InspectionKind
from inspections.models import MonthPlan
from tenancy.models import Jurisdiction

MOST = 999
"""A month with more inspections or batches than this is a typing error."""


@dataclass(frozen=True, kw_only=True)
class PlanText:
    """What a plan says."""

    inspection_count: int
    test_batch_count: int
    content: str
    kinds: Sequence[str] = field(default_factory=list)


@transaction.atomic
def edit_sheet(
    *, jurisdiction: Jurisdiction, month: ReportingMonth, text: PlanText, by: Any, at: dt.datetime
) -> PlanSheet:
    """Write the plan of a month that is not published; the sheet is made on the first call.

    Raises GuidanceRefused once it is published, and for a month that is closed.
    """
    _lock_month(jurisdiction)
    _check_open(month)
    if MonthPlan.objects.filter(jurisdiction=jurisdiction, month=month.first).exists():
        raise GuidanceRefused(f"{month.label}的计划已经印发，请用“调整计划”并说明原因。")
    values = {**_checked(text), "edited_at": at, "edited_by_name": name_of(by)}
    sheet = PlanSheet.objects.filter(jurisdiction=jurisdiction, month=month.first).first()
    if sheet is not None:
        return write(sheet, "guidance.monthplan.edit", values, by, at)
    sheet = PlanSheet(
        id=uuid7(), city_id=jurisdiction.city_id, jurisdiction=jurisdiction, month=month.first, **values
    )
    sheet.save(force_insert=True)
    record(action="guidance.monthplan.edit", subject=sheet, by=by, at=at, after=_counts(sheet))
    return sheet


@transaction.atomic
def publish_plan(*, sheet_id: uuid.UUID, by: Any, at: dt.datetime) -> MonthPlan:
    """印发: the sheet becomes the month's plan, published on the day of this act and on no other.

    Raises GuidanceRefused when it was published before, or its month is closed.
    """
    # the month first, as edit_sheet takes it: what is published is what was written last
    _lock_month(Jurisdiction.objects.get(plan_sheets__pk=sheet_id))
    sheet = locked(PlanSheet, sheet_id)
    month = ReportingMonth.from_first_day(sheet.month)
    _check_open(month)
    if MonthPlan.objects.filter(jurisdiction=sheet.jurisdiction, month=sheet.month).exists():
        raise GuidanceRefused(f"{month.label}的计划已经印发，不能再次印发。")
    plan = MonthPlan(
        id=uuid7(),
        city_id=sheet.city_id,
        jurisdiction_id=sheet.jurisdiction_id,
        month=sheet.month,
        published_on=timezone.localdate(at),
        inspection_count=sheet.inspection_count,
        test_batch_count=sheet.test_batch_count,
    )
    plan.save(force_insert=True)
    sheet.plan, sheet.published_by_name = plan, name_of(by)
    sheet.save(update_fields=["plan", "published_by_name"])
    after = {"published_on": plan.published_on, **_counts(sheet)}
    record(action="guidance.monthplan.publish", subject=sheet, by=by, at=at, after=after)
    return plan


@transaction.atomic
def change_plan(
    *, plan_id: uuid.UUID, text: PlanText, reason: str, by: Any, at: dt.datetime
) -> PlanSheetChange:
    """Change a published plan. Its day of publication stays; the reason and what stood there before are kept.

    A plan that came by the ledger gets its sheet now. Raises GuidanceRefused.
    """
    plan = locked(MonthPlan, plan_id)
    month = ReportingMonth.from_first_day(plan.month)
    _check_open(month)
    reason = said(reason, "请写明调整原因。")
    values = _checked(text)
    sheet = _sheet_of(plan, by, at)
    before = _words(sheet)
    for name, value in values.items():
        setattr(sheet, name, value)
    after = _words(sheet)
    if before == after:
        raise GuidanceRefused("计划没有变化，不需要调整。")
    sheet.edited_at, sheet.edited_by_name = at, name_of(by)
    sheet.save()
    plan.inspection_count, plan.test_batch_count = sheet.inspection_count, sheet.test_batch_count
    plan.save(update_fields=["inspection_count", "test_batch_count"])
    change = PlanSheetChange(
        id=uuid7(),
        city_id=sheet.city_id,
        jurisdiction_id=sheet.jurisdiction_id,
        sheet=sheet,
        reason=reason,
        before=before,
        after=after,
        changed_at=at,
        changed_by_name=name_of(by),
    )
    change.save(force_insert=True)
    record(
        action="guidance.monthplan.change",
        subject=sheet,
        by=by,
        at=at,
        before=before,
        after={**after, "reason": reason},
    )
    return change


def _sheet_of(plan: MonthPlan, by: Any, at: dt.datetime) -> PlanSheet:
    sheet = PlanSheet.objects.filter(jurisdiction_id=plan.jurisdiction_id, month=plan.month).first()
    if sheet is None:
        sheet = PlanSheet(
            id=uuid7(),
            city_id=plan.city_id,
            jurisdiction_id=plan.jurisdiction_id,
            month=plan.month,
            inspection_count=plan.inspection_count,
            test_batch_count=plan.test_batch_count,
            edited_at=at,
            edited_by_name=name_of(by),
        )
    else:
        # The ledger may have corrected the plan since the sheet was written.
        sheet.inspection_count, sheet.test_batch_count = plan.inspection_count, plan.test_batch_count
    sheet.plan = plan
    return sheet


def _lock_month(jurisdiction: Jurisdiction) -> None:
    """Those who write or publish a month of the place wait for one another."""
    Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)


def _check_open(month: ReportingMonth) -> None:
    if is_month_closed(month.first):
        raise GuidanceRefused(
            f"{month.label}的月报已经冻结，当月计划不能再改；确需更正的，请联系市局更正当月评分。"
        )


def _checked(text: PlanText) -> dict[str, Any]:
    values = asdict(text)
    values["content"] = said(text.content, "请填写计划内容。")
    for name, label in (("inspection_count", "计划检查次数"), ("test_batch_count", "计划检测批次")):
        if not 0 <= values[name] <= MOST:
            raise GuidanceRefused(f"{label}应在0—{MOST}之间，请核对。")
    strange = [kind for kind in text.kinds if kind not in InspectionKind.values]
    if strange:
        raise GuidanceRefused(f"没有检查类型“{strange[0]}”，请重新选择。")
    values["kinds"] = [kind for kind in InspectionKind.values if kind in text.kinds]
    return values


def _counts(sheet: PlanSheet) -> dict[str, Any]:
    return {
        "month": display.month_cn(sheet.month),
        "inspection_count": sheet.inspection_count,
        "test_batch_count": sheet.test_batch_count,
    }


def _words(sheet: PlanSheet) -> dict[str, Any]:
    """Field by field, as the list of changes shows it."""
    return {
        "inspection_count": sheet.inspection_count,
        "test_batch_count": sheet.test_batch_count,
        "kinds": [InspectionKind(kind).label for kind in sheet.kinds],
        "content": sheet.content,
    }
