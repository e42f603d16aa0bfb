"""消息中心, 接收设置, 通道, 发送情况."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from accounts.roles import Role
from audit.models import AuditEvent
from core.sealing import unseal
from messaging.enums import ChannelKind, DispatchState, MessageKind
from messaging.models import Channel, Dispatch, Message, Preference
from messaging.services.adapters import ADDRESS
from tenancy.scope import city_scope
from tests import factories
from tests.cast import client_of, person
from tests.pages import assert_no_formula, assert_no_inline_code, queries, queries_after

LIST = reverse("messaging:list")
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"


@pytest.fixture
def reporter(city):
    return person(city, Role.COUNTY_REPORTER)


def test_the_bell_counts_and_a_message_leads_where_the_work_is(city, reporter):
    client = client_of(reporter)
    with city_scope(city.id):
        first = factories.message(recipient=reporter, title="北川县9月月报已退回", url="/todos")
        factories.message(recipient=reporter, title="=1+1")
        factories.message(title="别人的消息")

    page = client.get(LIST)
    assert_no_inline_code(page)
    assert "北川县9月月报已退回" in page.text
    assert "别人的消息" not in page.text
    assert '消息 <span class="count">2</span>' in page.text
    assert_no_formula(client.get(LIST, {"export": "xlsx"}), "消息")

    answer = client.post(reverse("messaging:read", args=[first.pk]), {"open": "1"})
    assert (answer.status_code, answer["Location"]) == (302, "/todos")
    assert '消息 <span class="count">1</span>' in client.get(LIST, {"state": "read"}).text
    client.post(reverse("messaging:read-all"))
    assert 'class="count"' not in client.get(LIST).text.split("消息")[1][:30]
    with city_scope(city.id):
        assert Message.objects.filter(read_at__isnull=True).count() == 1, "the other person's stays unread"


def test_a_stranger_can_neither_read_nor_mark(city, other_city, reporter):
    with city_scope(city.id):
        mine = factories.message(recipient=reporter)
    for stranger in (
        person(city, Role.BUREAU_CHIEF),
        person(city, Role.COUNTY_REPORTER, where="平武县"),
        person(other_city, Role.BUREAU_CHIEF),
    ):
        answer = client_of(stranger).post(reverse("messaging:read", args=[mine.pk]))
        assert answer.status_code == 404
        assert mine.title not in client_of(stranger).get(LIST).text
    with city_scope(city.id):
        assert Message.objects.get().read_at is None


def test_the_lists_take_as_many_queries_for_three_rows_as_for_one(city, reporter):
    mine, admin = client_of(reporter), client_of(person(city, Role.SYSTEM_ADMIN))
    url = reverse("messaging:dispatch-list")

    def add():
        factories.dispatch(message=factories.message(recipient=reporter), state=DispatchState.FAILED)

    with city_scope(city.id):
        add()
    once = queries(mine, LIST), queries(admin, url)
    again = queries_after(city, mine, LIST, lambda: [add(), add()]), queries(admin, url)

    assert once == again


def test_preferences_are_kept_and_the_trail_holds_no_address(city, reporter):
    client, url = client_of(reporter), reverse("messaging:preferences")
    data = {"email": "wrong", "quiet_from": "22:00", "quiet_to": "25:00"}

    bad = client.post(url, data)
    assert bad.status_code == 422
    assert "name@example.gov.cn" in bad.text
    assert "22:00 的形式" in bad.text

    data |= {"email": "r@example.gov.cn", "quiet_to": "07:00", "is_email_on": "on"}
    assert client.post(url, data).status_code == 302
    with city_scope(city.id):
        wish = Preference.objects.get()
        assert (wish.email, wish.is_email_on, wish.is_digest_on) == ("r@example.gov.cn", True, False)
        assert (wish.quiet_from, wish.quiet_to) == (dt.time(22), dt.time(7))
        assert "r@example" not in AuditEvent.objects.latest("seq").payload
    assert "r@example.gov.cn" in client.get(url).text


def test_a_channel_is_set_up_tested_and_never_shows_its_address(city):
    client = client_of(person(city, Role.SYSTEM_ADMIN))
    new = reverse("messaging:channel-new")
    data = {"kind": ChannelKind.DINGTALK, "name": "质监群", "address": WECOM, "is_on": "on"}

    wrong = client.post(new, data)
    assert wrong.status_code == 422
    assert "这不是“钉钉群机器人”的地址" in wrong.text

    data |= {"kind": ChannelKind.WECOM, "kinds": MessageKind.RETURN_DUE}
    assert client.post(new, data).status_code == 302
    assert "已有名为“质监群”的通道" in client.post(new, data).text
    with city_scope(city.id):
        channel = Channel.objects.get()
        assert unseal(channel.address_sealed, purpose=ADDRESS) == WECOM
        assert all("693a91f6" not in event.payload for event in AuditEvent.objects.all())
    edit = reverse("messaging:channel-edit", args=[channel.pk])
    for url in (edit, reverse("messaging:channel-list"), reverse("messaging:dispatch-list")):
        page = client.get(url)
        assert_no_inline_code(page)
        assert "693a91f6" not in page.text
        assert channel.address_sealed not in page.text

    changed = {"name": "质监工作群", "kinds": [MessageKind.RETURN_DUE, MessageKind.DOUBT], "is_on": "on"}
    assert client.post(edit, changed).status_code == 302
    assert client.post(reverse("messaging:channel-test", args=[channel.pk])).status_code == 302
    with city_scope(city.id):
        channel.refresh_from_db()
        assert unseal(channel.address_sealed, purpose=ADDRESS) == WECOM, "an empty address keeps the old one"
        assert Dispatch.objects.get().message_kind == MessageKind.TEST
    client.post(edit, {"name": "质监工作群"})
    refused = client.post(reverse("messaging:channel-test", args=[channel.pk]), follow=True)
    assert "通道未启用" in refused.text


def test_what_may_have_gone_out_is_shown_and_a_person_may_send_it_again(city, reporter):
    with city_scope(city.id):
        row = factories.dispatch(
            message=factories.message(recipient=reporter, text="退回三处"),
            state=DispatchState.UNCERTAIN,
            claimed_at=factories.MOMENT,
            parcel=factories.organization().pk,
        )
    url = reverse("messaging:dispatch-resend", args=[row.pk])
    watcher, admin = (client_of(person(city, r)) for r in (Role.BUREAU_CHIEF, Role.SYSTEM_ADMIN))

    seen = watcher.get(reverse("messaging:dispatch-list"))
    assert "可能已发出，未确认" in seen.text
    assert "退回三处" not in seen.text
    assert url not in seen.text
    assert watcher.post(url).status_code == 403

    assert url in admin.get(reverse("messaging:dispatch-list")).text
    assert "重新发送可能重复" in admin.get(url).text
    assert admin.post(url).status_code == 302
    assert admin.post(url).status_code == 409
    with city_scope(city.id):
        assert Dispatch.objects.get().state == DispatchState.WAITING
        assert AuditEvent.objects.latest("seq").action == "messaging.dispatch.resend"
