"""Where demo data may go, and what the logins look like."""

import json
import stat
from collections import Counter

import pytest
from django.core.management import CommandError, call_command

from accounts.models import RoleAssignment, User
from accounts.roles import Role
from guidance.models import TaskAssignment, YearPlan
from reports.demo import people
from reports.demo.guidance import make_guidance
from reports.demo.people import DUIZHAO_LOGINS, MIANYANG_LOGINS, make_people, write_logins
from reports.demo.seeding import DemoRefused, seed_demo
from reports.services.founding import CITIES, found_city
from tenancy.models import City
from tenancy.scope import city_scope
from tests.cast import AT

PASSWORD = "Demo-1234567890"


def test_production_settings_refuse_demo_data(db, settings):
    settings.ANLAN_DEMO = False

    with pytest.raises(CommandError, match="未开启演示模式"):
        call_command("seed_demo")

    assert not City.objects.exists()


def test_a_city_with_real_records_is_never_touched(db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    found_city(description=CITIES / "mianyang.yaml", by="管理员", at=AT, is_demo=False)

    with pytest.raises(DemoRefused, match="正式数据"):
        seed_demo(at=AT, say=lambda text: None)

    assert not (tmp_path / "demo_logins.json").exists()


def test_every_role_has_a_login():
    assert {login.role for login in MIANYANG_LOGINS} == set(Role)


def test_people_can_sign_in_at_once_and_hold_their_roles(city):
    logins = tuple(login for login in MIANYANG_LOGINS if login.unit_role is None)

    make_people(city=city, logins=logins, password=PASSWORD, by="演示数据", at=AT)

    with city_scope(city.id):
        grants = RoleAssignment.objects.select_related("user", "jurisdiction")
        held = {(grant.user.username, grant.role, grant.jurisdiction.code) for grant in grants}
    assert held == {(login.username, login.role, code) for login in logins for code in login.places}
    users = User.objects.filter(username__in=[login.username for login in logins])
    assert all(user.check_password(PASSWORD) and not user.must_change_password for user in users)


def test_a_lost_list_of_logins_gives_a_new_password_to_the_same_people(city):
    logins = MIANYANG_LOGINS[:2]
    make_people(city=city, logins=logins, password=PASSWORD, by="演示数据", at=AT)

    make_people(city=city, logins=logins, password="Demo-0987654321", by="演示数据", at=AT)

    user = User.objects.get(username=people.CHIEF)
    assert user.check_password("Demo-0987654321")
    assert not user.must_change_password
    with city_scope(city.id):
        assert RoleAssignment.objects.count() == 2


def test_list_of_logins_is_for_the_installation_alone(tmp_path):
    path = tmp_path / "demo_logins.json"

    write_logins(path, PASSWORD, DUIZHAO_LOGINS)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert json.loads(path.read_text(encoding="utf-8"))[0] == {
        "username": "duizhao.chief",
        "password": PASSWORD,
        "title": "对照市科长（演示）·市局科长",
    }
    assert people.known_password(path) == PASSWORD


def test_each_installation_has_its_own_password():
    assert people.new_password() != people.new_password()


def test_guidance_is_there_to_look_at_and_is_made_once(city):
    logins = tuple(login for login in MIANYANG_LOGINS if login.unit_role is None)
    make_people(city=city, logins=logins, password=PASSWORD, by="测试", at=AT)

    make_guidance(city=city, at=AT)
    make_guidance(city=city, at=AT)

    with city_scope(city.id):
        assert YearPlan.objects.get().tasks.count() == 3
        states = Counter(
            TaskAssignment.objects.filter(task__source="CAMPAIGN").values_list("state", flat=True)
        )
        decisions = TaskAssignment.objects.filter(task__source="MEETING")
        assert decisions.count() == sum(states.values())
    assert (states["ANSWERED"], states["ACCEPTED"]) == (1, 1)
    assert states["OPEN"] > 5
