"""一公开: the redacted result, previewed first, frozen when it is published, with what the inspections found."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from audit.services import record
from core import canonical, display
from core.services import database_calendar
from core.uuid7 import uuid7
from inspections.enums import COUNTED_FINDING_STATES, DrawKind, DrawState, InspectionState, Severity
from inspections.models import Draw, DrawnProject, DrawPublication, DrawWitness, Inspection, Officer
from inspections.rules.draw_parameters import shipped
from inspections.rules.redaction import masked_name, redacted
from inspections.selectors.draws import drawn_counties, frozen_of, record_of, teams_of, with_due_day
from inspections.services.draws import DrawRefused, locked_draw
from projects.models import KeyPerson
from tenancy.writing import name_of

FORMAT = "anlan-publication/1"


@dataclass(frozen=True, kw_only=True)
class Hidden:
    """One thing that the public does not see: where it stands, what it is, what is shown for it."""

    where: str
    original: str
    shown: str


@dataclass(frozen=True, kw_only=True)
class Publication:
    """What will be public, what will not, and which drawn projects have no completed inspection yet."""

    content: dict[str, Any]
    hidden: Sequence[Hidden]
    missing: Sequence[str]


class _Redactor:
    """Masks what stands in the public text and remembers what it hid."""

    def __init__(self, names: set[str]) -> None:
        self._names = names
        self.hidden: list[Hidden] = []

    def clean(self, where: str, text: str) -> str:
        """Prose without names and numbers of persons."""
        shown = redacted(text, self._names)
        if shown != text:
            self.hidden.append(Hidden(where=where, original=text, shown=shown))
        return shown

    def mask(self, where: str, name: str) -> str:
        """A person's name as the public reads it."""
        self.hidden.append(Hidden(where=where, original=name, shown=masked_name(name)))
        return masked_name(name)


def prepare(draw: Draw, *, note: str, at: dt.datetime) -> Publication:
    """The public text of a draw as it would be now. Reads only."""
    teams, record_, voids = teams_of(draw), record_of(draw), _voids(draw)
    drawn = list(
        DrawnProject.objects.filter(draw=draw)
        .select_related("project__jurisdiction", "project__legal_person")
        .order_by("position")
    )
    results = _results(draw)
    hide = _Redactor(_people(drawn, teams, record_, voids))
    content = {
        **_head(draw, hide),
        "strata": _strata(draw),
        "witnesses": [
            {"name": hide.mask("见证人", one["name"]), "unit": hide.clean("见证人单位", one["unit"])}
            for one in record_.get("witnesses", [])
        ],
        "objects": [
            _object(one, teams.get(one.pk, []), results.get(one.project_id, []), hide) for one in drawn
        ],
        "counties": _counties(draw),
        "voids": [
            {"number": one.number, "reason": hide.clean(f"{one.number}作废原因", one.void_reason)}
            for one in voids
        ],
        "note": hide.clean("说明", note.strip()),
        "published_on": timezone.localdate(at),
    }
    missing = [one.project.name for one in drawn if not results.get(one.project_id)]
    return Publication(
        content=_plain(content),
        hidden=list(dict.fromkeys([*hide.hidden, *_numbers(teams)])),
        missing=missing,
    )


def _head(draw: Draw, hide: _Redactor) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "number": draw.number,
        "title": hide.clean("抽取名称", draw.title),
        "kind": draw.get_kind_display(),
        "organizer": draw.jurisdiction.department_name,
        "drawn_on": draw.drawn_on,
        "population": draw.population_count,
        "commitment": draw.commitment_sha256,
        "seed": draw.seed_sha256,
        "record_sha256": draw.record_sha256,
    }


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    """As JSON keeps it: days as their text."""
    return {
        name: value.isoformat() if isinstance(value, dt.date) else value for name, value in content.items()
    }


def _voids(draw: Draw) -> list[Draw]:
    """The organizer's void draws of the year up to this one: nobody draws until it suits, unseen."""
    rows = Draw.objects.filter(
        jurisdiction=draw.jurisdiction_id,
        state=DrawState.VOID,
        drawn_on__year=draw.drawn_on.year,
        drawn_on__lte=draw.drawn_on,
    )
    return list(rows.exclude(pk=draw.pk).order_by("number"))


def _people(
    drawn: Sequence[DrawnProject],
    teams: Mapping[Any, Any],
    record_: Mapping[str, Any],
    voids: Sequence[Draw],
) -> set[str]:
    """Everybody whose name could stand in a text about this draw: the whole directory, witnesses, people of the sites."""
    found = {row.officer.name for rows in teams.values() for row in rows}
    found |= set(Officer.objects.values_list("name", flat=True))
    found |= set(DrawWitness.objects.filter(draw__in=voids).values_list("name", flat=True))
    found |= {one["name"] for one in record_.get("witnesses", [])} | {record_.get("drawn_by", "")}
    people = KeyPerson.objects.filter(project__in=[one.project_id for one in drawn])
    return found | set(people.values_list("name", flat=True))


def _object(
    drawn: DrawnProject, team: Sequence[Any], results: Sequence[dict[str, Any]], hide: _Redactor
) -> dict[str, Any]:
    project = drawn.project
    return {
        "position": drawn.position,
        "project": project.name,
        "county": project.jurisdiction.short_name,
        "legal_person": project.legal_person.name,
        "level": project.get_supervision_level_display(),
        "team": [hide.mask("检查人员", one.officer.name) for one in team if one.replaced_at is None],
        "substituted": sum(one.replaced_at is not None for one in team),
        "inspections": list(results),
    }


def _results(draw: Draw) -> dict[Any, list[dict[str, Any]]]:
    """Completed inspections of the draw by project, with the confirmed findings of each severity. One query."""
    counted = {
        severity: Count(
            "findings",
            filter=Q(findings__severity=severity, findings__state__in=COUNTED_FINDING_STATES),
        )
        for severity in Severity.values
    }
    rows = Inspection.objects.filter(draw=draw, state=InspectionState.COMPLETED).annotate(**counted)
    found: dict[Any, list[dict[str, Any]]] = {}
    for one in rows.order_by("inspected_on", "number"):
        line = {
            "number": one.number,
            "inspected_on": one.inspected_on.isoformat(),
            "kind": one.get_kind_display(),
            "findings": [[severity.label, getattr(one, severity.value)] for severity in Severity],
        }
        found.setdefault(one.project_id, []).append(line)
    return found


def _strata(draw: Draw) -> list[dict[str, Any]]:
    if not draw.frozen_text:
        return []
    lines = frozen_of(draw)["strata"]
    return [{name: one[name] for name in ("name", "population", "quota")} for one in lines]


def _counties(draw: Draw) -> list[str]:
    drawn = drawn_counties(draw)
    name_of_code = {one["id"]: one["name"] for one in frozen_of(draw)["candidates"]} if drawn else {}
    return [name_of_code[code] for code in drawn]


def _numbers(teams: Mapping[Any, Any]) -> list[Hidden]:
    """The numbers of certificates are never public."""
    rows = [row.officer for rows in teams.values() for row in rows]
    return [
        Hidden(where=f"{masked_name(one.name)}的执法证号", original=one.enforcement_id, shown="不公开")
        for one in rows
    ]


@transaction.atomic
def publish_draw(*, draw_id: uuid.UUID, note: str, by: Any, at: dt.datetime) -> DrawPublication:
    """Freeze the redacted result and make it public, once.

    Raises DrawRefused when it is public already, or when a drawn project was not inspected and nothing says why.
    """
    draw = locked_draw(draw_id, DrawState.DRAWN)
    if draw.published_on is not None:
        raise DrawRefused(f"抽取{draw.number}的结果已于{display.day(draw.published_on)}公开。")
    if draw.kind == DrawKind.OFFICER:
        raise DrawRefused("只抽取检查人员的，随检查结果公开，不单独公开。")
    ready = prepare(draw, note=note, at=at)
    if ready.missing and not note.strip():
        raise DrawRefused(
            f"抽中的“{ready.missing[0]}”还没有完成检查，请检查完成后公开，或在说明中写明未检查的原因。"
        )
    row = DrawPublication(
        id=uuid7(),
        city_id=draw.city_id,
        jurisdiction_id=draw.jurisdiction_id,
        draw=draw,
        content=ready.content,
        sha256=canonical.sha256(ready.content),
        due_on=due_day(draw),
        published_at=at,
        published_by_name=name_of(by),
    )
    row.save(force_insert=True)
    draw.published_on = timezone.localdate(at)
    if draw.result_formed_on is None:
        draw.result_formed_on = draw.drawn_on
    draw.save(update_fields=["published_on", "result_formed_on"])
    record(
        action="inspections.draw.publish",
        subject=draw,
        by=by,
        at=at,
        after={"sha256": row.sha256, "due_on": row.due_on, "published_on": draw.published_on},
    )
    return row


def due_day(draw: Draw) -> dt.date:
    """The last day of the term of publication."""
    found: dt.date | None = (
        with_due_day(Draw.objects.filter(pk=draw.pk)).values_list("due_on", flat=True).first()
    )
    if found is not None:
        return found
    formed = draw.result_formed_on or draw.drawn_on
    term = shipped().publish_within_workdays
    return database_calendar(formed, formed + dt.timedelta(days=4 * term)).add_workdays(formed, term)


@transaction.atomic
def move_result_day(*, draw_id: uuid.UUID, day: dt.date, by: Any, at: dt.datetime) -> None:
    """An inspection of the draw was completed: the term of publication runs from the last one.

    Only while the present term runs: what was not published in time stays overdue.
    """
    draw = Draw.objects.select_for_update(of=("self",)).filter(pk=draw_id).first()
    if draw is None:  # of an office that the reviewer does not see
        return
    if draw.state != DrawState.DRAWN or draw.published_on is not None or draw.result_formed_on is None:
        return
    if day <= draw.result_formed_on or day > due_day(draw):
        return
    before = draw.result_formed_on
    draw.result_formed_on = day
    draw.save(update_fields=["result_formed_on"])
    record(
        action="inspections.draw.result",
        subject=draw,
        by=by,
        at=at,
        before={"result_formed_on": before},
        after={"result_formed_on": day},
    )
