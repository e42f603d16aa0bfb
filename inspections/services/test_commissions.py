"""检测委托: to an agency that is independent of the project, within the year's money; then its samples."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from inspections.enums import CommissionState, OrganizerLevel, Verdict
from inspections.models import SupervisoryTest, SupervisoryTestCommission, SupervisoryTestSample
from inspections.selectors.independence import dependence_of
from inspections.services.check_writing import (
    CheckRefused,
    create,
    locked,
    name_of,
    need_state,
    next_number,
    not_before,
    not_later_than_today,
    said,
    write,
)
from inspections.services.test_budgets import take_from_budget
from projects.models import Organization, Project
from tenancy.models import Jurisdiction

S = CommissionState
TAKES_SAMPLES = (S.DRAFT, S.COMMISSIONED, S.SAMPLED)


class AgencyNotIndependent(CheckRefused):
    """The agency takes part in the project or serves one of its parties."""


@dataclass(frozen=True, kw_only=True)
class SampleText:
    """A planned sample: what is tested, by which standard, how many batches, the value that the design asks for."""

    tested_object: str
    item: str
    standard: str
    batch_count: int
    location: str
    design_value: str


@transaction.atomic
def draft_commission(
    *,
    project: Project,
    agency: Organization,
    level: str,
    fee_yuan: Decimal,
    note: str,
    by: Any,
    at: dt.datetime,
) -> SupervisoryTestCommission:
    """A commission that is being prepared. level: the office's, CITY or COUNTY. Raises AgencyNotIndependent."""
    day = timezone.localdate(at)
    _need_independence(agency, project, day)
    row = SupervisoryTestCommission(
        city_id=project.city_id,
        jurisdiction_id=project.jurisdiction_id,
        project=project,
        agency=agency,
        number=next_number(SupervisoryTestCommission, "JCWT", project.jurisdiction, day),
        organizer_level=level,
        fee_yuan=fee_yuan,
        note=note.strip(),
        created_by_name=name_of(by),
    )
    return create(
        row, "inspections.commission.draft", by, at, agency=agency, project=project, fee_yuan=fee_yuan
    )


@transaction.atomic
def edit_commission(
    *, commission_id: uuid.UUID, agency: Organization, fee_yuan: Decimal, note: str, by: Any, at: dt.datetime
) -> SupervisoryTestCommission:
    """Change a draft. Raises AgencyNotIndependent, WrongState."""
    row = locked(SupervisoryTestCommission, commission_id, S.DRAFT)
    _need_independence(agency, row.project, timezone.localdate(at))
    changes = {"agency": agency, "fee_yuan": fee_yuan, "note": note.strip()}
    return write(row, "inspections.commission.edit", changes, by, at)


@transaction.atomic
def plan_sample(
    *, commission_id: uuid.UUID, text: SampleText, by: Any, at: dt.datetime
) -> SupervisoryTestSample:
    """Add a sample to take. Its number follows the commission's."""
    row = locked(SupervisoryTestCommission, commission_id, *TAKES_SAMPLES)
    taken = set(row.samples.values_list("number", flat=True))
    number = next(
        f"{row.number}-{n:02d}" for n in range(1, len(taken) + 2) if f"{row.number}-{n:02d}" not in taken
    )
    if text.batch_count < 1:
        raise CheckRefused("样品批次应不少于1批。")
    sample = SupervisoryTestSample(
        city_id=row.city_id,
        jurisdiction_id=row.jurisdiction_id,
        commission=row,
        number=number,
        tested_object=text.tested_object,
        item=said(text.item, "请填写检测项目。"),
        standard=text.standard.strip(),
        batch_count=text.batch_count,
        location=text.location.strip(),
        design_value=text.design_value.strip(),
    )
    return create(sample, "inspections.sample.plan", by, at, item=sample.item, batch_count=text.batch_count)


@transaction.atomic
def issue_commission(
    *, commission_id: uuid.UUID, commissioned_on: dt.date, by: Any, at: dt.datetime
) -> SupervisoryTestCommission:
    """Draft → commissioned: independence asked again for the day, the fee taken from the year's budget.

    Raises AgencyNotIndependent, CheckRefused, WrongState.
    """
    row = locked(SupervisoryTestCommission, commission_id, S.DRAFT)
    not_later_than_today(commissioned_on, "委托日期", at)
    if not row.samples.exists():
        raise CheckRefused("委托中还没有检测项目，请先添加样品再委托。")
    _need_independence(row.agency, row.project, commissioned_on)
    take_from_budget(_payer(row), commissioned_on, row.fee_yuan)
    changes = {"state": S.COMMISSIONED, "commissioned_on": commissioned_on}
    return write(row, "inspections.commission.issue", changes, by, at)


@transaction.atomic
def cancel_commission(
    *, commission_id: uuid.UUID, reason: str, by: Any, at: dt.datetime
) -> SupervisoryTestCommission:
    """Before the first sample is taken; the money is free again, the record stays with its reason."""
    row = locked(SupervisoryTestCommission, commission_id, S.DRAFT, S.COMMISSIONED)
    changes = {"state": S.CANCELLED, "cancelled_reason": said(reason, "取消委托必须写明原因。")}
    return write(row, "inspections.commission.cancel", changes, by, at)


@transaction.atomic
def take_samples(
    *,
    commission_id: uuid.UUID,
    sample_ids: Sequence[uuid.UUID],
    sampled_on: dt.date,
    sampled_by: str,
    witness: str,
    by: Any,
    at: dt.datetime,
) -> list[SupervisoryTest]:
    """Samples taken on a day before a witness. Those of one object and item go to the agency as one test.

    The tests wait for their reports; their batches count in the month of sampling (F1).
    """
    row = locked(SupervisoryTestCommission, commission_id)
    need_state(row, S.COMMISSIONED, S.SAMPLED)
    _check_sampling(row, sampled_on, sampled_by, witness, at)
    samples = list(
        row.samples.select_for_update(of=("self",)).filter(pk__in=sample_ids, sampled_on__isnull=True)
    )
    if not samples or len(samples) != len(set(sample_ids)):
        raise CheckRefused("请选择本委托中尚未取样的样品；已取过样的不能再选。")
    groups: dict[tuple[str, str], list[SupervisoryTestSample]] = {}
    for sample in samples:
        groups.setdefault((sample.tested_object, sample.item), []).append(sample)
    tests = [_open_test(row, group, sampled_on, by, at) for group in groups.values()]
    for test, group in zip(tests, groups.values(), strict=True):
        for sample in group:
            changes = {
                "test": test,
                "sampled_on": sampled_on,
                "sampled_by": sampled_by.strip(),
                "witness": witness.strip(),
            }
            write(sample, "inspections.sample.take", changes, by, at)
    write(row, "inspections.commission.sample", {"state": S.SAMPLED}, by, at)
    return tests


def _check_sampling(
    row: SupervisoryTestCommission, sampled_on: dt.date, sampled_by: str, witness: str, at: dt.datetime
) -> None:
    not_later_than_today(sampled_on, "取样日期", at)
    if row.commissioned_on is not None:
        not_before(sampled_on, "取样日期", row.commissioned_on, "委托日期")
    taker = said(sampled_by, "请填写取样人。")
    if taker == said(witness, "请填写见证人。"):
        raise CheckRefused(f"取样人和见证人不能是同一人“{taker}”，请填写现场见证取样的人。")


def _open_test(
    row: SupervisoryTestCommission,
    samples: list[SupervisoryTestSample],
    sampled_on: dt.date,
    by: Any,
    at: dt.datetime,
) -> SupervisoryTest:
    first = samples[0]
    test = SupervisoryTest(
        city_id=row.city_id,
        jurisdiction_id=row.jurisdiction_id,
        project_id=row.project_id,
        agency_id=row.agency_id,
        commission=row,
        number=next_number(SupervisoryTest, "JC", row.jurisdiction, sampled_on),
        organizer_level=row.organizer_level,
        tested_object=first.tested_object,
        item=first.item,
        batch_count=sum(sample.batch_count for sample in samples),
        sampled_on=sampled_on,
        verdict=Verdict.PENDING,
    )
    return create(test, "inspections.test.open", by, at, item=test.item, batch_count=test.batch_count)


def _payer(row: SupervisoryTestCommission) -> Jurisdiction:
    if row.organizer_level == OrganizerLevel.COUNTY:
        return row.jurisdiction
    return Jurisdiction.objects.get(parent__isnull=True)


def _need_independence(agency: Organization, project: Project, day: dt.date) -> None:
    reason = dependence_of(agency, project, day)
    if reason:
        raise AgencyNotIndependent(reason)
