"""Signing in for the first time, changing role and text size, and the pages of people and roles."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import RoleAssignment, User
from accounts.passwords import CharacterClassesValidator, one_time_password
from accounts.roles import Role
from accounts.services import create_user, grant_role
from audit.models import AuditEvent
from core.uscc import fictitious_uscc
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests.cast import PASSWORD, client_of, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SignIn = Callable[..., Client]
LIST = reverse("accounts:person-list")
LOGIN = reverse("accounts:login")


def log_in(client: Client, username: str, password: str) -> Any:
    return client.post(LOGIN, {"username": username, "password": password})


def test_log_in_page_stands_alone(client: Client) -> None:
    answer = client.get(LOGIN)

    assert answer.status_code == 200
    assert 'name="password"' in answer.text
    assert_no_inline_code(answer)
    assert "登录已到期" not in answer.text
    assert "登录已到期" in client.get(LOGIN, {"next": "/findings/"}).text, "a page that was asked for"


def test_first_log_in_has_to_change_the_password(city: City, client: Client) -> None:
    with city_scope(city.id):
        user = create_user(
            username="newcomer", display_name="新人", password=PASSWORD, by="测试", at=timezone.now()
        )
        place = Jurisdiction.objects.get(parent__isnull=True)
        grant_role(user=user, role=Role.BUREAU_CHIEF, jurisdiction=place, by="测试", at=timezone.now())

    log_in(client, "newcomer", PASSWORD)
    elsewhere = client.get(reverse("projects:project-list"))
    page = client.get(elsewhere["Location"])
    changed = client.post(
        reverse("accounts:change-password"),
        {"old_password": PASSWORD, "new_password": "Xin-mi-ma-88", "repeated": "Xin-mi-ma-88"},
    )

    assert elsewhere["Location"] == reverse("accounts:change-password")
    assert "首次登录" in page.text
    assert changed.status_code == 302
    assert client.get(reverse("projects:project-list")).status_code == 200


def test_wrong_password_says_the_same_for_known_and_unknown_names(city: City, client: Client) -> None:
    known = person(city, Role.BUREAU_CHIEF)

    texts = {
        re.sub(r'value="[^"]*"', "", log_in(client, name, "wrong").text)
        for name in (known.username, "nobody-at-all")
    }

    assert len(texts) == 1
    assert "用户名或密码不正确" in texts.pop()


def test_five_wrong_passwords_lock(city: City, client: Client) -> None:
    user = person(city, Role.BUREAU_CHIEF)
    answers = [log_in(client, user.username, "wrong") for _ in range(5)]

    assert answers[-1].status_code == 429
    assert "账户已锁定" in answers[-1].text
    assert log_in(client, user.username, PASSWORD).status_code == 429


def test_weak_new_password_is_refused_with_the_rule(sign_in: SignIn) -> None:
    answer = sign_in(Role.BUREAU_CHIEF).post(
        reverse("accounts:change-password"),
        {"old_password": PASSWORD, "new_password": "abcdefghijkl", "repeated": "abcdefghijkl"},
    )

    assert answer.status_code == 422
    assert "至少3类" in answer.text


def test_switching_the_role_changes_what_is_seen(city: City) -> None:
    user = person(city, Role.BUREAU_SUPERVISOR)
    with city_scope(city.id):
        beichuan = Jurisdiction.objects.get(short_name="北川县")
        other = grant_role(
            user=user, role=Role.COUNTY_SUPERVISOR, jurisdiction=beichuan, by="测试", at=timezone.now()
        )
    client = client_of(user)

    before = client.get(reverse("todos")).text
    client.post(reverse("accounts:switch-role"), {"assignment": str(other.pk)})
    after = client.get(reverse("todos")).text

    assert "绵阳市 · 市局监督员" in before
    assert "县局监督员" in after
    assert "（当前）" in after


def test_nobody_switches_to_anothers_role(city: City, sign_in: SignIn) -> None:
    stranger = person(city, Role.BUREAU_LEADER)
    with city_scope(city.id):
        grant = RoleAssignment.objects.get(user=stranger)

    answer = sign_in(Role.COUNTY_REPORTER).post(
        reverse("accounts:switch-role"), {"assignment": str(grant.pk)}
    )

    assert answer.status_code == 404


def test_large_text_is_kept_and_returns_to_the_page(sign_in: SignIn) -> None:
    client = sign_in(Role.BUREAU_CHIEF)
    page = reverse("todos")

    answer = client.post(reverse("accounts:switch-text-size"), {"size": "large", "next": page})

    assert answer["Location"] == page
    assert 'data-size="large"' in client.get(page).text
    client.post(reverse("accounts:switch-text-size"), {"size": "normal", "next": "https://evil.example/"})
    assert 'data-size="large"' not in client.get(page).text


def test_text_size_never_leads_to_another_site(sign_in: SignIn) -> None:
    answer = sign_in(Role.BUREAU_CHIEF).post(
        reverse("accounts:switch-text-size"), {"size": "large", "next": "//evil.example/"}
    )

    assert answer["Location"] == "/"


def test_only_administrators_see_people(sign_in: SignIn) -> None:
    assert sign_in(Role.SYSTEM_ADMIN).get(LIST).status_code == 200
    assert sign_in(Role.SECURITY_ADMIN).get(LIST).status_code == 200
    assert sign_in(Role.BUREAU_CHIEF).get(LIST).status_code == 403


def test_people_of_another_city_are_unseen(city: City, other_city: City, sign_in: SignIn) -> None:
    stranger = person(other_city, Role.BUREAU_CHIEF, name="外市的人")
    own = person(city, Role.BUREAU_CHIEF, name="本市的人")
    admin = sign_in(Role.SYSTEM_ADMIN)

    text = admin.get(LIST).text

    assert own.display_name in text
    assert stranger.display_name not in text
    assert admin.get(reverse("accounts:person-detail", args=[stranger.pk])).status_code == 404


def test_new_account_shows_its_password_once(city: City, client: Client, sign_in: SignIn) -> None:
    admin = sign_in(Role.SYSTEM_ADMIN)

    answer = admin.post(reverse("accounts:person-new"), {"username": "zhang.san", "display_name": "张三"})
    password = re.search(r'<dd class="mono strong">([^<]+)</dd>', answer.text)
    user = User.objects.get(username="zhang.san")
    page = admin.get(reverse("accounts:person-detail", args=[user.pk]))

    assert password is not None
    assert user.check_password(password[1])
    assert user.must_change_password
    assert "no-store" in answer["Cache-Control"]
    assert password[1] not in page.text
    assert "没有角色" in admin.get(LIST).text
    with city_scope(city.id):
        event = AuditEvent.objects.get(action="accounts.user.create", subject_id=str(user.pk))
    assert password[1] not in event.payload


def test_username_is_taken_without_case(city: City, sign_in: SignIn) -> None:
    taken = person(city, Role.BUREAU_CHIEF).username

    answer = sign_in(Role.SYSTEM_ADMIN).post(
        reverse("accounts:person-new"), {"username": taken, "display_name": "某人"}
    )

    assert answer.status_code == 422
    assert "已经有人使用" in answer.text


def test_security_administrator_grants_and_ends_roles(city: City, sign_in: SignIn) -> None:
    user = person(city, Role.BUREAU_SUPERVISOR)
    with city_scope(city.id):
        beichuan = Jurisdiction.objects.get(short_name="北川县")
    guard = sign_in(Role.SECURITY_ADMIN)
    url = reverse("accounts:role-grant", args=[user.pk])

    guard.post(url, {"role": Role.COUNTY_SUPERVISOR, "jurisdiction": str(beichuan.pk)})
    with city_scope(city.id):
        grant = RoleAssignment.objects.get(user=user, role=Role.COUNTY_SUPERVISOR)
    confirm = guard.get(reverse("accounts:role-end", args=[grant.pk]))
    guard.post(reverse("accounts:role-end", args=[grant.pk]))
    with city_scope(city.id):
        grant.refresh_from_db()

    assert "终止这个角色" in confirm.text
    assert grant.ended_at is not None
    assert guard.get(reverse("accounts:role-end", args=[grant.pk])).status_code == 404


@pytest.mark.parametrize(
    ("role", "place", "uscc", "sentence"),
    [
        pytest.param(Role.COUNTY_SUPERVISOR, "绵阳市", "", "不能授予", id="county role at the city"),
        pytest.param(Role.UNIT_CONTACT, "北川县", "", "须填所属单位信用代码", id="unit without its code"),
        pytest.param(Role.UNIT_CONTACT, "北川县", "123", "应为18位", id="unit with a wrong code"),
        pytest.param(
            Role.BUREAU_CHIEF,
            "绵阳市",
            fictitious_uscc(5),
            "只有项目法人、参建单位",
            id="bureau role with a code",
        ),
        pytest.param(Role.AUDIT_ADMIN, "绵阳市", "", "互斥", id="administrator and business"),
    ],
)
def test_grants_that_do_not_fit(
    role: Role, place: str, uscc: str, sentence: str, city: City, sign_in: SignIn
) -> None:
    user = person(city, Role.BUREAU_SUPERVISOR)
    with city_scope(city.id):
        jurisdiction = Jurisdiction.objects.get(name__startswith=place[:2], short_name=place)

    answer = sign_in(Role.SECURITY_ADMIN).post(
        reverse("accounts:role-grant", args=[user.pk]),
        {"role": role, "jurisdiction": str(jurisdiction.pk), "organization_uscc": uscc},
    )

    assert answer.status_code == 422
    assert sentence in answer.text


def test_nobody_grants_to_oneself(city: City) -> None:
    guard = person(city, Role.SECURITY_ADMIN)
    with city_scope(city.id):
        place = Jurisdiction.objects.get(parent__isnull=True)

    answer = client_of(guard).post(
        reverse("accounts:role-grant", args=[guard.pk]),
        {"role": Role.SECURITY_ADMIN, "jurisdiction": str(place.pk)},
    )

    assert answer.status_code == 422
    assert "不能给自己授予角色" in answer.text


def test_system_administrator_cannot_grant_and_security_cannot_create(city: City, sign_in: SignIn) -> None:
    user = person(city, Role.BUREAU_SUPERVISOR)

    assert sign_in(Role.SYSTEM_ADMIN).get(reverse("accounts:role-grant", args=[user.pk])).status_code == 403
    assert sign_in(Role.SECURITY_ADMIN).get(reverse("accounts:person-new")).status_code == 403
    assert (
        sign_in(Role.SECURITY_ADMIN).get(reverse("accounts:password-reset", args=[user.pk])).status_code
        == 403
    )


def test_reset_password_ends_the_old_one(city: City, sign_in: SignIn) -> None:
    user = person(city, Role.BUREAU_SUPERVISOR)
    theirs = client_of(user)
    theirs.get(reverse("todos"))

    answer = sign_in(Role.SYSTEM_ADMIN).post(reverse("accounts:password-reset", args=[user.pk]))
    user.refresh_from_db()

    assert answer.status_code == 200
    assert not user.check_password(PASSWORD)
    assert theirs.get(reverse("todos"))["Location"].startswith(LOGIN)


def test_one_time_passwords_satisfy_the_policy() -> None:
    made = {one_time_password() for _ in range(200)}

    assert len(made) == 200
    for password in made:
        CharacterClassesValidator(classes=3).validate(password)
        assert len(password) == 14


def test_filters_and_export(city: City, sign_in: SignIn) -> None:
    reporter = person(city, Role.COUNTY_REPORTER, name="北川填报")
    leader = person(city, Role.BUREAU_LEADER, name="=领导")
    admin = sign_in(Role.SYSTEM_ADMIN)

    def shown(**params: str) -> list[bool]:
        text = admin.get(LIST, params).text
        return [user.username in text for user in (reporter, leader)]

    assert shown(role="BUREAU_LEADER") == [False, True]
    assert shown(q="北川填报") == [True, False]
    assert shown(state="none") == [False, False]
    assert reporter.display_name in assert_no_formula(admin.get(LIST, {"export": "xlsx"}), "用户与角色")


def test_list_takes_a_fixed_number_of_queries(city: City, sign_in: SignIn) -> None:
    admin = sign_in(Role.SYSTEM_ADMIN)

    def more() -> None:
        person(city, Role.COUNTY_REPORTER)
        person(city, Role.BUREAU_LEADER)

    assert queries(admin, LIST) == queries_after(city, admin, LIST, more)


def test_pages_carry_no_inline_code(city: City, sign_in: SignIn) -> None:
    user = person(city, Role.BUREAU_SUPERVISOR)
    for role, names in {
        Role.SYSTEM_ADMIN: ("person-list", "person-new", "person-detail", "password-reset"),
        Role.SECURITY_ADMIN: ("person-list", "person-detail", "role-grant"),
    }.items():
        client = sign_in(role)
        for name in names:
            args = [] if name in ("person-list", "person-new") else [user.pk]
            assert_no_inline_code(client.get(reverse(f"accounts:{name}", args=args)))


def test_account_without_a_role_is_told_so_and_not_sent_around(city: City, client: Client) -> None:
    with city_scope(city.id):
        create_user(
            username="roleless",
            display_name="无角色",
            password=PASSWORD,
            by="测试",
            at=timezone.now(),
            must_change_password=False,
        )

    answer = client.post(LOGIN, {"username": "roleless", "password": PASSWORD}, follow=True)

    assert answer.status_code == 403
    assert "还没有角色" in answer.text
    assert "退出登录" in answer.text


def test_refusal_says_who_may(sign_in: SignIn) -> None:
    text = sign_in(Role.BUREAU_CHIEF).get(LIST).text

    assert "可以办理的角色：系统管理员、安全管理员。" in text
