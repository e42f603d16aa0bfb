"""The rubric in force on a day: recorded facts must name clauses that exist, or they would count for nothing."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from functools import cached_property

from scoring.models import RubricVersion
from scoring.rules.rubric import Rubric
from scoring.rules.rubric_parser import parse_rubric


class Rubrics:
    """The city's rubric versions, read when first asked for."""

    def __init__(self) -> None:
        self._parsed: dict[int, Rubric] = {}

    @cached_property
    def _versions(self) -> list[tuple[dt.date, str]]:
        return list(
            RubricVersion.objects.order_by("effective_from").values_list("effective_from", "source_text")
        )

    def on(self, day: dt.date) -> Rubric | None:
        """The version that scores the month of a day; None before the first one."""
        position = bisect_right([start for start, _ in self._versions], day) - 1
        if position < 0:
            return None
        if position not in self._parsed:
            self._parsed[position] = parse_rubric(self._versions[position][1])
        return self._parsed[position]
