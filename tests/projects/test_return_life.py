"""The life of a return through its services: who may do what when, and what is refused with which words."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, connections, transaction

from accounts.models import User
from accounts.roles import Role
from audit.models import AuditEvent
from core.month import ReportingMonth
from messaging.models import Message
from projects.enums import RemarkKind, ReopeningState
from projects.models import MonthlyReturn, Project, ReturnReopening, ReturnVersion
from projects.rules.returns import FieldError
from projects.selectors.returns.grid import return_grid
from projects.selectors.returns.versions import compare, draft_of, newest_submitted
from projects.services.returns.accepting import (
    FieldComment,
    accept_return,
    accept_returns,
    record_remark,
    return_for_correction,
    return_many,
)
from projects.services.returns.errors import (
    ErrorsRemain,
    FieldConflict,
    NothingNamed,
    ReturnLocked,
    SamePerson,
    UnknownReturnField,
    WrongState,
)
from projects.services.returns.filling import (
    LineChange,
    LinesRefused,
    add_line,
    change_field,
    change_lines,
    remove_line,
)
from projects.services.returns.opening import open_returns
from projects.services.returns.reopening import (
    accept_reopened,
    decide_reopening,
    expire_reopenings,
    refuse_reopened,
    request_reopening,
    submit_reopened,
)
from projects.services.returns.submitting import NilStatement, hand_over, send_back_to_filler, submit_return
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import county, make_city, person
from tests.projects.open_month import DUE, FULL, OPENED, SEPTEMBER, OpenMonth, open_month

AT = dt.datetime(2023, 10, 8, 2, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


class Story:
    """One county's open return, with everybody who has it in hand; each act as short as it can be said."""

    def __init__(self, city: City, lines: int = 2, **given: Any) -> None:
        self.month: OpenMonth = open_month(city, lines, **given)
        self.city = city
        self.clerk: User = person(city, Role.BUREAU_SUPERVISOR, name="受理人丙")
        self.chief: User = person(city, Role.BUREAU_CHIEF, name="科长丁")
        self.key = self.month.return_.pk

    @property
    def project(self) -> Project:
        return self.month.projects[0]

    def change(self, field: str, text: str, seen: str, *, by: User | None = None, head: bool = False) -> Any:
        return change_field(
            return_id=self.key,
            project_id=None if head else self.project.pk,
            field=field,
            text=text,
            seen=seen,
            by=by or self.month.reporter,
            at=AT,
        )

    def hand_over(self) -> None:
        hand_over(return_id=self.key, by=self.month.reporter, at=AT, phone="0816-2345678")

    def submit(self, at: dt.datetime = AT, **more: Any) -> None:
        self.hand_over()
        submit_return(return_id=self.key, by=self.month.reviewer, at=at, **more)

    def send_back(self, *comments: FieldComment, note: str = "请补正") -> None:
        return_for_correction(return_id=self.key, comments=comments, note=note, by=self.clerk, at=AT)

    def accept(self, by: User | None = None) -> None:
        accept_return(return_id=self.key, by=by or self.clerk, at=AT + HOUR)

    def request(self, *fields: str) -> ReturnReopening:
        return request_reopening(
            return_id=self.key,
            fields=[(self.project.pk, name) for name in fields or ("progress_percent",)],
            reason="进度填报有误，附监理月报",
            by=self.month.reporter,
            at=AT,
        )

    def decide(self, row: ReturnReopening, *, approve: bool = True, **more: Any) -> ReturnReopening:
        given = {"note": "", "by": self.chief, "at": AT, **more}
        return decide_reopening(reopening_id=row.pk, approve=approve, **given)

    @property
    def state(self) -> str:
        return self.month.fresh().state

    def acts(self) -> list[str]:
        rows = AuditEvent.objects.filter(action__startswith="projects.return.").order_by("seq")
        return [action.removeprefix("projects.return.") for action in rows.values_list("action", flat=True)]


@pytest.fixture
def story(city: City, scope: Any) -> Story:
    return Story(city)


# Opening


def test_a_month_opens_with_the_last_return_and_what_the_register_knows(city: City, scope: Any) -> None:
    here = county(city)
    running = factories.project(
        jurisdiction=here, name="甲工程", status="UNDER_WAY", started_on=dt.date(2023, 2, 1)
    )
    ended = factories.project(
        jurisdiction=here, name="乙工程", status="COMPLETED", finished_on=dt.date(2023, 8, 20)
    )
    fresh = factories.project(
        jurisdiction=here, name="丙工程", status="UNDER_WAY", started_on=dt.date(2023, 9, 3)
    )
    factories.project(jurisdiction=here, name="丁工程", status="PLANNED", started_on=None)
    factories.contract_section(project=running, award_price_wan_yuan=Decimal(300))
    factories.contract_section(project=running, award_price_wan_yuan=Decimal(200))
    factories.participating_unit(project=fresh)
    factories.supervision_registration(project=fresh, number="ZJ-9", registered_on=dt.date(2023, 9, 2))
    august = factories.monthly_return(jurisdiction=here, month=dt.date(2023, 8, 1), state="ACCEPTED")
    old = factories.return_version(monthly_return=august, number=1)
    factories.return_line(version=old, project=running, note="第一版")
    newest = factories.return_version(monthly_return=august, number=2)
    factories.return_line(version=newest, project=ended, progress_percent=100)
    factories.return_line(
        version=newest, project=running, progress_percent=35, award_price_wan_yuan=None, note="八月的话"
    )

    opened = open_returns(
        month=SEPTEMBER,
        due_on=DUE,
        by="系统",
        at=OPENED,
        head_counts={here.pk: {"inspections": 4, "no_such_field": 9}},
    )

    assert len(opened) == 14  # every county and zone
    return_ = next(row for row in opened if row.jurisdiction_id == here.pk)
    draft = draft_of(return_)
    assert draft is not None
    lines = {line.project.name: line for line in draft.lines.select_related("project")}
    assert set(lines) == {"甲工程", "丙工程"}  # the finished one dropped out, the planned one is not reported
    assert lines["甲工程"].progress_percent == 35
    assert lines["甲工程"].award_price_wan_yuan == 500  # the blank took what the register knows
    assert lines["甲工程"].note == ""  # told anew each month
    assert (lines["丙工程"].unit_count, lines["丙工程"].registration_number) == (1, "ZJ-9")
    head = draft.header
    assert (head["inspections"], head["projects_under_way"], head["projects_started"]) == (4, 2, 1)
    assert head["projects_planned"] == 1
    assert len(head) == 21
    assert (return_.state, return_.due_on, return_.opened_at) == ("DRAFT", DUE, OPENED)
    assert return_.first_submitted_at is None

    assert open_returns(month=SEPTEMBER, due_on=DUE, by="系统", at=OPENED) == []
    assert MonthlyReturn.objects.filter(month=SEPTEMBER.first).count() == 14
    assert AuditEvent.objects.filter(action="projects.return.open").count() == 14


# Filling


def test_a_field_is_written_counted_and_told(story: Story) -> None:
    saved = story.change("award_price_wan_yuan", "９００.５０", "860")
    assert (saved.value_text, saved.completeness.filled, saved.completeness.total) == ("900.5", 12, 12)
    assert story.month.line().award_price_wan_yuan == Decimal("900.5")
    assert story.change("award_price_wan_yuan", "", "900.5").completeness.missing == 1
    assert story.change("inspections", "7", "0", head=True).value_text == "7"
    draft = draft_of(story.month.fresh())
    assert draft is not None
    assert draft.header["inspections"] == 7
    event = AuditEvent.objects.filter(action="projects.return.change").order_by("seq")[0]
    assert story.project.code in event.payload
    assert '"中标价（万元）":"900.5"' in event.payload
    with pytest.raises(FieldError, match="应填数字"):
        story.change("award_price_wan_yuan", "九百", "")
    with pytest.raises(UnknownReturnField, match="没有“phone”"):
        story.change("phone", "1", "")
    with pytest.raises(UnknownReturnField, match="没有这个工程"):
        change_field(
            return_id=story.key,
            project_id=factories.project().pk,
            field="note",
            text="1",
            seen="",
            by=story.month.reporter,
            at=AT,
        )


def test_two_people_on_one_field(story: Story) -> None:
    other = person(story.city, Role.COUNTY_REPORTER, name="填报员戊")
    story.change("unit_count", "6", "5", by=other)
    with pytest.raises(FieldConflict, match="已由填报员戊改为“6”，请核对后再保存。") as conflict:
        story.change("unit_count", "7", "5")
    assert (conflict.value.stored_text, conflict.value.by_whom) == ("6", "填报员戊")
    assert story.change("unit_count", "6", "5").value_text == "6"  # the same again is no conflict
    assert story.change("unit_count", "7", "6").value_text == "7"
    assert story.acts().count("change") == 2


def test_a_workbook_is_written_whole_or_not_at_all(story: Story) -> None:
    first, second = (project.pk for project in story.month.projects)
    wrong = [
        LineChange(first, {"progress_percent": "50", "unit_count": "很多"}),
        LineChange(second, {"status": "建设中"}),
        LineChange(None, {"inspections": "-1"}),
        LineChange(factories.project().pk, {"note": "别县的工程"}),
    ]
    with pytest.raises(LinesRefused) as refused:
        change_lines(return_id=story.key, changes=wrong, by=story.month.reporter, at=AT)
    assert [(cell.project_id, cell.field) for cell in refused.value.cells][:3] == [
        (first, "unit_count"),
        (second, "status"),
        (None, "inspections"),
    ]
    assert len(refused.value.cells) == 4
    assert story.month.line().progress_percent == 40

    right = [
        LineChange(first, {"progress_percent": "50", "unit_count": "5"}),
        LineChange(second, {"note": "停工"}),
    ]
    told = change_lines(return_id=story.key, changes=right, by=story.month.reporter, at=AT)
    assert told.missing == 0
    assert (story.month.line().progress_percent, story.month.line(1).note) == (50, "停工")
    assert story.acts().count("change") == 2  # one for each row that changed


def test_projects_come_in_and_go_with_a_reason(story: Story) -> None:
    new = factories.project(jurisdiction=county(story.city), name="新开工程", approved_duration_days=200)
    add_line(return_id=story.key, project_id=new.pk, by=story.month.reporter, at=AT)
    assert return_grid(story.month.fresh(), at=AT).completeness.total == 18
    with pytest.raises(UnknownReturnField, match="已在本月报中"):
        add_line(return_id=story.key, project_id=new.pk, by=story.month.reporter, at=AT)
    stranger = factories.project(jurisdiction=county(story.city, "三台县"))
    with pytest.raises(UnknownReturnField, match="本县台账中没有这个工程"):
        add_line(return_id=story.key, project_id=stranger.pk, by=story.month.reporter, at=AT)
    with pytest.raises(NothingNamed, match="理由"):
        remove_line(return_id=story.key, project_id=new.pk, reason=" ", by=story.month.reporter, at=AT)
    remove_line(return_id=story.key, project_id=new.pk, reason="已移交邻县", by=story.month.reporter, at=AT)
    assert "已移交邻县" in AuditEvent.objects.get(action="projects.return.remove_line").payload
    assert len(return_grid(story.month.fresh(), at=AT).rows) == 2


# Handing over, submitting


def test_handed_over_sent_back_and_submitted_by_another_person(story: Story) -> None:
    me, reviewer = story.month.reporter, story.month.reviewer
    with pytest.raises(WrongState, match="尚未送审，填报人送审后才能报送"):
        submit_return(return_id=story.key, by=reviewer, at=AT)
    story.hand_over()
    with pytest.raises(ReturnLocked, match=r"填报员甲已于.*送审，审核人退回后才能修改"):
        story.change("note", "再改一处", "")
    with pytest.raises(WrongState, match="已由填报员甲送审"):
        story.hand_over()
    with pytest.raises(NothingNamed, match="意见"):
        send_back_to_filler(return_id=story.key, note="", by=reviewer, at=AT)
    send_back_to_filler(return_id=story.key, note="进度再核一下", by=reviewer, at=AT)
    assert story.month.fresh().review_note == "进度再核一下"
    story.change("progress_percent", "30", "40")
    with pytest.raises(ErrorsRemain, match=r"还有1处错误.*由上月的40减少为30"):
        story.hand_over()
    story.change("decrease_reason", "设计变更核减", "")
    story.hand_over()
    with pytest.raises(SamePerson, match="填报员甲是本月报的填报人，不能再审核报送"):
        submit_return(return_id=story.key, by=me, at=AT)
    namesake = person(story.city, Role.COUNTY_REVIEWER, name="填报员甲")
    with pytest.raises(SamePerson):
        submit_return(return_id=story.key, by=namesake, at=AT)

    submit_return(return_id=story.key, by=reviewer, at=AT)

    row = story.month.fresh()
    assert (row.state, row.first_submitted_at, row.handed_over_at) == ("SUBMITTED", AT, None)
    assert (row.filler_name, row.reviewer_name, row.phone) == ("填报员甲", "审核人乙", "0816-2345678")
    assert draft_of(row) is None
    with pytest.raises(ReturnLocked, match="已报送，不能修改"):
        story.change("note", "再改一处", "")
    version = newest_submitted(row)
    assert version is not None
    for spoil in (
        lambda: version.lines.update(progress_percent=99),
        lambda: ReturnVersion.objects.filter(pk=version.pk).update(number=9),
        lambda: version.delete(),
    ):
        with pytest.raises(Error, match="submitted version"), transaction.atomic():
            spoil()
    assert story.acts()[-5:] == ["send_back", "change", "change", "hand_over", "submit"]
    told = Message.objects.filter(recipient=story.clerk, kind="RETURN_SUBMITTED").get()
    assert "第1版已报送" in told.text


def test_a_nil_return_is_a_signed_statement_about_nothing(city: City, scope: Any) -> None:
    story = Story(city, lines=0)
    nil = NilStatement("本月辖区没有在建水利工程。", ("projects", "inspections"))
    story.change("inspections", "1", "0", head=True)
    story.hand_over()
    with pytest.raises(NothingNamed, match="选择所涵盖的事项"):
        submit_return(return_id=story.key, by=story.month.reviewer, at=AT, nil=NilStatement("无", ()))
    with pytest.raises(WrongState, match="零报告涵盖“监督检查”，但表头填了1"):
        submit_return(return_id=story.key, by=story.month.reviewer, at=AT, nil=nil)
    send_back_to_filler(return_id=story.key, note="检查次数应为0", by=story.month.reviewer, at=AT)
    story.change("inspections", "0", "1", head=True)
    story.submit(nil=nil)
    row = story.month.fresh()
    assert (row.is_nil, row.nil_signed_on, row.reviewer_name) == (True, dt.date(2023, 10, 8), "审核人乙")
    assert row.nil_statement == "本月辖区没有在建水利工程。（涵盖：在建、拟建工程、监督检查）"


def test_where_there_are_projects_there_is_no_nil_return(story: Story) -> None:
    story.hand_over()
    with pytest.raises(WrongState, match="有2个工程，不能作零报告"):
        submit_return(
            return_id=story.key, by=story.month.reviewer, at=AT, nil=NilStatement("无", ("projects",))
        )
    assert story.state == "DRAFT"


# Returned, accepted


def test_sent_back_on_named_fields_opens_these_and_blanks_only(city: City, scope: Any) -> None:
    story = Story(city, key_work_count=None)
    story.submit()
    with pytest.raises(NothingNamed, match="理由"):
        story.send_back(note=" ")
    with pytest.raises(UnknownReturnField, match="没有“nothing”"):
        story.send_back(FieldComment(story.project.pk, "nothing", "错"))
    story.send_back(
        FieldComment(story.project.pk, "award_price_wan_yuan", "与合同不符"),
        FieldComment(None, "inspections", "与检查记录不符"),
        note="两处与佐证不符",
    )

    row = story.month.fresh()
    assert row.state == "RETURNED"
    remark = row.remarks.get()  # one event of B3, however many fields
    assert (remark.kind, remark.noted_on, remark.note) == ("RETURNED", dt.date(2023, 10, 8), "两处与佐证不符")
    assert remark.number == f"YS-{row.jurisdiction.code}-202309-01"
    grid = return_grid(row, at=AT)
    price = grid.rows[0].by_name["award_price_wan_yuan"]
    assert (price.comment, price.is_locked, grid.rows[1].by_name["award_price_wan_yuan"].is_locked) == (
        "与合同不符",
        False,
        True,
    )
    story.change("award_price_wan_yuan", "880", "860")
    story.change("key_work_count", "4", "")  # was blank
    story.change("key_work_count", "3", "4")  # and stays open
    story.change("note", "已按合同更正", "")
    story.change("inspections", "3", "0", head=True)
    with pytest.raises(ReturnLocked, match="不在退回意见的栏目之内"):
        story.change("unit_count", "8", "5")
    with pytest.raises(ReturnLocked):
        story.change("trainings", "8", "0", head=True)
    with pytest.raises(ReturnLocked, match="不能移出工程"):
        remove_line(
            return_id=story.key, project_id=story.project.pk, reason="x", by=story.month.reporter, at=AT
        )
    later = AT + 24 * HOUR
    story.submit(at=later)
    assert story.month.fresh().first_submitted_at == AT  # the first one decides
    versions = list(row.versions.order_by("number"))
    assert [version.submitted_at for version in versions] == [AT, later]
    changed = {(one.row, one.field) for one in compare(versions[0], versions[1]).differences}
    assert changed == {
        ("表头", "inspections"),
        (story.project.name, "award_price_wan_yuan"),
        (story.project.name, "key_work_count"),
        (story.project.name, "note"),
    }


def test_accepted_by_a_third_person_and_the_register_follows(story: Story) -> None:
    with pytest.raises(WrongState, match="现为“填报中”，不能受理"):
        story.accept()
    story.change("progress_percent", "55", "40")
    story.change("status", "停工", "在建")
    story.submit()
    for twin in (
        story.month.reporter,
        story.month.reviewer,
        person(story.city, Role.BUREAU_CHIEF, name="审核人乙"),
    ):
        with pytest.raises(SamePerson, match="不能再受理"):
            story.accept(by=twin)
    story.accept()
    story.project.refresh_from_db()
    assert (story.project.progress_percent, story.project.status) == (55, "SUSPENDED")
    assert (story.project.invested_wan_yuan, story.project.started_on) == (300, FULL["started_on"])
    row = story.month.fresh()
    assert (row.state, row.accepter_name, row.accepted_at) == ("ACCEPTED", "受理人丙", AT + HOUR)
    event = AuditEvent.objects.get(action="projects.project.follow_return", subject_id=str(story.project.pk))
    assert '"progress_percent":"55' in event.payload
    for act in (story.accept, story.send_back):
        with pytest.raises(WrongState, match="现为“已受理”"):
            act()


def test_an_older_month_does_not_turn_the_register_back(story: Story) -> None:
    story.change("progress_percent", "55", "40")
    story.submit()
    factories.monthly_return(
        jurisdiction=county(story.city), month=dt.date(2023, 10, 1), state="ACCEPTED", accepted_at=AT
    )
    story.accept()
    story.project.refresh_from_db()
    assert story.project.progress_percent != 55


def test_many_at_once_and_what_cannot_is_named(city: City, scope: Any) -> None:
    one = Story(city)
    two = open_month(city, 1, where="三台县").return_.pk
    one.submit()
    outcomes = return_many(return_ids=[one.key, two], note="表头数据与记录不符", by=one.clerk, at=AT)
    assert outcomes[0].refusal == ""
    assert "三台县2023年9月月报现为“填报中”，不能退回" in outcomes[1].refusal
    one.change("unit_count", "8", "5")  # sent back as a whole: everything is open
    one.submit()
    outcomes = accept_returns(return_ids=[one.key, two], by=one.clerk, at=AT)
    assert [bool(outcome.refusal) for outcome in outcomes] == [False, True]
    assert one.state == "ACCEPTED"


def test_remarks_are_numbered_and_name_what_is_wrong(story: Story) -> None:
    given: dict[str, Any] = {"return_id": story.key, "by": story.clerk, "at": AT}
    with pytest.raises(WrongState, match="不能登记抽核记录"):
        record_remark(kind=RemarkKind.FIELD_ERROR, field="status", note="x", **given)
    story.submit()
    with pytest.raises(UnknownReturnField, match="选择有错误的栏目"):
        record_remark(kind=RemarkKind.FIELD_ERROR, note="不符", **given)
    with pytest.raises(NothingNamed, match="漏报的工程"):
        record_remark(kind=RemarkKind.OMITTED_PROJECT, note="漏报", **given)
    with pytest.raises(WrongState, match="不能单独登记"):
        record_remark(kind=RemarkKind.RETURNED, note="退回", **given)
    wrong = record_remark(
        kind=RemarkKind.FIELD_ERROR,
        project_id=story.project.pk,
        field="award_price_wan_yuan",
        note="不符",
        **given,
    )
    left_out = factories.project(jurisdiction=county(story.city))
    missing = record_remark(kind=RemarkKind.OMITTED_PROJECT, project_id=left_out.pk, note="现场在建", **given)
    assert (wrong.field_name, wrong.number[-3:], missing.number[-3:]) == ("中标价", "-01", "-02")


# Reopening


def test_a_correction_of_named_fields_after_acceptance(story: Story) -> None:
    with pytest.raises(WrongState, match="现为“填报中”，不能申请补正"):
        story.request()
    story.submit()
    story.accept()
    with pytest.raises(NothingNamed, match="选择要更正的栏目"):
        request_reopening(return_id=story.key, fields=[], reason="错", by=story.month.reporter, at=AT)
    row = story.request("progress_percent", "invested_wan_yuan")
    with pytest.raises(WrongState, match="未办结的补正申请"):
        story.request()
    with pytest.raises(SamePerson, match="补正申请人"):
        story.decide(row, by=story.month.reporter)
    with pytest.raises(NothingNamed, match="1至5个工作日"):
        story.decide(row, workdays=6)
    with pytest.raises(NothingNamed, match="理由"):
        story.decide(row, approve=False)
    row = story.decide(row, workdays=2)
    # approved on Sunday 8 October (a working day in lieu): until 24:00 of Tuesday the 10th
    assert row.expires_at == dt.datetime(2023, 10, 10, 16, 0, tzinfo=dt.UTC)
    assert row.decided_by_name == "科长丁"
    with pytest.raises(ReturnLocked, match="不在申请更正的栏目之内"):
        story.change("award_price_wan_yuan", "1", "860")
    with pytest.raises(NothingNamed, match="没有更正任何内容"):
        submit_reopened(reopening_id=row.pk, by=story.month.reviewer, at=AT)
    story.change("progress_percent", "60", "40")
    with pytest.raises(SamePerson):
        submit_reopened(reopening_id=row.pk, by=story.month.reporter, at=AT)
    submit_reopened(reopening_id=row.pk, by=story.month.reviewer, at=AT + HOUR)
    with pytest.raises(SamePerson, match="补正报送人"):
        accept_reopened(reopening_id=row.pk, by=story.month.reviewer, at=AT + HOUR)
    done = accept_reopened(reopening_id=row.pk, by=story.clerk, at=AT + HOUR)
    assert (done.state, done.ended_by_name) == (ReopeningState.ACCEPTED, "受理人丙")
    story.project.refresh_from_db()
    assert story.project.progress_percent == 60
    assert story.state == "ACCEPTED"
    assert [version.number for version in story.month.fresh().versions.order_by("number")] == [1, 2]


def test_a_refused_correction_counts_nowhere_and_one_may_ask_again(story: Story) -> None:
    story.submit()
    story.accept()
    Project.objects.filter(pk=story.project.pk).update(
        invested_wan_yuan=999
    )  # put right in the register since
    first = story.decide(story.request())
    story.change("progress_percent", "61", "40")
    submit_reopened(reopening_id=first.pk, by=story.month.reviewer, at=AT + HOUR)
    standing = newest_submitted(story.month.fresh())
    assert standing is not None
    assert standing.number == 1  # not accepted yet
    with pytest.raises(SamePerson, match="补正报送人"):
        refuse_reopened(reopening_id=first.pk, reason="错", by=story.month.reviewer, at=AT + HOUR)
    with pytest.raises(NothingNamed, match="不予受理时请写明理由"):
        refuse_reopened(reopening_id=first.pk, reason=" ", by=story.clerk, at=AT + HOUR)
    done = refuse_reopened(reopening_id=first.pk, reason="与监理月报不符", by=story.clerk, at=AT + HOUR)
    assert (done.state, done.ended_by_name) == (ReopeningState.REFUSED, "受理人丙")
    assert (done.decided_by_name, done.decision_note) == ("科长丁", "与监理月报不符")
    assert Message.objects.filter(recipient=story.month.reporter, text__contains="与监理月报不符").exists()
    story.project.refresh_from_db()
    assert story.project.progress_percent != 61

    again = story.decide(story.request())
    story.change("progress_percent", "62", "40")  # from what stands, not from what was refused
    submit_reopened(reopening_id=again.pk, by=story.month.reviewer, at=AT + HOUR)
    accept_reopened(reopening_id=again.pk, by=story.clerk, at=AT + HOUR)
    standing = newest_submitted(story.month.fresh())
    assert standing is not None
    assert standing.number == 3
    story.project.refresh_from_db()
    # only the named field follows
    assert (story.project.progress_percent, story.project.invested_wan_yuan) == (62, 999)


def test_nobody_reviews_the_own_entries(story: Story) -> None:
    other = person(story.city, Role.COUNTY_REVIEWER, name="审核人己")
    story.change("unit_count", "6", "5", by=other)
    story.hand_over()
    with pytest.raises(SamePerson, match="您填写过本次月报的栏目，不能再由您审核报送"):
        submit_return(return_id=story.key, by=other, at=AT)
    submit_return(return_id=story.key, by=story.month.reviewer, at=AT)
    story.accept()
    row = story.decide(story.request())
    story.change("progress_percent", "60", "40", by=story.month.reviewer)
    with pytest.raises(SamePerson, match="您填写过本次月报的栏目"):
        submit_reopened(reopening_id=row.pk, by=story.month.reviewer, at=AT)
    submit_reopened(reopening_id=row.pk, by=other, at=AT)  # wrote in the first version, not in this one


def test_a_reopening_that_nobody_uses_expires_by_itself(story: Story) -> None:
    story.submit()
    story.accept()
    row = story.decide(story.request(), workdays=1)
    story.change("progress_percent", "60", "40")
    assert row.expires_at is not None
    assert expire_reopenings(at=row.expires_at - dt.timedelta(seconds=1)) == 0
    with pytest.raises(WrongState, match="补正期限已于2023-10-10 00:00届满"):
        submit_reopened(reopening_id=row.pk, by=story.month.reviewer, at=row.expires_at)
    assert return_grid(story.month.fresh(), at=row.expires_at).lock_reason.endswith("届满，不能修改")
    assert expire_reopenings(at=row.expires_at) == 1
    assert expire_reopenings(at=row.expires_at) == 0
    row.refresh_from_db()
    assert (row.state, row.ended_by_name) == (ReopeningState.EXPIRED, "系统")
    assert draft_of(story.month.fresh()) is None
    assert AuditEvent.objects.filter(action="projects.reopening.expire").count() == 1
    assert Message.objects.filter(recipient=story.month.reporter, text__contains="自动关闭").count() == 1
    assert story.request().state == ReopeningState.REQUESTED  # one may ask again


# Races


def test_of_two_who_accept_and_send_back_at_once_one_is_refused(fresh_database: str) -> None:
    city = make_city()
    with city_scope(city.id):
        story = Story(city)
        story.submit()
    barrier, outcomes = threading.Barrier(2), []

    def act(do: Any) -> None:
        barrier.wait(timeout=30)
        try:
            with city_scope(city.id):
                do()
                outcomes.append("done")
        except WrongState:
            outcomes.append("refused")
        for connection in connections.all():
            connection.close()

    threads = [threading.Thread(target=act, args=[do]) for do in (story.accept, story.send_back)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["done", "refused"]


def test_of_two_who_change_one_field_at_once_one_gets_the_conflict(fresh_database: str) -> None:
    city = make_city()
    with city_scope(city.id):
        story = Story(city)
        other = person(city, Role.COUNTY_REPORTER, name="填报员戊")
    barrier, outcomes = threading.Barrier(2), []

    def act(by: User, text: str) -> None:
        barrier.wait(timeout=30)
        try:
            with city_scope(city.id):
                story.change("unit_count", text, "5", by=by)
                outcomes.append("done")
        except FieldConflict:
            outcomes.append("conflict")
        for connection in connections.all():
            connection.close()

    threads = [
        threading.Thread(target=act, args=given) for given in ((story.month.reporter, "6"), (other, "7"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["conflict", "done"]


def test_the_month_before_is_what_counts_as_last_month(city: City, scope: Any) -> None:
    """A county that missed August is compared with July."""
    here = county(city)
    july = factories.monthly_return(jurisdiction=here, month=dt.date(2023, 7, 1), state="ACCEPTED")
    project = factories.project(jurisdiction=here)
    factories.return_line(
        version=factories.return_version(monthly_return=july),
        project=project,
        **{**FULL, "progress_percent": 70},
    )
    open_returns(month=ReportingMonth(2023, 8), due_on=DUE, by="系统", at=OPENED)
    open_returns(month=SEPTEMBER, due_on=DUE, by="系统", at=OPENED)
    row = MonthlyReturn.objects.get(jurisdiction=here, month=SEPTEMBER.first)
    cell = return_grid(row, at=AT).rows[0].by_name["progress_percent"]
    assert (cell.text, cell.previous_text) == ("70", "70")
