"""The grid of a year plan as a form that needs no script: one number for each month and kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import DomainError
from core.text import clean_text, parse_integer
from inspections.enums import PlanKind
from inspections.rules.year_plan import MONTHS
from inspections.services.year_plans import MOST


@dataclass(frozen=True)
class GridInput:
    """One cell: its field, what stands in it, what is wrong with it."""

    name: str
    label: str
    value: str
    error: str = ""


@dataclass(frozen=True)
class GridLine:
    """One kind over twelve months. total: of what is stored or was sent."""

    kind: str
    label: str
    cells: Sequence[GridInput]
    total: int


def cell_name(kind: str, month: int) -> str:
    """The field of a cell."""
    return f"{kind}-{month}"


class GridForm:
    """Reads and shows the grid. An empty cell is 0.

    stored: what is there. data: what was posted, None to show what is stored.
    """

    def __init__(self, stored: Mapping[tuple[int, str], int], note: str, data: Any = None) -> None:
        self.stored, self.data = stored, data
        self.note = note if data is None else str(data.get("note", ""))[:1000]
        self.grid: dict[tuple[int, str], int] = {}
        self.problems: dict[str, str] = {}
        if data is not None:
            self._read()

    @property
    def is_valid(self) -> bool:
        """Whether every cell is a number within reason."""
        return self.data is not None and not self.problems

    def _read(self) -> None:
        for kind in PlanKind:
            for month in MONTHS:
                name = cell_name(kind, month)
                text = str(self.data.get(name, "")).strip()
                try:
                    count = parse_integer(text) if text else 0
                except DomainError:
                    count = -1
                if not 0 <= count <= MOST:
                    self.problems[name] = f"{month}月{kind.label}应填0—{MOST}的整数。"
                elif count:
                    self.grid[(month, kind.value)] = count
        try:
            self.note = clean_text(self.note, multiline=True)
        except DomainError as refusal:
            self.problems["note"] = f"说明：{refusal}"
        if len(self.note) > 500:
            self.problems["note"] = "说明不超过500字，请精简。"

    @property
    def lines(self) -> list[GridLine]:
        """Row by row."""
        counts = self.stored if self.data is None else self.grid
        return [
            GridLine(
                kind.value,
                kind.label,
                [self._cell(kind, month) for month in MONTHS],
                sum(counts.get((month, kind.value), 0) for month in MONTHS),
            )
            for kind in PlanKind
        ]

    def _cell(self, kind: PlanKind, month: int) -> GridInput:
        name = cell_name(kind, month)
        if self.data is not None:
            value = str(self.data.get(name, ""))[:8]
        else:
            stored = self.stored.get((month, kind.value), 0)
            value = str(stored) if stored else ""
        return GridInput(name, f"{month}月{kind.label}", value, self.problems.get(name, ""))
