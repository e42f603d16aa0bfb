"""Channels of the city, and how a person wants to be told."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from audit.services import record
from core.errors import DomainError
from core.sealing import seal
from core.uuid7 import uuid7
from messaging.enums import DispatchState, MessageKind
from messaging.models import Channel, Dispatch, Message, Preference
from messaging.services.adapters import ADDRESS, channel_address
from tenancy.scope import current_scope


class ChannelNameTaken(DomainError):
    """Two channels of one city may not have the same name."""


class NothingToSendAgain(DomainError):
    """Only what failed or is uncertain may be sent again by hand."""


@transaction.atomic
def create_channel(
    *, kind: str, name: str, address: str, kinds: Sequence[str], is_on: bool, by: Any, at: dt.datetime
) -> Channel:
    """Set up a way out. The address is checked, sealed and never shown again."""
    channel = Channel(
        city_id=current_scope().city_id,
        kind=kind,
        name=name,
        address_sealed=seal(channel_address(kind, address), purpose=ADDRESS),
        kinds=_known(kinds),
        is_on=is_on,
        created_at=at,
        created_by_name=getattr(by, "display_name", str(by)),
    )
    _save(channel, force_insert=True)
    after = {"name": name, "kind": kind, "is_on": is_on}
    record(action="messaging.channel.create", subject=channel, by=by, at=at, after=after)
    return channel


@transaction.atomic
def change_channel(
    *,
    channel_id: uuid.UUID,
    name: str,
    address: str,
    kinds: Sequence[str],
    is_on: bool,
    by: Any,
    at: dt.datetime,
) -> Channel:
    """Rename, switch, choose kinds; an empty address keeps the present one. The trail never holds an address."""
    channel = Channel.objects.select_for_update().get(pk=channel_id)
    before = {"name": channel.name, "kinds": channel.kinds, "is_on": channel.is_on}
    channel.name, channel.kinds, channel.is_on = name, _known(kinds), is_on
    if address.strip():
        channel.address_sealed = seal(channel_address(channel.kind, address), purpose=ADDRESS)
    _save(channel)
    after = {"name": name, "kinds": channel.kinds, "is_on": is_on, "has_new_address": bool(address.strip())}
    record(action="messaging.channel.change", subject=channel, by=by, at=at, before=before, after=after)
    return channel


def _known(kinds: Sequence[str]) -> list[str]:
    return [kind.value for kind in MessageKind if kind.value in set(kinds)]


def _save(channel: Channel, *, force_insert: bool = False) -> None:
    try:
        with transaction.atomic():
            channel.save(force_insert=force_insert)
    except IntegrityError as error:
        raise ChannelNameTaken(f"已有名为“{channel.name}”的通道，请换一个名称。") from error


@transaction.atomic
def request_test(*, channel_id: uuid.UUID, by: User, at: dt.datetime) -> Dispatch:
    """Plan one test post to the group, now; the worker sends it like any other."""
    channel = Channel.objects.get(pk=channel_id)
    if not channel.is_on:
        raise NothingToSendAgain("通道未启用，不能发送测试消息，请先启用。")
    message = Message.objects.create(
        city_id=channel.city_id,
        recipient=by,
        kind=MessageKind.TEST,
        key=f"test:{uuid7()}",
        title=f"测试消息：{channel.name}",
        text="收到本消息说明通道可用。发送结果见“发送情况”。",
        created_at=at,
        created_by_name=by.display_name,
        read_at=at,
    )
    dispatch = Dispatch.objects.create(
        city_id=channel.city_id,
        message=message,
        message_key=message.key,
        message_kind=message.kind,
        channel=channel,
        created_at=at,
        due_at=at,
    )
    record(action="messaging.channel.test", subject=channel, by=by, at=at)
    return dispatch


@transaction.atomic
def resend_dispatch(*, dispatch_id: uuid.UUID, by: Any, at: dt.datetime) -> Dispatch:
    """A person decides to send again what failed or may have been sent; the trail says who took that risk."""
    dispatch = Dispatch.objects.select_for_update(of=("self",)).get(pk=dispatch_id)
    if dispatch.state not in {DispatchState.FAILED, DispatchState.UNCERTAIN}:
        raise NothingToSendAgain(
            f"该消息当前为“{dispatch.get_state_display()}”，只有发送失败或未确认的消息可以重新发送。"
        )
    before = {"state": dispatch.state}
    dispatch.state, dispatch.attempts, dispatch.due_at, dispatch.error = DispatchState.WAITING, 0, at, ""
    dispatch.save(update_fields=["state", "attempts", "due_at", "error"])
    after = {"state": dispatch.state}
    record(action="messaging.dispatch.resend", subject=dispatch, by=by, at=at, before=before, after=after)
    return dispatch


@transaction.atomic
def change_preference(
    *,
    user: User,
    email: str,
    is_email_on: bool,
    is_digest_on: bool,
    quiet_from: dt.time,
    quiet_to: dt.time,
    by: User,
    at: dt.datetime,
) -> Preference:
    """How a person wants to be told; only the person may say so. The trail holds the switches, never the address."""
    if by.pk != user.pk:
        raise DomainError("接收设置只能由本人修改。")
    wish, _ = Preference.objects.update_or_create(
        city_id=current_scope().city_id,
        user=user,
        defaults={
            "email": email,
            "is_email_on": is_email_on,
            "is_digest_on": is_digest_on,
            "quiet_from": quiet_from,
            "quiet_to": quiet_to,
        },
    )
    after = {"is_email_on": is_email_on, "is_digest_on": is_digest_on, "has_email": bool(email)}
    record(action="messaging.preference.change", subject=wish, by=by, at=at, after=after)
    return wish
