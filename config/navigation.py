"""The side menu: what the role may open."""

from __future__ import annotations

from accounts.models import RoleAssignment
from core.components import NavSection


def navigation(assignment: RoleAssignment, current_path: str) -> list[NavSection]:
    """Sections of the menu."""
    return []
