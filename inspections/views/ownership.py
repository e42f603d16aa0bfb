"""Whose check it is: what an office organizes, that office handles."""

from __future__ import annotations

from typing import Any

from accounts.decorators import ScopedRequest
from accounts.roles import Capability
from inspections.services.acting import acting_level


def is_own(request: ScopedRequest, capability: Capability, row: Any) -> bool:
    """谁组织、谁办理: the reader may do such things at all, and acts for the level that organizes the row."""
    return request.assignment.allows(capability) and row.organizer_level == acting_level()
