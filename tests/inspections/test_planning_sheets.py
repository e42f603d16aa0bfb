"""检查审批表 and 检查通知书 on paper: printed by a job, kept by their hash, with everything that a firm must be told."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from django.urls import reverse

from accounts.roles import Role
from inspections.models import FrequencyCap, InspectionNotice
from inspections.services.approvals import decide_approval, request_approval
from inspections.services.notices import issue_notices, serve_notice
from inspections.services.teams import Team
from reports.selectors.jobs import result_link
from reports.tasks import print_form_of_inspection
from tenancy.enums import JobState
from tenancy.models import City, Job, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.inspections.planning import AT, DAY, ground


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def _words(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(text.split())


def test_both_sheets_are_printed_and_given_to_those_who_see_the_inspection(city: City) -> None:
    asks, decides = person(city, Role.BUREAU_SUPERVISOR, name="周监督"), person(city, Role.BUREAU_CHIEF)
    with city_scope(city.id):
        own = Jurisdiction.objects.get(parent__isnull=True)
        site = ground(county(city), own)
        FrequencyCap.objects.create(
            city_id=city.id, year=2023, cap=4, source="绵水发〔2023〕1号", published_on=DAY
        )
        factories.inspection(project=site.project, inspected_on=dt.date(2023, 3, 1))
        team = Team(officers=site.team.officers, leader=site.team.leader, helper_names=["赵助理"])
        inspection = site.arrange(team=team, by=asks).inspection
        approval = request_approval(
            inspection_id=inspection.pk,
            reason="按2023年9月监督检查计划，对渠系工程开展日常监督检查。",
            is_urgent=False,
            by=asks,
            at=AT,
        )
        decide_approval(approval_id=approval.pk, is_approved=True, note="请规范文明检查。", by=decides, at=AT)
        notices = issue_notices(inspection_id=inspection.pk, by=asks, at=AT)
        serve_notice(
            notice_id=notices[0].pk,
            served_on=dt.date(2023, 9, 4),
            how="直接送达",
            to="钱经理",
            by=asks,
            at=AT,
        )
        to_contractor = InspectionNotice.objects.get(organization=site.contractor)

    approved = _printed(city, asks, reverse("reports:approval-sheet", args=[approval.pk]))
    for words in ("行政检查审批表", approval.number, "SL-01", "周监督", "同意检查", "赵助理（不实施检查）"):
        assert words in approved
    noticed = _printed(city, asks, reverse("reports:notice-sheet", args=[to_contractor.pk]))
    for words in (
        "行政检查通知书",
        "四川安澜水利工程有限公司",
        "0次1次1次4次",
        "有权申请回避",
        "陈述、申辩",
        "没有检查通知书的检查，你单位有权拒绝",
        "五个严禁",
        "八个不得",
        "钱经理",
        site.officers[0].enforcement_id,
    ):
        assert words in noticed, words
    with city_scope(city.id):
        file = Job.objects.filter(kind="print_inspection_form").first()
        assert file is not None
        result = result_link(file)
    assert result is not None
    assert result.url == reverse("reports:inspection-form-file", args=[file.pk])
    neighbour = client_of(person(city, Role.COUNTY_SUPERVISOR, where="平武县"))
    assert neighbour.get(reverse("reports:inspection-form-file", args=[file.pk])).status_code == 404
    assert client_of(asks).get(reverse("reports:inspection-form-file", args=[file.pk]))["Content-Type"] == (
        "application/pdf"
    )


def _printed(city: City, by: Any, page: str) -> str:
    client = client_of(by)
    assert "还没有打印过" in client.get(page).text
    client.post(page)
    with city_scope(city.id):
        job = Job.objects.filter(kind="print_inspection_form", state=JobState.QUEUED).get()
        job.result = print_form_of_inspection(job, lambda _, __: None)
        job.state, job.finished_at = JobState.DONE, factories.MOMENT
        job.save()
        assert job.result["pages"] <= 2
    answer = client.get(reverse("reports:inspection-form-file", args=[job.pk]))
    return _words(answer.content)
