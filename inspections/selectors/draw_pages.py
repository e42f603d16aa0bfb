"""What the pages of a draw show, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Least
from django.urls import reverse

from core import display
from inspections.enums import DrawKind, DrawState
from inspections.models import Draw, DrawnOfficer, DrawnProject
from inspections.rules.draw import differences
from inspections.selectors import draw_population as pool
from inspections.selectors.draws import drawn_counties, frozen_of, replay_file, teams_of


def with_drawn_count(rows: QuerySet[Any]) -> QuerySet[Any]:
    """`drawn_count`: how many projects, or counties, each draw selected."""
    drawn = DrawnProject.objects.filter(draw=OuterRef("pk")).order_by().values("draw").annotate(n=Count("pk"))
    counted = Coalesce(Subquery(drawn.values("n"), output_field=IntegerField()), 0)
    # Counties have no rows of their own: the record names them, the rule says how many of how many.
    asked = Cast(KeyTextTransform("count", "rule"), IntegerField())
    is_county = Q(kind=DrawKind.COUNTY, drawn_at__isnull=False)
    either = Case(
        When(is_county, then=Least(asked, Cast("population_count", IntegerField()))), default=counted
    )
    found: QuerySet[Any] = rows.annotate(drawn_count=either)
    return found


@dataclass(frozen=True, kw_only=True)
class StratumLine:
    """A stratum as a table shows it. quota: None while the list is not frozen."""

    name: str
    population: int
    able: int
    ratio: str
    quota: int | None


def strata_of(draw: Draw) -> list[StratumLine]:
    """From the frozen text, else from the candidates as they stand."""
    if not draw.frozen_text:
        return _draft_strata(draw)
    frozen = frozen_of(draw)
    return [
        StratumLine(
            name=one["name"],
            population=one["population"],
            able=sum(c["stratum"] == one["key"] and not c["excluded"] for c in frozen["candidates"]),
            ratio=f"{one['ratio'] / 100:g}%" if one["ratio"] else "",
            quota=one["quota"],
        )
        for one in frozen["strata"]
    ]


def _draft_strata(draw: Draw) -> list[StratumLine]:
    if draw.kind == DrawKind.COUNTY:
        pairs = [(one["stratum"], bool(one["excluded"])) for one in draw.rule.get("counties", [])]
    else:
        pairs = list(draw.candidates.order_by("stratum").values_list("stratum", "is_excluded"))
    names = pool.county_names() if pairs else {}
    return [
        StratumLine(
            name=pool.stratum_name(key, names),
            population=sum(stratum == key for stratum, _ in pairs),
            able=sum(stratum == key and not is_out for stratum, is_out in pairs),
            ratio="",
            quota=None,
        )
        for key in sorted({stratum for stratum, _ in pairs})
    ]


@dataclass(frozen=True, kw_only=True)
class CandidateLine:
    """A candidate as the page lists it."""

    key: str
    name: str
    url: str
    county: str
    stratum: str
    weight: str
    weight_reason: str
    exclusion: str
    edit_url: str


def candidate_lines(draw: Draw, *, may_edit: bool) -> list[CandidateLine]:
    """All of them; a draw of one city has hundreds at most."""
    names = pool.county_names()
    if draw.kind == DrawKind.COUNTY:
        rows = draw.rule.get("counties", [])
        return [_line(draw, one, names, "", may_edit=may_edit) for one in rows]
    found = draw.candidates.select_related("project__jurisdiction").order_by("stratum", "project__code")
    return [
        _line(
            draw,
            {
                "id": one.project.code,
                "name": one.project.name,
                "county": one.project.jurisdiction.code,
                "stratum": one.stratum,
                "weight": one.weight,
                "weight_reason": one.weight_reason,
                "excluded": one.exclusion_reason,
            },
            names,
            reverse("projects:project-detail", args=[one.project_id]),
            may_edit=may_edit,
        )
        for one in found
    ]


def _line(
    draw: Draw, one: dict[str, Any], names: dict[str, str], url: str, *, may_edit: bool
) -> CandidateLine:
    edit = reverse("draws:draw-candidate", args=[draw.pk], query={"key": one["id"]}) if may_edit else ""
    return CandidateLine(
        key=one["id"],
        name=one["name"],
        url=url,
        county=names.get(one["county"], one["county"]),
        stratum=pool.stratum_name(one["stratum"], names),
        weight=display.number(one["weight"] / 100, 2),
        weight_reason=one["weight_reason"],
        exclusion=one["excluded"],
        edit_url=edit,
    )


def excluded_of(draw: Draw) -> list[tuple[str, str]]:
    """(name, reason) of everybody who was left out of the frozen list."""
    if not draw.frozen_text:
        return []
    return [(one["name"], one["excluded"]) for one in frozen_of(draw)["candidates"] if one["excluded"]]


@dataclass(frozen=True, kw_only=True)
class DrawnLine:
    """A drawn project with its team, the replaced ones included, and what was arranged from it."""

    row: DrawnProject
    team: Sequence[DrawnOfficer]
    inspections: Sequence[Any]

    @property
    def current(self) -> list[DrawnOfficer]:
        """Who goes."""
        return [one for one in self.team if one.replaced_at is None]


def drawn_objects(draw: Draw) -> list[DrawnLine]:
    """In the order drawn. Three queries."""
    teams = teams_of(draw)
    arranged: dict[Any, list[Any]] = {}
    for one in draw.inspections.order_by("inspected_on", "number"):
        arranged.setdefault(one.project_id, []).append(one)
    rows = (
        DrawnProject.objects.filter(draw=draw)
        .select_related("project__jurisdiction")
        .order_by("position", "pk")
    )
    return [
        DrawnLine(row=row, team=teams.get(row.pk, []), inspections=arranged.get(row.project_id, []))
        for row in rows
    ]


def drawn_county_names(draw: Draw) -> list[str]:
    """Of a COUNTY draw."""
    codes = drawn_counties(draw)
    names = {one["id"]: one["name"] for one in frozen_of(draw)["candidates"]} if codes else {}
    return [names[code] for code in codes]


def differences_of(draw: Draw) -> list[str]:
    """What a replay of the stored draw finds; empty when everything agrees."""
    return differences(replay_file(draw))


STEPS = ("number", "population", "commitment", "witnesses", "seed", "result")
_STEP_LABELS = {
    "number": "编号",
    "population": "名录",
    "commitment": "承诺",
    "witnesses": "见证",
    "seed": "种子",
    "result": "结果",
}


def screen_of(draw: Draw, asked: str) -> dict[str, Any]:
    """One step of the projector's page; a step that has not come yet shows the last one that has."""
    open_steps = STEPS if draw.state == DrawState.DRAWN else STEPS[: 4 if draw.committed_at else 2]
    step = asked if asked in open_steps else open_steps[0]
    place = open_steps.index(step)
    here = reverse("draws:draw-screen", args=[draw.pk])
    frozen = frozen_of(draw)
    names = {one["id"]: one["name"] for one in frozen["candidates"]}
    return {
        "draw": draw,
        "step": step,
        "steps": [(f"{here}?step={one}", _STEP_LABELS[one], one == step) for one in open_steps],
        "previous_url": f"{here}?step={open_steps[place - 1]}" if place else "",
        "next_url": f"{here}?step={open_steps[place + 1]}" if place + 1 < len(open_steps) else "",
        "strata": strata_of(draw),
        "able": sum(not one["excluded"] for one in frozen["candidates"]),
        "excluded": sum(bool(one["excluded"]) for one in frozen["candidates"]),
        "officer_count": len(frozen["officers"]),
        "hash_lines": _in_lines(draw.commitment_sha256),
        "seed_lines": _in_lines(draw.seed_sha256),
        "witnesses": list(draw.witnesses.order_by("position")),
        "objects": drawn_objects(draw) if step == "result" else [],
        "counties": [names[code] for code in drawn_counties(draw)] if step == "result" else [],
    }


def _in_lines(digest: str) -> list[str]:
    """Sixty-four digits as four lines of four groups, to be read aloud."""
    groups = [digest[n : n + 4] for n in range(0, len(digest), 4)]
    return [" ".join(groups[n : n + 4]) for n in range(0, len(groups), 4)]
