"""Records behind points: every kind has a page, for its own county and the bureau only, and no evidence is a dead end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from core.uuid7 import uuid7
from scoring.selectors.evidence import _BY_FACT, _KINDS, _RECORDED, resolve
from scoring.selectors.records import RECORDS, record_url
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_inline_code, queries, queries_after
from tests.scoring.months import SEPTEMBER, closed_month
from tests.scoring.rules.builders import VECTOR

SignIn = Callable[..., Client]
MAKERS: dict[str, Callable[..., Any]] = {
    "body": factories.supervision_body,
    "plan": factories.month_plan,
    "training": factories.training,
    "return": factories.monthly_return,
    "line": lambda jurisdiction: factories.return_line(
        version=factories.return_version(monthly_return=factories.monthly_return(jurisdiction=jurisdiction)),
        project=factories.project(jurisdiction=jurisdiction),
    ),
    "remark": lambda jurisdiction: factories.return_remark(
        monthly_return=factories.monthly_return(jurisdiction=jurisdiction)
    ),
    "owner_report": factories.legal_person_report,
    "registration": factories.supervision_registration,
    "draw": factories.draw,
    "test": factories.supervisory_test,
    "filing": factories.quality_filing,
    "acceptance": factories.acceptance,
    "defect": factories.defect_filing,
    "clue": factories.clue,
    "adjustment": factories.adjustment_fact,
    "red_line": factories.red_line_fact,
    "accident": factories.accident,
}


def make(city: City, kind: str, name: str = "北川县") -> Any:
    place = county(city, name)
    with city_scope(city.id):
        return MAKERS[kind](jurisdiction=place)


def test_every_kind_with_a_page_is_tried_here() -> None:
    assert set(MAKERS) == set(RECORDS)


@pytest.mark.parametrize("kind", sorted(RECORDS))
def test_record_opens_for_the_bureau_and_its_county_only(
    kind: str, city: City, other_city: City, sign_in: SignIn
) -> None:
    row = make(city, kind)
    url = record_url(kind, row.pk)

    answer = sign_in(Role.BUREAU_SUPERVISOR).get(url)

    assert_no_inline_code(answer)
    assert RECORDS[kind].title in answer.text
    for lookup in RECORDS[kind].fields:
        *path, name = lookup.split("__")
        model: Any = RECORDS[kind].model
        for step in path:
            model = model._meta.get_field(step).related_model
        assert f"<dt>{model._meta.get_field(name).verbose_name}</dt>" in answer.text
    if "project" in RECORDS[kind].fields and row.project is not None:
        assert f'<a href="{reverse("projects:project-detail", args=[row.project.pk])}">' in answer.text
    assert sign_in(Role.COUNTY_REPORTER).get(url).status_code == 200
    assert sign_in(Role.COUNTY_REPORTER, where="三台县").get(url).status_code == 404
    assert client_of(person(other_city, Role.BUREAU_CHIEF)).get(url).status_code == 404
    assert sign_in(Role.SYSTEM_ADMIN).get(url).status_code == 403


def test_values_are_written_as_people_write_them(city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    body, plan = make(city, "body"), make(city, "plan")

    assert "<dd>2023</dd>" in chief.get(record_url("body", body.pk)).text
    assert "<dd>2023年9月</dd>" in chief.get(record_url("plan", plan.pk)).text
    assert "<dd>北川羌族自治县</dd>" in chief.get(record_url("plan", plan.pk)).text


def test_unknown_kind_another_kind_and_unknown_record_are_404(city: City, sign_in: SignIn) -> None:
    plan = make(city, "plan")
    chief = sign_in(Role.BUREAU_CHIEF)

    assert chief.get(record_url("user", plan.pk)).status_code == 404
    assert chief.get(record_url("training", plan.pk)).status_code == 404
    assert chief.get(record_url("plan", uuid7())).status_code == 404
    assert chief.post(record_url("plan", plan.pk)).status_code == 405


def test_return_shows_versions_gaps_remarks_and_the_nil_statement(city: City, sign_in: SignIn) -> None:
    place = county(city)
    with city_scope(city.id):
        submitted = factories.monthly_return(
            jurisdiction=place, is_nil=True, nil_statement="本月无在建工程", nil_signed_on=factories.DAY
        )
        factories.return_version(monthly_return=submitted, number=1)
        newest = factories.return_version(monthly_return=submitted, number=2)
        line = factories.return_line(
            version=newest, project=factories.project(jurisdiction=place), key_work_count=0, unit_count=0
        )
        remark = factories.return_remark(monthly_return=submitted)

    text = sign_in(Role.BUREAU_CHIEF).get(record_url("return", submitted.pk)).text

    assert "报送版本（2 个）" in text
    assert "第 2 版填报完整性（1 个工程）" in text
    assert '<td class="num">1 / 6</td>' in text  # 重要隐蔽、关键部位: 0 is an answer; 0 units are none
    assert record_url("line", line.pk) in text
    assert record_url("remark", remark.pk) in text
    assert "本月无在建工程" in text


def test_return_takes_as_many_queries_for_many_lines_as_for_one(city: City, sign_in: SignIn) -> None:
    place = county(city)

    def submit(version: Any, lines: int) -> None:
        for _ in range(lines):
            factories.return_line(version=version, project=factories.project(jurisdiction=place))
            factories.return_remark(monthly_return=version.monthly_return)

    with city_scope(city.id):
        submitted = factories.monthly_return(jurisdiction=place)
        version = factories.return_version(monthly_return=submitted)
        submit(version, 1)
    chief, url = sign_in(Role.BUREAU_CHIEF), record_url("return", submitted.pk)

    assert queries(chief, url) == queries_after(city, chief, url, lambda: submit(version, 3))


def test_every_kind_of_evidence_leads_somewhere(city: City) -> None:
    own_pages = {"project", "inspection", "aspect", "drawn", "finding", "duty"}
    named = {kind for kinds in _BY_FACT.values() for kind in kinds} | set(_RECORDED)

    assert named == set(_KINDS) == own_pages | set(RECORDS)
    fact_of = {kinds[-1]: fact for fact, kinds in _BY_FACT.items()} | {"body": "has_institution_doc"}
    for kind in RECORDS:
        row = make(city, kind, "三台县" if kind == "line" else "江油市" if kind == "remark" else "北川县")
        with city_scope(city.id):
            links = resolve({fact_of.get(kind, "P1"): [str(row.pk)]})
        report = reverse("legal_person_reports:report-detail", args=[row.pk])
        assert links[str(row.pk)].url == (report if kind == "owner_report" else record_url(kind, row.pk))


def test_score_and_clause_pages_have_no_evidence_without_a_link(city: City, sign_in: SignIn) -> None:
    facts = {
        **VECTOR,
        "has_institution_doc": False,
        "monthly_plan_published_before_month_start": False,
        "trainings_in_rolling_quarter": 0,
        "workdays_late": 2,
        "report_returned": 1,
    }
    behind = {
        "has_institution_doc": "body",
        "monthly_plan_published_before_month_start": "plan",
        "trainings_in_rolling_quarter": "training",
        "workdays_late": "return",
    }
    rows = {fact: make(city, kind) for fact, kind in behind.items()}
    with city_scope(city.id):
        rows["report_returned"] = factories.return_remark(monthly_return=rows["workdays_late"])
        closed_month(
            {"北川县": facts}, evidence={"北川县": {fact: [str(row.pk)] for fact, row in rows.items()}}
        )
    chief, code = sign_in(Role.BUREAU_CHIEF), county(city).code

    page = chief.get(reverse("scoring:score-detail", args=[code, SEPTEMBER])).text
    groups = re.findall(r'<div class="small">\s*<span class="muted">.*?</span>(.*?)</div>', page, re.DOTALL)

    assert len(groups) == len(rows)
    assert all(re.sub(r"<a .*?</a>|、|\s", "", group) == "" for group in groups)
    for fact, row in rows.items():
        assert record_url({**behind, "report_returned": "remark"}[fact], row.pk) in page
    clause = chief.get(reverse("scoring:clause-detail", args=[code, SEPTEMBER, "B1"])).text
    assert f'<a href="{record_url("return", rows["workdays_late"].pk)}">' in clause
