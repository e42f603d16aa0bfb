"""机构概况: filed by the county every year, confirmed by another person of the bureau."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Capability, holders
from audit.services import record
from core.uuid7 import uuid7
from guidance.models import BodyFiling
from guidance.services.writing import GuidanceRefused, WrongState, locked, name_of, said, write
from messaging.enums import MessageKind
from messaging.services import people_with, send
from projects.models import SupervisionBody
from tenancy.models import Jurisdiction

_CARRIED = (
    "institution_document",
    "full_time_supervisors",
    "funding_document",
    "funding_wan_yuan",
    "duties",
    "equipment",
    "contact_name",
    "contact_phone",
)


@dataclass(frozen=True, kw_only=True)
class BodyText:
    """What a county files. supervisors: {"name", "certificate"} of each full-time one; their number follows from it."""

    institution_document: str = ""
    funding_document: str = ""
    funding_wan_yuan: Decimal | None = None
    duties: str = ""
    equipment: str = ""
    contact_name: str = ""
    contact_phone: str = ""
    supervisors: list[dict[str, str]] = field(default_factory=list)


@transaction.atomic
def open_body(*, jurisdiction: Jurisdiction, year: int, by: Any, at: dt.datetime) -> SupervisionBody:
    """The profile of a year, carried over from the year before; asked again, the one that is there."""
    Jurisdiction.objects.select_for_update(of=("self",)).get(pk=jurisdiction.pk)
    present = SupervisionBody.objects.filter(jurisdiction=jurisdiction, year=year).first()
    if present is not None:
        return present
    former = SupervisionBody.objects.filter(jurisdiction=jurisdiction, year__lt=year).first()
    carried = {name: getattr(former, name) for name in _CARRIED} if former is not None else {}
    body = SupervisionBody(
        id=uuid7(), city_id=jurisdiction.city_id, jurisdiction=jurisdiction, year=year, **carried
    )
    body.save(force_insert=True)
    filing = filing_of(body)
    if former is not None:
        filing.supervisors = filing_of(former).supervisors
        filing.save(update_fields=["supervisors"])
    after = {"year": year, "carried_over_from": former.year if former is not None else None}
    record(action="guidance.body.open", subject=body, by=by, at=at, after=after)
    return body


@transaction.atomic
def edit_body(*, body_id: uuid.UUID, text: BodyText, by: Any, at: dt.datetime) -> SupervisionBody:
    """Change a profile that is neither submitted nor confirmed.

    Raises WrongState, GuidanceRefused.
    """
    body = _editable(body_id)
    names = [one for one in text.supervisors if one["name"].strip()]
    if len({(one["name"], one["certificate"]) for one in names}) != len(names):
        raise GuidanceRefused("专职监督员名册有重复的人员，请核对。")
    changes: dict[str, Any] = {name: getattr(text, name) for name in _CARRIED if hasattr(text, name)}
    changes = {name: value.strip() if isinstance(value, str) else value for name, value in changes.items()}
    changes["full_time_supervisors"] = len(names)
    write(body, "guidance.body.edit", changes, by, at)
    filing = filing_of(body)
    if filing.supervisors != names:
        filing.supervisors = names
        filing.save(update_fields=["supervisors"])
    return body


@transaction.atomic
def submit_body(*, body_id: uuid.UUID, by: Any, at: dt.datetime) -> SupervisionBody:
    """To the bureau. Blanks are allowed: what a county does not have, it does not have."""
    body = _editable(body_id)
    filing = filing_of(body)
    filing.submitted_by, filing.return_reason, filing.returned_at = by.id, "", None
    filing.returned_by_name = ""
    filing.save()
    changes = {"submitted_at": at, "submitted_by_name": name_of(by)}
    write(body, "guidance.body.submit", changes, by, at)
    _tell(body, holders(Capability.BODY_CONFIRM), None, "提交，请确认。", by, at)
    return body


@transaction.atomic
def confirm_body(*, body_id: uuid.UUID, by: Any, at: dt.datetime) -> SupervisionBody:
    """Confirmed on the day of this act, by someone who did not submit it: rubric A1 reads it from then on."""
    body = locked(SupervisionBody, body_id)
    if body.submitted_at is None or body.confirmed_on is not None:
        raise WrongState("机构概况还没有提交或已经确认，请刷新页面，按当前状态办理。")
    if filing_of(body).submitted_by == by.id:
        raise GuidanceRefused("机构概况由您提交，请由他人确认。")
    changes = {"confirmed_on": timezone.localdate(at), "confirmed_by_name": name_of(by)}
    return write(body, "guidance.body.confirm", changes, by, at)


@transaction.atomic
def return_body(*, body_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> SupervisionBody:
    """Back to the county with a reason, also when it was confirmed: until it is confirmed again A1 reads last year's."""
    body = locked(SupervisionBody, body_id)
    if body.submitted_at is None and body.confirmed_on is None:
        raise WrongState("机构概况还没有提交，不能退回。")
    filing = filing_of(body)
    filing.return_reason = said(reason, "请写明退回原因。")
    filing.returned_at, filing.returned_by_name = at, name_of(by)
    filing.save()
    changes = {"submitted_at": None, "confirmed_on": None, "confirmed_by_name": ""}
    write(body, "guidance.body.return", changes, by, at)
    text = f"退回：{filing.return_reason}"
    _tell(body, holders(Capability.BODY_SUBMIT), body.jurisdiction_id, text, by, at)
    return body


def filing_of(body: SupervisionBody) -> BodyFiling:
    """The filing of a profile; one that came by the ledger gets an empty one, saved with its first change."""
    filing = BodyFiling.objects.filter(body=body).first()
    if filing is not None:
        return filing
    filing = BodyFiling(id=uuid7(), city_id=body.city_id, jurisdiction_id=body.jurisdiction_id, body=body)
    filing.save(force_insert=True)
    return filing


def _editable(body_id: uuid.UUID) -> SupervisionBody:
    body = locked(SupervisionBody, body_id)
    if body.submitted_at is not None or body.confirmed_on is not None:
        raise WrongState("机构概况已经提交或确认，不能修改；确需修改的，请市局退回。")
    return body


def _tell(
    body: SupervisionBody,
    roles: list[Any],
    jurisdiction_id: uuid.UUID | None,
    what: str,
    by: Any,
    at: dt.datetime,
) -> None:
    people: list[User] = people_with(roles, jurisdiction_id=jurisdiction_id)
    send(
        key=f"body:{body.pk}:{at.isoformat()}",
        recipients=people,
        title=f"{body.jurisdiction.short_name}{body.year}年度机构概况",
        text=what,
        url=reverse("guidance:body-detail", args=[body.pk]),
        kind=MessageKind.BODY,
        at=at,
        by=by,
    )
