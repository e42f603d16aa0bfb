"""Findings of the year: 307 of the city in the exact mix, the counties' own by chance; and how each of them ends."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import TypeVar

from core.month import SHANGHAI
from inspections.enums import FindingKind, FindingState, OrganizerLevel, Severity
from projects.enums import UnitRole
from reports.demo.catalogue import Card, Deck, Item
from reports.demo.rows import YEAR, Dice, Ledger, Row, after_days, workday
from reports.demo.visits import Visit
from reports.demo.works import Party

T = TypeVar("T")

CITY_MANAGEMENT, CITY_PHYSICAL = 260, 47
"""Source document §三: findings of the city's inspections."""

_R = UnitRole
_CITY_ROLES = {
    _R.CONTRACTOR: 154,
    _R.SUPERVISING_ENGINEER: 55,
    _R.LEGAL_PERSON: 68,
    _R.DESIGNER: 12,
    _R.TESTING_AGENCY: 9,
    _R.SURVEYOR: 9,
}
"""施工 50, 监理 18, 项目法人 22, 设计 4, 检测 3, others 3 percent of 307 (handbook §9)."""
_CITY_SEVERITIES = {Severity.GENERAL: 200, Severity.SERIOUS: 92, Severity.GRAVE: 15}
"""65, 30, 5 percent of 307."""
_PHYSICAL_SEVERITIES = {Severity.GENERAL: 31, Severity.SERIOUS: 14, Severity.GRAVE: 2}

_COUNTY_ROLES = dict(zip(_CITY_ROLES, (50, 18, 22, 4, 3, 3), strict=True))
_COUNTY_SEVERITIES = {Severity.GENERAL: 62, Severity.SERIOUS: 32, Severity.GRAVE: 6}
"""Works with a public name get general findings only; the others are dealt a little more, so that the whole fits."""
_PHYSICAL_SHARE = 0.15

_TERM_DAYS = {Severity.GENERAL: 15, Severity.SERIOUS: 20, Severity.GRAVE: 30}
"""Calendar days to rectify (handbook §5.1)."""
_EXTENSION_DAYS = 15
_PARTS = (
    "桩号K0+120段",
    "左岸坝肩",
    "溢洪道底板",
    "进水口闸室",
    "2号隧洞出口",
    "管线K3+400段",
    "堤防右岸",
    "资料室",
)


def deal_findings(ledger: Ledger, visits: list[Visit], seed: int) -> None:
    """Write the findings of all visits."""
    deck = Deck()
    city = [visit for visit in visits if visit.level == OrganizerLevel.CITY]
    for visit, cards in _city_hands(city, deck, Dice(seed, "city-findings")):
        _write_hand(ledger, visit, cards, deck, Dice(seed, f"findings/{visit.number}"))
    for visit in visits:
        if visit.level == OrganizerLevel.COUNTY:
            dice = Dice(seed, f"findings/{visit.number}")
            _write_hand(ledger, visit, _county_hand(visit, deck, dice), deck, dice)


def _city_hands(visits: list[Visit], deck: Deck, dice: Dice) -> list[tuple[Visit, list[Card]]]:
    """Deal the city's cards evenly; serious ones only to works whose name is invented."""
    cards = _city_cards(deck, dice)
    hands: dict[str, list[Card]] = {visit.number: [] for visit in visits}
    quota = {visit.number: len(cards) // len(visits) for visit in visits}
    for visit in dice.some(visits, len(cards) % len(visits)):
        quota[visit.number] += 1
    invented = [visit.number for visit in visits if not visit.works.plan.is_real_name]
    heavy = [card for card in cards if card.severity != Severity.GENERAL]
    _deal(heavy, hands, quota, dice.shuffled(invented))
    _deal([card for card in cards if card.severity == Severity.GENERAL], hands, quota, list(hands))
    return [(visit, hands[visit.number]) for visit in visits]


def _deal(cards: list[Card], hands: dict[str, list[Card]], quota: dict[str, int], order: list[str]) -> None:
    """Round by round, so that no visit gets much more of a kind than another."""
    waiting = list(cards)
    while waiting:
        for number in order:
            if waiting and len(hands[number]) < quota[number]:
                hands[number].append(waiting.pop())


def _city_cards(deck: Deck, dice: Dice) -> list[Card]:
    """307 cards whose totals by kind, unit and severity are exact."""
    physical = [
        Card(FindingKind.PHYSICAL_DEFECT, UnitRole.CONTRACTOR, severity)
        for severity, count in _PHYSICAL_SEVERITIES.items()
        for _ in range(count)
    ]
    roles = dict(_CITY_ROLES)
    roles[UnitRole.CONTRACTOR] -= len(physical)
    severities = dice.shuffled(
        [
            severity
            for severity, count in _CITY_SEVERITIES.items()
            for _ in range(count - _PHYSICAL_SEVERITIES[severity])
        ]
    )
    owners = [role for role, count in roles.items() for _ in range(count)]
    management = [
        Card(FindingKind.MANAGEMENT_VIOLATION, role, severity)
        for role, severity in zip(owners, severities, strict=True)
    ]
    unknown = [card for card in management if not deck.has(card)]
    if unknown:
        raise ValueError(f"the catalogue has no finding for {unknown[0]}")
    # the heavy ones of one kind must not all fall on the same visits
    return dice.shuffled([*physical, *management])


def _county_hand(visit: Visit, deck: Deck, dice: Dice) -> list[Card]:
    cards: list[Card] = []
    for _ in range(dice.pick((1, 1, 2, 2, 2, 3))):
        severity = _weighted(_COUNTY_SEVERITIES, dice)
        if visit.works.plan.is_real_name:
            severity = Severity.GENERAL
        card = Card(FindingKind.MANAGEMENT_VIOLATION, _weighted(_COUNTY_ROLES, dice), severity)
        if dice.chance(_PHYSICAL_SHARE):
            card = Card(FindingKind.PHYSICAL_DEFECT, UnitRole.CONTRACTOR, severity)
        cards.append(card if deck.has(card) else Card(card.kind, UnitRole.CONTRACTOR, severity))
    return cards


def _weighted(weights: dict[T, int], dice: Dice) -> T:
    return dice.pick([key for key, weight in weights.items() for _ in range(weight)])


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a finding goes on: its term, an extension, and when it was closed (None = still open)."""

    first_due: dt.date
    due: dt.date
    closed: dt.date | None


def _write_hand(ledger: Ledger, visit: Visit, cards: list[Card], deck: Deck, dice: Dice) -> None:
    used: set[str] = set()
    for index, card in enumerate(cards, start=1):
        item = deck.draw(card, dice, used)
        used.add(item.code)
        row = _write_finding(ledger, visit, item, f"YSWT{visit.number[4:]}-{index}", dice)
        visit.findings.append(row)


def _write_finding(ledger: Ledger, visit: Visit, item: Item, number: str, dice: Dice) -> Row:
    party = _responsible(visit, item.role)
    ending = _ending(visit, item.severity, dice)
    is_coded = visit.level == OrganizerLevel.CITY or not dice.chance(visit.manner.no_code)
    row = ledger.add(
        "Finding",
        number=number,
        inspection=visit.number,
        project=visit.works.code,
        section=party.section,
        organization=party.org.uscc,
        role=party.role,
        catalogue_item=item.code if is_coded else "",
        kind=item.kind,
        severity=item.severity,
        text=item.text,
        part=dice.pick(_PARTS),
        basis=item.basis,
        found_on=visit.day,
        found_by_level=visit.level,
        state=FindingState.CLOSED if ending.closed else FindingState.RECTIFYING,
        original_due_on=ending.first_due,
        due_on=ending.due,
        replied_on=None,
        closed_on=ending.closed,
    )
    if ending.due > ending.first_due:
        _write_extension(ledger, row)
    if visit.level == OrganizerLevel.CITY or not dice.chance(visit.manner.no_evidence):
        _write_evidence(ledger, visit, row)
    return row


def _responsible(visit: Visit, role: UnitRole) -> Party:
    """The unit in the role, or the builder where the project has none (suppliers, monitoring)."""
    roles = {party.role for party in visit.works.parties}
    return visit.works.party(role if role in roles else UnitRole.CONTRACTOR)


def _ending(visit: Visit, severity: Severity, dice: Dice) -> _Ending:
    first_due = after_days(visit.day, _TERM_DAYS[severity])
    due = after_days(first_due, _EXTENSION_DAYS) if dice.chance(0.03) else first_due
    # a grave finding open for 60 days would be a red line (R6): none is left
    if severity != Severity.GRAVE and dice.chance(visit.manner.left_open):
        return _Ending(first_due, due, None)
    if dice.chance(visit.manner.closed_late):
        return _Ending(
            first_due, due, workday(due + dt.timedelta(days=dice.between(1, visit.manner.days_late)))
        )
    early = workday(due - dt.timedelta(days=dice.between(3, 9)))
    return _Ending(first_due, due, min(early, due))


def _write_extension(ledger: Ledger, finding: Row) -> None:
    old: dt.date = finding["original_due_on"]
    ledger.add(
        "DeadlineExtension",
        finding=finding["number"],
        requested_on=old - dt.timedelta(days=3),
        old_due_on=old,
        new_due_on=finding["due_on"],
        reason="连续降雨影响施工（演示）",
        approved_on=old - dt.timedelta(days=2),
        approved_by_name="绵阳演示丁",
    )


def _write_evidence(ledger: Ledger, visit: Visit, finding: Row) -> None:
    text = f"演示佐证 {finding['number']} {YEAR}"
    ledger.add(
        "Evidence",
        number=f"YSZZ{finding['number'][4:]}",
        finding=finding["number"],
        inspection=visit.number,
        kind="PHOTO",
        title=f"{finding['part']}现场照片（演示）",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        taken_at=dt.datetime.combine(visit.day, dt.time(10, 20), tzinfo=SHANGHAI),
        byte_count=len(text.encode()),
    )
