"""Doubts that wait: for the county's explanation, for the bureau's judgement."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core import display
from projects.enums import DoubtState
from projects.models import DataDoubt
from projects.selectors.doubt_checks import CHECKS
from reports.selectors.todo_kinds import Source, Todo


def doubt_todos(assignment: RoleAssignment) -> Iterator[Source]:
    """Open ones for the county, explained ones for the bureau."""
    rows = DataDoubt.objects.select_related("jurisdiction").order_by("found_at", "pk")
    listed = reverse("doubts:list")
    if assignment.allows(Capability.DOUBT_EXPLAIN):
        yield Source(
            "待说明的数据疑点",
            rows.filter(state=DoubtState.OPEN),
            _line("说明"),
            f"{listed}?state={DoubtState.OPEN}",
        )
    if assignment.allows(Capability.DOUBT_JUDGE):
        yield Source(
            "待认定的数据疑点",
            rows.filter(state=DoubtState.EXPLAINED),
            _line("认定"),
            f"{listed}?state={DoubtState.EXPLAINED}",
        )


def _line(verb: str) -> Callable[[DataDoubt], Todo]:
    def line(row: DataDoubt) -> Todo:
        check = CHECKS.get(row.check_code)
        label = check.label if check is not None else row.check_code
        note = f"{row.jurisdiction.short_name} {display.month_cn(row.month)}，{row.sentence}"
        return Todo(label, note, reverse("doubts:detail", args=[row.pk]), verb)

    return line
