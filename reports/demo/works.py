"""Projects with everything that hangs on them: sections, units, people, registration, commitments, key works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from projects.enums import COMMITTED_ROLES, KeyWorkKind, ProjectStatus, UnitRole
from reports.demo.names import Directory, Org, official, person
from reports.demo.register import Plan
from reports.demo.rows import YEAR, Dice, Ledger, Row, workday
from reports.demo.units import UNITS, Unit

_POSTS: dict[UnitRole, tuple[str, ...]] = {
    UnitRole.LEGAL_PERSON: ("法人代表", "质量负责人"),
    UnitRole.CONTRACTOR: ("项目经理", "技术负责人", "质检员"),
    UnitRole.SUPERVISING_ENGINEER: ("总监理工程师", "监理工程师"),
    UnitRole.DESIGNER: ("设计负责人",),
    UnitRole.SURVEYOR: ("勘察负责人",),
    UnitRole.TESTING_AGENCY: ("检测负责人",),
}
_QUALIFICATIONS = {
    UnitRole.CONTRACTOR: "水利水电工程施工总承包二级（演示）",
    UnitRole.SUPERVISING_ENGINEER: "水利工程施工监理乙级（演示）",
    UnitRole.DESIGNER: "水利行业设计乙级（演示）",
    UnitRole.SURVEYOR: "工程勘察乙级（演示）",
    UnitRole.TESTING_AGENCY: "水利工程质量检测混凝土工程类乙级（演示）",
}
_KEY_WORKS = (
    ("基础开挖与建基面验收", KeyWorkKind.CONCEALED),
    ("帷幕灌浆", KeyWorkKind.CONCEALED),
    ("主体结构混凝土浇筑", KeyWorkKind.CRITICAL),
    ("金属结构安装", KeyWorkKind.CRITICAL),
    ("管道隐蔽敷设", KeyWorkKind.CONCEALED),
    ("坝体填筑", KeyWorkKind.CRITICAL),
)
_KEY_REASONS = (
    "投资规模大、建设周期长",
    "隐蔽工程、关键部位多",
    "上年度检查发现问题较多",
    "工期紧、跨汛期施工",
    "项目法人首次承担建设任务",
)
_BUILT_IN_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class Party:
    """A participating unit, as other sheets name it."""

    org: Org
    role: UnitRole
    section: str


@dataclass(frozen=True)
class Works:
    """A project as it was written."""

    plan: Plan
    legal_person: Org
    parties: tuple[Party, ...]
    is_key_object: bool
    registration: str
    key_work_count: int
    people_count: int
    price: Decimal

    @property
    def code(self) -> str:
        """工程编号."""
        return self.plan.code

    def party(self, role: UnitRole) -> Party:
        """The first unit in a role; every started project has the five committed ones and a testing agency."""
        return next(party for party in self.parties if party.role == role)


def write_works(ledger: Ledger, plans: list[Plan], directory: Directory, seed: int) -> list[Works]:
    """Write all projects and return them."""
    faults = {unit.code: _faults(unit, plans) for unit in UNITS}
    return [
        _write(ledger, plan, directory, Dice(seed, f"works/{plan.code}"), faults[plan.unit.code])
        for plan in plans
    ]


@dataclass(frozen=True)
class _Faults:
    """Project codes of a county whose papers are wrong, by what is wrong."""

    unregistered: set[str]
    registered_late: set[str]
    papers_missing: set[str]
    commitments_missing: set[str]


def _faults(unit: Unit, plans: list[Plan]) -> _Faults:
    """Faults fall on invented projects only, and not in zones: one among three would decide the whole score."""
    if unit.is_zone:
        return _Faults(set(), set(), set(), set())
    own = [
        p.code for p in plans if p.unit == unit and p.status == ProjectStatus.UNDER_WAY and not p.is_real_name
    ]
    taken = iter(own)
    return _Faults(
        unregistered=set(_take(taken, unit.manner.unregistered)),
        registered_late=set(_take(taken, unit.manner.registered_late)),
        papers_missing=set(_take(taken, unit.manner.papers_missing)),
        commitments_missing=set(_take(taken, unit.manner.commitments_missing)),
    )


def _take(codes: Iterator[str], count: int) -> list[str]:
    return [code for _, code in zip(range(count), codes, strict=False)]


def _write(ledger: Ledger, plan: Plan, directory: Directory, dice: Dice, faults: _Faults) -> Works:
    legal_person = dice.pick(directory.legal_persons[plan.unit.code])
    price = dice.money(400, 6000)
    is_key = plan.status == ProjectStatus.UNDER_WAY and dice.chance(0.3)
    row = ledger.add("Project", **_project(plan, legal_person, price, dice, is_key))
    sections = _sections(ledger, plan, price, dice)
    parties = _parties(ledger, plan, legal_person, sections, directory, dice)
    people_count = _people(ledger, plan, parties, dice)
    key_works = _key_works(ledger, plan, dice)
    registration = _registration(ledger, plan, faults, dice)
    _commitments(ledger, plan, parties, plan.code in faults.commitments_missing, dice)
    if plan.is_started and plan.code in faults.commitments_missing:
        row["plaque_on"] = None
    return Works(plan, legal_person, tuple(parties), is_key, registration, key_works, people_count, price)


def _project(plan: Plan, legal_person: Org, price: Decimal, dice: Dice, is_key: bool) -> Row:
    estimate = (price * Decimal("1.25")).quantize(Decimal("0.01"))
    progress = _progress(plan, dice)
    finish = plan.started_on + dt.timedelta(days=plan.duration_days) if plan.started_on else None
    is_built = plan.status == ProjectStatus.ACCEPTED
    return {
        "jurisdiction": plan.unit.code,
        "code": plan.code,
        "name": plan.name,
        "supervision_level": plan.level,
        "category": plan.category,
        "nature": plan.nature,
        "grade": dice.pick(("Ⅳ等", "Ⅴ等")),
        "scale": plan.scale,
        "approval_number": f"演示批复〔{YEAR - 1}〕{dice.between(1, 200)}号",
        "approved_estimate_wan_yuan": estimate,
        "construction_cost_wan_yuan": price,
        "funding_source": dice.pick(("中央预算内", "专项债", "省级", "市县")),
        "legal_person": legal_person.uscc,
        "status": plan.status,
        "approved_duration_days": plan.duration_days,
        "started_on": plan.started_on,
        "planned_finish_on": finish,
        "finished_on": min(finish, dt.date(YEAR - 1, 11, 30)) if finish and is_built else None,
        "progress_percent": progress,
        "invested_wan_yuan": (estimate * progress / 100).quantize(Decimal("0.01")),
        "plaque_on": plan.started_on,
        "unit_work_count": dice.between(1, 4),
        "division_count": dice.between(5, 20),
        "work_element_count": dice.between(60, 600),
        "is_key_object": is_key,
        "key_object_reason": dice.pick(_KEY_REASONS) if is_key else "",
    }


def _progress(plan: Plan, dice: Dice) -> Decimal:
    if plan.status == ProjectStatus.ACCEPTED:
        return _BUILT_IN_PERCENT
    return Decimal(dice.between(20, 95)) if plan.is_started else Decimal(0)


def _sections(ledger: Ledger, plan: Plan, price: Decimal, dice: Dice) -> list[str]:
    if not plan.is_started:
        return []
    count = 2 if price > 3500 else 1
    share = (price / count).quantize(Decimal("0.01"))
    codes = [f"{number}标" for number in range(1, count + 1)]
    for code in codes:
        ledger.add(
            "ContractSection",
            project=plan.code,
            code=code,
            name=f"{code}段施工",
            award_price_wan_yuan=share,
            contract_duration_days=plan.duration_days,
            starts_on=plan.started_on,
            ends_on=plan.started_on and plan.started_on + dt.timedelta(days=plan.duration_days),
        )
    return codes


def _parties(
    ledger: Ledger, plan: Plan, legal_person: Org, sections: list[str], directory: Directory, dice: Dice
) -> list[Party]:
    parties = [Party(legal_person, UnitRole.LEGAL_PERSON, "")]
    parties.append(Party(dice.pick(directory.employed(UnitRole.DESIGNER)), UnitRole.DESIGNER, ""))
    if plan.is_started:
        builders = dice.some(directory.employed(UnitRole.CONTRACTOR), len(sections))
        parties += [
            Party(builder, UnitRole.CONTRACTOR, section if len(sections) > 1 else "")
            for builder, section in zip(builders, sections, strict=True)
        ]
        for role in (UnitRole.SURVEYOR, UnitRole.SUPERVISING_ENGINEER, UnitRole.TESTING_AGENCY):
            parties.append(Party(dice.pick(directory.employed(role)), role, ""))
        for role in (UnitRole.SUPPLIER, UnitRole.MONITORING_AGENCY):
            if dice.chance(0.3):
                parties.append(Party(dice.pick(directory.employed(role)), role, ""))
    for party in parties:
        ledger.add(
            "ParticipatingUnit",
            project=plan.code,
            section=party.section,
            organization=party.org.uscc,
            role=party.role,
            qualification=_QUALIFICATIONS.get(party.role, ""),
            contract_number=f"YSHT-{plan.code[3:]}-{party.role[:2]}{party.section[:1]}",
            valid_from=plan.started_on,
        )
    return parties


def unit_columns(works: Works, party: Party) -> Row:
    """The columns by which a row names a participating unit."""
    return {
        "project": works.code,
        "section": party.section,
        "organization": party.org.uscc,
        "role": party.role,
    }


def _people(ledger: Ledger, plan: Plan, parties: list[Party], dice: Dice) -> int:
    count = 0
    if not plan.is_started:
        return count
    start = dice.between(0, 119)
    for party in parties:
        for post in _POSTS.get(party.role, ()):
            ledger.add(
                "KeyPerson",
                project=plan.code,
                section=party.section,
                organization=party.org.uscc,
                role=party.role,
                name=person(start + count),
                post=post,
                certificate_number=f"YSZS{dice.between(100000, 999999)}",
                valid_from=plan.started_on,
            )
            count += 1
    return count


def _key_works(ledger: Ledger, plan: Plan, dice: Dice) -> int:
    if plan.started_on is None:
        return 0
    chosen = dice.some(_KEY_WORKS, dice.between(2, 4))
    for name, kind in chosen:
        planned = workday(plan.started_on + dt.timedelta(days=dice.between(40, 300)))
        accepted = workday(planned + dt.timedelta(days=dice.between(0, 12)))
        ledger.add(
            "KeyWork",
            project=plan.code,
            name=name,
            kind=kind,
            planned_on=planned,
            accepted_on=accepted if accepted <= dt.date(YEAR, 12, 31) else None,
        )
    return len(chosen)


def _registration(ledger: Ledger, plan: Plan, faults: _Faults, dice: Dice) -> str:
    """Registered before the start; a few only afterwards, and a few not at all."""
    if plan.started_on is None or plan.code in faults.unregistered:
        return ""
    is_late = plan.code in faults.registered_late
    days = dice.between(20, 60) if is_late else -dice.between(5, 30)
    registered = workday(plan.started_on + dt.timedelta(days=days))
    if not is_late:
        registered = min(registered, plan.started_on)
    number = f"演示质监〔{registered.year}〕{plan.code[3:]}"
    has_papers = plan.code not in faults.papers_missing
    ledger.add(
        "SupervisionRegistration",
        project=plan.code,
        number=number,
        registered_on=registered,
        certificate_on=workday(registered + dt.timedelta(days=2)),
        plan_on=workday(registered + dt.timedelta(days=8)) if has_papers else None,
        briefing_on=workday(registered + dt.timedelta(days=12)) if has_papers else None,
        supervisor_name=official(plan.unit.short, dice.between(0, 3)),
    )
    return number


def _commitments(ledger: Ledger, plan: Plan, parties: list[Party], is_one_missing: bool, dice: Dice) -> None:
    if plan.started_on is None:
        return
    due = [party for party in parties if party.role in COMMITTED_ROLES]
    for index, party in enumerate(due[1:] if is_one_missing else due):
        ledger.add(
            "LifelongCommitment",
            project=plan.code,
            section=party.section,
            organization=party.org.uscc,
            role=party.role,
            person_name=person(dice.between(0, 119)),
            post=_POSTS[party.role][0],
            signed_on=workday(plan.started_on - dt.timedelta(days=10)) if index else plan.started_on,
        )
