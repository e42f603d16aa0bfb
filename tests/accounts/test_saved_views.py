"""Saved views: a person's own names for a list's filters, order and columns."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import SavedView
from accounts.roles import Role
from accounts.services import VIEWS_PER_LIST, ViewRefused, save_view
from tenancy.scope import city_scope
from tests.cast import AT, client_of, person

LIST = reverse("projects:project-list")
SAVE = reverse("accounts:view-save")
FORGET = reverse("accounts:view-forget")
ASKED = "status=UNDER_WAY&registration=missing&sort=-estimate&col=name&col=county&col=estimate"


def _save(client, title="在建未办手续", path=LIST, query=ASKED):
    return client.post(SAVE, {"list": "projects", "title": title, "query": query, "path": path}, follow=True)


def test_view_is_saved_shown_used_and_forgotten(sign_in):
    client = sign_in(Role.BUREAU_CHIEF)
    saved = _save(client)

    assert "已保存视图“在建未办手续”" in saved.text
    assert saved.request["QUERY_STRING"] == ASKED
    assert "视图：在建未办手续" in saved.text
    assert [head.label for head in saved.context["listing"].headers] == [
        "工程名称",
        "县（市、区）",
        "批复概算",
    ]

    gone = client.post(FORGET, {"list": "projects", "title": "在建未办手续", "path": LIST}, follow=True)
    assert "已删除视图" in gone.text
    assert "视图：" not in gone.text


def test_same_name_replaces_and_another_person_sees_nothing(city, sign_in):
    client = sign_in(Role.BUREAU_CHIEF)
    _save(client)
    _save(client, query="status=SUSPENDED")

    with city_scope(city.id):
        assert SavedView.objects.get().query == "status=SUSPENDED"
    assert "在建未办手续" not in sign_in(Role.BUREAU_SUPERVISOR).get(LIST).text


def test_number_of_views_is_limited(city, scope):
    user = person(city, Role.BUREAU_CHIEF)
    for number in range(VIEWS_PER_LIST):
        save_view(list_key="projects", title=f"视图{number}", query="", by=user, at=AT)

    save_view(list_key="projects", title="视图0", query="q=x", by=user, at=AT)
    with pytest.raises(ViewRefused, match="最多保存 20 个视图"):
        save_view(list_key="projects", title="又一个", query="", by=user, at=AT)
    with pytest.raises(ViewRefused, match="名称不能为空"):
        save_view(list_key="projects", title="  ", query="", by=user, at=AT)


def test_inventing_lists_does_not_help(city, scope, monkeypatch):
    monkeypatch.setattr("accounts.services.VIEWS_PER_PERSON", 3)
    user = person(city, Role.BUREAU_CHIEF)
    for number in range(3):
        save_view(list_key=f"list{number}", title="视图", query="", by=user, at=AT)

    save_view(list_key="list0", title="视图", query="q=x", by=user, at=AT)
    with pytest.raises(ViewRefused, match="每人最多保存 3 个视图"):
        save_view(list_key="list3", title="视图", query="", by=user, at=AT)


def test_control_characters_are_left_out(city, sign_in):
    client = sign_in(Role.BUREAU_CHIEF)
    saved = _save(client, title="在\x00建\x1f", query="status=\x00UNDER_WAY")

    assert "已保存视图“在 建”" in saved.text
    assert client.post(FORGET, {"list": "projects\x00", "title": "\x00", "path": LIST}).status_code == 302
    with city_scope(city.id):
        assert SavedView.objects.get().query == "status= UNDER_WAY"


@pytest.mark.parametrize("path", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_way_back_never_leaves_the_house(city, path):
    client = client_of(person(city, Role.BUREAU_CHIEF))

    answer = client.post(SAVE, {"list": "projects", "title": "一", "query": "", "path": path})

    assert answer["Location"] == "/"


LISTS = (
    "projects:project-list",
    "organizations:organization-list",
    "organizations:person-list",
    "returns:return-list",
    "legal_person_reports:report-list",
    "doubts:list",
    "scoring:score-list",
    "scoring:key-list-list",
    "enforcement:notice-list",
    "enforcement:interview-list",
    "enforcement:criticism-list",
    "enforcement:letter-list",
    "guidance:plan-list",
    "guidance:assignment-list",
    "guidance:training-list",
    "guidance:campaign-list",
    "guidance:meeting-list",
    "guidance:body-list",
    "messaging:dispatch-list",
)


def test_each_list_keeps_views_of_its_own(sign_in):
    client = sign_in(Role.BUREAU_CHIEF)
    keys = [client.get(reverse(name)).context["listing"].spec.key for name in LISTS]

    assert "" not in keys
    assert len(set(keys)) == len(LISTS)
