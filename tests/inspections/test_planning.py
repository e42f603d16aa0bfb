"""From the year's plan to the notice: who may do what in which order, and what the cap of visits says."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core.month import ReportingMonth
from inspections.enums import InspectionState
from inspections.models import (
    FrequencyCap,
    Inspection,
    InspectionApproval,
    InspectionItem,
    InspectionNotice,
    InspectionYearPlan,
    MonthPlan,
    OfficerTie,
)
from inspections.selectors.frequency import firm_counts
from inspections.selectors.year_plans import month_plan_from_year
from inspections.services.acting import ArrangingRefused, WrongInspectionState
from inspections.services.approvals import decide_approval, request_approval
from inspections.services.arranging import CapReached, arrange, arrange_draw
from inspections.services.items import load_inspection_items, publish_item, withdraw_item
from inspections.services.notices import issue_notices, serve_notice
from inspections.services.teams import Team
from inspections.services.visits import merge_visits, split_visit, void_inspection
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, make_city, person
from tests.inspections.planning import AT, DAY, ground, officer
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after


def _city_place(city):
    with city_scope(city.id):
        return Jurisdiction.objects.get(parent__isnull=True)


@pytest.fixture
def people(city):
    """A supervisor who asks, and the chief who decides."""
    return person(city, Role.BUREAU_SUPERVISOR, name="市监督"), person(city, Role.BUREAU_CHIEF, name="科长")


@pytest.fixture
def site(city):
    with city_scope(city.id):
        return ground(county(city), _city_place(city))


def _approved(inspection, people, at=AT):
    asks, decides = people
    approval = request_approval(
        inspection_id=inspection.pk, reason="按月度计划检查", is_urgent=False, by=asks, at=at
    )
    return decide_approval(approval_id=approval.pk, is_approved=True, note="", by=decides, at=at)


def test_a_year_becomes_a_month_becomes_an_inspection_becomes_a_notice(city, people, site):
    """The whole way, by the pages."""
    asks, decides = (client_of(one) for one in people)
    today, own = timezone.localdate(), _city_place(city)
    month = ReportingMonth.of(today).next()
    grid = reverse("plans:year-plan-edit", args=[own.code, month.year])

    assert_no_inline_code(asks.get(grid))
    bad = asks.post(grid, {f"ROUTINE-{month.month}": "两次"})
    assert bad.status_code == 422
    assert f"{month.month}月日常监督检查应填0—999的整数。" in bad.text
    counts = {
        f"ROUTINE-{month.month}": "2",
        f"LAW_ENFORCEMENT-{month.month}": "1",
        f"TEST-{month.month}": "5",
    }
    asks.post(grid, {**counts, f"DUTY-{month.month}": "3", "note": "全年安排"})
    with city_scope(city.id):
        assert month_plan_from_year(jurisdiction_id=own.pk, month=month) is None, "a draft is no plan"
    answer = asks.post(reverse("plans:year-plan-publish", args=[own.code, month.year]), follow=True)
    assert "第 1 版已印发" in answer.text

    sheet = reverse("guidance:month-plan-edit", args=[own.code, month])
    page = asks.get(sheet)
    assert 'name="inspection_count" value="3"' in page.text
    assert 'name="test_batch_count" value="5"' in page.text
    form = page.context["form"]
    sent = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    asks.post(sheet, sent)
    asks.post(reverse("guidance:month-plan-publish", args=[own.code, month]))
    with city_scope(city.id):
        plan = MonthPlan.objects.get(jurisdiction=own)
        assert (plan.inspection_count, plan.test_batch_count) == (3, 5)

    new = f"{reverse('visits:arrange')}?project={site.project.pk}"
    page = asks.get(new)
    assert_no_inline_code(page)
    assert site.contractor.name in page.text
    with city_scope(city.id):
        item = InspectionItem.objects.get(code="SL-01")
    first, second = (str(one.pk) for one in site.officers)
    sent = {
        "kind": "ROUTINE",
        "inspected_on": today + dt.timedelta(days=3),
        "mode": "ONSITE",
        "items": item.pk,
    }
    one_man = asks.post(new, {**sent, "officers": [first], "leader": first})
    assert one_man.status_code == 422
    assert "不得少于2人，现有1人" in one_man.text
    no_day = asks.post(new, {**sent, "inspected_on": "9998-12-31", "officers": [first], "leader": first})
    assert "年份不对" in no_day.text
    arranged = asks.post(
        new, {**sent, "officers": [first, second], "leader": second, "helper_names": "赵助理"}, follow=True
    )
    assert "请提交审批" in arranged.text
    assert "赵助理" in arranged.text
    with city_scope(city.id):
        inspection = Inspection.objects.get(project=site.project)
        assert inspection.number == f"JC-{today.year}-0001"
        assert inspection.officers.get(is_leader=True).name == "李志强"
        assert inspection.catalogue is not None
        assert inspection.checklist is not None

    too_early = asks.post(reverse("visits:notice-issue", args=[inspection.pk]))
    assert too_early.status_code == 422
    assert "请先提交检查审批表" in too_early.text
    asks.post(reverse("visits:approval-request", args=[inspection.pk]), {"reason": "按月度计划"})
    still = asks.post(reverse("visits:notice-issue", args=[inspection.pk]))
    assert "批准后才能制发通知书" in still.text
    assert site.project.name in decides.get(reverse("todos")).text
    with city_scope(city.id):
        approval = InspectionApproval.objects.get(inspection=inspection)
    decide = reverse("visits:approval-decide", args=[approval.pk])
    asks.post(decide, {"is_approved": "yes"})
    with city_scope(city.id):
        assert InspectionApproval.objects.get().state == "PENDING", "a supervisor does not approve"
    decides.post(decide, {"is_approved": "yes"})
    issued = asks.post(reverse("visits:notice-issue", args=[inspection.pk]), follow=True)
    assert issued.text.count("尚未送达") == 2
    with city_scope(city.id):
        notices = list(InspectionNotice.objects.order_by("number"))
        assert {one.organization for one in notices} == {site.contractor, site.engineer}
        assert notices[0].counts["total"] == 0
        assert notices[0].counts["cap"] is None
        inspection.refresh_from_db()
        assert inspection.state == InspectionState.NOTIFIED
        assert (inspection.approval_number, inspection.notice_number) == (approval.number, notices[0].number)
    served = {"served_on": today, "served_how": "直接送达", "served_to": "钱经理"}
    answer = asks.post(reverse("visits:notice-serve", args=[notices[0].pk]), served, follow=True)
    assert "钱经理 签收" in answer.text


def test_editions_freeze_and_copy(city, people, site):
    asks = client_of(people[0])
    own, year = _city_place(city), 2023
    edit = reverse("plans:year-plan-edit", args=[own.code, year])
    publish = reverse("plans:year-plan-publish", args=[own.code, year])

    asks.post(edit, {})
    assert "计划内没有任何安排" in asks.post(publish).text
    asks.post(edit, {"ROUTINE-9": "2"})
    asks.post(publish)
    assert 'name="ROUTINE-9" value="2"' in asks.get(edit).text, "the next edition begins as a copy"
    with city_scope(city.id):
        assert InspectionYearPlan.objects.count() == 1, "looking at the grid begins nothing"
    asks.post(edit, {"ROUTINE-9": "4"})
    with city_scope(city.id):
        first, second = InspectionYearPlan.objects.order_by("edition")
        assert first.works.get().planned_count == 2
        assert second.state == "DRAFT"
        proposal = month_plan_from_year(jurisdiction_id=own.pk, month=ReportingMonth(2023, 9))
        assert proposal.inspection_count == 2, "the draft of the next edition does not count"
        for kind in ("ROUTINE", "ROUTINE", "SPECIAL"):
            factories.inspection(kind=kind, organizer_level="CITY", inspected_on=dt.date(2023, 9, 6))
        factories.inspection(kind="ROUTINE", organizer_level="CITY", state="NOTIFIED")
        factories.supervisory_test(organizer_level="CITY", sampled_on=dt.date(2023, 9, 7), batch_count=6)
        factories.duty_inspection(inspected_on=dt.date(2023, 9, 8), concluded_on=dt.date(2023, 9, 8))
        factories.bidding_check(organizer_level="CITY", checked_on=dt.date(2023, 9, 8))
    asks.post(publish)
    page = asks.get(reverse("plans:year-plan", args=[own.code, year]))
    assert "欠 2" in page.text
    assert "第 2 版" in page.text
    links = [cell for line in page.context["lines"] for cell in line.cells if cell.url]
    listed = [asks.get(cell.url).context["listing"].total for cell in links]
    assert listed == [2, 1, 1, 1, 1], (
        "two routine, one special, one duty, one test (of six batches), one bidding"
    )
    (lines,) = list(asks.get(reverse("plans:overview"), {"year": year}).context["heat"].rows[:1])
    assert [cell.text for cell in lines.cells][8] == "11/4"
    for no_year in ("020230000", "1999", "二〇二三"):
        assert (
            asks.get(reverse("plans:overview"), {"year": no_year}).context["year"]
            == timezone.localdate().year
        )


def test_an_inspection_needs_an_item_officers_and_no_tie(city, people, site):
    item = InspectionItem.objects
    with city_scope(city.id):
        with pytest.raises(ArrangingRefused, match="清单之外无检查：请至少选择一项"):
            site.arrange(item_ids=[])
        late = item.get(code="SL-02")
        withdraw_item(item_id=late.pk, withdrawn_on=DAY, by="测试", at=AT)
        with pytest.raises(ArrangingRefused, match="2023-09-12未公布或已停用"):
            site.arrange(item_ids=[late.pk])
        assert (
            site.arrange(DAY - dt.timedelta(days=1), item_ids=[late.pk]).inspection.number == "JC-2023-0001"
        )
        with pytest.raises(ArrangingRefused, match="已经过去"):
            site.arrange(dt.date(2023, 9, 3))

        expired = officer(_city_place(city), "过期", id_valid_until=DAY - dt.timedelta(days=1))
        lone = Team(officers=[site.officers[0].pk, expired.pk], leader=site.officers[0].pk)
        with pytest.raises(ArrangingRefused, match="执法证在2023-09-12已过期"):
            site.arrange(team=lone)
        tie = OfficerTie.objects.create(
            city_id=city.id,
            jurisdiction=site.officers[1].jurisdiction,
            officer=site.officers[1],
            organization=site.contractor,
            kind="SERVED",
            declared_on=dt.date(2023, 1, 1),
        )
        with pytest.raises(
            ArrangingRefused, match="李志强与四川安澜水利工程有限公司有“曾在该单位任职”，应当回避"
        ):
            site.arrange()
        tie.ended_on = DAY
        tie.save()
        made = site.arrange().inspection
        assert made.number == "JC-2023-0002", "what was refused left no gap"
        assert [one.item.code for one in made.cited_items.all()] == ["SL-01"]


def test_the_cap_counts_every_level_blocks_and_takes_a_reason(city, people, site):
    with city_scope(city.id):
        FrequencyCap.objects.create(
            city_id=city.id, year=2023, cap=2, mode="BLOCK", source="绵水发〔2023〕1号", published_on=DAY
        )
        elsewhere = factories.project(jurisdiction=county(city, "平武县"))
        factories.participating_unit(project=elsewhere, organization=site.contractor, role="CONTRACTOR")
        factories.inspection(project=elsewhere, inspected_on=dt.date(2023, 5, 4))
        factories.inspection(project=elsewhere, inspected_on=dt.date(2023, 5, 5), state="VOID")
        factories.inspection(project=elsewhere, inspected_on=dt.date(2023, 5, 6), concerns_firms=False)
        first = site.arrange().inspection
    with city_scope(city.id, county=site.project.jurisdiction_id):
        counts = firm_counts(2023)
        assert (counts[site.contractor.pk].city, counts[site.contractor.pk].county) == (1, 1)
        own = [officer(site.project.jurisdiction, name) for name in ("县一", "县二")]
        team = Team(officers=[one.pk for one in own], leader=own[0].pk)
        with pytest.raises(
            CapReached,
            match="四川安澜水利工程有限公司本年度已检查2次（市级1次、县级1次），已达到2023年每户2次的检查频次上限",
        ):
            site.arrange(dt.date(2023, 9, 20), team=team)
        with pytest.raises(ArrangingRefused, match="请写明超出年度检查频次上限的例外理由"):
            site.arrange(dt.date(2023, 9, 20), team=team, exception="COMPLAINT")
        joined = site.arrange(team=team, together_with=first.pk).inspection
        assert firm_counts(2023)[site.contractor.pk].total == 2, "one visit"
        assert (joined.organizer_level, joined.visit) == ("COUNTY", Inspection.objects.get(pk=first.pk).visit)
        with pytest.raises(CapReached):
            split_visit(inspection_id=joined.pk, by="测试", at=AT)
        made = site.arrange(
            dt.date(2023, 9, 20), team=team, exception="COMPLAINT", exception_reason="群众举报堤身渗水"
        )
        assert "已达到2023年上限2次" in made.warnings[0]
        assert made.inspection.cap_exception_reason == "群众举报堤身渗水"
        with pytest.raises(ArrangingRefused, match="由市级组织，请由组织单位办理"):
            void_inspection(inspection_id=first.pk, reason="不去了", by="测试", at=AT)
        FrequencyCap.objects.update(mode="WARN")
        assert site.arrange(dt.date(2023, 9, 21), team=team).warnings


def test_the_frequency_of_every_firm_can_be_paged_to_and_exported(city, people, site):
    with city_scope(city.id):
        factories.frequency_cap(year=2023, cap=2)
        for n in range(24):
            factories.participating_unit(
                project=site.project,
                organization=factories.organization(name=f"企业{n:02d}"),
                role="DESIGNER",
            )
        site.arrange()
        elsewhere = factories.project(jurisdiction=county(city, "平武县"))
        factories.participating_unit(project=elsewhere, organization=site.contractor, role="CONTRACTOR")
        factories.inspection(project=elsewhere, inspected_on=dt.date(2023, 5, 4))
    chief, here = client_of(people[1]), f"{reverse('plans:frequency')}?year=2023"
    first, second = chief.get(here).text, chief.get(f"{here}&page=2").text
    names = [set(re.findall(r'/frequency/[^"]+\?year=2023">([^<]+)<', text)) for text in (first, second)]
    assert [len(found) for found in names] == [20, 6]
    assert len(names[0] | names[1]) == 26
    assert "?year=2023&amp;page=2" in first
    assert first.index(site.contractor.name) < first.index(">企业2"), "the most visited first"
    assert first.count("已达上限") == 1
    assert site.contractor.name not in chief.get(f"{here}&q=企业07").text
    cells = assert_no_formula(chief.get(f"{here}&export=xlsx"), "企业检查频次")
    assert len(cells) == 6 * (1 + 26)
    assert cells[6:12] == [site.contractor.name, site.contractor.uscc, 1, 1, 2, "已达上限"]
    assert (
        f"{timezone.localdate().year}年，没有公布上限"
        in chief.get(f"{reverse('plans:frequency')}?year=x").text
    )


def test_six_at_once_neither_pass_the_cap_nor_share_a_number(fresh_database):
    city = make_city()
    with city_scope(city.id):
        site = ground(county(city), Jurisdiction.objects.get(parent__isnull=True))
        FrequencyCap.objects.create(
            city_id=city.id, year=2023, cap=3, mode="BLOCK", source="绵水发〔2023〕1号", published_on=DAY
        )
        purpose = site.purpose()
    start, refused = threading.Barrier(6), []

    def one():
        start.wait()
        try:
            with city_scope(city.id):
                arrange(project_id=site.project.pk, purpose=purpose, team=site.team, by="测试", at=AT)
        except CapReached as refusal:
            refused.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with city_scope(city.id):
        made = sorted(Inspection.objects.values_list("number", flat=True))
    assert made == ["JC-2023-0001", "JC-2023-0002", "JC-2023-0003"]
    assert len(refused) == 3


def test_only_somebody_else_approves_and_urgency_only_defers_it(city, people, site):
    asks, decides = people
    with city_scope(city.id):
        inspection = site.arrange(by=asks).inspection
        approval = request_approval(
            inspection_id=inspection.pk, reason="险情", is_urgent=True, by=decides, at=AT
        )
        with pytest.raises(ArrangingRefused, match="已经提交审批"):
            request_approval(inspection_id=inspection.pk, reason="再报", is_urgent=False, by=asks, at=AT)
        with pytest.raises(ArrangingRefused, match="申请人不能审批自己的申请"):
            decide_approval(approval_id=approval.pk, is_approved=True, note="", by=decides, at=AT)
        with pytest.raises(IntegrityError, match="approver_is_not_requester"), transaction.atomic():
            InspectionApproval.objects.filter(pk=approval.pk).update(
                state="APPROVED", decided_at=AT, decided_by=decides.id
            )
        issue_notices(inspection_id=inspection.pk, by=asks, at=AT)
    page = client_of(asks).get(reverse("visits:inspection-detail", args=[inspection.pk]))
    assert "待补审批" in page.text
    leader = person(city, Role.BUREAU_LEADER)
    with city_scope(city.id):
        with pytest.raises(ArrangingRefused, match="不予批准的，请写明审批意见"):
            decide_approval(approval_id=approval.pk, is_approved=False, note=" ", by=leader, at=AT)
        decide_approval(approval_id=approval.pk, is_approved=False, note="材料不全", by=leader, at=AT)
        again = request_approval(
            inspection_id=inspection.pk, reason="险情，补材料", is_urgent=False, by=decides, at=AT
        )
        assert again.is_urgent
        assert again.number == "SP-2023-0002"
        decide_approval(approval_id=again.pk, is_approved=True, note="", by=leader, at=AT)
    assert "待补审批" not in client_of(asks).get(page.request["PATH_INFO"]).text


def test_visits_merge_split_and_void_in_the_same_month_only(city, people, site):
    with city_scope(city.id):
        first = site.arrange().inspection
        second = site.arrange(dt.date(2023, 9, 26), kind="SPECIAL").inspection
        october = site.arrange(dt.date(2023, 10, 8)).inspection
        with pytest.raises(ArrangingRefused, match="不在同一个月"):
            merge_visits(inspection_id=october.pk, with_id=first.pk, by="测试", at=AT)
        merged = merge_visits(inspection_id=second.pk, with_id=first.pk, by="测试", at=AT)
        assert merged.inspected_on == DAY
        assert firm_counts(2023)[site.engineer.pk].total == 2
    page = client_of(people[0]).get(reverse("visits:inspection-detail", args=[first.pk]))
    assert "同一次到场的检查" in page.text
    with city_scope(city.id):
        split_visit(inspection_id=second.pk, by="测试", at=AT)
        assert Inspection.objects.filter(visit__isnull=False).count() == 0
        with pytest.raises(ArrangingRefused, match="请写明作废原因"):
            void_inspection(inspection_id=second.pk, reason=" ", by="测试", at=AT)
        void_inspection(inspection_id=second.pk, reason="工程停工", by="测试", at=AT)
        assert firm_counts(2023)[site.engineer.pk].total == 2
        with pytest.raises(WrongInspectionState):
            void_inspection(inspection_id=second.pk, reason="再次", by="测试", at=AT)
        assert site.arrange(dt.date(2023, 9, 27)).inspection.number == "JC-2023-0004", (
            "a void keeps its number"
        )
    assert "工程停工" in client_of(people[0]).get(reverse("visits:inspection-detail", args=[second.pk])).text


def test_a_draw_is_arranged_with_the_officers_that_it_drew(city, people, site):
    with city_scope(city.id):
        draw = factories.draw(jurisdiction=_city_place(city), number="CQ-2023-0001")
        drawn = factories.drawn_project(
            draw=draw, project=site.project, jurisdiction=site.project.jurisdiction
        )
        with pytest.raises(ArrangingRefused, match="还没有抽取检查人员"):
            arrange_draw(draw_id=draw.pk, purpose=site.purpose(), by="测试", at=AT)
        for position, one in enumerate(site.officers, 1):
            drawn.officers.create(
                city_id=city.id,
                jurisdiction=drawn.jurisdiction,
                draw=draw,
                officer=one,
                drawn_as=one.enforcement_id,
                position=position,
                team_role="LEADER" if position == 2 else "MEMBER",
            )
        (made,) = arrange_draw(draw_id=draw.pk, purpose=site.purpose(), by="测试", at=AT)
        assert made.inspection.draw == draw
        assert made.inspection.officers.get(is_leader=True).name == "李志强"
        with pytest.raises(ArrangingRefused, match="都已安排检查"):
            arrange_draw(draw_id=draw.pk, purpose=site.purpose(), by="测试", at=AT)


def test_notices_say_how_often_and_are_served_once(city, people, site):
    with city_scope(city.id):
        factories.inspection(project=site.project, inspected_on=dt.date(2023, 3, 1))
        factories.inspection(project=site.project, inspected_on=dt.date(2023, 4, 1), state="NOTIFIED")
        inspection = site.arrange().inspection
        _approved(inspection, people)
        with pytest.raises(ArrangingRefused, match="已过，不能再制发通知书"):
            issue_notices(inspection_id=inspection.pk, by=people[0], at=AT + dt.timedelta(days=30))
        notice = issue_notices(inspection_id=inspection.pk, by=people[0], at=AT)[0]
        assert (notice.counts["county"], notice.counts["total"]) == (1, 1), "only what was made counts"
        given = {"how": "直接送达", "to": "钱经理", "by": people[0], "at": AT}
        with pytest.raises(ArrangingRefused, match="送达日期应在制发日期"):
            serve_notice(notice_id=notice.pk, served_on=dt.date(2023, 9, 3), **given)
        serve_notice(notice_id=notice.pk, served_on=dt.date(2023, 9, 4), **given)
        with pytest.raises(ArrangingRefused, match="不能重复登记"):
            serve_notice(notice_id=notice.pk, served_on=dt.date(2023, 9, 4), **given)


def test_the_list_is_loaded_once_replaced_by_wording_and_never_half(city, site, tmp_path):
    with city_scope(city.id):
        loaded = InspectionItem.objects.count()
        row = "code: SL-01, name: 新名称, basis: 依据, subject: 对象, content: 内容, method: 现场, frequency: 按计划"
        text = f"items:\n  - {{{row}}}\n"
        assert load_inspection_items(text=text, published_on=DAY, by="测试", at=AT) == 1
        assert load_inspection_items(text=text, published_on=DAY, by="测试", at=AT) == 0
        assert InspectionItem.objects.count() == loaded + 1
        old, new = InspectionItem.objects.filter(code="SL-01").order_by("published_on")
        assert (old.withdrawn_on, new.name) == (DAY, "新名称")
        with pytest.raises(ArrangingRefused, match="请核对公布日期"):
            publish_item(text=_item_text(published_on=DAY), by="测试", at=AT)
        withdraw_item(item_id=new.pk, withdrawn_on=DAY + dt.timedelta(days=90), by="测试", at=AT)
        later = DAY + dt.timedelta(days=30)
        publish_item(text=_item_text(published_on=later), by="测试", at=AT)
        new.refresh_from_db()
        assert new.withdrawn_on == later, "never two wordings of one code at a time"
        number = text.replace("name: 新名称", "name: 2023")
        with pytest.raises(ArrangingRefused, match="第1项的字段不对"):
            load_inspection_items(text=number, published_on=later, by="测试", at=AT)
    broken = tmp_path / "items.yaml"
    broken.write_text("items: []")
    with pytest.raises(CommandError, match="至少有一项"):
        call_command("load_inspection_items", "mianyang", str(broken), "--from", "2023-10-01")
    with pytest.raises(CommandError, match="读不到文件"):
        call_command("load_inspection_items", "mianyang", str(tmp_path), "--from", "2023-10-01")
    broken.write_bytes(b"\xff\xfe")
    with pytest.raises(CommandError, match="不是 UTF-8 编码"):
        call_command("load_inspection_items", "mianyang", str(broken), "--from", "2023-10-01")


def _item_text(**given):
    from inspections.services.items import ItemText

    return ItemText(
        **{
            **dict.fromkeys(("name", "basis", "subject", "content", "method", "frequency"), "文"),
            "code": "SL-01",
            **given,
        }
    )


def test_lists_cost_the_same_for_one_and_for_three(city, people, site):
    chief, numbers = client_of(people[1]), itertools.count(1)

    def one_more():
        n = next(numbers)
        with city_scope(city.id):
            inspection = factories.inspection(
                project=site.project, inspected_on=timezone.localdate(), state="PLANNED"
            )
            factories.inspection_approval(inspection=inspection)
            factories.inspection_notice(inspection=inspection)
            factories.inspection_officer(inspection=inspection, enforcement_id="川A1")
            factories.cited_item(inspection=inspection)
            plan = factories.inspection_year_plan(year=timezone.localdate().year + n)
            factories.planned_work(plan=plan)
            factories.frequency_cap(year=2030 + n)

    one_more()
    with city_scope(city.id):
        inspection = Inspection.objects.get(state="PLANNED")
    pages = [
        reverse("visits:approval-list"),
        reverse("plans:item-list"),
        reverse("plans:cap-list"),
        reverse("plans:frequency"),
        reverse("plans:firm-visits", args=[site.contractor.pk]),
        reverse("plans:overview"),
        reverse("plans:coverage"),
        reverse("visits:inspection-detail", args=[inspection.pk]),
        reverse("todos"),
    ]
    before = {url: queries(chief, url) for url in pages}
    for url in pages:
        assert_no_inline_code(chief.get(url))
    after = {url: queries_after(city, chief, url, one_more) for url in pages}
    assert after == before


def test_a_neighbour_finds_nothing_and_leaves_the_bureaus_inspections_alone(city, people, site):
    neighbour = client_of(person(city, Role.COUNTY_SUPERVISOR, where="平武县"))
    own = client_of(person(city, Role.COUNTY_REVIEWER))
    with city_scope(city.id):
        inspection = site.arrange().inspection
        approval = request_approval(
            inspection_id=inspection.pk, reason="检查", is_urgent=False, by=people[0], at=AT
        )
    assert neighbour.get(reverse("visits:team-edit", args=[inspection.pk])).status_code == 404
    assert neighbour.get(reverse("plans:year-plan", args=[_city_place(city).code, 2023])).status_code == 404
    page = own.get(reverse("visits:approval-decide", args=[approval.pk]))
    assert page.status_code == 200
    assert "提交意见" not in page.text, "no button that would be refused"
    assert "待审批的检查" not in own.get(reverse("todos")).text
