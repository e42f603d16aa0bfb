"""线索: drafted from a finding or by itself, transferred to the body that enforces, receipted. Nothing is deleted."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from enforcement.models import Clue
from inspections.enums import FindingState
from inspections.models import Finding
from inspections.services.check_writing import (
    CheckRefused,
    WrongState,
    create,
    locked,
    next_number,
    not_before,
    not_later_than_today,
    said,
    write,
)
from projects.models import Organization, Project
from tenancy.models import Jurisdiction


@dataclass(frozen=True, kw_only=True)
class ClueText:
    """What is suspected, of whom, since when."""

    kind: str
    summary: str
    identified_on: dt.date
    project: Project | None
    organization: Organization | None


@transaction.atomic
def record_clue(
    *,
    county: Jurisdiction,
    level: str,
    text: ClueText,
    by: Any,
    at: dt.datetime,
    finding: Finding | None = None,
) -> Clue:
    """A new clue. level: of the office that identified it. finding: what it was drafted from.

    Raises CheckRefused.
    """
    values = _checked(county, text, at)
    if finding is not None:
        finding = locked(Finding, finding.pk)
        if finding.state == FindingState.WITHDRAWN:
            raise CheckRefused(f"问题{finding.number}已撤销，不能作为线索来源。")
        not_before(text.identified_on, "发现日期", finding.found_on, "问题发现日期")
    clue = Clue(
        city_id=county.city_id,
        jurisdiction=county,
        number=next_number(Clue, "XS", county, text.identified_on),
        organizer_level=level,
        finding=finding,
        **values,
    )
    told = {"kind": text.kind, "summary": clue.summary, "finding": finding.number if finding else ""}
    return create(clue, "enforcement.clue.record", by, at, **told)


@transaction.atomic
def edit_clue(*, clue_id: uuid.UUID, text: ClueText, by: Any, at: dt.datetime) -> Clue:
    """Put a clue right until it is transferred. Raises CheckRefused, WrongState."""
    clue = locked(Clue, clue_id)
    _need_here(clue)
    return write(clue, "enforcement.clue.edit", _checked(clue.jurisdiction, text, at), by, at)


@transaction.atomic
def transfer_clue(
    *, clue_id: uuid.UUID, receiver: str, transferred_on: dt.date, by: Any, at: dt.datetime
) -> Clue:
    """Hand it over; its term is kept by the day of transfer (E5). Raises CheckRefused, WrongState."""
    clue = locked(Clue, clue_id)
    _need_here(clue)
    not_later_than_today(transferred_on, "移送日期", at)
    not_before(transferred_on, "移送日期", clue.identified_on, "发现日期")
    changes = {"receiver": said(receiver, "请填写接收机关。"), "transferred_on": transferred_on}
    return write(clue, "enforcement.clue.transfer", changes, by, at)


@transaction.atomic
def record_receipt(*, clue_id: uuid.UUID, receipt: str, by: Any, at: dt.datetime) -> Clue:
    """What the receiver answered: taken or not, case number, result. May be completed later."""
    clue = locked(Clue, clue_id)
    if clue.transferred_on is None:
        raise WrongState("线索还没有移送，不能登记回执。")
    changes = {"receipt": said(receipt, "请填写回执内容。")}
    return write(clue, "enforcement.clue.receipt", changes, by, at)


def _need_here(clue: Clue) -> None:
    if clue.transferred_on is not None:
        raise WrongState(f"线索已于{clue.transferred_on:%Y-%m-%d}移送{clue.receiver}，不能再修改或移送。")


def _checked(county: Jurisdiction, text: ClueText, at: dt.datetime) -> dict[str, Any]:
    not_later_than_today(text.identified_on, "发现日期", at)
    if text.project is not None and text.project.jurisdiction_id != county.pk:
        raise CheckRefused(f"工程“{text.project.name}”不在{county.short_name}，请核对县区或工程。")
    return {
        "kind": text.kind,
        "summary": said(text.summary, "请写明线索内容。"),
        "identified_on": text.identified_on,
        "project": text.project,
        "organization": text.organization,
    }
