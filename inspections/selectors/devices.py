"""Which tablet this is, and what it may."""

from __future__ import annotations

import enum
import re
import uuid
from dataclasses import dataclass

from django.db.models import CharField, QuerySet

from core import sealing
from core.kept_query import Slot
from inspections.models import Device
from tenancy.kept_query import ScopedQuery
from tenancy.models import City
from tenancy.scope import active_scope, city_scope

_TOKEN = re.compile(r"(?P<city>[0-9a-f]{32})\.[0-9A-Za-z_-]{43}")


class DeviceState(enum.StrEnum):
    """What a tablet is told about itself."""

    ACTIVE = "ACTIVE"
    HELD = "HELD"
    REVOKED = "REVOKED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class KnownDevice:
    """A tablet by its token; `device` is None when nobody knows it."""

    state: DeviceState
    device: Device | None = None

    @property
    def reason(self) -> str:
        """Why it is held or revoked; empty otherwise."""
        if self.device is None:
            return ""
        return self.device.revoked_reason or self.device.held_reason


_UNKNOWN = KnownDevice(DeviceState.UNKNOWN)


def token_digest(token: str) -> str:
    """Keyed hash under which a token is kept."""
    return sealing.digest(token, purpose="device-token")


def state_of(device: Device) -> DeviceState:
    """Revoked outweighs held."""
    if device.revoked_at is not None:
        return DeviceState.REVOKED
    return DeviceState.HELD if device.held_at is not None else DeviceState.ACTIVE


def device_by_token(token: str) -> KnownDevice:
    """The tablet that carries the token.

    The token names its city, so a lost tablet learns of its hold without anybody signed in; inside the scope of another
    city it is unknown. A county's person may work with a tablet of the bureau: only the city is a wall here.
    """
    match = _TOKEN.fullmatch(token)
    if match is None:
        return _UNKNOWN
    city_id = uuid.UUID(match["city"])
    scope = active_scope()
    if scope is not None and scope.city_id != city_id:
        return _UNKNOWN
    if scope is None and not City.objects.filter(pk=city_id).exists():
        return _UNKNOWN
    digest = token_digest(token)
    # Mostly a tablet of the own office: found without widening the view, which costs four statements.
    found = _BY_TOKEN.rows(digest=digest) if scope is not None else []
    if not found:
        with city_scope(city_id):
            found = _BY_TOKEN.rows(digest=digest)
    return KnownDevice(state_of(found[0]), found[0]) if found else _UNKNOWN


_BY_TOKEN = ScopedQuery(lambda: Device.objects.filter(token_sha256=Slot("digest", CharField())).order_by())


def visible_devices() -> QuerySet[Device]:
    """Tablets of the scope."""
    return Device.objects.select_related("jurisdiction")
