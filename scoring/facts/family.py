"""How a family of facts is read: one SQL statement for all counties, values together with their evidence."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from scoring.facts.window import Window
from scoring.rules.facts import FactValue

_IDS = "__ids"

# Written once, because the same words must mean the same records everywhere.
_FRAGMENTS = {
    # 在建: begun by the month's end and not finished before its first day. The status column is today's word and
    # is asked only where no day of completion is recorded.
    "{started}": (
        "p.started_on <= %(last)s AND CASE WHEN p.finished_on IS NULL"
        " THEN p.status IN ('UNDER_WAY', 'SUSPENDED') ELSE p.finished_on >= %(first)s END"
    ),
    # Findings whose term has ended by the month's end and which were not closed by then. Written as two branches,
    # because each has its index: those still open, and those closed later.
    "{overdue}": (
        "(SELECT o.* FROM inspections_finding o WHERE o.city_id = %(city)s AND o.due_on <= %(last)s"
        " AND o.state NOT IN ('CLOSED', 'WITHDRAWN', 'DRAFT')"
        " UNION ALL SELECT o.* FROM inspections_finding o WHERE o.city_id = %(city)s"
        " AND o.closed_on > %(last)s AND o.due_on <= %(last)s AND o.state = 'CLOSED')"
    ),
    # of a participating unit: in force on the last day, or at some time of the month
    "{taking_part}": (
        "(u.valid_from IS NULL OR u.valid_from <= %(last)s) AND (u.valid_to IS NULL OR u.valid_to >= %(first)s)"
    ),
    "{in_force}": (
        "(u.valid_from IS NULL OR u.valid_from <= %(last)s) AND (u.valid_to IS NULL OR u.valid_to >= %(last)s)"
    ),
}


@dataclass(slots=True)
class CountyFacts:
    """Named facts of one county, and the ids of the records behind each."""

    values: dict[str, FactValue] = field(default_factory=dict)
    evidence: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def put(self, name: str, value: FactValue, ids: list[uuid.UUID] | None) -> None:
        """Add one fact."""
        self.values[name] = value
        if ids:
            self.evidence[name] = tuple(str(one) for one in ids)


@dataclass(frozen=True, slots=True)
class Family:
    """One statement. `items` are the rubric's clauses that read it.

    The first column is the jurisdiction. A column `x` is the value of fact x (NULL = the fact is absent), a column
    `x__ids` its evidence; `x__ids` without `x` is a count of those records.
    With `is_named` the columns are (jurisdiction, fact name, value, ids) and a row is a fact.
    """

    name: str
    items: tuple[str, ...]
    sql: str
    is_named: bool = False


def statement(sql: str) -> str:
    """The SQL with its common fragments written out."""
    for mark, fragment in _FRAGMENTS.items():
        sql = sql.replace(mark, fragment)
    return sql


def rows_of(sql: str, window: Window) -> Iterator[dict[str, Any]]:
    """Run a statement with the window's parameters; rows by column name."""
    with connection.cursor() as cursor:
        cursor.execute(statement(sql), dict(window.parameters))
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            yield dict(zip(names, row, strict=True))


def read_family(family: Family, window: Window) -> Iterator[tuple[uuid.UUID, str, FactValue, Any]]:
    """(jurisdiction, fact, value, evidence ids) of every county that has such records."""
    for row in rows_of(family.sql, window):
        if family.is_named:
            yield row["jurisdiction_id"], row["fact"], row["value"], row["ids"]
        else:
            yield from _wide(row)


def _wide(row: Mapping[str, Any]) -> Iterator[tuple[uuid.UUID, str, FactValue, Any]]:
    jurisdiction_id = row["jurisdiction_id"]
    for column, value in row.items():
        if column.endswith(_IDS):
            name = column.removesuffix(_IDS)
            if name not in row:
                yield jurisdiction_id, name, len(value or ()), value
        elif column != "jurisdiction_id" and value is not None:
            yield jurisdiction_id, column, value, row[column + _IDS]
