"""安排检查: an inspection is created with its number, its basis, its lists and its team, or not at all."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import display
from core.uuid7 import uuid7
from inspections.enums import (
    CapException,
    CapMode,
    DrawState,
    InspectionKind,
    InspectionMode,
    InspectionState,
)
from inspections.models import CitedItem, Draw, Inspection, InspectionItem
from inspections.rules.frequency import Counts, Judgement, judge
from inspections.selectors.arranging import (
    ARRANGEABLE,
    checklist_in_force,
    drawn_without_check,
    items_in_force,
)
from inspections.selectors.catalogue import catalogue_on
from inspections.selectors.frequency import cap_of, firm_counts, firms_of
from inspections.services.acting import ArrangingRefused, acting_level, said
from inspections.services.numbering import INSPECTIONS, lock_series, next_number
from inspections.services.teams import Team, put_team
from projects.models import Organization, Project


class CapReached(ArrangingRefused):
    """A firm would be inspected more often than the published cap allows, and no lawful exception was stated."""


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What is inspected, how, on what basis. exception: why the cap is exceeded, with its reason, when it is."""

    kind: str
    inspected_on: dt.date
    item_ids: Sequence[uuid.UUID]
    title: str = ""
    mode: str = InspectionMode.ONSITE
    exception: str = ""
    exception_reason: str = ""


@dataclass(frozen=True)
class Arranged:
    """The inspection, and what the person should know of the firms' visits."""

    inspection: Inspection
    warnings: list[str]


@transaction.atomic
def arrange(
    *,
    project_id: uuid.UUID,
    purpose: Purpose,
    team: Team,
    by: Any,
    at: dt.datetime,
    draw: Draw | None = None,
    together_with: uuid.UUID | None = None,
) -> Arranged:
    """Create an inspection of one project for the acting level.

    Pins the checklist and the catalogue in force on its day. together_with: another check of the site on the same day
    that is made in the same visit (综合查一次), so that the firms' visits do not grow. Raises ArrangingRefused (no item
    in force, no officers, recusal, a day in the past) and CapReached.
    """
    lock_series(INSPECTIONS)  # first: two arrangements of one firm see each other's visits
    project = Project.objects.select_related("jurisdiction").get(pk=project_id)
    _check_purpose(purpose, at)
    items = cited(purpose.item_ids, purpose.inspected_on)
    other = _companion(together_with, project, purpose.inspected_on) if together_with is not None else None
    warnings = _cap_warnings(project, purpose, items, other)
    inspection = _inspection(project, purpose, items, other, at)
    inspection.draw = draw
    inspection.save(force_insert=True)
    CitedItem.objects.bulk_create(
        CitedItem(
            id=uuid7(),
            city_id=project.city_id,
            jurisdiction_id=project.jurisdiction_id,
            inspection=inspection,
            item=item,
        )
        for item in items
    )
    put_team(inspection, team)
    after = {
        "number": inspection.number,
        "project": project.name,
        "kind": inspection.get_kind_display(),
        "inspected_on": inspection.inspected_on,
        "items": [item.code for item in items],
        "exception": inspection.cap_exception_reason,
        "with": other.number if other is not None else "",
    }
    record(action="inspections.inspection.arrange", subject=inspection, by=by, at=at, after=after)
    return Arranged(inspection, warnings)


def _cap_warnings(
    project: Project, purpose: Purpose, items: Sequence[InspectionItem], other: Inspection | None
) -> list[str]:
    """The cap counts visits to firms: not internal supervision, nor a check that joins a visit that counts already."""
    joins_a_visit = other is not None and other.concerns_firms
    if joins_a_visit or not any(item.concerns_firms for item in items):
        return []
    return check_cap(project, purpose.inspected_on, purpose.exception, purpose.exception_reason)


def _inspection(
    project: Project,
    purpose: Purpose,
    items: Sequence[InspectionItem],
    other: Inspection | None,
    at: dt.datetime,
) -> Inspection:
    concerns_firms = any(item.concerns_firms for item in items)
    exception = purpose.exception if concerns_firms else ""
    return Inspection(
        id=uuid7(),
        city_id=project.city_id,
        jurisdiction_id=project.jurisdiction_id,
        project=project,
        number=next_number(Inspection, INSPECTIONS, at),
        kind=purpose.kind,
        organizer_level=acting_level(),
        mode=purpose.mode,
        state=InspectionState.PLANNED,
        inspected_on=purpose.inspected_on,
        counterparty_signed=False,
        title=purpose.title.strip() or f"{project.name[:80]}{InspectionKind(purpose.kind).label}",
        visit=shared_visit(other) if other is not None else None,
        concerns_firms=concerns_firms,
        cap_exception=exception,
        cap_exception_reason=purpose.exception_reason.strip() if exception else "",
        checklist=checklist_in_force(purpose.kind, purpose.inspected_on),
        catalogue=catalogue_on(purpose.inspected_on),
    )


@transaction.atomic
def arrange_draw(*, draw_id: uuid.UUID, purpose: Purpose, by: Any, at: dt.datetime) -> list[Arranged]:
    """Create the inspections of everything that a draw selected and nobody has arranged, with the drawn officers.

    All or none. Raises ArrangingRefused and CapReached, which name the project.
    """
    draw = Draw.objects.select_for_update(of=("self",)).get(pk=draw_id)
    if draw.state != DrawState.DRAWN:
        raise ArrangingRefused(
            f"抽取{draw.number}的状态为“{draw.get_state_display()}”，抽取完成后才能安排检查。"
        )
    drawn = drawn_without_check(draw)
    if not drawn:
        raise ArrangingRefused(f"抽取{draw.number}选中的工程都已安排检查。")
    made = []
    for one, officers in drawn:
        if not officers:
            raise ArrangingRefused(f"{one.project.name}还没有抽取检查人员，请先在抽取页面抽取检查人员。")
        leader = next((each for each in officers if each.team_role == "LEADER"), officers[0])
        team = Team(officers=[each.officer_id for each in officers], leader=leader.officer_id)
        try:
            made.append(
                arrange(project_id=one.project_id, purpose=purpose, team=team, by=by, at=at, draw=draw)
            )
        except ArrangingRefused as refusal:
            raise type(refusal)(f"{one.project.name}：{refusal}") from refusal
    return made


def cited(item_ids: Sequence[uuid.UUID], day: dt.date) -> list[InspectionItem]:
    """The items, each published and in force on the day. Raises ArrangingRefused: 清单之外无检查."""
    wanted = set(item_ids)
    found = list(items_in_force(day).filter(pk__in=wanted))
    if not wanted:
        raise ArrangingRefused("清单之外无检查：请至少选择一项已公布的检查事项。")
    if len(found) != len(wanted):
        raise ArrangingRefused(
            f"清单之外无检查：所选检查事项中有{len(wanted) - len(found)}项在{display.day(day)}未公布或已停用，请重新选择。"
        )
    return found


def check_cap(
    project: Project, day: dt.date, exception: str, reason: str, *, without: Sequence[uuid.UUID] = ()
) -> list[str]:
    """Hold one more visit of the project's firms to the cap of the year; returns the warnings.

    without: inspections that are part of the same visit. Raises CapReached.
    """
    if exception and exception not in CapException.values:
        raise ArrangingRefused("超频次例外情形不在规定范围内，请重新选择。")
    if exception:
        said(reason, "请写明超出年度检查频次上限的例外理由。")
    firms = firms_of(project, day)
    cap = cap_of(day.year)
    if cap is None or not firms:
        return []
    counts = firm_counts(day.year, firms=[one.pk for one in firms], without=without)
    blocked, warned = [], []
    for firm in firms:
        before = counts.get(firm.pk, Counts())
        judgement = judge(
            before=before.total,
            cap=cap.cap,
            is_blocking=cap.mode == CapMode.BLOCK,
            has_exception=bool(exception),
        )
        if judgement is Judgement.BLOCKED:
            blocked.append(_reached(firm, before))
        elif judgement is not Judgement.WITHIN:
            warned.append(f"{_reached(firm, before)}，已达到{day.year}年上限{cap.cap}次。")
    if blocked:
        raise CapReached(
            f"{'；'.join(blocked)}，已达到{day.year}年每户{cap.cap}次的检查频次上限。"
            "请与同月检查合并为一次到场，或选择法定例外情形并写明理由。"
        )
    return warned


def shared_visit(other: Inspection) -> uuid.UUID:
    """The visit that another inspection joins; begun by the first that is joined."""
    if other.visit is None:
        other.visit = uuid7()
        other.save(update_fields=["visit"])
    return other.visit


def _companion(pk: uuid.UUID, project: Project, day: dt.date) -> Inspection:
    other = Inspection.objects.select_for_update(of=("self",)).get(pk=pk)
    if other.project_id != project.pk or other.state not in ARRANGEABLE:
        raise ArrangingRefused(f"检查{other.number}不是同一工程尚未开始的检查，不能合并。")
    if other.inspected_on != day:
        raise ArrangingRefused(
            f"合并为一次到场须为同一天：检查{other.number}的日期是{display.day(other.inspected_on)}，请改为同一天。"
        )
    return other


def _reached(firm: Organization, counts: Counts) -> str:
    return f"{firm.name}本年度已检查{counts.total}次（市级{counts.city}次、县级{counts.county}次）"


def _check_purpose(purpose: Purpose, at: dt.datetime) -> None:
    if purpose.kind not in InspectionKind.values or purpose.mode not in InspectionMode.values:
        raise ArrangingRefused("检查类型或检查方式不在规定范围内，请重新选择。")
    if purpose.inspected_on < timezone.localdate(at):
        raise ArrangingRefused(
            f"检查日期{display.day(purpose.inspected_on)}已经过去，请填写今天或以后的日期。"
        )
