"""Pages of findings: the funnel counts what its links show, the page says who must act and how late it is."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from inspections.enums import FindingState, OrganizerLevel, Severity
from inspections.models import Finding
from inspections.selectors.finding_page import Term, finding_page
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

SignIn = Callable[..., Client]
LIST = reverse("inspections:finding-list")


def detail(finding: Finding) -> str:
    return reverse("inspections:finding-detail", args=[finding.pk])


@pytest.fixture
def finding(city: City) -> Finding:
    with city_scope(city.id):
        return factories.finding(
            jurisdiction=county(city), text="闸墩混凝土强度不足", catalogue_item=factories.catalogue_item()
        )


def shown(client: Client, **params: str) -> set[str]:
    """Numbers on the list, by the links of its rows."""
    text = client.get(LIST, params).text
    return set(re.findall(r">(WT-\d+)</a>", text))


def test_own_county_works_and_strangers_get_404(city: City, finding: Finding, sign_in: SignIn) -> None:
    assert sign_in(Role.COUNTY_SUPERVISOR).get(detail(finding)).status_code == 200
    assert sign_in(Role.COUNTY_SUPERVISOR, where="三台县").get(detail(finding)).status_code == 404
    assert shown(sign_in(Role.COUNTY_SUPERVISOR, where="三台县")) == set()


def test_other_city_gets_404(finding: Finding, other_city: City) -> None:
    assert client_of(person(other_city, Role.BUREAU_CHIEF)).get(detail(finding)).status_code == 404


def test_administrators_get_403(finding: Finding, sign_in: SignIn) -> None:
    for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        assert sign_in(role).get(detail(finding)).status_code == 403
        assert sign_in(role).get(LIST).status_code == 403


def test_unit_sees_its_own_findings_and_no_drafts(city: City, finding: Finding, sign_in: SignIn) -> None:
    with city_scope(city.id):
        other = factories.finding(project=finding.project)
        draft = factories.finding(
            project=finding.project, organization=finding.organization, state=FindingState.DRAFT
        )
    contact = sign_in(Role.UNIT_CONTACT, organization_uscc=finding.organization.uscc)

    assert shown(contact) == {finding.number}
    assert contact.get(detail(other)).status_code == 404
    assert contact.get(detail(draft)).status_code == 404


def test_funnel_counts_what_its_links_show(city: City, finding: Finding, sign_in: SignIn) -> None:
    today = timezone.localdate()
    with city_scope(city.id):
        factories.finding(state=FindingState.CLOSED)
        factories.finding(state=FindingState.REPLIED, due_on=today + dt.timedelta(days=5))
        factories.finding(state=FindingState.WITHDRAWN, withdrawn_reason="重复")
        factories.finding(state=FindingState.DRAFT)
    chief = sign_in(Role.BUREAU_CHIEF)
    text = chief.get(LIST).text
    tabs = re.findall(r'<a href="\?([^"]*)"[^>]*>(\S+) <b>(\d+)</b>', text)

    counted = {label: (link, int(count)) for link, label, count in tabs}

    assert counted["全部"][1] == 5, "as many as the list has rows"
    assert counted["未销号"][1] == 2
    assert counted["逾期"][1] == 1
    for label, (link, count) in counted.items():
        params = dict(pair.split("=") for pair in link.split("&") if pair)
        assert len(shown(chief, **params)) == count, label
    assert sum(counted[label][1] for label in ("未销号", "已销号", "草稿", "已撤销")) == 5


def test_funnel_keeps_the_other_filters(city: City, finding: Finding, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.finding(severity=Severity.GRAVE)

    text = sign_in(Role.BUREAU_CHIEF).get(LIST, {"severity": "GRAVE", "state": "CLOSED"}).text

    assert re.search(r'severity=GRAVE&amp;state=OPEN"[^>]*>未销号 <b>1</b>', text)


@pytest.mark.parametrize(
    ("params", "is_shown"),
    [
        pytest.param({"q": "混凝土"}, True, id="words of the finding"),
        pytest.param({"q": "浆砌石"}, False, id="other words"),
        pytest.param({"level": OrganizerLevel.COUNTY.value}, False, id="found by the county"),
        pytest.param({"found_after": "2023-09-01", "found_before": "2023-09-30"}, True, id="its month"),
        pytest.param({"found_after": "2023-10-01"}, False, id="a later month"),
        pytest.param({"overdue": "yes"}, True, id="overdue"),
        pytest.param({"county": "nowhere"}, False, id="a county that is not on the list"),
    ],
)
def test_filters(params: dict[str, str], is_shown: bool, finding: Finding, sign_in: SignIn) -> None:
    assert (finding.number in shown(sign_in(Role.BUREAU_CHIEF), **params)) is is_shown


def test_severity_sorts_by_weight_not_by_alphabet(city: City, finding: Finding, sign_in: SignIn) -> None:
    with city_scope(city.id):
        serious = factories.finding(severity=Severity.SERIOUS)
        grave = factories.finding(severity=Severity.GRAVE)

    text = sign_in(Role.BUREAU_CHIEF).get(LIST, {"sort": "-severity"}).text
    order = re.findall(r">(WT-\d+)</a>", text)

    assert order == [grave.number, serious.number, finding.number]


def test_list_and_page_take_a_fixed_number_of_queries(city: City, finding: Finding, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    url = detail(finding)

    def more() -> None:
        for day in (1, 2):
            factories.finding(
                project=finding.project,
                organization=finding.organization,
                catalogue_item=finding.catalogue_item,
                found_on=finding.found_on - dt.timedelta(days=day),
            )
            factories.evidence(finding=finding)
            factories.notice_finding(finding=finding)
            factories.reply(finding=finding, replied_on=dt.date(2023, 9, 10 + day))
            factories.recheck(finding=finding, rechecked_on=dt.date(2023, 9, 12 + day))

    with city_scope(city.id):
        factories.evidence(finding=finding)
        factories.notice_finding(finding=finding)
        factories.reply(finding=finding)
        factories.recheck(finding=finding)
        factories.finding(
            project=finding.project,
            organization=finding.organization,
            catalogue_item=finding.catalogue_item,
            found_on=dt.date(2023, 8, 1),
        )
    before = queries(chief, LIST), queries(chief, url)
    after_page = queries_after(city, chief, url, more)

    assert before == (queries(chief, LIST), after_page)


def test_page_says_who_acts_next_and_how_late_it_is(city: City, finding: Finding, sign_in: SignIn) -> None:
    with city_scope(city.id):
        page = finding_page(Finding.objects.get(pk=finding.pk), as_of=dt.date(2023, 10, 9))

    assert page.term is not None
    assert page.term.is_overdue
    # 25 September to 9 October 2023: 14 days; 中秋、国庆 leave 26, 27, 28 September, 7, 8 (worked) and 9 October.
    assert page.term.sentence == "已逾期 14 天（6 个工作日）"
    text = sign_in(Role.BUREAU_CHIEF).get(detail(finding)).text
    assert "下一步：市质量监督机构" in text
    assert "下发整改通知书" in text


@pytest.mark.parametrize(
    ("days", "workdays", "sentence"),
    [
        pytest.param(0, 0, "今天到期", id="the last day is not late"),
        pytest.param(-3, -2, "还有 3 天（2 个工作日）", id="days left"),
        pytest.param(400, None, "已逾期 400 天", id="outside of the calendar"),
    ],
)
def test_term_in_words(days: int, workdays: int | None, sentence: str) -> None:
    term = Term(due_on=dt.date(2023, 9, 25), days=days, workdays=workdays, is_overdue=days > 0)

    assert term.sentence == sentence


def test_repeats_are_the_same_unit_and_code_within_twelve_months(city: City, finding: Finding) -> None:
    with city_scope(city.id):
        same = {"organization": finding.organization, "catalogue_item": finding.catalogue_item}
        repeat = factories.finding(**same, found_on=dt.date(2022, 9, 5))
        factories.finding(**same, found_on=dt.date(2022, 9, 4))
        factories.finding(**same, found_on=dt.date(2023, 9, 6))
        factories.finding(catalogue_item=finding.catalogue_item, found_on=dt.date(2023, 8, 1))
        page = finding_page(Finding.objects.get(pk=finding.pk), as_of=dt.date(2023, 9, 10))

    assert [row.number for row in page.repeats] == [repeat.number]


def test_siblings_share_the_fact(city: City, finding: Finding, sign_in: SignIn) -> None:
    fact = uuid.uuid4()
    with city_scope(city.id):
        Finding.objects.filter(pk=finding.pk).update(same_fact=fact)
        sibling = factories.finding(project=finding.project, same_fact=fact)

    assert sibling.number in sign_in(Role.BUREAU_CHIEF).get(detail(finding)).text


def test_export_and_inline_code(city: City, finding: Finding, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.finding(text="=cmd|' /C calc'!A0")
    chief = sign_in(Role.BUREAU_CHIEF)

    assert finding.number in assert_no_formula(chief.get(LIST, {"export": "xlsx"}), "问题")
    assert_no_inline_code(chief.get(LIST))
    assert_no_inline_code(chief.get(detail(finding)))


def test_assistant_is_shown_no_notices(city: City, finding: Finding, sign_in: SignIn) -> None:
    with city_scope(city.id):
        notice = factories.notice_finding(finding=finding).notice
    assistant = sign_in(Role.ASSISTANT)
    project = reverse("projects:project-detail", args=[finding.project_id])

    assert notice.number in sign_in(Role.BUREAU_CHIEF).get(detail(finding)).text
    assert notice.number not in assistant.get(detail(finding)).text
    assert notice.number not in assistant.get(project).text
