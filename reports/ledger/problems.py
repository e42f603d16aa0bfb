"""What can be wrong with a workbook, said so that it can be put right."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from core.errors import DomainError

SHOWN_VALUE = 80


class UnreadableWorkbook(DomainError):
    """The file as a whole cannot be taken: not a workbook, damaged, too large, or dangerous."""


class BadCell(DomainError):
    """A cell does not hold what its column wants. `right` says what would be right."""

    def __init__(self, wrong: str, right: str) -> None:
        super().__init__(wrong)
        self.wrong = wrong
        self.right = right


@dataclass(frozen=True)
class Problem:
    """One error of the workbook: where, what stands there, what is wrong, what would be right."""

    sheet: str
    row: int
    column: int
    header: str
    value: str
    wrong: str
    right: str

    @property
    def cell(self) -> str:
        """The address as Excel shows it ("C12"); empty when the whole sheet or file is meant."""
        return f"{get_column_letter(self.column)}{self.row}" if self.row and self.column else ""

    def as_json(self) -> dict[str, Any]:
        """For the batch row and the page."""
        return {**asdict(self), "cell": self.cell}


def shown(value: object) -> str:
    """The value of a cell in an error list: short, one line."""
    text = " ".join(str(value).split()) if value is not None else ""
    return text if len(text) <= SHOWN_VALUE else text[: SHOWN_VALUE - 1] + "…"
