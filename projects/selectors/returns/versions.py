"""Versions of a return: the draft, the newest submitted one, the one carried over, and any two side by side."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from projects.enums import ReopeningState
from projects.models import MonthlyReturn, ReturnLine, ReturnVersion
from projects.rules.returns import HEADER_FIELDS, RETURN_FIELDS, Value, field_text

HEADER_ROW = "表头"
STANDING: Final = Q(reopening__isnull=True) | Q(reopening__state=ReopeningState.ACCEPTED)
"""Versions that count: a correction does so from its acceptance on."""
STANDING_LINES: Final = Q(version__reopening__isnull=True) | Q(
    version__reopening__state=ReopeningState.ACCEPTED
)
"""The lines of such versions."""


def line_values(line: ReturnLine) -> dict[str, Value]:
    """The line's fields by name."""
    return {field.name: getattr(line, field.name) for field in RETURN_FIELDS}


def draft_of(return_: MonthlyReturn) -> ReturnVersion | None:
    """What is being filled in, None while nothing is open."""
    return return_.versions.filter(submitted_at__isnull=True).select_related("reopening").first()


def newest_submitted(return_: MonthlyReturn) -> ReturnVersion | None:
    """The newest version that was submitted and stands, None before the first submission."""
    submitted = return_.versions.filter(STANDING, submitted_at__isnull=False).select_related("reopening")
    return submitted.order_by("-number").first()


def carried_from(return_: MonthlyReturn) -> ReturnVersion | None:
    """The newest standing version of the county's last return before this month."""
    return (
        ReturnVersion.objects.filter(
            STANDING,
            monthly_return__jurisdiction=return_.jurisdiction_id,
            monthly_return__month__lt=return_.month,
            submitted_at__isnull=False,
        )
        .order_by("-monthly_return__month", "-number")
        .select_related("monthly_return")
        .first()
    )


def lines_by_project(version: ReturnVersion | None) -> dict[uuid.UUID, ReturnLine]:
    """A version's lines by project; one query, none without a version."""
    if version is None:
        return {}
    return {line.project_id: line for line in version.lines.all()}


_NAMES = tuple(field.name for field in RETURN_FIELDS)


def values_by_project(version: ReturnVersion | None) -> dict[uuid.UUID, dict[str, Value]]:
    """The fields of a version's lines by project; one query, none without a version."""
    if version is None:
        return {}
    rows = version.lines.order_by().values_list("project_id", *_NAMES)
    return {key: dict(zip(_NAMES, values, strict=True)) for key, *values in rows}


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one row that differs; `row` is the project's name or 表头, a line of one side only has kind set."""

    row: str
    project_id: uuid.UUID | None
    field: str
    label: str
    before: str
    after: str
    kind: str = "changed"
    """changed, added (the project is only in the second) or removed (only in the first)."""


@dataclass(frozen=True)
class Comparison:
    """Two versions field by field."""

    before: ReturnVersion
    after: ReturnVersion
    differences: list[Difference]
    unchanged_rows: int


def compare(version_a: ReturnVersion, version_b: ReturnVersion) -> Comparison:
    """What version_b says otherwise than version_a: two queries, whatever the number of lines."""
    first, second = _named(version_a), _named(version_b)
    differences = list(_header(version_a, version_b))
    unchanged = 0
    for key in sorted({*first, *second}, key=lambda one: _name(first, second, one)):
        found = list(_rows(_name(first, second, key), key, first.get(key), second.get(key)))
        unchanged += not found
        differences += found
    return Comparison(version_a, version_b, differences, unchanged)


def _named(version: ReturnVersion) -> dict[uuid.UUID, ReturnLine]:
    return {line.project_id: line for line in version.lines.select_related("project")}


def _name(first: dict[uuid.UUID, ReturnLine], second: dict[uuid.UUID, ReturnLine], key: uuid.UUID) -> str:
    return (second.get(key) or first[key]).project.name


def _header(first: ReturnVersion, second: ReturnVersion) -> Iterator[Difference]:
    for field in HEADER_FIELDS:
        before, after = (field_text(field, version.header.get(field.name)) for version in (first, second))
        if before != after:
            yield Difference(HEADER_ROW, None, field.name, field.title, before, after)


def _rows(
    name: str, key: uuid.UUID, first: ReturnLine | None, second: ReturnLine | None
) -> Iterable[Difference]:
    if first is None or second is None:
        kind = "added" if first is None else "removed"
        return [
            Difference(
                name, key, "", "整行", "" if first is None else "有", "有" if first is None else "", kind
            )
        ]
    texts = (
        (field, field_text(field, getattr(first, field.name)), field_text(field, getattr(second, field.name)))
        for field in RETURN_FIELDS
    )
    return [
        Difference(name, key, field.name, field.title, before, after)
        for field, before, after in texts
        if before != after
    ]
