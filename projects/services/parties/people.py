"""主要管理人员 of the participating units."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from audit.services import record
from core import pinyin
from core.phone import parse_phone
from core.text import code_text
from projects.models import KeyPerson, ParticipatingUnit
from projects.services.parties.changes import PartyRefused, check_period, cleaned, parsed, told, write_changes
from projects.services.parties.id_numbers import sealed_values


@dataclass(frozen=True, slots=True)
class PersonTerms:
    """What is known of somebody in a post. An empty id_number leaves the number on record as it is."""

    name: str
    post: str
    certificate_number: str = ""
    certificate_valid_until: dt.date | None = None
    phone: str = ""
    id_number: str = ""
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None


@transaction.atomic
def add_person(*, unit_id: uuid.UUID, terms: PersonTerms, by: Any, at: dt.datetime) -> KeyPerson:
    """Put somebody in a post of a unit. A second project of a 项目经理 is shown, not refused: the law has exceptions.

    Raises PartyRefused.
    """
    unit = ParticipatingUnit.objects.select_for_update(of=("self",)).get(pk=unit_id)
    values = _values(terms)
    _check_free(unit, values)
    person = KeyPerson(
        city_id=unit.city_id,
        jurisdiction_id=unit.jurisdiction_id,
        project_id=unit.project_id,
        unit=unit,
        **values,
    )
    try:
        with transaction.atomic():
            person.save(force_insert=True)
    except IntegrityError as error:
        raise PartyRefused(f"“{person.name}”的“{person.post}”刚刚由他人登记，请刷新后核对。") from error
    record(action="projects.person.add", subject=person, by=by, at=at, after=told(values))
    return person


@transaction.atomic
def change_person(*, person_id: uuid.UUID, terms: PersonTerms, by: Any, at: dt.datetime) -> KeyPerson:
    """Put right what is known of the same somebody; who takes over a post is added, not written over."""
    person = _locked(person_id)
    # The unit's row serializes the posts of one unit.
    ParticipatingUnit.objects.select_for_update(of=("self",)).get(pk=person.unit_id)
    values = _values(terms)
    _check_free(person.unit, values, but=person)
    write_changes(person, values, action="projects.person.change", by=by, at=at)
    return person


@transaction.atomic
def end_person(*, person_id: uuid.UUID, valid_to: dt.date, by: Any, at: dt.datetime) -> KeyPerson:
    """Somebody leaves a post on a day and stays on record."""
    person = _locked(person_id)
    check_period("到岗日期", person.valid_from, "离岗日期", valid_to)
    write_changes(person, {"valid_to": valid_to}, action="projects.person.end", by=by, at=at)
    return person


def _locked(person_id: uuid.UUID) -> KeyPerson:
    return KeyPerson.objects.select_related("unit").select_for_update(of=("self",)).get(pk=person_id)


def _values(terms: PersonTerms) -> dict[str, Any]:
    check_period("到岗日期", terms.valid_from, "离岗日期", terms.valid_to)
    name = cleaned("姓名", terms.name, most=60, least=2)
    return {
        "name": name,
        "name_pinyin": pinyin.full(name)[:200],
        "name_initials": pinyin.initials(name)[:40],
        "post": cleaned("岗位", terms.post, most=40, least=2),
        "certificate_number": cleaned(
            "证书号", parsed("证书号", terms.certificate_number, code_text), most=60
        ),
        "certificate_valid_until": terms.certificate_valid_until,
        "phone": parsed("联系电话", terms.phone, parse_phone),
        "valid_from": terms.valid_from,
        "valid_to": terms.valid_to,
        **sealed_values(terms.id_number),
    }


def _check_free(unit: ParticipatingUnit, values: dict[str, Any], *, but: KeyPerson | None = None) -> None:
    rows = KeyPerson.objects.filter(unit=unit, name=values["name"], post=values["post"])
    if but is not None:
        rows = rows.exclude(pk=but.pk)
    if rows.exists():
        raise PartyRefused(f"“{values['name']}”在这家单位已登记为“{values['post']}”，请修改原有的一条。")
