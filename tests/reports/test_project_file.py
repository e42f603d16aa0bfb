"""一项一档: asked for, printed by the job, given to those who see the project."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from projects.selectors import project_page as project_page_module
from reports.selectors.project_file import project_file
from reports.services.project_files import project_file_html
from reports.tasks import print_file_of_project
from tenancy.enums import JobState
from tenancy.models import City, Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.projects.test_project_pages import hang_everything_on

SignIn = Callable[..., Client]
TODAY = dt.date(2023, 10, 1)


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_county_has_its_project_printed(city: City, other_city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        project = factories.project(jurisdiction=county(city), name="安昌河堤防加固工程")
        hang_everything_on(project)
        finding = project.findings.get()
        photo = factories.evidence(finding=finding, title="护坡裂缝")
        html = project_file_html(project, at=factories.MOMENT)
        for words in (
            "护坡裂缝",
            photo.sha256,
            finding.number,
            "基础处理分部",
            "蜂窝麻面",
            "一般质量事故",
            "大事记",
        ):
            assert words in html
    page = reverse("reports:project-file", args=[project.pk])
    clerk = sign_in(Role.COUNTY_REPORTER)
    assert "还没有打印过" in clerk.get(page).text
    assert clerk.post(page).status_code == clerk.post(page).status_code == 302
    with city_scope(city.id):
        job = Job.objects.get(kind="print_project_file")
        told: list[str] = []
        job.result = print_file_of_project(job, lambda percent, text: told.append(text))
        job.state, job.finished_at = JobState.DONE, factories.MOMENT
        job.save()
        assert AuditEvent.objects.filter(action="reports.project_file.print").count() == 1
    file = reverse("reports:project-file-download", args=[job.pk])
    assert file in clerk.get(page).text
    answer = clerk.get(file)
    assert answer.content.startswith(b"%PDF-")
    assert answer["Content-Disposition"].startswith("attachment")
    for stranger in (
        sign_in(Role.COUNTY_REPORTER, where="三台县"),
        client_of(person(other_city, Role.BUREAU_CHIEF)),
    ):
        assert [stranger.get(page).status_code, stranger.get(file).status_code] == [404, 404]
    assert sign_in(Role.ASSISTANT).get(page).status_code == 403


def test_the_file_is_whole_where_the_page_is_cut(city: City) -> None:
    many = project_page_module.SHOWN + 5
    with city_scope(city.id):
        project = factories.project()
        planned = factories.inspection(project=project, state="PLANNED")
        draft = factories.finding(project=project, state="DRAFT")
        of_draft = factories.evidence(finding=draft, title="未确认的照片")
        firm = factories.organization()
        findings = [factories.finding(project=project, organization=firm) for _ in range(many)]
        file = project_file(project, as_of=TODAY)
        assert len(file.page.findings) == many
        assert len(file.page.timeline.entries) == file.page.timeline.total >= many
        html = project_file_html(project, at=factories.MOMENT)
        assert [one for one in (planned.number, draft.number, of_draft.title) if one in html] == []
        assert [finding.number for finding in findings if f"<td>{finding.number}</td>" not in html] == []
        page = project_page_module.project_page(project, as_of=TODAY)
        assert len(page.findings) == project_page_module.SHOWN < page.finding_counts.total
