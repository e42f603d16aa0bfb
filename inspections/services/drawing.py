"""The draw itself, in one transaction, and the substitutes that come from its order."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.services import record
from core import display
from core.uuid7 import uuid7
from inspections.enums import DrawKind, DrawState, InspectionState, TeamRole
from inspections.models import Draw, DrawnOfficer, DrawnProject, DrawWitness, Officer
from inspections.rules import draw as rules
from inspections.selectors.arranging import ties_to
from inspections.selectors.draws import frozen_of, record_of
from inspections.services.draw_witnesses import check_is_no_witness, write_secret
from inspections.services.draws import DrawRefused, locked_draw, reason_of
from projects.models import Project
from tenancy.writing import name_of


@transaction.atomic
def run_draw(*, draw_id: uuid.UUID, secrets: Mapping[int, str], by: Any, at: dt.datetime) -> Draw:
    """COMMITTED → DRAWN: guests reveal, the seed is computed, objects and teams are drawn, the record is written.

    secrets: of the guests, by place; witnesses with accounts have revealed theirs. Nothing is kept unless
    everything fits. Raises DrawRefused (also to a witness), SecretDiffers.
    """
    draw = locked_draw(draw_id, DrawState.COMMITTED)
    check_is_no_witness(draw, by, "抽取")
    witnesses = list(draw.witnesses.select_for_update(of=("self",)).order_by("position"))
    for one in witnesses:
        if one.revealed_at is None:
            write_secret(draw, one, _given(one, secrets), at)
    seed = rules.seed_of([one.secret for one in witnesses], draw.commitment_sha256)
    result = rules.result_of(frozen_of(draw), seed)
    text = rules.draw_record(
        number=draw.number,
        commitment=draw.commitment_sha256,
        seed=seed,
        result=result,
        facts=_facts(draw, witnesses, by, at),
    )
    draw.seed_sha256, draw.drawn_at = seed.hex(), at
    draw.record_text, draw.record_sha256 = text, rules.commitment_of(text)
    draw.drawn_on = draw.result_formed_on = timezone.localdate(at)
    draw.state = DrawState.DRAWN
    draw.save()
    if draw.kind != DrawKind.COUNTY:
        _write_rows(draw, result)
    after = {"seed": draw.seed_sha256, "record_sha256": draw.record_sha256, "drawn": len(result)}
    record(action="inspections.draw.draw", subject=draw, by=by, at=at, after=after)
    return draw


def _given(one: DrawWitness, secrets: Mapping[int, str]) -> str:
    # Who has an account reveals on it: nobody types for somebody else.
    words = secrets.get(one.position, "") if one.user is None else ""
    if words:
        return words
    where = "请用本人账户登录提交" if one.user else "请在抽取现场输入"
    raise DrawRefused(
        f"第{one.position}位见证人{one.name}还没有公开口令，{where}；拒不公开的，作废本次抽取并写明原因。"
    )


def _facts(draw: Draw, witnesses: Sequence[DrawWitness], by: Any, at: dt.datetime) -> dict[str, Any]:
    people = [
        {
            "position": one.position,
            "name": one.name,
            "unit": one.unit,
            "secret_sha256": one.secret_sha256,
            "secret": one.secret,
        }
        for one in witnesses
    ]
    return {
        "frozen_at": draw.frozen_at,
        "committed_at": draw.committed_at,
        "drawn_at": at,
        "drawn_by": name_of(by),
        "witnesses": people,
    }


def _officers(numbers: Collection[str]) -> dict[str, Officer]:
    """By the number that the frozen text names them by. Raises DrawRefused for one that was changed since."""
    found = {one.enforcement_id: one for one in Officer.objects.filter(enforcement_id__in=numbers)}
    if lost := sorted(set(numbers) - found.keys()):
        raise DrawRefused(f"名录封存后，执法证号“{lost[0]}”在检查人员名录中被改动，请先改回原证号再办理。")
    return found


def _projects(codes: Collection[str]) -> dict[str, Project]:
    """By the code that the frozen text names them by. Raises DrawRefused for one that was changed since."""
    found = {one.code: one for one in Project.objects.filter(code__in=codes)}
    if lost := sorted(set(codes) - found.keys()):
        raise DrawRefused(f"名录封存后，工程编号“{lost[0]}”在台账中被改动，请先改回原编号再抽取。")
    return found


def _write_rows(draw: Draw, result: Sequence[Mapping[str, Any]]) -> None:
    projects = _projects([line["object"] for line in result])
    officers = _officers({name for line in result for name in line["team"]})
    for line in result:
        project = projects[line["object"]]
        drawn = DrawnProject(
            id=uuid7(),
            city_id=draw.city_id,
            jurisdiction_id=project.jurisdiction_id,
            draw=draw,
            project=project,
            position=line["position"],
        )
        drawn.save(force_insert=True)
        for place, name in enumerate(line["team"], 1):
            role = TeamRole.LEADER if place == 1 else TeamRole.MEMBER
            _officer_row(drawn, officers[name], place, role).save(force_insert=True)


def _officer_row(drawn: DrawnProject, officer: Officer, place: int, role: str) -> DrawnOfficer:
    return DrawnOfficer(
        id=uuid7(),
        city_id=drawn.city_id,
        jurisdiction_id=drawn.jurisdiction_id,
        draw_id=drawn.draw_id,
        drawn_project=drawn,
        officer=officer,
        drawn_as=officer.enforcement_id,
        position=place,
        team_role=role,
    )


@transaction.atomic
def substitute_officer(*, drawn_officer_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> DrawnOfficer:
    """递补: the next of the drawn order takes the place; whoever was passed over stays visible with the reason.

    Raises DrawRefused when the inspection is under way or the order is used up.
    """
    row = DrawnOfficer.objects.select_related("drawn_project__project", "officer").get(pk=drawn_officer_id)
    draw = locked_draw(row.draw_id, DrawState.DRAWN)
    row = (
        DrawnOfficer.objects.select_for_update(of=("self",))
        .select_related("drawn_project__project", "officer")
        .get(pk=drawn_officer_id)
    )
    if row.replaced_at is not None:
        raise DrawRefused(f"{row.officer.name}已被替换，请刷新页面。")
    why = reason_of(reason, "请写明更换原因，原因写入抽取记录并一直可见。")
    _not_begun(draw, row.drawn_project)
    found = _next_of_order(draw, row, why, at)
    after = {"project": row.drawn_project.project.code, "officer": str(found.officer), "reason": why}
    record(
        action="inspections.draw.substitute",
        subject=draw,
        by=by,
        at=at,
        before={"officer": str(row.officer)},
        after=after,
    )
    return found


def _not_begun(draw: Draw, drawn: DrawnProject) -> None:
    arranged = draw.inspections.filter(project=drawn.project_id).exclude(state=InspectionState.VOID).first()
    if arranged is not None:
        raise DrawRefused(
            f"检查{arranged.number}已按抽取结果安排，请先在该检查中更换人员或作废该检查，再办理递补。"
        )


def _next_of_order(draw: Draw, row: DrawnOfficer, why: str, at: dt.datetime) -> DrawnOfficer:
    frozen, drawn = frozen_of(draw), row.drawn_project
    line = next(one for one in record_of(draw)["result"] if one["position"] == drawn.position)
    rows = list(drawn.officers.order_by("position"))
    named = {one.drawn_as for one in rows}
    stay = [one.drawn_as for one in rows if one.replaced_at is None and one.pk != row.pk]
    role, place = row.team_role, len(rows)
    _replace(row, why, at)
    for name in line["order"]:
        if name in named:
            continue
        officer = _officers([name])[name]
        place += 1
        found = _officer_row(drawn, officer, place, role)
        found.replaces = row
        found.save(force_insert=True)
        obstacle = _obstacle(officer, drawn.project, timezone.localdate(at))
        if not obstacle and not rules.fits(frozen, stay, name):
            obstacle = "与组内其他人员同属一个县区"
        if not obstacle:
            return found
        _replace(found, f"顺延：{obstacle}", at)
        row = found
    raise DrawRefused(
        f"工程“{drawn.project.name}”的抽取顺序中已没有可递补的检查人员，请作废本次抽取，补充名录后重新抽取。"
    )


def _replace(row: DrawnOfficer, why: str, at: dt.datetime) -> None:
    row.replaced_at, row.replaced_reason = at, why
    row.save(update_fields=["replaced_at", "replaced_reason"])


def _obstacle(officer: Officer, project: Project, day: dt.date) -> str:
    """Why somebody who was able when the list was frozen cannot go now."""
    if not officer.is_active:
        return f"已出库（{officer.left_reason}）"
    if officer.id_valid_until < day:
        return f"执法证已于{display.day(officer.id_valid_until)}到期"
    ties = ties_to(project, [officer.pk], day)
    return f"回避：{ties[0].get_kind_display()}" if ties else ""
