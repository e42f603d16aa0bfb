"""What waits for a person."""

from __future__ import annotations

from accounts.models import RoleAssignment


def todo_count(assignment: RoleAssignment) -> int:
    """How many items wait for the role."""
    return 0
