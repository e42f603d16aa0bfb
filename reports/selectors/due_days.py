"""The days by which documents must be answered, from reports/data/terms.yaml."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache
from pathlib import Path

import yaml
from django.utils import timezone

from core.workdays import Calendar
from reports.gongwen import facts as f
from reports.gongwen.builders import Facts

_TERMS = Path(__file__).resolve().parent.parent / "data" / "terms.yaml"


@cache
def _term(name: str) -> int:
    return int(yaml.safe_load(_TERMS.read_text(encoding="utf-8"))[name]["value"])


def circular_report_due(dated_on: dt.date, calendar: Calendar) -> dt.date:
    """Answer to a circular or a criticism."""
    return calendar.add_workdays(dated_on, _term("circular_report_workdays"))


def reminder_feedback_due(dated_on: dt.date, calendar: Calendar) -> dt.date:
    """Answer to a reminder letter."""
    return calendar.add_workdays(dated_on, _term("reminder_feedback_workdays"))


def with_terms(facts: Facts, dated_on: dt.date, calendar: Calendar) -> Facts:
    """The facts with the terms that run from the date of the document; a draft showed those from its drafting day."""
    if isinstance(facts, f.MonthlyCircularFacts | f.CriticismFacts):
        return dataclasses.replace(facts, report_due=circular_report_due(dated_on, calendar))
    if isinstance(facts, f.ReminderLetterFacts):
        return dataclasses.replace(facts, feedback_due=reminder_feedback_due(dated_on, calendar))
    return facts


def interview_report_due(at: dt.datetime, calendar: Calendar) -> dt.date:
    """Report on rectification after an interview (calendar days, moved to a working day)."""
    return calendar.add_days(timezone.localdate(at), _term("interview_report_days"))
