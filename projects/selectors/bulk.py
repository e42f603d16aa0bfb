"""What an act on many projects would do to each of them: the rows of its preview."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

from django.db import models
from django.urls import reverse

from accounts.models import RoleAssignment
from accounts.roles import Capability
from core.bulk import BulkBar
from projects.enums import SiteStanding, SupervisionLevel
from projects.models import Project, SupervisionRegistration
from tenancy.enums import Level


class BulkAct(models.TextChoices):
    """Acts on many projects at once."""

    SUPERVISOR = "supervisor", "指定项目监督员"
    SITE = "site", "标准化工地"
    LEVEL = "level", "修改监督级别"


@dataclass(frozen=True)
class Prospect:
    """One project under an act: what stands there now, or why it is left out (a sentence)."""

    project: Project
    before: str
    registration: SupervisionRegistration | None = None
    refusal: str = ""


def prospects(projects: Iterable[Project], act: BulkAct) -> list[Prospect]:
    """One line for each project; the projects come with `registrations` prefetched."""
    return [_prospect(project, act) for project in projects]


def _prospect(project: Project, act: BulkAct) -> Prospect:
    if act is BulkAct.LEVEL:
        return Prospect(project, SupervisionLevel(project.supervision_level).label)
    if act is BulkAct.SITE:
        return Prospect(project, SiteStanding(project.site_standing).label)
    registration = next(iter(cast("list[SupervisionRegistration]", project.registrations.all())), None)
    if registration is None:
        return Prospect(project, "", refusal="尚未办理质量监督手续，请先登记监督手续再指定监督员。")
    return Prospect(project, registration.supervisor_name, registration)


def acts_of(assignment: RoleAssignment) -> list[BulkAct]:
    """The stratum of a project is the bureau's to say; the rest may be said by whoever keeps the register."""
    if not assignment.allows(Capability.REGISTER_EDIT):
        return []
    is_bureau = assignment.jurisdiction.level == Level.CITY
    return [act for act in BulkAct if act is not BulkAct.LEVEL or is_bureau]


def bulk_bar(assignment: RoleAssignment) -> BulkBar | None:
    """The bar under the list, for those who may."""
    acts = acts_of(assignment)
    return BulkBar(reverse("projects:project-bulk"), [(a.value, a.label) for a in acts]) if acts else None
