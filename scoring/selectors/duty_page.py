"""Duty inspections (履职检查): rows of the list, and one scored sheet by section."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum

from core.month import ReportingMonth
from inspections.enums import DrawKind, DutyState
from inspections.models import Draw, DutyInspection, DutyInspectionItem
from inspections.selectors.draws import carried_out
from scoring.rules.duty import DutyRules
from scoring.selectors.rubrics import NoRubric
from scoring.selectors.scales import rubric_in_force
from tenancy.scope import current_scope


@dataclass(frozen=True)
class Line:
    """A line of the sheet; `row` None while it is not scored."""

    name: str
    max_points: Decimal
    row: DutyInspectionItem | None


@dataclass(frozen=True)
class Section:
    """A part of the sheet with its lines."""

    name: str
    points: Decimal
    maximum: Decimal
    lines: list[Line]


@dataclass(frozen=True)
class DutyPage:
    """The sheet. `rules` None where the rubric of that month has no duty inspection."""

    score: Decimal
    sections: list[Section]
    rules: DutyRules | None

    @property
    def scored(self) -> list[DutyInspectionItem]:
        """The rows that are there."""
        return [line.row for section in self.sections for line in section.lines if line.row is not None]

    @property
    def line_count(self) -> int:
        """Lines of the sheet."""
        return sum(len(section.lines) for section in self.sections)

    @property
    def is_complete(self) -> bool:
        """Every line is scored."""
        return 0 < self.line_count == len(self.scored)

    @property
    def scored_maximum(self) -> Decimal:
        """Full mark of what is scored so far."""
        return sum((row.max_points for row in self.scored), Decimal(0))

    @property
    def unproved(self) -> list[DutyInspectionItem]:
        """Deductions without a file."""
        return [row for row in self.scored if row.points < row.max_points and not list(row.evidence.all())]

    @property
    def is_interview(self) -> bool:
        """Under the line of 约谈."""
        return self.rules is not None and self.score < self.rules.interview_below

    @property
    def is_unqualified(self) -> bool:
        """Under the line of 不合格."""
        return self.rules is not None and self.score < self.rules.unqualified_below

    @property
    def result(self) -> str:
        """The verdict as the month uses it."""
        if self.is_unqualified:
            return "不合格，触发约谈和通报批评"
        return "触发约谈" if self.is_interview else "合格"


def item_key(section: str, name: str) -> tuple[str, str]:
    """By what a row and a line of the rubric know each other."""
    return (section, name)


def county_draws() -> QuerySet[Draw]:
    """The draws that selected counties for a duty inspection, newest first; neither unfinished nor void ones."""
    return carried_out().filter(kind=DrawKind.COUNTY).order_by("-drawn_on", "-pk")


def visible_duties() -> QuerySet[DutyInspection]:
    """The scope's duty inspections with `total`; a county sees its sheet once it is concluded."""
    rows = DutyInspection.objects.annotate(total=Sum("items__points"))
    if current_scope().county_id is not None:
        rows = rows.filter(state=DutyState.CONCLUDED)
    return rows.select_related("jurisdiction", "draw")


def rules_of(row: DutyInspection) -> DutyRules:
    """The sheet that a draft is scored on. Raises NoRubric."""
    rules = rubric_in_force(ReportingMonth.of(row.concluded_on)).duty
    if rules is None:
        raise NoRubric(f"{ReportingMonth.of(row.concluded_on).label}的评分细则没有履职检查评分表。")
    return rules


def duty_page(row: DutyInspection) -> DutyPage:
    """Read the sheet of an inspection that was fetched through the scope. Raises NoRubric.

    A draft shows every line of the rubric, a concluded sheet what was scored.
    """
    items = list(row.items.prefetch_related("evidence").order_by("section", "pk"))
    rules = rubric_in_force(ReportingMonth.of(row.concluded_on)).duty
    is_draft = row.state == DutyState.DRAFT
    sections = _blank(items, rules) if is_draft and rules else _scored(items, rules)
    total = sum((section.points for section in sections), Decimal(0))
    return DutyPage(total.quantize(Decimal("0.1")), sections, rules)


def _blank(items: list[DutyInspectionItem], rules: DutyRules) -> list[Section]:
    known = {item_key(item.section, item.name): item for item in items}
    return [
        Section(
            section.name,
            sum((item.points for item in items if item.section == section.id), Decimal(0)),
            section.max,
            [Line(item.name, item.max, known.get(item_key(section.id, item.name))) for item in section.items],
        )
        for section in rules.sections
    ]


def _scored(items: list[DutyInspectionItem], rules: DutyRules | None) -> list[Section]:
    names = {section.id: section.name for section in rules.sections} if rules else {}
    sections = []
    for key in sorted({item.section for item in items}):
        rows = [item for item in items if item.section == key]
        sections.append(
            Section(
                names.get(key, key),
                sum((item.points for item in rows), Decimal(0)),
                sum((item.max_points for item in rows), Decimal(0)),
                [Line(item.name, item.max_points, item) for item in rows],
            )
        )
    return sections
