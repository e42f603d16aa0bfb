"""The team of an inspection: certified officers of the directory, assistants beside them, recusal."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from audit.services import record
from core import display
from core.uuid7 import uuid7
from inspections.enums import OfficerRole
from inspections.models import Inspection, InspectionOfficer, Officer, OfficerTie
from inspections.selectors.arranging import ARRANGEABLE, assistants, officers_on, ties_to
from inspections.services.acting import ArrangingRefused, locked_inspection
from projects.models import Project

LEAST_OFFICERS = 2
"""行政处罚法 art. 42: never fewer than two persons with a certificate; an assistant counts for none."""


@dataclass(frozen=True, kw_only=True)
class Team:
    """Who goes. leader: one of the officers. helpers: accounts of assistants. helper_names: assistants without one."""

    officers: Sequence[uuid.UUID]
    leader: uuid.UUID
    helpers: Sequence[uuid.UUID] = ()
    helper_names: Sequence[str] = field(default_factory=tuple)


@transaction.atomic
def change_team(*, inspection_id: uuid.UUID, team: Team, reason: str, by: Any, at: dt.datetime) -> Inspection:
    """Put another team in place of the present one, before anybody has entered the site. Raises ArrangingRefused."""
    inspection = locked_inspection(inspection_id, *ARRANGEABLE)
    if not reason.strip():
        raise ArrangingRefused("请写明更换检查人员的原因。")
    before = _names(inspection)
    inspection.officers.all().delete()
    put_team(inspection, team)
    after = {"team": _names(inspection), "reason": reason.strip()}
    record(
        action="inspections.inspection.team",
        subject=inspection,
        by=by,
        at=at,
        before={"team": before},
        after=after,
    )
    return inspection


def put_team(inspection: Inspection, team: Team) -> None:
    """Write the rows of a checked team. Raises ArrangingRefused."""
    chosen = checked_officers(inspection.project, team, inspection.inspected_on)
    rows = [_officer_row(inspection, one, is_leader=one.pk == team.leader) for one in chosen]
    rows += [
        _helper_row(inspection, name, user) for name, user in _helpers(team, {one.name for one in chosen})
    ]
    InspectionOfficer.objects.bulk_create(rows)


def checked_officers(project: Project, team: Team, day: dt.date) -> list[Officer]:
    """The officers, each of the directory, certified on the day and without a tie to the object.

    Raises ArrangingRefused and names whoever must not go.
    """
    wanted = set(team.officers)
    chosen = [one for one in officers_on(day) if one.pk in wanted]
    if len(chosen) != len(wanted):
        raise ArrangingRefused(
            f"所选检查人员中有人不在名录内，或执法证在{display.day(day)}已过期，请重新选择。"
        )
    if len(chosen) < LEAST_OFFICERS:
        raise ArrangingRefused(
            f"持证检查人员不得少于{LEAST_OFFICERS}人，现有{len(chosen)}人；辅助人员不计入，请补足。"
        )
    if team.leader not in wanted:
        raise ArrangingRefused("组长须是所选的持证检查人员，请重新选择组长。")
    if ties := ties_to(project, wanted, day):
        raise ArrangingRefused("；".join(_tie(tie) for tie in ties) + "，应当回避，请更换检查人员。")
    names = [one.name for one in chosen]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise ArrangingRefused(f"检查组内有两名“{twice}”，登记表上无法区分，请只选一名。")
    return chosen


def _tie(tie: OfficerTie) -> str:
    about = tie.organization.name if tie.organization is not None else "本工程"
    return f"{tie.officer.name}与{about}有“{tie.get_kind_display()}”"


def _officer_row(inspection: Inspection, officer: Officer, *, is_leader: bool) -> InspectionOfficer:
    return InspectionOfficer(
        id=uuid7(),
        city_id=inspection.city_id,
        jurisdiction_id=inspection.jurisdiction_id,
        inspection=inspection,
        name=officer.name,
        role=OfficerRole.OFFICER,
        officer=officer,
        user=officer.user_id,
        is_leader=is_leader,
        enforcement_id=officer.enforcement_id,
        id_valid_until=officer.id_valid_until,
    )


def _helper_row(inspection: Inspection, name: str, user: uuid.UUID | None) -> InspectionOfficer:
    return InspectionOfficer(
        id=uuid7(),
        city_id=inspection.city_id,
        jurisdiction_id=inspection.jurisdiction_id,
        inspection=inspection,
        name=name,
        role=OfficerRole.ASSISTANT,
        user=user,
    )


def _helpers(team: Team, taken: set[str]) -> list[tuple[str, uuid.UUID | None]]:
    known = {one.pk: one.display_name for one in assistants()} if team.helpers else {}
    if strange := [pk for pk in team.helpers if pk not in known]:
        raise ArrangingRefused(f"所选辅助人员中有{len(strange)}人没有辅助人员账户，请重新选择。")
    found: list[tuple[str, uuid.UUID | None]] = [(known[pk], pk) for pk in team.helpers]
    found += [(name.strip(), None) for name in team.helper_names if name.strip()]
    for name, _ in found:
        if name in taken:
            raise ArrangingRefused(f"“{name}”在检查组内重复，请核对辅助人员姓名。")
        taken.add(name)
    return found


def _names(inspection: Inspection) -> list[str]:
    rows = InspectionOfficer.objects.filter(inspection=inspection).order_by("role", "name")
    return [f"{one.name}（{one.get_role_display()}）" for one in rows]
