"""参建单位: which organization does what on a project or a section, from when to when."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from audit.services import record
from projects.enums import UnitRole
from projects.models import ContractSection, Organization, ParticipatingUnit, Project
from projects.services.parties.changes import PartyRefused, check_period, cleaned, told, write_changes
from projects.services.parties.organizations import refuse_folded

_OPPOSITE = {
    UnitRole.CONTRACTOR: UnitRole.SUPERVISING_ENGINEER,
    UnitRole.SUPERVISING_ENGINEER: UnitRole.CONTRACTOR,
}
_EXCLUSION = "projects_contractor_is_not_supervising_engineer"


class ContractorSupervisesItself(PartyRefused):
    """One firm would be 施工 and 监理 of one project (建设工程质量管理条例 art. 35)."""


@dataclass(frozen=True, slots=True)
class UnitTerms:
    """What is known of a participation besides who, where and in which role."""

    section_id: uuid.UUID | None = None
    qualification: str = ""
    contract_number: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@transaction.atomic
def add_unit(
    *,
    project_id: uuid.UUID,
    organization_id: uuid.UUID,
    role: str,
    terms: UnitTerms,
    by: Any,
    at: dt.datetime,
) -> ParticipatingUnit:
    """Put an organization on a project in a role. Raises PartyRefused and its kinds."""
    # As a merge does, the organization first: it is not folded between the look and the writing.
    organizations = Organization.objects.select_related("merged_into").select_for_update(of=("self",))
    organization = organizations.get(pk=organization_id)
    refuse_folded(organization)
    # The project's row serializes the participations of one project.
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    wanted_role = UnitRole(role)
    values = _values(project, terms)
    _check_role(project, organization, wanted_role)
    _check_free(project, organization, wanted_role, values["section"])
    unit = ParticipatingUnit(
        city_id=project.city_id,
        jurisdiction_id=project.jurisdiction_id,
        project=project,
        organization=organization,
        role=wanted_role,
        **values,
    )
    try:
        with transaction.atomic():
            unit.save(force_insert=True)
    except IntegrityError as error:
        raise _sentence_of(error, project, organization) from error
    after = told({"organization": organization.name, "role": wanted_role.value, **values})
    record(action="projects.unit.add", subject=unit, by=by, at=at, after=after)
    return unit


@transaction.atomic
def change_unit(*, unit_id: uuid.UUID, terms: UnitTerms, by: Any, at: dt.datetime) -> ParticipatingUnit:
    """Put right section, qualification, contract and period; firm and role stay: another firm is another unit."""
    unit = _locked(unit_id)
    Project.objects.select_for_update(of=("self",)).get(pk=unit.project_id)
    values = _values(unit.project, terms)
    _check_free(unit.project, unit.organization, UnitRole(unit.role), values["section"], but=unit)
    write_changes(unit, values, action="projects.unit.change", by=by, at=at)
    return unit


@transaction.atomic
def end_unit(*, unit_id: uuid.UUID, valid_to: dt.date, by: Any, at: dt.datetime) -> ParticipatingUnit:
    """The unit leaves the project on a day; it stays on record with its people and findings."""
    unit = _locked(unit_id)
    check_period("起始日期", unit.valid_from, "终止日期", valid_to)
    write_changes(unit, {"valid_to": valid_to}, action="projects.unit.end", by=by, at=at)
    return unit


@transaction.atomic
def withdraw_unit(*, unit_id: uuid.UUID, reason: str, by: Any, at: dt.datetime) -> None:
    """Take back a participation that was entered by mistake; only while nothing hangs on it."""
    why = cleaned("撤销理由", reason, most=200, least=5)
    unit = _locked(unit_id)
    before = told({"organization": unit.organization.name, "role": unit.role, "valid_from": unit.valid_from})
    try:
        with transaction.atomic():
            record(
                action="projects.unit.withdraw",
                subject=unit,
                by=by,
                at=at,
                before=before,
                after={"reason": why},
            )
            unit.delete()
    except ProtectedError as error:
        raise PartyRefused(
            f"“{unit.organization.name}”名下已有{len(error.protected_objects)}条记录（人员、承诺书或问题等），"
            "不能按误登撤销；确已退场的，请登记终止日期。"
        ) from error


def _locked(unit_id: uuid.UUID) -> ParticipatingUnit:
    rows = ParticipatingUnit.objects.select_related("project", "organization")
    return rows.select_for_update(of=("self",)).get(pk=unit_id)


def _values(project: Project, terms: UnitTerms) -> dict[str, Any]:
    check_period("起始日期", terms.valid_from, "终止日期", terms.valid_to)
    section = None
    if terms.section_id is not None:
        section = ContractSection.objects.filter(project=project, pk=terms.section_id).first()
        if section is None:
            raise PartyRefused(f"“{project.name}”没有这个标段，请重新选择。")
    return {
        "section": section,
        "qualification": cleaned("资质等级", terms.qualification, most=80),
        "contract_number": cleaned("合同编号", terms.contract_number, most=80),
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
    }


def _check_role(project: Project, organization: Organization, role: UnitRole) -> None:
    if role == UnitRole.LEGAL_PERSON and organization.pk != project.legal_person_id:
        raise PartyRefused(
            f"“{project.name}”的项目法人是“{project.legal_person.name}”，不能再登记“{organization.name}”；"
            "更换项目法人请修改工程基本情况。"
        )
    opposite = _OPPOSITE.get(role)
    if opposite is None:
        return
    other = ParticipatingUnit.objects.filter(
        project=project, organization=organization, role=opposite
    ).first()
    if other is not None:
        raise ContractorSupervisesItself(both_roles_sentence(organization.name, project.name, other, role))


def both_roles_sentence(name: str, project_name: str, other: ParticipatingUnit, role: UnitRole) -> str:
    """Names the firm, the project and both roles."""
    since = f"，{other.valid_from:%Y-%m-%d}起" if other.valid_from else ""
    return (
        f"“{name}”已是“{project_name}”的{other.get_role_display()}{since}，不能同时作为{role.label}："
        "监理单位与被监理工程的施工单位不得为同一单位（建设工程质量管理条例第三十五条）。"
    )


def _check_free(
    project: Project,
    organization: Organization,
    role: UnitRole,
    section: ContractSection | None,
    *,
    but: ParticipatingUnit | None = None,
) -> None:
    rows = ParticipatingUnit.objects.filter(
        project=project, organization=organization, role=role, section=section
    )
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        where = f"标段{section.code}" if section else "整个工程"
        raise PartyRefused(f"“{organization.name}”已登记为{where}的{role.label}，请修改原有的一条。")


def _sentence_of(error: IntegrityError, project: Project, organization: Organization) -> PartyRefused:
    if _EXCLUSION in str(error):
        return ContractorSupervisesItself(
            f"“{organization.name}”不能同时作为“{project.name}”的施工单位和监理单位"
            "（建设工程质量管理条例第三十五条），另一个角色刚刚由他人登记。"
        )
    return PartyRefused(f"“{organization.name}”的这一角色刚刚由他人登记，请刷新后核对。")
