"""The pages of documents: the three people at their desks, the county that signs for it, the stranger."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from reports.enums import DocumentState
from reports.models import Document, DocumentPreview
from tenancy.jobs import run_job
from tenancy.models import Job
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, person
from tests.pages import queries
from tests.reports.test_document_life import Desk


@pytest.fixture
def desk(db):
    return Desk()


@pytest.fixture
def draft(desk):
    with city_scope(desk.city.id):
        return desk.draft()


@pytest.fixture
def issued(desk):
    with city_scope(desk.city.id):
        return desk.issued()


def _url(name, *args):
    return reverse(f"reports:{name}", args=args)


def test_three_people_bring_a_letter_out(fresh_database):
    desk = Desk()
    with city_scope(desk.city.id):
        draft = desk.draft()
    author, reviewer, signer = client_of(desk.author), client_of(desk.reviewer), client_of(desk.signer)

    assert author.get(_url("document-detail", draft.pk)).status_code == 200
    assert author.post(_url("document-submit", draft.pk)).status_code == 302
    assert reviewer.post(_url("document-review", draft.pk)).status_code == 302
    assert (
        signer.post(
            _url("document-sign", draft.pk), {"dated_on": timezone.localdate().isoformat()}
        ).status_code
        == 302
    )
    with city_scope(desk.city.id):
        job = Job.objects.get(kind="issue_document")
    done = run_job(desk.city.id, job.id)

    assert done.state == "DONE", done.error
    page = signer.get(_url("document-detail", draft.pk)).content.decode()
    assert f"绵水函〔{timezone.localdate().year}〕1号" in page
    pdf = signer.get(_url("document-pdf", draft.pk))
    assert (pdf["Content-Type"], pdf.content[:4]) == ("application/pdf", b"%PDF")
    assert "filename*=UTF-8''" in pdf["Content-Disposition"]


def test_a_preview_is_printed_by_a_worker_and_grows_old_with_the_next_edit(fresh_database):
    desk = Desk()
    with city_scope(desk.city.id):
        draft = desk.draft()
    author = client_of(desk.author)

    author.post(_url("document-preview", draft.pk))
    with city_scope(desk.city.id):
        job = Job.objects.get(kind="preview_document")
    run_job(desk.city.id, job.id)
    assert "预览（草稿）" in author.get(_url("document-detail", draft.pk)).content.decode()

    form = author.get(_url("document-edit", draft.pk)).context["form"]
    fields = {name: field.initial for name, field in form.fields.items()}
    fields[next(iter(fields))] = "改过的文字。"
    assert author.post(_url("document-edit", draft.pk), fields).status_code == 302
    page = author.get(_url("document-detail", draft.pk)).content.decode()
    assert "原预览作废" in page
    with city_scope(desk.city.id):
        assert DocumentPreview.objects.count() == 1


def test_an_empty_section_is_refused_with_a_sentence(desk, draft):
    author = client_of(desk.author)
    form = author.get(_url("document-edit", draft.pk)).context["form"]

    response = author.post(_url("document-edit", draft.pk), dict.fromkeys(form.fields, ""))

    assert response.status_code == 422
    assert "不能为空。" in response.content.decode()


def test_the_author_sees_why_there_is_no_review_button(desk, draft):
    chief = person(desk.city, Role.BUREAU_CHIEF)
    client = client_of(chief)
    client.post(_url("document-submit", draft.pk))

    page = client.get(_url("document-detail", draft.pk)).content.decode()

    assert "须由他人审核" in page
    assert "审核通过" not in page
    assert client.post(_url("document-review", draft.pk), follow=True).context is not None
    with city_scope(desk.city.id):
        assert Document.objects.get(pk=draft.pk).state == DocumentState.REVIEW


def test_a_future_date_is_refused(desk):
    with city_scope(desk.city.id):
        document = desk.reviewed()

    response = client_of(desk.signer).post(_url("document-sign", document.pk), {"dated_on": "2999-01-01"})

    assert response.status_code == 422
    assert "成文日期不能晚于今天。" in response.content.decode()


def test_withdrawal_needs_a_reason_and_stays_visible(desk, issued):
    signer = client_of(desk.signer)

    assert signer.post(_url("document-withdraw", issued.pk), {"reason": ""}).status_code == 422
    signer.post(_url("document-withdraw", issued.pk), {"reason": "主送单位有误"})

    page = signer.get(_url("document-detail", issued.pk)).content.decode()
    assert "主送单位有误" in page
    assert signer.get(_url("document-pdf", issued.pk)).status_code == 200


def test_the_county_it_was_delivered_to_sees_and_signs_for_it(desk, issued):
    reporter = client_of(person(desk.city, Role.COUNTY_REPORTER, where="北川县"))
    stranger = client_of(person(desk.city, Role.COUNTY_REPORTER, where="平武县"))

    page = reporter.get(_url("document-detail", issued.pk))
    assert page.status_code == 200
    delivery = re.search(r"documents/deliveries/([0-9a-f-]{36})", page.content.decode())[1]
    assert stranger.get(_url("document-detail", issued.pk)).status_code == 404
    assert stranger.get(_url("document-pdf", issued.pk)).status_code == 404
    assert stranger.post(_url("delivery-acknowledge", delivery)).status_code == 404
    assert reporter.post(_url("delivery-acknowledge", delivery)).status_code == 302
    assert "县局填报员甲" in reporter.get(_url("document-detail", issued.pk)).content.decode()


def test_a_county_never_sees_a_draft(desk, draft):
    reporter = client_of(person(desk.city, Role.COUNTY_REPORTER, where="北川县"))

    assert reporter.get(_url("document-detail", draft.pk)).status_code == 404
    assert draft.title not in reporter.get(_url("document-list")).content.decode()


def test_a_subject_leads_to_its_document(desk, draft):
    url = _url("document-for-subject", draft.subject_kind, draft.subject_id)

    assert client_of(desk.author).get(url)["Location"] == _url("document-detail", draft.pk)


def test_the_list_asks_the_same_number_of_questions_for_one_row_and_for_three(desk, draft):
    client, url = client_of(desk.author), _url("document-list")
    for_one = queries(client, url)
    with city_scope(desk.city.id):
        for _ in range(2):
            desk.draft()

    assert queries(client, url) == for_one
    assert client.get(url).text.count("提醒敦促函</td>") == 3


def test_the_export_carries_the_filter_and_no_formula(desk, draft):
    response = client_of(desk.author).get(_url("document-list") + "?export=xlsx&state=DRAFT")

    assert response.status_code == 200
    assert response.content[:2] == b"PK"


def test_the_list_offers_the_months_that_exist(desk, draft):
    with city_scope(desk.city.id):
        factories.document(title="八月的通报", month=dt.date(2023, 8, 1))
    client = client_of(desk.author)

    text = client.get(_url("document-list")).text
    august = client.get(_url("document-list"), {"month": "2023-08"}).text
    nonsense = client.get(_url("document-list"), {"month": "2019-01"}).text

    assert '<option value="2023-08">2023年8月</option>' in text
    assert "2019-01" not in text
    assert "八月的通报" in august
    assert draft.title not in august
    assert "八月的通报" not in nonsense
