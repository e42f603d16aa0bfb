"""Draws as pages and other parts of the product read them: terms of publication, results, the replay file."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from django.db.models import DateField, IntegerField, OuterRef, QuerySet, Subquery

from core.models import CalendarDay
from inspections.enums import DrawKind, DrawState
from inspections.models import Draw, DrawnOfficer
from inspections.rules.draw import export_of
from inspections.rules.draw_parameters import shipped


def with_due_day(rows: QuerySet[Draw]) -> QuerySet[Any]:
    """`due_on`: the last day of the term in which the result must be public; none before there is a result."""
    number = CalendarDay.objects.filter(date=OuterRef("result_formed_on")).values("workday_no")[:1]
    terms = rows.annotate(formed_no=Subquery(number, output_field=IntegerField()))
    last_day = CalendarDay.objects.filter(
        is_workday=True, workday_no=OuterRef("formed_no") + shipped().publish_within_workdays
    ).values("date")[:1]
    return terms.annotate(due_on=Subquery(last_day, output_field=DateField()))


def without_texts() -> QuerySet[Draw]:
    """For lists: a frozen text holds a whole directory."""
    return Draw.objects.defer("frozen_text", "record_text", "rule")


def carried_out() -> QuerySet[Draw]:
    """Draws that were made and are not void."""
    return without_texts().filter(state=DrawState.DRAWN, void_reason="")


def owing_publication() -> QuerySet[Any]:
    """Project draws with a result that is not public yet, with `due_on`."""
    rows = carried_out().filter(kind=DrawKind.PROJECT, published_on__isnull=True)
    return with_due_day(rows.exclude(result_formed_on__isnull=True))


def overdue_publications(as_of: dt.date) -> QuerySet[Any]:
    """Those whose term is over."""
    return owing_publication().filter(due_on__lt=as_of)


def frozen_of(draw: Draw) -> dict[str, Any]:
    """What the commitment was taken of."""
    value: dict[str, Any] = json.loads(draw.frozen_text)
    return value


def record_of(draw: Draw) -> dict[str, Any]:
    """The record of a draw that was made here; empty for one that came by the ledger."""
    value: dict[str, Any] = json.loads(draw.record_text) if draw.record_text else {}
    return value


def drawn_counties(draw: Draw) -> list[str]:
    """Codes of the counties that a COUNTY draw selected."""
    return (
        [line["object"] for line in record_of(draw).get("result", ())] if draw.kind == DrawKind.COUNTY else []
    )


def teams_of(draw: Draw) -> dict[Any, list[DrawnOfficer]]:
    """Drawn project → everybody who was drawn for it, replaced ones included. One query."""
    found: dict[Any, list[DrawnOfficer]] = {}
    rows = DrawnOfficer.objects.filter(draw=draw).select_related("officer__jurisdiction", "replaces__officer")
    for one in rows.order_by("drawn_project__position", "position"):
        found.setdefault(one.drawn_project_id, []).append(one)
    return found


def replay_file(draw: Draw) -> bytes:
    """The exported draw (docs/draw.md §8). Raises ValueError for a draw without a record."""
    if not draw.record_text:
        raise ValueError(f"draw {draw.number} has no record")
    return export_of(frozen=draw.frozen_text, record=draw.record_text, substitutions=_substitutions(draw))


def _substitutions(draw: Draw) -> Sequence[dict[str, Any]]:
    # By the names of the frozen text: a code or number that was edited since would tell of another draw.
    object_at = {line["position"]: line["object"] for line in record_of(draw)["result"]}
    rows = DrawnOfficer.objects.filter(draw=draw, replaces__isnull=False).select_related(
        "replaces", "drawn_project"
    )
    return [
        {
            "object": object_at[one.drawn_project.position],
            "replaced": one.replaces.drawn_as if one.replaces else "",
            "officer": one.drawn_as,
            "reason": one.replaces.replaced_reason if one.replaces else "",
            "at": one.replaces.replaced_at if one.replaces else None,
        }
        for one in rows.order_by("drawn_project__position", "position")
    ]
