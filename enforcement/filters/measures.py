"""Filters of interviews, criticisms and letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django_filters import ChoiceFilter

from core import display
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.selectors.measures import CRITICISM_OPEN, INTERVIEW_OPEN, LETTER_OPEN, overdue_reports
from tenancy.filters import ALL, CountyFilterSet

OPEN = "OPEN"


class MeasureFilter(CountyFilterSet):
    """County, month, state; a kind of measure sets its states."""

    open_states: ClassVar[Sequence[str]] = ()

    month = ChoiceFilter(label="月份", empty_label=ALL, method="filter_month")
    state = ChoiceFilter(label="状态", empty_label=ALL, method="filter_state")

    def __init__(self, *args: Any, months: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["month"].extra["choices"] = [(f"{one:%Y-%m}", display.month_cn(one)) for one in months]
        self.filters["state"].extra["choices"] = self.state_choices()

    def state_choices(self) -> list[tuple[str, str]]:
        """(code, word) of the states."""
        raise NotImplementedError

    def filter_month(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """One month; only the choices come here."""
        return rows.filter(month=dt.date.fromisoformat(f"{value}-01"))

    def filter_state(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """One state, or all that still ask for an act."""
        return rows.filter(state__in=self.open_states if value == OPEN else [value])


class InterviewFilter(MeasureFilter):
    """Interviews, also those whose report is late."""

    open_states = INTERVIEW_OPEN

    overdue = ChoiceFilter(
        label="逾期", choices=(("yes", "整改报告逾期"),), empty_label=ALL, method="filter_overdue"
    )

    def __init__(self, *args: Any, as_of: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.as_of = as_of

    def state_choices(self) -> list[tuple[str, str]]:
        """未办结 first."""
        return [(OPEN, "未办结"), *InterviewState.choices]

    def filter_overdue(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """The report on rectification is late."""
        return rows.filter(overdue_reports(self.as_of))


class CriticismFilter(MeasureFilter):
    """Proposals of 通报批评."""

    open_states = CRITICISM_OPEN

    def state_choices(self) -> list[tuple[str, str]]:
        """未印发 first."""
        return [(OPEN, "未办结"), *CriticismState.choices]


class LetterFilter(MeasureFilter):
    """Reminder letters."""

    open_states = LETTER_OPEN

    def state_choices(self) -> list[tuple[str, str]]:
        """未反馈 first."""
        return [(OPEN, "未办结"), *LetterState.choices]
