"""Making accounts, granting roles, changing passwords."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import UUIDField

from accounts.models import PasswordRecord, RoleAssignment, SavedView, User
from accounts.roles import Family, Role, family_of, fits_level
from audit.services import record
from core import pinyin
from core.errors import DomainError
from core.kept_query import KeptQuery, Slot
from tenancy.models import Jurisdiction
from tenancy.scope import active_scope, current_scope, user_only


class RolesExclude(DomainError):
    """The three administrators and the business exclude each other."""


class RoleDoesNotFit(DomainError):
    """A bureau role outside the city level, or a county role at it."""


class ViewRefused(DomainError):
    """A saved view without a name, or one too many."""


class NotToOneself(DomainError):
    """Nobody grants, ends or resets for himself."""


def create_user(
    *, username: str, display_name: str, password: str, by: Any, at: dt.datetime, **extra: Any
) -> User:
    """Make an account; the first sign-in has to change the password unless `must_change_password=False`.

    The trail of the city in whose scope this happens notes it: that is how the city knows an account without roles.
    Raises ValidationError when the password breaks the policy.
    """
    user = User(
        username=username.lower(),
        display_name=display_name,
        name_initials=pinyin.initials(display_name)[:60],
        **extra,
    )
    validate_password(password, user)
    user.set_password(password)
    user.password_changed_at = at
    user.save(force_insert=True)
    _note(user, "accounts.user.create", by=by, at=at, after={"user": user.username, "name": display_name})
    return user


def _note(user: User, action: str, *, by: Any, at: dt.datetime, **changes: Any) -> None:
    scope = active_scope()
    if scope is not None:
        record(action=action, subject=user, by=by, at=at, city_id=scope.city_id, **changes)


@transaction.atomic
def reset_password(*, user: User, password: str, by: Any, at: dt.datetime) -> None:
    """Set a one-time password that the next sign-in has to change; open sessions of the person end with it."""
    if getattr(by, "id", None) == user.id:
        raise NotToOneself("不能重置自己的密码，请用“修改密码”。")
    _refuse_takeover(user)
    set_one_time_password(user=user, password=password, at=at)
    _note(user, "accounts.password.reset", by=by, at=at, after={"user": user.username})


@transaction.atomic
def set_one_time_password(*, user: User, password: str, at: dt.datetime) -> None:
    """The bare change, for `reset_password` and for the operator's command; whoever calls it writes the trail."""
    validate_password(password, user)
    PasswordRecord.objects.create(user=user, encoded=user.password, created_at=at)
    user.set_password(password)
    user.must_change_password = True
    user.password_changed_at = at
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])


def _refuse_takeover(user: User) -> None:
    """Whoever resets a password reads the new one: never of a person of another city, nor of the other administrators."""
    here = current_scope().city_id
    held = own_assignments(user)
    if any(grant.city_id != here for grant in held):
        raise NotToOneself(
            "该人员在其他城市任职，不能在本市重置其密码；请由其任职的各市分别终止角色后再办理。"
        )
    if any(grant.family in {Family.SECURITY, Family.AUDIT} for grant in held):
        raise NotToOneself(
            "安全管理员和审计管理员的密码不能由系统管理员重置；请由运维人员用命令行 reset_password 办理。"
        )


@transaction.atomic
def grant_role(
    *,
    user: User,
    role: str,
    jurisdiction: Jurisdiction,
    by: Any,
    at: dt.datetime,
    organization_uscc: str = "",
) -> RoleAssignment:
    """Give a role in the current city. Granting what is held already returns the present grant."""
    if getattr(by, "id", None) == user.id:
        raise NotToOneself("不能给自己授予角色。")
    if not fits_level(role, jurisdiction.level):
        raise RoleDoesNotFit(f"“{Role(role).label}”不能授予{jurisdiction.name}层级的人员。")
    try:
        with transaction.atomic():
            grant, created = RoleAssignment.objects.get_or_create(
                city_id=current_scope().city_id,
                user=user,
                role=role,
                jurisdiction=jurisdiction,
                organization_uscc=organization_uscc,
                ended_at=None,
                defaults={
                    "family": family_of(role),
                    "granted_at": at,
                    "granted_by_name": getattr(by, "display_name", str(by)),
                },
            )
    except IntegrityError as error:
        raise RolesExclude("系统、安全、审计管理员与业务角色互斥，不能由同一人担任。") from error
    if created:
        record(
            action="accounts.role.grant",
            subject=grant,
            by=by,
            at=at,
            after={"user": user.username, "role": role},
        )
    return grant


@transaction.atomic
def end_role(*, grant_id: uuid.UUID, by: Any, at: dt.datetime) -> None:
    """Take a role back; the row stays as history."""
    grant = RoleAssignment.objects.select_for_update(of=("self",)).get(pk=grant_id)
    if getattr(by, "id", None) == grant.user_id:
        raise NotToOneself("不能终止自己的角色。")
    if grant.ended_at is None:
        grant.ended_at = at
        grant.save(update_fields=["ended_at"])
        record(action="accounts.role.end", subject=grant, by=by, at=at, before={"role": grant.role})


@transaction.atomic
def change_password(*, user: User, new_password: str, at: dt.datetime) -> None:
    """Set a new password after checking the policy; the old hash goes into the history."""
    validate_password(new_password, user)
    PasswordRecord.objects.create(user=user, encoded=user.password, created_at=at)
    user.set_password(new_password)
    user.must_change_password = False
    user.password_changed_at = at
    user.save(update_fields=["password", "must_change_password", "password_changed_at"])


def own_assignments(user: User) -> list[RoleAssignment]:
    """The person's active roles in every city, oldest first."""
    with user_only(user.id):
        return read_own_assignments(user)


def read_own_assignments(user: User) -> list[RoleAssignment]:
    """The same within `user_only`, for the edge, which goes on in that transaction."""
    return _OWN.rows(user=user.pk)


_OWN = KeptQuery(
    lambda: (
        RoleAssignment._base_manager.filter(user=Slot("user", UUIDField()), ended_at__isnull=True)
        .select_related("city")
        .order_by("granted_at", "id")
    )
)


VIEWS_PER_LIST = 20
"""Saved views of one person for one list: more would be a list of its own."""


VIEWS_PER_PERSON = 200
"""Over all lists, whatever a list is called in the request."""


def save_view(*, list_key: str, title: str, query: str, by: User, at: dt.datetime) -> SavedView:
    """Keep a list's filters, order and columns under a name; the same name again replaces what it stood for.

    A convenience of one person, so the trail does not note it.
    """
    name = " ".join(title.split())[:40]
    if not name:
        raise ViewRefused("视图名称不能为空，请填写名称，例如“本县在建未办手续”。")
    own = SavedView.objects.filter(user=by)
    others = own.exclude(list_key=list_key, title=name)
    if others.filter(list_key=list_key).count() >= VIEWS_PER_LIST:
        raise ViewRefused(f"每个列表最多保存 {VIEWS_PER_LIST} 个视图，请先删除不用的视图。")
    if others.count() >= VIEWS_PER_PERSON:
        raise ViewRefused(f"每人最多保存 {VIEWS_PER_PERSON} 个视图，请先在各列表中删除不用的视图。")
    view, _ = SavedView.objects.update_or_create(
        city_id=current_scope().city_id,
        user=by,
        list_key=list_key,
        title=name,
        defaults={"query": query[:1000]},
    )
    return view


def forget_view(*, list_key: str, title: str, by: User) -> None:
    """Delete one of the person's own views; one that is gone already is no error."""
    SavedView.objects.filter(user=by, list_key=list_key, title=title).delete()
