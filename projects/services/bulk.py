"""One change to many projects of the register, all or none."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from django.db import models, transaction

from audit.services import record
from core.errors import DomainError
from projects.enums import SiteStanding, SupervisionLevel
from projects.models import Project
from projects.selectors.bulk import BulkAct, Prospect, prospects

_NAME_LENGTH = 60
_CHOICES: dict[BulkAct, dict[str, str]] = {
    BulkAct.SITE: dict(SiteStanding.choices),
    BulkAct.LEVEL: dict(SupervisionLevel.choices),
}


class BulkRefused(DomainError):
    """The value cannot be used, or no project is left that the change could be made to."""


@transaction.atomic
def change_projects(
    *, project_ids: Collection[uuid.UUID], act: BulkAct, value: str, by: Any, at: dt.datetime
) -> int:
    """Make the change to every project that allows it; returns how many. Those left out stay as they are.

    Raises BulkRefused for a value that is none, or when nothing is left to change.
    """
    wanted = _checked(act, value)
    rows = Project.objects.select_for_update(of=("self",)).filter(pk__in=project_ids).order_by("pk")
    possible = [one for one in prospects(rows.prefetch_related("registrations"), act) if not one.refusal]
    if not possible:
        raise BulkRefused("选中的工程都不能办理，请按预览中的说明先补齐资料。")
    for one in possible:
        _write(one, act, wanted, by=by, at=at)
    return len(possible)


def _checked(act: BulkAct, value: str) -> str:
    text = " ".join(value.split())
    if act is BulkAct.SUPERVISOR:
        if not text or len(text) > _NAME_LENGTH:
            raise BulkRefused(f"项目监督员不能为空，也不能超过 {_NAME_LENGTH} 个字，请填写姓名。")
    elif text not in _CHOICES[act]:
        raise BulkRefused(f"“{act.label}”的取值不在可选范围内，请从下拉框中选择。")
    return text


def _write(one: Prospect, act: BulkAct, value: str, *, by: Any, at: dt.datetime) -> None:
    target: models.Model = one.project
    field = "site_standing" if act is BulkAct.SITE else "supervision_level"
    if one.registration is not None:
        target, field = one.registration, "supervisor_name"
    before = getattr(target, field)
    if before == value:
        return
    setattr(target, field, value)
    target.save(update_fields=[field])
    record(
        action="projects.project.bulk",
        subject=one.project,
        by=by,
        at=at,
        before={field: before},
        after={field: value, "act": act.label},
    )
