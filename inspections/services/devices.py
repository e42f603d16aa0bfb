"""Tablets: enrolled with a code that works once, held when lost, released when found, revoked for good.

Neither the code nor the token is kept: both are known by a keyed hash, so a copy of the database opens no tablet.
"""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from audit.services import record
from core import sealing
from core.errors import DomainError
from core.uuid7 import uuid7
from inspections.models import Device, DeviceEnrolment
from inspections.selectors.devices import token_digest
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope, current_scope

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 O, 1 I L: a code is read from a screen and typed on glass."""
CODE_LENGTH = 8
CODE_LIFE = dt.timedelta(minutes=15)
_SECRET_BYTES = 32
_SEEN_EVERY = dt.timedelta(minutes=1)


class CodeRefused(DomainError):
    """Unknown, used or too old: one sentence for all three, so that nobody learns which codes exist."""


class DeviceStateRefused(DomainError):
    """A tablet that is held, released or revoked out of turn."""


@dataclass(frozen=True)
class Code:
    """A code in clear: shown once, then forgotten. `text` in two groups of four."""

    enrolment: DeviceEnrolment
    text: str


@dataclass(frozen=True)
class Enrolled:
    """A new tablet and its token in clear: told once, then known by its hash."""

    device: Device
    token: str


def _plain(code: str) -> str:
    return "".join(code.upper().split()).replace("-", "")


def code_digest(code: str) -> str:
    """Keyed hash of a code, however it was typed (blanks, hyphen, small letters)."""
    return sealing.digest(_plain(code), purpose="device-code")


@transaction.atomic
def create_code(*, name: str, jurisdiction: Jurisdiction, by: Any, at: dt.datetime) -> Code:
    """A code for one tablet of this name and unit, good for 15 minutes and one enrolment."""
    plain = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    enrolment = DeviceEnrolment(
        id=uuid7(),
        city_id=jurisdiction.city_id,
        jurisdiction=jurisdiction,
        name=name,
        code_sha256=code_digest(plain),
        created_at=at,
        created_by_name=getattr(by, "display_name", str(by)),
        expires_at=at + CODE_LIFE,
    )
    enrolment.save(force_insert=True)
    record(action="inspections.device.invite", subject=enrolment, by=by, at=at, after={"name": name})
    return Code(enrolment, f"{plain[:4]}-{plain[4:]}")


@transaction.atomic
def enrol_device(*, code: str, name: str, by: Any, at: dt.datetime) -> Enrolled:
    """Turn a code into a tablet and its token; name: empty keeps the one that was given with the code.

    Raises CodeRefused.
    """
    rows = DeviceEnrolment.objects.select_for_update(of=("self",))
    enrolment = rows.filter(code_sha256=code_digest(code)).first()
    if enrolment is None or enrolment.used_at is not None or enrolment.expires_at <= at:
        raise CodeRefused("登记码不对、已使用或已超过 15 分钟，请在办公端“外业设备”中重新生成。")
    token = f"{current_scope().city_id.hex}.{secrets.token_urlsafe(_SECRET_BYTES)}"
    device = Device(
        id=uuid7(),
        city_id=enrolment.city_id,
        jurisdiction_id=enrolment.jurisdiction_id,
        name=name.strip()[:60] or enrolment.name,
        token_sha256=token_digest(token),
        enrolled_at=at,
        enrolled_by_name=getattr(by, "display_name", str(by)),
        last_seen_at=at,
    )
    device.save(force_insert=True)
    enrolment.used_at, enrolment.device = at, device
    enrolment.save(update_fields=["used_at", "device"])
    record(action="inspections.device.enrol", subject=device, by=by, at=at, after={"name": device.name})
    return Enrolled(device, token)


def _locked(device_id: uuid.UUID) -> Device:
    device = Device.objects.select_for_update(of=("self",)).get(pk=device_id)
    if device.revoked_at is not None:
        raise DeviceStateRefused(f"“{device.name}”已注销，不能再变更；需要时请重新登记。")
    return device


@transaction.atomic
def hold_device(*, device_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Device:
    """挂失: from the next contact on it is told so and gets and gives nothing; what lies on it stays there."""
    device = _locked(device_id)
    if device.held_at is not None:
        raise DeviceStateRefused(f"“{device.name}”已经挂失。")
    device.held_at, device.held_reason = at, reason
    device.save(update_fields=["held_at", "held_reason"])
    record(action="inspections.device.hold", subject=device, by=by, at=at, after={"reason": reason})
    return device


@transaction.atomic
def release_device(*, device_id: uuid.UUID, by: Any, at: dt.datetime) -> Device:
    """Found again: it may be used and send what waits on it."""
    device = _locked(device_id)
    if device.held_at is None:
        raise DeviceStateRefused(f"“{device.name}”没有挂失，不必解除。")
    before = {"reason": device.held_reason}
    device.held_at, device.held_reason = None, ""
    device.save(update_fields=["held_at", "held_reason"])
    record(action="inspections.device.release", subject=device, by=by, at=at, before=before)
    return device


@transaction.atomic
def revoke_device(*, device_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Device:
    """注销: for good; its token is never taken again."""
    device = _locked(device_id)
    device.revoked_at, device.revoked_reason = at, reason
    device.save(update_fields=["revoked_at", "revoked_reason"])
    record(action="inspections.device.revoke", subject=device, by=by, at=at, after={"reason": reason})
    return device


def note_contact(
    *, device: Device, at: dt.datetime, waiting_count: int | None = None, app_version: str = ""
) -> None:
    """What the tablet says of itself; no trail, it happens all day. Nothing new within a minute writes nothing."""
    said: dict[str, Any] = {}
    if waiting_count is not None:
        said["waiting_count"] = waiting_count
    if app_version:
        said["app_version"] = app_version[:40]
    said = {name: value for name, value in said.items() if getattr(device, name) != value}
    if not said and device.last_seen_at is not None and at - device.last_seen_at < _SEEN_EVERY:
        return
    said["last_seen_at"] = at
    if Device.objects.filter(pk=device.pk).update(**said):
        return
    # A county's person works with a tablet of the bureau, or a guest with one of his own office.
    with city_scope(device.city_id):
        Device.objects.filter(pk=device.pk).update(**said)
