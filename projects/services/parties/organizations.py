"""单位登记: once per city by the 统一社会信用代码."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from audit.services import record
from core import pinyin
from core.phone import parse_phone
from core.uscc import parse_uscc
from projects.enums import OrganizationKind
from projects.models import Organization
from projects.services.parties.changes import PartyRefused, cleaned, parsed, told, write_changes
from tenancy.models import Jurisdiction
from tenancy.scope import current_scope

_KIND_OF_CODE = {
    "11": OrganizationKind.ORGAN,
    "12": OrganizationKind.INSTITUTION,
    "91": OrganizationKind.FIRM,
}


class OrganizationExists(PartyRefused):
    """The code is taken in this city."""


class OrganizationFolded(PartyRefused):
    """The record was merged into another one and takes no more work."""


def kind_of(uscc: str) -> OrganizationKind:
    """The legal nature that the first two characters of the code tell."""
    return _KIND_OF_CODE.get(uscc[:2], OrganizationKind.OTHER)


@transaction.atomic
def register_organization(
    *,
    uscc: str,
    name: str,
    by: Any,
    at: dt.datetime,
    kind: str = "",
    legal_representative: str = "",
    phone: str = "",
    registered_in: Jurisdiction | None = None,
) -> Organization:
    """A new organization of the city. Raises InvalidUscc, OrganizationExists, PartyRefused."""
    code = parse_uscc(uscc)
    existing = Organization.objects.filter(uscc=code).first()
    if existing is not None:
        raise OrganizationExists(taken_sentence(existing))
    values = {
        "uscc": code,
        **_name_values(name),
        "kind": kind or kind_of(code),
        "legal_representative": cleaned("法定代表人", legal_representative, most=60),
        "phone": parsed("联系电话", phone, parse_phone),
        "registered_in": registered_in,
    }
    organization = Organization(city_id=current_scope().city_id, **values)
    try:
        with transaction.atomic():
            organization.save(force_insert=True)
    except IntegrityError as error:
        raise OrganizationExists(
            f"统一社会信用代码{code}刚刚由他人登记，请刷新后直接使用已登记的单位。"
        ) from error
    record(action="projects.organization.register", subject=organization, by=by, at=at, after=told(values))
    return organization


def taken_sentence(existing: Organization) -> str:
    """Who has the code, and what to do instead."""
    kept = existing.merged_into
    if kept is not None:
        return (
            f"统一社会信用代码{existing.uscc}的单位已并入“{kept.name}”（{kept.uscc}），请使用并入后的单位。"
        )
    return f"统一社会信用代码{existing.uscc}已登记为“{existing.name}”，同一代码全市只登记一次，请直接使用。"


@transaction.atomic
def change_organization(
    *, organization_id: uuid.UUID, values: Mapping[str, str], by: Any, at: dt.datetime
) -> Organization:
    """Put right what is known of an organization; its code never changes, its name only the bureau's way.

    values: any of name, kind, legal_representative, phone. The caller's scope decides about the name: a county may
    not rename a firm that works for all. Raises OrganizationFolded, PartyRefused.
    """
    organization = Organization.objects.select_for_update(of=("self",)).get(pk=organization_id)
    refuse_folded(organization)
    wanted: dict[str, Any] = {}
    if "name" in values:
        named = _name_values(values["name"])
        if named["name"] != organization.name and current_scope().county_id is not None:
            raise PartyRefused(
                f"“{organization.name}”全市共用，名称由市局修改；请把变更证明报市局，其他内容可以直接改。"
            )
        wanted |= named
    if "kind" in values:
        wanted["kind"] = OrganizationKind(values["kind"])
    if "legal_representative" in values:
        wanted["legal_representative"] = cleaned("法定代表人", values["legal_representative"], most=60)
    if "phone" in values:
        wanted["phone"] = parsed("联系电话", values["phone"], parse_phone)
    write_changes(organization, wanted, action="projects.organization.change", by=by, at=at)
    return organization


def refuse_folded(organization: Organization) -> None:
    """Raises OrganizationFolded for a record that was merged away."""
    kept = organization.merged_into
    if kept is not None:
        raise OrganizationFolded(
            f"“{organization.name}”（{organization.uscc}）已并入“{kept.name}”（{kept.uscc}），请在并入后的单位上办理。"
        )


def _name_values(name: str) -> dict[str, str]:
    text = cleaned("单位名称", name, most=200, least=2)
    return {
        "name": text,
        "name_pinyin": pinyin.full(text)[:600],
        "name_initials": pinyin.initials(text)[:200],
    }
