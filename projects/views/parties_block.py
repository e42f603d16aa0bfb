"""What the blocks of units, people and lifelong liability need on a project's page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from accounts.decorators import ScopedRequest
from accounts.roles import Capability
from projects.chips import certificate_chip
from projects.models import KeyPerson, Project
from projects.selectors.parties.people import manager_conflicts
from projects.selectors.project_page import ProjectPage


def parties_context(
    request: ScopedRequest, project: Project, page: ProjectPage, *, as_of: dt.date
) -> dict[str, Any]:
    """Context of `_units.html`, `_people.html` and `_lifelong.html` besides `page` and `project`. Two queries at most."""
    conflicts = manager_conflicts(project, as_of=as_of)
    by_person: dict[Any, list[KeyPerson]] = {}
    for conflict in conflicts:
        by_person.setdefault(conflict.person.pk, []).append(conflict.other)
    return {
        "may_edit_parties": request.assignment.allows(Capability.REGISTER_EDIT),
        "may_see_liability": request.assignment.allows(Capability.RETURN_VIEW),
        "conflicts": conflicts,
        "conflicts_of": by_person,
        "certificates": _certificates(page.people, as_of),
        "missing_commitments": [line for line in page.units if line.lacks_commitment],
        "committed_units": [line for line in page.units if line.must_commit],
    }


def _certificates(people: Iterable[KeyPerson], as_of: dt.date) -> dict[Any, Any]:
    return {person.pk: certificate_chip(person.certificate_valid_until, as_of) for person in people}
