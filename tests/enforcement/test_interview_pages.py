"""约谈, 通报批评, 提醒敦促函: who decides, what is written down, and the one way from proposed to closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from audit.models import AuditEvent
from core.uuid7 import uuid7
from enforcement.enums import CriticismState, InterviewState, LetterState
from enforcement.models import CriticismProposal, Interview, ReminderLetter
from enforcement.services import decisions
from tenancy.models import City
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after
from tests.scoring.months import SEPTEMBER

SignIn = Callable[..., Client]
LIST = reverse("enforcement:interview-list")
CRITICISMS, LETTERS = reverse("enforcement:criticism-list"), reverse("enforcement:letter-list")
AT = dt.datetime(2023, 10, 20, 9, 0, tzinfo=factories.SHANGHAI)
TRIGGERS = [
    {"source": "MONTHLY_SCORE", "action": "ACT1", "score": "67.1", "sentence": "月度得分67.1分，低于70分。"},
    {
        "source": "DUTY_INSPECTION",
        "action": "",
        "score": "66.5",
        "sentence": "履职检查得分66.5分，低于70分。",
    },
]


def detail(row: Interview | CriticismProposal | ReminderLetter) -> str:
    names = {Interview: "interview", CriticismProposal: "criticism", ReminderLetter: "letter"}
    return reverse(f"enforcement:{names[type(row)]}-detail", args=[row.pk])


def act(row: Interview | CriticismProposal | ReminderLetter, name: str) -> str:
    return f"{detail(row)}/{name}"


@pytest.fixture
def interview(city: City) -> Interview:
    with city_scope(city.id):
        factories.duty_inspection(jurisdiction=county(city), number="LZ-本月")
        return factories.interview(jurisdiction=county(city), triggers=TRIGGERS)


@pytest.fixture
def criticism(city: City) -> CriticismProposal:
    with city_scope(city.id):
        return factories.criticism_proposal(jurisdiction=county(city), reasons=TRIGGERS[:1])


@pytest.fixture
def letter(city: City) -> ReminderLetter:
    with city_scope(city.id):
        return factories.reminder_letter(jurisdiction=county(city), reasons=TRIGGERS[:1])


def again(city: City, row: Any) -> Any:
    """The row as it stands now."""
    with city_scope(city.id):
        return type(row).objects.get(pk=row.pk)


def test_page_lists_every_trigger_with_its_proof(city: City, interview: Interview, sign_in: SignIn) -> None:
    text = sign_in(Role.BUREAU_CHIEF).get(detail(interview)).text

    assert "月度得分67.1分，低于70分。" in text
    assert "履职检查得分66.5分，低于70分。" in text
    assert reverse("scoring:score-detail", args=[interview.jurisdiction.code, SEPTEMBER]) in text
    assert "LZ-本月" in text
    assert text.count("btn-primary") == 1


@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.DISCIPLINE_INSPECTOR, Role.BUREAU_SUPERVISOR])
def test_those_who_do_not_decide_only_read(
    role: Role,
    city: City,
    interview: Interview,
    criticism: CriticismProposal,
    letter: ReminderLetter,
    sign_in: SignIn,
) -> None:
    reader = sign_in(role)

    for row, name in ((interview, "approve"), (criticism, "approve"), (letter, "decline")):
        text = reader.get(detail(row)).text
        assert act(row, name) not in text
        assert reader.get(act(row, name)).status_code == 403
        assert reader.post(act(row, name)).status_code == 403
        assert again(city, row).state == "PROPOSED"


def test_sibling_county_another_city_and_nothing_are_the_same_404(
    city: City,
    other_city: City,
    interview: Interview,
    criticism: CriticismProposal,
    letter: ReminderLetter,
    sign_in: SignIn,
) -> None:
    sibling = sign_in(Role.COUNTY_REVIEWER, where="三台县")
    stranger = client_of(person(other_city, Role.BUREAU_CHIEF))

    for row in (interview, criticism, letter):
        assert sibling.get(detail(row)).status_code == 404
        assert stranger.get(detail(row)).status_code == 404
        assert stranger.post(act(row, "decline"), {"reason": "x"}).status_code == 404
    nothing = reverse("enforcement:interview-detail", args=[uuid7()])
    assert stranger.get(detail(interview)).content == stranger.get(nothing).content


@pytest.mark.parametrize("role", [Role.UNIT_CONTACT, Role.ASSISTANT, Role.SYSTEM_ADMIN])
def test_others_get_403(role: Role, interview: Interview, sign_in: SignIn) -> None:
    uscc = "91510700MA00000001" if role == Role.UNIT_CONTACT else ""

    assert sign_in(role, organization_uscc=uscc).get(detail(interview)).status_code == 403


def test_whole_way_of_an_interview(city: City, interview: Interview, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    today = timezone.localdate().isoformat()

    def do(name: str, **data: str) -> str:
        answer = chief.post(act(interview, name), data)
        assert answer.status_code == 302, (name, answer.text)
        return again(city, interview).state

    assert do("approve") == InterviewState.APPROVED
    document = reverse("reports:document-for-subject", args=["enforcement.interview", interview.pk])
    assert document not in chief.get(detail(interview)).text
    assert (
        do("arrange", held_at="2023-10-20T09:30", place="市水利局三楼会议室", host_name="张局长")
        == "APPROVED"
    )
    arranged = chief.get(detail(interview)).text
    assert f'<a class="btn btn-primary" href="{document}">办理约谈通知书</a>' in arranged
    with city_scope(city.id):
        decisions.notice_interview(
            interview_id=interview.pk, by="甲", at=AT
        )  # what the issue of the notice does
    assert do("hold", held_at="2023-10-20T09:40", report_due_on="2023-11-20") == InterviewState.HELD
    assert "整改报告逾期" in chief.get(detail(interview)).text
    assert do("minute") == InterviewState.MINUTED
    assert do("report", reported_on=today) == InterviewState.REPORTED
    assert do("close") == InterviewState.CLOSED

    row = again(city, interview)
    assert (row.place, row.host_name) == ("市水利局三楼会议室", "张局长")
    assert timezone.localtime(row.held_at).strftime("%H:%M") == "09:40"
    assert row.closed_on == timezone.localdate()
    with city_scope(city.id):
        events = AuditEvent.objects.filter(subject_id=str(interview.pk)).order_by("seq")
        assert [event.action.rsplit(".", 1)[1] for event in events] == [
            "approve",
            "arrange",
            "notice",
            "hold",
            "minute",
            "report",
            "close",
        ]


def test_declining_needs_a_reason_that_the_page_keeps(
    city: City, interview: Interview, sign_in: SignIn
) -> None:
    leader = sign_in(Role.BUREAU_LEADER)

    silent = leader.post(act(interview, "decline"), {"reason": "  "})
    stated = leader.post(act(interview, "decline"), {"reason": "该县已于上月约谈，整改中"})

    assert silent.status_code == 422
    assert "请写明理由。" in silent.text
    assert "<title>错误：" in silent.text
    assert stated.status_code == 302
    row = again(city, interview)
    assert (row.state, row.decline_reason) == (InterviewState.DECLINED, "该县已于上月约谈，整改中")
    assert "该县已于上月约谈，整改中" in leader.get(detail(interview)).text


def test_an_act_out_of_turn_leads_back_with_a_sentence(
    city: City, interview: Interview, sign_in: SignIn
) -> None:
    answer = sign_in(Role.BUREAU_CHIEF).post(act(interview, "close"), follow=True)

    assert "当前状态为“待决定”，不能进行该操作，请按当前状态办理。" in answer.text
    assert again(city, interview).state == InterviewState.PROPOSED


def test_unknown_act_is_404(interview: Interview, sign_in: SignIn) -> None:
    assert sign_in(Role.BUREAU_CHIEF).get(act(interview, "delete")).status_code == 404


def test_criticism_is_decided_here_and_issued_by_its_document(
    city: City, criticism: CriticismProposal, sign_in: SignIn
) -> None:
    leader = sign_in(Role.BUREAU_LEADER)

    leader.post(act(criticism, "approve"))
    approved, page = again(city, criticism).state, leader.get(detail(criticism)).text
    by_hand = leader.post(act(criticism, "issue"))
    with city_scope(city.id):
        decisions.issue_criticism(proposal_id=criticism.pk, by="甲", at=AT)

    assert approved == CriticismState.APPROVED
    assert "办理通报批评公文" in page
    assert by_hand.status_code == 404
    assert again(city, criticism).state == CriticismState.ISSUED


def test_letter_is_issued_by_its_document_and_answered_here(
    city: City, letter: ReminderLetter, sign_in: SignIn
) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)
    terms: dict[str, Any] = {
        "letter_id": letter.pk,
        "issued_on": dt.date(2023, 10, 12),
        "feedback_due_on": dt.date(2023, 10, 19),
        "by": "甲",
        "at": AT,
    }
    with city_scope(city.id):
        factories.reminder_letter(jurisdiction=county(city, "三台县"), number="绵水函〔2023〕1号")
        with pytest.raises(
            decisions.DecisionRefused, match="函号“绵水函〔2023〕1号”已被使用，请换一个函号。"
        ):
            decisions.issue_letter(number="绵水函〔2023〕1号", **terms)
        decisions.issue_letter(number="绵水函〔2023〕2号", **terms)

    too_early = chief.post(act(letter, "answer"), {"answered_on": "2023-10-11"})
    answered = chief.post(act(letter, "answer"), {"answered_on": "2023-10-18"})

    assert too_early.status_code == 422
    assert "反馈日期不能早于发函日期。" in too_early.text
    assert answered.status_code == 302
    row = again(city, letter)
    assert (row.state, row.number, row.answered_on) == (
        LetterState.ANSWERED,
        "绵水函〔2023〕2号",
        dt.date(2023, 10, 18),
    )


@pytest.mark.parametrize(
    ("verb", "data", "sentence"),
    [
        pytest.param(decisions.notice_interview, {}, "请先确定约谈的时间、地点和主持人。", id="no time yet"),
        pytest.param(
            decisions.arrange_interview,
            {"held_at": AT, "place": " ", "host_name": "甲"},
            "请填写约谈地点。",
            id="no place",
        ),
        pytest.param(
            decisions.hold_interview,
            {"held_at": AT, "report_due_on": AT.date()},
            "当前状态为“已批准”，不能进行该操作，请刷新页面，按当前状态办理。",
            id="not noticed",
        ),
    ],
)
def test_approved_interview_refuses(
    verb: Callable[..., object], data: dict[str, Any], sentence: str, city: City, interview: Interview
) -> None:
    with city_scope(city.id):
        decisions.approve_interview(interview_id=interview.pk, by="甲", at=AT)

        with pytest.raises((decisions.WrongState, decisions.DecisionRefused), match=sentence):
            verb(interview_id=interview.pk, **data, by="甲", at=AT)


def test_dates_of_an_interview_must_be_possible(city: City, interview: Interview) -> None:
    day = dt.timedelta(days=1)
    key: dict[str, Any] = {"interview_id": interview.pk, "by": "甲", "at": AT}
    with city_scope(city.id):
        decisions.approve_interview(**key)
        decisions.arrange_interview(held_at=AT, place="局会议室", host_name="甲", **key)
        decisions.notice_interview(**key)
        with pytest.raises(decisions.DecisionRefused, match="约谈时间不能晚于现在"):
            decisions.hold_interview(held_at=AT + day, report_due_on=AT.date() + day, **key)
        with pytest.raises(decisions.DecisionRefused, match="整改报告期限不能早于约谈日期"):
            decisions.hold_interview(held_at=AT, report_due_on=AT.date() - day, **key)
        decisions.hold_interview(held_at=AT, report_due_on=AT.date() + day, **key)
        decisions.minute_interview(**key)
        with pytest.raises(decisions.DecisionRefused, match="整改报告日期不能早于约谈日期"):
            decisions.receive_report(reported_on=AT.date() - day, **key)
        with pytest.raises(decisions.DecisionRefused, match="晚于今天"):
            decisions.receive_report(reported_on=AT.date() + day, **key)


def test_filters(city: City, interview: Interview, sign_in: SignIn) -> None:
    with city_scope(city.id):
        closed = factories.interview(
            jurisdiction=county(city, "三台县"),
            state=InterviewState.CLOSED,
            held_at=AT,
            month=dt.date(2023, 7, 1),
        )
        late = factories.interview(
            jurisdiction=county(city, "江油市"),
            state=InterviewState.HELD,
            held_at=AT,
            report_due_on=AT.date(),
        )
    chief = sign_in(Role.BUREAU_CHIEF)

    def shown(**params: str) -> list[bool]:
        text = chief.get(LIST, params).text
        return [row.number in text for row in (interview, closed, late)]

    assert shown() == [True, True, True]
    assert shown(state="OPEN") == [True, False, True]
    assert shown(state="CLOSED") == [False, True, False]
    assert shown(month="2023-07") == [False, True, False]
    assert shown(overdue="yes") == [False, False, True]
    assert shown(county=interview.jurisdiction.code) == [True, False, False]
    assert shown(q="jys") == [False, False, True]


@pytest.mark.parametrize("url", [LIST, CRITICISMS, LETTERS])
@pytest.mark.usefixtures("interview", "criticism", "letter")
def test_lists_take_as_many_queries_for_three_rows_as_for_one(url: str, city: City, sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    def more() -> None:
        for name in ("三台县", "江油市"):
            factories.interview(jurisdiction=county(city, name), triggers=TRIGGERS)
            factories.criticism_proposal(jurisdiction=county(city, name))
            factories.reminder_letter(jurisdiction=county(city, name))

    assert queries(chief, url) == queries_after(city, chief, url, more)


@pytest.mark.usefixtures("interview", "criticism", "letter")
def test_exports_hold_the_reasons_and_no_formula(sign_in: SignIn) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    for url, sheet in ((LIST, "约谈"), (CRITICISMS, "通报批评建议"), (LETTERS, "提醒敦促函")):
        cells = assert_no_formula(chief.get(url, {"export": "xlsx"}), sheet)
        assert any("月度得分67.1分，低于70分" in str(cell) for cell in cells), url


def test_pages_are_clean(
    interview: Interview, criticism: CriticismProposal, letter: ReminderLetter, sign_in: SignIn
) -> None:
    chief = sign_in(Role.BUREAU_CHIEF)

    for row, name in ((interview, "decline"), (criticism, "approve"), (letter, "decline")):
        assert_no_inline_code(chief.get(detail(row)))
        assert_no_inline_code(chief.get(act(row, name)))
