"""Freezing the returns of a month that is being closed."""

from __future__ import annotations

import datetime as dt

from core.month import ReportingMonth
from projects.enums import ReturnState
from projects.models import MonthlyReturn


def freeze_returns(*, month: ReportingMonth, frozen_at: dt.datetime) -> int:
    """Freeze what was submitted before the freeze; a later submission stays outside of the month. Returns how many.

    Waits for whoever is changing one of these returns, so that each is either in the month as it was submitted or
    refused as late, never half. Must run in the transaction that reads the facts.
    """
    return MonthlyReturn.objects.filter(
        month=month.first,
        state__in=[ReturnState.SUBMITTED, ReturnState.ACCEPTED],
        first_submitted_at__lt=frozen_at,
    ).update(state=ReturnState.FROZEN)
