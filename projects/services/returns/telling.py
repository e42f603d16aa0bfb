"""Telling people about a return: the county's own page for the county, the desk for the bureau."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.roles import Capability, holders
from messaging.enums import MessageKind
from messaging.services import people_with, send
from projects.models import MonthlyReturn
from projects.services.returns.drafts import label_of


def county_people(return_: MonthlyReturn, *capabilities: Capability) -> list[User]:
    """People of the return's county who hold one of the capabilities."""
    roles = {role for capability in capabilities for role in holders(capability)}
    return people_with(sorted(roles), jurisdiction_id=return_.jurisdiction_id)


def bureau_people(capability: Capability) -> list[User]:
    """People of the bureau who hold the capability."""
    return people_with(holders(capability))


def tell_county(
    return_: MonthlyReturn,
    kind: MessageKind,
    *,
    event: str,
    text: str,
    to: tuple[Capability, ...],
    by: Any,
    at: dt.datetime,
) -> None:
    """A message that leads to the county's page. event: what happened and to which version, the key with the return."""
    _send(return_, kind, event, text, county_people(return_, *to), "returns:return-detail", by, at)


def tell_bureau(
    return_: MonthlyReturn,
    kind: MessageKind,
    *,
    event: str,
    text: str,
    to: Capability,
    by: Any,
    at: dt.datetime,
) -> None:
    """A message that leads to the clerk's page of the return."""
    _send(return_, kind, event, text, bureau_people(to), "returns:desk-return", by, at)


def _send(
    return_: MonthlyReturn,
    kind: MessageKind,
    event: str,
    text: str,
    people: list[User],
    view: str,
    by: Any,
    at: dt.datetime,
) -> None:
    me: uuid.UUID | None = getattr(by, "id", None)
    send(
        key=f"return:{return_.pk}:{event}",
        recipients=[one for one in people if one.pk != me],
        title=f"{label_of(return_)}：{kind.label.removeprefix('月报')}",
        text=text,
        url=reverse(view, args=[return_.pk]),
        kind=kind,
        at=at,
        by=by,
    )
