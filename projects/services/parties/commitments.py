"""质量终身责任承诺书: signed before the start, signed again by whoever takes over, both kept (水监督〔2021〕335号)."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from audit.services import record
from core.phone import parse_phone
from core.text import code_text
from projects.enums import AttachmentKind, Responsibility, UnitRole
from projects.models import KeyPerson, LifelongCommitment, ParticipatingUnit, Project
from projects.rules.liability import SIGNING_ROLES
from projects.services.attachments import attach_file
from projects.services.parties.changes import PartyRefused, cleaned, parsed, told, write_changes
from projects.services.parties.id_numbers import copied_values, sealed_values
from tenancy.scope import current_scope


@dataclass(frozen=True, slots=True)
class SigningTerms:
    """Who signed what, when. An empty id_number takes over the number of the key person of the same name."""

    person_name: str
    post: str
    responsibility: str
    signed_on: dt.date
    certificate_number: str = ""
    phone: str = ""
    id_number: str = ""


@transaction.atomic
def sign_commitment(
    *, unit_id: uuid.UUID, terms: SigningTerms, by: Any, at: dt.datetime, today: dt.date
) -> LifelongCommitment:
    """Record a signed 承诺书 of a unit's responsible person.

    A second signature for the same responsibility is the change of the person: `replace_commitment`. Raises PartyRefused.
    """
    unit = _locked_unit(unit_id)
    values = _values(unit, terms, today)
    in_force = _in_force(unit, values["responsibility"], terms.person_name)
    if in_force is not None:
        raise PartyRefused(
            f"“{unit.organization.name}”的{Responsibility(values['responsibility']).label}承诺书已由"
            f"“{in_force.person_name}”签署且有效；换人请在该承诺书上办理“换人重签”。"
        )
    commitment = _saved(unit, values)
    record(action="projects.commitment.sign", subject=commitment, by=by, at=at, after=told(values))
    return commitment


@transaction.atomic
def replace_commitment(
    *, commitment_id: uuid.UUID, terms: SigningTerms, by: Any, at: dt.datetime, today: dt.date
) -> LifelongCommitment:
    """Somebody takes over: the new 承诺书 is signed, the old one is kept with the day until which it held.

    Raises PartyRefused: replaced already, same person, signed before the predecessor.
    """
    rows = LifelongCommitment.objects.select_related("unit").select_for_update(of=("self",))
    former = rows.get(pk=commitment_id)
    if former.replaced_on is not None:
        raise PartyRefused(
            f"“{former.person_name}”的承诺书已于{former.replaced_on:%Y-%m-%d}更换，请在现行承诺书上办理。"
        )
    unit = _locked_unit(former.unit_id)
    values = _values(unit, terms, today)
    if values["person_name"] == former.person_name:
        raise PartyRefused("接任人与原责任人姓名相同；没有换人时不必重签，内容写错的请联系市局更正。")
    if terms.signed_on < former.signed_on:
        raise PartyRefused(
            f"重签日期{terms.signed_on:%Y-%m-%d}早于原承诺书签署日期{former.signed_on:%Y-%m-%d}，请核对。"
        )
    commitment = _saved(unit, values)
    write_changes(
        former,
        {"replaced_on": terms.signed_on, "replaced_by": commitment},
        action="projects.commitment.replace",
        by=by,
        at=at,
    )
    record(action="projects.commitment.sign", subject=commitment, by=by, at=at, after=told(values))
    return commitment


@transaction.atomic
def attach_scan(
    *, commitment: LifelongCommitment, file_name: str, data: bytes, by: Any, at: dt.datetime
) -> None:
    """Keep the scan of a signed 承诺书. Raises WrongFile, AttachmentRefused."""
    attach_file(
        kind=AttachmentKind.COMMITMENT,
        title=f"{commitment.person_name}质量终身责任承诺书",
        file_name=file_name,
        data=data,
        commitment=commitment,
        by=by,
        at=at,
    )


@transaction.atomic
def register_plaque(
    *,
    project_id: uuid.UUID,
    plaque_on: dt.date,
    photo: tuple[str, bytes] | None,
    by: Any,
    at: dt.datetime,
    today: dt.date,
) -> Project:
    """The 质量责任公示牌 stands on site since a day; photo = (file name, bytes). Raises PartyRefused, WrongFile."""
    project = Project.objects.select_for_update(of=("self",)).get(pk=project_id)
    if plaque_on > today:
        raise PartyRefused(f"公示牌设置日期{plaque_on:%Y-%m-%d}在今天以后，设置后再登记。")
    write_changes(project, {"plaque_on": plaque_on}, action="projects.plaque.register", by=by, at=at)
    if photo is not None:
        attach_file(
            kind=AttachmentKind.PLAQUE,
            title=f"质量责任公示牌 {plaque_on:%Y-%m-%d}",
            file_name=photo[0],
            data=photo[1],
            project=project,
            by=by,
            at=at,
        )
    return project


def _locked_unit(unit_id: uuid.UUID) -> ParticipatingUnit:
    rows = ParticipatingUnit.objects.select_related("organization", "project")
    return rows.select_for_update(of=("self",)).get(pk=unit_id)


def _in_force(unit: ParticipatingUnit, responsibility: str, name: str) -> LifelongCommitment | None:
    """The valid one for the same responsibility; several direct persons may stand side by side, not one twice."""
    rows = LifelongCommitment.objects.filter(
        unit=unit, responsibility=responsibility, replaced_on__isnull=True
    )
    if responsibility == Responsibility.DIRECT:
        rows = rows.filter(person_name=name.strip())
    return rows.first()


def _values(unit: ParticipatingUnit, terms: SigningTerms, today: dt.date) -> dict[str, Any]:
    if UnitRole(unit.role) not in SIGNING_ROLES:
        raise PartyRefused(f"{unit.get_role_display()}不在质量终身责任主体范围内，不必签署承诺书。")
    if terms.signed_on > today:
        raise PartyRefused(f"签署日期{terms.signed_on:%Y-%m-%d}在今天以后，签署后再登记。")
    name = cleaned("责任人", terms.person_name, most=60, least=2)
    known = KeyPerson.objects.filter(unit=unit, name=name).exclude(id_number_sealed="").first()
    secret = sealed_values(terms.id_number)
    if not secret and known is not None:
        secret = copied_values(known)
    return {
        "person_name": name,
        "post": cleaned("岗位", terms.post, most=40, least=2),
        "responsibility": Responsibility(terms.responsibility).value,
        "certificate_number": cleaned(
            "证书号", parsed("证书号", terms.certificate_number, code_text), most=60
        ),
        "phone": parsed("联系电话", terms.phone, parse_phone),
        "signed_on": terms.signed_on,
        **secret,
    }


def _saved(unit: ParticipatingUnit, values: dict[str, Any]) -> LifelongCommitment:
    commitment = LifelongCommitment(
        city_id=current_scope().city_id,
        jurisdiction_id=unit.jurisdiction_id,
        project_id=unit.project_id,
        unit=unit,
        **values,
    )
    try:
        with transaction.atomic():
            commitment.save(force_insert=True)
    except IntegrityError as error:
        raise PartyRefused(
            f"“{commitment.person_name}”当日已登记过同一岗位的承诺书，请刷新后核对。"
        ) from error
    return commitment
