"""Who may open what: the policy that the route × role × relation matrix is generated from.

Written by hand and independent of the code: a route that is missing here fails the build, and so does a role that gets
an answer which this table does not promise. `opens` are the roles that may; all others are refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from accounts.roles import Role

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN
CHIEF, SUPERVISOR, LEADER, LEGAL = (
    Role.BUREAU_CHIEF,
    Role.BUREAU_SUPERVISOR,
    Role.BUREAU_LEADER,
    Role.BUREAU_LEGAL,
)
DISCIPLINE, ASSISTANT = Role.DISCIPLINE_INSPECTOR, Role.ASSISTANT

EVERYBODY = frozenset(Role)
BUREAU = frozenset({CHIEF, SUPERVISOR, LEADER, LEGAL})
COUNTY = frozenset({Role.COUNTY_REPORTER, Role.COUNTY_REVIEWER, Role.COUNTY_SUPERVISOR})
UNITS = frozenset({Role.LEGAL_PERSON_REPORTER, Role.UNIT_CONTACT})
BUSINESS = BUREAU | COUNTY | UNITS | {ASSISTANT, DISCIPLINE}
READERS = BUREAU | COUNTY | {DISCIPLINE}


@dataclass(frozen=True)
class Route:
    """One address.

    opens: the roles that may. subject: the kind of object that its arguments name (see matrix.py), "" for pages without
    one. unsafe: POST only. public: for people who have not signed in.
    """

    opens: frozenset[Role] = EVERYBODY
    subject: str = ""
    unsafe: bool = False
    public: bool = False
    data: dict[str, str] = field(default_factory=dict)


ROUTES: dict[str, Route] = {
    "healthz": Route(public=True),
    "readyz": Route(public=True),
    "accounts:login": Route(public=True),
    "accounts:logout": Route(unsafe=True),
    "accounts:change-password": Route(),
    "accounts:switch-role": Route(unsafe=True, subject="own_assignment"),
    "accounts:switch-text-size": Route(unsafe=True),
    "projects:project-list": Route(BUSINESS),
    "projects:project-detail": Route(BUSINESS, subject="project"),
    "inspections:finding-list": Route(BUSINESS),
    "inspections:finding-detail": Route(BUSINESS, subject="finding"),
    "enforcement:notice-list": Route(READERS | UNITS),
    "enforcement:notice-detail": Route(READERS | UNITS, subject="notice"),
}
