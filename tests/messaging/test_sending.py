"""Messages: told once, read by their owner alone, planned for the ways out."""

from __future__ import annotations

import datetime as dt

import pytest

from accounts.roles import Role
from messaging.enums import DispatchState, MessageKind
from messaging.models import Dispatch, Message, Preference
from messaging.services import people_with, send
from tenancy.scope import Scope, city_scope, open_scope
from tests import factories
from tests.cast import county, person

AT = dt.datetime(2023, 9, 5, 10, 0, tzinfo=factories.SHANGHAI)


def tell(people, *, key="return-returned:1", kind=MessageKind.RETURN_RETURNED, at=AT):
    return send(
        key=key, recipients=people, title="月报已退回", text="请改正三处。", url="/returns/", kind=kind, at=at
    )


@pytest.fixture
def mail_on(settings):
    settings.EMAIL_HOST = "mail.invalid"


def test_nobody_is_told_the_same_thing_twice(city, scope):
    reporter, reviewer = person(city, Role.COUNTY_REPORTER), person(city, Role.COUNTY_REVIEWER)

    assert tell([reporter, reporter]) == 1
    assert tell([reporter, reviewer]) == 1
    assert tell([reporter, reviewer]) == 0
    assert Message.objects.count() == 2


def test_a_county_tells_the_bureau_and_reads_only_its_own(city):
    reporter, chief = person(city, Role.COUNTY_REPORTER), person(city, Role.BUREAU_CHIEF)
    place = county(city)
    scope = Scope(city_id=city.id, county=place.id, user_id=reporter.id)
    with open_scope(scope):
        assert [p.pk for p in people_with([Role.BUREAU_CHIEF])] == [chief.pk]
        assert tell([chief], kind=MessageKind.RETURN_SUBMITTED) == 1
        assert list(Message.objects.all()) == []
        # The database says the same when the application forgets to ask.
        assert Message._base_manager.count() == 0
    with city_scope(city.id, user_id=chief.id):
        assert Message._base_manager.count() == 1


def test_the_next_city_sees_nothing(city, other_city):
    with city_scope(city.id):
        chief = person(city, Role.BUREAU_CHIEF)
        tell([chief])
    with city_scope(other_city.id, user_id=chief.id):
        assert Message._base_manager.count() == 0


@pytest.mark.usefixtures("mail_on")
def test_what_is_urgent_leaves_at_once_and_the_rest_with_the_digest(city, scope):
    reporter = person(city, Role.COUNTY_REPORTER)
    Preference.objects.create(city=city, user=reporter, email="r@example.gov.cn")
    night = AT.replace(hour=23)

    tell([reporter], key="a")
    tell([reporter], key="b", kind=MessageKind.RETURN_ACCEPTED)
    tell([reporter], key="c", at=night)

    due = {row.message_key: row.due_at.astimezone(factories.SHANGHAI) for row in Dispatch.objects.all()}
    tomorrow = AT + dt.timedelta(days=1)
    assert due == {
        "a": AT,
        "b": tomorrow.replace(hour=8, minute=30),
        "c": tomorrow.replace(hour=7, minute=30),
    }


@pytest.mark.usefixtures("mail_on")
def test_why_no_mail_goes_out_is_written_down(city, scope):
    silent, without = person(city, Role.COUNTY_REPORTER), person(city, Role.COUNTY_REVIEWER)
    Preference.objects.create(city=city, user=silent, email="r@example.gov.cn", is_email_on=False)

    tell([silent, without])

    rows = Dispatch.objects.filter(state=DispatchState.SKIPPED)
    assert {row.recipient_id: row.error for row in rows} == {
        silent.pk: "收件人关闭了邮件",
        without.pk: "收件人没有登记邮箱",
    }


def test_a_house_without_mail_plans_none(city, scope):
    tell([person(city, Role.COUNTY_REPORTER)])

    assert Dispatch.objects.count() == 0
