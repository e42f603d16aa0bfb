"""Loading the reference data that every city shares; each load replaces by key, so an official list can follow."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

from core.models import CalendarDay, LegalInstrument
from core.workdays import Calendar, Day, DayKind, day_table

_LEGAL = Path(__file__).parent / "data" / "legal_instruments.csv"


def load_calendar(
    calendar: Calendar | None = None, *, model: type[CalendarDay] = CalendarDay, using: str = "default"
) -> int:
    """Write every day of the table; days of a new notice overwrite provisional ones. Returns the number of days.

    model, using: a migration passes its historical model and the owner's connection.
    """
    rows = [
        model(
            date=row.day.date,
            is_workday=row.day.is_workday,
            workday_no=row.workday_no,
            kind=row.day.kind.value,
            name=row.day.name,
            source_doc=row.day.source_doc,
            is_provisional=row.day.is_provisional,
        )
        for row in day_table(calendar or Calendar.shipped())
    ]
    # The running numbers are unique among workdays, so the table is replaced whole, in the caller's transaction.
    model._default_manager.using(using).all().delete()
    model._default_manager.using(using).bulk_create(rows, batch_size=1000)
    return len(rows)


def database_calendar(first: dt.date = dt.date.min, last: dt.date = dt.date.max) -> Calendar:
    """The calendar in memory, from the table (falls back to the package for days outside of it).

    first, last: for a page that counts between a few days, the whole table is too much to read.
    """
    rows = CalendarDay.objects.filter(date__range=(first, last)).order_by()
    columns = ("date", "kind", "name", "source_doc", "is_provisional")
    return Calendar(
        Day(date, DayKind(kind), name, source_doc, is_provisional)
        for date, kind, name, source_doc, is_provisional in rows.values_list(*columns)
    )


def load_legal_instruments(
    path: Path = _LEGAL, *, model: type[LegalInstrument] = LegalInstrument, using: str = "default"
) -> int:
    """Insert or update the instruments by code and effective date; returns how many rows the file has."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        model._default_manager.using(using).update_or_create(
            code=row["code"],
            effective_from=_date(row["effective_from"]),
            defaults={
                "title": row["title"],
                "number": row["number"],
                "issued_on": _date(row["issued_on"]),
                "status": row["status"],
                "is_verified": row["is_verified"] == "true",
                "note": row["note"],
            },
        )
    return len(rows)


def _date(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
