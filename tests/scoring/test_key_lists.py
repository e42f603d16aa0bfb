"""A list of key objects from its computation to the register: facts, reasons, hands, a second person."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.db import Error, transaction

from accounts.roles import Role
from core.month import ReportingMonth
from core.uuid7 import uuid7
from projects.models import Project
from scoring.facts.risk import read_risk_facts
from scoring.models import KeyObjectEntry, KeyObjectList, ProjectRisk
from scoring.selectors.key_lists import compare, period_label
from scoring.selectors.risk_rules import rule_set_in_force, rules_of
from scoring.services.key_list_computing import compute_list
from scoring.services.key_lists import (
    ListRefused,
    _insert,
    change_entry,
    confirm_list,
    create_list,
    discard_list,
)
from tests import factories as f
from tests.cast import person
from tests.scoring.facts.reading import day, moment, unit

AS_OF = day(9, 30)
OCTOBER, DECEMBER = ReportingMonth(2023, 10), ReportingMonth(2023, 12)
AT = moment(10, 9)


@pytest.fixture
def clerk(city):
    return person(city, Role.BUREAU_SUPERVISOR, name="监督员甲")


@pytest.fixture
def chief(city):
    return person(city, Role.BUREAU_CHIEF, name="科长乙")


def facts_of(project, as_of=AS_OF):
    rules = rules_of(rule_set_in_force(as_of))
    found = {
        one.project_id: one for one in read_risk_facts(city_id=project.city_id, as_of=as_of, rules=rules)
    }
    return found.get(project.pk)


def a_bad_project(here):
    """Behind, dear, unregistered, with overdue findings, failed tests, absent people and works ahead."""
    project = f.project(
        jurisdiction=here,
        name="北川县险工段水库工程",
        category="RESERVOIR_NEW",
        started_on=day(1, 1),
        planned_finish_on=day(12, 31),
        progress_percent=Decimal("30"),
        approved_estimate_wan_yuan=1000,
        construction_cost_wan_yuan=1500,
    )
    f.contract_section(project=project, award_price_wan_yuan=1100)
    firm = f.participating_unit(project=project)
    f.attendance(unit=firm, month=day(9, 1), rate_percent=55)
    f.key_work(project=project, planned_on=day(10, 20))
    f.key_work(project=project, planned_on=day(11, 20))
    f.key_work(project=project, planned_on=day(9, 1))
    f.finding(project=project, severity="GRAVE", state="RECTIFYING", due_on=day(9, 20), found_on=day(9, 1))
    f.finding(project=project, severity="SERIOUS", state="RECTIFYING", due_on=day(10, 20), found_on=day(9, 1))
    f.supervisory_test(
        project=project, verdict="FAILED", report_number="B-1", reported_on=day(8, 1), sampled_on=day(7, 20)
    )
    return project


def a_good_project(here, **given):
    """Registered, on time, nothing found."""
    project = f.project(
        jurisdiction=here,
        started_on=day(3, 1),
        planned_finish_on=day(12, 31),
        progress_percent=Decimal("75"),
        **given,
    )
    f.supervision_registration(project=project)
    f.inspection(project=project, inspected_on=day(9, 1))
    return project


def test_every_fact_is_read_from_its_records(scope):
    here = unit()
    project = a_bad_project(here)
    f.monthly_return(
        jurisdiction=here, month=day(8, 1), is_nil=True, nil_statement="无在建", nil_signed_on=day(9, 4)
    )
    values = facts_of(project).values

    # 272 of 364 days are over: 74.73 % of the time, 30 % of the work
    assert values["delay_points"] == Decimal("44.73")
    assert values["price_of_estimate_percent"] == Decimal("110.00")
    assert values["price_of_cost_percent"] == Decimal("73.33")
    assert values["unregistered_days"] == 272
    assert (values["open_grave_findings"], values["overdue_grave_findings"]) == (1, 1)
    assert (values["open_serious_findings"], values["overdue_serious_findings"]) == (1, 0)
    assert (values["failed_tests"], values["unhandled_failed_tests"]) == (1, 1)
    assert (values["county_nil_returns"], values["county_missing_returns"]) == (1, 0)
    assert values["attendance_percent"] == 55
    assert (values["units_new_to_city"], values["units_without_finished_project"]) == (1, 1)
    assert values["uncommitted_units"] == 1
    assert (values["key_works_30_days"], values["key_works_60_days"], values["key_works_late"]) == (1, 1, 1)
    assert (values["is_reservoir"], values["site_not_standardized"], values["is_suspended"]) == (
        True,
        True,
        False,
    )
    assert values["schedule_unknown"] is False
    assert values["uninspected_days"] == 272


def test_what_the_county_returned_beats_the_register_and_a_missing_price_is_no_price(scope):
    here = unit()
    project = a_bad_project(here)
    f.contract_section(project=project, award_price_wan_yuan=None)
    line = f.monthly_return(jurisdiction=here, month=day(8, 1), first_submitted_at=moment(9, 4))
    version = f.return_version(monthly_return=line, submitted_at=None)
    row = f.return_line(version=version, project=project, progress_percent=Decimal("70"))
    version.submitted_at = moment(9, 4)
    version.save()
    found = facts_of(project)

    assert found.values["delay_points"] == Decimal("4.73")
    assert found.evidence["delay_points"] == (str(row.pk),)
    assert found.values["price_of_estimate_percent"] is None


def test_only_projects_under_way_are_classified(scope):
    here = unit()
    finished = a_good_project(here, finished_on=day(9, 29), status="COMPLETED")
    planned = f.project(jurisdiction=here, status="PLANNED", started_on=None)
    bare = f.project(jurisdiction=here, started_on=day(9, 1))

    assert facts_of(finished) is None
    assert facts_of(planned) is None
    assert facts_of(bare).values["schedule_unknown"] is True


def make(by, first=OCTOBER, last=DECEMBER, as_of=AS_OF, reason="", at=AT):
    row = create_list(first_month=first, last_month=last, as_of=as_of, reason=reason, by=by, at=at)
    return compute_list(list_id=row.id, by=by, at=at)


def test_from_the_computation_to_the_register(scope, clerk, chief):
    here = unit()
    bad, good, third = a_bad_project(here), a_good_project(here), a_good_project(unit("平武县"))
    stale = a_good_project(here, finished_on=day(8, 1), status="COMPLETED")
    Project.objects.filter(pk=stale.pk).update(is_key_object=True, key_object_reason="上一期")
    row = make(clerk)

    assert period_label(row) == "2023年第四季度"
    risk = ProjectRisk.objects.get(key_list=row, project=bad)
    assert risk.risk_class == "D"
    reasons = {reason["code"]: reason for reason in risk.reasons}
    assert reasons["overdue_grave"]["floor"] == "D"
    assert reasons["delay"]["text"] == "形象进度落后于时间进度44.73个百分点"
    assert Decimal(risk.points) == sum(Decimal(reason["weight"]) for reason in risk.reasons)
    assert ProjectRisk.objects.get(key_list=row, project=good).risk_class == "A"
    assert list(KeyObjectEntry.objects.filter(key_list=row).values_list("project", "is_on")) == [
        (bad.pk, True)
    ]

    # by hand: one on, one off, never without a reason
    with pytest.raises(ListRefused, match="请写明"):
        change_entry(list_id=row.id, project_id=third.pk, is_on=True, reason=" ", by=clerk, at=AT)
    change_entry(list_id=row.id, project_id=third.pk, is_on=True, reason="省厅挂牌督办", by=chief, at=AT)
    with pytest.raises(ListRefused, match="不在本次计算的在建工程之内"):
        change_entry(list_id=row.id, project_id=stale.pk, is_on=True, reason="仍须关注", by=clerk, at=AT)
    compute_list(list_id=row.id, by=clerk, at=AT)
    assert KeyObjectEntry.objects.get(key_list=row, project=third).reason == "省厅挂牌督办"

    # who was overwritten by another has edited it all the same
    overwritten = person(row.city, Role.BUREAU_LEADER, name="局领导戊")
    for by, is_on in ((overwritten, False), (chief, True)):
        change_entry(list_id=row.id, project_id=third.pk, is_on=is_on, reason="省厅挂牌督办", by=by, at=AT)

    # nobody who made or changed it confirms it, neither by the service nor in the database
    leader = person(row.city, Role.BUREAU_LEADER, name="局领导丙")
    for editor in (clerk, chief, overwritten):
        with pytest.raises(ListRefused, match="请由他人确认"):
            confirm_list(list_id=row.id, by=editor, at=AT)
    for editor in (clerk, chief):
        with pytest.raises(Error), transaction.atomic():
            KeyObjectList.objects.filter(pk=row.pk).update(
                state="CONFIRMED", confirmed_at=AT, confirmed_by=editor.id, confirmed_by_name="自己"
            )
    confirm_list(list_id=row.id, by=leader, at=AT)

    marks = {one.pk: one for one in Project.objects.all()}
    assert (marks[bad.pk].risk_class, marks[bad.pk].is_key_object) == ("D", True)
    assert marks[bad.pk].key_object_reason.startswith("逾期未整改的严重问题1个；")
    assert (marks[third.pk].risk_class, marks[third.pk].key_object_reason) == ("A", "省厅挂牌督办")
    assert (marks[stale.pk].is_key_object, marks[stale.pk].key_object_reason) == (False, "")

    # from now on it stands as it is
    with pytest.raises(ListRefused, match="不能再改"):
        change_entry(list_id=row.id, project_id=bad.pk, is_on=False, reason="已整改", by=clerk, at=AT)
    for table in (ProjectRisk, KeyObjectEntry):
        with pytest.raises(Error), transaction.atomic():
            table.objects.filter(key_list=row).delete()
    with pytest.raises(Error), transaction.atomic():
        row.rule_set.delete()


def test_the_next_list_says_what_changed(scope, clerk, chief):
    here = unit()
    bad, other = a_bad_project(here), a_good_project(here)
    first = make(clerk)
    confirm_list(list_id=first.id, by=chief, at=AT)
    f.finding(project=other, severity="GRAVE", state="NOTIFIED", due_on=day(10, 5), found_on=day(10, 1))
    bad.findings.update(state="CLOSED", closed_on=day(10, 8))
    later = moment(10, 20)
    with pytest.raises(ListRefused, match="须写明更正原因"):
        make(clerk, as_of=day(10, 15), at=later)
    second = make(clerk, as_of=day(10, 15), reason="核对后重新拟定", at=later)
    changes = compare(second, first)

    assert [one.project_id for one in changes.joined] == [other.pk]
    assert (changes.moved[0].project_id, changes.moved[0].before, changes.moved[0].after) == (
        other.pk,
        "A",
        "D",
    )
    assert second.revision == 2

    with pytest.raises(ListRefused, match="正在拟定"):
        make(clerk, first=ReportingMonth(2024, 1), last=ReportingMonth(2024, 1), as_of=AS_OF, at=later)
    twin = KeyObjectList.objects.get(pk=second.pk)
    twin.pk, twin.revision = uuid7(), 9  # begun in the same moment: the look above did not see it
    with pytest.raises(ListRefused, match="另一份名单刚刚开始拟定"):
        _insert(twin)
    discard_list(list_id=second.id, by=clerk, at=later)
    assert not ProjectRisk.objects.filter(key_list=second.pk).exists()


def test_a_list_needs_its_rules_and_no_day_to_come(scope, clerk):
    with pytest.raises(ListRefused, match="晚于今天"):
        make(clerk, as_of=dt.date(2023, 10, 10), at=AT)
    with pytest.raises(ListRefused, match="最多覆盖12个月"):
        make(clerk, last=ReportingMonth(2024, 12))
