"""Inspections of the year with their teams and aspects: the city's 58 and the counties' own."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from inspections.enums import Aspect, InspectionKind, OfficerRole, OrganizerLevel
from reports.demo.names import official
from reports.demo.rows import YEAR, Dice, Ledger, Row, workdays_of
from reports.demo.units import ASSISTED_UNIT, UNITS, Manner, Unit, manner_of
from reports.demo.works import Works

K = InspectionKind
_CITY_PROGRAMME: dict[InspectionKind, dict[int, int]] = {
    K.JOINT_PATROL: dict.fromkeys(range(1, 13), 1),
    K.DEMONSTRATION: dict.fromkeys(range(1, 13), 1),
    K.LAW_ENFORCEMENT: {3: 4, 6: 4, 9: 4, 11: 4},
    K.CROSS_COUNTY: {7: 5, 8: 5},
    K.ROUTINE: {2: 1, 4: 1, 5: 2, 6: 1, 10: 1, 11: 1, 12: 1},
}
"""Source document §二, §三: monthly joint patrol and demonstration, quarterly enforcement, cross checks in summer."""

ASPECTS = tuple(Aspect)
_ASPECTS_PER_VISIT = 5
_STEP = 4


@dataclass
class Visit:
    """One inspection as it was written; findings are dealt to it later."""

    number: str
    works: Works
    day: dt.date
    level: OrganizerLevel
    manner: Manner
    findings: list[Row] = field(default_factory=list)

    @property
    def unit(self) -> Unit:
        """The project's county."""
        return self.works.plan.unit


def write_visits(ledger: Ledger, works: list[Works], seed: int) -> list[Visit]:
    """All inspections of the year."""
    demonstrations = _draw_demonstrations(ledger, works, seed)
    visits = _city_visits(ledger, works, demonstrations, seed)
    for unit in UNITS:
        own = [one for one in works if one.plan.unit == unit]
        if own:
            visits += _county_visits(ledger, unit, own, seed)
    return visits


def _open_works(works: list[Works], day: dt.date) -> list[Works]:
    return [one for one in works if one.plan.is_under_way(day)]


def _draw_demonstrations(ledger: Ledger, works: list[Works], seed: int) -> dict[int, tuple[str, Works]]:
    """Each month one project under county supervision is drawn for a guiding inspection."""
    found: dict[int, tuple[str, Works]] = {}
    for month in range(1, 13):
        dice = Dice(seed, f"demonstration/{month}")
        day = workdays_of(month)[1]
        population = [one for one in _open_works(works, day) if one.plan.level == "COUNTY"]
        drawn = dice.pick([one for one in population if not one.plan.unit.is_zone])
        number = f"YSCQ-SF-{YEAR}-{month:02d}"
        ledger.add(
            "Draw",
            number=number,
            jurisdiction="510700",
            kind="PROJECT",
            drawn_on=day,
            population_count=len(population),
            result_formed_on=day,
            published_on=workdays_of(month)[8],
        )
        ledger.add("DrawnProject", draw=number, project=drawn.code)
        found[month] = (number, drawn)
    return found


def _city_visits(
    ledger: Ledger, works: list[Works], demonstrations: dict[int, tuple[str, Works]], seed: int
) -> list[Visit]:
    visits: list[Visit] = []
    order = _by_turns(Dice(seed, "city-order").shuffled(works))
    taken: set[tuple[int, str]] = {(month, one.code) for month, (_, one) in demonstrations.items()}
    for month in range(1, 13):
        days = workdays_of(month)
        for kind, programme in _CITY_PROGRAMME.items():
            for index in range(programme.get(month, 0)):
                number = f"YSJC-S-{YEAR}-{len(visits) + 1:03d}"
                day = days[min(len(days) - 6, 3 + 2 * index + list(_CITY_PROGRAMME).index(kind) * 2)]
                if kind == K.DEMONSTRATION:
                    draw, target = demonstrations[month]
                else:
                    draw, target = "", _next_target(order, taken, month, day)
                manner = manner_of(target.plan.unit, month)
                visit = Visit(number, target, day, OrganizerLevel.CITY, manner)
                _write_inspection(ledger, visit, kind, draw)
                _write_city_team(ledger, visit, len(visits))
                _write_aspects(ledger, visit, list(ASPECTS))
                visits.append(visit)
    return visits


def _by_turns(works: list[Works]) -> list[Works]:
    """One project of each county after the other, so that the city's visits spread over the counties."""
    lanes = [[one for one in works if one.plan.unit == unit] for unit in UNITS]
    found: list[Works] = []
    while any(lanes):
        found += [lane.pop() for lane in lanes if lane]
    return found


def _next_target(order: list[Works], taken: set[tuple[int, str]], month: int, day: dt.date) -> Works:
    """The next project in turn that is being built; it goes to the end of the queue."""
    for one in order:
        if one.plan.is_under_way(day) and (month, one.code) not in taken:
            order.remove(one)
            order.append(one)
            taken.add((month, one.code))
            return one
    raise ValueError("no project is under way")


def _county_visits(ledger: Ledger, unit: Unit, works: list[Works], seed: int) -> list[Visit]:
    """The county's own inspections; a plan's inspections that did not happen are simply not there."""
    visits: list[Visit] = []
    turn = 0
    for month in range(1, 13):
        dice = Dice(seed, f"county-visits/{unit.code}/{month}")
        manner = manner_of(unit, month)
        days = workdays_of(month)
        for index in range(unit.inspections):
            turn += 1
            if dice.chance(manner.inspection_missed):
                continue
            day = days[
                min(len(days) - 2, 2 + index * (len(days) - 4) // unit.inspections + dice.between(0, 1))
            ]
            candidates = _open_works(works, day)
            target = candidates[turn % len(candidates)]
            number = f"YSJC-{unit.code}-{month:02d}-{index + 1:02d}"
            visit = Visit(number, target, day, OrganizerLevel.COUNTY, manner)
            kind = K.FOLLOW_UP if dice.chance(0.12) else K.SPECIAL if dice.chance(0.1) else K.ROUTINE
            _write_inspection(ledger, visit, kind, "", is_signed=not dice.chance(manner.unsigned))
            _write_county_team(ledger, visit, dice)
            _write_aspects(ledger, visit, _turn_of_aspects(turn, manner))
            visits.append(visit)
    return visits


def _turn_of_aspects(turn: int, manner: Manner) -> list[Aspect]:
    """Aspects in rotation: a careful county covers all eleven in a quarter, a careless one keeps to the first ones."""
    count = _ASPECTS_PER_VISIT if manner.inspection_missed < 0.1 else _ASPECTS_PER_VISIT - 1
    span = len(ASPECTS) if manner.inspection_missed < 0.1 else len(ASPECTS) - 2
    return [ASPECTS[(turn * _STEP + offset) % span] for offset in range(count)]


def _write_inspection(
    ledger: Ledger, visit: Visit, kind: InspectionKind, draw: str, *, is_signed: bool = True
) -> None:
    ledger.add(
        "Inspection",
        number=visit.number,
        project=visit.works.code,
        draw=draw,
        kind=kind,
        organizer_level=visit.level,
        mode="ONSITE",
        state="COMPLETED",
        inspected_on=visit.day,
        approval_number=f"演示检审{visit.number[5:]}",
        notice_number=f"演示检通{visit.number[5:]}",
        counterparty_signed=is_signed,
        opinion="无异议" if is_signed else "",
    )


def _write_officer(ledger: Ledger, visit: Visit, name: str, serial: str) -> None:
    ledger.add(
        "InspectionOfficer",
        inspection=visit.number,
        name=name,
        role=OfficerRole.OFFICER,
        enforcement_id=f"YS{serial}",
        id_valid_until=dt.date(YEAR + 3, 12, 31),
    )


def _write_city_team(ledger: Ledger, visit: Visit, turn: int) -> None:
    """Two of the bureau, and one of the county where the patrol is a joint one."""
    for index in (turn % 4, 4 + turn % 3):
        _write_officer(ledger, visit, official("绵阳", index), f"510700{index:02d}")
    _write_officer(ledger, visit, official(visit.unit.short, 0), f"{visit.unit.code}00")


def _write_county_team(ledger: Ledger, visit: Visit, dice: Dice) -> None:
    unit = visit.unit
    first = dice.between(0, 3)
    count = 1 if dice.chance(visit.manner.single_officer) else 2
    for offset in range(count):
        index = (first + offset) % 4
        _write_officer(ledger, visit, official(unit.short, index), f"{unit.code}{index:02d}")
    if unit.code == ASSISTED_UNIT:
        ledger.add(
            "InspectionOfficer",
            inspection=visit.number,
            name=f"{official(unit.short, 9)}（第三方）",
            role=OfficerRole.ASSISTANT,
        )


def _write_aspects(ledger: Ledger, visit: Visit, aspects: list[Aspect]) -> None:
    for aspect in aspects:
        ledger.add("InspectionAspect", inspection=visit.number, aspect=aspect, is_checked=True)
