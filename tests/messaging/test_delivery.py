"""Delivery: at most once, whatever dies and however many workers run; digest, quiet hours, refusals."""

from __future__ import annotations

import datetime as dt
import smtplib
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core import mail
from django.db import connection

from accounts.roles import Role
from core.faultpoint import ENVIRONMENT
from core.sealing import seal
from messaging.enums import ChannelKind, DispatchState, MessageKind
from messaging.models import Channel, Dispatch, Preference
from messaging.services import send
from messaging.services.adapters import (
    ADAPTERS,
    ADDRESS,
    EMAIL,
    BadAddress,
    Letter,
    NotConfirmed,
    NotDelivered,
    by_apprise,
    by_email,
    channel_address,
)
from messaging.services.channels import NothingToSendAgain, request_test, resend_dispatch
from messaging.services.delivery import MAX_ATTEMPTS, SILENCE, deliver_waiting
from messaging.tasks import deliver_messages
from tenancy.scope import city_scope
from tests import factories
from tests.cast import make_city, person
from tests.forked import run_forked

AT = dt.datetime(2023, 9, 5, 10, 0, tzinfo=factories.SHANGHAI)
LATER = AT + SILENCE + dt.timedelta(minutes=1)
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2sifa5aaa"


class Post:
    """A fake way out: counts the letters, and does to each what the test says."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.letters: list = []
        self.fault = fault
        self._lock = threading.Lock()

    def __call__(self, letter) -> None:
        with self._lock:
            self.letters.append(letter)
        if self.fault is not None:
            raise self.fault


@pytest.fixture
def post(monkeypatch, settings):
    settings.EMAIL_HOST = "mail.invalid"
    settings.ANLAN_SITE_URL = "https://anlan.example"
    fake = Post()
    for name in ADAPTERS:
        monkeypatch.setitem(ADAPTERS, name, fake)
    return fake


def tell(people, key="k", kind=MessageKind.RETURN_DUE, at=AT, title="9月月报今日到期"):
    return send(
        key=key, recipients=people, title=title, text="请今日报送。", url="/returns/", kind=kind, at=at
    )


def reader(city, email="r@example.gov.cn", role=Role.COUNTY_REPORTER, **wishes):
    someone = person(city, role)
    with city_scope(city.id):
        Preference.objects.create(city=city, user=someone, email=email, **wishes)
    return someone


def states(city):
    with city_scope(city.id):
        return sorted(Dispatch.objects.values_list("state", flat=True))


def run(city, at=AT):
    return deliver_waiting(city_id=city.id, clock=lambda: at)


def test_the_digest_is_one_letter_and_urgent_ones_go_before_it(city, post):
    one = reader(city)
    with city_scope(city.id):
        tell([one], "accepted:1", MessageKind.RETURN_ACCEPTED, title="北川县9月月报已受理")
        tell([one], "doubt:1", MessageKind.DOUBT, title="发现3条数据疑点")
        tell([one], "due:1")

    assert run(city) == 1
    assert [letter.subject for letter in post.letters] == ["【安澜】9月月报今日到期"]
    assert "https://anlan.example/returns/" in post.letters[0].body
    assert run(city) == 0

    morning = AT + dt.timedelta(hours=22, minutes=30)
    assert run(city, morning - dt.timedelta(minutes=1)) == 0
    assert run(city, morning) == 1
    assert post.letters[1].subject == "【安澜】您有2条消息"
    assert "已受理" in post.letters[1].body
    assert "数据疑点" in post.letters[1].body
    assert states(city) == [DispatchState.SENT] * 3


def test_mail_to_an_account_that_was_closed_meanwhile_is_left_out(city, post):
    one = reader(city)
    with city_scope(city.id):
        tell([one])
    one.is_active = False
    one.save(update_fields=["is_active"])

    assert run(city) == 0
    assert post.letters == []
    assert states(city) == [DispatchState.SKIPPED]


def test_what_may_have_gone_out_is_never_sent_again_by_itself(city, post):
    one = reader(city)
    with city_scope(city.id):
        tell([one])
    post.fault = NotConfirmed("与邮件服务器的连接中断")

    run(city)
    run(city, LATER)
    assert len(post.letters) == 1
    assert states(city) == [DispatchState.UNCERTAIN]

    post.fault = None
    with city_scope(city.id):
        row = Dispatch.objects.get()
        resend_dispatch(dispatch_id=row.pk, by=person(city, Role.SYSTEM_ADMIN), at=LATER)
        with pytest.raises(NothingToSendAgain, match="待发送"):
            resend_dispatch(dispatch_id=row.pk, by="x", at=LATER)
    run(city, LATER)
    assert len(post.letters) == 2
    assert states(city) == [DispatchState.SENT]


def test_what_was_certainly_refused_is_tried_again_with_patience(city, post):
    with city_scope(city.id):
        tell([reader(city)])
    post.fault = NotDelivered("连不上邮件服务器", can_retry=True)

    now = AT
    for _ in range(MAX_ATTEMPTS + 3):
        run(city, now)
        now += dt.timedelta(hours=1)

    assert len(post.letters) == MAX_ATTEMPTS
    with city_scope(city.id):
        row = Dispatch.objects.get()
    assert (row.state, row.error) == (DispatchState.FAILED, "连不上邮件服务器")


def test_a_fault_of_our_own_counts_as_perhaps_sent(city, post):
    with city_scope(city.id):
        tell([reader(city)])
    post.fault = RuntimeError("boom")

    run(city)

    assert states(city) == [DispatchState.UNCERTAIN]


def test_a_group_is_told_once_and_reads_titles_only(city, post):
    people = [reader(city), reader(city, role=Role.COUNTY_REVIEWER, is_email_on=False)]
    with city_scope(city.id):
        group = Channel.objects.create(
            city=city,
            kind=ChannelKind.WECOM,
            name="质监群",
            address_sealed=seal(WECOM, purpose=ADDRESS),
            kinds=[MessageKind.RETURN_DUE],
            is_on=True,
            created_at=AT,
            created_by_name="x",
        )
        tell(people)
        tell(people, "accepted:1", MessageKind.RETURN_ACCEPTED)
        tell([reader(city, role=Role.COUNTY_SUPERVISOR)])
    run(city)

    to_group = [letter for letter in post.letters if letter.address == WECOM]
    assert len(to_group) == 1
    assert "请今日报送" not in to_group[0].body
    with city_scope(city.id):
        assert Dispatch.objects.filter(channel=group).count() == 1
        tester = person(city, Role.SYSTEM_ADMIN)
        request_test(channel_id=group.pk, by=tester, at=LATER)
        Channel.objects.update(is_on=False)
        with pytest.raises(NothingToSendAgain, match="未启用"):
            request_test(channel_id=group.pk, by=tester, at=LATER)
    run(city, LATER)
    with city_scope(city.id):
        assert Dispatch.objects.get(message_kind=MessageKind.TEST).state == DispatchState.SKIPPED


def test_a_lost_key_fails_its_own_channel_and_holds_up_nobody(city, post):
    with city_scope(city.id):
        broken = factories.channel(is_on=True, kinds=[MessageKind.RETURN_DUE], address_sealed="v1.lost")
        tell([reader(city)])

    assert run(city) == 1
    with city_scope(city.id):
        row = Dispatch.objects.get(channel=broken)
    assert row.state == DispatchState.FAILED
    assert "加密内容" in row.error
    assert [letter.address for letter in post.letters] == ["r@example.gov.cn"]


class House:
    """A city whose commits are real, with ten people waiting for a letter each."""

    def __init__(self) -> None:
        self.city = make_city()
        self.people = [reader(self.city, f"p{n}@example.gov.cn") for n in range(10)]
        with city_scope(self.city.id):
            tell(self.people)


def test_twenty_workers_at_once_send_each_letter_once(fresh_database, post):
    house = House()

    def work(_: int) -> int:
        try:
            return run(house.city)
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        handed = sum(pool.map(work, range(20)))

    assert handed == 10
    assert sorted(letter.address for letter in post.letters) == [f"p{n}@example.gov.cn" for n in range(10)]


def _deliver(log: str, city_id: uuid.UUID) -> None:
    """In a process of its own: every letter handed over is a line of the log."""

    def note(letter: Letter) -> None:
        with Path(log).open("a") as file:
            file.write(letter.address + "\n")

    ADAPTERS["EMAIL"] = note
    deliver_waiting(city_id=city_id, clock=lambda: AT)


@pytest.mark.parametrize(("point", "sent_before"), [("messaging.claimed", 0), ("messaging.handed_over", 1)])
def test_a_killed_worker_leaves_perhaps_sent_and_the_others_go_on(
    fresh_database, post, tmp_path, point, sent_before
):
    house = House()
    log = tmp_path / "letters"

    ended = run_forked(
        _deliver, str(log), house.city.id, database=fresh_database, environment={ENVIRONMENT: point}
    )

    assert ended == -9
    assert len(log.read_text().splitlines() if log.exists() else []) == sent_before
    assert states(house.city) == [DispatchState.SENDING] + [DispatchState.WAITING] * 9
    assert run(house.city) == 9
    run(house.city, LATER)
    assert states(house.city) == [DispatchState.SENT] * 9 + [DispatchState.UNCERTAIN]
    assert len(post.letters) == 9


def test_mail_goes_through_the_configured_backend(city, settings, monkeypatch):
    settings.EMAIL_HOST = "mail.invalid"
    with city_scope(city.id):
        tell([reader(city)])
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT)

    assert deliver_messages() == 1
    assert [(m.to, m.subject) for m in mail.outbox] == [(["r@example.gov.cn"], "【安澜】9月月报今日到期")]


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (smtplib.SMTPRecipientsRefused({}), (NotDelivered, False)),
        (smtplib.SMTPAuthenticationError(535, b"no"), (NotDelivered, True)),
        (ConnectionRefusedError(), (NotDelivered, True)),
        (TimeoutError(), (NotConfirmed, None)),
        (smtplib.SMTPServerDisconnected(), (NotConfirmed, None)),
    ],
)
def test_only_a_certain_no_counts_as_not_sent(monkeypatch, fault, expected):
    def refuse(self):
        raise fault

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    with pytest.raises((NotDelivered, NotConfirmed)) as seen:
        by_email(Letter("a@b.cn", "s", "b"))

    assert (type(seen.value), getattr(seen.value, "can_retry", None)) == expected


def test_a_group_that_does_not_say_yes_is_not_confirmed(monkeypatch):
    letter = Letter(WECOM, "s", "b")
    said = iter([True, False])
    monkeypatch.setattr("apprise.Apprise.notify", lambda *a, **k: next(said))

    by_apprise(letter)
    with pytest.raises(NotConfirmed):
        by_apprise(letter)


@pytest.mark.parametrize(
    ("kind", "text", "scheme"),
    [
        (ChannelKind.WECOM, WECOM, "https://qyapi"),
        (ChannelKind.DINGTALK, "https://oapi.dingtalk.com/robot/send?access_token=a1b2c3d4e5", "dingtalk://"),
        (ChannelKind.SMS, "https://sms.example.gov.cn/send", "jsons://"),
    ],
)
def test_addresses_are_taken_as_the_services_show_them(kind, text, scheme):
    assert channel_address(kind, f" {text} ").startswith(scheme)
    for other in set(ChannelKind) - {kind, ChannelKind.SMS}:
        with pytest.raises(BadAddress, match="这不是"):
            channel_address(other, text)
    for bad in ("", "http://10.0.0.1/", "file:///etc/passwd", "绵阳"):
        with pytest.raises(BadAddress):
            channel_address(kind, bad)


def test_every_way_out_has_an_adapter():
    assert set(ADAPTERS) == {EMAIL, *ChannelKind.values}
