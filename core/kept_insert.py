"""Rows that are written as they stand, by a statement that is put together once for each model and number of rows.

For the few inserts of every submission: `bulk_create` spends most of its time on finding out what this is told. Nothing is
filled in (no `auto_now`, no database defaults) and no reference is checked before the database does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.db import connection, models


def insert_rows(rows: Sequence[models.Model], *, on_conflict: str = "") -> int:
    """One INSERT; how many rows it wrote. on_conflict: what stands behind VALUES, fixed words of the caller.

    Raises IntegrityError.
    """
    if not rows:
        return 0
    model = type(rows[0])
    fields = model._meta.concrete_fields
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection) for row in rows for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{_statement(model, len(rows))} {on_conflict}", values)
        return int(cursor.rowcount)


@lru_cache(maxsize=256)
def _statement(model: type[models.Model], count: int) -> str:
    columns = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    marks = ", ".join(["%s"] * len(model._meta.concrete_fields))
    rows = ", ".join([f"({marks})"] * count)
    return f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES {rows}'  # noqa: S608 -- names of our columns
