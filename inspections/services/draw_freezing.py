"""封存: the list, the rule, the officers and their ties become one text that never changes."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from inspections.enums import DrawKind, DrawState
from inspections.models import Draw
from inspections.rules import draw as rules
from inspections.rules.draw_parameters import Parameters
from inspections.selectors import draw_population as pool
from inspections.services.draws import (
    COUNT,
    OWED,
    DrawRefused,
    locked_draw,
    parameters_of,
    projects_of_rule,
)
from projects.models import Project
from tenancy.models import City


@transaction.atomic
def freeze_draw(*, draw_id: uuid.UUID, by: Any, at: dt.datetime) -> Draw:
    """DRAFT → FROZEN: the list, the rule, the officers and their ties become one text that never changes.

    Raises DrawRefused when the register has moved on since the list was made, or when a team cannot be drawn for some
    object; the sentence names it.
    """
    draw = locked_draw(draw_id, DrawState.DRAFT)
    text = rules.frozen_text(setup_of(draw, timezone.localdate(at)))
    frozen = json.loads(text)
    if not any(one["quota"] for one in frozen["strata"]):
        raise DrawRefused("各层应抽数都是0，没有可抽的对象；请核对排除理由或抽取数的确定方式。")
    if impossible := rules.impossible_teams(frozen):
        raise DrawRefused(impossible[0])
    draw.frozen_text, draw.frozen_at, draw.state = text, at, DrawState.FROZEN
    draw.drawn_on = timezone.localdate(at)
    draw.population_sha256 = rules.commitment_of(text)
    draw.save(update_fields=["frozen_text", "frozen_at", "state", "drawn_on", "population_sha256"])
    after = {"sha256": draw.population_sha256, "population": draw.population_count}
    record(action="inspections.draw.freeze", subject=draw, by=by, at=at, after=after)
    return draw


def setup_of(draw: Draw, day: dt.date) -> rules.Setup:
    """Everything that the frozen text says, of today's directories."""
    parameters = parameters_of(draw)
    projects: list[Project] = []
    if draw.kind == DrawKind.COUNTY:
        candidates = [rules.Candidate(**one) for one in draw.rule["counties"]]
    else:
        candidates, projects = _frozen_candidates(draw, day)
    team_size = draw.rule["team_size"]
    officers = (
        list(pool.officers_of(draw.jurisdiction, whole_city=draw.rule["whole_city"])) if team_size else []
    )
    return rules.Setup(
        number=draw.number,
        city=City.objects.get(pk=draw.city_id).slug,
        organizer=draw.jurisdiction.department_name,
        kind=draw.kind,
        title=draw.title,
        day=day,
        rule={name: value for name, value in draw.rule.items() if name != "counties"},
        candidates=candidates,
        strata=_strata(draw, candidates, projects, day, parameters),
        officers=pool.members(officers),
        recusals=pool.recusals(officers, projects, day),
    )


def _frozen_candidates(draw: Draw, day: dt.date) -> tuple[list[rules.Candidate], list[Project]]:
    rows = list(draw.candidates.select_related("project__jurisdiction").order_by("project__code"))
    projects = [one.project for one in rows]
    present = {one.pk for one in projects_of_rule(draw, day)}
    if moved := [one for one in projects if one.pk not in present]:
        raise DrawRefused(f"工程“{moved[0].name}”已不在建或不属于抽取范围，请重新生成名录。")
    if missing := present - {one.pk for one in projects}:
        name = Project.objects.get(pk=min(missing)).name
        raise DrawRefused(f"名录缺少在建工程“{name}”，请重新生成名录。")
    found = [
        rules.Candidate(
            id=row.project.code,
            name=row.project.name,
            stratum=row.stratum,
            county=row.project.jurisdiction.code,
            weight=row.weight,
            weight_reason=row.weight_reason,
            excluded=row.exclusion_reason,
        )
        for row in rows
    ]
    return found, projects


def _strata(
    draw: Draw,
    candidates: Sequence[rules.Candidate],
    projects: Sequence[Project],
    day: dt.date,
    parameters: Parameters,
) -> list[rules.Stratum]:
    names = pool.county_names()
    owed: dict[str, pool.Owed] = {}
    if draw.kind == DrawKind.PROJECT:
        owed = {one.key: one for one in pool.owed_in_year(projects, draw.jurisdiction, day, parameters)}
    found = []
    for key in sorted({one.stratum for one in candidates}):
        own = [one for one in candidates if one.stratum == key]
        able = sum(not one.excluded for one in own)
        ratio, wanted = _wanted(draw, key, owed, len(own))
        stratum = rules.Stratum(
            key=key,
            name=pool.stratum_name(key, names),
            population=len(own),
            ratio=ratio,
            quota=min(wanted, able),
        )
        found.append(stratum)
    return found


def _wanted(draw: Draw, key: str, owed: dict[str, pool.Owed], population: int) -> tuple[int, int]:
    """(ratio, how many to draw); the ratio is 0 where the number does not come from one."""
    if draw.kind == DrawKind.OFFICER:
        return 0, population
    if draw.rule["quota"] == COUNT:
        return 0, draw.rule["count"]
    lines = list(owed.values()) if key == pool.WHOLE else [owed[key]]
    if draw.rule["quota"] == OWED:
        return 0, sum(one.left for one in lines)
    if key != pool.WHOLE:
        return owed[key].ratio, owed[key].wanted
    return 0, sum(one.wanted for one in lines)
