"""Time tokens: “the server spoke with this tablet at this moment”, signed, so that a photo cannot be older than it says."""

from __future__ import annotations

import datetime as dt
import hmac
import re
import uuid

from core import sealing

_TOKEN = re.compile(r"(?P<device>[0-9a-f]{32})\.(?P<ms>\d{13})\.(?P<mark>[0-9a-f]{64})")


def time_token_for(*, device_id: uuid.UUID, at: dt.datetime) -> str:
    """A token for this tablet and moment (UTC milliseconds), signed with a key derived from FIELD_KEY."""
    said = f"{device_id.hex}.{int(at.timestamp() * 1000)}"
    return f"{said}.{_mark(said)}"


def read_time_token(token: str, *, device_id: uuid.UUID | None) -> dt.datetime | None:
    """The moment it was issued; None when it is not ours, was changed, or was given to another tablet."""
    match = _TOKEN.fullmatch(token)
    if match is None or device_id is None or match["device"] != device_id.hex:
        return None
    if not hmac.compare_digest(match["mark"], _mark(f"{match['device']}.{match['ms']}")):
        return None
    return dt.datetime.fromtimestamp(int(match["ms"]) / 1000, tz=dt.UTC)


def _mark(said: str) -> str:
    return sealing.digest(said, purpose="time-token")
