"""Whether the time that a tablet states for a photo can be true.

The server signs the moment at which it last spoke with the tablet (the time token). A photo that was taken afterwards
lies between that moment and its arrival; the tablet's clock is set right by the offset it measured itself. A clock that
was turned back after the token falls before it, one that was turned forward falls after the arrival. Nothing here
changes a period: the time of arrival stays the one that counts, the check is shown beside the photo.
"""

from __future__ import annotations

import datetime as dt

TOLERANCE = dt.timedelta(minutes=2)
"""For the way of the answer that measured the offset, and for clocks that drift during a day."""

PLAUSIBLE, EARLY, LATE, NO_TOKEN = "PLAUSIBLE", "EARLY", "LATE", "NO_TOKEN"


def corrected(taken_at: dt.datetime, clock_offset_ms: int | None) -> dt.datetime:
    """The stated time on the server's clock; offset = server minus tablet, in milliseconds."""
    return taken_at + dt.timedelta(milliseconds=clock_offset_ms or 0)


def check_time(
    *,
    taken_at: dt.datetime,
    clock_offset_ms: int | None,
    token_at: dt.datetime | None,
    received_at: dt.datetime,
) -> str:
    """PLAUSIBLE, EARLY (before the token), LATE (after the arrival) or NO_TOKEN (nothing to compare with)."""
    moment = corrected(taken_at, clock_offset_ms)
    if moment > received_at + TOLERANCE:
        return LATE
    if token_at is None:
        return NO_TOKEN
    return EARLY if moment < token_at - TOLERANCE else PLAUSIBLE
