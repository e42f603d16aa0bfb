"""Writing messages. Nothing here touches the network: the worker delivers what is written (services.delivery)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from accounts.models import User
from core.uuid7 import uuid7
from messaging.enums import URGENT_KINDS, DispatchState, MessageKind
from messaging.models import Channel, Dispatch, Message, Preference
from messaging.rules.timing import leaves_at
from tenancy.scope import city_scope, current_scope


def send(
    *,
    key: str,
    recipients: Iterable[User],
    title: str,
    text: str,
    url: str,
    kind: str,
    at: dt.datetime,
    by: Any = None,
) -> int:
    """Tell people something, once: a person who already has a message with this key gets no second one.

    key: names the event ("return-returned:<version id>"), not the wording. url: a path of this installation or "".
    kind: a `MessageKind`; it decides about the digest and the group channels. Part of the caller's transaction: if the
    act is undone, nobody is told. Returns how many people were told now.
    """
    kind = MessageKind(kind)
    people = list({person.pk: person for person in recipients if person.is_active}.values())
    city_id = current_scope().city_id
    # The whole city's scope: whoever acts as a person sees only the own messages, and may still write to others.
    with city_scope(city_id):
        new = _write(people, kind, key, title, text, url, at, by)
        if new:
            _plan_mails(new, at)
            _plan_posts(new[0], at)
    return len(new)


def _write(
    people: Sequence[User],
    kind: MessageKind,
    key: str,
    title: str,
    text: str,
    url: str,
    at: dt.datetime,
    by: Any,
) -> list[Message]:
    city_id = current_scope().city_id
    name = "" if by is None else getattr(by, "display_name", str(by))
    rows = [
        Message(
            id=uuid7(),
            city_id=city_id,
            recipient=person,
            kind=kind,
            key=key,
            title=title[:120],
            text=text[:1000],
            url=url,
            created_at=at,
            created_by_name=name,
        )
        for person in people
    ]
    # Two requests at once: the unique key lets one row in, and each counts only what it wrote itself.
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    return list(Message.objects.filter(pk__in=[row.pk for row in rows]).order_by("recipient_id"))


def _plan_mails(messages: Sequence[Message], at: dt.datetime) -> None:
    """A row for each e-mail, with the reason where none will be sent. None at all where the house sends no e-mail."""
    if not settings.EMAIL_HOST:
        return
    people = [message.recipient_id for message in messages]
    wishes = {wish.user_id: wish for wish in Preference.objects.filter(user__in=people)}
    Dispatch.objects.bulk_create(
        [_mail(message, wishes.get(message.recipient_id), at) for message in messages]
    )


def _mail(message: Message, wish: Preference | None, at: dt.datetime) -> Dispatch:
    row = _dispatch(message, at)
    row.recipient_id = message.recipient_id
    if wish is None or not wish.email:
        row.state, row.error = DispatchState.SKIPPED, "收件人没有登记邮箱"
    elif not wish.is_email_on:
        row.state, row.error = DispatchState.SKIPPED, "收件人关闭了邮件"
    else:
        row.due_at = leaves_at(
            at,
            is_urgent=message.kind in URGENT_KINDS,
            is_digest_on=wish.is_digest_on,
            quiet_from=wish.quiet_from,
            quiet_to=wish.quiet_to,
        )
    return row


def _plan_posts(message: Message, at: dt.datetime) -> None:
    """One post for each group that carries this kind; a group is told once per key, however many people are."""
    rows = []
    for channel in Channel.objects.filter(is_on=True, kinds__contains=[message.kind]):
        row = _dispatch(message, at)
        row.channel = channel
        row.due_at = leaves_at(at, is_urgent=True, is_digest_on=False)
        rows.append(row)
    Dispatch.objects.bulk_create(rows, ignore_conflicts=True)


def _dispatch(message: Message, at: dt.datetime) -> Dispatch:
    return Dispatch(
        id=uuid7(),
        city_id=message.city_id,
        message=message,
        message_key=message.key,
        message_kind=message.kind,
        created_at=at,
        due_at=at,
    )


def read_messages(*, recipient: User, ids: Iterable[uuid.UUID] | None, at: dt.datetime) -> int:
    """Mark the person's own messages as read (`ids` None: all of them); returns how many were unread."""
    rows = Message.objects.filter(recipient=recipient, read_at__isnull=True)
    if ids is not None:
        rows = rows.filter(pk__in=list(ids))
    return rows.update(read_at=at)
