"""The ladder of reminders, walked over the October holiday of 2023; and 催报 by hand."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from core.month import ReportingMonth
from core.workdays import Calendar
from messaging.models import Message
from projects.enums import ReturnState
from projects.models import MonthlyReturn
from projects.rules.reminders import LADDER, day_of_step, step_on
from projects.services.reminders import NothingToRemindOf, remind_county, remind_due_returns
from scoring.tasks import remind_due
from tenancy.models import Jurisdiction
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, county, make_city, person
from tests.pages import assert_no_inline_code

SEPTEMBER = ReportingMonth(2023, 9)
DUE = dt.date(2023, 10, 7)
"""次月第 5 日 lies in the holiday: moved to the first working day, a Saturday that works."""
CALENDAR = Calendar.shipped()


def at(day: str, hour: int = 8) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{day}T{hour:02d}:00").replace(tzinfo=factories.SHANGHAI)


def run(day: str) -> int:
    return remind_due_returns(month=SEPTEMBER, due_on=DUE, calendar=CALENDAR, by="系统", at=at(day))


def test_steps_are_counted_in_working_days_over_the_holiday():
    days = {step: day_of_step(DUE, step, CALENDAR).isoformat()[5:] for step in LADDER}

    assert days == {-5: "09-22", -1: "09-28", 0: "10-07", 1: "10-08", 3: "10-10"}
    assert [step_on(dt.date(2023, 9, day), DUE, CALENDAR) for day in (21, 22, 23, 27, 28)] == [
        None,
        -5,
        None,
        -5,
        -1,
    ]
    assert step_on(dt.date(2023, 10, 5), DUE, CALENDAR) is None, "a day off"
    assert step_on(dt.date(2023, 12, 1), DUE, CALENDAR) is None, "given up"


@pytest.fixture
def house(city, scope):
    """One county with its people; the other counties have filed."""
    place = county(city)
    for other in Jurisdiction.objects.counties().exclude(pk=place.pk):
        factories.monthly_return(jurisdiction=other)
    people = [person(city, Role.COUNTY_REPORTER), person(city, Role.COUNTY_REVIEWER)]
    return place, people, person(city, Role.BUREAU_CHIEF)


def test_the_ladder_goes_up_to_the_superior_and_never_twice(house):
    place, filers, chief = house
    told = []
    for day in ("2023-09-21", "2023-09-22", "2023-09-25", "2023-09-28"):
        told.append((day[5:], run(day), run(day)))
    return_ = factories.monthly_return(
        jurisdiction=place, state=ReturnState.DRAFT, first_submitted_at=None, due_on=DUE
    )
    for day in ("2023-10-03", "2023-10-07", "2023-10-08", "2023-10-09", "2023-10-10", "2023-10-11"):
        told.append((day[5:], run(day), run(day)))

    assert told == [
        ("09-21", 0, 0),
        ("09-22", 2, 0),
        ("09-25", 0, 0),
        ("09-28", 2, 0),
        ("10-03", 0, 0),
        ("10-07", 2, 0),
        ("10-08", 2, 0),
        ("10-09", 0, 0),
        ("10-10", 3, 0),
        ("10-11", 0, 0),
    ]
    mine = list(Message.objects.filter(recipient=filers[0]).order_by("created_at"))
    assert [m.title for m in mine] == [
        "北川县2023年9月月报还有5个工作日到期",
        "北川县2023年9月月报还有1个工作日到期",
        "北川县2023年9月月报今日到期",
        "北川县2023年9月月报已逾期1个工作日",
        "北川县2023年9月月报已逾期3个工作日",
    ]
    assert "将于2023-10-01开放填报" in mine[0].text
    assert str(return_.pk) in mine[2].url
    assert [m.title for m in Message.objects.filter(recipient=chief)] == [mine[-1].title]


def test_a_late_run_sends_only_the_newest_step_and_a_submitted_return_stops_it(house):
    place, filers, chief = house

    assert run("2023-10-08") == 0, "never opened here"
    return_ = factories.monthly_return(jurisdiction=place, state=ReturnState.DRAFT, first_submitted_at=None)
    assert run("2023-10-08") == 2
    assert Message.objects.filter(recipient=filers[0]).count() == 1
    MonthlyReturn.objects.filter(pk=return_.pk).update(
        state=ReturnState.SUBMITTED, first_submitted_at=at("2023-10-09")
    )
    assert run("2023-10-10") == 0
    assert not Message.objects.filter(recipient=chief).exists()


def test_whoever_has_the_return_in_hand_is_named(house):
    place, filers, _ = house
    factories.monthly_return(
        jurisdiction=place,
        state=ReturnState.DRAFT,
        first_submitted_at=None,
        due_on=DUE,
        handed_over_at=at("2023-10-07", 7),
    )
    run("2023-10-07")

    assert "请审核人审核并报送" in Message.objects.get(recipient=filers[1]).text


def test_the_clerk_reminds_once_a_day(house):
    place, _, chief = house
    return_ = factories.monthly_return(
        jurisdiction=place, state=ReturnState.DRAFT, first_submitted_at=None, due_on=DUE
    )

    assert remind_county(return_id=return_.pk, by=chief, at=at("2023-10-08", 9)) == 2
    with pytest.raises(NothingToRemindOf, match="今天已经催报过北川县"):
        remind_county(return_id=return_.pk, by=chief, at=at("2023-10-08", 16))
    assert remind_county(return_id=return_.pk, by=chief, at=at("2023-10-09", 9)) == 2
    submitted = MonthlyReturn.objects.exclude(pk=return_.pk).first()
    with pytest.raises(NothingToRemindOf, match="不需要催报"):
        remind_county(return_id=submitted.pk, by=chief, at=at("2023-10-08", 9))


def test_the_daily_task_reads_the_due_day_from_the_rubric(db):
    city = make_city()
    filer = person(city, Role.COUNTY_REPORTER)
    with time_machine.travel(at("2023-09-22"), tick=False):
        assert remind_due() == 1
        assert remind_due() == 0
    with city_scope(city.id):
        message = Message.objects.get(recipient=filer)
    assert message.title == "北川县2023年9月月报还有5个工作日到期"
    assert "2023-10-07" in message.text


def test_the_clerk_chooses_whom_to_remind(city):
    clerk = client_of(person(city, Role.BUREAU_SUPERVISOR))
    filer = person(city, Role.COUNTY_REPORTER)
    with city_scope(city.id):
        late = factories.monthly_return(
            jurisdiction=county(city), state=ReturnState.DRAFT, first_submitted_at=None, due_on=DUE
        )
        filed = factories.monthly_return(jurisdiction=county(city, "平武县"))
    url = reverse("returns:desk-remind", args=[SEPTEMBER])

    page = clerk.get(url)
    assert_no_inline_code(page)
    assert f'value="{late.pk}"' in page.text
    assert f'value="{filed.pk}"' not in page.text
    assert url in clerk.get(reverse("returns:desk-calls", args=[SEPTEMBER])).text
    assert clerk.post(url, {}).status_code == 422
    assert "已催报1个县区" in clerk.post(url, {"returns": [str(late.pk)]}, follow=True).text
    assert "今天已经催报过北川县" in clerk.post(url, {"returns": [str(late.pk)]}, follow=True).text
    with city_scope(city.id):
        assert Message.objects.get(recipient=filer).title == "市局催报：北川县2023年9月月报"
        assert AuditEvent.objects.latest("seq").action == "projects.return.remind"
