"""The home page of each role: numbers that agree with their lists, and nobody's numbers but one's own."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.month import ReportingMonth
from enforcement.enums import NoticeState
from inspections.enums import FindingState, OrganizerLevel, Severity
from reports.enums import DocumentKind
from scoring.enums import ListColour, RunState
from tenancy.models import City, Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_inline_code, queries, queries_after
from tests.scoring.months import SEPTEMBER, closed_month
from tests.scoring.rules.builders import VECTOR

SignIn = Callable[..., Client]
HOME = reverse("home")
LOW = {**VECTOR, "findings_due_closed_on_time": 0, "inspections_done": 0, "overdue_grave": 2}
_FIGURE = re.compile(r'<a class="card figure-link[^"]*" href="([^"]+)">\s*<strong>([\d,]+)</strong>([^<]+)')
_TOTAL = re.compile(r"共 <b>([\d,]+)</b> 条|共 <strong>([\d,]+)</strong> 条|共 ([\d,]+) 条")


def figures(text: str) -> dict[str, tuple[int, str]]:
    """Label → (number, address) of the figures of a page."""
    return {
        label.strip(): (int(number.replace(",", "")), unescape(url))
        for url, number, label in _FIGURE.findall(text)
    }


def listed(client: Client, url: str) -> int:
    """How many rows the list behind an address has."""
    text = client.get(url).text
    found = _TOTAL.search(re.sub(r"</?(?:b|strong)>", "", text))
    return int(next(part for part in found.groups() if part).replace(",", "")) if found else 0


@pytest.fixture
def beichuan(city: City) -> Jurisdiction:
    return county(city)


def fill(city: City, place: Jurisdiction) -> None:
    """Something for every number of the page."""
    project = factories.project(jurisdiction=place)
    for state in (FindingState.NOTIFIED, FindingState.REPLIED, FindingState.CLOSED, FindingState.DRAFT):
        factories.finding(project=project, state=state)
    factories.finding(project=project, severity=Severity.GRAVE)
    factories.finding(project=project, state=FindingState.WITHDRAWN, withdrawn_reason="误录")
    factories.notice(project=project)
    factories.notice(project=project, state=NoticeState.CLOSED)
    factories.inspection(project=project, state="COMPLETED", organizer_level=OrganizerLevel.COUNTY)
    factories.draw(jurisdiction=place)


@pytest.fixture
def september(city: City, beichuan: Jurisdiction) -> None:
    with city_scope(city.id):
        fill(city, beichuan)
        factories.month_plan(jurisdiction=beichuan)
        factories.monthly_return(jurisdiction=beichuan)
        run = closed_month({"北川县": VECTOR, "三台县": LOW, "江油市": {}})
        factories.listing(run=run, jurisdiction=beichuan, reasons=["月度得分95.0分"])
        factories.listing(run=run, jurisdiction=county(city, "三台县"), colour=ListColour.BLACK)
        factories.duty_inspection(jurisdiction=beichuan)


@pytest.mark.usefixtures("september")
def test_every_figure_agrees_with_its_list(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    found = figures(chief.get(HOME).text)

    assert found["份整改通知书逾期"][0] == 1
    assert found["个县区低于 70 分"][0] == 1
    assert found["个问题未销号"][0] == 3
    for label in ("份整改通知书逾期", "个县区低于 70 分", "个问题未销号"):
        number, url = found[label]
        assert listed(chief, url) == number, label


@pytest.mark.usefixtures("september")
def test_missing_returns_agree_with_the_table_behind_them(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    number, url = figures(chief.get(HOME).text)["个县区月报未报"]
    table = chief.get(url.split("#")[0]).text

    with city_scope(city.id):
        counties = Jurisdiction.objects.counties().count()
    assert number == counties - 1
    assert f"未报月报 {number} 个" in table


@pytest.mark.usefixtures("september")
def test_every_stage_of_the_funnel_agrees_with_its_list(sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    svg = chief.get(HOME).text.split("本月发现问题的闭环", 1)[1]
    stages = re.findall(r'<a href="([^"]+)" aria-label="(\S+) (\d+)"', svg)

    assert [(label, int(number)) for _, label, number in stages] == [
        ("发现", 4),
        ("已通知", 3),
        ("已回复", 2),
        ("已销号", 1),
    ]
    for url, label, number in stages:
        assert listed(chief, unescape(url)) == int(number), label


@pytest.mark.usefixtures("september")
def test_page_shows_month_scores_lists_and_duty_marks(
    city: City, beichuan: Jurisdiction, sign_in: SignIn
) -> None:
    text = sign_in(Role.BUREAU_CHIEF).get(HOME).text

    assert "<h1>2023年9月</h1>" in text
    assert "74.0◆" in text
    assert "不足" in text
    assert reverse("scoring:score-detail", args=[beichuan.code, SEPTEMBER]) in text
    assert "红榜" in text
    assert "黑榜" in text
    assert text.count('<li class="step-') == 6
    assert "去核定评分" in text
    assert text.count("btn-primary") == 1


@pytest.mark.usefixtures("september")
def test_other_months_by_the_address(sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    august, nonsense = chief.get(HOME, {"month": "2023-08"}).text, chief.get(HOME, {"month": "x"}).text

    assert "<h1>2023年8月</h1>" in august
    assert 'href="?month=2023-07" data-prev' in august
    assert 'href="?month=2023-09" data-next' in august
    assert "去结账" in august
    assert "<h1>2023年9月</h1>" in nonsense


def test_without_a_run_the_latest_month_with_records_is_shown(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        factories.monthly_return(month=ReportingMonth(2023, 6).first)
        factories.inspection(state="PLANNED", inspected_on=dt.date(2024, 3, 5))
        factories.finding(state="DRAFT", found_on=dt.date(2024, 3, 5), due_on=dt.date(2024, 3, 25))

    assert "<h1>2023年6月</h1>" in sign_in(Role.BUREAU_CHIEF).get(HOME).text


def test_empty_city_says_what_to_do_next(city: City, sign_in: SignIn) -> None:
    chief, leader = sign_in(Role.BUREAU_CHIEF).get(HOME), sign_in(Role.BUREAU_LEADER).get(HOME)

    assert "还没有任何记录" in chief.text
    assert reverse("reports:batch-list") in chief.text
    assert "台账由市局科长或监督员导入" in leader.text


@pytest.mark.usefixtures("september")
def test_issued_circular_ends_the_strip(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        run = closed_month({"北川县": VECTOR}, month=SEPTEMBER.next(), state=RunState.PUBLISHED)
        factories.issued_document(
            kind=DocumentKind.CIRCULAR,
            subject_kind="scoring.scorerun",
            subject_id=run.id,
            number="绵水〔2023〕99号",
        )

    text = sign_in(Role.BUREAU_CHIEF).get(HOME).text

    assert "绵水〔2023〕99号" in text
    assert "查看月结" in text
    assert "btn-primary" not in text


@pytest.mark.usefixtures("september")
def test_county_sees_its_own_month_only(city: City, sign_in: SignIn) -> None:
    own, low = sign_in(Role.COUNTY_REPORTER), sign_in(Role.COUNTY_REPORTER, where="三台县")

    own_text, low_text = own.get(HOME).text, low.get(HOME).text

    assert "74.0 分" in own_text
    assert "▲ +4.0" in own_text
    assert "公布后显示" in own_text
    assert "三台县" not in own_text
    assert "低于约谈线" in low_text
    assert "北川县" not in low_text
    for client, text in ((own, own_text), (low, low_text)):
        for label, (number, url) in figures(text).items():
            assert listed(client, url) == number, label
    assert figures(own_text)["个问题未销号"][0] == 3
    assert figures(low_text)["个问题未销号"][0] == 0


@pytest.mark.usefixtures("september")
def test_unit_sees_its_own_tasks(city: City, beichuan: Jurisdiction, sign_in: SignIn) -> None:
    with city_scope(city.id):
        finding = factories.finding(jurisdiction=beichuan, text="独有的问题")
        uscc = finding.organization.uscc
    contact = sign_in(Role.UNIT_CONTACT, organization_uscc=uscc)

    text = contact.get(HOME).text

    assert "独有的问题" in text
    assert figures(text)["个问题未销号"] == (1, f"{reverse('inspections:finding-list')}?state=OPEN")
    assert listed(contact, figures(text)["个问题未销号"][1]) == 1
    assert "74.0" not in text


@pytest.mark.usefixtures("september")
@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN])
def test_administrators_get_a_small_home_without_business_data(role: Role, sign_in: SignIn) -> None:
    text = sign_in(role).get(HOME).text

    assert "均不接触业务数据" in text
    assert "北川县" not in text
    assert "整改" not in text


@pytest.mark.usefixtures("september")
def test_another_city_sees_its_own_emptiness(other_city: City) -> None:
    text = client_of(person(other_city, Role.BUREAU_CHIEF)).get(HOME).text

    assert "还没有任何记录" in text
    assert "北川县" not in text


@pytest.mark.parametrize("role", list(Role))
def test_home_opens_for_every_role(role: Role, city: City, sign_in: SignIn) -> None:
    is_unit = role in (Role.LEGAL_PERSON_REPORTER, Role.UNIT_CONTACT)
    answer = sign_in(role, organization_uscc="91510700MA00000001" if is_unit else "").get(HOME)

    assert_no_inline_code(answer)


@pytest.mark.usefixtures("september")
@pytest.mark.parametrize("role", [Role.BUREAU_CHIEF, Role.COUNTY_REPORTER])
def test_query_count_does_not_grow_with_records(
    role: Role, city: City, beichuan: Jurisdiction, sign_in: SignIn
) -> None:
    client = sign_in(role)

    def more() -> None:
        fill(city, beichuan)
        fill(city, county(city, "三台县"))
        factories.interview(jurisdiction=beichuan)

    assert queries(client, HOME) == queries_after(city, client, HOME, more)


@pytest.mark.usefixtures("september")
def test_page_is_clean_and_small(sign_in: SignIn) -> None:
    assert_no_inline_code(sign_in(Role.BUREAU_CHIEF).get(HOME))


def test_writing_methods_are_refused(city: City, sign_in: SignIn) -> None:
    assert sign_in(Role.BUREAU_CHIEF).post(HOME).status_code == 405
