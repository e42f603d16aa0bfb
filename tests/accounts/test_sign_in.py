"""Signing in and out, lock-out, limits, forced change of password, roles that exclude each other."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.middleware import SEEN, STARTED
from accounts.models import RoleAssignment, User
from accounts.roles import CAPABILITIES, Capability, Role, family_of
from accounts.services import (
    NotToOneself,
    RoleDoesNotFit,
    RolesExclude,
    change_password,
    create_user,
    grant_role,
    reset_password,
)
from audit.models import AuditEvent
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope
from tests.cast import AT, PASSWORD, client_of, county, person

LOGIN = "/account/login"


def _log_in(client, user, password=PASSWORD):
    return client.post(LOGIN, {"username": user.username, "password": password})


def test_a_person_signs_in_and_the_trail_says_so(city):
    user = person(city, Role.BUREAU_CHIEF)
    client = Client()

    response = _log_in(client, user)

    assert (response.status_code, response["Location"]) == (302, "/")
    with city_scope(city.id):
        assert AuditEvent.objects.filter(action="accounts.session.open", actor_id=user.id).count() == 1


def test_the_session_cookie_is_new_after_signing_in(city):
    user = person(city, Role.BUREAU_CHIEF)
    client = Client()
    client.get(LOGIN)
    before = client.cookies.get(settings.SESSION_COOKIE_NAME)

    _log_in(client, user)

    assert client.cookies[settings.SESSION_COOKIE_NAME].value != (before.value if before else "")


def test_an_old_cookie_is_worth_nothing_after_signing_out(city):
    client = client_of(person(city, Role.BUREAU_CHIEF))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value

    client.post("/account/logout")
    thief = Client()
    thief.cookies[settings.SESSION_COOKIE_NAME] = cookie

    assert thief.get("/account/password").status_code == 302


def test_five_wrong_passwords_lock_the_account_for_a_while(city):
    user = person(city, Role.BUREAU_CHIEF)
    client = Client()

    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = _log_in(client, user, "wrong")
    right = _log_in(client, user)

    assert response.status_code == 429
    assert right.status_code == 429, "even the right password is refused while locked"


def test_the_message_does_not_tell_whether_the_name_exists(city):
    user = person(city, Role.BUREAU_CHIEF)

    known = _log_in(Client(), user, "wrong").content.decode()
    unknown = Client().post(LOGIN, {"username": "nobody.here", "password": "wrong"}).content.decode()

    assert "用户名或密码不正确" in known
    assert "用户名或密码不正确" in unknown


@pytest.mark.parametrize(
    ("key", "age"),
    [
        pytest.param(SEEN, settings.SESSION_IDLE_SECONDS + 1, id="idle"),
        pytest.param(STARTED, settings.SESSION_ABSOLUTE_SECONDS + 1, id="absolute"),
    ],
)
def test_a_session_ends_by_itself(city, key, age):
    client = client_of(person(city, Role.BUREAU_CHIEF))
    client.get("/account/password")
    session = client.session
    session[key] -= age
    session.save()

    assert client.get("/account/password").status_code == 302


def test_an_expired_account_is_refused_and_its_session_ends(city):
    user = person(city, Role.BUREAU_CHIEF)
    client = client_of(user)
    User.objects.filter(pk=user.pk).update(valid_until=dt.date(2024, 1, 1))

    assert client.get("/account/password").status_code == 302
    assert "用户名或密码不正确" in _log_in(Client(), user).content.decode()


def test_an_old_password_must_be_changed_first(city):
    user = person(city, Role.BUREAU_CHIEF)
    User.objects.filter(pk=user.pk).update(password_changed_at=AT)

    assert client_of(user).get("/todos")["Location"] == reverse("accounts:change-password")


def test_a_person_of_two_cities_can_sign_out_of_either(city, other_city):
    user = person(city, Role.BUREAU_CHIEF)
    with city_scope(other_city.id):
        second = grant_role(
            user=user,
            role=Role.BUREAU_CHIEF,
            jurisdiction=Jurisdiction.objects.get(parent__isnull=True),
            by="测试",
            at=AT,
        )
    client = client_of(user)
    client.post("/account/role", {"assignment": str(second.pk)})

    assert client.post("/account/logout")["Location"] == LOGIN
    with city_scope(other_city.id):
        assert AuditEvent.objects.filter(action="accounts.session.close").count() == 1


def test_nobody_takes_over_an_account_by_resetting_its_password(city, other_city):
    here = person(city, Role.BUREAU_CHIEF)
    auditor = person(city, Role.AUDIT_ADMIN)
    with city_scope(other_city.id):
        grant_role(
            user=here,
            role=Role.BUREAU_CHIEF,
            jurisdiction=Jurisdiction.objects.get(parent__isnull=True),
            by="测试",
            at=AT,
        )
    administrator = person(city, Role.SYSTEM_ADMIN)

    with city_scope(city.id):
        for target in (here, auditor):
            with pytest.raises(NotToOneself):
                reset_password(user=target, password="Jiang-he-2024x", by=administrator, at=AT)


def test_the_operator_can_reset_anybody(city):
    auditor = person(city, Role.AUDIT_ADMIN)
    out = StringIO()

    call_command("reset_password", auditor.username, stdout=out)

    password = out.getvalue().split()[1]
    assert _log_in(Client(), auditor, password).status_code == 302
    with city_scope(city.id):
        assert AuditEvent.objects.filter(action="accounts.password.reset").count() == 1


def test_the_first_sign_in_must_change_the_password(city):
    user = person(city, Role.BUREAU_CHIEF)
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    client = Client()
    _log_in(client, user)

    assert client.get("/")["Location"] == reverse("accounts:change-password")
    page = client.post(
        "/account/password",
        {"old_password": PASSWORD, "new_password": "Jiang-he-2024", "repeated": "Jiang-he-2024"},
    )
    assert page["Location"] == "/"
    user.refresh_from_db()
    assert user.must_change_password is False


@pytest.mark.parametrize(
    "password",
    ["short1A-", "onlylowercase", "12345678901", "password123", "Zhangsan11", "Bureau.chief-1"],
)
def test_weak_passwords_are_refused(db, password):
    with pytest.raises(ValidationError):
        create_user(username="bureau.chief", display_name="zhangsan", password=password, by="测试", at=AT)


def test_the_last_five_passwords_do_not_come_back(city):
    user = person(city, Role.BUREAU_CHIEF)
    for number in range(3):
        change_password(user=user, new_password=f"Jiang-he-{number}x", at=AT + dt.timedelta(days=number))

    with pytest.raises(ValidationError):
        change_password(user=user, new_password="Jiang-he-0x", at=AT)
    with pytest.raises(ValidationError):
        change_password(user=user, new_password=PASSWORD, at=AT)


@pytest.mark.parametrize(
    "first", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.BUREAU_CHIEF]
)
@pytest.mark.parametrize(
    "second", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.BUREAU_CHIEF]
)
def test_the_three_administrators_and_the_business_exclude_each_other(city, first, second):
    user = person(city, first)
    with city_scope(city.id):
        root = Jurisdiction.objects.get(parent__isnull=True)
        if first == second:
            assert grant_role(user=user, role=second, jurisdiction=root, by="测试", at=AT).role == second
            return
        with pytest.raises(RolesExclude):
            grant_role(user=user, role=second, jurisdiction=root, by="测试", at=AT)


def test_the_exclusion_holds_across_cities_and_against_sql(city, other_city):
    user = person(city, Role.SYSTEM_ADMIN)

    with pytest.raises(IntegrityError), transaction.atomic(), city_scope(other_city.id):
        RoleAssignment.objects.create(
            city=other_city,
            user=user,
            role=Role.AUDIT_ADMIN,
            family=family_of(Role.AUDIT_ADMIN),
            jurisdiction=Jurisdiction.objects.get(parent__isnull=True),
            granted_at=AT,
            granted_by_name="测试",
        )


def test_a_bureau_role_does_not_fit_a_county(city):
    user = person(city, Role.BUREAU_CHIEF)
    place = county(city)

    with city_scope(city.id), pytest.raises(RoleDoesNotFit):
        grant_role(user=user, role=Role.BUREAU_LEADER, jurisdiction=place, by="测试", at=AT)


def test_a_third_party_never_concludes():
    assert Capability.EVIDENCE_ATTACH in CAPABILITIES[Role.ASSISTANT]
    concluding = {
        Capability.FINDING_CONCLUDE, Capability.NOTICE_EDIT, Capability.MONTH_CLOSE, Capability.DOCUMENT_SIGN,
    }  # fmt: skip
    assert CAPABILITIES[Role.ASSISTANT] & concluding == set()


def test_every_capability_is_held_by_somebody_and_every_role_can_do_something():
    held = set().union(*CAPABILITIES.values())

    assert held == set(Capability)
    assert all(CAPABILITIES[role] for role in Role)


def test_a_person_changes_between_own_roles_only(city, other_city):
    user = person(city, Role.COUNTY_REPORTER, where="北川县")
    stranger = person(other_city, Role.BUREAU_CHIEF)
    with city_scope(city.id):
        grant_role(
            user=user,
            role=Role.COUNTY_REPORTER,
            jurisdiction=Jurisdiction.objects.get(short_name="平武县"),
            by="测试",
            at=AT,
        )
    client = client_of(user)

    own = [str(pk) for pk in _assignments(city, user)]
    foreign = [str(pk) for pk in _assignments(other_city, stranger)]

    assert client.post("/account/role", {"assignment": own[1]}).status_code == 302
    assert client.post("/account/role", {"assignment": foreign[0]}).status_code == 404


def _assignments(city, user):
    with city_scope(city.id):
        return list(RoleAssignment.objects.filter(user=user).values_list("pk", flat=True))
