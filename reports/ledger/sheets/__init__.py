"""The sheets of the ledger workbook, in the order in which they are written."""

from __future__ import annotations

from reports.ledger.sheets import actions, checks, facts, filings, inspections, people, register, returns
from reports.ledger.spec import Registry

LEDGER = Registry.of(
    (
        *register.SHEETS,
        *people.SHEETS,
        *returns.SHEETS,
        *filings.SHEETS,
        *inspections.SHEETS,
        *checks.SHEETS,
        *actions.SHEETS,
        *facts.SHEETS,
    )
)
"""Every sheet that the product reads and writes."""
