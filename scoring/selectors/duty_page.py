"""One duty inspection (履职检查): its scored sheet by section."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.month import ReportingMonth
from inspections.models import DutyInspection, DutyInspectionItem
from scoring.rules.duty import DutyRules
from scoring.selectors.scales import rubric_in_force


@dataclass(frozen=True)
class Section:
    """A part of the sheet with its lines."""

    name: str
    points: Decimal
    maximum: Decimal
    items: list[DutyInspectionItem]


@dataclass(frozen=True)
class DutyPage:
    """The sheet. `rules` None where the rubric of that month has no duty inspection."""

    score: Decimal
    sections: list[Section]
    rules: DutyRules | None

    @property
    def is_interview(self) -> bool:
        """Under the line of 约谈."""
        return self.rules is not None and self.score < self.rules.interview_below

    @property
    def is_unqualified(self) -> bool:
        """Under the line of 不合格."""
        return self.rules is not None and self.score < self.rules.unqualified_below


def duty_page(row: DutyInspection) -> DutyPage:
    """Read the sheet of an inspection that was fetched through the scope. Raises NoRubric."""
    items = list(row.items.order_by("section", "pk"))
    rubric = rubric_in_force(ReportingMonth.of(row.concluded_on))
    names = {section.id: section.name for section in rubric.duty.sections} if rubric.duty else {}
    sections = []
    for key in sorted({item.section for item in items}):
        lines = [item for item in items if item.section == key]
        sections.append(
            Section(
                names.get(key, key),
                sum((item.points for item in lines), Decimal(0)),
                sum((item.max_points for item in lines), Decimal(0)),
                lines,
            )
        )
    total = sum((section.points for section in sections), Decimal(0))
    return DutyPage(total.quantize(Decimal("0.1")), sections, rubric.duty)
