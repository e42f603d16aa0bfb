"""Clues with the end of their term of transfer."""

from __future__ import annotations

import datetime as dt

from django.db.models import DateField, F, OuterRef, Q, QuerySet, Subquery

from core.models import CalendarDay
from enforcement.models import Clue


def visible_clues(workdays: int) -> QuerySet[Clue]:
    """The scope's clues with `due_on`, the last day to transfer: `workdays` after the day of identification."""
    identified = CalendarDay.objects.filter(date=OuterRef(OuterRef("identified_on"))).values("workday_no")[:1]
    # Counted as rubric E5 counts: the working day numbered no(identified) + n.
    ends = CalendarDay.objects.filter(is_workday=True, workday_no=Subquery(identified) + workdays)
    rows = Clue.objects.annotate(due_on=Subquery(ends.values("date")[:1], output_field=DateField()))
    return rows.select_related("jurisdiction", "project", "organization", "finding")


def waiting() -> Q:
    """Not transferred yet."""
    return Q(transferred_on__isnull=True)


def late_on(as_of: dt.date) -> Q:
    """Not transferred by the end of the term, or transferred after it; for rows of `visible_clues`."""
    return Q(transferred_on__isnull=True, due_on__lt=as_of) | Q(transferred_on__gt=F("due_on"))
