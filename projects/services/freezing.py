"""Freezing the returns of a month that is being closed."""

from __future__ import annotations

import datetime as dt

from core.month import ReportingMonth
from projects.enums import ReturnState
from projects.models import MonthlyReturn


def freeze_returns(*, month: ReportingMonth, frozen_at: dt.datetime) -> int:
    """Freeze what was submitted before the freeze; a later submission stays outside of the month. Returns how many.

    Waits for whoever is changing one of the month's returns, a first submission in flight included, so that each is
    either in the month as it was submitted or late, never half. Must run in the transaction that reads the facts.
    A return that was sent back stays open; its newest submitted version counts in the month. A correction that is
    being filled in (a reopening's draft) stays a draft.
    """
    # an UPDATE alone would look past a row whose submission is not committed yet
    rows = MonthlyReturn.objects.select_for_update(of=("self",)).filter(month=month.first)
    list(rows.order_by("pk").values_list("pk", flat=True))
    return MonthlyReturn.objects.filter(
        month=month.first,
        state__in=[ReturnState.SUBMITTED, ReturnState.ACCEPTED],
        first_submitted_at__lt=frozen_at,
    ).update(state=ReturnState.FROZEN)
