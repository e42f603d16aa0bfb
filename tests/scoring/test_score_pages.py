"""Pages of scores: every lost point with its clause and records, and who may see what of whom."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.month import ReportingMonth
from inspections.models import DutyInspection, Finding
from scoring.enums import RunState
from scoring.models import CountyScore, ScoreRun
from scoring.selectors.score_page import SHOWN, score_page
from scoring.selectors.scores import scores_in_force
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.scoring.months import CONFIRMED_AT, PUBLISHED_AT, SEPTEMBER, closed_month
from tests.scoring.rules.builders import VECTOR

SignIn = Callable[..., Client]
LIST = reverse("scoring:score-list")
LOW = {**VECTOR, "findings_due_closed_on_time": 0, "inspections_done": 0, "overdue_grave": 2}
COUNTIES = {"北川县": VECTOR, "三台县": LOW, "江油市": {}}


def detail(city: City, name: str = "北川县", month: ReportingMonth = SEPTEMBER) -> str:
    return reverse("scoring:score-detail", args=[county(city, name).code, month])


def clause(city: City, item: str) -> str:
    return reverse("scoring:clause-detail", args=[county(city).code, SEPTEMBER, item])


def a_finding(city: City) -> Finding:
    return factories.finding(jurisdiction=county(city))


@pytest.fixture
def findings(city: City) -> list[Finding]:
    """Two that were due: one closed in time, one not."""
    with city_scope(city.id):
        return [a_finding(city), a_finding(city)]


@pytest.fixture
def run(city: City, findings: list[Finding]) -> ScoreRun:
    missed, closed = findings
    with city_scope(city.id):
        evidence = {
            "findings_due": [str(missed.pk), str(closed.pk)],
            "findings_due_closed_on_time": [str(closed.pk)],
        }
        return closed_month(COUNTIES, evidence={"北川县": evidence})


def publish(city: City, run: ScoreRun) -> None:
    """Both steps: the database lets no run skip the confirmation."""
    with city_scope(city.id):
        rows = ScoreRun.objects.filter(pk=run.pk)
        rows.update(state=RunState.CONFIRMED, confirmed_at=CONFIRMED_AT, confirmed_by_name="演示核定人")
        rows.update(state=RunState.PUBLISHED, published_at=PUBLISHED_AT, published_by_name="演示公布人")


@pytest.mark.usefixtures("run")
def test_page_explains_every_lost_point(city: City, findings: list[Finding], sign_in: SignIn) -> None:
    missed, closed = findings

    text = sign_in(Role.BUREAU_SUPERVISOR).get(detail(city)).text

    assert "74.0 分" in text
    assert "E1 到期问题按期闭环率" in text
    assert "到期问题40个，按期闭环34个，比例85.0%（100%得满分，60%及以下不得分），得5.00分。" in text
    assert "按期闭环÷到期问题：达100%得满分，60%及以下不得分，其间按比例" in text
    assert reverse("inspections:finding-detail", args=[missed.pk]) in text
    assert reverse("inspections:finding-detail", args=[closed.pk]) not in text
    assert "不适用的条款（3 项" in text
    assert "实得68.8319 ÷ 应得93 × 100 = 74.0128" in text


@pytest.mark.usefixtures("run")
def test_lost_points_add_up_to_what_is_missing(city: City) -> None:
    with city_scope(city.id):
        row = scores_in_force().select_related("jurisdiction", "run__rubric").get(jurisdiction=county(city))
        page = score_page(row)

    assert page.lost_total == "25.99"  # 100 − 74.0128
    assert sum(float(one.weighted) for one in page.lost) == pytest.approx(25.99, abs=0.05)
    items = {one.id for one in (*page.lost, *page.full, *page.not_applicable)}
    assert items == {item.id for item in page.rubric.items}


@pytest.mark.usefixtures("run")
def test_own_county_works_sibling_and_strangers_get_404(
    city: City, other_city: City, sign_in: SignIn
) -> None:
    own = sign_in(Role.COUNTY_REPORTER)
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    assert own.get(detail(city)).status_code == 200
    assert own.get(detail(city, "三台县")).status_code == 404
    assert own.get(clause(city, "E1")).status_code == 200
    assert stranger.get(detail(city)).status_code == 404
    assert stranger.get(clause(city, "E1")).status_code == 404


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("role", [Role.UNIT_CONTACT, Role.SYSTEM_ADMIN, Role.ASSISTANT])
def test_roles_without_scores_get_403(role: Role, city: City, sign_in: SignIn) -> None:
    uscc = "91510700MA00000001" if role == Role.UNIT_CONTACT else ""
    client = sign_in(role, organization_uscc=uscc)

    assert client.get(detail(city)).status_code == 403
    assert client.get(LIST).status_code == 403
    assert client.get(reverse("scoring:rubric")).status_code == 403


@pytest.mark.parametrize("month", ["2023-13", "0000-01", "2023-9", "x"])
def test_what_is_no_month_is_no_address(month: str, city: City, sign_in: SignIn) -> None:
    assert sign_in(Role.BUREAU_CHIEF).get(f"/scores/{county(city).code}/{month}/").status_code == 404


@pytest.mark.usefixtures("run")
def test_unknown_county_and_unknown_clause_are_404(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    assert chief.get(reverse("scoring:score-detail", args=["999999", SEPTEMBER])).status_code == 404
    assert chief.get(clause(city, "Z9")).status_code == 404


def test_month_without_a_score_says_so(city: City, sign_in: SignIn) -> None:
    assert "本月没有得分" in sign_in(Role.BUREAU_CHIEF).get(detail(city)).text


def test_county_learns_rank_and_others_only_after_publication(
    city: City, run: ScoreRun, sign_in: SignIn
) -> None:
    own = sign_in(Role.COUNTY_REPORTER)

    before, listed_before = own.get(detail(city)).text, own.get(LIST).text
    publish(city, run)
    after, listed_after = own.get(detail(city)).text, own.get(LIST).text

    assert "通报公布后显示排名和比较" in before
    assert "全市中位数" not in before
    assert '<td class="num">1</td>' not in listed_before
    assert "<dd>1 / 2</dd>" in after
    assert '<td class="num">1</td>' in listed_after
    assert "三台县" not in after
    assert "三台县" not in listed_after


@pytest.mark.usefixtures("run")
def test_bureau_compares_at_once(city: City, sign_in: SignIn) -> None:
    text = sign_in(Role.BUREAU_CHIEF).get(detail(city, "三台县")).text

    assert "<dd>2 / 2</dd>" in text
    assert "最大差距" in text
    assert "低于 70 分，触发约谈" in text or "不合格" in text


@pytest.mark.usefixtures("run")
def test_county_without_data_is_not_accused(city: City, sign_in: SignIn) -> None:
    text = sign_in(Role.BUREAU_CHIEF).get(detail(city, "江油市")).text

    assert "数据不足，不排名" in text
    assert "触发约谈" not in text


def test_many_records_are_capped_and_lead_to_all_of_them(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        ids = [str(a_finding(city).pk) for _ in range(SHOWN + 3)]
        closed_month({"北川县": VECTOR}, evidence={"北川县": {"findings_due": ids}})
    chief = sign_in(Role.BUREAU_CHIEF)

    page, all_of_them = chief.get(detail(city)).text, chief.get(clause(city, "E1")).text

    assert f'<a href="{clause(city, "E1")}">共 {SHOWN + 3} 条</a>' in page
    assert page.count("/findings/0") == SHOWN
    assert all_of_them.count("/findings/0") == SHOWN + 3


def test_page_takes_as_many_queries_for_many_records_as_for_one(city: City, sign_in: SignIn) -> None:
    def evidence(count: int) -> dict[str, list[str]]:
        return {
            "findings_due": [str(a_finding(city).pk) for _ in range(count)],
            "overdue_general": [str(a_finding(city).pk) for _ in range(count)],
            "started_projects": [str(factories.project(jurisdiction=county(city)).pk) for _ in range(count)],
        }

    august = SEPTEMBER.previous()
    with city_scope(city.id):
        closed_month({"北川县": VECTOR}, month=august, evidence={"北川县": evidence(1)})
        closed_month(dict.fromkeys(("北川县", "三台县", "江油市"), VECTOR), evidence={"北川县": evidence(3)})
    chief = sign_in(Role.BUREAU_CHIEF)

    assert queries(chief, detail(city, month=august)) == queries(chief, detail(city))


@pytest.mark.usefixtures("run")
def test_list_filters_agree_with_what_they_say(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    def names(**params: str) -> set[str]:
        _, _, body = chief.get(LIST, params).text.partition("<tbody>")
        return {name for name in COUNTIES if name in body}

    assert names() == set(COUNTIES)
    assert names(flag="below") == {"三台县"}
    assert names(flag="insufficient") == {"江油市"}
    assert names(county=county(city).code) == {"北川县"}
    assert names(month="2023-09", grade="C") == {"北川县", "三台县"}
    assert names(grade="A") == set()


def test_superseded_runs_are_not_listed(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        closed_month({"北川县": VECTOR}, state=RunState.SUPERSEDED)
        closed_month({"北川县": LOW}, revision=2, reason="补录检查记录")

    body = sign_in(Role.BUREAU_CHIEF).get(LIST).text.split("<tbody>")[-1]

    assert body.count("北川县") == 1
    assert "74.0" not in body


def test_change_is_against_the_month_before_and_no_other(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        closed_month({"北川县": LOW, "三台县": LOW}, month=SEPTEMBER.previous())
        closed_month({"三台县": VECTOR}, month=SEPTEMBER.shift(-2))
        closed_month({"北川县": VECTOR, "三台县": LOW})
        low = CountyScore.objects.filter(month=SEPTEMBER.previous().first)[0].final

    body = sign_in(Role.BUREAU_CHIEF).get(LIST, {"month": "2023-09"}).text.split("<tbody>")[-1]

    assert low is not None
    assert f"▲ +{74 - low:.1f}" in body
    assert "持平" in body


def test_list_takes_as_many_queries_for_three_rows_as_for_one(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    with city_scope(city.id):
        closed_month({"北川县": VECTOR})

    def more() -> None:
        closed_month({"北川县": VECTOR, "三台县": LOW}, month=SEPTEMBER.next())

    assert queries(chief, LIST) == queries_after(city, chief, LIST, more)


@pytest.mark.usefixtures("run")
def test_export_holds_the_rows_and_no_formula(sign_in: SignIn) -> None:
    cells = assert_no_formula(sign_in(Role.BUREAU_CHIEF).get(LIST, {"export": "xlsx"}), "考核评分")

    assert "北川县" in cells


def test_rubric_page_shows_clauses_lines_and_lists(city: City, sign_in: SignIn) -> None:
    answer = sign_in(Role.COUNTY_REPORTER).get(reverse("scoring:rubric"))

    assert_no_inline_code(answer)
    for words in (
        "E1 到期问题按期闭环率",
        "满分 100 分",
        "低于70分",
        "红黑榜",
        "次月第 5 日",
        "设计建议，待市局确认",
    ):
        assert words in answer.text


def duty(city: City) -> DutyInspection:
    row = factories.duty_inspection(jurisdiction=county(city))
    factories.duty_inspection_item(duty_inspection=row, max_points=40, points=30, fact="缺少台账")
    return row


def test_duty_inspection_shows_its_sheet_to_its_county_only(city: City, sign_in: SignIn) -> None:
    with city_scope(city.id):
        url = reverse("scoring:duty-detail", args=[duty(city).pk])

    text = sign_in(Role.COUNTY_REPORTER).get(url).text

    assert "30.0 分" in text
    assert "缺少台账" in text
    assert sign_in(Role.COUNTY_REPORTER, where="三台县").get(url).status_code == 404


@pytest.mark.usefixtures("run")
def test_no_page_carries_inline_style_or_script(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    for url in (LIST, detail(city), detail(city, "三台县"), clause(city, "E1")):
        assert_no_inline_code(chief.get(url))


@pytest.mark.usefixtures("run")
def test_writing_methods_are_refused(city: City, sign_in: SignIn) -> None:
    assert sign_in(Role.BUREAU_CHIEF).post(detail(city)).status_code == 405
