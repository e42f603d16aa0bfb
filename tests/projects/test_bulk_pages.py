"""Acts on many projects: ticked or all that the filters leave; previewed, written whole, in the trail."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from projects.enums import SupervisionLevel
from projects.models import Project, SupervisionRegistration
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county

LIST = reverse("projects:project-list")
BULK = reverse("projects:project-bulk")


@pytest.fixture
def three(city):
    """Two projects of 北川县, one of them registered, and one of 三台县."""
    with city_scope(city.id):
        here, there = county(city), county(city, "三台县")
        registered = factories.project(jurisdiction=here, name="安昌河堤防")
        factories.supervision_registration(project=registered, jurisdiction=here, supervisor_name="旧监督员")
        bare = factories.project(jurisdiction=here, name="都坝河治理")
        return registered, bare, factories.project(jurisdiction=there, name="凯江治理")


def test_preview_names_every_project_and_says_which_are_left_out(sign_in, three):
    registered, bare, _ = three
    page = sign_in(Role.COUNTY_REPORTER).get(
        BULK, {"action": "supervisor", "pk": [registered.pk, bare.pk, "no-id"]}
    )

    assert page.status_code == 200
    assert "将改动 1 个工程" in page.text
    assert "旧监督员" in page.text
    assert "尚未办理质量监督手续" in page.text


def test_change_is_written_and_in_the_trail(city, sign_in, three):
    registered, bare, _ = three
    asked = {"action": "supervisor", "pk": [registered.pk, bare.pk], "value": "新监督员"}
    answer = sign_in(Role.COUNTY_REPORTER).post(BULK, asked)

    assert answer.status_code == 302
    with city_scope(city.id):
        assert SupervisionRegistration.objects.get(project=registered).supervisor_name == "新监督员"
        event = AuditEvent.objects.get(action="projects.project.bulk")
        assert event.subject_id == str(registered.pk)


def test_all_that_the_filters_leave(city, sign_in, three):
    chief = sign_in(Role.BUREAU_CHIEF)
    preview = chief.get(BULK, {"action": "level", "all": "1", "q": "治理"})

    assert "将改动 2 个工程" in preview.text
    assert "安昌河堤防" not in preview.text

    chief.post(BULK, {"action": "level", "all": "1", "q": "治理", "value": "CITY"})
    with city_scope(city.id):
        changed = Project.objects.filter(supervision_level=SupervisionLevel.CITY).values_list(
            "name", flat=True
        )
        assert sorted(changed) == ["凯江治理", "都坝河治理"]


def test_county_reaches_neither_the_neighbours_projects_nor_the_stratum(city, sign_in, three):
    *_, neighbour = three
    reporter = sign_in(Role.COUNTY_REPORTER)

    chosen = reporter.post(BULK, {"action": "site", "pk": [neighbour.pk], "value": "NAMED"}, follow=True)
    level = reporter.post(BULK, {"action": "level", "pk": [neighbour.pk], "value": "CITY"}, follow=True)

    assert "没有选中任何一行" in chosen.text
    assert "再选择要办理的事项" in level.text
    with city_scope(city.id):
        neighbour.refresh_from_db()
    assert neighbour.site_standing == "NONE"


def test_bad_value_changes_nothing_and_keeps_the_choice(city, sign_in, three):
    registered, bare, _ = three
    answer = sign_in(Role.COUNTY_REPORTER).post(
        BULK, {"action": "site", "pk": [registered.pk, bare.pk], "value": "最好"}
    )

    assert answer.status_code == 422
    assert str(registered.pk) in answer.text
    with city_scope(city.id):
        assert not Project.objects.exclude(site_standing="NONE").exists()


def test_only_who_keeps_the_register_sees_the_ticks(sign_in, three):
    assert 'name="pk"' in sign_in(Role.COUNTY_REPORTER).get(LIST).text
    assert 'name="pk"' not in sign_in(Role.BUREAU_LEADER).get(LIST).text
