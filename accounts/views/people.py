"""People and their roles: who is there, new accounts (system administrator), roles (security administrator)."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.decorators import ScopedRequest, requires
from accounts.filters import PersonFilter
from accounts.forms import GrantForm, NewPersonForm
from accounts.models import RoleAssignment, User
from accounts.passwords import one_time_password
from accounts.roles import Capability, Role
from accounts.selectors import people_of_city, roles_of
from accounts.services import create_user, end_role, grant_role, reset_password
from core import display
from core.columns import Column, Kind
from core.components import Empty, Link, Tone, chip
from core.errors import DomainError
from core.listing import ListSpec


def _roles_text(person: Any) -> str:
    return "；".join(
        f"{grant.jurisdiction.short_name} {grant.get_role_display()}" for grant in person.active_roles
    )


def _state(person: Any) -> Any:
    if not person.is_active:
        return chip(Tone.BAD, "已停用")
    if not person.active_roles:
        return chip(Tone.WARN, "没有角色")
    return chip(Tone.IDLE, "未首次登录") if person.must_change_password else chip(Tone.OK, "正常")


def _state_text(person: Any) -> str:
    if not person.is_active:
        return "已停用"
    return "正常" if person.active_roles else "没有角色"


PEOPLE: ListSpec[User] = ListSpec(
    title="用户与角色",
    columns=(
        Column(
            "name",
            "姓名",
            value="display_name",
            sort=("display_name",),
            link=lambda u: reverse("accounts:person-detail", args=[u.pk]),
        ),
        Column("username", "用户名", sort=("username",)),
        Column("roles", "角色", value=_roles_text, css="col-wide"),
        Column(
            "last_login",
            "最近登录",
            value="last_login",
            kind=Kind.MOMENT,
            sort=("last_login",),
            nullable=True,
        ),
        Column(
            "until", "有效期至", value="valid_until", kind=Kind.DATE, sort=("valid_until",), nullable=True
        ),
        Column("state", "状态", value=_state_text, render=_state, css="nowrap"),
    ),
    default_sort="username",
    key="users",
    filterset=PersonFilter,
    search=("username__icontains", "display_name__icontains"),
    search_latin=("name_initials__contains",),
    search_label="姓名、用户名或拼音首字母",
    empty=Empty("没有用户"),
)


@requires(Capability.USER_VIEW)
@require_safe
def person_list(request: ScopedRequest) -> HttpResponse:
    """The people of the city."""
    listing = PEOPLE.build(request.GET, people_of_city(), scope=request.scope)
    if listing.is_export:
        return listing.export_response(at=timezone.now())
    actions = []
    if request.assignment.allows(Capability.USER_MANAGE):
        actions = [Link("新增用户", reverse("accounts:person-new"), is_primary=True)]
    return render(request, "accounts/person_list.html", {"listing": listing, "actions": actions})


def _crumbs(person: User | None = None) -> list[Link]:
    crumbs = [Link("用户与角色", reverse("accounts:person-list"))]
    if person is not None:
        crumbs.append(Link(person.display_name, reverse("accounts:person-detail", args=[person.pk])))
    return crumbs


@requires(Capability.USER_VIEW)
@require_safe
def person_detail(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """One person: account and roles."""
    person = get_object_or_404(people_of_city(), pk=pk)
    actions = []
    if request.assignment.allows(Capability.ROLE_GRANT):
        actions.append(Link("授予角色", reverse("accounts:role-grant", args=[pk]), is_primary=True))
    if request.assignment.allows(Capability.USER_MANAGE):
        actions.append(Link("重置密码", reverse("accounts:password-reset", args=[pk])))
    facts = [
        ("用户名", person.username),
        ("建立时间", display.moment(person.created_at)),
        ("最近登录", display.moment(person.last_login)),
        ("密码修改", display.moment(person.password_changed_at)),
        ("有效期至", display.day(person.valid_until)),
    ]
    context = {
        "person": person,
        "grants": roles_of(person),
        "facts": facts,
        "actions": actions,
        "chip": _state(person),
        "can_end": request.assignment.allows(Capability.ROLE_GRANT) and person.pk != request.user.pk,
        "crumbs": _crumbs(),
    }
    return render(request, "accounts/person_detail.html", context)


@requires(Capability.USER_MANAGE)
@never_cache
@require_http_methods(["GET", "POST"])
def person_new(request: ScopedRequest) -> HttpResponse:
    """Make an account; its one-time password is shown on the answer and nowhere else, ever."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        password = one_time_password()
        person = create_user(**form.cleaned_data, password=password, by=request.user, at=timezone.now())
        return _password_once(request, person, password, "已新增用户")
    context = {"form": form, "crumbs": _crumbs()}
    return render(request, "accounts/person_new.html", context, status=422 if form.errors else 200)


def _password_once(request: ScopedRequest, person: User, password: str, title: str) -> HttpResponse:
    context = {"person": person, "password": password, "title": title, "crumbs": _crumbs(person)}
    return render(request, "accounts/password_once.html", context)


@requires(Capability.USER_MANAGE)
@never_cache
@require_http_methods(["GET", "POST"])
def password_reset(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """A new one-time password, after a confirmation."""
    person = get_object_or_404(people_of_city(), pk=pk)
    error = ""
    if request.method == "POST":
        password = one_time_password()
        try:
            reset_password(user=person, password=password, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            return _password_once(request, person, password, "已重置密码")
    context = {"person": person, "error": error, "crumbs": _crumbs(person)}
    return render(request, "accounts/password_reset.html", context, status=409 if error else 200)


@requires(Capability.ROLE_GRANT)
@require_http_methods(["GET", "POST"])
def role_grant(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Give a role in this city."""
    person = get_object_or_404(people_of_city(), pk=pk)
    form = GrantForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            grant_role(user=person, **form.cleaned_data, by=request.user, at=timezone.now())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            label = Role(form.cleaned_data["role"]).label
            messages.success(request, f"已授予{person.display_name}“{label}”。")
            return redirect("accounts:person-detail", pk=pk)
    context = {"person": person, "form": form, "crumbs": _crumbs(person)}
    return render(request, "accounts/role_grant.html", context, status=422 if form.errors else 200)


@requires(Capability.ROLE_GRANT)
@require_http_methods(["GET", "POST"])
def role_end(request: ScopedRequest, pk: uuid.UUID) -> HttpResponse:
    """Take a role back, after a confirmation."""
    rows = RoleAssignment.objects.filter(ended_at__isnull=True).select_related("user", "jurisdiction")
    grant = get_object_or_404(rows, pk=pk)
    error = ""
    if request.method == "POST":
        try:
            end_role(grant_id=grant.pk, by=request.user, at=timezone.now())
        except DomainError as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"已终止{grant.user.display_name}的“{grant.get_role_display()}”。")
            return redirect("accounts:person-detail", pk=grant.user_id)
    facts = [
        ("用户", f"{grant.user.display_name}（{grant.user.username}）"),
        ("角色", grant.get_role_display()),
        ("行政区划", grant.jurisdiction.name),
        ("所属单位", grant.organization_uscc),
        ("授予", f"{display.moment(grant.granted_at)} {grant.granted_by_name}"),
    ]
    context = {"grant": grant, "facts": facts, "error": error, "crumbs": _crumbs(grant.user)}
    return render(request, "accounts/role_end.html", context, status=409 if error else 200)
