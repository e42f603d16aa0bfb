"""执法检查人员名录库: who is in it, and the ties that keep them from an object."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core.errors import DomainError
from core.text import clean_text, code_text
from core.uuid7 import uuid7
from inspections.models import Officer, OfficerTie
from projects.models import Organization, Project
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope, current_scope


class OfficerRefused(DomainError):
    """The entry lacks something, or says what cannot be."""


@dataclass(frozen=True, kw_only=True)
class OfficerText:
    """What the directory says of a person. left_reason: empty while the person is in it."""

    name: str
    enforcement_id: str
    id_valid_until: dt.date
    post: str = ""
    specialty: str = ""
    user_id: uuid.UUID | None = None
    left_reason: str = ""


@transaction.atomic
def add_officer(*, text: OfficerText, jurisdiction: Jurisdiction, by: Any, at: dt.datetime) -> Officer:
    """Enter somebody into the directory. Raises OfficerRefused."""
    values = _checked(text, None)
    row = Officer(id=uuid7(), city_id=jurisdiction.city_id, jurisdiction=jurisdiction, **values)
    row.save(force_insert=True)
    record(action="inspections.officer.add", subject=row, by=by, at=at, after=_told(row))
    return row


@transaction.atomic
def edit_officer(*, officer_id: uuid.UUID, text: OfficerText, by: Any, at: dt.datetime) -> Officer:
    """Change the entry; a reason for leaving takes the person out, an empty one takes the person in again."""
    row = Officer.objects.select_for_update(of=("self",)).get(pk=officer_id)
    before = _told(row)
    for name, value in _checked(text, row).items():
        setattr(row, name, value)
    row.save()
    after = _told(row)
    if after != before:
        record(action="inspections.officer.change", subject=row, by=by, at=at, before=before, after=after)
    return row


def _checked(text: OfficerText, present: Officer | None) -> dict[str, Any]:
    values = asdict(text)
    values["name"] = clean_text(text.name)
    values["enforcement_id"] = code_text(text.enforcement_id)
    values["left_reason"] = clean_text(text.left_reason)
    if not values["name"] or not values["enforcement_id"]:
        raise OfficerRefused("请填写姓名和执法证号。")
    # The number is one in the whole city, also where the reader sees one county.
    with city_scope(current_scope().city_id):
        others = Officer.objects.exclude(pk=present.pk) if present is not None else Officer.objects.all()
        has_twin = others.filter(enforcement_id=values["enforcement_id"]).exists()
        is_taken = text.user_id is not None and others.filter(user=text.user_id).exists()
    if has_twin:
        raise OfficerRefused(f"执法证号“{values['enforcement_id']}”已在全市名录中，请核对。")
    if is_taken:
        raise OfficerRefused("该账户已对应名录中的另一人，请核对。")
    return values | {"is_active": not values["left_reason"]}


def _told(row: Officer) -> dict[str, Any]:
    return {
        "name": row.name,
        "enforcement_id": row.enforcement_id,
        "id_valid_until": row.id_valid_until,
        "post": row.post,
        "specialty": row.specialty,
        "is_active": row.is_active,
        "left_reason": row.left_reason,
    }


@transaction.atomic
def add_tie(
    *,
    officer_id: uuid.UUID,
    about: Project | Organization,
    kind: str,
    note: str,
    declared_on: dt.date,
    by: Any,
    at: dt.datetime,
) -> OfficerTie:
    """Declare a tie (回避情形); it keeps the officer from the object's draws while it lasts. Raises OfficerRefused."""
    officer = Officer.objects.select_for_update(of=("self",)).get(pk=officer_id)
    if declared_on > timezone.localdate(at):
        raise OfficerRefused("申报日期不能晚于今天，请核对。")
    is_project = isinstance(about, Project)
    object_ = {"project": about} if is_project else {"organization": about}
    if officer.ties.filter(kind=kind, ended_on__isnull=True, **object_).exists():
        raise OfficerRefused(f"{officer.name}与“{about.name}”的同一情形已经申报。")
    row = OfficerTie(
        id=uuid7(),
        city_id=officer.city_id,
        jurisdiction_id=officer.jurisdiction_id,
        officer=officer,
        kind=kind,
        note=clean_text(note),
        declared_on=declared_on,
        **object_,
    )
    row.save(force_insert=True)
    after = {"about": about.name, "kind": str(kind), "declared_on": declared_on}
    record(action="inspections.officer.tie", subject=officer, by=by, at=at, after=after)
    return row


@transaction.atomic
def end_tie(*, tie_id: uuid.UUID, ended_on: dt.date, by: Any, at: dt.datetime) -> OfficerTie:
    """The tie lasts no longer; it stays on record. Raises OfficerRefused."""
    row = OfficerTie.objects.select_for_update(of=("self",)).select_related("officer").get(pk=tie_id)
    if row.ended_on is not None:
        raise OfficerRefused("该回避情形已经解除。")
    if not row.declared_on <= ended_on <= timezone.localdate(at):
        raise OfficerRefused("解除日期应在申报日期和今天之间，请核对。")
    row.ended_on = ended_on
    row.save(update_fields=["ended_on"])
    record(
        action="inspections.officer.untie", subject=row.officer, by=by, at=at, after={"ended_on": ended_on}
    )
    return row
