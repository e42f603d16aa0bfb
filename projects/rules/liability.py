"""质量终身责任: who has to sign, and what is missing on a day (水监督〔2021〕335号)."""

from __future__ import annotations

import datetime as dt

from projects.enums import COMMITTED_ROLES, Responsibility, UnitRole

SIGNING_ROLES: tuple[UnitRole, ...] = (*COMMITTED_ROLES, UnitRole.TESTING_AGENCY, UnitRole.MONITORING_AGENCY)
"""Who may sign: the five responsible parties must, testing and monitoring agencies can."""

EXPECTED: tuple[Responsibility, ...] = (Responsibility.LEGAL_REPRESENTATIVE, Responsibility.PROJECT_LEADER)
"""The signatures that the 信息表 of each responsible party is expected to show."""

LEADING_POSTS: dict[UnitRole, tuple[str, ...]] = {
    UnitRole.LEGAL_PERSON: ("项目负责人", "法人代表"),
    UnitRole.SURVEYOR: ("勘察负责人", "项目负责人"),
    UnitRole.DESIGNER: ("设计负责人", "项目负责人"),
    UnitRole.CONTRACTOR: ("项目经理",),
    UnitRole.SUPERVISING_ENGINEER: ("总监理工程师",),
    UnitRole.TESTING_AGENCY: ("检测负责人", "项目负责人"),
    UnitRole.MONITORING_AGENCY: ("项目负责人",),
}
"""The posts whose holder is the 项目负责人 of a unit, the usual one first."""


def is_signed_late(signed_on: dt.date, started_on: dt.date | None) -> bool:
    """Signed after the works began; it has to be signed before."""
    return started_on is not None and signed_on > started_on


def is_in_force(signed_on: dt.date, replaced_on: dt.date | None, as_of: dt.date) -> bool:
    """Whether a signature binds on a day, as rubric item C3 counts it: until the day before it is replaced."""
    return signed_on <= as_of and (replaced_on is None or replaced_on > as_of)
