"""招投标核查: one of nine matters, where it came from, what was found, what is done about it."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from inspections.enums import BiddingSource
from inspections.models import BiddingCheck
from inspections.services.check_writing import (
    CheckRefused,
    create,
    locked,
    next_number,
    not_later_than_today,
    said,
    write,
)
from projects.models import Project
from tenancy.models import Jurisdiction


@dataclass(frozen=True, kw_only=True)
class BiddingText:
    """What is recorded of a check. project: None for a matter that concerns no single project."""

    project: Project | None
    matter: str
    source: str
    source_note: str
    checked_on: dt.date
    checked_by: str
    has_problem: bool
    result: str
    handling: str


@transaction.atomic
def record_bidding_check(
    *, county: Jurisdiction, level: str, text: BiddingText, by: Any, at: dt.datetime
) -> BiddingCheck:
    """A new check of a county. level: of the office that checked. Raises CheckRefused."""
    values = _checked(county, text, at)
    row = BiddingCheck(
        city_id=county.city_id,
        jurisdiction=county,
        number=next_number(BiddingCheck, "ZB", county, text.checked_on),
        organizer_level=level,
        **values,
    )
    told = {"matter": text.matter, "has_problem": text.has_problem, "result": text.result}
    return create(row, "inspections.bidding.record", by, at, **told)


@transaction.atomic
def edit_bidding_check(*, check_id: uuid.UUID, text: BiddingText, by: Any, at: dt.datetime) -> BiddingCheck:
    """Put a check right until a notice follows from it. Raises CheckRefused."""
    row = locked(BiddingCheck, check_id)
    if row.notices.exists():
        raise CheckRefused("这次核查已经起草整改通知书，不能再修改；情况有变的，请另行核查登记。")
    return write(row, "inspections.bidding.edit", _checked(row.jurisdiction, text, at), by, at)


def _checked(county: Jurisdiction, text: BiddingText, at: dt.datetime) -> dict[str, Any]:
    not_later_than_today(text.checked_on, "核查日期", at)
    if text.project is not None and text.project.jurisdiction_id != county.pk:
        raise CheckRefused(f"工程“{text.project.name}”不在{county.short_name}，请核对县区或工程。")
    if text.source in (BiddingSource.COMPLAINT, BiddingSource.TRANSFER):
        said(text.source_note, "投诉举报和上级交办的核查，须写明来源的文号或登记编号。")
    result, handling = text.result.strip(), text.handling.strip()
    if text.has_problem:
        result = said(result, "存在问题的，必须写明核查结果。")
        handling = said(handling, "存在问题的，必须写明处理意见。")
    return {
        "project": text.project,
        "matter": text.matter,
        "source": text.source,
        "source_note": text.source_note.strip(),
        "checked_on": text.checked_on,
        "checked_by": said(text.checked_by, "请填写核查人员。"),
        "has_problem": text.has_problem,
        "result": result,
        "handling": handling,
    }
