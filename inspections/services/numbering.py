"""Numbers of a series and a year (JC-2023-0001): taken inside the transaction, without gap and without double."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils import timezone

from tenancy.models import TenantModel
from tenancy.scope import city_scope, current_scope

INSPECTIONS, APPROVALS, NOTICES = "JC", "SP", "TZ"
_DIGITS = 4


def lock_series(series: str) -> None:
    """Wait for whoever takes a number of the series in this city; released with the transaction, kept or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 81))", [f"{current_scope().city_id} {series}"]
        )


def next_number(model: type[TenantModel], series: str, at: dt.datetime) -> str:
    """The next number of the series in the year of `at`. All counties of the city share a series, so the last number
    is looked up in the whole city; numbers that came by the ledger in another form do not matter.
    """
    lock_series(series)
    prefix = f"{series}-{timezone.localdate(at).year}-"
    with city_scope(current_scope().city_id):
        rows: QuerySet[Any] = model._default_manager.all()
        taken = rows.filter(number__regex=rf"^{prefix}\d{{{_DIGITS},}}$")
        last = taken.order_by(Length("number").desc(), "-number").values_list("number", flat=True).first()
    serial = int(str(last).removeprefix(prefix)) if last else 0
    return f"{prefix}{serial + 1:0{_DIGITS}d}"
