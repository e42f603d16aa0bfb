"""Registering a project and putting its facts right."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core import pinyin
from projects.enums import SiteStanding
from projects.models import Project
from projects.rules.register import project_problems
from projects.services.register import writing
from tenancy.models import Jurisdiction
from tenancy.scope import current_scope

FIELDS = (
    "code",
    "name",
    "investment_code",
    "supervision_level",
    "category",
    "nature",
    "grade",
    "building_grade",
    "location",
    "longitude",
    "latitude",
    "scale",
    "approval_number",
    "approved_estimate_wan_yuan",
    "construction_cost_wan_yuan",
    "funding_source",
    "legal_person",
    "status",
    "approved_duration_days",
    "started_on",
    "planned_finish_on",
    "finished_on",
    "plaque_on",
    "unit_work_count",
    "division_count",
    "work_element_count",
    "main_unit_works",
    "test_scheme_on",
    "site_standing",
    "excellence_goal",
    "excellence_award",
)
"""What the form of a project holds; progress comes from the accepted returns, risk and key object from the bureau."""


_LEVEL = "supervision_level"


def county_facts() -> tuple[str, ...]:
    """Of a registered project, what a county may change: by whom it is supervised is the bureau's to decide."""
    return tuple(name for name in FIELDS if name != _LEVEL)


def register_project(
    *, jurisdiction: Jurisdiction, facts: Mapping[str, Any], by: Any, at: dt.datetime
) -> Project:
    """Put a new project on the register of a county that the caller may see. Raises RegisterRefused."""
    known = _checked(facts)
    project = Project(city_id=jurisdiction.city_id, jurisdiction=jurisdiction, **known)
    _spell(project)
    return writing.insert(project, action="projects.project.register", by=by, at=at, facts=known)


@transaction.atomic
def change_project(
    *, project_id: uuid.UUID, facts: Mapping[str, Any], by: Any, at: dt.datetime, seen: str = ""
) -> Project:
    """Write what differs. Raises RegisterRefused, ChangedMeanwhile."""
    project = writing.locked(Project, project_id)
    known = _checked(facts)
    _refuse_level(project, known)
    if known.get("name", project.name) != project.name:
        project.name_pinyin, project.name_initials = _spelling(known["name"])
    writing.rewrite(project, known, action="projects.project.change", by=by, at=at, seen=seen)
    return project


def _refuse_level(project: Project, facts: Mapping[str, Any]) -> None:
    """A county would take the project out of its own score by saying that somebody else supervises it."""
    is_same = facts.get(_LEVEL, project.supervision_level) == project.supervision_level
    if current_scope().county_id is not None and not is_same:
        raise writing.refuse(_LEVEL, "监督级别由市局确定，确需调整的，请报市局修改。")


def _checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - set(FIELDS)
    if unknown:
        raise TypeError(f"not facts of a project: {sorted(unknown)}")
    writing.refuse_all(project_problems(facts))
    return {**facts, "site_standing": facts.get("site_standing") or SiteStanding.NONE}


def _spell(project: Project) -> None:
    project.name_pinyin, project.name_initials = _spelling(project.name)


def _spelling(name: str) -> tuple[str, str]:
    return pinyin.full(name)[:600], pinyin.initials(name)[:200]


@transaction.atomic
def place_project(
    *, project_id: uuid.UUID, longitude: Any, latitude: Any, by: Any, at: dt.datetime
) -> Project:
    """Set or clear the point on the map. Raises RegisterRefused."""
    project = writing.locked(Project, project_id)
    facts = {"longitude": longitude, "latitude": latitude}
    writing.rewrite(project, facts, action="projects.project.place", by=by, at=at)
    return project


@transaction.atomic
def remove_project(*, project_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """Take a project off that was registered by mistake and carries nothing yet. Raises RegisterRefused."""
    project = writing.locked(Project, project_id)
    used = (
        "这个工程已有标段、参建单位、月报或检查等记录，不能删除；完工的请把建设状态改为“完工”或“竣工验收”。"
    )
    writing.erase(project, action="projects.project.remove", by=by, at=at, used=used)
