"""Invented organizations and people. Nothing here is, or is meant to look like, a real one."""

from __future__ import annotations

from dataclasses import dataclass

from core.uscc import fictitious_uscc
from projects.enums import OrganizationKind, UnitRole
from reports.demo.rows import Ledger
from reports.demo.units import UNITS, Unit

MARK = "（演示）"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"

_TRADES: dict[UnitRole, tuple[str, int]] = {
    UnitRole.CONTRACTOR: ("水利工程有限公司", 24),
    UnitRole.SUPERVISING_ENGINEER: ("工程监理有限公司", 10),
    UnitRole.DESIGNER: ("水利勘测设计有限公司", 7),
    UnitRole.SURVEYOR: ("岩土勘察有限公司", 5),
    UnitRole.TESTING_AGENCY: ("工程质量检测有限公司", 5),
    UnitRole.MONITORING_AGENCY: ("安全监测技术有限公司", 2),
    UnitRole.SUPPLIER: ("管业材料有限公司", 3),
}
SUPERVISORY_AGENCY_COUNT = 2
"""The last testing agencies work for supervision bodies only: who tests for a party may not test it."""


@dataclass(frozen=True, slots=True)
class Org:
    """One invented organization."""

    uscc: str
    name: str


@dataclass(frozen=True)
class Directory:
    """All organizations of the city, by what they do; legal persons by county code."""

    by_role: dict[UnitRole, list[Org]]
    legal_persons: dict[str, list[Org]]

    @property
    def supervisory_agencies(self) -> list[Org]:
        """Testing agencies that no party of a project employs."""
        return self.by_role[UnitRole.TESTING_AGENCY][-SUPERVISORY_AGENCY_COUNT:]

    def employed(self, role: UnitRole) -> list[Org]:
        """The organizations that projects may engage for a role."""
        found = self.by_role[role]
        return found[:-SUPERVISORY_AGENCY_COUNT] if role == UnitRole.TESTING_AGENCY else found


def make_directory(ledger: Ledger) -> Directory:
    """Write the organizations and return them; the codes come from the range that the registry never hands out."""
    serial = 0
    by_role: dict[UnitRole, list[Org]] = {}
    for role, (trade, count) in _TRADES.items():
        by_role[role] = []
        for index in range(count):
            serial += 1
            org = Org(fictitious_uscc(serial), f"示例{_serial_name(index)}{trade}{MARK}")
            _write(ledger, org, OrganizationKind.FIRM)
            by_role[role].append(org)
    legal_persons: dict[str, list[Org]] = {}
    for unit in UNITS:
        legal_persons[unit.code] = []
        for index in range(_legal_person_count(unit)):
            serial += 1
            division = "510700" if unit.is_zone else unit.code
            is_institution = index % 2 == 0
            kind, name = (
                ("12", f"示例{unit.short}水利建设管理中心{index + 1}号{MARK}")
                if is_institution
                else ("91", f"示例{unit.short}{_STEMS[index]}水务投资有限公司{MARK}")
            )
            org = Org(fictitious_uscc(serial, division=division, kind=kind), name)
            _write(ledger, org, OrganizationKind.INSTITUTION if is_institution else OrganizationKind.FIRM)
            legal_persons[unit.code].append(org)
    return Directory(by_role, legal_persons)


def _legal_person_count(unit: Unit) -> int:
    if not unit.projects:
        return 0
    return 2 if unit.is_zone else 4


def _serial_name(index: int) -> str:
    return _STEMS[index % len(_STEMS)] + _BRANCHES[index % len(_BRANCHES)]


def _write(ledger: Ledger, org: Org, kind: OrganizationKind) -> None:
    ledger.add("Organization", uscc=org.uscc, name=org.name, kind=kind)


def person(index: int) -> str:
    """An obviously invented person of a firm: 演示 and two signs of the old calendar."""
    return f"演示{_STEMS[index % 10]}{_BRANCHES[index // 10 % 12]}"


def official(short: str, index: int) -> str:
    """An obviously invented official."""
    return f"{short}演示{_STEMS[index % 10]}"
