"""履职检查: the sheet of a duty inspection and its score. Not the monthly score (scoring.md §1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from scoring.rules.errors import InvalidSheet
from scoring.rules.numbers import plain, round_half_up
from scoring.rules.place import Spot, refuse_duplicates


@dataclass(frozen=True, slots=True)
class DutyItem:
    """`id` is the section's id and the item's number in it ("DI1-2"): stable while the sheet is."""

    id: str
    name: str
    max: Decimal


@dataclass(frozen=True, slots=True)
class DutySection:
    id: str
    name: str
    max: Decimal
    items: tuple[DutyItem, ...]


@dataclass(frozen=True, slots=True)
class DutyRules:
    """The sheet and its two lines: below `interview_below` 约谈, below `unqualified_below` 不合格."""

    interview_below: Decimal
    unqualified_below: Decimal
    sections: tuple[DutySection, ...]

    @property
    def items(self) -> tuple[DutyItem, ...]:
        return tuple(item for section in self.sections for item in section.items)

    @property
    def max(self) -> Decimal:
        return sum((section.max for section in self.sections), Decimal(0))


@dataclass(frozen=True, slots=True)
class SectionScore:
    section: DutySection
    points: Fraction


@dataclass(frozen=True, slots=True)
class DutyResult:
    """`score` is rounded half-up once, after adding; the two verdicts read the rounded score."""

    sections: tuple[SectionScore, ...]
    points: Fraction
    score: Decimal
    interview: bool
    unqualified: bool


def parse_duty(spot: Spot, total: Decimal) -> DutyRules:
    fields = spot.fields(("interview_below", "unqualified_below", "sections"))
    sections = tuple(_section(part) for part in fields["sections"].parts())
    refuse_duplicates(((part.identifier(), part) for part in fields["sections"].parts()), "部分")
    if sum(section.max for section in sections) != total:
        fields["sections"].fail(f"各部分满分之和应为{total}。")
    interview_below = fields["interview_below"].number(0, total)
    unqualified_below = fields["unqualified_below"].number(0, total)
    if unqualified_below > interview_below:
        fields["unqualified_below"].fail("不能高于interview_below。")
    return DutyRules(interview_below, unqualified_below, sections)


def _section(spot: Spot) -> DutySection:
    fields = spot.fields(("id", "name", "max", "items"))
    section_id = spot.identifier()
    items = []
    for number, part in enumerate(fields["items"].parts(), start=1):
        pair = part.parts()
        if len(pair) != 2:
            part.fail("应为[名称, 满分]。")
        items.append(DutyItem(f"{section_id}-{number}", pair[0].text(), pair[1].positive()))
    maximum = fields["max"].positive()
    if sum(item.max for item in items) != maximum:
        fields["max"].fail("应等于各小项满分之和。")
    return DutySection(section_id, fields["name"].text(), maximum, tuple(items))


def score_duty(rules: DutyRules, sheet: Mapping[str, Decimal], *, decimals: int) -> DutyResult:
    """The score of a filled sheet, item id → points. Every item must be there, within 0 and its full mark."""
    known = {item.id: item for item in rules.items}
    for item_id in sheet:
        if item_id not in known:
            raise InvalidSheet(f"评分表中没有编号为“{item_id}”的小项。")
    for item in rules.items:
        _check_points(item, sheet)
    sections = tuple(
        SectionScore(section, sum((Fraction(sheet[item.id]) for item in section.items), Fraction(0)))
        for section in rules.sections
    )
    points = sum((section.points for section in sections), Fraction(0))
    score = round_half_up(points, decimals)
    return DutyResult(
        sections=sections,
        points=points,
        score=score,
        interview=score < rules.interview_below,
        unqualified=score < rules.unqualified_below,
    )


def _check_points(item: DutyItem, sheet: Mapping[str, Decimal]) -> None:
    if item.id not in sheet:
        raise InvalidSheet(f"“{item.name}”（{item.id}）没有评分。")
    points = sheet[item.id]
    if not isinstance(points, Decimal) or not points.is_finite() or not 0 <= points <= item.max:
        raise InvalidSheet(f"“{item.name}”（{item.id}）的得分应在0至{plain(item.max)}分之间。")
