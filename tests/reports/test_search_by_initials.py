"""Lists of documents, jobs and people answer to 拼音 initials."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.roles import Role
from tenancy.scope import city_scope
from tests.cast import client_of, person
from tests.reports.test_document_life import Desk


@pytest.mark.parametrize(
    ("view", "role", "term", "shown"),
    [
        pytest.param("reports:document-list", Role.BUREAU_CHIEF, "txdc", "的提醒敦促函", id="documents"),
        pytest.param("reports:job-list", Role.BUREAU_CHIEF, "scyl", "生成预览", id="jobs"),
        pytest.param("accounts:person-list", Role.SYSTEM_ADMIN, "ysjdy", "演示监督员", id="people"),
    ],
)
def test_initials_find_and_other_letters_do_not(db, view, role, term, shown):
    desk = Desk()
    person(desk.city, Role.BUREAU_SUPERVISOR, name="演示监督员")
    with city_scope(desk.city.id):
        document = desk.draft()
    client_of(desk.author).post(reverse("reports:document-preview", args=[document.pk]))
    client = client_of(person(desk.city, role))

    found = client.get(reverse(view), {"q": term}).content.decode()
    missed = client.get(reverse(view), {"q": "zzzz"}).content.decode()

    assert shown in found
    assert shown not in missed
