"""The demo logins: one for every role, two cities, obviously invented names."""

from __future__ import annotations

import datetime as dt
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from accounts.services import change_password, create_user, grant_role
from projects.enums import UnitRole
from projects.models import ParticipatingUnit
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A person to be made. `places` are jurisdiction codes: one grant for each. `unit_role` ties a person to a firm."""

    username: str
    display_name: str
    role: Role
    places: tuple[str, ...]
    unit_role: UnitRole | None = None

    @property
    def title(self) -> str:
        """What the launcher prints beside the name."""
        return f"{self.display_name}·{self.role.label}"


_CITY, _OTHER = "510700", "999900"
CHIEF, DEPUTY, SUPERVISOR, LEADER = "bureau.chief", "bureau.deputy", "bureau.supervisor", "bureau.leader"

MIANYANG_LOGINS = (
    DemoLogin(CHIEF, "演示科长", Role.BUREAU_CHIEF, (_CITY,)),
    DemoLogin(DEPUTY, "演示副科长", Role.BUREAU_CHIEF, (_CITY,)),
    DemoLogin(SUPERVISOR, "演示监督员", Role.BUREAU_SUPERVISOR, (_CITY,)),
    DemoLogin(LEADER, "演示局领导", Role.BUREAU_LEADER, (_CITY,)),
    DemoLogin("bureau.legal", "演示法规员", Role.BUREAU_LEGAL, (_CITY,)),
    DemoLogin("bureau.discipline", "演示纪检员", Role.DISCIPLINE_INSPECTOR, (_CITY,)),
    DemoLogin("bureau.assistant", "演示第三方", Role.ASSISTANT, (_CITY,)),
    DemoLogin("system.admin", "演示系统管理员", Role.SYSTEM_ADMIN, (_CITY,)),
    DemoLogin("security.admin", "演示安全管理员", Role.SECURITY_ADMIN, (_CITY,)),
    DemoLogin("audit.admin", "演示审计管理员", Role.AUDIT_ADMIN, (_CITY,)),
    DemoLogin("beichuan.reporter", "北川填报员（演示）", Role.COUNTY_REPORTER, ("510726",)),
    DemoLogin("beichuan.reviewer", "北川审核人（演示）", Role.COUNTY_REVIEWER, ("510726",)),
    DemoLogin("beichuan.supervisor", "北川监督员（演示）", Role.COUNTY_SUPERVISOR, ("510726",)),
    DemoLogin("pingwu.reviewer", "平武审核人（演示）", Role.COUNTY_REVIEWER, ("510727",)),
    DemoLogin("santai.reporter", "三台填报员（演示）", Role.COUNTY_REPORTER, ("510722",)),
    DemoLogin("fucheng.reporter", "涪城兼高新填报员（演示）", Role.COUNTY_REPORTER, ("510703", "5107G1")),
    DemoLogin(
        "legal.person",
        "项目法人填报员（演示）",
        Role.LEGAL_PERSON_REPORTER,
        ("510726",),
        UnitRole.LEGAL_PERSON,
    ),
    DemoLogin("unit.contact", "施工单位联系人（演示）", Role.UNIT_CONTACT, ("510726",), UnitRole.CONTRACTOR),
)
DUIZHAO_LOGINS = (
    DemoLogin("duizhao.chief", "对照市科长（演示）", Role.BUREAU_CHIEF, (_OTHER,)),
    DemoLogin("duizhao.reporter", "对照市甲县填报员（演示）", Role.COUNTY_REPORTER, ("999901",)),
)


def make_people(
    *, city: City, logins: tuple[DemoLogin, ...], password: str, by: Any, at: dt.datetime
) -> None:
    """Make the accounts and their grants; those that exist are given this password, so that the list stays true."""
    with city_scope(city.id):
        places = {place.code: place for place in Jurisdiction.objects.all()}
        for login in logins:
            user = _user(login, password=password, by=by, at=at)
            for code in login.places:
                grant_role(
                    user=user,
                    role=login.role,
                    jurisdiction=places[code],
                    by=by,
                    at=at,
                    organization_uscc=_uscc(login, places[code]),
                )


@transaction.atomic
def _user(login: DemoLogin, *, password: str, by: Any, at: dt.datetime) -> User:
    user = User.objects.filter(username=login.username).first()
    if user is None:
        return create_user(
            username=login.username,
            display_name=login.display_name,
            password=password,
            by=by,
            at=at,
            must_change_password=False,
        )
    if not user.check_password(password):
        change_password(user=user, new_password=password, at=at)
    return user


def _uscc(login: DemoLogin, place: Jurisdiction) -> str:
    """The firm that a unit's person belongs to: the one with most works in the place."""
    if login.unit_role is None:
        return ""
    rows = ParticipatingUnit.objects.filter(jurisdiction=place, role=login.unit_role)
    codes = list(rows.values_list("organization__uscc", flat=True))
    return max(sorted(set(codes)), key=codes.count)


def are_all_there(logins: tuple[DemoLogin, ...]) -> bool:
    """Whether every account exists already."""
    names = {login.username for login in logins}
    return User.objects.filter(username__in=names).count() == len(names)


def new_password() -> str:
    """Different on every installation; within the password policy."""
    return f"Demo-{secrets.token_hex(5)}"


def write_logins(path: Path, password: str, logins: tuple[DemoLogin, ...]) -> None:
    """The list that the launcher prints; readable by the installation's account only."""
    rows = [{"username": one.username, "password": password, "title": one.title} for one in logins]
    draft = path.with_suffix(f".{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        json.dump(rows, stream, ensure_ascii=False, indent=1)
    draft.replace(path)


def known_password(path: Path) -> str | None:
    """The password of the list, or None when there is no readable list."""
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))[0]["password"])
    except (FileNotFoundError, ValueError, KeyError, IndexError):
        return None
