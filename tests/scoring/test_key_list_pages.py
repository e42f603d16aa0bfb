"""The pages of risk classes and key objects: from 拟定 to the issued document, and who sees what."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from messaging.models import Message
from projects.models import Project
from reports.models import Delivery, Document
from reports.selectors.todos import todo_groups
from reports.services.documents import review_document, sign_off, submit_document
from scoring.models import KeyObjectEntry, KeyObjectList, ProjectRisk
from scoring.services.key_list_computing import compute_list
from scoring.services.key_lists import change_entry, confirm_list
from tenancy.models import Job
from tenancy.scope import city_scope
from tests import factories as f
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

LISTS = reverse("scoring:key-list-list")


@pytest.fixture
def clerk(city):
    return person(city, Role.BUREAU_SUPERVISOR, name="监督员甲")


@pytest.fixture
def chief(city):
    return person(city, Role.BUREAU_CHIEF, name="科长乙")


@pytest.fixture
def projects(city):
    """A project in trouble in 北川县, a quiet one in 平武县."""
    today = timezone.localdate()
    with city_scope(city.id):
        bad = f.project(jurisdiction=county(city), name="北川县险工段水库工程", category="RESERVOIR_NEW")
        f.finding(project=bad, severity="GRAVE", state="RECTIFYING", due_on=today - dt.timedelta(days=9))
        quiet = f.project(jurisdiction=county(city, "平武县"), name="平武县平通河堤防工程")
        f.supervision_registration(project=quiet)
    return bad, quiet


@pytest.fixture
def draft(city, clerk, projects):
    """Made on its page, computed as the worker would."""
    today = f"{timezone.localdate():%Y-%m-%d}"
    form = {"first_month": "2023-10", "last_month": "2023-12", "as_of": today}
    answer = client_of(clerk).post(reverse("scoring:key-list-new"), form)
    with city_scope(city.id):
        row = KeyObjectList.objects.get()
        assert answer["Location"] == _url("key-list-detail", row)
        assert Job.objects.get(kind="compute_risk").payload["list"] == str(row.pk)
        return compute_list(list_id=row.pk, by=clerk, at=timezone.now())


def _url(name, row):
    return reverse(f"scoring:{name}", args=[row.pk])


def risk_of(city, row, project):
    with city_scope(city.id):
        return ProjectRisk.objects.get(key_list=row, project=project)


def test_from_the_page_to_the_issued_document(city, clerk, chief, projects, draft):
    bad, quiet = projects
    leader = person(city, Role.BUREAU_LEADER, name="局领导丙")
    legal = person(city, Role.BUREAU_LEGAL)
    owner = person(city, Role.LEGAL_PERSON_REPORTER, organization_uscc=bad.legal_person.uscc)
    neighbour = person(city, Role.COUNTY_REPORTER, where="平武县")
    reporter = person(city, Role.COUNTY_REPORTER)

    page = client_of(clerk).get(_url("key-list-detail", draft))
    assert_no_inline_code(page)
    assert "逾期未整改的严重问题1个" in page.text
    assert "不低于D类" in page.text

    # put on by hand: with a reason, and whoever does so does not confirm
    entry = _url("key-list-entry", risk_of(city, draft, quiet))
    assert client_of(chief).post(entry, {"is_on": "True", "reason": ""}).status_code == 422
    client_of(chief).post(entry, {"is_on": "True", "reason": "省水利厅挂牌督办"})
    confirm = _url("key-list-confirm", draft)
    refused = client_of(chief).post(confirm)
    assert refused.status_code == 422
    assert "请由他人确认" in refused.text
    with city_scope(city.id):
        waiting = [
            {group.label for group in todo_groups(one.assignments.get(), as_of=timezone.localdate())}
            for one in (leader, chief)
        ]
    assert ["待确认的重点监管对象名单" in labels for labels in waiting] == [True, False]
    assert client_of(leader).post(confirm)["Location"] == _url("key-list-detail", draft)

    # the document: three people, and with the signature those concerned hear of it
    client_of(clerk).get(reverse("reports:document-for-subject", args=["scoring.keyobjectlist", draft.pk]))
    client_of(clerk).post(reverse("reports:document-for-subject", args=["scoring.keyobjectlist", draft.pk]))
    with city_scope(city.id):
        document = Document.objects.get(kind="KEY_OBJECT_LIST")
        now = timezone.now()
        submit_document(document_id=document.pk, by=clerk, at=now)
        review_document(document_id=document.pk, by=legal, at=now)
        issued = sign_off(document_id=document.pk, dated_on=timezone.localdate(), by=leader, at=now)
        row = KeyObjectList.objects.get()
        assert (row.state, row.document_number) == ("ISSUED", issued.number)
        assert "关于印发2023年第四季度重点监管对象名单的通知" in issued.title
        told = Message.objects.filter(kind="KEY_LIST")
        delivered = Delivery.objects.filter(document=issued, organization__isnull=False)
        assert set(delivered.values_list("organization", flat=True)) == {
            bad.legal_person_id,
            quiet.legal_person_id,
        }
    for one in (owner, neighbour, reporter):
        with city_scope(city.id, user_id=one.pk):
            assert told.filter(recipient=one).count() == 1

    # a county sees its own projects' classes, the legal person its own project's, on its page
    seen = client_of(reporter).get(_url("key-list-detail", draft)).text
    assert bad.name in seen
    assert quiet.name not in seen
    assert client_of(neighbour).get(_url("risk-detail", risk_of(city, draft, bad))).status_code == 404
    assert client_of(owner).get(LISTS).status_code == 403


def test_a_draft_is_the_bureaus_own(city, other_city, draft, projects):
    reporter = client_of(person(city, Role.COUNTY_REPORTER))
    for url in (
        _url("key-list-detail", draft),
        _url("key-list-changes", draft),
        _url("risk-detail", risk_of(city, draft, projects[0])),
    ):
        assert reporter.get(url).status_code == 404
        assert client_of(person(other_city, Role.BUREAU_CHIEF)).get(url).status_code == 404
    assert "2023年第四季度" not in reporter.get(LISTS).text


def test_the_rules_in_words_and_the_reasons_with_their_records(city, clerk, draft, projects):
    client = client_of(clerk)
    page = client.get(reverse("scoring:risk-rules"))
    assert_no_inline_code(page)
    assert "每个计4分，最多8分" in page.text
    assert "达到10个百分点计1分；达到20个百分点计2分" in page.text

    page = client.get(_url("risk-detail", risk_of(city, draft, projects[0])))
    assert_no_inline_code(page)
    with city_scope(city.id):
        finding = projects[0].findings.get()
    assert reverse("inspections:finding-detail", args=[finding.pk]) in page.text
    assert f"{reverse('projects:project-detail', args=[projects[0].pk])}#registration" in page.text


def test_queries_do_not_grow_with_the_list(city, clerk, chief, projects, draft):
    client = client_of(clerk)
    addresses = [
        _url("key-list-detail", draft),
        _url("key-list-changes", draft),
        LISTS,
        _url("risk-detail", risk_of(city, draft, projects[0])),
    ]
    before = [queries(client, address) for address in addresses]

    def more():
        for _ in range(2):
            worse = f.project(jurisdiction=county(city))
            f.finding(project=worse, severity="GRAVE", state="RECTIFYING", due_on=dt.date(2023, 9, 9))
            f.finding(project=projects[0], severity="GRAVE", state="RECTIFYING", due_on=dt.date(2023, 9, 9))
        compute_list(list_id=draft.pk, by=clerk, at=timezone.now())

    queries_after(city, client, addresses[0], more)
    addresses[3] = _url("risk-detail", risk_of(city, draft, projects[0]))
    assert [queries(client, address) for address in addresses] == before
    book = client.get(addresses[0], {"export": "xlsx"})
    assert any(
        "逾期未整改的严重问题3个（+8）" in str(value) for value in assert_no_formula(book, "工程风险类别")
    )


def test_what_changed_since_the_list_before(city, clerk, chief, projects, draft):
    with city_scope(city.id):
        change_entry(
            list_id=draft.pk,
            project_id=projects[1].pk,
            is_on=True,
            reason="督办",
            by=clerk,
            at=timezone.now(),
        )
        confirm_list(list_id=draft.pk, by=chief, at=timezone.now())
    form = {"first_month": "2024-01", "last_month": "2024-03", "as_of": f"{timezone.localdate():%Y-%m-%d}"}
    client_of(clerk).post(reverse("scoring:key-list-new"), form)
    with city_scope(city.id):
        row = KeyObjectList.objects.get(state="DRAFT")
        compute_list(list_id=row.pk, by=clerk, at=timezone.now())
    page = client_of(clerk).get(_url("key-list-changes", row))

    assert_no_inline_code(page)
    assert "调出 1" in page.text
    assert projects[1].name in page.text
    assert (
        client_of(clerk).post(reverse("scoring:key-list-act", args=[row.pk, "discard"]))["Location"] == LISTS
    )
    with city_scope(city.id):
        assert not KeyObjectEntry.objects.filter(key_list=row.pk).exists()
        assert Project.objects.get(pk=projects[1].pk).key_object_reason == "督办"


def test_the_projects_page_says_its_class_and_why(city, clerk, chief, projects, draft):
    """To the bureau with links, to the legal person without; to a third party nothing; before the confirmation to nobody."""
    bad = projects[0]
    page = reverse("projects:project-detail", args=[bad.pk])
    assert 'id="risk"' not in client_of(clerk).get(page).text
    with city_scope(city.id):
        confirm_list(list_id=draft.pk, by=chief, at=timezone.now())
    risk = _url("risk-detail", risk_of(city, draft, bad))
    owner = person(city, Role.LEGAL_PERSON_REPORTER, organization_uscc=bad.legal_person.uscc)
    seen = {one: client_of(one).get(page).text for one in (clerk, owner, person(city, Role.ASSISTANT))}

    assert [("D类（高）" in text, risk in text) for text in seen.values()] == [
        (True, True),
        (True, False),
        (False, False),
    ]
    assert ["期间：自 2023-10-01 至 2023-12-31" in text for text in seen.values()] == [True, True, False]
    unlisted = client_of(clerk).get(reverse("projects:project-detail", args=[projects[1].pk])).text
    assert "期间：自" not in unlisted
