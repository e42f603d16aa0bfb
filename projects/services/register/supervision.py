"""质量监督手续 (rubric C1, C2) and 验收 (G2)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from django.db import transaction

from projects.models import Acceptance, Project, SupervisionRegistration
from projects.rules.register import Problem
from projects.services.register import writing

_REGISTERED = {
    "registered_on": "办理日期",
    "certificate_on": "监督书签发日期",
    "plan_on": "监督计划印发日期",
    "briefing_on": "监督交底日期",
}


def add_registration(
    *, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime
) -> SupervisionRegistration:
    """办理质量监督手续. A project has one. Raises RegisterRefused."""
    project = Project.objects.get(pk=project_id)
    _check_registration(facts, at)
    row = SupervisionRegistration(
        city_id=project.city_id, jurisdiction_id=project.jurisdiction_id, project=project, **facts
    )
    return writing.insert(row, action="projects.registration.add", by=by, at=at, facts=facts)


@transaction.atomic
def change_registration(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> SupervisionRegistration:
    """Write what differs. Raises RegisterRefused, ChangedMeanwhile."""
    row = writing.locked(SupervisionRegistration, row_id)
    _check_registration(facts, at)
    writing.rewrite(row, facts, action="projects.registration.change", by=by, at=at, seen=seen)
    return row


def _check_registration(facts: Mapping[str, Any], at: dt.datetime) -> None:
    writing.refuse_future(facts, at, **_REGISTERED)
    writing.refuse_all(_order(facts))


def _order(facts: Mapping[str, Any]) -> Iterator[Problem]:
    for field, label in list(_REGISTERED.items())[1:]:
        day = facts.get(field)
        if day is not None and day < facts["registered_on"]:
            yield Problem(field, f"{label}早于办理日期 {facts['registered_on']:%Y-%m-%d}，请核对两个日期。")


def add_acceptance(
    *, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime
) -> Acceptance:
    """An acceptance that the supervision body was told of; its number is given here. Raises RegisterRefused."""
    project = Project.objects.select_related("jurisdiction").get(pk=project_id)
    writing.refuse_all(_told_in_time(facts))
    prefix = f"YS-{project.jurisdiction.code}-{facts['held_on']:%Y}-"
    with transaction.atomic():
        row = Acceptance(
            city_id=project.city_id,
            jurisdiction_id=project.jurisdiction_id,
            project=project,
            number=writing.next_number(Acceptance, prefix),
            **facts,
        )
        return writing.insert(
            row, action="projects.acceptance.add", by=by, at=at, facts={"number": row.number, **facts}
        )


@transaction.atomic
def change_acceptance(
    *, row_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> Acceptance:
    """Write what differs. Raises RegisterRefused, ChangedMeanwhile."""
    row = writing.locked(Acceptance, row_id)
    writing.refuse_all(_told_in_time(facts))
    writing.rewrite(row, facts, action="projects.acceptance.change", by=by, at=at, seen=seen)
    return row


def _told_in_time(facts: Mapping[str, Any]) -> Iterator[Problem]:
    notified, held = facts["notified_on"], facts["held_on"]
    if held < notified:
        yield Problem("held_on", f"验收日期早于通知日期 {notified:%Y-%m-%d}，请改正其中一项。")
    if facts.get("report_number") and not facts.get("is_supervised"):
        yield Problem("report_number", "没有列席的验收不出监督报告，请勾选“监督机构列席”或清空文号。")
