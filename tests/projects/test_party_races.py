"""What the database refuses when two people write at once becomes a sentence."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from core.uscc import fictitious_uscc
from projects.enums import UnitRole
from projects.models import ParticipatingUnit
from projects.services.parties import commitments, organizations, people, units
from projects.services.parties.changes import PartyRefused
from projects.services.parties.units import ContractorSupervisesItself, UnitTerms
from tests import factories

ACT: dict[str, Any] = {"by": "测试", "at": factories.MOMENT}


def blind(monkeypatch, module, name):
    """As if the other one wrote between the look and the writing."""
    monkeypatch.setattr(module, name, lambda *args, **kwargs: None)


def test_the_wall_between_contractor_and_engineer_is_the_databases(scope, monkeypatch):
    unit = factories.participating_unit()
    twin = {"project": unit.project, "organization": unit.organization}
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.participating_unit(**twin, role=UnitRole.SUPERVISING_ENGINEER)
    blind(monkeypatch, units, "_check_role")

    with pytest.raises(ContractorSupervisesItself, match=r"不能同时作为.*施工单位和监理单位"):
        units.add_unit(
            project_id=unit.project_id,
            organization_id=unit.organization_id,
            role=UnitRole.SUPERVISING_ENGINEER,
            terms=UnitTerms(),
            **ACT,
        )

    blind(monkeypatch, units, "_check_free")
    with pytest.raises(PartyRefused, match="刚刚由他人登记"):
        units.add_unit(
            project_id=unit.project_id,
            organization_id=unit.organization_id,
            role=UnitRole.CONTRACTOR,
            terms=UnitTerms(),
            **ACT,
        )
    assert ParticipatingUnit.objects.count() == 1


def test_a_folded_organization_takes_no_part(scope):
    project, kept = factories.project(), factories.organization(name="示例甲公司")
    folded = factories.organization(name="示例乙公司", merged_into=kept)

    with CaptureQueriesContext(connection) as asked, pytest.raises(organizations.OrganizationFolded):
        units.add_unit(
            project_id=project.pk,
            organization_id=folded.pk,
            role=UnitRole.CONTRACTOR,
            terms=UnitTerms(),
            **ACT,
        )
    assert any('FOR UPDATE OF "projects_organization"' in one["sql"] for one in asked)


def test_the_same_person_twice(scope, monkeypatch):
    person = factories.key_person(name="王五")
    blind(monkeypatch, people, "_check_free")

    with pytest.raises(PartyRefused, match="刚刚由他人登记"):
        people.add_person(unit_id=person.unit_id, terms=people.PersonTerms("王五", person.post), **ACT)


def test_the_same_signature_twice(scope, monkeypatch):
    unit = factories.participating_unit()
    terms = commitments.SigningTerms("王五", "项目经理", "PROJECT_LEADER", factories.DAY)
    commitments.sign_commitment(unit_id=unit.pk, terms=terms, today=factories.DAY, **ACT)
    blind(monkeypatch, commitments, "_in_force")

    with pytest.raises(PartyRefused, match="当日已登记过"):
        commitments.sign_commitment(unit_id=unit.pk, terms=terms, today=factories.DAY, **ACT)


def test_a_code_is_registered_once(scope):
    code = fictitious_uscc(4711)
    made = organizations.register_organization(uscc=code, name="示例甲公司", **ACT)

    with pytest.raises(organizations.OrganizationExists, match="已登记为“示例甲公司”"):
        organizations.register_organization(uscc=code.lower(), name="示例乙公司", **ACT)
    with pytest.raises(PartyRefused, match="联系电话：电话号码"):
        organizations.change_organization(organization_id=made.pk, values={"phone": "12"}, **ACT)
