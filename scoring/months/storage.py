"""Writing many rows of a month in one statement."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.db import connection, models


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Insert the rows of one model as one JSON parameter.

    `bulk_create` passes a text array per column, whose quoting costs more than the close's own queries where a column
    holds whole snapshots; row-level security allows no COPY.
    """
    given = list(rows)
    if not given:
        return
    fields = given[0]._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    types = ", ".join(f"{quote(str(field.column))} {field.db_type(connection)}" for field in fields)
    table = quote(given[0]._meta.db_table)
    records = [{field.column: getattr(row, field.attname) for field in fields} for row in given]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns})"  # noqa: S608 -- names of the model, no input
            f" SELECT {columns} FROM jsonb_to_recordset(%s::jsonb) AS given ({types})",
            [json.dumps(records, default=_text, ensure_ascii=False)],
        )


def _text(value: Any) -> str:
    """UUIDs, dates, decimals: as PostgreSQL reads them."""
    return str(value)
