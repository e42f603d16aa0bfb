"""A draw until its list stands: start with a number, candidates with reasons, freeze; and the void that stays visible."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core.errors import DomainError
from core.month import ReportingMonth
from core.uuid7 import uuid7
from inspections.enums import DrawKind, DrawState, InspectionState
from inspections.models import Draw, DrawCandidate
from inspections.rules import draw as rules
from inspections.rules.draw_parameters import Parameters
from inspections.selectors import draw_population as pool
from inspections.services.numbering import next_number
from projects.enums import SupervisionLevel
from projects.models import Project
from tenancy.enums import Level
from tenancy.models import Jurisdiction
from tenancy.writing import name_of

SERIES = "CQ"
RATIO, OWED, COUNT = "RATIO", "OWED", "COUNT"
QUOTAS = ((RATIO, "按比例"), (OWED, "补足近一年尚欠数"), (COUNT, "每层固定数"))


class DrawRefused(DomainError):
    """The act lacks something, or says what a draw does not allow."""


class WrongDrawState(DomainError):
    """The draw has moved on."""


@dataclass(frozen=True, kw_only=True)
class DrawPlan:
    """What is asked for when a draw is started.

    levels: supervision levels drawn from (a county draws only from its own county-supervised projects). is_whole: one
    stratum for all. quota and count: how many of each stratum. cross: teams never of the object's county, never two of
    one county. whole_city: officers of the whole city, else the organizer's own. codes: the projects of an OFFICER draw.
    """

    kind: str
    title: str
    levels: Sequence[str] = ()
    is_whole: bool = False
    quota: str = RATIO
    count: int = 1
    cross: bool = False
    whole_city: bool = False
    team_size: int = 2
    codes: Sequence[str] = ()


def locked_draw(pk: uuid.UUID, *states: str) -> Draw:
    """The draw, locked; in one of the states when any are given. Raises WrongDrawState."""
    draw = Draw.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=pk)
    if states and draw.state not in states:
        raise WrongDrawState(
            f"抽取{draw.number}当前为“{DrawState(draw.state).label}”，不能办理这件事，请刷新页面，按当前状态办理。"
        )
    return draw


def reason_of(text: str, sentence: str) -> str:
    """A reason in one line. Raises DrawRefused with the sentence when there is none."""
    words = " ".join(text.split())
    if not words:
        raise DrawRefused(sentence)
    return words


@transaction.atomic
def start_draw(
    *, plan: DrawPlan, organizer: Jurisdiction, parameters: Parameters, by: Any, at: dt.datetime
) -> Draw:
    """A number and the list of candidates. Raises DrawRefused when there is nothing to draw from."""
    day = timezone.localdate(at)
    _check(plan, organizer, parameters)
    title = reason_of(plan.title, "请填写抽取名称。")
    draw = Draw(
        id=uuid7(),
        city_id=organizer.city_id,
        jurisdiction=organizer,
        number=next_number(Draw, SERIES, at),
        kind=plan.kind,
        title=title,
        state=DrawState.DRAFT,
        month=ReportingMonth.of(day).first,
        rule=_rule(plan, parameters),
        started_by=getattr(by, "id", None),
        started_by_name=name_of(by),
        drawn_on=day,
        population_count=0,
    )
    draw.save(force_insert=True)
    count = _fill(draw, day)
    record(
        action="inspections.draw.start",
        subject=draw,
        by=by,
        at=at,
        after={"number": draw.number, "title": title, "kind": str(plan.kind), "population": count},
    )
    return draw


def _check(plan: DrawPlan, organizer: Jurisdiction, parameters: Parameters) -> None:
    is_city = organizer.level == Level.CITY
    if plan.kind == DrawKind.COUNTY and not is_city:
        raise DrawRefused("履职检查对象由市局抽取，县区不能发起。")
    if plan.kind == DrawKind.PROJECT and not plan.levels:
        raise DrawRefused("请选择从哪一级监管的工程中抽取。")
    if not is_city and (set(plan.levels) - {SupervisionLevel.COUNTY} or plan.cross):
        raise DrawRefused("县区只能从本县区监管的工程中抽取，检查人员只能是本县区人员。")
    if plan.cross and not plan.whole_city:
        raise DrawRefused("交叉组队须从全市检查人员中抽取，请同时选择“全市检查人员”。")
    if plan.kind != DrawKind.COUNTY and plan.team_size < parameters.team_size:
        raise DrawRefused(f"每组检查人员不得少于{parameters.team_size}人，请改正。")
    if plan.quota == COUNT and plan.count < 1:
        raise DrawRefused("每层固定数至少为1，请改正。")


def _rule(plan: DrawPlan, parameters: Parameters) -> dict[str, Any]:
    is_county = plan.kind == DrawKind.COUNTY
    return {
        "levels": [str(one) for one in plan.levels],
        "is_whole": plan.is_whole or plan.kind != DrawKind.PROJECT,
        "quota": COUNT if is_county else plan.quota,
        "count": plan.count,
        "cross": plan.cross and not is_county,
        "whole_city": plan.whole_city,
        "team_size": 0 if is_county else plan.team_size,
        "codes": sorted({code.strip() for code in plan.codes if code.strip()}),
        "parameters": parameters.as_rule(),
    }


def parameters_of(draw: Draw) -> Parameters:
    """The parameters that the draw was started with."""
    return Parameters(**draw.rule["parameters"])


def _fill(draw: Draw, day: dt.date) -> int:
    """The candidates as the rule makes them of today's register; returns how many."""
    parameters = parameters_of(draw)
    if draw.kind == DrawKind.COUNTY:
        found = pool.counties_to_draw(day, parameters)
        draw.rule["counties"] = [vars_of(one) for one in found]
        count = len(found)
    else:
        rows = projects_of_rule(draw, day)
        own = pool.entries(rows, day, parameters, is_whole=draw.rule["is_whole"])
        DrawCandidate.objects.bulk_create([_candidate(draw, one) for one in own])
        count = len(own)
    if not count:
        raise DrawRefused("没有符合条件的对象，不能发起抽取；请核对工程台账的监管级别和建设状态。")
    draw.population_count = count
    draw.save(update_fields=["population_count", "rule"])
    return count


def vars_of(one: rules.Candidate) -> dict[str, Any]:
    """A candidate as JSON keeps it."""
    return {name: getattr(one, name) for name in rules.Candidate.__dataclass_fields__}


def projects_of_rule(draw: Draw, day: dt.date) -> list[Project]:
    """What the draw's rule draws from on the day. Raises DrawRefused for a code that the register does not have."""
    if draw.kind == DrawKind.PROJECT:
        county = None if draw.jurisdiction.level == Level.CITY else draw.jurisdiction_id
        return list(pool.projects_to_draw(day, draw.rule["levels"], county))
    codes = draw.rule["codes"]
    rows = list(Project.objects.filter(code__in=codes).select_related("jurisdiction").order_by("code"))
    if unknown := sorted(set(codes) - {one.code for one in rows}):
        raise DrawRefused(f"工程编号“{unknown[0]}”不在台账中，请核对。")
    return rows


def _candidate(draw: Draw, entry: pool.Entry) -> DrawCandidate:
    # Of an OFFICER draw the projects are given, so none of them is left out.
    exclusion = entry.exclusion if draw.kind == DrawKind.PROJECT else ""
    return DrawCandidate(
        id=uuid7(),
        city_id=draw.city_id,
        jurisdiction_id=entry.project.jurisdiction_id,
        draw=draw,
        project=entry.project,
        stratum=entry.stratum,
        weight=entry.weight,
        weight_reason=entry.weight_reason,
        is_excluded=bool(exclusion),
        exclusion_reason=exclusion,
    )


@transaction.atomic
def rebuild_candidates(*, draw_id: uuid.UUID, by: Any, at: dt.datetime) -> Draw:
    """The list anew from today's register; what was changed by hand is gone, the trail keeps it."""
    draw = locked_draw(draw_id, DrawState.DRAFT)
    draw.candidates.all().delete()
    count = _fill(draw, timezone.localdate(at))
    record(action="inspections.draw.list", subject=draw, by=by, at=at, after={"population": count})
    return draw


@transaction.atomic
def edit_candidate(
    *, draw_id: uuid.UUID, key: str, is_excluded: bool, reason: str, by: Any, at: dt.datetime
) -> Draw:
    """Leave a candidate out, or take it in again, with the reason. key: project code, or county code.

    Raises DrawRefused, WrongDrawState.
    """
    draw = locked_draw(draw_id, DrawState.DRAFT)
    if draw.kind == DrawKind.OFFICER:
        raise DrawRefused("抽取检查人员时工程是给定的，不能排除；请作废后重新发起。")
    why = reason_of(reason, "请写明理由，理由随名录封存并写入记录。")
    name, before = _exclude(draw, key, is_excluded=is_excluded, why=why)
    after = {"excluded": is_excluded, "reason": why}
    record(
        action="inspections.draw.candidate",
        subject=draw,
        by=by,
        at=at,
        before={"candidate": name, "excluded": bool(before), "reason": before},
        after={"candidate": name, **after},
    )
    return draw


def _exclude(draw: Draw, key: str, *, is_excluded: bool, why: str) -> tuple[str, str]:
    """(name of the candidate, the reason for its exclusion before)."""
    if draw.kind == DrawKind.COUNTY:
        line = next((one for one in draw.rule["counties"] if one["id"] == key), None)
        if line is None:
            raise DrawRefused("该县区不在名录中。")
        before, line["excluded"] = line["excluded"], why if is_excluded else ""
        if not is_excluded:
            line["weight_reason"] = f"各县区相同；{why}"
        draw.save(update_fields=["rule"])
        return str(line["name"]), str(before)
    row = draw.candidates.select_related("project").filter(project__code=key).first()
    if row is None:
        raise DrawRefused("该工程不在名录中。")
    before = row.exclusion_reason
    row.is_excluded, row.exclusion_reason = is_excluded, why if is_excluded else ""
    if not is_excluded and why not in row.weight_reason:
        row.weight_reason = f"{row.weight_reason}；列入：{why}"[:200]
    row.save(update_fields=["is_excluded", "exclusion_reason", "weight_reason"])
    return row.project.name, before


@transaction.atomic
def void_draw(*, draw_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> Draw:
    """Any state → VOID; number, list and whatever was drawn stay on the list for ever.

    Raises DrawRefused once inspections (of projects, or of a county's own work) follow from it or the result is public.
    """
    states = [one for one in DrawState.values if one != DrawState.VOID]
    draw = locked_draw(draw_id, *states)
    why = reason_of(reason, "请写明作废原因；作废的抽取和原因一直可见。")
    if draw.published_on is not None:
        raise DrawRefused(f"抽取{draw.number}的结果已公开，不能作废。")
    arranged = draw.inspections.exclude(state=InspectionState.VOID).order_by("number").first()
    if arranged is not None:
        raise DrawRefused(f"已按本次抽取安排检查{arranged.number}，请先作废该检查，再作废抽取。")
    if duty := draw.duty_inspections.order_by("number").first():
        raise DrawRefused(f"履职检查{duty.number}依据本次抽取建立，不能作废；评分中的，请先更改其抽取编号。")
    before = draw.state
    draw.state, draw.void_reason = DrawState.VOID, why
    draw.save(update_fields=["state", "void_reason"])
    record(
        action="inspections.draw.void",
        subject=draw,
        by=by,
        at=at,
        before={"state": str(before)},
        after={"state": "VOID", "reason": why},
    )
    return draw
