"""The days by which documents must be answered, from reports/data/terms.yaml."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import yaml
from django.utils import timezone

from core.workdays import Calendar

_TERMS = Path(__file__).resolve().parent.parent / "data" / "terms.yaml"


@cache
def _term(name: str) -> int:
    return int(yaml.safe_load(_TERMS.read_text(encoding="utf-8"))[name]["value"])


def circular_report_due(at: dt.datetime, calendar: Calendar) -> dt.date:
    """Answer to a circular or a criticism."""
    return calendar.add_workdays(timezone.localdate(at), _term("circular_report_workdays"))


def reminder_feedback_due(at: dt.datetime, calendar: Calendar) -> dt.date:
    """Answer to a reminder letter."""
    return calendar.add_workdays(timezone.localdate(at), _term("reminder_feedback_workdays"))


def interview_report_due(at: dt.datetime, calendar: Calendar) -> dt.date:
    """Report on rectification after an interview (calendar days, moved to a working day)."""
    return calendar.add_days(timezone.localdate(at), _term("interview_report_days"))
